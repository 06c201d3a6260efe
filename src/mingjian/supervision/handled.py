"""What an alert and a matter have in common: a state that only acts may change.

The engine of the acts (`acts.engine`) and the round open the door with `moving()`; any other
write of a guarded field is refused here, so that no state comes about that the flow does not know.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models

from mingjian.access.models import User

GUARDED = frozenset({"state", "former_state", "due_on", "version"})
_is_moving: ContextVar[bool] = ContextVar("is_moving", default=False)


class OutsideTheFlow(RuntimeError):
    """A guarded field was written outside an act: a fault of the program, never of a person."""


@contextmanager
def moving() -> Iterator[None]:
    """Within this block guarded fields may be written: for the engine and the round alone."""
    token = _is_moving.set(True)
    try:
        yield
    finally:
        _is_moving.reset(token)


def _refuse(names: Iterable[str]) -> None:
    written = sorted(GUARDED.intersection(names))
    if written and not _is_moving.get():
        raise OutsideTheFlow(f"{'、'.join(written)} 只能由流转表里的行为改变（acts.engine）")


class GuardedRows(models.QuerySet):
    """Rows whose state changes only inside `moving()`; never deleted."""

    def update(self, **values: Any) -> int:
        _refuse(values)
        return super().update(**values)

    def bulk_update(self, objs: Any, fields: Any, *args: Any, **options: Any) -> int:
        _refuse(fields)
        return super().bulk_update(objs, fields, *args, **options)


class Handled(models.Model):
    """State, limit and clock of a thing that people handle.

    `version` counts its changes: who acts on an older one is told. `escalated_for` is the limit
    that was escalated last and `escalation_step` how far; `paused_left` the working days left
    when it was suspended.
    """

    state = models.CharField("状态", max_length=20)
    former_state = models.CharField("原状态", max_length=20, blank=True)
    version = models.PositiveIntegerField("版本", default=0)
    level = models.CharField("等级", max_length=10)
    due_on = models.DateField("期限", null=True)
    warned_for = models.DateField("已提醒的期限", null=True)
    escalated_for = models.DateField("已升级的期限", null=True)
    escalation_step = models.PositiveSmallIntegerField("升级到第几步", default=0)
    paused_left = models.SmallIntegerField("中止时剩余工作日", null=True)
    assignee = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="经办人"
    )

    objects = GuardedRows.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any) -> Any:
        thing = super().from_db(db, field_names, values)
        thing._read = {name: thing.__dict__.get(name) for name in GUARDED}
        return thing

    def save(self, *args: Any, **options: Any) -> None:
        read = getattr(self, "_read", None)
        if read is not None:
            _refuse(name for name in GUARDED if self.__dict__.get(name) != read[name])
        super().save(*args, **options)


class Happening(models.Model):
    """One thing that happened: an act of a person, of the night round, or in consequence."""

    at = models.DateTimeField("时间", auto_now_add=True)
    on = models.DateField("日期")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="办理人")
    act = models.CharField("行为", max_length=24)
    before = models.CharField("原状态", max_length=20, blank=True)
    after = models.CharField("新状态", max_length=20)
    text = models.TextField("说明", blank=True)
    detail = models.JSONField("细节", default=dict)

    class Meta:
        abstract = True
        ordering = ["id"]
