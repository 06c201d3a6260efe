"""After the case: assessment, training, look back, the auditor, and who reaches nothing of it."""

import csv
import re

from playwright.sync_api import Locator, expect

from mingjian.access.queries import audit_acts
from mingjian.appraisal.courses import Question, load_banks

from .conftest import Story, command
from .desk import Desk, fill

MARKET = "示例市朝阳区市场监督管理局"
CASE = "检查发现问题后没有责令改正也没有立案"
# What the auditor must find in the log.
STEPS = (
    *("login", "submission.send", "alert.assign", "alert.sign", "alert.warn", "alert.escalate"),
    *("alert.raise", "alert.feed_back", "alert.raise_to_matter", "alert.settle"),
    *("matter.open", "matter.ask_material", "matter.give_material", "matter.find"),
    *("matter.issue", "matter.served", "matter.report", "matter.send_back", "matter.propose"),
    *("matter.draft_decision", "matter.pass", "matter.look_back", "matter.escalate"),
    *("paper.draft", "paper.edit", "paper.submit", "paper.pass_review", "paper.sign"),
    *("paper.petition", "paper.government_sign", "paper.issue", "paper.serve"),
    *("paper.acknowledge", "paper.download"),
    *("appraisal.draw_up", "appraisal.object", "appraisal.settle", "appraisal.publish"),
    *("training.propose", "training.accept", "training.make_plan", "training.plan"),
    *("training_session.arrange", "training_session.enrol", "training_session.hold"),
    *("training_session.start_exam", "training_session.submit_exam", "training_session.finish"),
    *("training.complete", "training.look_back", "second_factor.bind"),
)


def the_year_is_assessed(story: Story, matter: str) -> str:
    """The confirmed problems count, each down to its alert or matter; objected to, published."""
    right, liaison = story.of("right"), story.of("liaison")
    story.day("2026-05-11")
    right.go("/")
    right.click(re.compile("^考核$"))
    card = right.page.locator("section:has(#draw)")
    fill(card, "期间起", "2026-01-01")
    fill(card, "期间止", "2026-05-10")
    right.press("测算", within=card)
    right.reads("征求异议", "朝阳区市场监管局")
    path = right.page.url.removeprefix(story.address)
    right.picture("20-考核表", phone=True)
    right.click("朝阳区市场监管局")
    right.reads("逾期签收", "逾期反馈核查结果", "整改不到位，退回", "没有按文书载明的期限报送")
    right.picture("21-一个单位的扣分", phone=True)
    confirmed = right.page.locator("section:has(#confirmed) tbody tr")
    expect(confirmed).to_have_count(3)
    right.click(re.compile("^YJ"), within=confirmed.first)
    right.reads("属实", CASE)
    right.page.go_back()
    row = right.page.locator("tbody tr").filter(has_text="没有按文书载明的期限报送").first
    right.click(re.compile("^JD"), within=row)
    assert right.page.url.endswith(matter)
    right.page.go_back()
    row = right.page.locator("tbody tr").filter(has_text="逾期签收").first
    right.click(re.compile("^YJ"), within=row)
    right.reads("检查发现问题后没有责令改正也没有立案", "超期升级")

    liaison.go("/")
    liaison.click(re.compile("^考核$"))
    liaison.click("依法行政考核", within=liaison.page.locator("tbody"))
    liaison.reads("共扣")
    form = _open_small(liaison, "提出异议")
    fill(form, "理由", "当时正在人员调整，请考虑。")
    liaison.press("提出异议", within=form)
    expect(liaison.page.locator(".flash-success")).to_contain_text("提出异议")
    liaison.picture("22-提出异议", phone=True)

    story.day("2026-05-14")
    right.go(path)
    right.click("朝阳区市场监管局")
    form = _open_small(right, "答复异议")
    fill(form, "答复", "不采纳")
    fill(form, "理由", "人员调整不是逾期的理由。")
    right.press("答复异议", within=form)
    expect(right.page.locator(".flash-success")).to_contain_text("答复异议")

    story.day("2026-05-27")
    head = story.of("district_head")
    head.go(path)
    head.act("发布")
    head.reads("已发布", "发布摘要")
    return path


def people_are_trained(story: Story) -> str:
    """The night proposed it; planned, held, examined, finished; in half a year the look back."""
    right, liaison = story.of("right"), story.of("liaison")
    story.day("2026-05-18")
    right.go("/")
    right.click(re.compile("^培训$"))
    right.reads(CASE, "待决定")
    right.click(re.compile(CASE))
    need = right.page.url.removeprefix(story.address)
    right.reads("3 件，均由人认定属实")
    right.picture("30-培训需求", phone=True)
    right.act("采纳")
    right.click("培训计划")
    card = right.page.locator("section:has(#make)")
    for label, value in (("计划名称", "检查与立案"), ("起", "2026-05-18"), ("止", "2026-06-30")):
        card.get_by_label(re.compile(rf"^{label}")).fill(value)
    right.press("制定", within=card)
    expect(right.page.locator(".flash-success")).to_contain_text("已制定计划")
    plan = right.page.url.removeprefix(story.address)
    right.go(need)
    right.act("列入计划", 计划="检查与立案")
    right.go(plan)
    card = right.page.locator("section:has(#arrange)")
    fill(card, "课程", "行政处罚程序与期限")
    fill(card, "授课日期", "2026-05-20")
    fill(card, "地点", "三层培训室")
    right.press("安排", within=card)
    expect(right.page.locator(".flash-success")).to_contain_text("已安排班次")
    session = right.page.url.removeprefix(story.address)
    right.act("报名", f"liaison 某（{_short()}）", f"officer 某（{_short()}）")

    story.day("2026-05-20")
    right.go(session)
    right.act("登记出勤", f"liaison 某（{_short()}）")
    right.picture("31-班次", phone=True)
    _sit_exam(liaison)
    right.go(session)
    right.reads("100 分", "达标")
    right.act("结课")
    right.go(need)
    right.act("培训完成")
    right.reads("已培训")
    return need


def it_is_looked_back_at(story: Story, matter: str) -> None:
    """Half a year later: has it come again? The matter by a person, the training by the night."""
    right = story.of("right")
    story.night("2026-11-18")
    story.day("2026-11-19")
    right.go("/notices/")
    right.reads("该回头看了")
    right.press(re.compile("该回头看了"))
    assert right.page.url.endswith(matter)
    right.act("回头看", "没有复发", 情况="半年内没有同类预警。")
    right.reads("已看，没有复发")
    right.picture("40-回头看", phone=True)
    right.go("/training/?state=looked_back")
    right.click(re.compile(CASE))
    right.reads("已回头看", "已到期")
    right.picture("41-培训回头看", phone=True)


def the_auditor_sees_every_step(story: Story) -> None:
    """By the export of the log; the chain holds from its first line."""
    assert "首尾相接" in command("audit", "verify")
    auditor = story.of("auditor")
    auditor.go("/audit/")
    auditor.reads("首尾相接")
    auditor.picture("50-审计日志", phone=True)
    auditor.go("/audit/?start=2026-01-01")
    with auditor.page.expect_download() as download:
        auditor.page.get_by_role("link", name="导出").click()
    file = story.folder / "audit.csv"
    download.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    seen = {row["行为"] for row in rows}
    missing = [step for step in STEPS if audit_acts()[step] not in seen]
    assert not missing, f"日志里没有 {missing}；有的是 {sorted(seen)}"
    names = {"right", "liaison", "district_head", "signer", "data_admin", "夜间作业"}
    assert names <= {row["账号"] for row in rows}


def others_reach_none_of_it(story: Story, paths: list[str]) -> None:
    """Another district, another agency of the district, people without business data."""
    for name in ("other", "neighbour", "system_admin", "auditor"):
        desk = story.of(name)
        for path in paths:
            status = desk.go(path)
            assert status in (403, 404), f"{name} 打开 {path} 得到 {status}"
            expect(desk.page.locator("body")).not_to_contain_text(CASE)
    for path in paths:  # and whoever does not sign in
        answer = story.stranger.goto(path)
        assert answer is not None
        assert "/login/" in story.stranger.url


def _sit_exam(desk: Desk) -> None:
    """Every question answered as the law has it."""
    desk.go("/")
    desk.click(re.compile("^培训$"))
    desk.click("我的培训")
    desk.press("开始或者继续考试")
    desk.picture("32-考试", phone=True)
    known = {question.text: question for question in load_banks()["penalty"].questions}
    for asked in desk.page.locator("fieldset.question").all():
        text = asked.locator("legend").inner_text().strip()
        (question,) = [known[words] for words in known if text.endswith(words)]
        for words in _right_answers(question):
            asked.get_by_label(re.compile(rf"^\s*(?:[A-H]\. )?{re.escape(words)}\s*$")).check()
    desk.press("交卷")
    desk.reads("达标", "100 分")
    desk.picture("33-考试结果", phone=True)


def _right_answers(question: Question) -> list[str]:
    return [question.choices[key] for key in question.answer]


def _open_small(desk: Desk, title: str) -> Locator:
    fold = desk.page.locator("td details").filter(has_text=title).first
    fold.locator("summary").click()
    return fold.locator("form")


def _short() -> str:
    return "朝阳区市场监管局"
