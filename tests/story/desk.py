"""One person's window on the site: signs in by the form whenever asked, does acts by clicking."""

import re
from pathlib import Path
from typing import Any

import pyotp
from playwright.sync_api import BrowserContext, Locator, Page, expect

from mingjian.access.models import User
from office import PASSWORD

DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
Given = str | bool | Path


class Desk:
    """`person` at a computer. Every page it opens is checked for what nobody may ever see."""

    def __init__(self, person: User, context: BrowserContext, pictures: Path) -> None:
        self.person = person
        self.password = PASSWORD
        self.page: Page = context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.complaints: list[str] = []
        self._pictures = pictures

    def go(self, path: str) -> int:
        """Open an address as typed; the status it was answered with."""
        answer = self.page.goto(path)
        if "/login/" in self.page.url:
            self._sign_in()
            answer = self.page.goto(path)
        assert answer is not None
        self._settle()
        return int(answer.status)

    def click(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """Follow a link, as somebody who reads the page."""
        with self.page.expect_navigation():
            (within or self.page.locator("body")).get_by_role("link", name=name).first.click()
        self._settle()

    def press(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """Press a button that sends a form."""
        with self.page.expect_navigation():
            (within or self.page.locator("main")).get_by_role("button", name=name).first.click()
        self._settle()

    def act(self, title: str, *choices: str, **fields: Given) -> None:
        """Do an act of the side card: unfold it, fill it in, press its button; it must be done."""
        self.try_act(title, *choices, **fields)
        expect(self.page.locator(".flash-success").first).to_contain_text(title)

    def try_act(self, title: str, *choices: str, **fields: Given) -> None:
        """As `act`, whatever comes of it."""
        form = self._form(title)
        for choice in choices:
            form.get_by_label(choice, exact=True).check()
        for label, value in fields.items():
            fill(form, label, value)
        with self.page.expect_navigation():
            form.locator("button", has_text=whole(title)).click()
        self._settle()

    def offers(self, title: str) -> bool:
        """Whether the page offers this act."""
        buttons = self.page.locator("section.acts button", has_text=whole(title))
        return bool(buttons.count())

    def reads(self, *texts: str) -> None:
        """The page says each of these."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def picture(self, name: str, *, phone: bool = False) -> None:
        """A picture of the page, at a desk or on a phone; on neither runs it out of the window."""
        for size, window in (("desk", DESK), ("phone", PHONE)) if phone else (("desk", DESK),):
            self.page.set_viewport_size(window)  # type: ignore[arg-type]
            self.page.wait_for_load_state("networkidle")
            wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{self.page.url} 比窗口宽 {wide} 像素（{size}）"
            self.page.screenshot(path=self._pictures / f"{name}-{size}.png", full_page=True)
        self.page.set_viewport_size(DESK)  # type: ignore[arg-type]

    def _form(self, title: str) -> Locator:
        button = self.page.locator("button", has_text=whole(title))
        form = self.page.locator("section.acts form").filter(has=button)
        fold = self.page.locator("section.acts details").filter(has=button)
        if fold.count() and fold.get_attribute("open") is None:
            fold.locator("summary").click()
        return form

    def _settle(self) -> None:
        """The records of an alert are fetched: the engine must not be at work behind our back."""
        if re.search(r"/alerts/\d+/$", self.page.url):
            expect(self.page.locator("#records[hx-get]")).to_have_count(0)

    def _sign_in(self) -> None:
        self.page.get_by_label("账号").fill(self.person.username)
        self.page.get_by_label("密码").fill(self.password)
        self.press("登录")
        if self.page.url.endswith("/password/"):
            self._change_password()
        if self.page.locator("p.muted .mono").count() and "绑定动态码" in self.page.title():
            self._bind_phone()

    def _change_password(self) -> None:
        """The password has been in use for too long: a new one, as the site asks."""
        old, self.password = self.password, f"{PASSWORD}-新"
        self.page.locator("[name=old]").fill(old)
        self.page.locator("[name=new]").fill(self.password)
        self.page.locator("[name=again]").fill(self.password)
        self.press("保存")
        expect(self.page.locator(".flash-success")).to_contain_text("密码已改好")

    def _bind_phone(self) -> None:
        """Put the secret into an authenticator and give its first code."""
        secret = self.page.locator("p.muted .mono").inner_text().replace(" ", "")
        self.page.locator("[name=code]").fill(pyotp.TOTP(secret).now())
        self.press("完成绑定")
        self.click("我已收好")


def fill(form: Locator, label: str, value: Given) -> None:
    """One field: a tick, a choice by its words, a file, or text."""
    field = form.get_by_label(label).first
    if value is True:
        field.check()
    elif isinstance(value, Path):
        field.set_input_files(value)
    elif field.evaluate("it => it.tagName") == "SELECT":
        field.select_option(label=_option(field, str(value)))
    else:
        field.fill(str(value))


def whole(title: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(title)}\s*$")


def _option(field: Locator, words: str) -> str:
    """The one option that says these words."""
    options: list[Any] = field.locator("option").all_inner_texts()
    found = [text for text in options if words in text]
    assert len(found) == 1, f"“{words}”在 {options} 里不是恰好一个"
    return str(found[0])
