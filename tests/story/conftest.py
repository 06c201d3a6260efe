"""A deployment of one's own with a real server, a clock that can be moved, and the people."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from typer.testing import CliRunner

from audited import every_act_is_audited
from mingjian.access import sessions
from mingjian.access.models import User
from mingjian.store import open_store
from office import City, make_city, quick_passwords
from papers import district_head

from .desk import DESK, Desk

__all__ = ["district_head", "every_act_is_audited", "quick_passwords"]


class Clock:
    """What time it is for the site: noon of a day of the story, and a second more at each look."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, day: date) -> None:
        self.moment = datetime(1, 1, 1)
        self.turn_to(day)
        monkeypatch.setattr(timezone, "now", self.now)
        by_second = SimpleNamespace(time=lambda: self.now().timestamp())
        monkeypatch.setattr(sessions, "time", by_second)

    def now(self) -> datetime:
        self.moment += timedelta(milliseconds=1)
        return self.moment

    def turn_to(self, day: date, hour: int = 9) -> None:
        china = timezone.get_default_timezone()
        self.moment = datetime(day.year, day.month, day.day, hour, tzinfo=china)


@dataclass
class Story:
    """Everything the chapters share; what one finds out, the next ones use."""

    town: City
    clock: Clock
    desk: Callable[[User], Desk]
    stranger: Page
    folder: Path
    address: str

    def day(self, text: str) -> None:
        """It is the morning of that day."""
        self.clock.turn_to(date.fromisoformat(text))

    def night(self, *days: str) -> None:
        """The nightly round by its command, on each of these days."""
        for text in days:
            self.clock.turn_to(date.fromisoformat(text), 23)
            said = command("round", "--as-of", text)
            assert "failed" not in said

    def of(self, name: str) -> Desk:
        """The window of the person with this short name."""
        return self.desk(self.town.people[name])


def command(*words: str) -> str:
    """`mingjian …` in this process, on this database."""
    from mingjian.cli.main import app  # sets Django up: not at import

    done = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, date(2026, 1, 12))


@pytest.fixture
def city(transactional_db: None, clock: Clock) -> City:
    town = make_city()
    User.objects.update(password_changed_at=clock.now())
    return town


@pytest.fixture
def desk(browser: Browser, live_server: Any, tmp_path: Path) -> Iterator[Callable[[User], Desk]]:
    """`desk(person)`: that person's own window, the same at every call."""
    pictures = Path(os.environ.get("MINGJIAN_STORY_PICTURES", tmp_path / "pictures"))
    pictures.mkdir(parents=True, exist_ok=True)
    desks: dict[str, Desk] = {}
    windows = []

    def start(person: User) -> Desk:
        if person.username not in desks:
            window = browser.new_context(
                base_url=live_server.url,
                viewport=DESK,  # type: ignore[arg-type]
                locale="zh-CN",
            )
            windows.append(window)
            desks[person.username] = Desk(person, window, pictures)
        return desks[person.username]

    yield start
    for name, one in desks.items():  # what each had before him at the end
        one.page.screenshot(path=pictures / f"end-{name}.png")
    for window in windows:
        window.close()
    assert [text for one in desks.values() for text in one.complaints] == []


@pytest.fixture
def stranger(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A window in which nobody signs in: whoever holds a paper in hand."""
    window = browser.new_context(base_url=live_server.url, locale="zh-CN")
    yield window.new_page()
    window.close()


@pytest.fixture
def story(
    city: City,
    district_head: User,
    clock: Clock,
    desk: Callable[[User], Desk],
    stranger: Page,
    live_server: Any,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Story]:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "home"))
    settings.PUBLIC_ADDRESS = live_server.url
    User.objects.filter(pk=district_head.pk).update(
        password=city.right.password, password_changed_at=clock.now()
    )
    yield Story(city, clock, desk, stranger, tmp_path, live_server.url)
    open_store().close()
