"""What was reported when can always be shown: late reports, back-dating, repeated edits."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from mingjian.intake import Source, take
from mingjian.store import Store

from .conftest import AT, case_file, case_line

Send = Callable[..., Path]


def test_three_reports_of_one_case(store: Store, cases: Source, send: Send) -> None:
    reports = [
        (AT, case_line(1, 立案时间="2025-01-02", 决定时间="")),
        (AT + timedelta(days=1), case_line(1, 立案时间="2025-02-20", 决定时间="2025-03-04")),
        (AT + timedelta(days=2), case_line(1, 立案时间="2025-02-25", 决定时间="2025-03-04")),
    ]
    for n, (at, line) in enumerate(reports):
        take(store, cases, send(case_file(line), f"{n}.csv"), by="李工", at=at)
    with store.reader() as reader:
        versions = reader.rows(
            "SELECT version_no, filed_on, received_at FROM penalty_case_version ORDER BY version_no"
        )
        edits = reader.rows(
            "SELECT count(DISTINCT filed_on) AS n FROM penalty_case_version "
            "GROUP BY case_id HAVING count(DISTINCT filed_on) > 1"
        )
        late = reader.rows(
            "SELECT date_diff('day', decided_on, CAST(first_received_at AS DATE)) AS days "
            "FROM penalty_case"
        )
        backdated = reader.rows(
            "SELECT n.version_no FROM penalty_case_version AS n JOIN penalty_case_version AS o "
            "ON o.case_id = n.case_id AND o.version_no = n.version_no - 1 "
            "WHERE n.filed_on > o.filed_on ORDER BY n.version_no"
        )
    assert [(v["version_no"], v["filed_on"]) for v in versions] == [
        (1, date(2025, 1, 2)),
        (2, date(2025, 2, 20)),
        (3, date(2025, 2, 25)),
    ]
    assert [v["received_at"] for v in versions] == [at for at, _ in reports]
    assert edits == [{"n": 3}]
    assert late == [{"days": (AT.date() - date(2025, 3, 4)).days}]
    assert [row["version_no"] for row in backdated] == [2, 3]


def test_as_known_at_a_moment(store: Store, cases: Source, send: Send) -> None:
    take(store, cases, send(case_file(case_line(1, 决定时间=""))), by="x", at=AT)
    later = AT + timedelta(days=5)
    take(store, cases, send(case_file(case_line(1)), "b.csv"), by="x", at=later)

    def decided(as_of: datetime) -> list[object]:
        with store.reader(as_of) as reader:
            return [row["decided_on"] for row in reader.rows("SELECT decided_on FROM penalty_case")]

    assert decided(AT - timedelta(days=1)) == []
    assert decided(later - timedelta(seconds=1)) == [None]
    assert decided(later) == [date(2025, 3, 4)]
