"""Rows of a department's PostgreSQL into a Parquet file, streamed and read-only."""

import uuid
from pathlib import Path

import psycopg
import pyarrow.parquet as pq
from psycopg import sql as pg

from mingjian.store.csv_file import copy_csv
from mingjian.store.errors import StoreError


def copy_query(dsn: str, query: str, path: Path, scratch: Path) -> int:
    """Copy the query's result as texts; returns the number of rows. Raises StoreError."""
    text = scratch / f"{uuid.uuid4().hex}.csv"
    statement = pg.SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER, ENCODING 'UTF8')").format(
        pg.SQL(query.strip().rstrip(";"))
    )
    options = "-c default_transaction_read_only=on -c datestyle=ISO"
    try:
        with (
            psycopg.connect(dsn, options=options, connect_timeout=20) as connection,
            connection.cursor() as cursor,
            text.open("wb") as file,
            cursor.copy(statement) as copy,
        ):
            for block in copy:
                file.write(block)
    except psycopg.Error as error:
        raise StoreError(f"从 PostgreSQL 取数失败：{str(error).strip()}") from error
    broken = scratch / f"{uuid.uuid4().hex}.parquet"
    copy_csv(text, path, broken, encoding="utf-8", delimiter=",", quote='"', header_row=1)
    text.unlink()
    return int(pq.read_metadata(path).num_rows)
