"""考核: drawn up by the scheme, objected to, settled, published, discarded."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404

from mingjian.access import audit
from mingjian.access.flow import NotPossible
from mingjian.access.models import Agency, User
from mingjian.access.roles import require
from mingjian.access.scope import for_user
from mingjian.appraisal import scoring
from mingjian.appraisal.acts.step import Step, checked_reason
from mingjian.appraisal.flow import load_flow
from mingjian.appraisal.models import Appraisal, Deduction, DeductionObjection
from mingjian.appraisal.places import is_organiser, place_of
from mingjian.appraisal.queries import scheme_of, sheets, visible
from mingjian.appraisal.scheme import load_schemes
from mingjian.indicators import load_figures
from mingjian.standards import home

FLOW = "appraisal"
Period = tuple[date, date]


def draw_up(
    by: User, scheme: str, period: Period, *, today: date, ip: str | None = None
) -> Appraisal:
    """测算: scores of every agency of the person's place, by the scheme as it is now.

    Raises NotPossible for a period that is not over, was assessed already, or before any data
    was ever looked at (then nobody could tell zero from never reported).
    """
    flow = load_flow(FLOW)
    require(by, flow.permission_for("draw_up"))
    place = place_of(by)
    rules = load_schemes().get(scheme)
    if rules is None:
        raise NotPossible("没有这个考核方案。")
    start, end = period
    if start > end or end >= today:
        raise NotPossible("期间的起止不对：止日须在起日之后、今天之前。")
    agencies: QuerySet[Agency] = for_user(Agency.objects.filter(is_listed=True), by, "")
    reporting = _reporting(end)
    appraisal = Appraisal(
        scheme=scheme,
        scheme_name=rules.name,
        rules=rules.frozen,
        region=place,
        start_on=start,
        end_on=end,
        state="drawn",
        drawn_by=by,
        drawn_on=today,
        due_on=flow.due_on("drawn", "any", today),
    )
    try:
        with transaction.atomic():
            appraisal.save()
            scoring.write_sheets(appraisal, agencies.order_by("agency_id"), reporting)
            count = appraisal.sheets.count()
            audit.record(by, "appraisal.draw_up", appraisal, ip=ip, scheme=scheme, sheets=count)
    except IntegrityError as error:
        raise NotPossible("这个方案、这段期间已经测算过；要重新测算，先把原来的作废。") from error
    return appraisal


def raise_objection(
    by: User, deduction_id: int, *, reason: str, today: date, ip: str | None = None
) -> DeductionObjection:
    """提出异议, by the agency, to one deduction of its own, within the time."""
    reason = checked_reason(reason)
    deduction = _deduction(by, deduction_id)
    made: list[DeductionObjection] = []

    def check(appraisal: Appraisal) -> None:
        if appraisal.due_on is not None and today > appraisal.due_on:
            raise NotPossible(f"异议期已于 {appraisal.due_on} 届满。")
        if DeductionObjection.objects.filter(deduction=deduction).exists():
            raise NotPossible("这条扣分已经提过异议。")

    def then(_appraisal: Appraisal) -> dict[str, object]:
        made.append(
            DeductionObjection.objects.create(
                deduction=deduction, reason=reason, raised_by=by, raised_on=today
            )
        )
        return {"deduction": deduction.pk}

    step = Step(FLOW, "object", by, visible(by), {}, ip=ip, check=check, then=then)
    step.do(deduction.sheet.appraisal_id)
    return made[0]


def settle(
    by: User,
    deduction_id: int,
    *,
    outcome: str,
    reason: str,
    today: date,
    ip: str | None = None,
) -> DeductionObjection:
    """答复异议: struck, the deduction no longer counts and score and places are worked out anew."""
    if outcome not in dict(DeductionObjection.OUTCOMES):
        raise NotPossible("答复不在可选值之内。")
    reason = checked_reason(reason)
    deduction = _deduction(by, deduction_id)

    def check(appraisal: Appraisal) -> None:
        _refuse_others(by, appraisal)
        objection = DeductionObjection.objects.filter(deduction=deduction).first()
        if objection is None or objection.outcome:
            raise NotPossible("这条扣分没有待答复的异议。")

    def then(appraisal: Appraisal) -> dict[str, object]:
        DeductionObjection.objects.filter(deduction=deduction).update(
            outcome=outcome, answer=reason, answered_by=by, answered_on=today
        )
        if outcome == "struck":
            Deduction.objects.filter(pk=deduction.pk).update(is_struck=True)
            scoring.add_up(deduction.sheet, scheme_of(appraisal))
            scoring.rank(appraisal)
        return {"deduction": deduction.pk, "outcome": outcome}

    step = Step(FLOW, "settle", by, visible(by), {}, ip=ip, check=check, then=then)
    step.do(deduction.sheet.appraisal_id)
    return DeductionObjection.objects.get(deduction=deduction)


def publish(
    by: User, appraisal_id: int, *, today: date, version: int | None = None, ip: str | None = None
) -> Appraisal:
    """发布: after the time for objections, with all of them answered; fixed by its digest."""
    values: dict[str, object] = {"published_on": today}

    def check(appraisal: Appraisal) -> None:
        _refuse_others(by, appraisal)
        if appraisal.due_on is not None and today <= appraisal.due_on:
            raise NotPossible(f"异议期到 {appraisal.due_on} 届满，届满之后才能发布。")
        open_ones = DeductionObjection.objects.filter(
            deduction__sheet__appraisal=appraisal, outcome=""
        ).count()
        if open_ones:
            raise NotPossible(f"还有 {open_ones} 条异议没有答复。")
        values["digest"] = scoring.digest_of(appraisal)

    step = Step(FLOW, "publish", by, visible(by), values, version, ip, check)
    return step.do(appraisal_id)


def discard(
    by: User,
    appraisal_id: int,
    *,
    reason: str,
    version: int | None = None,
    ip: str | None = None,
) -> Appraisal:
    """作废: kept, but no longer in force; the period may be assessed anew."""
    values = {"discard_reason": checked_reason(reason), "due_on": None}

    def check(appraisal: Appraisal) -> None:
        _refuse_others(by, appraisal)

    return Step(FLOW, "discard", by, visible(by), values, version, ip, check).do(appraisal_id)


def is_intact(appraisal: Appraisal) -> bool:
    """Whether what was published is still what stands here."""
    return appraisal.digest == scoring.digest_of(appraisal)


def _reporting(end: date) -> set[str]:
    """Agencies from which any record had come by the end of the period, as the night counted."""
    figures = load_figures(home() / "indicators")
    if figures is None:
        raise NotPossible("夜间作业还没有跑过，分不清“0”和“未报送”。请先运行夜间一轮。")
    first = figures.table.group_by("agency_id").aggregate([("month", "min")]).to_pylist()
    return {row["agency_id"] for row in first if row["month_min"] <= end}


def _deduction(by: User, deduction_id: int) -> Deduction:
    seen = Deduction.objects.filter(sheet__in=sheets(by).order_by().values("pk"))
    deduction: Deduction | None = seen.select_related("sheet").filter(pk=deduction_id).first()
    if deduction is None:
        raise Http404("没有这条扣分，或者它不在您的范围内。")
    return deduction


def _refuse_others(by: User, appraisal: Appraisal) -> None:
    if not is_organiser(by, appraisal.region_id):
        raise NotPossible(f"这次考核由{appraisal.region}的监督机构办理。")
