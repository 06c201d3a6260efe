"""请假代办: who acts for whom, from when to when, within what content/access allows.

The delegate acts as himself with the absent person's role and scope put on for the time of a
request: acts and checks of "not the same person" see the delegate, the audit line names both.
"""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mingjian.access import audit, events, second_factor
from mingjian.access.models import Delegation, User
from mingjian.access.policy import load_policy
from mingjian.access.roles import load_roles, permits, require

MANAGE = "user.manage"
_ACTING = "acting_under_delegation"


def delegate(
    absent: User,
    to: User,
    starts_on: date,
    ends_on: date,
    *,
    reason: str,
    by: User,
    today: date,
    ip: str | None = None,
) -> Delegation:
    """Let `to` act for `absent`; arranged by the person himself or the system administrator.

    Raises ValidationError with what stands against it.
    """
    _may_arrange(by, absent)
    _check_days(starts_on, ends_on, today)
    why = _against(absent, to)
    if why:
        raise ValidationError(why)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=absent.pk)  # two arrangements take turns
        overlapping = _in_force(ends_on, starts_on).filter(absent=absent)
        if overlapping.exists():
            raise ValidationError("这段时间已经安排了代办人，请先结束原来的安排。")
        made = Delegation.objects.create(
            absent=absent, delegate=to, starts_on=starts_on, ends_on=ends_on, reason=reason
        )
        events.delegated.send(Delegation, made=made, by=by)
        audit.record(
            by,
            "delegation.make",
            made,
            ip=ip,
            absent=absent.username,
            delegate=to.username,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=reason,
        )
    return made


def end(number: int, *, by: User, ip: str | None = None) -> None:
    """End an arrangement early; the absent person or the administrator. Twice changes nothing."""
    made = Delegation.objects.select_related("absent", "delegate").filter(pk=number).first()
    if made is None:
        raise ValidationError("没有这项代办安排。")
    _may_arrange(by, made.absent)
    with transaction.atomic():
        open_ones = Delegation.objects.filter(pk=number, ended_at__isnull=True)
        if open_ones.update(ended_at=timezone.now()):
            names = {"absent": made.absent.username, "delegate": made.delegate.username}
            events.delegation_ended.send(Delegation, made=made, by=by)
            audit.record(by, "delegation.end", made, ip=ip, **names)


def open_to(user: User, today: date) -> QuerySet[Delegation]:
    """Arrangements under which the user may act for somebody today."""
    return _in_force(today, today).filter(delegate_id=user.pk).select_related("absent")


def arranged_by(user: User) -> QuerySet[Delegation]:
    """The arrangements that the user may see and end: the own ones, all for the administrator."""
    rows = Delegation.objects.select_related("absent", "delegate")
    return rows if permits(user, MANAGE) else rows.filter(absent_id=user.pk)


def all_arrangements(by: User) -> QuerySet[Delegation]:
    """Every arrangement, the newest first, for the administrator."""
    require(by, MANAGE)
    return Delegation.objects.select_related("absent", "delegate")


def may_be_absent() -> QuerySet[User]:
    """Active accounts whose role may be stood in for."""
    roles = [name for name, role in load_roles().roles.items() if role.delegates]
    people = User.objects.filter(is_active=True, role__in=roles)
    return people.select_related("region", "agency").order_by("display_name", "username")


def candidates(absent: User) -> list[User]:
    """Who may act for the person."""
    roles = load_roles().roles[absent.role].delegates
    people = User.objects.filter(is_active=True, role__in=roles).exclude(pk=absent.pk)
    listed = people.select_related("region", "agency").order_by("display_name", "username")
    return [person for person in listed if not _against(absent, person)]


def begin_acting(request: HttpRequest, number: int, *, ip: str | None = None) -> Delegation:
    """From the next request on, act for the absent person."""
    made = open_to(request.user, timezone.localdate()).filter(pk=number).first()
    if made is None or request.user.acting_for is not None:
        raise ValidationError("这项代办不在有效期内，或者您正在代另一人办理。")
    if second_factor.is_required(made.absent) and not second_factor.is_bound(request.user):
        raise ValidationError("对方的角色必须绑定动态码，请先在“我的账号”绑定您自己的。")
    with transaction.atomic():
        request.session[_ACTING] = made.pk
        audit.record(request.user, "delegation.begin", made, ip=ip, absent=made.absent.username)
    return made


def stop_acting(request: HttpRequest, *, ip: str | None = None) -> None:
    number = request.session.pop(_ACTING, None)
    if number is not None:
        audit.record(request.user, "delegation.stop", ("Delegation", number), ip=ip)


class ActingFor:
    """Puts the absent person's role and scope on the delegate, while the arrangement holds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and _ACTING in request.session:
            self._put_on(request)
        return self.get_response(request)

    def _put_on(self, request: HttpRequest) -> None:
        user, number = request.user, request.session[_ACTING]
        rows = open_to(user, timezone.localdate()).select_related(
            "absent__region", "absent__agency"
        )
        made = rows.filter(pk=number, absent__is_active=True).first()
        if made is None or _against(made.absent, user):
            del request.session[_ACTING]
            messages.warning(request, "代办已经结束，现在按您本人的角色办理。")
            return
        absent = made.absent
        user.acting_for = absent
        user.role, user.scope = absent.role, absent.scope
        user.region, user.agency = absent.region, absent.agency


def _may_arrange(by: User, absent: User) -> None:
    if by.acting_for is not None or (by.pk != absent.pk and not permits(by, MANAGE)):
        raise PermissionDenied("只有本人或系统管理员可以安排代办，代办期间不能再转托。")


def _check_days(starts_on: date, ends_on: date, today: date) -> None:
    most = load_policy().delegation.longest_days
    if ends_on < starts_on or ends_on < today:
        raise ValidationError("止日早于起日，或者已经过去。")
    if (ends_on - starts_on).days + 1 > most:
        raise ValidationError(f"一次最多安排 {most} 天。")


def _against(absent: User, to: User) -> str:
    """Why `to` may not act for `absent`; "" when he may."""
    roles = load_roles().roles
    role = roles[absent.role]
    if absent.pk == to.pk or not to.is_active:
        return "代办人须是另一个在用的账号。"
    if not role.delegates:
        return f"“{role.title}”不得由他人代办。"
    if to.role not in role.delegates:
        titles = "、".join(roles[name].title for name in role.delegates)
        return f"“{role.title}”只能由{titles}代办，不能由“{roles[to.role].title}”代办。"
    places = [(who.scope, who.region_id, who.agency_id) for who in (absent, to)]
    if places[0] != places[1] and to.scope != "city":
        return "代办人须与请假人同一单位、同一范围，或者范围是全市。"
    return ""


def _in_force(last: date, first: date) -> QuerySet[Delegation]:
    """Arrangements that hold on some day from `first` to `last`."""
    days = Q(starts_on__lte=last, ends_on__gte=first)
    return Delegation.objects.filter(days, ended_at__isnull=True)
