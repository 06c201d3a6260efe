"""The shell around every page: content policy, titles, error pages, template tags."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client

from mingjian.standards import ContentError, Problem, load_standard
from mingjian.store import StoreError
from mingjian.web.templatetags import shell
from site_data import CHAOYANG, browse

PAGES = [
    "/overview/",
    "/overview/ZB-13/",
    "/submissions/",
    "/submissions/sub-2/",
    "/sources/",
    "/sources/zz-cf/",
    "/records/",
    "/records/penalty_case/",
    f"/records/penalty_case/one/?case_id={CHAOYANG}-3",
    "/quality/",
    "/quality/penalty_case/",
    "/monitors/",
    "/monitors/PT-01/",
    "/standards/",
    "/standards/codes/",
    "/standards/calendar/",
    "/standards/laws/administrative_penalty/",
    "/no-such-page/",
]


class Inspector(HTMLParser):
    """Gathers what a page must not have, and what it must."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.headings = 0
        self.ids: list[str] = []
        self.unlabelled: list[str] = []
        self.labelled: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name in given:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.faults.append(f"<{tag} {name}>")
        inline = tag == "script" and "src" not in given and given.get("type") != "application/json"
        if inline or tag == "style":
            self.faults.append(f"<{tag}>")
        self.headings += tag == "h1"
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "label" and given.get("for"):
            self.labelled.add(str(given["for"]))
        if tag in ("input", "select", "textarea") and given.get("type") not in ("hidden", "file"):
            self.unlabelled.append(str(given.get("id")))
        for name in ("src", "href"):
            if re.match(r"(https?:)?//", str(given.get(name) or "")):
                self.faults.append(f"foreign {given[name]}")


@pytest.mark.parametrize("page", PAGES)
def test_pages_keep_the_content_policy_and_are_well_made(site: Any, page: str) -> None:
    answer = browse(site.data_admin).get(page)
    inspector = Inspector()
    inspector.feed(answer.content.decode())
    assert inspector.faults == []
    assert inspector.headings == 1
    assert len(inspector.ids) == len(set(inspector.ids)), "an id stands twice"
    assert (
        "unsafe-inline" not in answer.headers["Content-Security-Policy"].split("style-src-attr")[0]
    )


def test_every_field_of_a_filter_has_its_label(site: Any) -> None:
    for page in ("/overview/", "/monitors/", "/records/penalty_case/", "/standards/calendar/"):
        inspector = Inspector()
        inspector.feed(browse(site.data_admin).get(page).content.decode())
        assert set(inspector.unlabelled) <= inspector.labelled, page


def test_the_title_is_written_once_and_stands_twice(site: Any) -> None:
    text = browse(site.supervisor).get("/standards/").content.decode()
    assert "<title>数据标准 · 明鉴</title>" in text
    assert "<h1>数据标准</h1>" in text


def test_scope_and_day_are_always_in_sight(site: Any) -> None:
    text = browse(site.right).get("/standards/").content.decode()
    assert "范围：朝阳区" in text
    assert "星期" in text


def test_error_pages_say_what_to_do(site: Any, settings: Any) -> None:
    missing = browse(site.right).get("/no-such-page/")
    assert missing.status_code == 404
    assert "不在您的范围内" in missing.content.decode()
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    client = Client(enforce_csrf_checks=True)
    client.force_login(site.data_admin)
    refused = client.post("/submissions/sub-5/release/")
    assert refused.status_code == 403
    assert "没有生效" in refused.content.decode()


def test_a_breakdown_tells_no_detail(site: Any, monkeypatch: Any) -> None:
    def broken(*_args: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("mingjian.web.pages.standards._summary", broken)
    client = browse(site.right)
    client.raise_request_exception = False
    answer = client.get("/standards/")
    assert answer.status_code == 500
    assert "数据没有改变" in answer.content.decode()
    assert "secret" not in answer.content.decode()


def test_a_broken_content_file_is_named_to_the_administrator_alone(
    site: Any, monkeypatch: Any
) -> None:
    problem = Problem("content/sources/x.yaml", 3, "columns", "缺少这一项")

    def broken(*_args: Any) -> None:
        raise ContentError([problem])

    monkeypatch.setattr("mingjian.web.pages.standards._summary", broken)
    answer = browse(site.right).get("/standards/")
    assert answer.status_code == 503
    assert "mingjian check" in answer.content.decode()
    assert "x.yaml" not in answer.content.decode()
    assert (
        "content/sources/x.yaml:3" in browse(site.system_admin).get("/standards/").content.decode()
    )


def test_a_store_that_cannot_be_read_is_said(site: Any, monkeypatch: Any) -> None:
    def broken() -> None:
        raise StoreError("目录库打不开")

    monkeypatch.setattr("mingjian.web.pages.submissions.open_store", broken)
    answer = browse(site.right).get("/submissions/")
    assert answer.status_code == 503
    assert "数据没有改变" in answer.content.decode()


@pytest.mark.parametrize(
    ("share", "shown"),
    [(None, "—"), (0.0, "0%"), (1.0, "100%"), (0.9999, "99.9%"), (0.5, "50%"), (0.1234, "12.3%")],
)
def test_a_share_never_rounds_up_to_everything(share: float | None, shown: str) -> None:
    assert shell.percent(share) == shown


def test_a_level_has_its_word_and_not_colour_alone() -> None:
    for code in load_standard().codes["alert_level"].codes:
        html = Template("{% load shell %}{% level code %}").render(Context({"code": code}))
        assert load_standard().codes["alert_level"].title_of(code) in html


def test_a_bar_keeps_within_its_bounds() -> None:
    assert 'width="100.0"' in shell.bar(1.7)
    assert 'width="0.0"' in shell.bar(-1)
    assert shell.bar(None) == ""


def test_markup_in_data_is_shown_as_text() -> None:
    html = Template("{% load shell %}{% empty title %}").render(
        Context({"title": "<script>alert(1)</script>"})
    )
    assert "<script>" not in html
