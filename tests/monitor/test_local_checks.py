"""A `local` declaration that names what is not there is a fault with a Chinese sentence."""

import pytest

from mingjian.monitor import Library
from mingjian.monitor.local_checks import monitor_local_faults, view_local_faults
from mingjian.standards import ContentError

SOUND = {
    "scope": "case",
    "tables": {"penalty_case": "case_id"},
    "pending": {"penalty_case": "filed_on >= :as_of - 100"},
}


def faults(view):
    return [str(problem) for problem in view_local_faults(Library({}, {view.name: view}), view)]


def test_a_sound_declaration_has_no_faults(a_view):
    assert faults(a_view(local=SOUND)) == []
    assert faults(a_view()) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tables": {"penalty_case": "case_id", "coercion": "case_id"}}, "没有读“coercion”"),
        ({"tables": {"penalty_case": "nothing"}}, "引擎不接受"),
        ({"by": "party_id"}, "引擎不接受"),
        ({"pending": {"agency": "TRUE"}}, "须先写在 tables 或 lookups 里"),
        ({"pending": {"penalty_case": "filed_on >= 3"}}, "引擎不接受"),
        ({"lookups": {"agency": "SELECT case_id FROM penalty_case"}}, "从 changed"),
        ({"lookups": {"agency": "SELECT c.nothing FROM changed c"}}, "引擎不接受"),
    ],
)
def test_a_wrong_declaration_is_named(a_view, changes, said):
    found = faults(a_view(local=SOUND | changes))
    assert any(said in fault and "local" in fault for fault in found), found


@pytest.mark.parametrize(
    "changes",
    [{"by": "COALESCE(a,"}, {"lookups": {"agency": "DROP TABLE x"}}, {"tables": {"a": ")"}}],
)
def test_what_is_not_sql_does_not_load(a_view, changes):
    with pytest.raises(ContentError, match="local"):
        a_view(local=SOUND | changes)


def test_a_condition_takes_the_declaration_of_its_view(a_library, a_monitor):
    with pytest.raises(ContentError, match="local 写在视图文件里"):
        a_monitor("with_both", local=SOUND)
    library = a_library(a_monitor("plain"))
    assert list(monitor_local_faults(library, library.monitors["plain"])) == []
