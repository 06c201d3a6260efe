"""The rules of signing in, from content/access/sign_in.yaml; its numbers are design values."""

from functools import cache

from pydantic import Field as Rule

from mingjian.access.roles import load_roles
from mingjian.standards import (
    ContentError,
    ContentFile,
    Problem,
    content_document,
    shape_document,
)


class PasswordRules(ContentFile):
    min_length: int = Rule(ge=8, le=128)
    history: int = Rule(ge=0, le=50)
    max_age_days: int = Rule(ge=0)
    forbidden_words: list[str]


class LockRules(ContentFile):
    failures: int = Rule(ge=1)
    failures_per_address: int = Rule(ge=1)
    minutes: int = Rule(ge=1)


class SessionRules(ContentFile):
    idle_minutes: int = Rule(ge=1)
    absolute_hours: int = Rule(ge=1, le=24)
    at_once: int = Rule(ge=1)


class SecondFactorRules(ContentFile):
    required_for: list[str]
    recovery_codes: int = Rule(ge=1, le=20)
    drift_steps: int = Rule(ge=0, le=3)


class DelegationRules(ContentFile):
    longest_days: int = Rule(ge=1)


class SingleSignOnRules(ContentFile):
    title: str
    claim: str
    scopes: list[str]
    counts_as_second_factor: bool


class SignInPolicy(ContentFile):
    """The whole file."""

    password: PasswordRules
    lock: LockRules
    session: SessionRules
    second_factor: SecondFactorRules
    delegation: DelegationRules
    single_sign_on: SingleSignOnRules


@cache
def load_policy() -> SignInPolicy:
    """Read content/access/sign_in.yaml; a role that does not exist is an error with its line."""
    document = content_document("access", "sign_in.yaml")
    policy = shape_document(document, SignInPolicy)
    problems = [
        document.problem(("second_factor", "required_for", i), f"没有名为“{role}”的角色")
        for i, role in enumerate(policy.second_factor.required_for)
        if role not in load_roles().roles
    ]
    if problems:
        raise ContentError(problems)
    return policy


def check_access() -> list[Problem]:
    """What is wrong with the files of content/access; empty when all is well."""
    problems: list[Problem] = []
    for load in (load_roles, load_policy):
        load.cache_clear()
        try:
            load()
        except ContentError as error:
            problems += error.problems
    return problems
