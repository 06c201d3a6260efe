"""What a file's SQL reads and yields, worked out against the data standard."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.errors import OptimizeError, SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from mingjian.monitor.query import DIALECT
from mingjian.monitor.relations import sql_schema

Schema = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Analysis:
    """A query with every column resolved and typed, or the Chinese reasons why it cannot be."""

    tree: exp.Expr | None = None
    errors: list[tuple[int, str]] = field(default_factory=list)  # line of the SQL, message

    @property
    def columns(self) -> dict[str, str]:
        """Output columns and their SQL types."""
        if not isinstance(self.tree, exp.Query):
            return {}
        return {item.alias_or_name: _type_text(item) for item in self.tree.selects}

    def used_of(self, table: str) -> set[str]:
        """Columns of a table or view that the query uses."""
        if self.tree is None:
            return set()
        used: set[str] = set()
        for scope in traverse_scope(self.tree):
            names = {
                name
                for name, source in scope.sources.items()
                if isinstance(source, exp.Table) and source.name == table
            }
            used |= {column.name for column in scope.columns if column.table in names}
        return used


def analyse(query: exp.Query, views: Schema) -> Analysis:
    """Resolve `query` against the standard and the columns of the views."""
    schema: dict[str, object] = {**sql_schema(), **views}
    try:
        # Aliases are not looked up in WHERE and GROUP BY: other engines would not find them.
        tree = qualify(
            query.copy(),
            schema=schema,
            dialect=DIALECT,
            expand_alias_refs=False,
            quote_identifiers=False,
            validate_qualify_columns=True,
        )
        return Analysis(annotate_types(tree, schema=schema, dialect=DIALECT))
    except (OptimizeError, SqlglotError) as error:
        return Analysis(errors=list(_in_chinese(str(error))))


_UNRESOLVED = re.compile(
    r"Column '(?P<name>[^']+)' could not be resolved(?: for table: '(?P<t>[^']+)')?"
)
_UNKNOWN = re.compile(r"Unknown column: (?P<name>\S+)")
_LINE = re.compile(r"Line: (\d+)")


def _in_chinese(text: str) -> Iterator[tuple[int, str]]:
    line = _LINE.search(text)
    number = int(line[1]) if line else 1
    if found := _UNRESOLVED.search(text):
        owner = f"{found['t']}." if found["t"] else ""
        yield number, f"没有“{owner}{found['name']}”这一列（或有几张表都有，须写明是哪张表的）"
    elif found := _UNKNOWN.search(text):
        yield number, f"没有“{found['name']}”这一列"
    else:
        yield number, f"SQL 不能解析：{text}"


def _type_text(item: exp.Expr) -> str:
    kind = item.type
    if kind is None or kind.is_type(exp.DataType.Type.UNKNOWN, exp.DataType.Type.NULL):
        return "VARCHAR"
    return kind.sql(DIALECT)
