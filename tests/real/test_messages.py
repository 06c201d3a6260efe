"""Chinese petition messages with times and replies: late replies, and messages by the same hand.

The term is fifteen: 国办秘函〔2019〕19号 (政府网站与政务新媒体检查指标) marks down a site that has
not answered a message within fifteen working days. Most messages are older than 2020, for which the
calendar knows no announced holidays and counts weekends only; so the exact number is given in
natural days as well, which needs no calendar.
"""

import csv
import gzip
from collections import Counter
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Rows = list[dict[str, str]]


def read(file: Path) -> Rows:
    with gzip.open(file, "rt", encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def moment(text: str) -> datetime:
    return datetime.strptime(text.strip(), "%Y/%m/%d %H:%M:%S")


@pytest.fixture(scope="module")
def answered(shared_data: Path) -> Rows:
    return read(shared_data / "hotline_zh" / "messages_with_replies.csv.gz")


@pytest.fixture(scope="module")
def unanswered(shared_data: Path) -> Rows:
    return read(shared_data / "hotline_zh" / "messages_with_time_place.csv.gz")


@pytest.fixture(scope="module")
def messages(module_desk: Any, shared_data: Path) -> Any:
    folder = shared_data / "hotline_zh"
    for code, name in (
        ("hotline-replies", "messages_with_replies.csv.gz"),
        ("hotline-messages", "messages_with_time_place.csv.gz"),
    ):
        submission = module_desk.take(code, folder / name)
        assert (submission.rejected_count, submission.signals) == (0, ())
    return module_desk


def test_every_message_and_every_moment(messages: Any, answered: Rows, unanswered: Rows) -> None:
    got = messages.rows("SELECT complaint_id, received_at, replied_at FROM complaint")
    expected = {row["留言编号"]: moment(row["留言时间"]) for row in answered + unanswered}
    assert {row["complaint_id"]: row["received_at"] for row in got} == expected
    assert len(expected) == 802 + 1151
    replies = {row["留言编号"]: moment(row["答复时间"]) for row in answered}
    assert {r["complaint_id"]: r["replied_at"] for r in got if r["replied_at"]} == replies


def test_texts_are_whole(messages: Any, answered: Rows) -> None:
    """Blanks around a text go; line breaks and the rest of it stay."""
    got = messages.rows("SELECT complaint_id, text, reply_text FROM complaint")
    texts = {row["complaint_id"]: (row["text"], row["reply_text"]) for row in got}
    blanks = " \t\r\n\u3000\u00a0"
    for row in answered:
        kept = (row["留言详情"].strip(blanks), row["答复意见"].strip(blanks))
        assert texts[row["留言编号"]] == kept


def test_replies_after_fifteen_natural_days(messages: Any, answered: Rows) -> None:
    days = [
        (moment(row["答复时间"]).date() - moment(row["留言时间"]).date()).days for row in answered
    ]
    late = messages.one(
        "SELECT COUNT(*) FROM complaint WHERE "
        "DATE_DIFF('day', CAST(received_at AS DATE), CAST(replied_at AS DATE)) > 15"
    )
    assert late == sum(day > 15 for day in days) == 324


def test_replies_after_fifteen_working_days(messages: Any, answered: Rows) -> None:
    """The first day is not counted; without announced holidays a working day is a weekday."""
    taken = {
        row["留言编号"]: np.busday_count(
            moment(row["留言时间"]).date() + np.timedelta64(1, "D"),
            moment(row["答复时间"]).date() + np.timedelta64(1, "D"),
        )
        for row in answered
    }
    assert max(moment(row["答复时间"]) for row in answered).year < 2023  # first announced year
    got = messages.rows(
        "SELECT c.complaint_id, e.workday_no - b.workday_no AS days FROM complaint c "
        "JOIN calendar_day b ON b.day = CAST(c.received_at AS DATE) "
        "JOIN calendar_day e ON e.day = CAST(c.replied_at AS DATE)"
    )
    assert {row["complaint_id"]: row["days"] for row in got} == taken
    assert sum(day > 15 for day in taken.values()) == 231


def test_the_same_person_is_known_but_not_named(
    messages: Any, answered: Rows, unanswered: Rows
) -> None:
    users = Counter(row["留言用户"] for row in answered + unanswered)
    hashes = messages.rows("SELECT reporter_hash, COUNT(*) AS n FROM complaint GROUP BY 1")
    assert Counter(row["n"] for row in hashes) == Counter(users.values())
    assert not {row["reporter_hash"] for row in hashes} & set(users)


def test_messages_of_one_person_within_thirty_days(
    messages: Any, answered: Rows, unanswered: Rows
) -> None:
    """Repeated messages: a later one of the same person within thirty days of an earlier one."""
    by_user: dict[str, list[datetime]] = {}
    for row in answered + unanswered:
        by_user.setdefault(row["留言用户"], []).append(moment(row["留言时间"]))
    repeats = 0
    for times in by_user.values():
        days = [time.date() for time in sorted(times)]
        repeats += sum((b - a).days <= 30 for a, b in pairwise(days))
    found = messages.one(
        "SELECT COUNT(*) FROM (SELECT DATE_DIFF('day', CAST(LAG(received_at) OVER "
        "(PARTITION BY reporter_hash ORDER BY received_at) AS DATE), CAST(received_at AS DATE)) "
        "AS days FROM complaint) WHERE days <= 30"
    )
    assert found == repeats > 0
