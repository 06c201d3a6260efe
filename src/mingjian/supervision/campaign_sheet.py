"""What the page and the workbook of a campaign show: numbers, each with the part behind it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from mingjian.access.models import Agency, Region, User
from mingjian.supervision import campaign_queries as queries
from mingjian.supervision import queries as alert_queries
from mingjian.supervision.flow import load_campaign_flow
from mingjian.supervision.models import Alert, Campaign, CampaignStage
from mingjian.supervision.records import monitor_of

WEEK = timedelta(days=7)
WEEKS_AROUND = 12  # at most so many before and after
PHASES = {"before": "之前", "during": "期间", "after": "之后"}


@dataclass(frozen=True)
class Cell:
    """A number and the part of the alerts it counts."""

    count: int
    part: str


@dataclass(frozen=True)
class Line:
    """A row of a table: a stage, a district, an agency, a monitor. `narrow` narrows the list to
    the row, as part of an address."""

    title: str
    note: str
    cells: list[Cell]
    narrow: str = ""


@dataclass(frozen=True)
class Week:
    """Alerts of its kind found in a week; no count where nothing was monitored yet."""

    first: date
    last: date
    phase: str
    count: int | None
    share: float

    @property
    def part(self) -> str:
        return f"days-{self.first:%Y%m%d}-{self.last:%Y%m%d}"

    @property
    def phase_title(self) -> str:
        return PHASES[self.phase]


@dataclass(frozen=True)
class Pace:
    """How many a week in one phase: the sum, the whole weeks watched, and their quotient."""

    title: str
    total: int
    weeks: int

    @property
    def mean(self) -> float | None:
        return self.total / self.weeks if self.weeks else None


@dataclass(frozen=True)
class CampaignSheet:
    """Everything that is shown, in the person's scope."""

    headings: list[queries.Outcome]
    totals: list[Cell]
    stages: list[Line]
    stage_headings: list[str]
    districts: list[Line]
    agencies: list[Line]
    monitors: list[Line]
    weeks: list[Week]
    paces: list[Pace]
    candidates: int


def campaign_sheet(campaign: Campaign, user: User, today: date) -> CampaignSheet:
    """Read once for a page; the caller checked that the person may see the campaign."""
    rows = queries.members(user, campaign)
    kinds = queries.outcomes(today)
    weeks = _weeks(campaign, user, today)
    return CampaignSheet(
        headings=list(kinds.values()),
        totals=_cells(queries.counts(rows, _conditions(kinds))),
        stages=[_stage_line(campaign, rows, stage) for stage in campaign.stages.all()],
        stage_headings=[title for title, _ in queries.HAPPENINGS.values()],
        districts=_by_district(rows, kinds),
        agencies=_by_agency(rows, kinds),
        monitors=_by_monitor(rows, kinds),
        weeks=weeks,
        paces=[_pace(name, weeks, today) for name in PHASES],
        candidates=_candidates(campaign, user),
    )


def stage_on(campaign: Campaign, day: date) -> CampaignStage | None:
    """The stage that a day lies in."""
    return campaign.stages.filter(starts_on__lte=day, ends_on__gte=day).first()


def monitor_titles(campaign: Campaign) -> list[str]:
    """Code and name of its monitors; the id where its file was removed."""
    found = [(name, monitor_of(name)) for name in campaign.monitors]
    return [f"{m.file.code} {m.file.name}" if m else name for name, m in found]


def kind_title(campaign: Campaign) -> str:
    return load_campaign_flow().file.kinds[campaign.kind].title


def _candidates(campaign: Campaign, user: User) -> int:
    if campaign.state != queries.RUNNING:
        return 0
    return alert_queries.visible(user).filter(queries.candidates(campaign)).count()


def _conditions(kinds: dict[str, queries.Outcome]) -> queries.Conditions:
    return [(name, kind.condition) for name, kind in kinds.items()]


def _cells(counted: dict[str, int]) -> list[Cell]:
    return [Cell(count, name) for name, count in counted.items()]


def _stage_line(campaign: Campaign, rows: QuerySet[Alert], stage: CampaignStage) -> Line:
    parts = [f"stage-{stage.no}-{name}" for name in queries.HAPPENINGS]
    conditions = [(name, queries.part(campaign, name, stage.ends_on)) for name in parts]
    counted = queries.counts(rows, conditions)
    return Line(stage.name, f"{stage.starts_on} 至 {stage.ends_on}", _cells(counted))


def _by_district(rows: QuerySet[Alert], kinds: dict[str, queries.Outcome]) -> list[Line]:
    """By the district that the agency lies in; those of a street count for its district."""
    sums: dict[str, Counter[str]] = {}
    for row in queries.grouped(rows, "agency__region_id", _conditions(kinds)):
        code = (row.pop("agency__region_id") or "")[:6]
        sums.setdefault(code, Counter()).update(row)
    names = dict(Region.objects.filter(pk__in=sums).values_list("region_code", "name"))
    return [
        Line(
            names.get(code, "未标明"),
            "",
            [Cell(sums[code][name], f"{name}@{code}") for name in kinds],
        )
        for code in sorted(sums)
    ]


def _by_agency(rows: QuerySet[Alert], kinds: dict[str, queries.Outcome]) -> list[Line]:
    found = queries.grouped(rows, "agency_id", _conditions(kinds))
    agencies = Agency.objects.select_related("region").in_bulk(
        [row["agency_id"] for row in found if row["agency_id"]]
    )
    return [
        Line(
            agencies[code].name if code else "未标明",
            str(agencies[code].region or "") if code else "",
            [Cell(row[name], name if code else f"{name}@") for name in kinds],
            f"agency={code}" if code else "",
        )
        for row in sorted(found, key=lambda row: -row["joined"])
        for code in [row["agency_id"]]
    ]


def _by_monitor(rows: QuerySet[Alert], kinds: dict[str, queries.Outcome]) -> list[Line]:
    found = queries.grouped(rows, "monitor_code", _conditions(kinds))
    names = dict(
        Alert.objects.filter(monitor_code__in=[r["monitor_code"] for r in found])
        .order_by()
        .values_list("monitor_code", "monitor_name")
        .distinct()
    )
    return [
        Line(
            names[row["monitor_code"]],
            row["monitor_code"],
            [Cell(row[name], name) for name in kinds],
            f"monitor={row['monitor_code']}",
        )
        for row in sorted(found, key=lambda row: row["monitor_code"])
    ]


def _weeks(campaign: Campaign, user: User, today: date) -> list[Week]:
    """Whole weeks counted from the first day of the campaign, backwards and onwards."""
    end = campaign.closed_on or campaign.ends_on
    length = max(1, -(-((end - campaign.starts_on).days + 1) // 7))
    around = min(length, WEEKS_AROUND)
    firsts = [campaign.starts_on + WEEK * n for n in range(-around, length + around)]
    firsts = [first for first in firsts if first <= today]
    watched = queries.watched_since()
    found = queries.found_days(user, campaign, firsts[0], today) if firsts else set()
    by_week: dict[date, set[int]] = {}
    for alert, day in found:
        first = campaign.starts_on + WEEK * ((day - campaign.starts_on).days // 7)
        by_week.setdefault(first, set()).add(alert)
    most = max((len(alerts) for alerts in by_week.values()), default=0)
    return [
        Week(
            first,
            first + WEEK - timedelta(days=1),
            _phase(first, campaign.starts_on, end),
            count := _count(by_week, first, watched),
            (count or 0) / most if most else 0.0,
        )
        for first in firsts
    ]


def _count(by_week: dict[date, set[int]], first: date, watched: date | None) -> int | None:
    """None for a week in which nothing had been monitored yet: that is not a zero."""
    if watched is None or first + WEEK <= watched:
        return None
    return len(by_week.get(first, ()))


def _phase(first: date, starts_on: date, ends_on: date) -> str:
    if first < starts_on:
        return "before"
    return "during" if first <= ends_on else "after"


def _pace(phase: str, weeks: Iterable[Week], today: date) -> Pace:
    """The week that is not over yet would make the pace look slower: it is left out."""
    over = [week for week in weeks if week.phase == phase and week.last < today]
    counts = [week.count for week in over if week.count is not None]
    return Pace(PHASES[phase], sum(counts), len(counts))
