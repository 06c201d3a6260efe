"""A deployment of its own for each test, and a department that sends penalty cases."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from mingjian.intake import Source, load_source
from mingjian.store import Store, open_store

AT = datetime(2025, 11, 24, 9, 0)

CASES = """
code: scjg-cf
name: 市场监管局·行政处罚
agency: A1
into: penalty_case
transport: {kind: folder, format: csv}
columns:
  案件标识: case_id
  案号: case_no
  执法领域: field
  适用程序: {to: procedure, lookup: procedure}
  当事人: party_name
  信用代码: party_credit_code
  立案时间: filed_on
  决定时间: decided_on
  罚款（万元）: {to: fine_yuan, unit: 万元}
  处罚种类: penalty_kinds
  录入时间: recorded_at
ignore:
  打印次数: 与监督无关
lookups:
  procedure:
    ordinary: [普通程序, 一般程序]
    summary: [简易程序, 当场处罚]
"""

HEADER = (
    "案件标识,案号,执法领域,适用程序,当事人,信用代码,立案时间,决定时间,"
    "罚款（万元）,处罚种类,录入时间,打印次数"
)
GOOD = "京市监罚〔2025〕{n}号,市场监管,普通程序,甲公司,91110108551385082Q,2025-01-02,2025-03-04"


def case_line(n: int, **cells: str) -> str:
    """One line of the department's file; `cells` replaces some by column name."""
    line = f"C{n},{GOOD.format(n=n)},1.5,罚款、警告,2025-03-05 10:00:00,1"
    parts = dict(zip(HEADER.split(","), line.split(","), strict=True))
    return ",".join((parts | cells).values())


def case_file(*lines: str) -> str:
    return "\n".join([HEADER, *lines]) + "\n"


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "home"))
    store = open_store(kind="parquet")  # opens in no time; DuckLake has its own tests
    yield store
    store.close()


@pytest.fixture
def declare(tmp_path: Path) -> Callable[[str], Source]:
    """A source from the text of its file."""

    def declared(text: str) -> Source:
        file = tmp_path / "source.yaml"
        file.write_text(text, encoding="utf-8")
        return load_source(file)

    return declared


@pytest.fixture
def cases(declare: Callable[[str], Source]) -> Source:
    return declare(CASES)


@pytest.fixture
def send(tmp_path: Path) -> Callable[..., Path]:
    """Write what a department sends into a file."""

    def write(content: str | bytes, name: str = "cf.csv", encoding: str = "utf-8") -> Path:
        file = tmp_path / name
        data = content.encode(encoding) if isinstance(content, str) else content
        file.write_bytes(data)
        return file

    return write
