"""机构沿革: agencies merged, split, renamed; who takes over sees and answers for what is open.

The effect on what people see is in `scope`; alerts and papers keep the name they were made with.
"""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from mingjian.access import audit
from mingjian.access.models import Agency, AgencySuccession, User
from mingjian.access.roles import permits, require
from mingjian.access.scope import for_user, may_see

MANAGE = "agency.succeed"


def record_succession(
    kind: str,
    predecessors: Sequence[str],
    successors: Sequence[str],
    *,
    on: date,
    basis: str,
    by: User,
    ip: str | None = None,
) -> list[AgencySuccession]:
    """Note which agencies went into which on a day. Raises ValidationError when it cannot be so.

    合并: several into one. 分立: one into several. 更名: one into one.
    """
    require(by, MANAGE)
    _check_shape(kind, predecessors, successors)
    if not all(may_see(by, agency_id) for agency_id in (*predecessors, *successors)):
        raise PermissionDenied("有的主体不在您的范围内，不能登记它的沿革。")
    with transaction.atomic():
        # Two records at once could close a ring between them: one after the other.
        list(Agency.objects.select_for_update().filter(pk__in=[*predecessors, *successors]))
        _check_no_ring(predecessors, successors)
        made = []
        for predecessor in predecessors:
            for successor in successors:
                place = {"predecessor_id": predecessor, "successor_id": successor}
                if AgencySuccession.objects.filter(**place, revoked_at__isnull=True).exists():
                    raise ValidationError(f"{predecessor} 并入 {successor} 已经登记过。")
                made.append(
                    AgencySuccession.objects.create(
                        **place, kind=kind, on=on, basis=basis, recorded_by=by
                    )
                )
        audit.record(
            by,
            "agency.succeed",
            ("Agency", "、".join(predecessors)[:200]),
            ip=ip,
            kind=kind,
            into=list(successors),
            on=on,
            basis=basis,
        )
    return made


def revoke_succession(number: int, *, by: User, reason: str, ip: str | None = None) -> None:
    """Take a wrong record back; it stays readable. Twice changes nothing."""
    require(by, MANAGE)
    found = seen_successions(by).filter(pk=number).first()
    if found is None:
        raise ValidationError("没有这条沿革，或者它不在您的范围内。")
    if not reason.strip():
        raise ValidationError("请写明为什么撤销。")
    with transaction.atomic():
        rows = AgencySuccession.objects.filter(pk=number, revoked_at__isnull=True)
        if rows.update(revoked_at=timezone.now()):
            audit.record(
                by,
                "agency.revoke_succession",
                ("Agency", found.predecessor_id),
                ip=ip,
                into=found.successor_id,
                reason=reason,
            )


def seen_successions(user: User) -> QuerySet[AgencySuccession]:
    """The records that touch an agency in the user's scope."""
    if not permits(user, MANAGE):
        return AgencySuccession.objects.none()
    agencies = for_user(Agency.objects, user, "").values("pk")
    seen = Q(predecessor__in=agencies) | Q(successor__in=agencies)
    return AgencySuccession.objects.filter(seen).select_related(
        "predecessor", "successor", "recorded_by"
    )


def _check_shape(kind: str, predecessors: Sequence[str], successors: Sequence[str]) -> None:
    fits = {
        "merged": len(predecessors) >= 1 and len(successors) == 1,
        "split": len(predecessors) == 1 and len(successors) >= 2,
        "renamed": len(predecessors) == 1 and len(successors) == 1,
    }
    if kind not in fits:
        raise ValidationError(f"没有“{kind}”这种方式。")
    if not fits[kind]:
        raise ValidationError("合并是几个并入一个，分立是一个分成几个，更名是一个换成一个。")
    if set(predecessors) & set(successors):
        raise ValidationError("原主体和承继主体不能是同一个。")


def _check_no_ring(predecessors: Sequence[str], successors: Sequence[str]) -> None:
    """What goes into B must not have come from B."""
    ahead, seen = set(successors), set()
    while ahead:
        if ahead & set(predecessors):
            raise ValidationError("这样登记会首尾相接：承继主体以前已并入原主体。")
        seen |= ahead
        rows = AgencySuccession.objects.filter(revoked_at__isnull=True, predecessor__in=ahead)
        ahead = set(rows.values_list("successor_id", flat=True)) - seen
