"""Event logs of any kind as one table: a row an event, in the order in which it happened.

`flow_log` has case_id, activity, code (a standard step, where the source gives one), moment (to
order by), happened_at (the local day and hour, to count limits from), resource, agency_id, row_no
and one column `attr_…` for each attribute that the procedure declares.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from mingjian.intake.limits import limits_in_force
from mingjian.intake.opening import open_file
from mingjian.intake.source import Format, Transport
from mingjian.intake.xes_file import read_xes
from mingjian.process.bench import FileBench, StoreBench, identifier, text, texts
from mingjian.process.procedure import Procedure

_ROWS_AT_ONCE = 50_000
_OFFSET = r"(:\d{2}(\.\d+)?)\s*(Z|[+-]\d{2}:?\d{2})$"
_WRITINGS = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日",
    "%Y%m%d%H%M%S",
    "%Y%m%d",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y",
)


class LogError(ValueError):
    """A log that cannot be checked, with what to do about it."""


@dataclass(frozen=True)
class LogColumns:
    """Which columns of a log say what; the defaults are the names of the XES standard."""

    case: str = "case:concept:name"
    activity: str = "concept:name"
    time: str = "time:timestamp"
    resource: str = "org:resource"
    agency: str = ""


@dataclass(frozen=True)
class Loaded:
    """How many events the log has, and how many were left out for want of case, name or time."""

    events: int
    left_out: int


def load_xes(bench: FileBench, path: Path, columns: LogColumns, procedure: Procedure) -> Loaded:
    """An XES log, packed or not, read as a stream."""
    wanted = _wanted(columns, procedure)
    records = (row for _, row in read_xes(_plain(bench, path, "xes")))
    _register(bench, wanted, records)
    return _typed(bench, columns, procedure, set(wanted))


def load_csv(
    bench: FileBench,
    path: Path,
    columns: LogColumns,
    procedure: Procedure,
    delimiter: str = ",",
) -> Loaded:
    """Delimited text with a heading, in any encoding that intake knows, packed or not."""
    plain = _plain(bench, path, "csv")
    scan = (
        f"SELECT *, ROW_NUMBER() OVER () AS flow_row FROM read_csv({text(str(plain))}, "
        f"delim = {text(delimiter)}, header = true, all_varchar = true, quote = '\"', "
        "escape = '\"', auto_detect = true, sample_size = 1000)"
    )
    bench.keep("flow_raw", scan)
    return _typed(bench, columns, procedure, _raw_columns(bench))


def load_ocel(
    bench: FileBench,
    path: Path,
    object_type: str,
    procedure: Procedure,
    resource: str = "resource",
) -> Loaded:
    """OCEL 2.0 as JSON: the objects of one type are the cases, an event of two counts in both.

    `resource` is an attribute of events, or a type of object that events point to.
    """
    limit = limits_in_force().json_bytes
    if path.stat().st_size > limit:
        raise LogError(f"JSON 文件超过 {limit >> 20} MB 的上限。请先导出为 CSV 再检查。")
    try:
        data = json.loads(_plain(bench, path, "json").read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise LogError(f"文件不是完整的 JSON（{error}）。请重新导出。") from error
    if not isinstance(data, dict) or not {"events", "objects"} <= data.keys():
        raise LogError("不是 OCEL 2.0 的 JSON：应有 events 与 objects 两个数组。")
    columns = LogColumns("case", "activity", "time", "resource")
    wanted = _wanted(columns, procedure)
    _register(bench, wanted, _ocel_rows(data, object_type, resource))
    return _typed(bench, columns, procedure, set(wanted))


def load_steps(bench: StoreBench, procedure: Procedure) -> Loaded:
    """The platform's own case_step, for the cases that the procedure names."""
    cases = procedure.cases
    if cases is None:
        raise LogError(f"流程“{procedure.title}”没有写明 cases，不能检查平台的办案环节。")
    conditions = "".join(
        f" AND CAST(o.{field} AS VARCHAR) IN ({texts(values)})"
        for field, values in cases.where.items()
    )
    attributes = "".join(
        f", CAST(o.{attribute.column} AS VARCHAR) AS attr_{name}"
        for name, attribute in procedure.attributes.items()
    )
    agency = "COALESCE(o.agency_id, s.agency_id)"
    bench.keep(
        "flow_log",
        "SELECT s.case_id, s.activity, s.step AS code, s.occurred_at AS moment, "
        f"s.occurred_at AS happened_at, s.officer_id AS resource, {agency} AS agency_id, "
        f"s.step_no AS row_no{attributes} FROM case_step s "
        f"JOIN {cases.table} o ON o.{cases.key} = s.case_id WHERE TRUE{conditions}",
    )
    count = bench.arrow("SELECT COUNT(*) AS n FROM flow_log").to_pylist()[0]["n"]
    return Loaded(int(count), 0)


def _plain(bench: FileBench, path: Path, kind: Format) -> Path:
    if not path.is_file():
        raise LogError(f"没有“{path}”这个文件。")
    transport = Transport(kind="folder", format=kind, encoding="auto")
    opened = open_file(path, transport, bench.workbench.folder, limits_in_force())
    if opened.format != kind:
        raise LogError(f"“{path.name}”实际是 {opened.format} 文件，不是 {kind}。")
    return opened.path


def _wanted(columns: LogColumns, procedure: Procedure) -> list[str]:
    named = (columns.case, columns.activity, columns.time, columns.resource, columns.agency)
    asked = [*named, *(attribute.column for attribute in procedure.attributes.values())]
    return list(dict.fromkeys(name for name in asked if name))


def _register(
    bench: FileBench, wanted: list[str], records: Iterable[Mapping[str, str | None]]
) -> None:
    """Rows of texts as `flow_raw`, a few at a time."""
    schema = pa.schema([*((name, pa.string()) for name in wanted), ("flow_row", pa.int64())])

    def pieces() -> Iterator[pa.RecordBatch]:
        numbered = enumerate(records, 1)
        while piece := list(islice(numbered, _ROWS_AT_ONCE)):
            columns = [
                pa.array([row.get(name) for _, row in piece], pa.string()) for name in wanted
            ]
            numbers = pa.array([number for number, _ in piece], pa.int64())
            yield pa.record_batch([*columns, numbers], schema=schema)

    bench.workbench.register("flow_raw", pa.RecordBatchReader.from_batches(schema, pieces()))


def _raw_columns(bench: FileBench) -> set[str]:
    return set(bench.arrow("SELECT * FROM flow_raw LIMIT 0").column_names)


def _typed(bench: FileBench, columns: LogColumns, procedure: Procedure, there: set[str]) -> Loaded:
    """`flow_log` from the texts of `flow_raw`; events without case, name or time are left out."""
    _require(columns, procedure, there)
    attributes = "".join(
        f", {identifier(attribute.column)} AS attr_{name}"
        for name, attribute in procedure.attributes.items()
    )
    written = f"TRIM({identifier(columns.time)})"
    forms = ", ".join(map(text, _WRITINGS))
    local = rf"REGEXP_REPLACE({written}, {text(_OFFSET)}, '\1')"
    # The writings are tried only where the cast fails: named once, or the engine tries them first.
    inner = (
        f"SELECT NULLIF(TRIM({identifier(columns.case)}), '') AS case_id, "
        f"NULLIF(TRIM({identifier(columns.activity)}), '') AS activity, "
        f"CASE WHEN REGEXP_MATCHES({written}, {text(_OFFSET)}) "
        f"THEN MAKE_TIMESTAMP(EPOCH_US(TRY_CAST({written} AS TIMESTAMPTZ))) END AS instant, "
        f"COALESCE(TRY_CAST({local} AS TIMESTAMP), TRY_STRPTIME({written}, [{forms}])) "
        "AS happened_at, "
        f"{_optional(columns.resource, there)} AS resource, "
        f"{_optional(columns.agency, there)} AS agency_id, flow_row AS row_no{attributes} "
        "FROM flow_raw"
    )
    bench.keep(
        "flow_log",
        "SELECT *, CAST(NULL AS VARCHAR) AS code, COALESCE(instant, happened_at) AS moment "
        f"FROM ({inner}) WHERE case_id IS NOT NULL AND activity IS NOT NULL "
        "AND happened_at IS NOT NULL",
    )
    counted = bench.arrow(
        "SELECT (SELECT COUNT(*) FROM flow_raw) AS had, (SELECT COUNT(*) FROM flow_log) AS kept"
    ).to_pylist()[0]
    if not counted["kept"]:
        raise LogError("日志里没有一个事件有案件、环节和时间；请看列名与日期的写法。")
    return Loaded(int(counted["kept"]), int(counted["had"]) - int(counted["kept"]))


def _require(columns: LogColumns, procedure: Procedure, there: set[str]) -> None:
    """Refuse a log without the columns asked for, naming those it has."""
    for title, name in (
        ("案件", columns.case),
        ("环节", columns.activity),
        ("时间", columns.time),
    ):
        if name not in there:
            known = "、".join(sorted(there - {"flow_row"}))
            raise LogError(f"日志里没有{title}列“{name}”。现有的列：{known}")
    absent = [a.column for a in procedure.attributes.values() if a.column not in there]
    if absent:
        raise LogError(f"流程要用的列“{absent[0]}”，日志里没有。")


def _optional(name: str, there: set[str]) -> str:
    if not name or name not in there:
        return "CAST(NULL AS VARCHAR)"
    return f"NULLIF(TRIM({identifier(name)}), '')"


def _ocel_rows(
    data: dict[str, Any], object_type: str, resource: str
) -> Iterator[dict[str, str | None]]:
    """One row for each event and each object of the chosen type that it names."""
    types = {str(item.get("id")): item.get("type") for item in data["objects"]}
    if object_type not in types.values():
        known = "、".join(sorted({str(kind) for kind in types.values()}))
        raise LogError(f"日志里没有“{object_type}”这一类对象。现有：{known}")
    facts = {
        str(item.get("id")): _named(item)
        for item in data["objects"]
        if item.get("type") == object_type
    }
    for event in data["events"]:
        linked = [str(link.get("objectId")) for link in event.get("relationships") or []]
        own = _named(event)
        people = [name for name in linked if types.get(name) == resource]
        basic = {
            "activity": event.get("type"),
            "time": event.get("time"),
            "resource": own.get(resource) or (people[0] if people else None),
        }
        for case in dict.fromkeys(name for name in linked if types.get(name) == object_type):
            yield facts.get(case, {}) | own | basic | {"case": case}


def _named(item: dict[str, Any]) -> dict[str, str | None]:
    """Attributes by name as texts; of one that changed, the last value."""
    return {
        str(fact.get("name")): None if fact.get("value") is None else str(fact["value"])
        for fact in item.get("attributes") or []
    }
