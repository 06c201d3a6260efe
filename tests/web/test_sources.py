"""Sources: what each expects, whether it came, and when the next is due."""

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from mingjian.standards import load_calendar
from mingjian.web.due import describe, next_due
from site_data import browse


def text_of(person: Any, page: str) -> str:
    return browse(person).get(page).content.decode()


def test_each_sees_the_sources_of_the_own_agencies(site: Any) -> None:
    assert "zz-cf" in text_of(site.right, "/sources/")
    assert "zz-dc" not in text_of(site.right, "/sources/")
    assert browse(site.right).get("/sources/zz-dc/").status_code == 404
    assert browse(site.other).get("/sources/zz-dc/").status_code == 200


def test_a_source_that_never_sent_stands_out_from_one_that_sent_nothing(site: Any) -> None:
    text = text_of(site.right, "/sources/")
    assert '<span class="unreported">从未报送</span>' in text
    assert "应报未报" in text


def test_a_source_says_what_it_takes(site: Any) -> None:
    text = text_of(site.right, "/sources/zz-cf/")
    assert "普通程序、一般程序、简易程序" in text
    assert "收下但不保存：与监督无关" in text
    assert "写法 %Y/%m/%d" in text


def due(every: str, by: str = "08:00", working_days_only: bool = False) -> Any:
    return SimpleNamespace(every=every, by=by, working_days_only=working_days_only)


@pytest.mark.parametrize(
    ("source", "now", "expected"),
    [
        (due("day"), datetime(2025, 4, 3, 7, 59), datetime(2025, 4, 3, 8)),
        (due("day"), datetime(2025, 4, 3, 8, 0), datetime(2025, 4, 4, 8)),
        # 清明假期 4 至 6 日
        (due("day", working_days_only=True), datetime(2025, 4, 3, 9), datetime(2025, 4, 7, 8)),
        (due("week", "18:00"), datetime(2025, 4, 3), datetime(2025, 4, 7, 18)),
        (due("month", "24:00"), datetime(2025, 4, 3), datetime(2025, 5, 2, 0)),
        # 五一假期，顺延到 5 月 6 日
        (due("month", working_days_only=True), datetime(2025, 4, 3), datetime(2025, 5, 6, 8)),
        (due("month", working_days_only=True), datetime(2025, 5, 2), datetime(2025, 5, 6, 8)),
        (due("quarter"), datetime(2025, 4, 3), datetime(2025, 7, 1, 8)),
        (due("year"), datetime(2025, 4, 3), datetime(2026, 1, 1, 8)),
    ],
)
def test_next_due_moment(source: Any, now: datetime, expected: datetime) -> None:
    assert next_due(source, now, load_calendar()) == expected


def test_due_in_words() -> None:
    assert describe(due("day", working_days_only=True)) == "每日 08:00 前（工作日）"
    assert describe(due("month", working_days_only=True)) == "每月 1 日 08:00 前（遇休息日顺延）"
    assert describe(due("week")) == "每周一 08:00 前"
    assert date(2025, 4, 7).weekday() == 0
