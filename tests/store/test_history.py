"""Any sequence of submissions against a plain Python account of what should be known when."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_submissions import SMALL, commit

from mingjian.store import Store, open_store

START = datetime(2025, 1, 1)
ROW = st.fixed_dictionaries(
    {
        "case_id": st.sampled_from(["1", "2", "3", "4"]),
        "fine_yuan": st.one_of(st.none(), st.integers(0, 3).map(Decimal)),
        "penalty_kinds": st.sampled_from([None, "", "fine", "fine,reprimand"]),
    }
)
SUBMISSION = st.fixed_dictionaries(
    {
        "id": st.integers(0, 12),
        "day": st.integers(0, 9),
        "rows": st.lists(ROW, max_size=6),
    }
)
FIELDS = ("case_id", "fine_yuan", "penalty_kinds")


class Account:
    """What the store should hold: versions of each record, and the submissions that were kept."""

    def __init__(self) -> None:
        self.versions: dict[str, list[dict[str, Any]]] = {}
        self.kept: set[int] = set()

    def take(self, number: int, day: int, rows: list[dict[str, Any]]) -> tuple[int, int, int]:
        counts = [0, 0, 0]
        self.kept.add(number)
        for row in rows:
            earlier = self.versions.setdefault(row["case_id"], [])
            if earlier and all(earlier[-1][name] == row[name] for name in FIELDS):
                counts[2] += 1
                continue
            counts[1 if earlier else 0] += 1
            earlier.append({**row, "version_no": len(earlier) + 1, "day": day})
        return counts[0], counts[1], counts[2]

    def known(self, day: int | None) -> list[tuple[Any, ...]]:
        """The newest version of each record among those received by `day`."""
        received = (
            [row for row in versions if day is None or row["day"] <= day]
            for versions in self.versions.values()
        )
        return _sorted(rows[-1] for rows in received if rows)

    def archive(self, day: int | None) -> list[tuple[Any, ...]]:
        rows = [row for versions in self.versions.values() for row in versions]
        return _sorted(row for row in rows if day is None or row["day"] <= day)


def told(store: Store, table: str, story: str, day: int | None) -> list[tuple[Any, ...]]:
    """The store's answer to the same question."""
    moment = None if day is None else START + timedelta(days=day)
    with store.reader(moment) as reader:
        return _sorted(
            reader.rows(
                f"SELECT {', '.join(FIELDS)}, version_no, "
                f"date_diff('day', TIMESTAMP '{START}', received_at) AS day FROM {table} "
                "WHERE starts_with(case_id, :story)",
                {"story": f"{story}:"},
            )
        )


def _sorted(rows: Iterable[dict[str, Any]]) -> list[tuple[Any, ...]]:
    columns = (*FIELDS, "version_no", "day")
    return sorted((tuple(row[name] for name in columns) for row in rows), key=str)


@pytest.fixture(scope="module", params=["ducklake", "parquet"])
def long_lived(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """One store for all the stories; each story has records and submissions of its own."""
    folder = tmp_path_factory.mktemp("store")
    store = open_store(folder, kind=request.param, standard=SMALL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mingjian.store.store._TIDY_EVERY", 7)  # so that small files get merged
        yield store
    store.close()


@settings(max_examples=30, deadline=None)
@given(story=st.lists(SUBMISSION, max_size=8))
def test_current_and_earlier_knowledge_follow_the_submissions(
    long_lived: Store, story: list[dict[str, Any]]
) -> None:
    store, account = long_lived, Account()
    before = store.snapshot()
    name = f"story-{before}-{uuid.uuid4().hex[:6]}"
    for submission in story:
        at = str(START + timedelta(days=submission["day"]))
        rows = [row | {"case_id": f"{name}:{row['case_id']}"} for row in submission["rows"]]
        result = commit(store, f"{name}:{submission['id']}", rows, at=at)
        assert result.already == (submission["id"] in account.kept)
        if not result.already:
            counts = (result.new_count, result.changed_count, result.unchanged_count)
            assert counts == account.take(submission["id"], submission["day"], rows)
    if len(story) == 8:
        store.maintain()
    assert store.snapshot() == before + len(account.kept)
    for day in (None, 0, 3, 6, 9):
        assert told(store, "penalty_case", name, day) == account.known(day)
        assert told(store, "penalty_case_version", name, day) == account.archive(day)


def test_late_corrections_and_back_dating_stay_visible(store: Store) -> None:
    """An agency moves a filing date back after the deadline has passed: both dates are shown."""
    commit(store, "s1", [{"case_id": "1", "filed_on": "2025-01-02"}], at="2025-01-05 08:00")
    commit(store, "s2", [{"case_id": "1", "filed_on": "2025-03-02"}], at="2025-06-01 08:00")
    with store.reader() as reader:
        edits = reader.rows(
            "SELECT a.filed_on AS was, b.filed_on AS became, b.received_at AS edited_at "
            "FROM penalty_case_version a JOIN penalty_case_version b "
            "ON b.case_id = a.case_id AND b.version_no = a.version_no + 1 "
            "WHERE b.filed_on IS DISTINCT FROM a.filed_on"
        )
    assert [str(value) for value in edits[0].values()] == [
        "2025-01-02",
        "2025-03-02",
        "2025-06-01 08:00:00",
    ]
    query = "SELECT CAST(filed_on AS VARCHAR) AS filed_on FROM penalty_case"
    for moment, filed_on in (("2025-01-05 07:59", None), ("2025-05-31", "2025-01-02")):
        with store.reader(datetime.fromisoformat(moment)) as then:
            rows = then.rows(query)
            assert rows == ([{"filed_on": filed_on}] if filed_on else [])
            logged = then.rows("SELECT submission_id FROM submission")
            assert len(logged) == len(rows)
    with store.reader() as now:
        assert now.rows(query) == [{"filed_on": "2025-03-02"}]
