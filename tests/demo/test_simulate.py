"""A simulated city is the same every time, lawful in its codes, and knows no monitor."""

import ast
import csv
import hashlib
import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import mingjian.demo
from mingjian.demo import DELIVERIES, SEALED, simulate
from mingjian.demo.agencies import build_powers
from mingjian.demo.blueprint import load_blueprint
from mingjian.demo.days import work_days
from mingjian.demo.deliver.files import REPORT_DAYS, turns
from mingjian.demo.fines import benchmark_rows
from mingjian.intake import load_sources
from mingjian.standards import check_credit_code, check_identity_no

UNTIL = date(2025, 9, 30)
TINY = 0.003


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of one tiny city, shared by the tests of this module."""
    path = tmp_path_factory.mktemp("city")
    simulate(path, scale=TINY, seed=11, until=UNTIL, registers=True)
    return path


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows_of(path: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    simulate(again, scale=TINY, seed=11, until=UNTIL, registers=True)
    assert digests(again) == digests(folder)


def test_another_seed_gives_another_city(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    simulate(other, scale=TINY, seed=12, until=UNTIL)
    assert digests(other).keys() & digests(folder).keys()
    assert digests(other)["sealed/problems.csv"] != digests(folder)["sealed/problems.csv"]


def test_every_file_is_delivered_once_and_in_order(folder: Path) -> None:
    rows = rows_of(folder / DELIVERIES)
    assert [row["received_at"] for row in rows] == sorted(row["received_at"] for row in rows)
    listed = {f"{row['source']}/{row['file']}" for row in rows}
    assert len(listed) == len(rows)
    written = {name for name in digests(folder) if "/" in name and not name.startswith("sealed")}
    assert listed == written
    assert {row["source"] for row in rows} <= load_sources().keys()
    assert max(row["received_at"] for row in rows) <= f"{UNTIL} 08:00:00"


def test_departments_write_in_their_own_hands(folder: Path) -> None:
    market = next((folder / "scjg-cf").glob("*.csv")).read_bytes()
    assert "一般程序" in market.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        market.decode("utf-8")
    joint = next((folder / "bm-cf").glob("*.csv")).read_bytes()
    assert joint.startswith(b"\xef\xbb\xbf")
    assert {"CF_XDR_MC", "CF_NR_FK"} <= set(joint.decode("utf-8-sig").splitlines()[0].split(","))
    assert next((folder / "cgzf-cf").glob("*.xlsx")).read_bytes().startswith(b"PK")
    assert next((folder / "sthj-cf").glob("*.jsonl")).read_text("utf-8").startswith("{")


def test_check_digits_are_valid(folder: Path) -> None:
    paths = sorted((folder / "scjg-dj").glob("*.csv"))
    codes = [row["统一社会信用代码"] for path in paths for row in rows_of(path, "gb18030")]
    assert len(codes) >= 300
    for code in codes:
        assert check_credit_code(code) == code
    files = sorted((folder / "sfj-ry").glob("*.csv"))
    people = [row for path in files for row in rows_of(path, "gb18030")]
    numbers = [row["身份证号"] for row in people if row["身份证号"]]
    assert len(numbers) >= 100
    for number in numbers:
        assert check_identity_no(number) == number


def test_benchmarks_come_with_merged_cells_and_chinese_amounts(folder: Path) -> None:
    rows = rows_of(next((folder / "cljz").glob("*.csv")), "utf-8-sig")
    assert [bool(row["违法行为"]) for row in rows[:6]] == [True, False, False, True, False, False]
    assert any(row["罚款上限"].endswith("万元") for row in rows)
    assert all("元以下罚款" in row["裁量标准"] for row in rows)


def test_the_sealed_list_covers_every_problem_with_near_misses(folder: Path) -> None:
    rows = rows_of(folder / SEALED)
    planted = {row["problem_code"] for row in rows if row["is_near_miss"] == "0"}
    near = {row["problem_code"] for row in rows if row["is_near_miss"] == "1"}
    wanted = [
        "PT-01",
        "PT-05",
        "PT-06",
        "PT-07",
        "PT-08",
        "PT-13",
        "PT-14",
        "PT-17",
        "ZT-01",
        "ZT-03",
        "ZT-05",
        "SS-02",
        "FL-04",
        "FL-05",
        "CL-02",
        "CL-08",
        "JC-01",
        "JC-03",
        "JC-17",
        "JC-21",
        "LZ-01",
        "LZ-02",
        "XX-02",
        "QZ-01",
        "QZ-03",
        "XK-03",
        "FY-03",
        "TS-01",
        "TS-02",
        "TS-04",
        "FX-01",
        "RY-02",
        "SJ-06",
        "SJ-08",
        "QW-04",
        "SX-01",
        "SX-06",
        "PT-03",
        "PT-19",
        "PT-20",
        "PT-24",
        "PT-25",
        "SS-01",
        "SS-05",
        "SS-06",
        "SS-09",
        "ZT-02",
        "ZT-04",
        "ZT-06",
        "ZT-08",
        "FL-01",
        "FL-07",
        "FL-10",
        "CL-04",
        "QW-02",
        "QW-07",
        "JC-02",
        "JC-08",
        "JC-10",
        "LZ-06",
        "LZ-08",
        "QZ-02",
        "QZ-06",
        "QZ-13",
        "QZ-19",
        "QZ-20",
        "XX-01",
        "XK-01",
        "XK-05",
        "XK-13",
        "FX-05",
        "FX-07",
        "TS-05",
        "RY-01",
        "RY-08",
        "SJ-13",
        "CL-10",
        "ZG-05",
        "ZG-07",
        "ZG-08",
    ]
    assert planted >= set(wanted)
    # of which a tiny city may have none
    spare = {"ZT-03", "QZ-01", "QW-01", "XX-01", "FX-07", "LZ-08", "CL-10"}
    assert near >= set(wanted) - spare
    assert all(row["note"] and row["unit_id"] for row in rows)


def test_a_site_keeps_its_own_register_of_alerts(folder: Path, tmp_path: Path) -> None:
    register = json.loads(next((folder / "mingjian-alerts").glob("*.json")).read_text("utf-8"))
    ids = [row["alert_id"] for row in register["rows"]]
    late = [row["unit_id"] for row in rows_of(folder / SEALED) if row["problem_code"] == "ZG-07"]
    assert set(late) <= set(ids)
    assert len(set(ids)) == len(ids)
    simulate(tmp_path, scale=TINY, seed=11, until=UNTIL)
    assert not (tmp_path / "mingjian-alerts").exists()
    assert not [
        row
        for row in rows_of(tmp_path / SEALED)
        if row["problem_code"] in ("ZG-05", "ZG-07", "ZG-08")
    ]


def test_what_happened_on_the_first_day_is_reported_in_time() -> None:
    for shift in range(40):
        until = np.datetime64(UNTIL, "D") + shift
        start = until - np.timedelta64(731, "D")
        first = np.array([turns(start, until)[0].last])
        waited = work_days().between(np.array([start]), first + 1)
        assert waited[0] <= REPORT_DAYS, until


def test_benchmarks_are_renewed_with_the_law() -> None:
    powers = build_powers(load_blueprint())
    table = benchmark_rows(powers, {d.key: "A1" for d in load_blueprint().departments}, UNTIL)
    renewed = table["law_name"] == "中华人民共和国统计法"  # amended on 2024-09-13
    assert set(table["in_force_on"][renewed].astype(str)) == {"2023-01-01", "2024-09-13"}
    for day in ("2024-09-12", "2024-09-13"):
        valid = (table["in_force_on"] <= np.datetime64(day)) & ~(
            table["repealed_on"] <= np.datetime64(day)
        )
        assert valid.sum() == 3 * len(powers.items)


def test_the_simulator_never_looks_at_a_monitor() -> None:
    room = Path(mingjian.demo.__file__).parent
    office = room / "office"  # the people at work on what was found: they make no record
    for path in room.rglob("*.py"):
        source = path.read_text("utf-8")
        if office in path.parents:
            continue
        for node in ast.walk(ast.parse(source)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not any({"monitor", "office"} & set(name.split(".")) for name in names), path
        assert "content/monitors" not in source, path
        assert "content/views" not in source, path
        assert 'content_files("monitors' not in source, path
