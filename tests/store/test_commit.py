"""What a submission does to the store, in both kinds."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from store_submissions import CASE, OFFICER, cases, commit, header, numbered

from mingjian.standards import Field, Standard
from mingjian.store import CommitError, Store, StoreError


def versions(store: Store, case_id: str) -> list[tuple[object, ...]]:
    with store.reader() as reader:
        rows = reader.rows(
            "SELECT version_no, fine_yuan, submission_id, row_no FROM penalty_case_version "
            "WHERE case_id = :id ORDER BY version_no",
            {"id": case_id},
        )
    return [tuple(row.values()) for row in rows]


def test_new_changed_and_unchanged_rows_are_told_apart(store: Store) -> None:
    first = commit(store, "s1", [{"case_id": "1", "fine_yuan": 5}, {"case_id": "2"}])
    assert (first.new_count, first.changed_count, first.unchanged_count) == (2, 0, 0)
    second = commit(
        store,
        "s2",
        [{"case_id": "1", "fine_yuan": 7}, {"case_id": "2"}, {"case_id": "3"}],
        at="2025-03-02 08:00",
    )
    assert (second.new_count, second.changed_count, second.unchanged_count) == (1, 1, 1)
    assert second.accepted_count == 3
    assert cases(store) == {"1": Decimal("7.00"), "2": None, "3": None}
    assert versions(store, "1") == [(1, Decimal("5.00"), "s1", 2), (2, Decimal("7.00"), "s2", 2)]
    assert versions(store, "2") == [(1, None, "s1", 3)]
    with store.reader() as reader:
        arrivals = reader.rows(
            "SELECT first_received_at, received_at FROM penalty_case WHERE case_id = '1'"
        )
    assert list(arrivals[0].values()) == [datetime(2025, 3, 1, 8), datetime(2025, 3, 2, 8)]


def test_last_row_of_a_key_in_a_file_is_current_and_earlier_ones_are_versions(store: Store) -> None:
    commit(store, "s1", [{"case_id": "1", "fine_yuan": 5}])
    result = commit(
        store,
        "s2",
        [
            {"case_id": "1", "fine_yuan": 5},  # says nothing new
            {"case_id": "1", "fine_yuan": 6},
            {"case_id": "2", "fine_yuan": 1},
            {"case_id": "1", "fine_yuan": 6},  # nor does this
            {"case_id": "1", "fine_yuan": 5},  # back to what it was: a change all the same
            {"case_id": "2", "fine_yuan": 1},
        ],
    )
    assert (result.new_count, result.changed_count, result.unchanged_count) == (1, 2, 3)
    assert versions(store, "1") == [
        (1, Decimal("5.00"), "s1", 2),
        (2, Decimal("6.00"), "s2", 3),
        (3, Decimal("5.00"), "s2", 6),
    ]
    assert cases(store) == {"1": Decimal("5.00"), "2": Decimal("1.00")}


def test_one_file_row_may_give_several_records(store: Store) -> None:
    """A list of officers in one cell becomes rows that share their row number."""
    rows = [{"act_id": "1", "officer_id": who, "row_no": 2} for who in ("A", "B", "B")]
    result = commit(store, "s1", rows, table="act_officer")
    assert (result.new_count, result.unchanged_count) == (2, 1)


def test_the_same_submission_again_writes_nothing(store: Store) -> None:
    rows = [{"case_id": "1", "fine_yuan": 5}]
    rejected = pa.table({"row_no": [3, 3], "field": ["filed_on", "fine_yuan"]})
    first = commit(store, "s1", rows, rejected=rejected)
    before = store.snapshot()
    again = commit(store, "s1", [{"case_id": "1", "fine_yuan": 9}], rejected=rejected)
    assert (first.already, again.already) == (False, True)
    assert (again.new_count, again.rejected_count) == (first.new_count, first.rejected_count)
    assert store.snapshot() == before
    assert cases(store) == {"1": Decimal("5.00")}


def test_rejected_rows_and_the_submission_itself_are_kept(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "rejected.parquet"
    faults = {
        "table_name": ["penalty_case"] * 2,
        "row_no": [3, 3],
        "field": ["filed_on", "fine_yuan"],
        "value": ["2025/13/1", "-1"],
        "rule": ["date", "not_negative"],
        "message": ["不是日期", "不能为负"],
        "raw_json": ["{}", "{}"],
    }
    pq.write_table(pa.table(faults), path)
    result = commit(store, "s1", [{"case_id": "1"}], rejected=path, rows_in=2, message="一行退回")
    assert result.rejected_count == 1  # one row with two faults
    kept = store.submission("s1")
    assert kept is not None
    assert (kept.rows_in, kept.accepted_count, kept.new_count, kept.rejected_count) == (2, 1, 1, 1)
    assert (kept.status, kept.message, kept.commit_no) == ("accepted", "一行退回", 1)
    assert kept.received_at == datetime(2025, 3, 1, 8)
    assert store.submission("s2") is None
    with store.reader() as reader:
        rows = reader.rows("SELECT * FROM rejected_row ORDER BY field")
    assert [row["field"] for row in rows] == ["filed_on", "fine_yuan"]
    assert rows[0]["submission_id"] == "s1"
    assert rows[0]["source_code"] == "scjg-cf"


def test_a_held_submission_is_recorded_and_can_be_released(store: Store) -> None:
    held = commit(store, "s1", status="held", message="只有 0 行", rejected=_one_rejected())
    assert (held.accepted_count, held.already) == (0, False)
    assert commit(store, "s1", status="held").already
    released = commit(store, "s1", [{"case_id": "1"}], rejected=_one_rejected())
    assert not released.already
    kept = store.submission("s1")
    assert kept is not None
    assert (kept.status, kept.new_count, kept.rejected_count) == ("accepted", 1, 1)
    with store.reader() as reader:
        assert len(reader.rows("SELECT row_no FROM rejected_row")) == 1
        assert len(reader.rows("SELECT submission_id FROM submission")) == 1
    assert commit(store, "s1", [{"case_id": "2"}]).already


def _one_rejected() -> pa.Table:
    return pa.table({"row_no": [3], "field": ["filed_on"]})


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([{"case_id": "1", "fine": 3}], "penalty_case 没有这些列：fine"),
        ([{"agency_id": "A1"}], "缺少列：case_id"),
        ([{"case_id": "1"}, {"case_id": None}], "第 3 行的主键（case_id）"),
        ([{"case_id": "1", "filed_on": "三月一日"}], "数据不能入库"),
    ],
)
def test_what_does_not_fit_is_refused_whole(
    store: Store, rows: list[dict[str, object]], says: str
) -> None:
    accepted = {"act_officer": numbered([{"act_id": "1", "officer_id": "A"}])}
    with pytest.raises(CommitError, match=says):
        store.commit(header("s1"), accepted | {"penalty_case": numbered(rows)}, None)
    with store.reader() as reader:
        assert reader.rows("SELECT act_id FROM act_officer_version") == []
    assert store.submission("s1") is None
    assert store.snapshot() == 0
    assert commit(store, "s2", [{"case_id": "1"}]).new_count == 1


def test_unknown_tables_and_unknown_rejected_columns_are_refused(store: Store) -> None:
    with pytest.raises(CommitError, match="没有“visit”这张表"):
        commit(store, "s1", [{"case_id": "1"}], table="visit")
    with pytest.raises(CommitError, match="没有“penalty_case_version”这张表"):
        commit(store, "s1", [{"case_id": "1"}], table="penalty_case_version")
    with pytest.raises(CommitError, match="退回行 没有这些列：why"):
        commit(store, "s1", rejected=pa.table({"why": ["x"]}))


def test_values_come_back_as_they_went_in(store: Store) -> None:
    row = {
        "case_id": "京市监罚〔2025〕31号 'a' ; --",
        "agency_id": "",
        "filed_on": date(2025, 1, 2),
        "decided_on": None,
        "fine_yuan": Decimal("12345678901234.56"),
        "is_major": True,
        "extended_days": 30,
        "penalty_kinds": "fine,reprimand",
        "recorded_at": datetime(2025, 1, 2, 3, 4, 5),
    }
    commit(store, "s1", [row])
    columns = ", ".join(row)
    with store.reader() as reader:
        assert reader.rows(f"SELECT {columns} FROM penalty_case") == [row]
        assert reader.rows(f"SELECT {columns} FROM penalty_case_version") == [row]


def test_a_received_time_with_a_zone_is_kept_in_beijing_time(store: Store) -> None:
    noted = header("s1")
    aware = datetime(2025, 3, 1, 0, 30, tzinfo=UTC)
    store.commit(type(noted)(**(vars(noted) | {"received_at": aware})), {}, None)
    kept = store.submission("s1")
    assert kept is not None
    assert kept.received_at == datetime(2025, 3, 1, 8, 30)


def test_a_field_named_like_the_stores_own_keeps_its_name(store: Store) -> None:
    row = {"complaint_id": "T1", "received_at": datetime(2025, 2, 1, 9)}
    commit(store, "s1", [row], table="complaint", at="2025-03-01 08:00")
    with store.reader() as reader:
        got = reader.rows("SELECT received_at, version_received_at FROM complaint")
    assert list(got[0].values()) == [datetime(2025, 2, 1, 9), datetime(2025, 3, 1, 8)]
    with store.reader(datetime(2025, 2, 20)) as reader:
        assert reader.rows("SELECT complaint_id FROM complaint") == []


def test_changed_keys_since_a_snapshot(store: Store) -> None:
    commit(store, "s1", [{"case_id": "1"}, {"case_id": "2"}])
    seen = store.snapshot()
    assert store.changed_keys("penalty_case", seen).num_rows == 0
    commit(store, "s2", [{"case_id": "1"}, {"case_id": "2", "fine_yuan": 1}, {"case_id": "3"}])
    store.maintain()
    keys = store.changed_keys("penalty_case", seen)
    assert keys.column_names == ["case_id"]
    assert sorted(keys["case_id"].to_pylist()) == ["2", "3"]
    assert store.changed_keys("penalty_case", 0).num_rows == 3
    with pytest.raises(ValueError, match="没有“visit”"):
        store.changed_keys("visit", 0)


def test_maintenance_changes_nothing_that_is_read(store: Store) -> None:
    for day in range(1, 8):
        rows = [{"case_id": str(i), "fine_yuan": day * (i % 3)} for i in range(30)]
        commit(store, f"s{day}", rows, at=f"2025-03-0{day} 08:00")
    moment = datetime(2025, 3, 3, 12)
    query = "SELECT * FROM penalty_case ORDER BY case_id"
    archive = "SELECT * FROM penalty_case_version ORDER BY case_id, version_no"

    def everything() -> list[object]:
        with store.reader() as now, store.reader(moment) as then:
            return [now.rows(query), now.rows(archive), then.rows(query), then.rows(archive)]

    before, open_reader = everything(), store.reader()
    open_reader.rows("SELECT count(*) AS n FROM penalty_case")
    store.maintain()
    store.maintain()
    assert everything() == before
    assert open_reader.rows(query) == before[0]  # opened before the files were merged
    open_reader.close()
    commit(store, "s9", [{"case_id": "1", "fine_yuan": 99}], at="2025-03-09 08:00")
    assert cases(store)["1"] == Decimal("99.00")


def test_a_new_field_and_a_new_table_appear_on_opening(opened: Callable[..., Store]) -> None:
    small = Standard({"penalty_case": CASE})
    store = opened(standard=small)
    commit(store, "s1", [{"case_id": "1", "fine_yuan": 5}])
    store.close()
    wider = CASE.model_copy(
        update={"fields": {"closed_on": Field(title="结案日期", type="date"), **CASE.fields}}
    )
    store = opened(standard=Standard({"penalty_case": wider, "act_officer": OFFICER}))
    again = commit(store, "s2", [{"case_id": "1", "fine_yuan": 5}])
    assert (again.changed_count, again.unchanged_count) == (0, 1)  # an empty new field is no change
    rows = [{"case_id": "1", "fine_yuan": 5, "closed_on": "2025-03-01"}, {"case_id": "2"}]
    assert commit(store, "s3", rows).changed_count == 1
    commit(store, "s4", [{"act_id": "1", "officer_id": "A"}], table="act_officer")
    with store.reader() as reader:
        got = reader.rows("SELECT case_id, closed_on FROM penalty_case_version ORDER BY ALL")
        assert [tuple(row.values()) for row in got] == [
            ("1", date(2025, 3, 1)),
            ("1", None),
            ("2", None),
        ]
        assert "act_officer" in reader.tables()
    store.maintain()
    assert cases(store) == {"1": Decimal("5.00"), "2": None}


def test_a_changed_type_is_refused_on_opening(opened: Callable[..., Store]) -> None:
    opened(standard=Standard({"penalty_case": CASE})).close()
    fields = CASE.fields | {"fine_yuan": Field(title="罚款", type="text")}
    other = CASE.model_copy(update={"fields": fields})
    with pytest.raises(StoreError, match=r"penalty_case\.fine_yuan 的类型"):
        opened(standard=Standard({"penalty_case": other}))


def test_many_rows_from_a_parquet_file(store: Store, tmp_path: Path) -> None:
    count = 50_000
    path = tmp_path / "accepted.parquet"
    numbers = range(count)
    table = {"case_id": [f"C{i}" for i in numbers], "row_no": list(numbers)}
    pq.write_table(pa.table(table | {"fine_yuan": [i % 100 for i in numbers]}), path)
    assert store.commit(header("s1"), {"penalty_case": path}, None).new_count == count
    fines = [i % 100 + (i % 10 == 0) for i in numbers]
    pq.write_table(pa.table(table | {"fine_yuan": fines}), path)
    result = store.commit(header("s2"), {"penalty_case": path}, None)
    assert (result.changed_count, result.unchanged_count) == (count // 10, count - count // 10)
    assert sum(cases(store).values()) == sum(fines)


def test_a_disk_that_fails_loses_nothing_and_says_so(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(store, "s1", [{"case_id": "1"}])
    monkeypatch.setattr("mingjian.store.store._TIDY_EVERY", 2)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store._keeper, "maintain", full)
    with pytest.raises(StoreError, match="本批已经入库，只是整理小文件未完成"):
        commit(store, "s2", [{"case_id": "2"}])
    assert commit(store, "s2", [{"case_id": "2"}]).already
    monkeypatch.setattr("mingjian.store.commit._take_rejected", full)
    with pytest.raises(StoreError, match="本次什么也没有写入"):
        commit(store, "s3", [{"case_id": "3"}])
    monkeypatch.undo()
    assert sorted(cases(store)) == ["1", "2"]
    assert commit(store, "s3", [{"case_id": "3"}]).new_count == 1


def test_folder_remembers_its_kind(opened: Callable[..., Store], kind: str) -> None:
    opened().close()
    other = "parquet" if kind == "ducklake" else "ducklake"
    with pytest.raises(StoreError, match=f"里是 {kind} 底座"):
        opened(kind=other)
    assert opened(kind=None).snapshot() == 0
    assert opened() is opened()


def test_a_moved_folder_opens_at_its_new_place(
    opened: Callable[..., Store], tmp_path: Path
) -> None:
    from mingjian.store import open_store

    store = opened()
    commit(store, "s1", [{"case_id": str(i), "fine_yuan": i} for i in range(100)])
    store.close()
    (tmp_path / "store").rename(tmp_path / "moved")
    moved = open_store(tmp_path / "moved", standard=store.standard)
    assert len(cases(moved)) == 100
    moved.close()
