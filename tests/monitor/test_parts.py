"""Conditions put together from parts: the SQL they become, the sentence, and what they find."""

import re
from datetime import date

import pytest
import sqlglot

from mingjian.monitor import first_look, load_library, logic_in_words
from mingjian.monitor.draft import check_draft, draft_monitor
from mingjian.monitor.parts import (
    TESTS,
    Part,
    PartsError,
    columns_used,
    condition_text,
    fields_of,
    parameter_type,
)
from mingjian.monitor.query import bind, parse_condition, to_sql, with_views
from mingjian.standards import ContentError
from mingjian.store import memory_reader

DAY = date(2025, 6, 30)


@pytest.fixture
def fields(a_library):
    library = a_library()
    return fields_of(library.views["small_case_view"])


def text(fields, *parts):
    return condition_text(fields, [[part] for part in parts])


def test_fields_have_chinese_names_kinds_and_codes(fields):
    assert "unit_id" not in fields
    kinds = {name: field.kind for name, field in fields.items()}
    assert kinds["filed_on"] == "date"
    assert kinds["fine_yuan"] == "number"
    assert kinds["is_major"] == "boolean"
    assert kinds["procedure"] == "code"
    assert kinds["case_no"] == "text"
    assert fields["procedure"].codes["summary"] == "简易程序"


def test_every_field_of_every_view_of_the_library_can_be_asked_for():
    library = load_library()
    for view in library.views.values():
        found = fields_of(view)
        assert found, view.name
        for field in found.values():
            assert any(field.kind in test.kinds for test in TESTS.values())


def test_parts_become_a_condition_and_sentences(fields, a_monitor, a_library):
    when = condition_text(
        fields,
        [
            [Part("decided_on", "empty")],
            [Part("filed_on", "not_before", parameter="in_force")],
            [Part("procedure", "one_of", codes=("ordinary",)), Part("is_major", "yes")],
        ],
    )
    assert when == (
        "decided_on IS NULL\nAND filed_on >= :in_force\nAND (procedure IN ('ordinary') OR is_major)"
    )
    monitor = a_monitor(when=when + "\n")
    assert logic_in_words(monitor, a_library(monitor)) == [
        "决定日期为空",
        "立案日期不早于2021年7月15日（施行日）",
        "适用程序属于“普通程序”，或者是否重大为“是”",
    ]


@pytest.mark.parametrize("name", TESTS)
def test_every_test_runs_on_the_engine(fields, name, a_monitor):
    test = TESTS[name]
    chosen = next((f for f in fields.values() if f.kind in test.kinds), None)
    if chosen is None:  # this small view has no list of codes
        library = load_library()
        view = library.views["penalty_case_view"]
        chosen = fields_of(view)["penalty_kinds"]
        assert text({"penalty_kinds": chosen}, Part("penalty_kinds", name, codes=("fine",))) == (
            "CONTAINS(',' || penalty_kinds || ',', ',fine,')"
        )
        return
    other = next((f.name for f in fields.values() if f.kind == chosen.kind), "")
    codes = tuple(chosen.codes)[:2]
    part = Part(chosen.name, name, parameter="bound", other=other, codes=codes)
    condition = text(fields, part)
    value = {"date": date(2025, 1, 1), "integer": 3, "decimal": 1.5, "money": 100, "text": "x"}
    kind = parameter_type(chosen, name)
    monitor = a_monitor(
        when=condition,
        parameters={
            "bound": {"value": value[kind], "type": kind, "meaning": "界", "basis": "设计"}
        },
    )
    query = f"SELECT ({to_sql(bind(monitor.logic, monitor.parameters, DAY))}) AS hit FROM (SELECT "
    query += "CAST('2025-01-02' AS DATE) AS filed_on, CAST(NULL AS DATE) AS decided_on, "
    query += "CAST('2025-04-02' AS DATE) AS due_on, 5.0 AS fine_yuan, TRUE AS is_major, "
    query += "'a' AS case_no, 'A1' AS agency_id, 'ordinary' AS procedure)"
    with memory_reader({}) as reader:
        assert reader.rows(query)[0]["hit"] in (True, False, None)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (Part("nothing", "empty"), "没有“nothing”这个字段"),
        (Part("filed_on", "1=1 OR"), "没有“1=1 OR”这种比较"),
        (Part("filed_on", "yes"), "不能用“为“是””来比较"),
        (Part("filed_on", "before"), "须给出一个数值、日期或文字"),
        (Part("filed_on", "before", parameter="x OR 1=1"), "须给出一个数值、日期或文字"),
        (Part("filed_on", "before_field", other="fine_yuan"), "须另选一个同类的字段"),
        (Part("procedure", "one_of", codes=("') OR 1=1 --",)), "代码集里的值"),
        (Part("procedure", "one_of"), "代码集里的值"),
    ],
)
def test_what_is_not_declared_never_becomes_sql(fields, part, said):
    with pytest.raises(PartsError, match=said):
        text(fields, part)


def test_columns_used_are_named_once():
    groups = [[Part("a", "before_field", other="b")], [Part("a", "empty"), Part("c", "yes")]]
    assert columns_used(groups) == ["a", "b", "c"]


def case(number, **fields):
    row = {"case_id": str(number), "agency_id": "A1", "procedure": "ordinary"}
    return row | {"case_no": f"{number}号", "filed_on": date(2025, 1, 2)} | fields


def test_a_first_look_counts_hits_and_rows_that_fail_one_condition(a_monitor, a_library):
    monitor = a_monitor(when="decided_on IS NULL AND filed_on >= :in_force AND is_major")
    library = a_library(monitor)
    rows = [
        case(1, is_major=True),
        case(2, is_major=True, decided_on=date(2025, 2, 1)),
        case(3, is_major=None),
        case(4, is_major=False, decided_on=date(2025, 2, 1)),
        case(5, is_major=True, filed_on=date(2021, 7, 14)),
        case(6, is_major=True, agency_id="A2"),
    ]
    with memory_reader({"penalty_case": rows}) as reader:
        look = first_look(reader, library, monitor, DAY)
        own = first_look(reader, library, monitor, DAY, agencies=frozenset(["A2"]))
        none = first_look(reader, library, monitor, DAY, agencies=frozenset())
    assert [row["unit_id"] for row in look.hits] == ["1", "6"]
    assert look.count == 2
    assert look.near_counts == [1, 1, 1]
    near = {miss.row["unit_id"]: (miss.missed, miss.sentence) for miss in look.near}
    assert near == {
        "2": (1, "决定日期为空"),
        "5": (2, "立案日期不早于2021年7月15日（施行日）"),
        "3": (3, "是否重大为“是”"),
    }
    assert (own.count, [row["unit_id"] for row in own.hits]) == (1, ["6"])
    assert none.count == 0
    assert look.dated_by == "决定日期"


def test_the_count_of_the_year_leaves_older_ones_out(a_monitor, a_library, a_view):
    view = a_view(milestones=[{"on": "filed_on", "title": "立案"}])
    monitor = a_monitor(when="filed_on >= :in_force")
    rows = [case(1), case(2, filed_on=date(2024, 6, 30)), case(3, filed_on=date(2024, 7, 1))]
    with memory_reader({"penalty_case": rows}) as reader:
        look = first_look(reader, a_library(monitor, view=view), monitor, DAY)
    assert (look.count, look.year_count) == (3, 2)


def test_a_draft_is_read_from_its_text_and_checked_like_a_file(tmp_path):
    library = load_library()
    known = library.by_code["PT-01"]
    own = known.document.path.read_text(encoding="utf-8")
    draft = draft_monitor(own, known.id, tmp_path)
    assert draft.id == known.id
    faults = [str(problem) for problem in check_draft(library, draft)]
    assert not any("逻辑完全相同" in fault or "已被" in fault for fault in faults)
    other = draft_monitor(own, "penalty.another", tmp_path)
    said = [problem.message for problem in check_draft(library, other)]
    assert any("已被 penalty.decision_overdue 使用" in message for message in said)
    assert any("逻辑完全相同" in message for message in said)


def test_a_draft_with_a_fault_names_the_line(tmp_path):
    with pytest.raises(ContentError, match="缺少这一项"):
        draft_monitor("code: PT-99\n", "penalty.other", tmp_path)
    with pytest.raises(ValueError, match="不是模型标识"):
        draft_monitor("code: PT-99\n", "../../etc", tmp_path)


def test_a_condition_is_parsed_as_it_was_built(fields, a_monitor):
    when = text(fields, Part("filed_on", "later_by", other="decided_on", parameter="in_force"))
    assert when == "DATE_DIFF('DAY', decided_on, filed_on) > :in_force"
    monitor = a_monitor(when=when)
    assert to_sql(parse_condition(monitor.document, ("when",), when)) == to_sql(monitor.logic)


def test_a_fine_is_set_against_its_peers_without_code():
    """The view counts the group; the parts say how far from its middle is too far."""
    library = load_library()
    view = library.views["penalty_peer_view"]
    when = condition_text(
        fields_of(view),
        [
            [Part("peer_count", "at_least", parameter="least_count")],
            [Part("fine_yuan", "times", parameter="times", other="peer_median_yuan")],
        ],
    )
    assert when == "peer_count >= :least_count\nAND fine_yuan > :times * peer_median_yuan"
    fines = [1000, 1000, 1000, 1000, 3000, 3001]
    cases = [
        {"case_id": f"{number}", "agency_id": "A1", "power_item_code": "CF1", "fine_yuan": fine}
        | {"decision_result": "penalty", "decided_on": date(2025, 1, 2)}
        for number, fine in enumerate(fines)
    ]
    cases += [
        {**cases[5], "case_id": "other", "discretion_step": "较重"},
        {**cases[5], "case_id": "old", "decided_on": date(2024, 6, 30)},
    ]
    query = f"SELECT unit_id, peer_count FROM penalty_peer_view WHERE {when}"
    whole = with_views(sqlglot.parse_one(query, dialect="duckdb"), {view.name: view.query.copy()})
    given = {"least_count": 6, "times": 3, "as_of": DAY}
    with memory_reader({"penalty_case": cases}) as reader:
        found = reader.rows(with_placeholders(whole), given)
    assert found == [{"unit_id": "5", "peer_count": 6}]


def with_placeholders(query):
    """The text of a query whose parameters the reader binds."""
    return re.sub(r"\$(\w+)", r":\1", to_sql(query))
