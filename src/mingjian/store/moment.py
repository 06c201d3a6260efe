"""One moment of the store as files that can be copied: nobody writes while the list is made.

Data files are never changed once written, and stay a day after they are replaced, so they can be
copied after the moment has passed; what does change (the catalogue) is copied inside it.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from psycopg import sql as pg

from mingjian.store.errors import StoreError
from mingjian.store.lake import Lake
from mingjian.store.lock import LOCK_NAME, writer_lock

SQLITE_CATALOGUE = "catalogue.sqlite"
POSTGRES_CATALOGUE = "catalogue.postgres"
_CHANGING = ("manifest.json", "store.json", "catalogue.made")
_TABLES = (
    "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() "
    "AND table_name LIKE 'ducklake!_%' ESCAPE '!' ORDER BY table_name"
)
_COLUMNS = (
    "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() "
    "AND table_name = %s ORDER BY ordinal_position"
)


@contextmanager
def still(folder: Path, scratch: Path) -> Iterator[list[tuple[str, Path]]]:
    """Hold writers up, and yield the files of this moment: name within the store, and where.

    `scratch` takes copies of what will change afterwards. A store that was never made has none.
    """
    if not (folder / "store.json").is_file():
        yield []
        return
    with writer_lock(folder / LOCK_NAME):
        yield [*_changing(folder, scratch), *_data(folder)]


def fill_catalogue(folder: Path, catalogue: str | None) -> None:
    """Put the catalogue of a restored store into an empty PostgreSQL database.

    Does nothing for a store whose catalogue is a file. Raises StoreError.
    """
    kept = folder / POSTGRES_CATALOGUE
    if not kept.is_dir():
        if catalogue is not None:
            raise StoreError("备份里的目录库是文件，不需要给 PostgreSQL 目录库的连接串")
        return
    if catalogue is None:
        raise StoreError("备份里的目录库在 PostgreSQL，请用 --catalogue 给一个空库的连接串")
    conninfo = catalogue.removeprefix("postgres:")
    with psycopg.connect(conninfo) as connection:
        if connection.execute(_TABLES).fetchone():
            raise StoreError("目录库不是空的，没有恢复")
    Lake(folder, conninfo).make_empty()  # the engine makes its tables with their keys itself
    with psycopg.connect(conninfo) as connection:
        present = {row[0] for row in connection.execute(_TABLES)}
        for file in sorted(kept.iterdir()):
            if file.stem not in present:
                raise StoreError(f"目录库里没有 {file.stem} 这张表：请用备份时的版本恢复")
            _copy_in(connection, file)
    shutil.rmtree(kept)


def _changing(folder: Path, scratch: Path) -> Iterator[tuple[str, Path]]:
    for name in _CHANGING:
        if (folder / name).is_file():
            yield name, Path(shutil.copy2(folder / name, scratch / name))
    if (folder / SQLITE_CATALOGUE).is_file():
        with (
            closing(sqlite3.connect(folder / SQLITE_CATALOGUE)) as source,
            closing(sqlite3.connect(scratch / SQLITE_CATALOGUE)) as copy,
        ):
            source.backup(copy)
        yield SQLITE_CATALOGUE, scratch / SQLITE_CATALOGUE
    elif json.loads((scratch / "store.json").read_text("utf-8"))["catalogue"] == "postgres":
        yield from _copied_out(scratch)


def _copied_out(scratch: Path) -> Iterator[tuple[str, Path]]:
    """Each table of the PostgreSQL catalogue as a file: its columns, then its rows."""
    catalogue = os.environ.get("MINGJIAN_CATALOGUE")
    if not catalogue:
        raise StoreError("数据底座的目录库在 PostgreSQL，请设置 MINGJIAN_CATALOGUE")
    with psycopg.connect(catalogue.removeprefix("postgres:")) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for (table,) in connection.execute(_TABLES).fetchall():
            columns = [row[0] for row in connection.execute(_COLUMNS, [table])]
            file = scratch / f"{table}.copy"
            listed = pg.SQL(", ").join(map(pg.Identifier, columns))
            query = pg.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(
                listed, pg.Identifier(table)
            )
            with file.open("wb") as text, connection.cursor().copy(query) as rows:
                text.write(json.dumps(columns).encode() + b"\n")
                for block in rows:
                    text.write(block)
            yield f"{POSTGRES_CATALOGUE}/{file.name}", file


def _copy_in(connection: psycopg.Connection, file: Path) -> None:
    table = pg.Identifier(file.stem)
    with file.open("rb") as text:
        columns = pg.SQL(", ").join(map(pg.Identifier, json.loads(text.readline())))
        connection.execute(pg.SQL("DELETE FROM {}").format(table))
        query = pg.SQL("COPY {} ({}) FROM STDIN").format(table, columns)
        with connection.cursor().copy(query) as rows:
            while block := text.read(1 << 20):
                rows.write(block)


def _data(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted((folder / "data").rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path
