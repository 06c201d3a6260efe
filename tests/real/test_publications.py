"""Published penalties: two Chinese tables, and Japan's monthly list of labour-law violations."""

import csv
import gzip
import json
import re
import unicodedata
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mingjian.standards import load_calendar

Rows = list[dict[str, str]]


def read(file: Path) -> Rows:
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rt", encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def chinese_day(text: str) -> date:
    year, month, day = map(int, re.findall(r"\d+", text))
    return date(year, month, day)


def working_days(start: date, end: date, shared_data: Path) -> int:
    """Days after `start` up to `end` that are worked, by the raw holiday list of the year."""
    listed = {}
    for year in range(start.year, end.year + 1):
        plan = json.loads((shared_data / "holidays_cn" / f"{year}.json").read_text("utf-8"))
        listed |= {date.fromisoformat(day["date"]): not day["isOffDay"] for day in plan["days"]}
    days = [start + timedelta(n) for n in range(1, (end - start).days + 1)]
    return sum(listed.get(day, day.weekday() < 5) for day in days)


def test_penalties_of_the_central_bank(desk: Any, shared_data: Path) -> None:
    file = shared_data / "penalties_zh" / "pboc_2025_31_38.csv"
    submission = desk.take("pboc-penalties", file)
    assert (submission.accepted_count, submission.rejected_count) == (8, 0)
    assert submission.signals == ()
    raw = read(file)
    got = {row["decision_no"]: row for row in desk.rows("SELECT * FROM penalty_case")}
    assert set(got) == {row["行政处罚决定书文号"] for row in raw}
    for row in raw:
        record = got[row["行政处罚决定书文号"]]
        (amount,) = re.findall(r"罚款([\d.]+)万元", row["行政处罚内容"])
        assert record["fine_yuan"] == Decimal(amount) * 10000
        assert record["decided_on"] == chinese_day(row["作出行政处罚决定日期"]) == date(2025, 8, 20)
        assert record["disclosed_on"] == chinese_day(row["发布时间"]) == date(2025, 9, 30)
        kinds = ["reprimand"] * ("警告" in row["行政处罚内容"]) + ["fine"]
        assert record["penalty_kinds"] == ",".join(kinds)
        natural = row["当事人名称"].startswith("某某")
        assert record["party_kind"] == ("natural" if natural else "legal")
    assert sum(row["fine_yuan"] for row in got.values()) == Decimal("3141900.00")


def test_publication_lag_in_working_days(desk: Any, shared_data: Path) -> None:
    """Thirty, for 28 September 2025 (a Sunday) was worked; SX-01 allows seven."""
    desk.take("pboc-penalties", shared_data / "penalties_zh" / "pboc_2025_31_38.csv")
    decided, published = date(2025, 8, 20), date(2025, 9, 30)
    lag = working_days(decided, published, shared_data)
    assert lag == 30
    assert load_calendar().working_days_between(decided, published) == lag
    lags = desk.rows(
        "SELECT p.case_id, e.workday_no - b.workday_no AS days FROM penalty_case p "
        "JOIN calendar_day b ON b.day = p.decided_on JOIN calendar_day e ON e.day = p.disclosed_on"
    )
    assert [row["days"] for row in lags] == [lag] * 8
    found = desk.find("SX-01", date(2025, 12, 31))
    assert [row["unit_id"] for row in found] == ["银罚决字〔2025〕31号"]  # the others are persons
    due = decided
    while working_days(decided, due, shared_data) < 7:
        due += timedelta(days=1)
    assert found[0]["disclosure_due_on"] == due
    assert found[0]["disclosure_overdue_days"] == (published - due).days


def test_environmental_penalties_with_gaps(desk: Any, shared_data: Path) -> None:
    """Both brackets come out as 〔〕, a gap stays a gap, an order to correct is no fine."""
    file = shared_data / "penalties_zh" / "env_penalties_one_group.csv"
    submission = desk.take("env-penalties", file)
    assert (submission.accepted_count, submission.rejected_count) == (4, 0)
    raw = {row["documentNumber"].replace("【", "〔").replace("】", "〕"): row for row in read(file)}
    got = {row["decision_no"]: row for row in desk.rows("SELECT * FROM penalty_case")}
    assert set(got) == set(raw)
    assert "德环罚字〔2019〕0013号" in got  # the zeros stand on the paper
    for number, row in raw.items():
        record = got[number]
        amount = row["penaltyAmount_万元"]
        assert record["fine_yuan"] == (Decimal(amount) * 10000 if amount else None)
        decided = row["penaltyDate"]
        assert record["decided_on"] == (date.fromisoformat(decided) if decided else None)
        assert record["disclosed_on"] == date.fromisoformat(row["noticeDate"])
        assert record["penalty_kinds"] == ("fine" if "罚款" in row["penaltyResult"] else None)
        assert record["remark"] == ("责令改正" if "责令改正" in row["penaltyResult"] else None)


@pytest.fixture(scope="module")
def japan(shared_data: Path) -> Rows:
    return read(shared_data / "decisions_foreign" / "japan_labour_law_publications_part.csv.gz")


def heisei(text: str) -> date:
    year, month, day = map(int, re.findall(r"\d+", unicodedata.normalize("NFKC", text)))
    return date(1988 + year, month, day)


KEY = ("管轄", "企業・事業場名称", "所在地", "公表日", "違反法条")


def cleaned(row: dict[str, str]) -> dict[str, str]:
    return {column: cell.strip() for column, cell in row.items()}


def test_three_months_of_a_list_in_era_dates(desk: Any, japan: Rows, tmp_path: Path) -> None:
    """Each month by itself, each in another encoding: most violations come again, as one record."""
    known: dict[tuple[str, ...], dict[str, str]] = {}
    for month, encoding in (("001", "utf-8"), ("002", "utf-8-sig"), ("003", "utf-16")):
        rows = [row for row in japan if row["snapshot"] == month]
        file = tmp_path / f"{month}.csv"
        with file.open("w", encoding=encoding, newline="") as opened:
            writer = csv.DictWriter(opened, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        new = 0
        for row in map(cleaned, rows):
            key = tuple(row[column] for column in KEY)
            new += key not in known
            known[key] = row
        submission = desk.take("japan-labour", file)
        assert (submission.accepted_count, submission.rejected_count) == (len(rows), 0)
        assert submission.new_count == new
    got = desk.rows("SELECT * FROM penalty_case")
    assert len(got) == len(known) == 450
    by_key = {
        (r["agency_id"], r["party_name"], r["act_place"], r["disclosed_on"], r["legal_basis"]): r
        for r in got
    }
    for row in known.values():
        day = heisei(row["公表日"])
        record = by_key[row["管轄"], row["企業・事業場名称"], row["所在地"], day, row["違反法条"]]
        assert record["recorded_at"].date() == heisei(row["最終更新日"])
        sent = re.search(r"[HＨ]([\d.]+)送検", row["その他参考事項"])
        assert record["referred_on"] == (heisei(sent[1]) if sent else None)


def test_lists_of_articles_one_a_row(desk: Any, japan: Rows, shared_data: Path) -> None:
    file = shared_data / "decisions_foreign" / "japan_labour_law_publications_part.csv.gz"
    submission = desk.take("japan-labour-article", file)
    last = [row for row in japan if row["snapshot"] == "003"]
    parts = [
        (*(row[column] for column in KEY[:4]), part.strip())
        for row in last
        for part in row["違反法条"].split(",")
        if part.strip()
    ]
    assert submission.accepted_count == len(parts) == 706
    assert submission.new_count == len(set(parts))
    got = desk.rows("SELECT legal_basis, COUNT(*) AS n FROM penalty_case GROUP BY 1")
    assert {row["legal_basis"]: row["n"] for row in got} == Counter(p[4] for p in set(parts))
