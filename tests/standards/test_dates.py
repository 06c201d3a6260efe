"""Dates and times: every form that records hold, and a clear refusal of the rest."""

import csv
import gzip
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.standards import parse_date, parse_timestamp

PLAUSIBLE = st.dates(min_value=date(1950, 1, 1), max_value=date(2100, 12, 31))


@pytest.mark.parametrize(
    "raw",
    [
        "2025年8月 20日",
        "2025年8月20号",
        " 2025/8/20 ",
        "2025/8/20 18:17:47",
        "2025.8.20",
        "2025-08-20T00:00:00.000",
        "20250820",
        "20250820181747",
        "20250820.0",
        45889,
        45889.75,
        "45889",
        "二〇二五年八月二十日",
        "二○二五年八月二十日",
        "二零二五年 八月 二十日",
        "２０２５年８月２０日",
        "２０２５／８／２０",
        "R7.8.20",
        "令和７年８月２０日",
        date(2025, 8, 20),
        datetime(2025, 8, 20, 18, 17, 47),
    ],
)
def test_the_same_day_in_every_form(raw: object) -> None:
    assert parse_date(raw) == date(2025, 8, 20)


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("H28.11.28", date(2016, 11, 28)),
        ("R1.5.1", date(2019, 5, 1)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("S63.1.2", date(1988, 1, 2)),
        ("平成29年５月15日", date(2017, 5, 15)),
        ("9999-12-31", date(9999, 12, 31)),
        ("2024-02-29", date(2024, 2, 29)),
        ("二〇二五年十二月三十一日", date(2025, 12, 31)),
    ],
)
def test_eras_and_edges(raw: str, day: date) -> None:
    assert parse_date(raw) == day


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("2025/8/20 18:17:47", datetime(2025, 8, 20, 18, 17, 47)),
        ("2025年8月20日18时17分", datetime(2025, 8, 20, 18, 17)),
        ("2025/8/20 下午6:17", datetime(2025, 8, 20, 18, 17)),
        ("2025/8/20 12:05 AM", datetime(2025, 8, 20, 0, 5)),
        ("2025年8月20日9时", datetime(2025, 8, 20, 9)),
        ("20250820181747", datetime(2025, 8, 20, 18, 17, 47)),
        ("202508201817", datetime(2025, 8, 20, 18, 17)),
        ("45889.75", datetime(2025, 8, 20, 18)),
        ("2025-08-20T18:17:47.5", datetime(2025, 8, 20, 18, 17, 47, 500_000)),
        ("2025-08-20", datetime(2025, 8, 20)),
        ("2025-08-20 24:00:00", datetime(2025, 8, 21)),
    ],
)
def test_times_without_an_offset_are_beijing_time(raw: str, moment: datetime) -> None:
    assert parse_timestamp(raw) == moment


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("2025-08-20T18:17:47Z", datetime(2025, 8, 21, 2, 17, 47)),
        ("2025-08-20T18:17:47+08:00", datetime(2025, 8, 20, 18, 17, 47)),
        ("2025-08-20 10:17:47.5+00", datetime(2025, 8, 20, 18, 17, 47, 500000)),
        ("2025-08-20T18:17:47-0500", datetime(2025, 8, 21, 7, 17, 47)),
        ("2011-10-11 13:42:22.688000+02:00", datetime(2011, 10, 11, 19, 42, 22, 688_000)),
    ],
)
def test_times_with_an_offset_are_moved_to_beijing(raw: str, moment: datetime) -> None:
    assert parse_timestamp(raw) == moment
    assert parse_date(raw) == moment.date()


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        ("2025/13/02", "没有 2025 年 13 月 2 日这一天"),
        ("2025-02-29", "没有 2025 年 2 月 29 日这一天"),
        ("20251301", "没有 2025 年 13 月 1 日这一天"),
        ("H28.13.1", "没有 2016 年 13 月 1 日这一天"),
        ("H45.1.1", "没有第 45 年"),
        ("2025-08-20 25:00", "不是时间"),
        ("2025-08-20 later", "看不懂"),
        ("08/20/2016", "日、月先后不明"),
        ("25.8.20", "年份应写四位"),
        ("2025年8月", "只有年月"),
        ("202508", "只有年月"),
        ("1025-01-01", "年份应在 1900 到 2100 之间"),
        ("2205-08-20", "年份应在 1900 到 2100 之间"),
        ("9999-12-31T23:00:00-05:00", "年份应在 1900 到 2100 之间"),
        ("9999-12-31 24:00:00", "年份应在 1900 到 2100 之间"),
        (99999, "Excel 日期序号"),
        (12, "不是日期"),
        ("", "是空的"),
        ("无", "不是日期（应为 年/月/日）"),
        (True, "不是日期"),
        (None, "不是日期"),
    ],
)
def test_what_is_no_date_is_refused_with_the_rule(raw: object, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        parse_date(raw)


def test_a_format_settles_the_order_of_day_and_month() -> None:
    assert parse_date("08/02/2016", "%m/%d/%Y") == date(2016, 8, 2)
    assert parse_date("08/02/2016", "%d/%m/%Y") == date(2016, 2, 8)
    assert parse_timestamp("08/20/2016 01:30:00 PM", "%m/%d/%Y %I:%M:%S %p").hour == 13
    with pytest.raises(ValueError, match="格式 %m/%d/%Y"):
        parse_date("2016-08-20", "%m/%d/%Y")


@given(PLAUSIBLE)
def test_every_written_form_reads_back(day: date) -> None:
    forms = (
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day} 0:00",
        (day - date(1899, 12, 30)).days,
    )
    assert {parse_date(form) for form in forms} == {day}


@given(st.text(max_size=12))
def test_any_text_is_a_date_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        assert isinstance(parse_date(text), date)


def test_every_date_of_the_japanese_publications(shared_data: Path) -> None:
    path = shared_data / "decisions_foreign" / "japan_labour_law_publications_part.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8-sig") as file:
        written = [row["公表日"] for row in csv.DictReader(file)]
    era = {"H": 1988, "R": 2018}
    for text in written:
        if text.strip():
            year, month, day = (int(part) for part in text.strip()[1:].split("."))
            assert parse_date(text) == date(era[text.strip()[0]] + year, month, day)
    assert len(written) > 1000
