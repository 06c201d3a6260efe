"""The whole office database as text, one file a table, the same for SQLite and PostgreSQL.

A dump goes back only into an empty database of the same migrations.
"""

import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

# Who is signed in signs in anew: a restored session would open to whoever kept its cookie.
LEFT_OUT = {"sessions.Session", "access.UserSession"}
_BATCH = 500


class DumpError(ValueError):
    """A dump that cannot be taken in, with what to do."""


def tables() -> list[type[models.Model]]:
    """Every table that is dumped, in an order that is always the same."""
    found = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed]
    kept = [m for m in found if m._meta.label not in LEFT_OUT and not m._meta.proxy]
    return sorted(kept, key=lambda model: model._meta.label)


def migrations() -> list[str]:
    """Names of the migrations that the database has been through."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


@contextmanager
def one_moment() -> Iterator[None]:
    """All reads inside see the database as it is now; nobody who writes is held up."""
    if connection.vendor == "sqlite":
        # Django's own transactions take the write lock; a plain one only keeps its view.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                cursor.execute("SELECT COUNT(*) FROM django_migrations")
                yield
            finally:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT COUNT(*) FROM django_migrations")
        yield


def dump_table(model: type[models.Model], file: Path) -> int:
    """Write one table, a JSON list a row; returns the number of rows."""
    fields = model._meta.concrete_fields
    count = 0
    with gzip.open(file, "wt", encoding="utf-8", compresslevel=5) as text:
        text.write(json.dumps([field.attname for field in fields]) + "\n")
        for row in model._base_manager.order_by("pk").iterator(chunk_size=2000):
            values = [_as_text(field, row) for field in fields]
            # Sorted: PostgreSQL keeps the keys of an object in an order of its own.
            text.write(json.dumps(values, ensure_ascii=False, sort_keys=True) + "\n")
            count += 1
    return count


def load(folder: Path, tell: Callable[[str, float], None]) -> dict[str, int]:
    """Fill the empty database from the files of `folder`; all or nothing. Rows by table."""
    if connection.introspection.table_names():
        raise DumpError("数据库不是空的，没有恢复。请给一个新建的空库。")
    call_command("migrate", verbosity=0)
    counts = {}
    with transaction.atomic(), connection.cursor() as cursor:
        for model in tables():  # migrations put rows in; keys are checked at the end only
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
        for number, model in enumerate(tables()):
            label = model._meta.label
            tell(label, number / len(tables()))
            counts[label] = _load_table(model, folder / f"{label}.jsonl.gz")
        connection.check_constraints()
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)
    return counts


def _load_table(model: type[models.Model], file: Path) -> int:
    fields = model._meta.concrete_fields
    with gzip.open(file, "rt", encoding="utf-8") as text:
        if json.loads(next(text)) != [field.attname for field in fields]:
            raise DumpError(f"{model._meta.label} 的列与备份时不同，请用备份时的版本恢复")
        batch, count = [], 0
        for line in text:
            values = zip(fields, json.loads(line), strict=True)
            batch.append(model(**{field.attname: _from_text(field, v) for field, v in values}))
            count += 1
            if len(batch) == _BATCH:
                _insert(model, fields, batch)
                batch = []
        _insert(model, fields, batch)
    return count


def _insert(model: type[models.Model], fields: Iterable[Any], rows: list[Any]) -> None:
    """Rows exactly as they were: no `save`, no automatic times, no refusal of the audit log."""
    size = max(1, connection.ops.bulk_batch_size(list(fields), rows) or _BATCH)
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        models.QuerySet(model)._insert(part, fields=fields, using="default", raw=True)


def _as_text(field: Any, row: models.Model) -> Any:
    value = field.value_from_object(row)
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(field, models.ForeignKey):
        return str(value)
    return field.value_to_string(row)


def _from_text(field: Any, value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField):
        return value
    return field.to_python(value)
