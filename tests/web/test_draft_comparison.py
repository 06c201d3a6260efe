"""Peers and recurrences of a monitor written on the page: set, asked for, shown, kept as a file."""

from pathlib import Path
from typing import Any

import pytest

from draft_writer import BASICS, BASIS, Writer, content, reviewer
from mingjian.monitor import load_library
from mingjian.monitor import test_monitor as prove
from mingjian.monitor.writing import file_text
from mingjian.supervision.models import MonitorDraft
from mingjian.web.models import MonitorJob
from mingjian.web.monitor_jobs import run_job

__all__ = ["content", "reviewer"]

PEERS = {"value": "proposed_fine_yuan", "group": ["procedure", "field"], "days": "365"}
PEERS |= {"on": "filed_on"}
RECURS = {"same": ["party_name", ""], "days": "90", "on": "filed_on"}
LEAST = {"field": "peer_count", "test": "at_least", "value": "4", "meaning": "同组至少几件"}
LEAST |= {"parameter_basis": "平台设计值，可配置"}
TIMES = LEAST | {"field": "proposed_fine_yuan", "test": "times", "other": "peer_median_yuan"}
TIMES |= {"value": "3", "meaning": "几倍"}
AGAIN = LEAST | {"field": "recur_no", "value": "2", "meaning": "至少几次"}


def test_what_is_set_becomes_fields_a_sentence_and_the_file(site: Any, content: Path) -> None:
    writer = Writer(site.model_admin)
    writer.edit("basics", BASICS | {"message": "案件{案号}拟罚{拟处罚款（元）}。"})
    assert "可以作条件了" in writer.edit("peers", PEERS)
    writer.edit("recurs", RECURS)
    writer.edit("basis", BASIS)
    writer.edit("condition", TIMES)
    writer.edit("condition", LEAST)
    writer.edit("condition", AGAIN)
    writer.edit("evidence", {"evidence": ["case_no", "peer_median_yuan", "recur_previous_on"]})
    text = writer.draft.text
    assert "\npeers: {value: proposed_fine_yuan, group: [procedure, field], days: 365}\n" in text
    assert "\nrecurs: {same: [party_name], days: 90}\n" in text
    assert "  proposed_fine_yuan > :proposed_fine_yuan_times * peer_median_yuan\n" in text
    assert "peer_median_yuan: 同组中位数, recur_previous_on: 上一次日期}" in text
    assert "field: 0.5" in text
    assert "party_name: 0.5" in text
    page = writer.client.get(writer.path).content.decode()
    assert "比的是拟处罚款（元）；同组：适用程序、执法领域相同，回看365日（按立案日期）" in page
    assert "同一当事人名称，90日之内的第几次（按立案日期）" in page
    assert "大于同组（适用程序、执法领域相同，回看365日）中位数的3倍（几倍）" in page
    assert "同组件数不少于4（同组至少几件）" in page
    assert "同一当事人名称90日之内的次数（含本次）不少于2（至少几次）" in page
    form = writer.draft.form
    writer.edit("basics", BASICS | {"message": "案件{案号}拟罚{拟处罚款（元）}。"})
    assert (writer.draft.text, writer.draft.form) == (text, form)
    form["peers"] = dict(reversed(form["peers"].items()))  # as another database may give it
    assert file_text(load_library(), form) == text


def test_what_conditions_still_use_is_not_taken_away(site: Any, content: Path) -> None:
    writer = Writer(site.model_admin)
    writer.edit("peers", PEERS)
    writer.edit("condition", LEAST)
    writer.edit("evidence", {"evidence": ["case_no", "peer_count"]})
    assert "还有条件用着它的字段" in writer.edit("remove_peers", {})
    assert "peers:" in writer.draft.text
    assert "days: 30" in writer.edit("peers", PEERS | {"days": "30"})
    writer.edit("remove_condition", {"group": "0", "place": "0"})
    assert "已删去" in writer.edit("remove_peers", {})
    assert "peers" not in writer.draft.form
    assert writer.draft.form["evidence"] == ["case_no"]


@pytest.mark.parametrize(
    ("act", "given", "said"),
    [
        ("peers", PEERS | {"value": "filed_on"}, "请选拿哪个数来比"),
        ("peers", PEERS | {"group": [""]}, "“同组”至少选一个字段"),
        ("peers", PEERS | {"group": ["x OR 1"]}, "只能从视图的字段里选"),
        ("peers", PEERS | {"group": ["proposed_fine_yuan"]}, "不能又用来分组"),
        ("peers", PEERS | {"days": "0"}, "不是 1 至 3650 的日数"),
        ("peers", PEERS | {"on": "procedure"}, "请选按哪个日期算"),
        ("recurs", RECURS | {"same": []}, "“同一”至少选一个字段"),
        ("recurs", RECURS | {"days": "x"}, "不是 1 至 3650 的日数"),
        ("recurs", RECURS | {"days": "", "on": ""}, "请选按哪个日期算"),
        ("condition", LEAST, "请先选字段"),
    ],
)
def test_what_cannot_be_compared_is_said(
    site: Any, content: Path, act: str, given: dict[str, Any], said: str
) -> None:
    writer = Writer(site.model_admin)
    before = writer.draft.form
    assert said in writer.edit(act, given)
    assert writer.draft.form == before


def test_derived_views_are_not_offered_to_begin_with(site: Any, content: Path) -> None:
    writer = Writer(site.model_admin)
    whole(writer)
    writer.edit("submit", {})
    folder = content / "monitors" / "penalty"
    folder.mkdir(parents=True)
    (folder / "large_undecided.yaml").write_text(writer.draft.text, encoding="utf-8")
    assert len(load_library().views) == len(load_library().written_views) + 1
    page = writer.client.get("/monitors/drafts/").content.decode()
    assert page.count('value="penalty_case_view') == 1
    shown = writer.client.get("/monitors/PT-91/").content.decode()
    assert "大于同组（适用程序相同，回看365日）中位数的3倍（几倍）" in shown


def whole(writer: Writer) -> None:
    """A whole draft: fined thrice the middle of its group, in groups of at least four."""
    writer.edit("basics", BASICS | {"message": "案件{案号}的拟罚款高于同组。"})
    writer.edit("peers", PEERS | {"group": ["procedure"]})
    writer.edit("condition", TIMES)
    writer.edit("condition", LEAST)
    writer.edit("basis", BASIS)
    row = {"table": "penalty_case", "cell:procedure": "普通程序", "cell:agency_id": "A1"}
    first = row | {"example_name": "四件", "as_of": "2025-06-30", "cell:filed_on": "2025-06-30"}
    cheap = {"cell:case_id": "1", "cell:proposed_fine_yuan": "100", "copies": "3"}
    assert "加了3行" in writer.edit("row", first | cheap)
    more = row | {"example": "0", "cell:filed_on": "2024-07-01"}
    hit = {"cell:case_id": "2", "cell:proposed_fine_yuan": "301", "is_hit": "1"}
    writer.edit("row", more | hit)
    edge = {"cell:case_id": "3", "cell:proposed_fine_yuan": "300", "cell:filed_on": "2025-06-30"}
    writer.edit("row", more | edge)
    old = {"cell:case_id": "4", "cell:proposed_fine_yuan": "301", "cell:filed_on": "2024-06-30"}
    writer.edit("row", more | old)
    three = {"example_name": "只有三件", "as_of": "2025-06-30", "cell:filed_on": "2025-06-30"}
    writer.edit("row", row | three | cheap | {"copies": "2"})
    writer.edit("row", row | {"example": "1", "cell:filed_on": "2025-06-30"} | hit | {"is_hit": ""})
    mixed = {"example_name": "四件整", "as_of": "2025-06-30", "cell:filed_on": "2025-06-30"}
    writer.edit("row", row | mixed | cheap)
    writer.edit("row", row | {"example": "2", "cell:filed_on": "2025-06-30"} | hit)


def test_such_a_monitor_is_tried_submitted_and_accepted(
    site: Any, content: Path, reviewer: Any
) -> None:
    writer = Writer(site.model_admin)
    whole(writer)
    writer.edit("look", {})
    job = MonitorJob.objects.get()
    run_job.func(job.pk)
    job.refresh_from_db()
    assert job.state == MonitorJob.DONE, job.message
    assert job.result["report"]["lines"] == []
    assert job.result["sql"].count("MEDIAN") == 1
    page = writer.client.get(writer.path).content.decode()
    assert "差一点命中的" in page
    assert "已提交" in writer.edit("submit", {}), writer.draft.text
    assert "已采用" in writer.review(reviewer, "accept").content.decode()
    path = content / "monitors" / "penalty" / "large_undecided.yaml"
    assert path.read_text(encoding="utf-8") == writer.draft.text
    monitor = load_library().monitors["penalty.large_undecided"]
    assert monitor.document.data["view"] == "penalty_case_view"
    assert prove(monitor).passed


def test_an_example_that_does_not_hold_the_days_is_not_enough(site: Any, content: Path) -> None:
    writer = Writer(site.model_admin)
    whole(writer)
    rows = writer.draft.form["examples"][0]["rows"]
    place = next(i for i, row in enumerate(rows) if row["values"]["case_id"] == "4")
    writer.edit("remove_row", {"example": "0", "place": str(place)})
    assert "peers.days 365 → 366" in writer.edit("submit", {})
    assert writer.draft.state == MonitorDraft.WRITING
