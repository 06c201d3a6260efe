"""From facts to marks: what every agency loses, its score, its place in its group, the digest."""

import json
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import QuerySet

from mingjian.access.audit import digest
from mingjian.access.models import Agency
from mingjian.appraisal.models import AgencySheet, Appraisal, Deduction
from mingjian.appraisal.queries import scheme_of
from mingjian.appraisal.scheme import Scheme
from mingjian.supervision.confirmed import Fact, confirmed_counts, facts

TENTH = Decimal("0.1")


def write_sheets(appraisal: Appraisal, agencies: QuerySet[Agency], reporting: set[str]) -> None:
    """One sheet an agency with its deductions; the caller holds the transaction."""
    scheme = scheme_of(appraisal)
    start, end = appraisal.start_on, appraisal.end_on
    counts = confirmed_counts(agencies, start, end)
    sheets = {}
    for agency in agencies:
        sheets[agency.pk] = AgencySheet(
            appraisal=appraisal,
            agency=agency,
            peer_group=agency.peer_group,
            is_reported=agency.pk in reporting,
            confirmed=counts.get(agency.pk, 0),
            deducted=Decimal(),
            score=Decimal() if agency.pk in reporting else None,
        )
    AgencySheet.objects.bulk_create(sheets.values())
    Deduction.objects.bulk_create(_deductions(scheme, agencies, sheets, start, end))
    for sheet in AgencySheet.objects.filter(appraisal=appraisal):
        add_up(sheet, scheme)
    rank(appraisal)


def _deductions(
    scheme: Scheme,
    agencies: QuerySet[Agency],
    sheets: dict[str, AgencySheet],
    start: date,
    end: date,
) -> list[Deduction]:
    rows = []
    for item in scheme.items:
        found = facts(item.counts, agencies, start, end)
        for fact in found:
            sheet = sheets[fact.agency_id]
            rows.append(_row(sheet, item.code, item.points_of_one(sheet.confirmed), fact))
    return rows


def _row(sheet: AgencySheet, item: str, points: Decimal, fact: Fact) -> Deduction:
    return Deduction(
        sheet=sheet,
        item=item,
        points=points,
        on=fact.on,
        words=fact.words[:400],
        alert_id=fact.alert_id,
        matter_id=fact.matter_id,
    )


def add_up(sheet: AgencySheet, scheme: Scheme) -> None:
    """Items, deduction and score from the deductions that stand."""
    standing: dict[str, list[Decimal]] = defaultdict(list)
    for item, points in sheet.deductions.filter(is_struck=False).values_list("item", "points"):
        standing[item].append(points)
    items = {}
    total = Decimal()
    for item in scheme.items:
        points = min(sum(standing[item.code], Decimal()), Decimal(str(item.cap)))
        points = points.quantize(TENTH, ROUND_HALF_UP)
        items[item.code] = {"rows": len(standing[item.code]), "deducted": str(points)}
        total += points
    sheet.items, sheet.deducted = items, total
    if sheet.is_reported:
        sheet.score = max(Decimal(scheme.full_marks) - total, Decimal())
    sheet.save(update_fields=["items", "deducted", "score"])


def rank(appraisal: Appraisal) -> None:
    """Places within a peer group, equal scores the same place; none where too few are compared."""
    least = scheme_of(appraisal).group_at_least
    by_group: dict[str, list[AgencySheet]] = defaultdict(list)
    for sheet in appraisal.sheets.all():
        sheet.rank = None
        by_group[sheet.peer_group if sheet.score is not None else ""].append(sheet)
    for group, members in by_group.items():
        if group and len(members) >= least:
            scores = sorted((sheet.score or Decimal() for sheet in members), reverse=True)
            for sheet in members:
                sheet.rank = scores.index(sheet.score or Decimal()) + 1
    every = [sheet for members in by_group.values() for sheet in members]
    AgencySheet.objects.bulk_update(every, ["rank"])


def digest_of(appraisal: Appraisal) -> str:
    """Over the rules, every sheet and every deduction: what a publication fixes."""
    sheets = appraisal.sheets.order_by("agency_id").values_list(
        "agency_id", "peer_group", "is_reported", "confirmed", "items", "deducted", "score", "rank"
    )
    rows = Deduction.objects.filter(sheet__appraisal=appraisal).order_by("pk")
    deductions = rows.values_list(
        "sheet__agency_id", "item", "points", "on", "words", "alert_id", "matter_id", "is_struck"
    )
    content = [
        appraisal.scheme,
        appraisal.rules,
        appraisal.region_id,
        appraisal.start_on,
        appraisal.end_on,
        list(sheets),
        list(deductions),
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=_plain)
    return digest(text.encode())


def _plain(value: object) -> str:
    """Decimals and dates as text, the same whatever the database gives back."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
