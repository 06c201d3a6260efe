"""The flow of a paper: content/flows/paper.yaml, and what of it is open for this paper."""

from functools import cache
from typing import Literal, Self

from django.contrib.auth.models import AnonymousUser
from pydantic import Field as Rule
from pydantic import model_validator

from mingjian.access.flow import Flow, FlowFile, NotPossible, OpenAct, read_flow
from mingjian.access.models import User
from mingjian.documents.models import Paper
from mingjian.standards import ContentFile

__all__ = ["NotPossible", "OpenAct", "PaperFlow", "load_flow", "may_come"]

NEEDS = ("reason", "method", "signer", "receiver", "corrections", "text")
Approval = Literal["head", "government"]
Recipient = Literal["holder", "head", "issuer", "above"]


class Step(ContentFile):
    """So many days after a limit ran out, these are told."""

    after: int = Rule(ge=1)
    to: list[Recipient] = Rule(min_length=1)


class LimitClock(ContentFile):
    """When is warned before a limit of a paper runs out, and to whom it goes up afterwards."""

    warn: int = Rule(ge=0)
    escalate: list[Step] = Rule(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = [step.after for step in self.escalate]
        if days[0] != 1 or days != sorted(set(days)):
            raise ValueError("升级须从超期次日（after: 1）起、逐步往后")
        return self


class PaperClock(ContentFile):
    """Of the state a paper is in, and of the reply that it asks for."""

    stage: LimitClock
    reply: LimitClock


class PaperFlow(FlowFile):
    """As every flow; which acts belong to a way of approval, which to the addressee; the clock."""

    approval: dict[str, Approval]
    addressee_acts: list[str]
    clock: PaperClock

    @model_validator(mode="after")
    def _acts_exist(self) -> Self:
        for name in (*self.approval, *self.addressee_acts):
            if name not in self.acts:
                raise ValueError(f"没有“{name}”这个行为")
        return self


@cache
def load_flow() -> Flow[PaperFlow]:
    """Read content/flows/paper.yaml; unknown states, permissions or inputs are errors."""
    return read_flow("paper", PaperFlow, NEEDS)


def may_come(paper: Paper, act: str) -> bool:
    """Whether the act belongs to this kind of paper at all: 政府签批 only to a decision."""
    return load_flow().file.approval.get(act, paper.approval) == paper.approval


def acts_open(user: User | AnonymousUser, paper: Paper) -> list[OpenAct]:
    """The acts of the flow for this person and paper, sides and earlier doers not yet asked."""
    return [act for act in load_flow().open_to(user, paper.state) if may_come(paper, act.name)]
