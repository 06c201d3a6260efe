"""A kept quality report is read back as it was written."""

from datetime import date
from pathlib import Path

from mingjian.intake import QualityRow, load_quality, save_quality


def row(**values: object) -> QualityRow:
    given = {
        "agency_id": "A1",
        "table": "penalty_case",
        "table_title": "行政处罚案件",
        "aspect": "timeliness",
        "check": "within_7",
        "title": "发生后 7 个工作日内报来",
        "good_count": 3,
        "row_count": 4,
        "state": "measured",
    }
    return QualityRow(**given | values)  # type: ignore[arg-type]


def test_a_report_comes_back_with_its_day(tmp_path: Path) -> None:
    rows = [row(), row(agency_id="A2", good_count=0, row_count=0, state="not_reported")]
    save_quality(rows, date(2025, 4, 3), tmp_path)
    kept = load_quality(tmp_path)
    assert kept is not None
    assert (list(kept.rows), kept.as_of) == (rows, date(2025, 4, 3))
    assert [path.name for path in tmp_path.iterdir()] == ["quality.parquet"]


def test_a_new_report_replaces_the_old_one(tmp_path: Path) -> None:
    save_quality([row()], date(2025, 4, 3), tmp_path)
    save_quality([], date(2025, 4, 4), tmp_path)
    kept = load_quality(tmp_path)
    assert kept is not None
    assert (kept.rows, kept.as_of) == ((), date(2025, 4, 4))


def test_before_the_first_round_there_is_none(tmp_path: Path) -> None:
    assert load_quality(tmp_path) is None
