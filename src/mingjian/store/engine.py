"""Opening the engine: limits, where it may spill, and its extensions without the network."""

import os
import shutil
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import duckdb

from mingjian.store.errors import QueryError, StoreError
from mingjian.store.shapes import literal

# The engine asks for the entry point by file name; two packages name their file otherwise.
_ENTRY_POINTS = {"ducklake": "ducklake", "sqlite": "sqlite_scanner", "postgres": "postgres_scanner"}
_DEFAULT_MEMORY = "4GB"
_SPILL_SECONDS = 86_400

Settings = dict[str, str | bool | int | float | list[str]]


def connect(spill: Path) -> duckdb.DuckDBPyConnection:
    """A new engine in memory that spills into a folder of its own under `spill`.

    `MINGJIAN_MEMORY` (such as `2GB`) and `MINGJIAN_THREADS` bound it; default 4GB and all cores.
    """
    spill.mkdir(parents=True, exist_ok=True)
    settings: Settings = {
        "memory_limit": os.environ.get("MINGJIAN_MEMORY", _DEFAULT_MEMORY),
        # Two engines must not share it: they would give their files the same names.
        "temp_directory": str(spill / f"engine-{os.getpid()}-{uuid.uuid4().hex}"),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        # Otherwise a query could read this program's own variables as tables.
        "python_enable_replacements": "false",
    }
    if threads := os.environ.get("MINGJIAN_THREADS"):
        settings["threads"] = threads
    connection = duckdb.connect(":memory:", config=settings)
    connection.execute("SET enable_progress_bar = false")  # it prints into whatever runs
    return connection


def seal(connection: duckdb.DuckDBPyConnection, *folders: Path) -> None:
    """From now on this engine reaches no file outside `folders`, whatever a query says."""
    allowed = ", ".join(literal(f"{folder}/") for folder in folders)
    connection.execute(f"SET allowed_directories = [{allowed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def remove_spilled(spill: Path) -> None:
    """Remove what processes that died left behind: older than a day, owner no longer alive."""
    limit = time.time() - _SPILL_SECONDS
    for path in spill.glob("*-*"):
        owner = path.name.split("-")[1]
        if path.stat().st_mtime < limit and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(path)


def load_extensions(
    connection: duckdb.DuckDBPyConnection, names: tuple[str, ...], folder: Path
) -> None:
    """Load signed extensions from their Python packages, through links kept in `folder`."""
    for name in names:
        link = folder / f"{_ENTRY_POINTS[name]}.duckdb_extension"
        target = _extension_file(name)
        if not link.is_symlink() or link.resolve() != target:
            _link(target, link)
        try:
            connection.execute(f"LOAD {literal(str(link))}")
        except duckdb.Error as error:
            raise StoreError(f"DuckDB 扩展 {name} 装载失败：{_first_line(error)}") from error


def _link(target: Path, link: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    fresh = link.with_name(f"{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


@cache
def _extension_file(name: str) -> Path:
    engine = duckdb.__version__
    package = f"duckdb-extension-{name}"
    try:
        found = version(package)
    except PackageNotFoundError as error:
        raise StoreError(
            f"缺少 DuckDB 扩展包 {package}，请安装 {engine} 版（见 requirements.txt）"
        ) from error
    if found != engine:
        raise StoreError(
            f"DuckDB 是 {engine} 版而扩展包 {package} 是 {found} 版，两者必须相同："
            "请按 requirements.txt 重新安装"
        )
    spec = find_spec(package.replace("-", "_"))
    assert spec is not None
    assert spec.submodule_search_locations is not None
    folder = Path(next(iter(spec.submodule_search_locations)))
    file = folder / "extensions" / f"v{engine}" / f"{name}.duckdb_extension"
    if not file.is_file():
        raise StoreError(f"扩展包 {package} 里没有适合 {sys.platform} 的文件：{file}")
    return file.resolve()


@contextmanager
def engine_errors(sql: str) -> Iterator[None]:
    """Turn the engine's own errors into QueryError."""
    try:
        yield
    except duckdb.Error as error:
        raise QueryError(_first_line(error), sql) from error


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of what is done on `connection` inside, or nothing."""
    connection.execute("BEGIN")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(duckdb.TransactionException):  # a commit that failed has ended it already
            connection.execute("ROLLBACK")
        raise


@contextmanager
def writing_errors(consequence: str) -> Iterator[None]:
    """Turn what goes wrong in the engine or on the disk while writing into StoreError."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        raise StoreError(f"写入数据底座失败，{consequence}：{_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n\n")[0]
