"""垂直管理 of agencies as the office notes it: from which day, for what reason.

The register of agencies says it, too; a note counts before the register, from its day on
(行政执法监督条例第四十二条: of a vertically managed body its superior is told).
"""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from mingjian.access import audit
from mingjian.access.models import Agency, User, VerticalNote
from mingjian.access.roles import require
from mingjian.access.scope import for_user, may_see

MANAGE = "agency.succeed"


def note_vertical(
    agency: Agency,
    *,
    is_vertical: bool,
    on: date,
    reason: str,
    by: User,
    ip: str | None = None,
) -> VerticalNote:
    """Note that the agency is (or no longer is) vertically managed from a day on."""
    require(by, MANAGE)
    if not may_see(by, agency.pk):
        raise PermissionDenied("这个主体不在您的范围内，不能登记。")
    with transaction.atomic():
        made = VerticalNote.objects.create(
            agency=agency, is_vertical=is_vertical, on=on, reason=reason, noted_by=by
        )
        audit.record(
            by, "agency.vertical", agency, ip=ip, is_vertical=is_vertical, on=on, reason=reason
        )
    return made


def vertical_on(agency_id: str, day: date) -> bool | None:
    """What is noted for the day; None where nothing is."""
    notes = VerticalNote.objects.filter(agency_id=agency_id, on__lte=day)
    last = notes.order_by("-on", "-pk").first()
    return last.is_vertical if last is not None else None


def seen_notes(user: User) -> QuerySet[VerticalNote]:
    """The notes about agencies in the person's scope, the newest first."""
    rows: QuerySet[VerticalNote] = for_user(VerticalNote.objects, user)
    return rows.select_related("agency__region", "noted_by")
