"""One step of anything in this room: scope, permission, flow, version, write, audit."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import models, transaction
from django.db.models import QuerySet
from django.http import Http404

from mingjian.access import audit
from mingjian.access.flow import NotPossible
from mingjian.access.models import User
from mingjian.access.roles import require
from mingjian.appraisal.flow import load_flow

REASON_AT_MOST = 2000
ThingT = TypeVar("ThingT", bound=models.Model)


@dataclass(frozen=True)
class Step(Generic[ThingT]):
    """An act on one kind of thing. `values` go into the row, `then` does the rest inside the
    transaction; `check` looks at the locked row first and raises NotPossible.

    `version` is what the person saw; None does not ask. `by` is None for the night round.
    """

    flow: str
    act: str
    by: User | None
    rows: QuerySet[ThingT]
    values: dict[str, Any]
    version: int | None = None
    ip: str | None = None
    check: Callable[[ThingT], None] | None = None
    then: Callable[[ThingT], dict[str, Any] | None] | None = None
    detail: dict[str, Any] = field(default_factory=dict)

    def do(self, pk: int) -> ThingT:
        """Raises Http404 out of scope, PermissionDenied, or NotPossible with the reason."""
        flow = load_flow(self.flow)
        with transaction.atomic():
            thing: Any = self.rows.select_for_update(of=("self",)).filter(pk=pk).first()
            if thing is None:
                raise Http404(f"没有{flow.file.subject}，或者它不在您的范围内。")
            if self.by is not None:
                require(self.by, flow.permission_for(self.act))
            if self.version is not None and self.version != thing.version:
                raise NotPossible(
                    f"{flow.file.subject}在您打开之后被别人办理过，这次没有做成。请看最新情况再办。"
                )
            before = thing.state
            after = flow.after(self.act, before)
            if self.check:
                self.check(thing)
            values = {**self.values, "state": after, "version": thing.version + 1}
            for name, value in values.items():
                setattr(thing, name, value)
            thing.save(update_fields=list(values))
            detail = {**self.detail, **((self.then(thing) if self.then else None) or {})}
            audit.record(
                self.by,
                f"{self.flow}.{self.act}",
                thing,
                ip=self.ip,
                before=before,
                after=after,
                **detail,
            )
        return thing


def checked_reason(reason: str) -> str:
    """The reason without blanks around it; raises NotPossible when missing or too long."""
    reason = reason.strip()
    if not reason:
        raise NotPossible("没有写理由。")
    if len(reason) > REASON_AT_MOST:
        raise NotPossible(f"理由 {len(reason)} 字，超过 {REASON_AT_MOST} 字，请精简。")
    return reason
