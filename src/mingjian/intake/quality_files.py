"""What is measured about data quality: content/standards/quality.yaml and cross_checks.yaml."""

from functools import cache
from pathlib import Path

from pydantic import Field as Rule

from mingjian.standards import (
    ContentError,
    ContentFile,
    Document,
    Problem,
    Standard,
    content_files,
    load_standard,
    shape_document,
)
from mingjian.store import QueryError, memory_reader


class Important(ContentFile):
    """A field that should be filled in the rows for which `when` holds (all, if not given)."""

    field: str
    says: str
    when: str = "true"


class TableMeasures(ContentFile):
    within_working_days: int | None = Rule(default=None, ge=0)
    important: list[Important] = []


class Measures(ContentFile):
    """Completeness and timeliness, by table."""

    window_days: int = Rule(ge=1)
    within_working_days: int = Rule(ge=0)
    basis: str
    tables: dict[str, TableMeasures]

    def working_days(self, table: str) -> int:
        own = self.tables.get(table, TableMeasures()).within_working_days
        return self.within_working_days if own is None else own

    def important(self, table: str) -> list[Important]:
        return self.tables.get(table, TableMeasures()).important


class CrossCheck(ContentFile):
    """Rows `r` of a table that do not fit other tables: those of `scope` for which `when` holds."""

    code: str
    table: str
    title: str
    when: str
    scope: str = "true"


class CrossChecks(ContentFile):
    checks: list[CrossCheck]


@cache
def load_measures() -> Measures:
    """The measures in force; raises ContentError."""
    return shape_document(Document(_file("quality.yaml")), Measures)


@cache
def load_cross_checks() -> list[CrossCheck]:
    """The checks across tables in force; raises ContentError."""
    return shape_document(Document(_file("cross_checks.yaml")), CrossChecks).checks


def _file(name: str) -> Path:
    return next(iter(content_files("standards", name)))


def check_quality_files() -> list[Problem]:
    """Every fault of the two files: unknown tables and fields, conditions that cannot run."""
    try:
        measures = Document(_file("quality.yaml"))
        crossing = Document(_file("cross_checks.yaml"))
        shaped = shape_document(measures, Measures), shape_document(crossing, CrossChecks)
    except ContentError as error:
        return error.problems
    standard = load_standard()
    return _measure_problems(measures, shaped[0], standard) + _crossing_problems(
        crossing, shaped[1].checks, standard
    )


def _measure_problems(document: Document, shape: Measures, standard: Standard) -> list[Problem]:
    problems = []
    for name, measures in shape.tables.items():
        here: tuple[str | int, ...] = ("tables", name)
        table = standard.tables.get(name)
        if table is None:
            problems.append(document.problem(here, f"数据标准里没有“{name}”这张表"))
            continue
        for i, item in enumerate(measures.important):
            place = (*here, "important", i)
            if item.field not in table.fields:
                problems.append(document.problem(place, f"本表没有“{item.field}”这个字段"))
            problems += _cannot_run(document, place, name, item.when)
    return problems


def _crossing_problems(
    document: Document, checks: list[CrossCheck], standard: Standard
) -> list[Problem]:
    problems = []
    seen: set[str] = set()
    for i, check in enumerate(checks):
        here = ("checks", i)
        if check.code in seen:
            problems.append(document.problem(here, f"编号“{check.code}”写了两次"))
        seen.add(check.code)
        if check.table not in standard.tables:
            problems.append(document.problem(here, f"数据标准里没有“{check.table}”这张表"))
            continue
        problems += _cannot_run(document, here, check.table, f"({check.scope}) AND ({check.when})")
    return problems


def _cannot_run(
    document: Document, place: tuple[str | int, ...], table: str, condition: str
) -> list[Problem]:
    with memory_reader({}) as reader:
        try:
            reader.rows(f"SELECT count(*) FILTER (WHERE {condition}) AS n FROM {table} AS r")
        except QueryError as error:
            return [document.problem(place, f"条件不能执行：{error.reason}")]
    return []
