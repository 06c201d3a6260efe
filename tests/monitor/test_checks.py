"""What `mingjian check` says about monitor files."""

import pytest

from mingjian.law import load_laws
from mingjian.monitor.checks import check_monitor, check_view
from mingjian.monitor.library import Library

SELECT = "SELECT c.case_id AS unit_id, c.agency_id, {} AS x FROM penalty_case c"


@pytest.fixture
def said(a_library, a_monitor):
    """The messages of all problems of a monitor changed in some way."""

    def run(**changes) -> str:
        monitor = a_monitor(**changes)
        library = a_library(monitor)
        problems = check_monitor(monitor, library, load_laws())
        return "\n".join(map(str, problems))

    return run


@pytest.fixture
def said_of_sql(said):
    found = {"name": "命中", "as_of": "2025-01-01", "given": {}, "finds": [{"unit_id": 1}]}
    other = {"name": "不命中", "as_of": "2025-01-01", "given": {}, "finds": []}
    shown = {"evidence": {"x": "某列"}, "message": "{x}", "examples": [found, other]}

    def run(sql: str) -> str:
        return said(view=None, when=None, sql=sql, parameters={}, **shown)

    return run


def test_a_sound_monitor_and_view_have_no_problems(said, a_view):
    assert said() == ""
    assert check_view(a_view()) == []


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("c.decided_on - c.filed_on", "日期相减"),
        ("DATE_DIFF('month', c.filed_on, c.decided_on)", "DATE_DIFF 只能用 'day'"),
        ("DAYOFWEEK(c.filed_on)", "星期编号"),
        ("ISODOW(c.filed_on)", "星期编号"),
        ("EXTRACT(isodow FROM c.filed_on)", "EXTRACT 只能取"),
        ("CAST(c.fine_yuan AS INT)", "小数转整数"),
        ("LOG(c.fine_yuan)", "底数"),
        ("LIST(c.case_no)", "STRING_AGG"),
        ("STRPTIME(c.case_no, '%Y')", "strptime"),
        ("c.filed_on + INTERVAL 1 MONTH", "INTERVAL"),
        ("NOW()", "当前时间"),
        ("CURRENT_DATE", "当前日期"),
        ("TODAY()", "当前日期"),
        ("QUANTILE_CONT(c.fine_yuan, 0.5)", "MEDIAN"),
        ("JARO_WINKLER_SIMILARITY(c.case_no, 'a')", "不在可移植子集之内"),
        ("c.fine_yuan / c.value_yuan", "除数可能为零"),
        ("CONCAT(c.case_no, 'a')", "concat"),
        ("COUNT(DISTINCT c.field) OVER (PARTITION BY c.agency_id)", "DISTINCT"),
        ("STRING_AGG(c.case_no, '、')", "ORDER BY"),
        ("RANDOM()", "不在可移植子集之内"),
        ("COUNT(*) OVER peers - c.fine_yuan", "带连字符的名字"),
    ],
)
def test_what_engines_read_differently_is_refused(said_of_sql, expression, message):
    assert message in said_of_sql(SELECT.format(expression))


@pytest.mark.parametrize(
    "expression",
    [
        "DATE_DIFF('day', c.filed_on, c.decided_on)",
        "CAST(c.filed_on + INTERVAL 1 MONTH AS DATE)",
        "CAST(FLOOR(c.fine_yuan) AS BIGINT)",
        "c.fine_yuan / NULLIF(c.value_yuan, 0)",
        "c.fine_yuan / 10000",
        "EXTRACT(year FROM c.filed_on)",
        "MEDIAN(c.fine_yuan) OVER (PARTITION BY c.violation)",
        "COALESCE(c.case_no, c.decision_no) || '号'",
        "LAG(c.filed_on, 2) OVER (PARTITION BY c.party_id ORDER BY c.filed_on, c.case_id)",
    ],
)
def test_the_portable_subset_is_accepted(said_of_sql, expression):
    assert said_of_sql(SELECT.format(expression)) == ""


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT * FROM penalty_case", "不用 *"),
        (SELECT.format("c.nothing"), "没有“nothing”这一列"),
        (SELECT.format("1") + " WHERE x > 0", "没有“x”这一列"),
        (SELECT.format("1").replace("penalty_case c", "cases c"), "没有“cases”这张表"),
        (SELECT.format("1") + " LIMIT 10", "LIMIT"),
        ("SELECT c.case_id AS unit_id, 1 AS x FROM penalty_case c", "没有选出“agency_id”"),
        ("SELECT c.case_id AS unit_id, c.agency_id FROM penalty_case c", "没有选出“x”"),
        ("WITH a AS (SELECT 1 AS k) " + SELECT.format("a.k") + " CROSS JOIN a", "中文注释"),
        (SELECT.format("c.filed_on + c.extended_days"), "引擎不接受"),
        (
            SELECT.format("1") + " LEFT JOIN penalty_case d ON d.case_id = c.case_id AND c.x = 'y'",
            "只看左表的条件",
        ),
        (SELECT.format("1") + " WHERE c.filed_on >= :start", "parameters 里没有它"),
    ],
)
def test_logic_reads_what_exists(said_of_sql, sql, message):
    assert message in said_of_sql(sql)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"when": "decided_on IS NULL"}, "parameters.in_force：没有用到"),
        ({"when": "nothing IS NULL AND filed_on >= :in_force"}, "没有“nothing”这一列"),
        ({"view": "no_view"}, "没有“no_view”这个视图"),
        ({"unit": "inspection"}, "视图 small_case_view 的对象是 penalty_case"),
        ({"unit": "case"}, "“case”不是标准表"),
        ({"requires": {}}, "没有写表“penalty_case”"),
        ({"requires": {"penalty_case": {"filed": 1.0}}}, "本表没有这个字段"),
        ({"requires": {"penalty_case": {}, "cases": {}}}, "没有“cases”这张表"),
        ({"message": "案件{case}"}, "占位符 {case} 不是 evidence"),
        ({"message": "案件{case_no"}, "大括号不成对"),
        ({"message": "罚款{fine_yuan}元"}, "会带上“元”"),
        ({"message": "长" * 121}, "不得超过 120 字"),
        ({"evidence": {"case_no": "case no"}, "message": "{case_no}"}, "应为中文名"),
        ({"evidence": {"no_column": "某列"}, "message": "x"}, "no_column"),
        ({"verify": ["只有一条"]}, "至少 2 条"),
        ({"examples": []}, "没有应当命中的样例"),
    ],
)
def test_each_part_is_checked(said, changes, message):
    assert message in said(**changes)


def test_a_table_that_decides_through_a_view_is_required(said, a_library, a_monitor, a_view):
    monitor = a_monitor(when="region_code IS NULL AND filed_on >= :in_force")
    library = a_library(monitor)
    problems = check_monitor(monitor, library, load_laws())
    assert "没有写表“agency”（视图 small_case_view 的 region_code 由它算出）" in str(problems[0])


def test_an_altered_quote_fails(said, a_monitor):
    basis = dict(a_monitor().document.data["legal_basis"][0], in_force="2021-07-15")
    text = said(legal_basis=[basis | {"text": basis["text"].replace("九十日", "六十日")}])
    assert "legal_basis.0.text" in text
    assert "不一致" in text


def test_a_quote_must_be_in_force_on_the_day_it_is_used(said, a_monitor):
    old = {
        "name": "旧法时期",
        "as_of": "2020-01-01",
        "given": {"penalty_case": [{"case_id": 1, "filed_on": "2019-01-02"}]},
        "finds": [{"unit_id": 1}],
    }
    assert "样例“旧法时期”的判断日 2020-01-01" in said(examples=[old])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"case_id": 1, "filed": "2025-01-02"}, "本表没有这个字段"),
        ({"case_id": 1, "filed_on": "昨天"}, "不是日期"),
        ({"case_id": 1, "procedure": "快"}, "不在代码集 procedure 之内"),
        ({"case_id": 1, "fine_yuan": "多"}, "不是数字"),
        ({"case_id": 1, "is_major": 1}, "应为 true 或 false"),
    ],
)
def test_given_values_are_typed_by_the_standard(said, row, message):
    example = {"name": "一例", "as_of": "2025-01-01", "given": {"penalty_case": [row]}, "finds": []}
    assert message in said(examples=[example])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reads": ["penalty_case"]}, "表“agency”读了而没有写"),
        ({"key": "no"}, "没有“no”这一列"),
        ({"milestones": [{"on": "no", "title": "无"}]}, "没有“no”这一列"),
        ({"peers": {"value": "no", "group": ["procedure"], "title": "同类"}}, "没有“no”这一列"),
        ({"sql": "SELECT c.case_id AS unit_id FROM penalty_case c"}, "不在最后一条 SELECT 之内"),
    ],
)
def test_views_are_checked(a_view, changes, message):
    assert message in "\n".join(map(str, check_view(a_view(**changes))))


def test_a_view_takes_no_parameters(a_view):
    view = a_view()
    sql = view.file.sql.replace("= 90", "= :days")
    assert "视图只能用 :as_of" in "\n".join(map(str, check_view(a_view(sql=sql))))


def test_twins_are_found(a_monitor, a_view):
    from mingjian.monitor.checks import _twins

    view = a_view()
    one, two = a_monitor("one"), a_monitor("two", code="PT-02")
    library = Library({"one": one, "two": two}, {view.name: view})
    assert "与 one 的逻辑完全相同" in str(next(_twins(library)))
