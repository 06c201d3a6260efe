"""Peers and recurrences that a monitor's file asks for: who counts, what is found, what is said."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlglot

from mingjian.monitor import (
    explain,
    fingerprint_of,
    first_look,
    load_library,
    logic_in_words,
    portable,
    run_round,
    statements,
)
from mingjian.monitor import test_monitor as prove
from mingjian.monitor.compile import compile_monitor
from mingjian.monitor.derived import Comparison, added_columns, faults
from mingjian.monitor.draft import check_draft, draft_monitor
from mingjian.monitor.file import Peers, Recurs
from mingjian.monitor.library import Library, Monitor
from mingjian.monitor.parts import fields_of
from mingjian.monitor.query import to_sql
from mingjian.monitor.reading import read_library
from mingjian.standards import ContentError
from mingjian.store import memory_reader

DAY = date(2025, 6, 30)
PEERS = {"value": "fine_yuan", "group": ["procedure"], "days": 100, "on": "filed_on"}
RECURS = {"same": ["case_no"], "days": 30, "on": "filed_on"}
MANY = {"peers": PEERS, "recurs": None, "parameters": {}, "evidence": {"case_no": "案号"}}
MANY |= {"message": "案件{case_no}。", "when": "peer_count >= 2"}


@pytest.fixture
def judged(a_monitor: Callable[..., Monitor], a_library: Callable[..., Library]) -> Any:
    """`judged(rows, columns, **keys of the file)`: those columns of every unit, by unit."""

    def look(rows: list[dict[str, Any]], *columns: str, **changes: Any) -> dict[str, Any]:
        keys = MANY | {"when": "TRUE OR unit_id IS NULL"} | changes
        monitor = a_monitor(**keys | {"evidence": dict.fromkeys(columns, "某列")})
        library = a_library().with_monitors(monitor)
        with memory_reader({"penalty_case": rows}) as reader:
            found = reader.rows(to_sql(compile_monitor(library, monitor, DAY)))
        return {str(row["unit_id"]): tuple(row[name] for name in columns) for row in found}

    return look


def case(number: int | str, ago: int = 10, **fields: Any) -> dict[str, Any]:
    row = {"case_id": str(number), "agency_id": "A1", "procedure": "ordinary", "case_no": "甲"}
    return row | {"filed_on": DAY - timedelta(days=ago), "fine_yuan": Decimal(100)} | fields


def test_a_median_is_that_of_the_group_and_counts_the_row_itself(judged):
    fines = [100, 200, 300, 900]
    rows = [case(number, fine_yuan=Decimal(fine)) for number, fine in enumerate(fines, 1)]
    rows += [case(5, procedure="summary", fine_yuan=Decimal(50))]
    assert judged(rows, "peer_count", "peer_median_yuan", "peer_ratio") == {
        "1": (4, Decimal(250), 0.4),
        "2": (4, Decimal(250), 0.8),
        "3": (4, Decimal(250), 1.2),
        "4": (4, Decimal(250), 3.6),
        "5": (1, Decimal(50), 1.0),
    }


def test_peers_are_dated_in_the_days_up_to_the_day_of_judgement(judged):
    rows = [case("today", 0), case("last", 99), case("before", 100), case("tomorrow", -1)]
    found = judged(rows, "peer_count")
    assert found == {"today": (2,), "last": (2,), "before": (None,), "tomorrow": (None,)}
    without = {name: value for name, value in PEERS.items() if name != "days"}
    assert set(judged(rows, "peer_count", peers=without).values()) == {(4,)}


def test_rows_without_a_value_a_group_or_a_date_have_no_peers(judged):
    rows = [case(1), case(2), case(3, fine_yuan=None), case(4, procedure=None)]
    rows += [case(5, filed_on=None)]
    found = judged(rows, "peer_count", "peer_ratio")
    assert found["1"] == found["2"] == (2, 1.0)
    assert found["3"] == found["4"] == found["5"] == (None, None)


def test_a_group_may_be_of_several_columns(judged):
    rows = [case(1), case(2), case(3, agency_id="A2"), case(4, procedure="summary")]
    both = PEERS | {"group": ["agency_id", "procedure"]}
    counts = {name: found[0] for name, found in judged(rows, "peer_count", peers=both).items()}
    assert counts == {"1": 2, "2": 2, "3": 1, "4": 1}


def test_a_middle_of_nothing_has_no_ratio(judged):
    rows = [case(1, fine_yuan=Decimal(0)), case(2, fine_yuan=Decimal(0)), case(3)]
    found = judged(rows, "peer_median_yuan", "peer_ratio")
    assert found["3"] == (Decimal(0), None)


def test_recurrences_are_counted_within_the_days_the_first_and_the_last_included(judged):
    rows = [case(1, 60), case(2, 31), case(3, 30), case(4, 2), case(5, 1), case(6, case_no="乙")]
    found = judged(rows, "recur_no", "recur_previous_id", peers=None, recurs=RECURS)
    # 60 and 31 days ago: thirty days with both ends; 31 and 2 too, 31 and 1 no more.
    assert found == {
        "1": (1, None),
        "2": (2, "1"),
        "3": (2, "2"),
        "4": (3, "3"),
        "5": (3, "4"),
        "6": (1, None),
    }


def test_the_time_before_is_the_last_one_within_the_days(judged):
    rows = [case(1, 60), case(2, 40), case(3, 5)]
    found = judged(rows, "recur_no", "recur_previous_on", peers=None, recurs=RECURS)
    assert found["2"] == (2, DAY - timedelta(days=60))
    assert found["3"] == (1, None)
    ever = {name: value for name, value in RECURS.items() if name != "days"}
    found = judged(rows, "recur_no", "recur_previous_on", peers=None, recurs=ever)
    assert found["3"] == (3, DAY - timedelta(days=40))


def test_of_one_day_the_lower_id_is_the_earlier(judged):
    rows = [case("b", 7), case("a", 7), case("c", 7)]
    found = judged(rows, "recur_no", "recur_previous_id", peers=None, recurs=RECURS)
    assert found == {"a": (1, None), "b": (2, "a"), "c": (3, "b")}


def test_what_is_unfilled_or_not_yet_there_does_not_recur(judged):
    rows = [case(1, 5), case(2, 5, case_no=None), case(3, 4, filed_on=None), case(4, -1)]
    found = judged(rows, "recur_no", peers=None, recurs=RECURS)
    assert found == {"1": (1,), "2": (None,), "3": (None,), "4": (None,)}


def test_both_may_be_asked_for_at_once(judged):
    rows = [case(1, 5), case(2, 4, case_no="乙"), case(3, 3)]
    found = judged(rows, "peer_count", "recur_no", recurs=RECURS)
    assert found == {"1": (3, 1), "2": (3, 1), "3": (3, 2)}


def test_what_a_monitor_finds_is_the_same_alone_and_together(a_monitor, a_library):
    """Those that ask the same share a scan; what they find does not depend on the company."""
    keys = MANY | {"requires": {"penalty_case": {"filed_on": "any"}}}
    base = a_monitor("base", code="PT-02", **keys | {"peers": None, "when": "is_major"})
    many = a_monitor("many", code="PT-03", **keys | {"when": "peer_count >= 3"})
    high = a_monitor("high", code="PT-04", **keys | {"when": "peer_ratio > 1.5"})
    again = a_monitor("again", code="PT-05", **keys | {"recurs": RECURS, "when": "recur_no = 2"})
    library = a_library(base).with_monitors(many, high, again)
    assert many.file.view == high.file.view != again.file.view
    assert len(library.views) == 3
    assert list(library.written_views) == ["small_case_view"]
    rows = [case(1), case(2), case(3, fine_yuan=Decimal(500)), case(4, is_major=True)]
    with memory_reader({"penalty_case": rows}) as reader:
        together = run_round(reader, library, DAY)
        alone = {name: run_round(reader, library, DAY, only=[name]) for name in library.monitors}
    assert [outcome.status for outcome in together.outcomes] == ["ran"] * 4
    found = {m: sorted(f.unit_id for f in together.findings_of(m)) for m in library.monitors}
    assert {m: sorted(f.unit_id for f in alone[m].findings_of(m)) for m in alone} == found
    assert list(found.values()) == [["4"], ["1", "2", "3", "4"], ["3"], ["2"]]


def test_monitors_that_ask_otherwise_have_other_fingerprints(a_monitor, a_library):
    one, other = (a_monitor(**MANY | {"peers": PEERS | {"days": days}}) for days in (100, 101))
    library = a_library().with_monitors(one)
    assert fingerprint_of(library, one) != fingerprint_of(library.with_monitors(other), other)
    assert fingerprint_of(library, one) == fingerprint_of(library.with_monitors(one), one)


def test_the_first_sentence_says_who_the_peers_are(a_monitor, a_library):
    least = {"value": 20, "meaning": "至少几件", "basis": "设计值"}
    times = {"value": 3, "meaning": "几倍", "basis": "设计值"}
    again = {"value": 2, "meaning": "至少几次", "basis": "设计值"}
    monitor = a_monitor(
        **MANY
        | {"recurs": RECURS | {"same": ["agency_id", "case_no"]}}
        | {"parameters": {"least": least, "times": times, "again": again}}
        | {
            "when": "fine_yuan > :times * peer_median_yuan AND peer_count >= :least"
            " AND recur_no >= :again"
        }
    )
    assert logic_in_words(monitor, a_library().with_monitors(monitor)) == [
        "罚款金额（元）大于同组（适用程序相同，回看100日）中位数的3倍（几倍）",
        "同组件数不少于20（至少几件）",
        "同一主体代码、案号30日之内的次数（含本次）不少于2（至少几次）",
    ]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"peers": PEERS | {"value": "case_no"}}, "peers.value", "“case_no”不是数字"),
        ({"peers": PEERS | {"value": "nothing"}}, "peers.value", "没有“nothing”这一列"),
        ({"peers": PEERS | {"group": ["nothing"]}}, "peers.group", "没有“nothing”这一列"),
        ({"peers": PEERS | {"group": ["procedure"] * 2}}, "peers.group", "写了两次"),
        ({"peers": PEERS | {"group": []}}, "peers.group", "不能为空"),
        ({"peers": PEERS | {"days": 0}}, "peers.days", "小于允许的最小值"),
        ({"peers": PEERS | {"on": "fine_yuan"}}, "peers.on", "“fine_yuan”不是日期"),
        ({"peers": PEERS | {"on": "nothing"}}, "peers.on", "没有“nothing”这一列"),
        ({"recurs": RECURS | {"same": ["nothing"]}}, "recurs.same", "没有“nothing”这一列"),
        ({"recurs": RECURS | {"days": 0}}, "recurs.days", "小于允许的最小值"),
        ({"view": "no_view"}, "view", "没有“no_view”这个视图"),
        (
            {"view": None, "when": None, "sql": "SELECT 1 AS unit_id, 2 AS agency_id"},
            "peers",
            "只有用 view 加 when 的模型才写",
        ),
    ],
)
def test_what_cannot_be_asked_is_named_at_its_line(a_monitor, a_library, changes, field, said):
    with pytest.raises(ContentError) as caught:
        a_library().with_monitors(a_monitor(**MANY | changes))
    (problem,) = caught.value.problems
    assert (problem.field, said in problem.message) == (field, True), problem
    line = Path(problem.path).read_text(encoding="utf-8").splitlines()[problem.line - 1]
    assert field.rpartition(".")[2] in line


def test_a_view_without_dates_has_no_days_and_no_recurrence(a_view):
    view = a_view(milestones=[])
    types = view.analysis.columns
    dated = Comparison(Peers(value="fine_yuan", group=["procedure"], days=9))
    assert [message for _, message in faults(view.file, types, dated)] == [
        "视图 small_case_view 没有 milestones，分不出先后：写明 on（按哪个日期）"
    ]
    again = Comparison(recurs=Recurs(same=["case_no"]))
    assert len(list(faults(view.file, types, again))) == 1
    assert not list(
        faults(view.file, types, Comparison(Peers(value="fine_yuan", group=["procedure"])))
    )


def test_columns_that_a_view_has_are_not_made_again():
    view = load_library().views["penalty_peer_view"]
    asked = Comparison(Peers(value="fine_yuan", group=["procedure"]))
    said = [message for _, message in faults(view.file, view.analysis.columns, asked)]
    assert said[0] == "视图 penalty_peer_view 已有 peer_count 这一列，不必再写 peers"


def test_a_fault_of_a_draft_is_listed_and_not_raised(a_monitor, tmp_path):
    library = load_library()
    text = library.by_code["PT-01"].document.path.read_text(encoding="utf-8")
    text = text.replace("\nwhen:", "\npeers: {value: case_no, group: [procedure]}\nwhen:")
    draft = draft_monitor(text, "penalty.compared", tmp_path)
    assert [problem.field for problem in check_draft(library, draft)] == ["peers.value"]


@pytest.mark.parametrize("name", load_library().written_views)
def test_every_view_can_be_compared_in_portable_sql(name):
    """On the engine and by the rules for others: value, group and date by what the view has."""
    view = load_library().views[name]
    fields = fields_of(view).values()
    others = [field.name for field in fields if field.kind in ("code", "text")][:2]
    numbers = [field.name for field in fields if field.kind == "number"]
    days = [field.name for field in fields if field.kind == "date"]
    asked = Comparison(
        Peers(value=numbers[0], group=others, days=9, on=days[0]) if numbers and days else None,
        Recurs(same=others, days=9, on=days[0]) if days else None,
    )
    if any(column in view.file.columns for column in added_columns(asked)):
        asked = Comparison(recurs=asked.recurs)
    if asked == Comparison():
        assert not days
        return
    assert not list(faults(view.file, view.analysis.columns, asked))
    derived = view.with_comparison(asked)
    assert not list(portable.faults(derived.query))
    assert derived.analysis.tree is not None, derived.analysis.errors
    assert not list(portable.typed_faults(derived.analysis.tree))
    assert set(derived.file.columns) == set(derived.analysis.columns)
    sqlglot.parse_one(derived.query.sql("spark"), dialect="spark")
    with memory_reader({}) as reader:
        assert reader.rows(to_sql(derived.query).replace("$as_of", "DATE '2025-06-30'")) == []


def test_other_engines_are_handed_the_comparison(a_monitor, a_library):
    monitor = a_monitor(**MANY)
    library = a_library().with_monitors(monitor)
    (statement,) = statements(library, DAY, [monitor.id])
    assert statement.tables == {"penalty_case", "agency", "calendar_day"}
    assert "MEDIAN" in statement.sql("spark").upper()


def test_a_first_look_and_an_explanation_show_the_peers(a_monitor, a_library):
    monitor = a_monitor(**MANY | {"when": "peer_count >= 5 AND fine_yuan > 3 * peer_median_yuan"})
    library = a_library().with_monitors(monitor)
    rows = [case(number) for number in range(4)]
    rows += [case("high", fine_yuan=Decimal(301)), case("old", 100, fine_yuan=Decimal(900))]
    with memory_reader({"penalty_case": rows}) as reader:
        look = first_look(reader, library, monitor, DAY)
        standing = explain(reader, library, monitor, "high", DAY)
        outside = explain(reader, library, monitor, "old", DAY)
    assert [row["unit_id"] for row in look.hits] == ["high"]
    assert look.near_counts == [0, 4]
    assert look.dated_by == "决定日期"
    assert (standing.peers.size, standing.peers.median, standing.peers.rank) == (5, 100, 1)
    assert standing.peers.title == "适用程序相同，回看100日的罚款金额（元）"
    assert standing.row["peer_count"] == 5
    assert outside.peers is None


def test_a_library_reads_such_a_file_and_its_examples_are_tried(a_monitor, a_library):
    """Every number is held from both sides, the days and the columns of the group as well."""
    keys = MANY | {"requires": {"penalty_case": {"filed_on": "any", "fine_yuan": "any"}}}
    keys |= {"peers": PEERS | {"group": ["procedure", "agency_id"]}}
    keys |= {"when": "peer_count >= :least", "defaults": {"procedure": "ordinary"}}
    keys |= {"parameters": {"least": {"value": 2, "meaning": "几件", "basis": "设计值"}}}
    rows = [
        {"case_id": number, "filed_on": day, "fine_yuan": 1, "agency_id": agency}
        for number, day, agency in (
            ("1", "2025-06-30", "A1"),
            ("2", "2025-03-23", "A1"),
            ("3", "2025-06-30", "A2"),
            ("4", "2025-03-22", "A2"),
        )
    ]
    rows += [
        {**rows[0], "case_id": "5", "procedure": "rapid"},
        {**rows[0], "case_id": "6", "procedure": "rapid", "agency_id": "A2"},
    ]
    rows += [{**rows[0], "case_id": f"{n}", "agency_id": "A3"} for n in (7, 8, 9)]
    example = {"name": "同组两件", "as_of": "2025-06-30", "given": {"penalty_case": rows}}
    example |= {"finds": [{"unit_id": number} for number in ("1", "2", "7", "8", "9")]}
    monitor = a_monitor(**keys | {"examples": [example]})
    library = a_library().with_monitors(monitor)
    report = prove(monitor, library)
    assert report.passed, report.summary()
    kept = [row for row in rows if row["case_id"] not in ("4", "5", "6")]
    short = example | {"given": {"penalty_case": kept}}
    report = prove(monitor := a_monitor(**keys | {"examples": [short]}), library)
    said = report.summary()
    assert "日数移动一步：peers.days 100 → 101" in said
    assert "少比一列：peers.group 去掉 procedure" in said
    assert "少比一列：peers.group 去掉 agency_id" not in said


def test_a_library_names_the_fault_and_keeps_the_rest(
    a_monitor: Callable[..., Monitor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As files of a deployment: one that can be read, one that asks for what is not there."""
    known = load_library().by_code["PT-01"].document.path.read_text(encoding="utf-8")
    folder = tmp_path / "content" / "monitors" / "penalty"
    folder.mkdir(parents=True)
    for code, name, value in (("PT-97", "sound", "proposed_fine_yuan"), ("PT-98", "unfit", "no")):
        keys = f"\npeers: {{value: {value}, group: [procedure]}}\nwhen:"
        text = known.replace("code: PT-01", f"code: {code}").replace("\nwhen:", keys)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("MINGJIAN_CONTENT", str(tmp_path / "content"))
    library, problems = read_library()
    assert ["monitors/penalty/unfit.yaml" in problem.path for problem in problems] == [True]
    sound = library.monitors["penalty.sound"]
    assert library.views[sound.file.view].base.name == "penalty_case_view"
    assert "penalty.unfit" not in library.monitors
    assert library.view_of_unit("penalty_case").base is None
