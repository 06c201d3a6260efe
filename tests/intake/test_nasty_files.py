"""Files that are broken, wrong or hostile: a clear word, nothing lost, nothing half in."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from mingjian.intake import Source, Submission, error_workbook, take
from mingjian.store import Store

from .conftest import AT, CASES, HEADER, case_file, case_line

Send = Callable[..., Path]
Declare = Callable[[str], Source]


def sent(store: Store, source: Source, path: Path) -> Submission:
    return take(store, source, path, by="李工", at=AT)


def refused(store: Store, source: Source, path: Path) -> str:
    """Take a file that must be refused; returns what is said, and nothing may be in."""
    done = sent(store, source, path)
    assert done.status == "refused", done
    recorded = store.submission(done.id)
    assert recorded is not None
    assert recorded.status == "refused"
    with store.reader() as reader:
        assert reader.rows("SELECT count(*) AS n FROM penalty_case_version") == [{"n": 0}]
        assert reader.rows("SELECT count(*) AS n FROM rejected_row") == [{"n": 0}]
    return done.message


def sheet(rows: list[list[object]], title: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = title
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_an_empty_file(store: Store, cases: Source, send: Send) -> None:
    assert "0 字节" in refused(store, cases, send(b""))


def test_a_header_and_nothing_else_is_a_report_of_nothing(
    store: Store, cases: Source, send: Send
) -> None:
    for file in (send(HEADER + "\n"), send(sheet([HEADER.split(",")]), "cf.xlsx")):
        done = sent(store, cases, file)
        assert (done.status, done.rows_in) == ("accepted", 0)
        assert "按零报送登记" in done.message


def test_binary_rubbish(store: Store, cases: Source, send: Send) -> None:
    assert "无法识别" in refused(store, cases, send(bytes(range(256)) * 40))


def test_a_packed_file_that_breaks_off(store: Store, cases: Source, send: Send) -> None:
    packed = gzip.compress(case_file(*(case_line(n) for n in range(1, 500))).encode())
    said = refused(store, cases, send(packed[: len(packed) // 2], "cf.csv.gz"))
    assert "压缩包不完整" in said


def test_a_packed_file_that_grows_without_end(
    store: Store, cases: Source, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINGJIAN_MAX_UNPACKED_MB", "1")
    said = refused(store, cases, send(gzip.compress(b"\n" * (3 << 20)), "cf.csv.gz"))
    assert "超过 1 MB 的上限" in said


def test_csv_cut_inside_a_quoted_cell(store: Store, cases: Source, send: Send) -> None:
    whole = case_file(case_line(1), case_line(2, 当事人='"乙公司（北京）"'))
    cut = whole[: whole.index("（北京")]
    said = refused(store, cases, send(cut))
    assert "从第 3 行起有一个引号没有合上" in said


def test_csv_cut_inside_the_last_cell_of_a_row(store: Store, cases: Source, send: Send) -> None:
    text = HEADER.replace(",打印次数", "") + "\n" + case_line(1).rsplit(",", 1)[0]
    cut = text.rsplit(",", 1)[0] + ',"2025-03'
    assert "引号没有合上" in refused(store, cases, send(cut))


def test_csv_cut_between_cells_loses_only_that_row(store: Store, cases: Source, send: Send) -> None:
    whole = case_file(case_line(1), case_line(2))
    done = sent(store, cases, send(whole[: whole.rindex("罚款、警告")]))
    assert (done.accepted_count, done.rejected_count) == (1, 1)
    assert done.rejected_sample[0].row_no == 3
    assert "有 10 个单元格，表头有 12 个" in done.rejected_sample[0].message


def test_rows_with_too_few_or_too_many_cells(store: Store, cases: Source, send: Send) -> None:
    lines = [case_line(1), "C2,x", case_line(3), case_line(4) + ",多,余", case_line(5)]
    done = sent(store, cases, send(case_file(*lines)))
    assert (done.rows_in, done.accepted_count, done.rejected_count) == (5, 3, 2)
    assert [(r.row_no, r.value) for r in done.rejected_sample] == [(3, "C2,x"), (5, lines[3])]
    book = openpyxl.load_workbook(io.BytesIO(error_workbook(store, done.id)))
    assert book.active is not None
    assert "C2,x" in str(book.active["A2"].value)


def test_bytes_of_no_encoding(store: Store, cases: Source, send: Send) -> None:
    data = case_file(case_line(1)).encode() + b"\xff\xfe\x81\xff\n"
    assert "编码无法识别" in refused(store, cases, send(data))


def test_bytes_of_no_encoding_far_behind(store: Store, cases: Source, send: Send) -> None:
    lines = (case_line(n, 当事人="甲" * 200) for n in range(1, 8000))
    data = case_file(*lines).encode() + b"\xff\xff\n"
    assert len(data) > 5 << 20
    assert "编码无法识别" in refused(store, cases, send(data))


def test_gb18030_that_begins_like_ascii(store: Store, cases: Source, send: Send) -> None:
    names = ",".join(HEADER.split(","))
    data = names.encode("gb18030") + b"\n" + case_line(1).encode("gb18030")
    assert sent(store, cases, send(data)).accepted_count == 1


def test_nul_bytes_reject_their_rows(store: Store, cases: Source, send: Send) -> None:
    done = sent(store, cases, send(case_file(case_line(1), case_line(2, 当事人="乙\0公司"))))
    assert (done.accepted_count, done.rejected_count) == (1, 1)
    assert done.rejected_sample[0].row_no == 3
    assert "NUL" in done.rejected_sample[0].rule


def test_a_thousand_columns(store: Store, cases: Source, send: Send) -> None:
    header = ",".join([HEADER, *(f"列{n}" for n in range(1000))])
    said = refused(store, cases, send(header + "\n" + case_line(1) + "," * 1000 + "\n"))
    assert "有 1012 列，超过 500 列" in said


def test_the_header_twice_in_the_file(store: Store, cases: Source, send: Send) -> None:
    done = sent(store, cases, send(case_file(case_line(1), HEADER, case_line(2))))
    assert (done.accepted_count, done.rejected_count) == (2, 1)
    assert done.rejected_sample[0].rule == "是表头的重复，不是数据"
    assert len(done.rejected_sample) == 1


def test_one_column_name_twice(store: Store, cases: Source, send: Send) -> None:
    text = HEADER.replace("打印次数", "案号") + "\n" + case_line(1)
    assert "“案号”出现了不止一次" in refused(store, cases, send(text))
    text = HEADER + ",打印次数\n" + case_line(1) + ",2"
    done = sent(store, cases, send(text, "b.csv"))
    assert done.accepted_count == 1
    assert any("“打印次数”出现了不止一次" in signal for signal in done.signals)


def test_the_wrong_file_altogether(store: Store, cases: Source, send: Send) -> None:
    said = refused(store, cases, send("姓名,年龄\n张三,30\n"))
    assert "缺少必需的列" in said
    assert "姓名、年龄" in said


@pytest.mark.parametrize("cut", [10, 60])
def test_json_that_breaks_off(store: Store, declare: Declare, send: Send, cut: int) -> None:
    names = HEADER.split(",")
    record = json.dumps(dict(zip(names, case_line(1).split(","), strict=True)), ensure_ascii=False)
    lines = declare(CASES.replace("format: csv", "format: jsonl"))
    said = refused(store, lines, send(f"{record}\n{record}"[:-cut], "a.jsonl"))
    assert "第 2 行不是完整的 JSON" in said
    array = declare(CASES.replace("format: csv", "format: json"))
    assert "不是完整的 JSON" in refused(store, array, send(f"[{record},{record}]"[:-cut], "a.json"))


def test_json_of_another_shape(store: Store, declare: Declare, send: Send) -> None:
    source = declare(CASES.replace("format: csv", "format: json, records: data.list"))
    assert "没有“data.list”这一层" in refused(store, source, send('{"data": {}}', "a.json"))
    assert "不是对象" in refused(store, source, send('{"data": {"list": [1]}}', "b.json"))


def test_xes_that_breaks_off(store: Store, declare: Declare, send: Send) -> None:
    source = declare(CASES.replace("format: csv", "format: xes"))
    log = '<?xml version="1.0"?><log><trace><event><string key="a" value="b"/></event></trace><tra'
    assert "XES 文件不完整" in refused(store, source, send(log, "a.xes"))


def test_a_workbook_that_breaks_off(store: Store, cases: Source, send: Send) -> None:
    data = sheet([HEADER.split(","), case_line(1).split(",")])
    said = refused(store, cases, send(data[: len(data) // 2], "cf.xlsx"))
    assert "Excel 文件不完整" in said


def test_a_workbook_without_rows(store: Store, cases: Source, send: Send) -> None:
    assert "是空的" in refused(store, cases, send(sheet([]), "cf.xlsx"))


def test_a_sheet_that_is_not_there(store: Store, declare: Declare, send: Send) -> None:
    source = declare(CASES.replace("format: csv", "format: xlsx, sheet: 案件"))
    data = sheet([HEADER.split(","), case_line(1).split(",")], "别的")
    assert "没有名为“案件”的工作表（文件里有：别的）" in refused(
        store, source, send(data, "x.xlsx")
    )


def test_a_bomb_in_a_workbook_is_not_opened(
    store: Store, cases: Source, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (100 << 20))
    said = refused(store, cases, send(out.getvalue(), "cf.xlsx"))
    assert "疑似压缩炸弹" in said
    monkeypatch.setenv("MINGJIAN_MAX_WORKBOOK_MB", "50")
    assert "超过 50 MB 的上限" in refused(store, cases, send(out.getvalue() + b"", "b.xlsx"))


def test_formulas_count_by_their_values(store: Store, cases: Source, send: Send) -> None:
    """A workbook that Excel saved carries the value of each formula beside it."""
    cells = case_line(1).split(",")
    data = sheet([HEADER.split(","), [*cells[:8], "=1+0.5", *cells[9:]]])
    source, saved = io.BytesIO(data), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(saved, "w") as new:
        for entry in old.infolist():
            text = old.read(entry)
            new.writestr(
                entry, text.replace(b"<v></v>", b"<v>1.5</v>").replace(b"<v />", b"<v>1.5</v>")
            )
    done = sent(store, cases, send(saved.getvalue(), "cf.xlsx"))
    assert done.accepted_count == 1, done
    with store.reader() as reader:
        assert str(reader.rows("SELECT fine_yuan FROM penalty_case")[0]["fine_yuan"]) == "15000.00"


def test_text_that_looks_like_a_formula_stays_text(store: Store, cases: Source, send: Send) -> None:
    danger = '=HYPERLINK("http://x")'
    quoted = '"' + danger.replace('"', '""') + '"'
    done = sent(store, cases, send(case_file(case_line(1, 当事人=quoted, 立案时间="昨天"))))
    assert done.rejected_count == 1
    data = error_workbook(store, done.id)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.active is not None
    column = [cell.value for cell in book.active[1]].index("当事人") + 1
    cell = book.active.cell(2, column)
    assert (cell.value, cell.data_type) == (danger, "s")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_an_old_workbook_renamed_and_a_text_renamed(
    store: Store, declare: Declare, send: Send
) -> None:
    source = declare(CASES.replace("format: csv", "format: xlsx"))
    done = sent(store, source, send(case_file(case_line(1)), "cf.xlsx"))
    assert done.accepted_count == 1
    assert "文件实际是 csv 格式" in done.signals[0]
