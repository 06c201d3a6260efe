"""A monitor written on the page: put together, tried, reviewed by another, kept as a file."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from draft_writer import BASICS, BASIS, DAYS, ID, SINCE, Writer, content, reviewer
from mingjian.access.models import AuditLine, User
from mingjian.monitor import load_library
from mingjian.monitor import test_monitor as prove
from mingjian.monitor.checks import check_library
from mingjian.supervision.acts import drafts as acts
from mingjian.supervision.models import MonitorDraft, MonitorEvent
from mingjian.web.models import MonitorJob
from mingjian.web.monitor_jobs import run_job
from site_data import CHAOYANG, browse

__all__ = ["content", "reviewer"]


def test_a_monitor_is_put_together_reviewed_and_kept_as_a_file(
    site: Any, content: Path, reviewer: User
) -> None:
    writer = Writer(site.model_admin)
    writer.whole()
    text = writer.client.get(writer.path).content.decode()
    assert "决定日期为空" in text
    assert "自立案日期至判断日的天数大于60（立案后多少日仍没有决定）" in text
    assert "写法都合规定" in text
    assert "案件{案号}于{立案日期}立案" in text
    assert "案件{case_no}于{filed_on}立案" in writer.draft.text
    said = writer.edit("submit", {})
    assert "已提交，等另一名模型管理员复核" in said, writer.draft.text
    assert writer.review(site.model_admin, "accept").status_code == 403  # one's own
    done = writer.review(reviewer, "accept").content.decode()
    assert "已采用" in done
    path = content / "monitors" / "penalty" / "large_undecided.yaml"
    assert path.read_text(encoding="utf-8") == writer.draft.text
    monitor = load_library().monitors[ID]
    assert monitor.status == "draft"
    parameter = next(p for p in monitor.parameters.values() if p.value == 60)
    assert (parameter.min, parameter.max) == (30, 90)
    own = [str(problem) for problem in check_library() if "large_undecided" in str(problem)]
    assert own == []
    assert prove(monitor).passed
    event = MonitorEvent.objects.get()
    assert (event.act, event.by, event.after) == ("adopt", reviewer, "draft")
    acts_done = set(AuditLine.objects.values_list("act", flat=True))
    assert {"monitor.draft", "monitor.submit", "monitor.accept"} <= acts_done
    page = browse(site.supervisor).get("/monitors/PT-91/").content.decode()
    assert "重大案件久未决定" in page
    assert "采用为草案" in page


def test_a_trial_counts_shows_samples_and_near_misses(site: Any, content: Path) -> None:
    writer = Writer(site.model_admin)
    writer.whole()
    writer.edit("look", {})
    job = MonitorJob.objects.get()
    assert 'hx-trigger="every 2s"' in writer.client.get(writer.path).content.decode()
    run_job.func(job.pk)
    job.refresh_from_db()
    assert job.state == MonitorJob.DONE, job.message
    assert job.result["count"] >= 1
    assert job.result["report"]["passed"]
    text = writer.client.get(writer.path).content.decode()
    assert f"{CHAOYANG}-99" in text
    assert "差一点命中的" in text
    assert "编出的 SQL" in text
    assert "FROM penalty_case_view" in text
    assert "张小明" not in text
    writer.edit("condition", {"field": "is_major", "test": "yes"})
    assert "试算之后又改过" in writer.client.get(writer.path).content.decode()


def test_steps_of_a_condition_are_offered_by_the_kind_of_field(site: Any, content: Path) -> None:
    writer = Writer(site.model_admin)
    text = writer.client.get(f"{writer.path}?field=procedure&test=one_of").content.decode()
    assert 'name="codes" value="summary"' in text
    assert "简易程序" in text
    text = writer.client.get(f"{writer.path}?field=fine_yuan&test=times").content.decode()
    assert "倍数" in text
    assert '<option value="proposed_fine_yuan">' in text
    text = writer.client.get(f"{writer.path}?field=nothing").content.decode()
    assert "加一个条件：先选字段" in text


@pytest.mark.parametrize(
    ("act", "given", "said"),
    [
        ("basics", BASICS | {"code": "pt91"}, "编号应为"),
        ("basics", BASICS | {"identifier": "../x"}, "标识应如"),
        ("basics", BASICS | {"purpose": " "}, "“目的”没有填"),
        ("condition", {"field": "filed_on", "test": "yes"}, "不能用"),
        ("condition", {"field": "1=1", "test": "empty"}, "请先选字段"),
        ("condition", DAYS | {"value": "1 OR 1"}, "不是整数"),
        ("condition", DAYS | {"value": "91"}, "不在最小值与最大值之间"),
        ("condition", DAYS | {"meaning": ""}, "“参数含义”没有填"),
        (
            "condition",
            {"field": "procedure", "test": "one_of", "codes": ["x' OR 1"]},
            "代码集里的值",
        ),
        ("condition", {"field": "filed_on", "test": "after_field", "other": "x"}, "同类的字段"),
        ("basis", BASIS | {"article": "九百条"}, "查不到这一条"),
        ("basis", BASIS | {"quote": "应当自立案之日起六十日内"}, "不一致"),
        ("evidence", {"evidence": ["nothing"]}, "至少选一个字段"),
        ("row", {"table": "party"}, "请选一张"),
        ("row", {"table": "penalty_case", "example_name": "a", "as_of": "x"}, "判断日"),
        ("remove_condition", {"group": "7", "place": "0"}, "没有这个条件"),
        ("remove_basis", {"place": "x"}, "没有指明"),
    ],
)
def test_what_cannot_be_used_is_said_and_changes_nothing(
    site: Any, content: Path, act: str, given: dict[str, Any], said: str
) -> None:
    writer = Writer(site.model_admin)
    before = writer.draft.form
    assert said in writer.edit(act, given)
    assert writer.draft.form == before


def test_conditions_are_joined_and_removed(site: Any, content: Path) -> None:
    writer = Writer(site.model_admin)
    writer.edit("basics", BASICS)
    writer.edit("condition", DAYS)
    writer.edit("condition", {"field": "is_major", "test": "yes", "joined": "or"})
    draft = writer.draft
    assert len(draft.form["groups"]) == 1
    assert "OR is_major)" in draft.text
    writer.edit("remove_condition", {"group": "0", "place": "0"})
    draft = writer.draft
    assert draft.form["parameters"] == {}
    assert "is_major" in draft.text
    writer.edit("remove_condition", {"group": "0", "place": "0"})
    assert writer.draft.text == ""


def test_a_row_may_be_of_another_table_and_is_typed(site: Any, content: Path) -> None:
    writer = Writer(site.model_admin)
    row = {"table": "penalty_case", "example_name": "甲", "as_of": "2025-06-30"}
    row |= {"cell:case_id": "1", "cell:filed_on": "2025-01-02", "cell:procedure": "简易程序"}
    writer.edit("row", row)
    writer.edit("row", {"table": "agency", "example": "0", "cell:agency_id": "A1"})
    (example,) = writer.draft.form["examples"]
    assert [line["table"] for line in example["rows"]] == ["penalty_case", "agency"]
    assert example["rows"][0]["values"]["procedure"] == "summary"
    assert "没有“飞快”这个值" in writer.edit("row", row | {"cell:procedure": "飞快"})
    for _ in range(2):
        writer.edit("remove_row", {"example": "0", "place": "0"})
    assert writer.draft.form["examples"] == []


def test_a_draft_that_does_not_pass_is_not_submitted(site: Any, content: Path) -> None:
    writer = Writer(site.model_admin)
    writer.edit("basics", BASICS)
    writer.edit("condition", {"field": "decided_on", "test": "empty"})
    assert "还不能提交" in writer.edit("submit", {})
    assert writer.draft.state == MonitorDraft.WRITING


def test_examples_that_miss_a_boundary_are_not_enough(site: Any, content: Path) -> None:
    writer = Writer(site.model_admin)
    writer.whole()
    rows = writer.draft.form["examples"][0]["rows"]
    place = next(i for i, row in enumerate(rows) if row["values"]["case_id"] == "2")
    writer.edit("remove_row", {"example": "0", "place": str(place)})
    assert "没有样例能发现" in writer.edit("submit", {})


def test_a_returned_draft_is_mended_by_its_writer(site: Any, content: Path, reviewer: User) -> None:
    writer = Writer(site.model_admin)
    writer.whole()
    writer.edit("submit", {})
    assert "只有编写人可以改" in writer.edit("basics", BASICS)
    assert "没有写复核意见" in writer.review(reviewer, "return", " ").content.decode()
    writer.review(reviewer, "return", "口径写得不够")
    assert (writer.draft.state, writer.draft.opinion) == (MonitorDraft.RETURNED, "口径写得不够")
    writer.edit("basics", BASICS | {"interpretation": "按自然日计算，当日不计。"})
    assert writer.draft.state == MonitorDraft.WRITING
    assert not list(content.rglob("*.yaml"))


def test_drafts_of_others_are_not_seen_until_submitted(
    site: Any, content: Path, reviewer: User
) -> None:
    writer = Writer(site.model_admin)
    assert browse(reviewer).get(writer.path).status_code == 404
    assert browse(site.supervisor).get(writer.path).status_code == 403
    assert browse(reviewer).post(f"{writer.path}edit/basics/", BASICS).status_code == 404


def test_without_a_folder_named_it_is_kept_among_the_data(
    site: Any, content: Path, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer(site.model_admin)
    writer.whole()
    writer.edit("submit", {})
    monkeypatch.delenv("MINGJIAN_CONTENT")
    monkeypatch.setenv("MINGJIAN_HOME", str(content.parent / "data"))
    writer.review(reviewer, "accept")
    assert writer.draft.state == MonitorDraft.ACCEPTED
    data = content.parent / "data"
    assert (data / "content" / "monitors" / "penalty" / "large_undecided.yaml").is_file()
    assert "penalty.large_undecided" in load_library().monitors


def test_a_file_that_is_there_is_never_overwritten(
    site: Any, content: Path, reviewer: User
) -> None:
    writer = Writer(site.model_admin)
    writer.whole()
    writer.edit("submit", {})
    path = content / "monitors" / "penalty" / "large_undecided.yaml"
    path.parent.mkdir(parents=True)

    real = acts.proven

    def slow(draft: MonitorDraft) -> Any:
        monitor = real(draft)
        path.write_text(draft.text + "# 另一份\n", encoding="utf-8")  # someone else was quicker
        return monitor

    acts.proven = slow
    try:
        assert "没有覆盖" in writer.review(reviewer, "accept").content.decode()
    finally:
        acts.proven = real
    assert path.read_text(encoding="utf-8").endswith("# 另一份\n")
    assert writer.draft.state == MonitorDraft.SUBMITTED


def test_today_is_offered_for_the_version_of_a_statute(site: Any, content: Path) -> None:
    writer = Writer(site.model_admin)
    text = writer.client.get(writer.path).content.decode()
    assert f'value="{date.today().year}-' in text


def test_a_draft_outlives_a_column_of_its_view(site: Any, content: Path, reviewer: User) -> None:
    writer = Writer(site.model_admin)
    writer.whole()
    draft = writer.draft
    lost = {"field": "was_there", "test": "older_than", "parameter": "was_there_older"}
    draft.form["groups"] += [[lost]]
    draft.form["parameters"]["was_there_older"] = draft.form["parameters"]["filed_on_older_than"]
    draft.form["evidence"] += ["was_shown"]
    draft.form["peers"] = {"value": "was_counted_yuan", "group": ["procedure"]}
    draft.save()
    page = writer.client.get(writer.path).content.decode()
    assert "视图变了" in page
    for gone in ("was_there", "was_shown", "与同组比较"):
        assert gone in page
    assert "请先删去它不再给出的字段" in writer.edit("condition", SINCE)
    said = writer.edit("let_go", {})
    assert "已删去：与同组比较、was_there、was_shown。" in said
    assert "写法都合规定" in said
    assert "was_there_older" not in writer.draft.form["parameters"]
    assert "已提交" in writer.edit("submit", {})


def test_a_draft_outlives_its_view(site: Any, content: Path, reviewer: User) -> None:
    writer = Writer(site.model_admin)
    writer.whole()
    draft = writer.draft
    draft.form["view"] = "view_of_before"
    draft.save()
    page = writer.client.get(writer.path).content.decode()
    assert "已不在模型库里" in page
    assert "案件{case_no}于{filed_on}立案" in page  # the text is not lost
    assert "已不在模型库里" in writer.edit("let_go", {})
