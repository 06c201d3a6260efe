"""The sheet of evidence of one alert: everything its page shows, put together once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from mingjian.access.masking import has_personal_data, mask_always
from mingjian.access.models import User
from mingjian.access.roles import permits
from mingjian.access.scope import AllAgencies, agencies_of
from mingjian.monitor import Explanation, Library, Monitor, fingerprint_of, logic_in_words
from mingjian.standards import load_standard
from mingjian.store import arrival_column
from mingjian.supervision import queries
from mingjian.supervision.boxplot import BoxPlot, box_plot
from mingjian.supervision.flow import load_flow
from mingjian.supervision.models import Alert, AlertEvent
from mingjian.supervision.monitor_life import as_for, effective_library
from mingjian.supervision.records import RecordsUnavailable, explanation, library, monitor_of
from mingjian.supervision.timeline import Drawing, Limit, Milestone, draw
from mingjian.supervision.values import shown, table_title, title_of
from mingjian.supervision.wording import masked_sentence

ROWS_SHOWN = 50


@dataclass(frozen=True)
class Fact:
    """One fact: as it was when found, and as the records say now."""

    title: str
    then: str
    now: str
    is_changed: bool


@dataclass(frozen=True)
class ParameterLine:
    meaning: str
    value: str
    basis: str


@dataclass(frozen=True)
class SourceRow:
    """A reported row with where it came from."""

    columns: list[str]
    cells: list[str]
    submission_id: str
    row_no: int | None
    received_at: datetime | None
    version_no: int | None

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Title and value of each column, for a row shown by itself."""
        return list(zip(self.columns, self.cells, strict=True))


@dataclass(frozen=True)
class SourceTable:
    """The rows of one standard table that speak of the unit; empty columns are left out."""

    name: str
    title: str
    columns: list[str]
    rows: list[SourceRow]
    row_count: int
    hidden_count: int  # rows of agencies outside the reader's scope


@dataclass
class Sheet:
    """What the page shows. `notice` says why the records could not be read, if so."""

    alert: Alert
    message: str
    monitor: Monitor | None
    is_monitor_changed: bool
    facts: list[Fact]
    parameters: list[ParameterLine]
    logic: list[str]
    events: list[AlertEvent]
    others: list[Alert]
    may_unmask: bool
    is_unmasked: bool
    is_my_turn: bool
    as_of: date
    has_records: bool = False
    notice: str = ""
    sql: str = ""
    timeline: Drawing | None = None
    milestones: list[Milestone] = field(default_factory=list)
    peers: BoxPlot | None = None
    sources: list[SourceTable] = field(default_factory=list)
    has_personal_data: bool = False


def alert_sheet(
    alert: Alert, user: User, today: date, *, unmask: bool = False, with_records: bool = True
) -> Sheet:
    """Put the sheet of an alert together for a person who may see it (the caller checked).

    Personal data stay masked unless `unmask` is asked for by someone who holds the permission;
    the caller audits that. Without records it comes from the office database alone: at once,
    however large the store is.
    """
    monitor = monitor_of(alert.monitor_id)
    may_unmask = permits(user, "personal_data.read")
    sheet = Sheet(
        alert=alert,
        message="",
        monitor=monitor,
        is_monitor_changed=monitor is not None and _is_changed(monitor, alert),
        facts=[],
        parameters=_parameters(alert),
        logic=logic_in_words(monitor, library()) if monitor else [],
        events=queries.events_of(alert),
        others=queries.same_unit(user, alert),
        may_unmask=may_unmask,
        is_unmasked=may_unmask and unmask,
        is_my_turn=alert.state in load_flow().waiting_for(user),
        as_of=today,
    )
    found = _explained(sheet, today) if with_records else None
    sheet.has_records = with_records
    sheet.facts = _facts(sheet, found)
    evidence = alert.latest_evidence
    sheet.message = (
        alert.latest_message
        if sheet.is_unmasked
        else masked_sentence(alert.latest_message, alert.unit, evidence)
    )
    sheet.has_personal_data |= has_personal_data(alert.unit, evidence)
    if found and permits(user, "record.read"):
        sheet.sources = _sources(sheet, found, user)
    return sheet


def _is_changed(monitor: Monitor, alert: Alert) -> bool:
    """Whether the agency would be judged today by another version than that of the alert."""
    known = Library({monitor.id: monitor}, library().views)
    used = as_for(effective_library(known).monitors[monitor.id], alert.agency)
    return fingerprint_of(known, used) != alert.fingerprint


def _parameters(alert: Alert) -> list[ParameterLine]:
    return [
        ParameterLine(entry["meaning"], shown("", name, entry["value"]), entry["basis"])
        for name, entry in alert.parameters.items()
    ]


def _explained(sheet: Sheet, today: date) -> Explanation | None:
    """Fill in what comes from the records; they may be away, and the sheet still stands."""
    if sheet.monitor is None:
        sheet.notice = "模型文件已移除，只能看到发现时留下的事实。"
        return None
    try:
        found = explanation(sheet.monitor, sheet.alert.unit_id, today)
    except RecordsUnavailable as error:
        sheet.notice = str(error)
        return None
    if found is None:
        sheet.notice = "现在的业务记录里已查不到这个对象，以下是发现时留下的事实。"
        return None
    sheet.sql = found.sql
    sheet.milestones = [Milestone(title, _day(day)) for title, day in found.milestones]
    limits = [
        Limit(
            limit.title,
            _day(limit.start),
            _day(limit.end),
            _day_or_none(limit.met),
            limit.basis,
            limit.is_waiting,
        )
        for limit in found.limits
        if limit.start is not None and limit.end is not None
    ]
    sheet.timeline = draw(sheet.milestones, limits, today)
    if found.peers is not None:
        known, read = library(), sheet.monitor.file.view or ""
        view = known.views.get(read) or known.view_of_unit(sheet.alert.unit)
        column = view.file.peers.value if view and view.file.peers else ""
        sheet.peers = box_plot(found.peers, column, sheet.alert.unit)
    return found


def _facts(sheet: Sheet, found: Explanation | None) -> list[Fact]:
    """The evidence line by line; the last round's value stands in where the records say nothing."""
    alert, titles = sheet.alert, _titles(sheet.monitor, found)
    then = _as_allowed(sheet, alert.unit, alert.evidence)
    now = dict(alert.latest_evidence)
    if found is not None and sheet.monitor and sheet.monitor.file.view:
        now |= {name: _plain(found.row[name]) for name in now if name in found.row}
    now = _as_allowed(sheet, alert.unit, now)
    return [
        Fact(
            title=titles.get(name) or title_of(alert.unit, name),
            then=shown(alert.unit, name, value),
            now=shown(alert.unit, name, now.get(name)),
            is_changed=now.get(name) != value,
        )
        for name, value in then.items()
    ]


def _sources(sheet: Sheet, found: Explanation, user: User) -> list[SourceTable]:
    allowed = agencies_of(user)
    tables = []
    own_first = sorted(found.sources.items(), key=lambda item: item[0] != sheet.alert.unit)
    for name, rows in own_first:
        mine = [row for row in rows if _may_see(allowed, row)]
        sheet.has_personal_data |= any(has_personal_data(name, row) for row in mine)
        seen = [_as_allowed(sheet, name, row) for row in mine[:ROWS_SHOWN]]
        fields = load_standard().tables[name].fields
        columns = _telling(fields, seen, set() if name == sheet.alert.unit else _said(sheet.alert))
        tables.append(
            SourceTable(
                name=name,
                title=table_title(name),
                columns=[fields[column].title for column in columns],
                rows=[_source_row(name, columns, row) for row in seen],
                row_count=len(mine),
                hidden_count=len(rows) - len(mine),
            )
        )
    return tables


def _telling(
    fields: Iterable[str], rows: Sequence[Mapping[str, Any]], said: set[str | None]
) -> list[str]:
    """Columns that are filled somewhere and do more than repeat which record this is about."""
    filled = (name for name in fields if any(row.get(name) not in (None, "") for row in rows))
    return [name for name in filled if {row.get(name) for row in rows} - said]


def _said(alert: Alert) -> set[str | None]:
    """What the head of the sheet has said already of the record."""
    return {alert.unit, alert.unit_id, alert.agency_id}


def _source_row(table: str, columns: Sequence[str], row: Mapping[str, Any]) -> SourceRow:
    standard = load_standard().tables[table]

    def arrival(name: str) -> Any:
        return row.get(arrival_column(standard, name))

    return SourceRow(
        columns=[standard.fields[column].title for column in columns],
        cells=["" if row[c] is None else shown(table, c, row[c]) for c in columns],
        submission_id=arrival("submission_id") or "",
        row_no=arrival("row_no"),
        received_at=arrival("received_at"),
        version_no=arrival("version_no"),
    )


def _may_see(allowed: frozenset[str] | AllAgencies, row: Mapping[str, Any]) -> bool:
    """Rows that name no agency (a party, a rating) belong to the unit and are shown with it."""
    agency_id = row.get("agency_id")
    return agency_id is None or agency_id in allowed


def _as_allowed(sheet: Sheet, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return dict(row) if sheet.is_unmasked else mask_always(table, row)


def _titles(monitor: Monitor | None, found: Explanation | None) -> Mapping[str, str]:
    if found is not None:
        return found.titles
    return monitor.file.evidence if monitor else {}


def _plain(value: Any) -> Any:
    """As the evidence is kept: days in ISO form, money as text."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else value


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def _day_or_none(value: date | datetime | None) -> date | None:
    return None if value is None else _day(value)
