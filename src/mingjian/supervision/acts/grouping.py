"""并入: the same problem is handled once; its other alerts follow the main one."""

from typing import Unpack

from mingjian.access.flow import NotPossible
from mingjian.access.scope import for_user
from mingjian.supervision.acts.engine import ALERTS, Change, Sent, checked_reason, perform
from mingjian.supervision.models import Alert


def merge(alert_id: int, *, main: int, reason: str, **sent: Unpack[Sent]) -> Alert:
    """Merge an alert into `main` (its id), which must be open, visible, of the same agency."""
    reason = checked_reason(reason)

    def check(alert: Alert) -> None:
        chosen = for_user(Alert.objects.select_for_update(of=("self",)), sent["by"])
        target: Alert | None = chosen.filter(pk=main).first()
        if target is None:
            raise NotPossible("没有这条主预警，或者不在您的范围内。")
        if target.pk == alert.pk:
            raise NotPossible("不能并入自己。")
        if target.is_closed:
            raise NotPossible(f"{target.number} 已经办结或者已并入别的预警，不能作主预警。")
        if target.agency_id != alert.agency_id:
            raise NotPossible("两条预警不是同一个单位的，不能并为一条；可以一起转监督事项。")
        if alert.merged.exists():
            raise NotPossible("有别的预警并在这条里，请把它们改并之后再并这一条。")
        change.values["main"] = target
        change.detail["main"] = target.number

    change = Change[Alert](text=reason, check=check)
    return perform(ALERTS, alert_id, "merge", change, sent)


def unmerge(alert_id: int, *, reason: str, **sent: Unpack[Sent]) -> Alert:
    """Take it out again: back to where it was, with a limit anew."""
    change = Change[Alert]({"main": None}, text=checked_reason(reason))
    return perform(ALERTS, alert_id, "unmerge", change, sent)
