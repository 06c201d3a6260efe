"""Steps that move rows about before their values are read: choose, fill, split, number, merge.

Everything here is text to text, so that a rejected row can go back to its sender in the shape in
which it was judged, and come in again without these steps.
"""

import re

from mingjian.intake.faults import UnreadableFile
from mingjian.intake.rows import ROW_NO
from mingjian.intake.source import (
    Collapse,
    Condition,
    Explode,
    FillDown,
    Pick,
    Sequence,
    Source,
    columns_in,
)
from mingjian.intake.sql_text import listed, literal, quoted
from mingjian.intake.staging import Staged, with_row_no
from mingjian.store import Workbench


def shape_rows(staged: Staged, source: Source, bench: Workbench) -> None:
    """Apply the steps in order: fill_down, only, explode, compose, sequence, collapse.

    What is composed of the number that `sequence` gives is composed right after it.
    """
    if staged.is_shaped or not needs_shaping(source):
        return
    absent = _absent(staged, source)
    with_row_no(staged, bench)
    present = _present(staged, source)
    columns = [*present, *absent]
    empty = "".join(f", CAST(NULL AS VARCHAR) AS {quoted(column)}" for column in absent)
    sql = f"SELECT {ROW_NO}, {listed(present)}{empty} FROM {staged.relation}"
    for fill in source.fill_down:
        sql = _filled(sql, fill, columns)
    if source.only:
        sql = f"SELECT * FROM ({sql}) WHERE {conditions_sql(source.only)}"
    if source.explode:
        sql = _exploded(sql, source.explode)
    number = source.sequence.column if source.sequence else None
    late = {name: text for name, text in source.compose.items() if number in columns_in(text)}
    sql = _composed(sql, {k: text for k, text in source.compose.items() if k not in late})
    if source.sequence:
        sql = _numbered(sql, source.sequence)
    sql = _composed(sql, late)
    columns += sorted(source.added_columns())
    if source.collapse:
        sql = _collapsed(sql, source.collapse)
        columns = [*source.collapse.by, *source.collapse.columns]
    file = bench.folder / "shaped.parquet"
    bench.write_parquet(f"SELECT {ROW_NO}, {listed(columns)} FROM ({sql}) ORDER BY {ROW_NO}", file)
    bench.scan_parquet("shaped_rows", file)
    staged.relation, staged.columns, staged.row_base = "shaped_rows", columns, None


def needs_shaping(source: Source) -> bool:
    chosen = (source.fill_down, source.only, source.explode, source.compose)
    return any((*chosen, source.sequence, source.collapse))


def _present(staged: Staged, source: Source) -> list[str]:
    """Columns of the file, without those that a column made by the steps would hide."""
    hidden = sorted(source.added_columns() & set(staged.columns))
    if hidden:
        staged.signals.append(
            f"文件自带的列“{'、'.join(hidden)}”与数据源生成的列同名，没有采用；"
            "请在数据源文件里给生成的列另起名字。"
        )
    return [column for column in staged.columns if column not in hidden]


def _absent(staged: Staged, source: Source) -> list[str]:
    """Columns that the steps read and the file lacks; without some there is nothing to shape."""
    absent = sorted(source.shaping_columns() - set(staged.columns))
    by = {column for step in (source.sequence, source.collapse) if step for column in step.by}
    vital = [column for column in absent if column in by | set(source.only)]
    if vital:
        raise UnreadableFile(
            f"缺少必需的列：{'、'.join(vital)}（文件里的列：{'、'.join(staged.columns[:30])}）。"
            f"整个文件未入库；请检查传的是不是“{source.name}”的文件，或部门是否改了表样。"
        )
    if absent:
        staged.signals.append(
            f"缺少已登记的列：{'、'.join(absent)}。由它们得出的字段这次是空的；"
            "请确认部门是否改了表样。"
        )
    return absent


def text_of(column: str) -> str:
    """SQL of a cell without surrounding blanks; an empty one is NULL."""
    return rf"nullif(trim({quoted(column)}, {_BLANKS}), '')"


_BLANKS = "' \t\r\n\u3000\u00a0'"


def conditions_sql(conditions: dict[str, Condition]) -> str:
    """SQL that holds for the rows that all conditions let pass."""
    return " AND ".join(_condition(column, rule) for column, rule in conditions.items()) or "true"


def _condition(column: str, rule: Condition) -> str:
    cell = f"coalesce({text_of(column)}, '')"
    if rule.any_of is not None:
        return f"{cell} IN ({', '.join(map(literal, rule.any_of))})"
    if rule.none_of is not None:
        return f"{cell} NOT IN ({', '.join(map(literal, rule.none_of))})"
    if rule.matches is not None:
        return f"regexp_matches({cell}, {literal(rule.matches)})"
    return f"({cell} <> '') = {str(rule.filled).lower()}"


def _filled(sql: str, fill: FillDown, columns: list[str]) -> str:
    cell, name = text_of(fill.column), quoted(fill.column)
    group = f"PARTITION BY {quoted(fill.within)} " if fill.within else ""
    above = (
        f"last_value({cell} IGNORE NULLS) OVER ({group}ORDER BY {ROW_NO} "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
    )
    others = ", ".join(
        f"{above} AS {name}" if column == fill.column else quoted(column) for column in columns
    )
    return f"SELECT {ROW_NO}, {others} FROM ({sql})"


def _exploded(sql: str, explode: Explode) -> str:
    """One row a value; a comma too many makes no row, an empty cell stays one row."""
    name = quoted(explode.column)
    parts = f"string_split(coalesce({name}, ''), {literal(explode.split)})"
    trimmed = f"list_transform({parts}, part -> trim(part, {_BLANKS}))"
    kept = f"list_filter({trimmed}, part -> part <> '')"
    return (
        f"SELECT * REPLACE (unnest(CASE WHEN len({kept}) > 0 THEN {kept} ELSE [NULL] END) "
        f"AS {name}) FROM ({sql})"
    )


def _composed(sql: str, templates: dict[str, str]) -> str:
    """New columns from texts with `{column}` in them; NULL where all named columns are empty."""
    if not templates:
        return sql
    made = [f"{_template_sql(text)} AS {quoted(name)}" for name, text in templates.items()]
    return f"SELECT *, {', '.join(made)} FROM ({sql})"


def _template_sql(template: str) -> str:
    cells = [text_of(column) for column in columns_in(template)]
    pieces = re.split(r"\{[^{}]+\}", template)
    texts = [literal(pieces[0])]
    for cell, piece in zip(cells, pieces[1:], strict=True):
        texts += [f"coalesce({cell}, '')", literal(piece)]
    return f"CASE WHEN coalesce({', '.join(cells)}) IS NOT NULL THEN concat({', '.join(texts)}) END"


def _moment(column: str | None) -> str:
    """SQL that puts rows in the order of time, as far as the column can be read, then of file."""
    if column is None:
        return ROW_NO
    return f"try_cast(replace({quoted(column)}, '/', '-') AS TIMESTAMP) NULLS LAST, {ROW_NO}"


def _numbered(sql: str, sequence: Sequence) -> str:
    group = ", ".join(f"coalesce({text_of(column)}, '')" for column in sequence.by)
    number = f"row_number() OVER (PARTITION BY {group} ORDER BY {_moment(sequence.order)})"
    return f"SELECT *, CAST({number} AS VARCHAR) AS {quoted(sequence.column)} FROM ({sql})"


def _collapsed(sql: str, collapse: Collapse) -> str:
    by = listed(collapse.by)
    picks = ", ".join(
        f"{_picked(pick, collapse.order)} AS {quoted(name)}"
        for name, pick in collapse.columns.items()
    )
    return f"SELECT min({ROW_NO}) AS {ROW_NO}, {by}, {picks} FROM ({sql}) GROUP BY {by}"


def _picked(pick: Pick, order: str | None) -> str:
    how, column = pick.said()[0]
    cell = text_of(column)
    rows = f"FILTER (WHERE {cell} IS NOT NULL AND {conditions_sql(pick.where)})"
    if how in ("first", "last"):
        return f"{how}({cell} ORDER BY {_moment(order)}) {rows}"
    if how == "smallest":
        return f"first({cell} ORDER BY {_size(cell)}) {rows}"
    if how == "largest":
        return f"last({cell} ORDER BY {_size(cell)}) {rows}"
    if how == "count":
        return f"CAST(count({cell}) {rows} AS VARCHAR)"
    if how == "join":
        return f"string_agg({cell}, '、' ORDER BY {_moment(order)}) {rows}"
    # A part that is no number leaves all parts standing, for the reading of the field to refuse.
    return (
        f"CASE WHEN count({cell}) {rows} = count({_number(cell)}) {rows} "
        f"THEN CAST(sum({_number(cell)}) {rows} AS VARCHAR) "
        f"ELSE string_agg({cell}, '、' ORDER BY {ROW_NO}) {rows} END"
    )


def _size(cell: str) -> str:
    """SQL that puts texts in order as numbers, else as moments, else as they are written."""
    moment = f"try_cast(replace({cell}, '/', '-') AS TIMESTAMP)"
    return f"{_number(cell)} NULLS LAST, {moment} NULLS LAST, {cell}"


def _number(cell: str) -> str:
    return f"try_cast(replace({cell}, ',', '') AS DECIMAL(28, 8))"
