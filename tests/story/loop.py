"""From the sweep to the matter: assigned, left lying, answered late, raised to a matter."""

import re

from playwright.sync_api import expect

from .conftest import Story
from .desk import Desk, fill

MONITOR = "检查发现问题后没有责令改正也没有立案"


def alerts_are_raised_and_assigned(story: Story) -> list[str]:
    """The night finds three inspections; the district's supervisor takes them on."""
    story.night("2026-01-12")
    story.day("2026-01-13")
    right = story.of("right")
    right.go("/")
    right.picture("02-区监督员的工作台", phone=True)
    _find(right)
    expect(right.page.locator("[data-open]")).to_have_count(3)
    paths = [a.get_attribute("href") or "" for a in right.page.locator("[data-open]").all()]
    _mark_all(right, "分办", 经办人="right 某")
    expect(right.page.locator(".flash-success")).to_contain_text("分办：办成 3 条")
    right.go(paths[0])
    right.reads("没有责令改正或者立案的记录", "符合立案标准的，行政机关应当及时立案。", "待签收")
    right.picture("03-预警详情", phone=True)
    right.act("记一笔", 内容="已电话提醒区市场监管局及时签收。")
    return paths


def the_agency_is_late(story: Story, alerts: list[str]) -> None:
    """Signed late, answered late; those above are told, and it stands on the pages."""
    story.night("2026-01-14")
    story.day("2026-01-15")
    liaison, right = story.of("liaison"), story.of("right")
    for one in (liaison, right, story.of("district_head"), story.of("supervisor")):
        one.go("/notices/")
        one.reads("预警超期")
    liaison.picture("04-消息", phone=True)
    liaison.click("工作台")
    liaison.picture("05-联络员的工作台", phone=True)
    _find(liaison)
    _mark_all(liaison, "签收")
    expect(liaison.page.locator(".flash-success")).to_contain_text("签收：办成 3 条")

    story.night("2026-01-21", "2026-01-23", "2026-01-28")
    story.day("2026-01-29")
    for name in ("supervisor", "line"):
        above = story.of(name)
        above.go("/notices/")
        above.press(re.compile("件预警超期"))
        assert "/alerts/?mark=overdue" in above.page.url
        above.reads("超期")
    story.of("supervisor").picture("06-市级看到超期", phone=True)
    for path in alerts:
        liaison.go(path)
        liaison.act("反馈核查结果", "属实", 理由="检查后没有及时责令改正，情况属实。")
    right.go(alerts[0])
    right.reads("期限将到提醒", "超期升级", "检查后没有及时责令改正")
    right.picture("07-预警经过", phone=True)


def it_becomes_a_matter(story: Story) -> str:
    """Three at once and late: a matter, investigated, with what was found."""
    story.day("2026-01-30")
    right, liaison = story.of("right"), story.of("liaison")
    _find(right)
    _mark_all(right, "转监督事项", 理由="同类问题三件，且逾期签收、逾期反馈。")
    path = right.page.url.removeprefix(story.address)
    right.act("立项", "日常监督", 理由="查明检查发现问题不处理的原因。")
    right.act("要求提交材料", 日数="5", 要哪些材料="三次检查的笔录与后续处理材料。")

    story.day("2026-02-02")
    liaison.go("/notices/")
    liaison.reads("要求提交材料")
    notes = story.folder / "检查笔录.txt"
    notes.write_text("三次检查的笔录。", encoding="utf-8")
    liaison.go(path)
    liaison.reads("2026-02-06前提交")
    liaison.picture("08-监督事项-单位", phone=True)
    liaison.act("提交材料", 情况说明="人员调整，没有跟进。没有不同意见。", 佐证材料=notes)

    story.day("2026-02-03")
    right.go(path)
    right.act(
        "认定",
        "违法",
        理由="检查发现问题后超过三十日没有责令改正，也没有立案。",
        整改问题="示例餐饮一店留样问题没有责令改正\n"
        "示例餐饮二店进货查验问题没有责令改正\n示例超市过期食品问题没有责令改正",
    )
    right.picture("09-监督事项-认定", phone=True)
    return path


def _find(desk: Desk) -> None:
    """The alerts of the monitor, by the filter of the list."""
    desk.go("/")
    desk.click(re.compile("^预警$"))
    form = desk.page.locator("form.filter")
    fill(form, "关键字", "没有责令改正或者立案")
    desk.press("查询")


def _mark_all(desk: Desk, act: str, **fields: str) -> None:
    """All rows of the page, in one go."""
    desk.page.get_by_label("全选本页").check()
    bar = desk.page.locator("#batch")
    bar.get_by_label("批量办理").select_option(label=act)
    for label, value in fields.items():
        fill(bar, label, value)
    desk.press("办理", within=bar)
