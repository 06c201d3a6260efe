"""Logic and catalogue as a jurist reads them."""

import pytest

from mingjian.monitor import catalogue_markdown, logic_in_words, monitor_markdown, monitor_skeleton
from mingjian.monitor.reading import read_monitor


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("decided_on IS NULL", "决定日期为空"),
        ("decided_on IS NOT NULL", "决定日期不为空"),
        ("due_on < :as_of", "期限届满日早于判断日"),
        ("filed_on >= :in_force", "立案日期不早于2021年7月15日（施行日）"),
        ("fine_yuan > 1000", "罚款金额（元）大于1000"),
        ("procedure = 'summary'", "适用程序为“简易程序”"),
        ("procedure IN ('summary', 'rapid')", "适用程序属于“简易程序”、“快速办理”"),
        ("procedure NOT IN ('summary')", "适用程序不属于“简易程序”"),
        ("is_major", "是否重大为“是”"),
        ("NOT is_major", "是否重大为“否”"),
        ("is_major IS TRUE", "是否重大为“是”"),
        ("fine_yuan BETWEEN 1 AND 5", "罚款金额（元）在1至5之间（含两端）"),
        (
            "DATE_DIFF('day', filed_on, decided_on) > 90",
            "自立案日期至决定日期的天数大于90",
        ),
        (
            "COALESCE(decided_on, :as_of) > due_on",
            "决定日期（空则取判断日）晚于期限届满日",
        ),
        (
            "decided_on IS NULL OR (is_major AND fine_yuan > 5)",
            "决定日期为空，或者（是否重大为“是”，且罚款金额（元）大于5）",
        ),
        ("NOT (is_major OR fine_yuan > 5)", "并非（是否重大为“是”，或者罚款金额（元）大于5）"),
        ("procedure IS DISTINCT FROM 'rapid'", "适用程序不是“快速办理”（含未填）"),
        ("LENGTH(case_no) > 5", "`LENGTH(案号)`大于5"),
    ],
)
def test_conditions_in_words(a_library, a_monitor, when, words):
    parameters = {} if ":in_force" not in when else None
    changes = {"parameters": parameters} if parameters == {} else {}
    monitor = a_monitor(when=when, **changes)
    assert logic_in_words(monitor, a_library(monitor)) == [words]


def test_each_anded_condition_is_a_line(a_library, a_monitor):
    monitor = a_monitor()
    assert len(logic_in_words(monitor, a_library(monitor))) == 3


def test_a_query_is_told_by_the_comments_of_its_steps(a_library, a_monitor):
    sql = """WITH pending AS (  -- 尚无结论的案件
  SELECT c.case_id, c.agency_id FROM penalty_case c WHERE c.filed_on >= :in_force
), counted AS (
  -- 每个主体几件
  SELECT p.agency_id, COUNT(*) AS n FROM pending p GROUP BY p.agency_id
)
SELECT c.agency_id AS unit_id, c.agency_id, c.n FROM counted c
"""
    shown = {"evidence": {"n": "件数"}, "message": "{n}件"}
    monitor = a_monitor(view=None, when=None, sql=sql, **shown)
    assert logic_in_words(monitor, a_library(monitor)) == ["尚无结论的案件", "每个主体几件"]


def test_the_page_of_a_monitor_has_every_part(a_library, a_monitor):
    monitor = a_monitor()
    page = monitor_markdown(monitor, a_library(monitor))
    for part in ("# PT-01", "第六十条", "九十日按自然日计算", "决定日期为空", "立案日期 ≥ 100%"):
        assert part in page
    for part in (
        "查送达回证",
        "未上报的看不到",
        "届满次日（判断日 2025-04-03）：命中 1（due_on=2025-04-02）",
    ):
        assert part in page


def test_the_catalogue_lists_every_monitor(a_library, a_monitor):
    library = a_library(a_monitor("a"), a_monitor("b", code="PT-02", status="shadow"))
    text = catalogue_markdown(library)
    assert "共 2 个模型、1 个视图" in text
    assert "| PT-02 | 超过九十日未作出决定 | 橙 | 试运行 | 行政处罚案件 |" in text


@pytest.mark.parametrize("kind", ["view", "sql"])
def test_the_skeleton_of_a_new_monitor_can_be_read(tmp_path, kind):
    path = tmp_path / "new.yaml"
    path.write_text(monitor_skeleton("penalty.new", kind))
    assert read_monitor(path).status == "draft"
