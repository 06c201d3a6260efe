"""Steps before values are read: columns put together, many rows made one, wrong files refused."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from mingjian.intake import Source, Submission, load_source, take
from mingjian.standards import ContentError
from mingjian.store import Store, open_store

AT = datetime(2025, 11, 24, 9, 0)
Try = Callable[[str, str], tuple[Submission, list[dict[str, object]]]]


@pytest.fixture
def sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Try:
    """Take a text in under a source, and the records that came of it."""
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "home"))

    def send(source: str, text: str) -> tuple[Submission, list[dict[str, object]]]:
        declared = declare(tmp_path, source)
        file = tmp_path / "sent.csv"
        file.write_text(text, encoding="utf-8")
        store: Store = open_store(kind="parquet")
        submission = take(store, declared, file, by="测试", at=AT)
        with store.reader() as reader:
            rows = reader.rows(f"SELECT * FROM {declared.into} ORDER BY row_no")
        store.close()
        return submission, rows

    return send


def declare(folder: Path, text: str) -> Source:
    file = folder / "source.yaml"
    file.write_text(text, encoding="utf-8")
    return load_source(file)


COMPOSED = """
code: composed
name: 分列的时间和文号
agency: A1
into: case_document
transport: {kind: file}
sequence: {column: 序, by: [案件]}
compose:
  标识: "{案件}-{序}"
  文号: "{字号}〔{年份}〕{号}号"
columns:
  案件: act_id
  标识: document_id
  文号: document_no
constants: {act_kind: penalty_case, kind: decision}
"""


def test_columns_are_put_together_and_rows_numbered(sent: Try) -> None:
    submission, rows = sent(COMPOSED, "案件,字号,年份,号\nA,京罚,2025,1\nB,京罚,2025,2\nA,,,\n")
    assert submission.accepted_count == 3
    assert submission.signals == ()  # what the steps made is no unknown column
    assert [(row["document_id"], row["document_no"]) for row in rows] == [
        ("A-1", "京罚〔2025〕1号"),
        ("B-1", "京罚〔2025〕2号"),
        ("A-2", None),  # nothing to put together
    ]


def test_an_incomplete_part_is_refused_by_name(sent: Try) -> None:
    submission, _ = sent(COMPOSED, "案件,字号,年份,号\nA,京罚,,1\n")
    assert [(r.field, r.value) for r in submission.rejected_sample] == [("文号", "京罚〔〕1号")]


def test_a_column_of_the_same_name_is_not_mixed_up(sent: Try) -> None:
    submission, rows = sent(COMPOSED, "案件,字号,年份,号,标识\nA,京罚,2025,1,乱\n")
    assert [row["document_id"] for row in rows] == ["A-1"]
    assert any("标识" in signal for signal in submission.signals)


def test_a_composition_names_columns_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="至少写一列"):
        declare(tmp_path, COMPOSED.replace("{案件}-{序}", "没有列"))


MERGED = """
code: merged
name: 一案多笔缴款
agency: A1
into: penalty_case
transport: {kind: file}
collapse:
  by: [案件]
  order: 日期
  columns:
    立案: {min: 日期}
    最近: {max: 日期}
    最多: {max: 金额}
    合计: {sum: 金额}
columns:
  案件: case_id
  立案: filed_on
  最近: complied_on
  最多: fine_yuan
  合计: paid_yuan
constants: {procedure: ordinary}
"""


def test_least_and_greatest_go_by_number_and_time(sent: Try) -> None:
    text = '案件,日期,金额\nA,2025/10/1,9.50\nA,2025/9/30,"1,000"\nA,2025/12/1,82.5\n'
    _, (row,) = sent(MERGED, text)
    assert (row["filed_on"], row["complied_on"]) == (date(2025, 9, 30), date(2025, 12, 1))
    assert (row["fine_yuan"], row["paid_yuan"]) == (Decimal("1000.00"), Decimal("1092.00"))


def test_a_sum_of_what_is_no_number_is_refused_by_name(sent: Try) -> None:
    submission, rows = sent(MERGED, "案件,日期,金额\nA,2025-10-01,9.5\nA,2025-10-02,不详\n")
    assert rows == []
    assert ("合计", "9.5、不详") in {(r.field, r.value) for r in submission.rejected_sample}


def test_a_file_without_the_identity_is_refused_not_a_crash(sent: Try) -> None:
    submission, _ = sent(MERGED, "案号,日期,金额\nA,2025-10-01,9.5\n")
    assert submission.status == "refused"
    assert "案件" in submission.message


def test_a_file_without_another_column_says_so(sent: Try) -> None:
    submission, (row,) = sent(MERGED, "案件,日期\nA,2025-10-01\n")
    assert row["fine_yuan"] is None
    assert any("金额" in signal for signal in submission.signals)


LISTED = """
code: listed
name: 一格多条依据
agency: A1
into: penalty_case
key: [case_no, legal_basis]
transport: {kind: file}
explode: {column: 依据, split: "、"}
columns:
  案号: case_no
  依据: legal_basis
constants: {procedure: ordinary}
"""


def test_a_cell_with_several_values_becomes_several_rows(sent: Try) -> None:
    text = "案号,依据\n京罚〔2025〕1号,第一条、 第二条、\n京罚〔2025〕2号,\n"
    submission, rows = sent(LISTED, text)
    assert submission.rows_in == 3
    assert [(row["row_no"], row["legal_basis"]) for row in rows] == [
        (2, "第一条"),
        (2, "第二条"),
        (3, None),
    ]


CUT = """
code: cut
name: 写在一格里的内容
agency: A1
into: penalty_case
transport: {kind: file}
columns:
  案件: case_id
  说明: [{to: referred_on, pattern: "([0-9-]+)移送"}, {to: penalty_kinds, find: true}]
constants: {procedure: ordinary}
"""


def test_what_is_written_but_not_taken_is_said(sent: Try) -> None:
    submission, rows = sent(CUT, "案件,说明\nA,2025-03-04移送\nB,二〇二五年移送\nC,罚款\nD,\n")
    assert [row["referred_on"] for row in rows] == [date(2025, 3, 4), None, None, None]
    assert [row["penalty_kinds"] for row in rows] == [None, None, "fine", None]
    assert [signal.split("（")[0] for signal in submission.signals] == [
        "“说明”有 2 行写了内容而取不出“移送司法机关日期”",
        "“说明”有 2 行写了内容而取不出“处罚种类”",
    ]


def test_a_pattern_names_the_part_it_takes(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="一对括号"):
        declare(tmp_path, CUT.replace("([0-9-]+)移送", "[0-9-]+移送"))
