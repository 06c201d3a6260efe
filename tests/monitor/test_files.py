"""The strict loader: what is wrong is named by file, line and field, in Chinese."""

import pytest

from mingjian.monitor.checks import check_library
from mingjian.monitor.library import Library
from mingjian.monitor.reading import load_library, read_monitor
from mingjian.standards import ContentError


def faults(call, **changes) -> str:
    with pytest.raises(ContentError) as caught:
        call(**changes)
    return str(caught.value)


def test_unknown_key_is_an_error_with_its_line(a_monitor, tmp_path):
    text = faults(a_monitor, severity="high")
    line = (tmp_path / "overdue.yaml").read_text().splitlines().index("severity: high") + 1
    assert f"overdue.yaml:{line} severity：不认识的键" in text


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"level": "purple"}, "level", "不在可选值之内"),
        ({"code": "pt1"}, "code", "写法不合规定，现为“pt1”"),
        ({"sql": "SELECT 1"}, "", "判断逻辑须写且只写一种"),
        ({"when": None}, "", "判断逻辑须写且只写一种"),
        ({"view": None}, "", "view 与 when 须一起写"),
        ({"status": "retired"}, "", "停用的模型须写 retired"),
        ({"requires": {"penalty_case": {"filed_on": "some"}}}, "requires.penalty_case", "any"),
        (
            {"requires": {"penalty_case": {"filed_on": 95.0}}},
            "requires.penalty_case",
            "大于允许的最大值",
        ),
        ({"evidence": {}}, "evidence", "不能为空"),
    ],
)
def test_faults_of_shape_name_the_field(a_monitor, changes, field, message):
    text = faults(a_monitor, **changes)
    assert f" {field}" in text
    assert message in text


def test_a_basis_without_quote_says_why(a_monitor):
    basis = {"law": "某条例", "article": "第一条", "in_force": "2026-02-01", "text": None}
    assert "须在 note 写明原因" in faults(a_monitor, legal_basis=[basis])


def test_a_parameter_outside_its_bounds_is_refused(a_monitor):
    parameter = {"value": 90, "meaning": "期限", "basis": "第六十条", "max": 60}
    assert "大于允许的最大值 60" in faults(a_monitor, parameters={"days": parameter})


def test_broken_sql_names_the_line_of_the_file(a_monitor, tmp_path):
    text = faults(a_monitor, when="decided_on IS NULL\nAND due_on << >> :as_of\n")
    lines = (tmp_path / "overdue.yaml").read_text().splitlines()
    assert f":{lines.index('when: |') + 3} when：" in text
    assert "写法有误" in text


def test_a_line_comment_in_a_folded_condition_is_refused(tmp_path, a_monitor):
    a_monitor()
    path = tmp_path / "overdue.yaml"
    folded = path.read_text().replace("when: |\n", "when: >\n").replace("NULL\n", "NULL -- 未决\n")
    path.write_text(folded)
    with pytest.raises(ContentError, match="会注释掉折行后的其余条件"):
        read_monitor(path)


def test_two_statements_are_one_too_many(a_monitor):
    assert "应为一条语句" in faults(a_monitor, view=None, when=None, sql="SELECT 1; SELECT 2")


def test_examples_may_stand_in_a_file_beside(a_monitor, tmp_path):
    a_monitor()
    beside = tmp_path / "overdue.examples.yaml"
    beside.write_text("examples:\n  - {name: 又一例, as_of: 2025-01-01, given: {}, finds: []}\n")
    assert [example.name for example in read_monitor(tmp_path / "overdue.yaml").examples][
        -1
    ] == "又一例"


def test_a_monitor_is_found_by_code_id_or_path(a_monitor):
    monitor = a_monitor("penalty.overdue")
    library = Library({"penalty.overdue": monitor})
    for name in ("PT-01", "penalty.overdue", "penalty/overdue"):
        assert library.monitor(name) is monitor
    with pytest.raises(KeyError, match="没有模型"):
        library.monitor("ZZ-99")


def test_a_deployment_lays_its_own_files_over_ours(tmp_path, monkeypatch, a_monitor):
    a_monitor()
    own = tmp_path / "own" / "monitors" / "local"
    own.mkdir(parents=True)
    text = (tmp_path / "overdue.yaml").read_text()
    (own / "mine.yaml").write_text(
        text.replace("PT-01", "BD-01").replace("small_case", "penalty_case")
    )
    monkeypatch.setenv("MINGJIAN_CONTENT", str(tmp_path / "own"))
    library = load_library()
    assert library.by_code["BD-01"].id == "local.mine"
    monkeypatch.setenv("MINGJIAN_CONTENT", str(tmp_path / "none"))
    assert "BD-01" not in load_library().by_code


def test_a_code_is_never_used_twice(tmp_path, monkeypatch, a_monitor):
    a_monitor()
    folder = tmp_path / "own" / "monitors" / "local"
    folder.mkdir(parents=True)
    (folder / "twin.yaml").write_text((tmp_path / "overdue.yaml").read_text())
    monkeypatch.setenv("MINGJIAN_CONTENT", str(tmp_path / "own"))
    with pytest.raises(ContentError, match="编号“PT-01”已被"):
        load_library()


def test_checking_leaves_no_trace_in_what_is_read_next(tmp_path, monkeypatch, a_monitor):
    a_monitor(code="BD-01", view="penalty_case_view", verify=["只有一条"])
    folder = tmp_path / "own" / "monitors" / "local"
    folder.mkdir(parents=True)
    (folder / "poor.yaml").write_text((tmp_path / "overdue.yaml").read_text())
    monkeypatch.setenv("MINGJIAN_CONTENT", str(tmp_path / "own"))
    first = [str(problem) for problem in check_library()]
    assert any("核查要点至少 2 条" in text for text in first)
    assert [str(problem) for problem in check_library()] == first
    assert "local.poor" in load_library().monitors


def test_a_successor_must_exist(tmp_path, monkeypatch, a_monitor):
    retired = {"on": "2025-01-01", "reason": "已被取代", "successor": "penalty.nothing"}
    a_monitor(code="BD-01", status="retired", retired=retired)
    folder = tmp_path / "own" / "monitors" / "local"
    folder.mkdir(parents=True)
    (folder / "old.yaml").write_text((tmp_path / "overdue.yaml").read_text())
    monkeypatch.setenv("MINGJIAN_CONTENT", str(tmp_path / "own"))
    assert any("没有“penalty.nothing”" in str(problem) for problem in check_library())
