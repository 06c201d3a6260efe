"""Rows of a department's PostgreSQL into a text file, streamed and read-only."""

from pathlib import Path

import psycopg
from psycopg import sql as pg
from psycopg.conninfo import conninfo_to_dict

from mingjian.store.errors import StoreError

_OPTIONS = "-c default_transaction_read_only=on -c datestyle=ISO -c client_encoding=UTF8"
_CONNECT_SECONDS = 20


def copy_query(dsn: str, query: str, text: Path) -> list[str]:
    """Copy the query's result as CSV without a header; returns its columns. Raises StoreError."""
    try:
        conninfo_to_dict(dsn)
    except psycopg.ProgrammingError:
        # The driver's own message repeats the text, which may hold a password.
        raise StoreError("PostgreSQL 连接串写法有误，应如 host=… dbname=… user=…") from None
    body = pg.SQL(query.strip().rstrip(";"))
    try:
        with (
            psycopg.connect(dsn, options=_OPTIONS, connect_timeout=_CONNECT_SECONDS) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(pg.SQL("SELECT * FROM ({}) AS q LIMIT 0").format(body))
            columns = [column.name for column in cursor.description or ()]
            with (
                text.open("wb") as file,
                cursor.copy(pg.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(body)) as copy,
            ):
                for block in copy:
                    file.write(block)
    except psycopg.Error as error:
        raise StoreError(f"从 PostgreSQL 取数失败：{str(error).strip()}") from error
    repeated = next((name for name in columns if columns.count(name) > 1), None)
    if repeated is not None:
        raise StoreError(f"PostgreSQL 查询结果里有两列都叫“{repeated}”，请在查询里改名")
    return columns
