"""The papers of the matter: opinion, proposal, decision; until all is put right and closed."""

import re

import pypdfium2
from django.urls import reverse
from playwright.sync_api import expect

from .conftest import Story
from .desk import Desk


def the_opinion_is_served(story: Story, matter: str) -> str:
    """Drafted from the case, edited, reviewed, signed, numbered, sealed, served with receipt."""
    right, head, liaison = story.of("right"), story.of("district_head"), story.of("liaison")
    right.go(matter)
    right.act("出具文书", "监督意见书", 理由="三次检查发现问题后长期没有处理。")
    _open_paper(right)
    paper = right.page.url.removeprefix(story.address)
    right.picture("10-意见书草稿", phone=True)
    right.click("修改")
    body = right.page.get_by_label("正文")
    body.fill(body.input_value().replace("经查，存在下列问题：", "经查，存在下列三个问题："))
    right.picture("11-修改文书", phone=True)
    right.press("保存")
    right.act("送审")
    assert not right.offers("审核通过")  # who drafted does not review

    _find_waiting(head, "监督意见书")
    head.act("审核通过")
    head.act("签批", 签发人="王某")
    right.go(paper)
    right.act("编号制发")
    right.reads("1号")
    assert liaison.go(paper) == 404  # not served yet
    right.act("送达", 送达方式="平台送达")
    right.picture("12-意见书已送达")

    story.day("2026-02-06")
    _find_waiting(liaison, "监督意见书")
    liaison.act("签收", 签收人="李某")
    liaison.reads("李某", "三个问题")
    liaison.picture("13-送达回证", phone=True)
    return paper


def nothing_is_put_right(story: Story, matter: str) -> None:
    """Late again; what is reported is not in the records, the rerun says so; sent back in vain."""
    right, liaison = story.of("right"), story.of("liaison")
    story.night("2026-03-05", "2026-03-11")
    story.day("2026-03-12")
    right.go("/notices/")
    right.reads("监督事项超期")
    _report(liaison, matter)

    story.day("2026-03-13")
    right.go(matter)
    right.try_act("复核达标，销号", 理由="已报送整改。")
    right.reads("复算仍命中 3 条")
    right.picture("14-复算仍命中", phone=True)
    right.act("退回再改", 理由="三次检查都还没有责令改正的记录。")
    story.night("2026-04-15")


def the_government_decides(story: Story, matter: str) -> str:
    """The office proposes, the government of that level decides and signs, by the right persons."""
    right, head, signer = story.of("right"), story.of("district_head"), story.of("signer")
    story.day("2026-04-16")
    right.go(matter)
    right.reads("超期")
    right.act("报请政府", 理由="责令限期处理三次检查发现的问题。")
    _open_paper(right)
    proposal = right.page.url.removeprefix(story.address)
    right.reads("2026年2月3日，朝阳区司法局送达", "退回 1 次")
    right.picture("15-请示草稿", phone=True)
    right.act("送审")
    _find_waiting(head, "请示")
    head.act("审核通过")
    head.act("签批", 签发人="王某")
    right.go(proposal)
    right.act("编号制发")
    right.act("送达", 送达方式="平台送达")
    _find_waiting(signer, "请示")
    signer.act("签收", 签收人="赵某")

    story.day("2026-04-20")
    right.go(matter)
    right.act("起草决定书", 理由="责令三十日内对三次检查发现的问题作出处理。")
    _open_paper(right)
    decision = right.page.url.removeprefix(story.address)
    right.act("送审")
    _find_waiting(head, "监督决定书")
    head.act("审核通过")
    assert not head.offers("签批")  # the government signs, not the office
    head.act("报请政府", 理由="意见书逾期没有纠正，退回后仍没有纠正。")
    _find_waiting(signer, "监督决定书")
    signer.picture("16-政府签批", phone=True)
    signer.act("政府签批", 签发人="赵某")
    right.go(decision)
    right.act("编号制发")
    right.act("送达", 送达方式="平台送达")
    liaison = story.of("liaison")
    _find_waiting(liaison, "监督决定书")
    liaison.act("签收", 签收人="李某")
    liaison.picture("17-决定书")
    return decision


def it_is_put_right_and_closed(story: Story, matter: str, alerts: list[str]) -> None:
    """Fresh records, the monitor says it is gone, another than who rectified closes."""
    liaison, right = story.of("liaison"), story.of("right")
    story.day("2026-05-07")
    _report(liaison, matter)
    assert not liaison.offers("复核达标，销号")
    expect(liaison.page.locator("main")).not_to_contain_text("请示")  # not the agency's business
    story.night("2026-05-07")
    story.day("2026-05-08")
    right.go(alerts[0])
    right.reads("起本模型不再命中这个对象")
    right.go(matter)
    right.act("复核达标，销号", 理由="三次检查都已责令改正，记录已更新，复算不再命中。")
    right.reads("已销号", "回头看")
    right.picture("18-已销号", phone=True)
    for path in alerts:
        right.go(path)
        right.reads("已办结", "属实")
    story.night("2026-05-08")  # the third confirmed problem of one kind: the night counts them


def the_paper_is_genuine(story: Story, paper: str) -> None:
    """The address in the QR code says so, without signing in; the file itself is checked too."""
    liaison = story.of("liaison")
    liaison.go(paper)
    with liaison.page.expect_download() as download:
        liaison.page.get_by_role("link", name="PDF").click()
    file = story.folder / "opinion.pdf"
    download.value.save_as(file)
    with pypdfium2.PdfDocument(file) as pages:
        text = "".join(page.get_textpage().get_text_range() for page in pages)
    found = re.search(r"\b(?:[2-9A-Z]{4}-){3}[2-9A-Z]{4}\b", text)
    assert found is not None, text
    stranger = story.stranger
    stranger.goto(reverse("documents:verify", args=[found[0]]))
    expect(stranger.locator("main")).to_contain_text("平台制发过这件文书，留存的内容没有被改动")
    stranger.locator("input[type=file]").set_input_files(file)
    stranger.get_by_role("button", name="核对文件").click()
    expect(stranger.locator("main")).to_contain_text("这个文件是平台制发的文书，内容没有被改动")


def _open_paper(desk: Desk) -> None:
    """The newest paper of the matter, by its row."""
    rows = desk.page.locator("section:has(#papers) tbody tr")
    desk.click(re.compile("."), within=rows.last)


def _find_waiting(desk: Desk, words: str) -> None:
    """A paper that waits for this person, as one finds it: from the workbench."""
    desk.go("/")
    desk.click(re.compile("^[0-9]+ 件公文$"))
    desk.click(re.compile(words), within=desk.page.locator("tbody"))


def _report(liaison: Desk, matter: str) -> None:
    liaison.go(matter)
    measures = {f"问题 {number}": "已责令改正并复查。" for number in (1, 2, 3)}
    liaison.act("报送整改", 整改情况="三个问题都已处理。", **measures)
