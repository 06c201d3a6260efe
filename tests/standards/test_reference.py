"""Reference tables: typed rows, and every fault named by file, line and column."""

from decimal import Decimal
from pathlib import Path

import pytest

from mingjian.standards import ContentError, check_standards, load_reference, load_standard
from mingjian.standards.calendar import load_calendar

HEAD = """name: sample
title: 样例
source: 样例
key: [field]
columns:
  field: {title: 领域, type: code, codes: field, required: true}
  fine_yuan: {title: 罚款, type: money, required: true}
  since: {title: 起, type: date}
"""


@pytest.fixture
def own_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment's own content folder, laid over the one we ship."""
    folder = tmp_path / "standards" / "reference"
    folder.mkdir(parents=True)
    monkeypatch.setenv("MINGJIAN_CONTENT", str(tmp_path))
    for load in (load_reference, load_standard, load_calendar):
        load.cache_clear()
    yield folder
    for load in (load_reference, load_standard, load_calendar):
        load.cache_clear()


def test_rows_are_typed_and_complete() -> None:
    tables = load_reference()
    threshold = tables["hearing_threshold"]
    row = threshold.rows[0]
    assert set(row) == set(threshold.columns)
    assert isinstance(row["fine_yuan"], Decimal)
    assert tables["region"].rows[0]["parent_code"] is None
    for name in (
        "special_time_limit",
        "hearing_threshold",
        "inspection_cap",
        "minor_waiver",
        "delegation",
        "criminal_threshold",
        "region",
    ):
        assert tables[name].title


def test_a_threshold_for_every_field_and_kind_of_party() -> None:
    standard = load_standard()
    pairs = {
        (row["field"], row["party_kind"]) for row in load_reference()["hearing_threshold"].rows
    }
    fields, kinds = standard.codes["field"].codes, standard.codes["party_kind"].codes
    assert pairs == {(field, kind) for field in fields for kind in kinds}


def test_a_deployment_replaces_a_table(own_content: Path) -> None:
    rows = "rows:\n  - {field: market, fine_yuan: 1000.5, since: 2025-01-01}\n"
    (own_content / "sample.yaml").write_text(HEAD + rows, encoding="utf-8")
    row = load_reference()["sample"].rows[0]
    assert row["fine_yuan"] == Decimal("1000.5")


@pytest.mark.parametrize(
    ("rows", "line", "field", "message"),
    [
        ("rows:\n  - {field: mark, fine_yuan: 1}\n", 10, "rows.0.field", "应为代码集“field”中"),
        ("rows:\n  - {field: market, fine_yuan: 多}\n", 10, "rows.0.fine_yuan", "应为数字"),
        ("rows:\n  - {field: market}\n", 10, "rows.0.fine_yuan", "不能为空"),
        ("rows:\n  - {field: market, fine_yuan: 1, x: 2}\n", 10, "rows.0.x", "不是本表的列"),
        (
            "rows:\n  - {field: market, fine_yuan: 1, since: 2025-13-01}\n",
            10,
            "",
            "不是合法的值",
        ),
        (
            "rows:\n  - {field: market, fine_yuan: 1}\n  - {field: market, fine_yuan: 2}\n",
            11,
            "rows.1.field",
            "与前面的行重复",
        ),
        ("rows_file: sample.csv\n", 1, "rows_file", "没有这个文件"),
        ("rowz: []\n", 9, "rowz", "不认识的键"),
    ],
)
def test_faults_are_named_by_file_line_and_column(
    own_content: Path, rows: str, line: int, field: str, message: str
) -> None:
    (own_content / "sample.yaml").write_text(HEAD + rows, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_reference()
    problem = caught.value.problems[0]
    assert problem.path.startswith("content/standards/reference/sample.")
    assert (problem.line, problem.field) == (line, field)
    assert message in problem.message


def test_rows_in_a_csv_file_beside(own_content: Path) -> None:
    (own_content / "sample.yaml").write_text(HEAD + "rows_file: sample.csv\n", encoding="utf-8")
    table = own_content / "sample.csv"
    table.write_text("field,fine_yuan,since\nmarket,5,2025-01-01\nurban,6,\n", encoding="utf-8")
    assert [row["since"] is None for row in load_reference()["sample"].rows] == [False, True]
    for text, encoding, fault in (
        ("field,fine\nmarket,5\n", "utf-8", "表头应为 field,fine_yuan,since"),
        ("field,fine_yuan,since\nmarket,5,,7\n", "utf-8", r"sample.csv:2 ：单元格比表头多"),
        ('field,fine_yuan,since\nmarket,"5"6,\n', "utf-8", "CSV 写法有误"),
        ("field,fine_yuan,since\n市场,5,\n", "gbk", "不是 UTF-8 文本"),
    ):
        load_reference.cache_clear()
        table.write_text(text, encoding=encoding)
        with pytest.raises(ContentError, match=fault):
            load_reference()


def test_the_check_gathers_the_faults_of_all_files(own_content: Path) -> None:
    assert check_standards() == []
    (own_content / "sample.yaml").write_text(HEAD + "rowz: []\n", encoding="utf-8")
    codes = own_content.parent / "codes"
    codes.mkdir()
    (codes / "tier.yaml").write_text(
        "name: tier\ntitle: 层级\n"
        "codes:\n  city: {title: 市}\n  town: {title: 镇, aliases: [市]}\n",
        encoding="utf-8",
    )
    calendar = own_content.parent / "calendar"
    calendar.mkdir()
    (calendar / "2027.yaml").write_text(
        "year: 2028\nsource: 样例\nholidays:\n"
        "  - {name: 元旦, days_off: [2027-01-01, 2027-01-01], working_days: [2027-06-01]}\n",
        encoding="utf-8",
    )
    messages = [problem.message for problem in check_standards()]
    assert any("不认识的键" in message for message in messages)
    assert any("“市”也是代码“city”的写法" in message for message in messages)
    assert any("应与文件名“2027”相同" in message for message in messages)
    assert any("写了两次" in message for message in messages)
    assert any("本来就是工作日" in message for message in messages)
    assert any("不属于 2028 年" in message for message in messages)
