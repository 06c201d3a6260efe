"""From a file of any format to one all-text relation in the workbench."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mingjian.intake.faults import UnreadableFile
from mingjian.intake.json_file import read_json, read_json_lines
from mingjian.intake.limits import Limits
from mingjian.intake.opening import Opened
from mingjian.intake.rows import ROW_NO, RawRows, RowFault, write_mappings, write_records
from mingjian.intake.sheet_file import read_sheet
from mingjian.intake.source import Source
from mingjian.intake.sql_text import literal, quoted
from mingjian.intake.text_file import (
    check_width,
    column_names,
    delimiter_of,
    read_header,
    read_text,
    real_delimiter,
)
from mingjian.intake.xes_file import read_xes
from mingjian.store import Workbench

RAW = "raw_rows"
MENDING_COLUMNS = ("错误说明", "原行号")


@dataclass
class Staged:
    """All-text rows under the name `relation`, and what was noticed on the way.

    `row_base` is set where the relation has no row numbers of its own: the n-th row of the
    relation is row `row_base + n` of the file. `header_lines`: physical lines up to the header's
    end, where the engine reads text; `rows_read`: its rows before shaping. `is_shaped`: an error
    workbook, whose columns are those after shaping.
    """

    relation: str
    columns: list[str]
    row_base: int | None = None
    header_lines: int | None = None
    rows_read: int | None = None
    faults: list[RowFault] = field(default_factory=list)
    signals: list[str] = field(default_factory=list)
    is_shaped: bool = False


def stage_file(
    bench: Workbench, opened: Opened, source: Source, limits: Limits, *, exactly: bool
) -> Staged:
    """Register the file's rows as `raw_rows`.

    Delimited text is left where it is, for the engine to read at its own speed; `exactly` reads it
    record by record instead, which is what a file with broken rows needs.
    """
    if opened.format in ("csv", "tsv"):
        staged = _stage_text(bench, opened, source, limits, exactly)
    elif opened.format == "xlsx":
        staged = _stage_sheet(bench, opened.path, source, limits)
    elif opened.format == "parquet":
        staged = _stage_parquet(bench, opened.path)
    else:
        staged = _stage_mappings(bench, _mappings(opened, source, limits), limits)
    if not staged.columns:
        raise UnreadableFile(
            "文件里没有表头，也没有数据。请检查导出是否成功；确实没有数据的，请传只有表头的表，按零报送登记。"
        )
    return staged


def _stage_text(
    bench: Workbench, opened: Opened, source: Source, limits: Limits, exactly: bool
) -> Staged:
    transport = source.transport
    declared = delimiter_of(transport.delimiter, opened.format)
    delimiter = real_delimiter(
        opened.path, declared, transport.header_row, source.raw_columns(), limits
    )
    header, lines = read_header(opened.path, delimiter, transport.header_row, limits)
    columns, signals = _columns(header, source)
    if delimiter != declared:
        shown = {"\t": "制表符"}
        signals.append(
            f"文件实际以“{shown.get(delimiter, delimiter)}”分隔，"
            f"不是“{shown.get(declared, declared)}”；已按实际的分隔符读取。"
        )
    if exactly:
        target = bench.folder / "records.parquet"
        rows = read_text(opened.path, delimiter, transport.header_row, columns, target)
        return _registered(bench, rows, signals)
    types = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in columns)
    # Allowing longer lines than the engine's own limit would keep it from reading in parallel.
    bench.sql(
        f"CREATE OR REPLACE VIEW {RAW} AS SELECT * FROM read_csv({literal(str(opened.path))}, "
        f"auto_detect=false, header=false, skip={lines}, delim={literal(delimiter)}, quote='\"', "
        f"escape='\"', strict_mode=true, columns={{{types}}})"
    )
    return Staged(RAW, columns, transport.header_row, lines, signals=signals)


def _columns(header: list[str], source: Source) -> tuple[list[str], list[str]]:
    """Names of the columns; a name that is needed and stands there twice cannot be guessed."""
    columns, repeated = column_names(header)
    needed = [name for name in repeated if name in source.raw_columns()]
    if needed:
        raise UnreadableFile(
            f"表头里“{'”“'.join(needed)}”出现了不止一次，不知道该用哪一列。"
            "整个文件未入库；请删去或改名重复的列后重传。"
        )
    signals = [f"表头里“{name}”出现了不止一次。" for name in repeated]
    return columns, signals


def _stage_sheet(bench: Workbench, path: Path, source: Source, limits: Limits) -> Staged:
    header, body, is_mending = read_sheet(
        path, source.transport.sheet, source.transport.header_row, limits
    )
    check_width(len(header), limits)
    columns, signals = _columns(header, source)
    rows = write_records(bench.folder / "records.parquet", columns, body)
    staged = _registered(bench, rows, signals)
    staged.is_shaped = is_mending
    return staged


def _stage_parquet(bench: Workbench, path: Path) -> Staged:
    columns = bench.scan_parquet("parquet_file", path)
    texts = ", ".join(f"CAST({quoted(c)} AS VARCHAR) AS {quoted(c)}" for c in columns)
    bench.sql(f"CREATE OR REPLACE VIEW {RAW} AS SELECT {texts} FROM parquet_file")
    return Staged(RAW, columns, 0)


def _mappings(
    opened: Opened, source: Source, limits: Limits
) -> Iterable[tuple[int, Mapping[str, str | None]]]:
    if opened.format == "jsonl":
        return read_json_lines(opened.path)
    if opened.format == "json":
        return read_json(opened.path, source.transport.records, limits)
    return read_xes(opened.path)


def _stage_mappings(
    bench: Workbench, records: Iterable[tuple[int, Mapping[str, str | None]]], limits: Limits
) -> Staged:
    rows = write_mappings(bench.folder, records)
    check_width(len(rows.columns), limits)
    return _registered(bench, rows, [])


def _registered(bench: Workbench, rows: RawRows, signals: list[str]) -> Staged:
    if rows.files:
        files = ", ".join(literal(str(file)) for file in rows.files)
        bench.sql(
            f"CREATE OR REPLACE VIEW {RAW} AS "
            f"SELECT * FROM read_parquet([{files}], union_by_name=true)"
        )
    return Staged(RAW, rows.columns, faults=rows.faults, signals=signals)


def with_row_no(staged: Staged, bench: Workbench) -> None:
    """Give the relation row numbers of its own, for steps that move rows about."""
    if staged.row_base is None:
        return
    file = bench.folder / "numbered.parquet"
    staged.rows_read = bench.write_parquet(f"SELECT * FROM {staged.relation}", file)
    bench.sql(
        f"CREATE OR REPLACE VIEW numbered_rows AS SELECT file_row_number + {staged.row_base + 1} "
        f"AS {ROW_NO}, * EXCLUDE (file_row_number) "
        f"FROM read_parquet({literal(str(file))}, file_row_number=true)"
    )
    staged.relation, staged.row_base = "numbered_rows", None
