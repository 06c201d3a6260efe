"""The life of a monitor: content/flows/monitor_life.yaml, which act leads where, and who may."""

from functools import cache

from django.contrib.auth.models import AnonymousUser
from pydantic import Field as Rule

from mingjian.access.flow import Act, NotPossible, OpenAct
from mingjian.access.models import User
from mingjian.access.roles import load_roles, permits
from mingjian.monitor import STATUS_TITLES
from mingjian.standards import (
    ContentError,
    ContentFile,
    Problem,
    content_document,
    shape_document,
)


class PrecisionRule(ContentFile):
    """When a monitor in production is proposed for shadow."""

    months: int = Rule(ge=1)
    min_judged: int = Rule(ge=1)
    bound: float = Rule(gt=0, lt=1)
    again_after: int = Rule(ge=1)


class LifeFile(ContentFile):
    """content/flows/monitor_life.yaml."""

    name: str
    title: str
    acts: dict[str, Act]
    precision: PrecisionRule

    def after(self, act: str, status: str) -> str:
        """The status that `act` leads to, or NotPossible."""
        arrow = self.acts.get(act)
        if arrow is None:
            raise NotPossible(f"没有“{act}”这个办法。")
        if status not in arrow.from_:
            title = STATUS_TITLES[status]
            raise NotPossible(f"这个模型现在是“{title}”，不能“{arrow.title}”。请刷新后再看。")
        return arrow.to or status

    def open_to(self, user: User | AnonymousUser, status: str) -> list[OpenAct]:
        """The acts that this user may do on a monitor in this status."""
        return [
            OpenAct(name, act.title, act.needs, act.hint, closes=act.to == "retired")
            for name, act in self.acts.items()
            if act.permission and status in act.from_ and permits(user, act.permission)
        ]


@cache
def load_life() -> LifeFile:
    """Read the file; unknown statuses or permissions are errors."""
    document = content_document("flows", "monitor_life.yaml")
    file = shape_document(document, LifeFile)
    problems = []
    for name, act in file.acts.items():
        problems += [
            document.problem(("acts", name), f"没有“{status}”这个状态")
            for status in [*act.from_, *([act.to] if act.to else [])]
            if status not in STATUS_TITLES
        ]
        if not act.permission or act.permission not in load_roles().permissions:
            message = "须写 permission，且列在 access/roles.yaml"
            problems.append(document.problem(("acts", name, "permission"), message))
    if problems:
        raise ContentError(problems)
    return file


def check_life() -> list[Problem]:
    """Every fault of the file, for `mingjian check`."""
    load_life.cache_clear()
    try:
        load_life()
    except ContentError as error:
        return error.problems
    return []
