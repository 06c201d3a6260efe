"""The flow of a paper: content/flows/paper.yaml, and what of it is open for this paper."""

from functools import cache
from typing import Literal, Self

from django.contrib.auth.models import AnonymousUser
from pydantic import model_validator

from mingjian.access.flow import Flow, FlowFile, NotPossible, OpenAct, read_flow
from mingjian.access.models import User
from mingjian.documents.models import Paper

__all__ = ["NotPossible", "OpenAct", "PaperFlow", "load_flow", "may_come"]

NEEDS = ("reason", "method", "signer", "receiver", "corrections", "text")
Approval = Literal["head", "government"]


class PaperFlow(FlowFile):
    """As every flow; and which acts belong to one way of approval, and which to the addressee."""

    approval: dict[str, Approval]
    addressee_acts: list[str]

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
