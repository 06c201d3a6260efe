"""Whether the logic of a file reads what exists, in SQL that means the same on every engine."""

from collections.abc import Iterator
from datetime import date

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.lineage import lineage
from sqlglot.optimizer.scope import build_scope
from sqlglot.tokenizer_core import Token, TokenType

from mingjian.monitor import portable
from mingjian.monitor.analysis import Analysis, analyse
from mingjian.monitor.compile import IDENTITY, compile_monitor, output_columns
from mingjian.monitor.library import Library, Monitor, View, tables_of
from mingjian.monitor.local import SCOPE_KEY
from mingjian.monitor.query import AS_OF, DIALECT, line_of, placeholders, sql_problem, to_sql
from mingjian.monitor.relations import relations
from mingjian.standards import Document, Problem
from mingjian.store import StoreError, memory_reader

SOME_DAY = date(2025, 6, 30)


def view_faults(view: View) -> Iterator[Problem]:
    """Faults of a view's SQL: what it reads, what it yields, and how it is written."""
    yield from _sql_faults(view.document, view.query, frozenset(relations()))
    file, document = view.file, view.document
    analysis = view.analysis
    yield from _analysis_faults(document, "sql", analysis)
    if used := placeholders(view.query) - {AS_OF}:
        yield document.problem(("sql",), f"视图只能用 :as_of，不能用 :{'、:'.join(sorted(used))}")
    read, said = tables_of(view.query), set(file.reads)
    for table in sorted(read ^ said):
        verb = "读了而没有写" if table in read else "写了而没有读"
        yield document.problem(("reads",), f"表“{table}”{verb}")
    if analysis.tree is not None:
        yielded, titled = set(analysis.columns) - {SCOPE_KEY}, set(file.columns)
        for column in sorted(yielded ^ titled):
            verb = "没有中文名" if column in yielded else "不在最后一条 SELECT 之内"
            yield document.problem(("columns", column), f"列“{column}”{verb}")


def monitor_faults(library: Library, monitor: Monitor) -> Iterator[Problem]:
    """Faults of a monitor's condition or query."""
    document, key = monitor.document, monitor.logic_key
    known = frozenset(relations()) | library.views.keys()
    if monitor.file.view is not None and monitor.file.view not in library.views:
        yield document.problem(("view",), f"没有“{monitor.file.view}”这个视图（content/views）")
        return
    if isinstance(monitor.logic, exp.Query):
        yield from _sql_faults(document, monitor.logic, known)
    else:
        yield from _portable_faults(document, key, portable.faults(monitor.logic))
    analysis = analyse(whole_query(monitor), library.view_columns)
    yield from _analysis_faults(document, key, analysis)
    if analysis.tree is None:
        return
    for column in output_columns(monitor):
        if column not in analysis.columns:
            where = (key,) if column in IDENTITY else ("evidence", column)
            yield document.problem(where, f"没有选出“{column}”这一列")
    yield from _parameter_faults(monitor)
    yield from _requires_faults(library, monitor, analysis)
    yield from _engine_faults(library, monitor)


def whole_query(monitor: Monitor) -> exp.Query:
    """The logic as a query, before any value is bound or view inlined."""
    if isinstance(monitor.logic, exp.Query):
        return monitor.logic
    columns = [exp.column(name) for name in output_columns(monitor)]
    table = exp.to_table(str(monitor.file.view))
    return exp.select(*columns).from_(table).where(monitor.logic.copy())


def _sql_faults(document: Document, query: exp.Query, known: frozenset[str]) -> Iterator[Problem]:
    for table in query.find_all(exp.Table):
        if table.name in tables_of(query) and table.name not in known:
            message = f"没有“{table.name}”这张表（见 docs/tables.md）"
            yield sql_problem(document, ("sql",), line_of(table), message)
    for item in query.selects:
        if item.is_star:
            yield sql_problem(
                document, ("sql",), line_of(item), "最后一条 SELECT 须逐列写明，不用 *"
            )
    text = str(document.data["sql"])
    for name, line in _uncommented_ctes(text):
        message = f"“{name} AS (”之后须用中文注释说明这一步（-- 立案后尚无结论的案件）"
        yield sql_problem(document, ("sql",), line, message)
    yield from _portable_faults(document, "sql", portable.faults(query))


def cte_comments(sql: str) -> list[tuple[str, str, int]]:
    """Each CTE of a query in order: its name, the comment behind `AS (`, its line."""
    tokens = _tokens(sql)
    found = []
    for name, alias, bracket, first in zip(
        tokens, tokens[1:], tokens[2:], tokens[3:], strict=False
    ):
        if alias.token_type == TokenType.ALIAS and bracket.token_type == TokenType.L_PAREN:
            comments = " ".join(text.strip() for text in (*bracket.comments, *first.comments))
            found.append((name.text, comments, name.line))
    return found


def _uncommented_ctes(sql: str) -> Iterator[tuple[str, int]]:
    for name, comment, line in cte_comments(sql):
        if not any("\u4e00" <= character <= "\u9fff" for character in comment):
            yield name, line


def _tokens(sql: str) -> list[Token]:
    return Dialect.get_or_raise(DIALECT).tokenize(sql)


def _portable_faults(
    document: Document, key: str, faults: Iterator[portable.Fault]
) -> Iterator[Problem]:
    for node, message in faults:
        fragment = node.sql(DIALECT, comments=False)
        shown = fragment if len(fragment) <= 60 else fragment[:57] + "……"
        yield sql_problem(document, (key,), line_of(node), f"{message}（{shown}）")


def _analysis_faults(document: Document, key: str, analysis: Analysis) -> Iterator[Problem]:
    for line, message in analysis.errors:
        yield sql_problem(document, (key,), line, message)
    if analysis.tree is not None:
        yield from _portable_faults(document, key, portable.typed_faults(analysis.tree))


def _parameter_faults(monitor: Monitor) -> Iterator[Problem]:
    used = placeholders(monitor.logic) - {AS_OF}
    for name in sorted(used - monitor.parameters.keys()):
        message = f"用到 :{name}，但 parameters 里没有它"
        yield monitor.document.problem((monitor.logic_key,), message)
    for name in sorted(monitor.parameters.keys() - used):
        yield monitor.document.problem(("parameters", name), "没有用到，请删去或用上")


def _requires_faults(library: Library, monitor: Monitor, analysis: Analysis) -> Iterator[Problem]:
    """`requires` names real fields and covers every table whose data decide the result."""
    document, requires = monitor.document, monitor.file.requires
    known = relations()
    for table, fields in requires.items():
        if table not in known:
            yield document.problem(("requires", table), f"没有“{table}”这张表")
            continue
        for name in fields:
            if name not in known[table].columns:
                yield document.problem(("requires", table, name), "本表没有这个字段")
    for table, reason in sorted(_tables_needed(library, monitor, analysis).items()):
        if table not in requires:
            yield document.problem(("requires",), f"没有写表“{table}”（{reason}）")


def _tables_needed(library: Library, monitor: Monitor, analysis: Analysis) -> dict[str, str]:
    needed: dict[str, str] = {}
    for name in monitor.reads:
        if name not in library.views:
            needed[name] = "逻辑读了它"
            continue
        view = library.views[name]
        needed[view.file.unit] = f"视图 {name} 以它为对象"
        for column in sorted(analysis.used_of(name) - monitor.file.evidence.keys()):
            for table in _sources(view, column):
                needed.setdefault(table, f"视图 {name} 的 {column} 由它算出")
    known = relations()
    return {t: why for t, why in needed.items() if t in known and known[t].kind != "reference"}


def _sources(view: View, column: str) -> set[str]:
    """Tables from whose values a view's column is computed."""
    analysis = view.analysis
    if analysis.tree is None or column not in analysis.columns:
        return set()
    scope = build_scope(analysis.tree)
    root = lineage(column, analysis.tree, {}, scope=scope, dialect=DIALECT, copy=False)
    return {node.source.name for node in root.walk() if isinstance(node.source, exp.Table)}


def _engine_faults(library: Library, monitor: Monitor) -> Iterator[Problem]:
    """What the engine itself says to the whole query over empty tables: types, above all."""
    if (placeholders(monitor.logic) - {AS_OF}) - monitor.parameters.keys():
        return
    try:
        with memory_reader({}) as reader:
            reader.arrow(to_sql(compile_monitor(library, monitor, SOME_DAY)))
    except StoreError as error:
        reason = str(error).partition("\n语句")[0]
        yield monitor.document.problem((monitor.logic_key,), f"引擎不接受：{reason}")
