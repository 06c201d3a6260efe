"""Taking a file in: good rows land, bad rows come back by name, nothing happens twice."""

import gzip
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from mingjian.intake import Source, Submission, release, take, take_rows
from mingjian.standards import home
from mingjian.store import Store

from .conftest import AT, CASES, HEADER, case_file, case_line

Send = Callable[..., Path]
Declare = Callable[[str], Source]


def sent(store: Store, source: Source, path: Path, at: datetime = AT) -> Submission:
    return take(store, source, path, by="李工", at=at)


def rows(store: Store, sql: str) -> list[dict[str, object]]:
    with store.reader() as reader:
        return reader.rows(sql)


def test_a_good_row_arrives_typed(store: Store, cases: Source, send: Send) -> None:
    done = sent(store, cases, send(case_file(case_line(1))))
    assert (done.status, done.rows_in, done.new_count, done.rejected_count) == ("accepted", 1, 1, 0)
    (row,) = rows(store, "SELECT * FROM penalty_case")
    assert row["agency_id"] == "A1"
    assert row["field"] == "market"
    assert row["procedure"] == "ordinary"
    assert row["filed_on"] == date(2025, 1, 2)
    assert row["fine_yuan"] == Decimal("15000.00")
    assert row["penalty_kinds"] == "fine,reprimand"
    assert row["recorded_at"] == datetime(2025, 3, 5, 10)
    assert row["row_no"] == 2


def test_what_chinese_files_write_is_understood(store: Store, cases: Source, send: Send) -> None:
    line = case_line(
        1,
        案号="京市监罚【2025】 1号",
        适用程序=" 一般程序 ",
        信用代码="91110108551385082q",
        立案时间="2025年1月 2日",
        决定时间="20250304",
        **{"罚款（万元）": "壹万伍仟元整", "录入时间": "2025/3/5 10:00"},
    )
    assert sent(store, cases, send(case_file(line))).rejected_count == 0
    sent(store, cases, send(case_file(case_line(1)), "same.csv"))
    (row,) = rows(store, "SELECT submission_id, version_no FROM penalty_case")
    assert row["version_no"] == 1, "both files say the same, so there is one version"


def test_a_bad_row_comes_back_with_row_field_value_and_rule(
    store: Store, cases: Source, send: Send
) -> None:
    lines = [case_line(n) for n in range(1, 5)]
    lines[2] = case_line(3, 立案时间="2025/13/02", 信用代码="91110108551385083Q")
    done = sent(store, cases, send(case_file(*lines)))
    assert (done.accepted_count, done.rejected_count) == (3, 1)
    found = rows(store, "SELECT * FROM rejected_row ORDER BY field DESC")
    assert [(row["row_no"], row["field"], row["value"]) for row in found] == [
        (4, "立案时间", "2025/13/02"),
        (4, "信用代码", "91110108551385083Q"),
    ]
    assert found[0]["message"] == (
        "第 4 行“立案时间”是“2025/13/02”，不是日期（没有 2025 年 13 月 2 日这一天）。"
        "该行未入库，其余 3 行已入库；改好后重传本文件即可，重复的行不会入两次。"
    )
    assert json.loads(str(found[0]["raw_json"]))["案件标识"] == "C3"
    assert "打印次数" not in str(found[0]["raw_json"]), "what is ignored is not kept"


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("执法领域", "渔业", "不在代码集“执法领域”之内"),
        ("适用程序", "特别程序", "不在对照表之内（可填：普通程序、简易程序）"),
        ("罚款（万元）", "-1", "不能是负数"),
        ("罚款（万元）", "若干", "不是金额"),
        ("决定时间", "2025-11-25", "不能晚于收到之日"),
        ("决定时间", "03-04-2025", "日、月先后不明"),
        ("处罚种类", "罚款、示众", "不在代码集“处罚种类”之内"),
        ("案号", "一号案", "不是文号"),
        ("案件标识", "", "必填，不能是空的"),
        ("案件标识", "   ", "必填，不能是空的"),
        ("录入时间", "2025-03-05 25:00:00", "不是时间"),
    ],
)
def test_every_rule_rejects_by_name(
    store: Store, cases: Source, send: Send, column: str, value: str, rule: str
) -> None:
    done = sent(store, cases, send(case_file(case_line(1), case_line(2, **{column: value}))))
    assert (done.accepted_count, done.rejected_count) == (1, 1)
    (found,) = done.rejected_sample
    assert (found.row_no, found.field) == (3, column)
    assert rule in found.rule


def test_the_same_file_twice_changes_nothing(store: Store, cases: Source, send: Send) -> None:
    file = send(case_file(case_line(1), case_line(2)))
    first = sent(store, cases, file)
    second = sent(store, cases, file, AT + timedelta(days=1))
    assert second.status == "duplicate"
    assert first.id in second.message
    assert rows(store, "SELECT count(*) AS n FROM penalty_case_version") == [{"n": 2}]
    assert [
        row["status"] for row in rows(store, "SELECT status FROM submission ORDER BY commit_no")
    ] == [
        "accepted",
        "duplicate",
    ]


def test_rows_that_came_before_do_not_come_twice(store: Store, cases: Source, send: Send) -> None:
    sent(store, cases, send(case_file(case_line(1), case_line(2))))
    changed = case_line(2, 决定时间="2025-03-06")
    done = sent(store, cases, send(case_file(case_line(1), changed, case_line(3)), "b.csv"))
    assert (done.new_count, done.changed_count, done.unchanged_count) == (1, 1, 1)


def test_a_corrected_source_takes_the_same_file_again(
    store: Store, cases: Source, declare: Declare, send: Send
) -> None:
    file = send(case_file(case_line(1), case_line(2, 适用程序="普通")))
    assert sent(store, cases, file).rejected_count == 1
    mended = declare(CASES.replace("[普通程序, 一般程序]", "[普通程序, 一般程序, 普通]"))
    done = take(store, mended, file, by="李工", at=AT, again=True)
    assert (done.new_count, done.unchanged_count, done.rejected_count) == (1, 1, 0)


def test_every_submission_is_recorded_and_its_file_kept(
    store: Store, cases: Source, send: Send
) -> None:
    file = send(case_file(case_line(1), case_line(2, 案号="x")))
    done = sent(store, cases, file)
    recorded = store.submission(done.id)
    assert recorded is not None
    assert (recorded.submitted_by, recorded.received_at, recorded.file_name) == (
        "李工",
        AT,
        "cf.csv",
    )
    assert (recorded.rows_in, recorded.accepted_count, recorded.rejected_count) == (2, 1, 1)
    assert recorded.seconds > 0
    kept = home() / "inbox" / done.file_sha256[:2] / done.file_sha256
    assert kept.read_bytes() == file.read_bytes()


def test_a_new_column_raises_a_signal(store: Store, cases: Source, send: Send) -> None:
    text = HEADER + ",备注甲\n" + case_line(1) + ",x\n"
    done = sent(store, cases, send(text))
    assert done.accepted_count == 1
    assert "备注甲" in done.signals[0]
    recorded = store.submission(done.id)
    assert recorded is not None
    assert "备注甲" in recorded.message


def test_a_missing_column_is_a_signal_or_if_required_a_refusal(
    store: Store, cases: Source, send: Send
) -> None:
    def without(column: str) -> str:
        at = HEADER.split(",").index(column)
        lines = [HEADER, case_line(1)]
        return "\n".join(",".join(c for i, c in enumerate(x.split(",")) if i != at) for x in lines)

    done = sent(store, cases, send(without("处罚种类")))
    assert (done.status, done.accepted_count) == ("accepted", 1)
    assert "处罚种类" in done.signals[0]
    refused = sent(store, cases, send(without("适用程序"), "b.csv"))
    assert refused.status == "refused"
    assert "缺少必需的列：适用程序" in refused.message
    assert rows(store, "SELECT count(*) AS n FROM penalty_case") == [{"n": 1}]


def test_too_few_rows_are_held_until_released(store: Store, declare: Declare, send: Send) -> None:
    source = declare(CASES + "assertions: {rows: {min: 3, max: 4}}\n")
    held = sent(store, source, send(case_file(case_line(1), case_line(2))))
    assert held.status == "held"
    assert rows(store, "SELECT count(*) AS n FROM penalty_case") == [{"n": 0}]
    freed = release(store, source, held.id, by="王工")
    assert (freed.id, freed.status, freed.new_count) == (held.id, "accepted", 2)
    recorded = store.submission(held.id)
    assert recorded is not None
    assert recorded.submitted_by == "李工（王工 放行）"
    with pytest.raises(ValueError, match="不是暂存状态"):
        release(store, source, held.id, by="王工")


def test_too_many_rows_and_empty_fields_are_signals(
    store: Store, declare: Declare, send: Send
) -> None:
    source = declare(CASES + "assertions: {rows: {max: 1}, filled: {decided_on: 0.9}}\n")
    done = sent(store, source, send(case_file(case_line(1), case_line(2, 决定时间=""))))
    assert done.accepted_count == 2
    assert any("超过约定的最多 1 行" in signal for signal in done.signals)
    assert any("“决定时间”填报率 50.0%" in signal for signal in done.signals)


def test_a_record_twice_in_one_file_is_said_and_the_last_row_counts(
    store: Store, cases: Source, send: Send
) -> None:
    done = sent(store, cases, send(case_file(case_line(1), case_line(1, 当事人="乙公司"))))
    assert any("出现不止一次" in signal for signal in done.signals)
    assert rows(store, "SELECT party_name, version_no FROM penalty_case") == [
        {"party_name": "乙公司", "version_no": 2}
    ]


def test_pushed_rows_go_through_the_same_door(store: Store, cases: Source) -> None:
    names = HEADER.split(",")
    row = dict(zip(names, case_line(7).split(","), strict=True))
    bad = row | {"案件标识": "C8", "立案时间": "昨天"}
    done = take_rows(store, cases, [row, bad], by="接口", at=AT)
    assert (done.accepted_count, done.rejected_count) == (1, 1)
    assert done.rejected_sample[0].row_no == 2
    assert take_rows(store, cases, [row, bad], by="接口", at=AT).status == "duplicate"


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", "auto"), ("utf-8-sig", "auto"), ("gb18030", "auto"), ("utf-16", "auto"),
     ("utf-16-le", "auto"), ("gb18030", "gb18030"), ("gbk", "gbk")],
)  # fmt: skip
def test_encodings(
    store: Store, declare: Declare, send: Send, encoding: str, declared: str
) -> None:
    source = declare(CASES.replace("format: csv", f"format: csv, encoding: {declared}"))
    done = sent(store, source, send(case_file(case_line(1)), encoding=encoding))
    assert (done.status, done.accepted_count, done.signals) == ("accepted", 1, ())


def test_a_wrongly_declared_encoding_is_said(store: Store, declare: Declare, send: Send) -> None:
    source = declare(CASES.replace("format: csv", "format: csv, encoding: gb18030"))
    done = sent(store, source, send(case_file(case_line(1))))
    assert done.accepted_count == 1
    assert "文件实际是 utf-8 编码" in done.signals[0]


def test_every_format_gives_the_same_record(
    store: Store, declare: Declare, send: Send, tmp_path: Path
) -> None:
    names = HEADER.split(",")
    cells = case_line(1).split(",")
    record = dict(zip(names, cells, strict=True))
    book = openpyxl.Workbook()
    assert book.active is not None
    typed = [*cells[:6], date(2025, 1, 2), datetime(2025, 3, 4), 1.5, *cells[9:]]
    for line in (["某某局处罚台账"], names, typed):
        book.active.append(line)
    book.save(tmp_path / "cf.xlsx")
    files = {
        "format: csv": send(case_file(case_line(1)), "a.csv"),
        "format: tsv": send(case_file(case_line(1)).replace(",", "\t"), "a.tsv"),
        "format: csv, delimiter: ';'": send(case_file(case_line(1)).replace(",", ";"), "b.csv"),
        "format: jsonl": send(json.dumps(record, ensure_ascii=False) + "\n", "a.jsonl"),
        "format: json": send(json.dumps([record], ensure_ascii=False), "a.json"),
        "format: json, records: data.list": send(
            json.dumps({"data": {"list": [record]}}), "b.json"
        ),
        "format: xlsx, header_row: 2": tmp_path / "cf.xlsx",
    }
    for text, file in files.items():
        source = declare(CASES.replace("format: csv", text))
        done = sent(store, source, file)
        assert (done.status, done.rejected_count) == ("accepted", 0), (text, done)
        packed = send(gzip.compress(file.read_bytes() + b""), f"{file.name}.gz")
        assert take(store, source, packed, by="x", at=AT).unchanged_count == 1, text
    assert rows(store, "SELECT count(*) AS n FROM penalty_case_version") == [{"n": 1}]


def test_a_gap_in_the_file_keeps_the_row_numbers(store: Store, cases: Source, send: Send) -> None:
    text = case_file(case_line(1), "", "", case_line(2), case_line(3, 立案时间="昨天"))
    done = sent(store, cases, send(text))
    assert (done.rows_in, done.accepted_count) == (3, 2)
    assert done.rejected_sample[0].row_no == 6
    assert rows(store, "SELECT row_no FROM penalty_case ORDER BY row_no") == [
        {"row_no": 2},
        {"row_no": 5},
    ]


def test_a_cell_with_line_breaks_is_one_row(store: Store, cases: Source, send: Send) -> None:
    text = case_file(case_line(1, 当事人='"甲\n\n公司"'), case_line(2, 立案时间="昨天"))
    done = sent(store, cases, send(text))
    assert done.rejected_sample[0].row_no == 3
    assert rows(store, "SELECT party_name FROM penalty_case") == [{"party_name": "甲\n\n公司"}]


def test_a_thousand_rows_keep_their_numbers(store: Store, cases: Source, send: Send) -> None:
    lines = [case_line(n, **({"立案时间": "昨天"} if n % 100 == 0 else {})) for n in range(1, 5001)]
    done = sent(store, cases, send(case_file(*lines)))
    assert (done.accepted_count, done.rejected_count) == (4950, 50)
    wrong = "CAST(substr(case_id, 2) AS BIGINT) + 1 <> row_no"
    assert rows(store, f"SELECT count(*) AS n FROM penalty_case WHERE {wrong}") == [{"n": 0}]
    assert rows(
        store, "SELECT count(DISTINCT row_no) AS n FROM rejected_row WHERE row_no % 100 = 1"
    ) == [{"n": 50}]


def test_rows_with_gaps_keep_their_numbers(store: Store, cases: Source, send: Send) -> None:
    """Empty and unknown codes among good ones: no row may slip behind another."""
    odd = ({"执法领域": ""}, {"适用程序": "？"}, {"适用程序": ""}, {"处罚种类": ""}, {})
    lines = [case_line(n, **odd[n % 5]) for n in range(1, 4001)]
    done = sent(store, cases, send(case_file(*lines)))
    assert (done.accepted_count, done.rejected_count) == (2400, 1600)
    number = "CAST(json_extract_string(raw_json, '$.案件标识')[2:] AS BIGINT) + 1"
    wrong = f"SELECT count(*) AS n FROM rejected_row WHERE {number} <> row_no"
    assert rows(store, wrong) == [{"n": 0}]
    wrong = "CAST(substr(case_id, 2) AS BIGINT) + 1 <> row_no"
    assert rows(store, f"SELECT count(*) AS n FROM penalty_case WHERE {wrong}") == [{"n": 0}]
