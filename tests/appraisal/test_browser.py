"""The pages in a real browser: no complaint, no sideways scrolling, at a desk and on a phone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page

from alert_runs import DAY, OVERDUE
from confirmed_city import AFTER, MARKET, YEAR, close_confirmed, confirm, nights
from mingjian.access.models import Agency
from mingjian.appraisal.acts import appraising, exams, needs, sessions
from mingjian.appraisal.models import Deduction, Sitting, TrainingNeed
from mingjian.supervision.acts import raise_alerts
from mingjian.supervision.models import Alert
from office import City, make_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = {"desk": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}


@pytest.fixture
def town(transactional_db: None, own_home: None, run_of: Any, library: Any) -> City:
    """A year assessed with an objection waiting, a need planned, an exam going on."""
    town = make_city()
    Agency.objects.exclude(pk="110105-CG").update(peer_group="市场监管组")
    rows = [(f"{n}", MARKET) for n in range(5)] + [("9", "110105-JT")]
    raise_alerts(run_of({OVERDUE: rows}), library)
    alerts = list(Alert.objects.order_by("pk"))
    confirm([alerts[0], alerts[5]], town)
    nights(DAY, DAY + timedelta(days=40))
    close_confirmed(alerts[1:5], town, DAY + timedelta(days=41))
    drawn = appraising.draw_up(town.supervisor, "law_based", YEAR, today=timezone.localdate())
    row = Deduction.objects.filter(sheet__agency=MARKET).first()
    assert row is not None
    appraising.raise_objection(
        town.liaison, row.pk, reason="期限另有批准，批准文件随后补交。", today=timezone.localdate()
    )
    _train(town)
    town.__dict__["paths"] = [
        "/appraisal/",
        "/appraisal/schemes/law_based/",
        f"/appraisal/{drawn.pk}/",
        f"/appraisal/{drawn.pk}/{MARKET}/",
    ]
    return town


def _train(town: City) -> None:
    today = timezone.localdate()
    needs.propose_needs(AFTER)
    need = TrainingNeed.objects.get()
    plan = sessions.make_plan(
        town.supervisor, title="年度执法培训计划", start_on=today, end_on=today, today=today
    )
    needs.accept(town.supervisor, need.pk, today=today)
    needs.plan(town.supervisor, need.pk, plan=plan, today=today)
    course = sessions.arrange(
        town.supervisor, plan.pk, course="penalty_procedure", held_on=today, place="三层培训室"
    )
    people = [town.liaison, town.officer, town.reviewer]
    sessions.enrol(town.supervisor, course.pk, people=people)
    came = list(course.enrolments.exclude(user=town.reviewer).values_list("pk", flat=True))
    sessions.hold(town.supervisor, course.pk, attended=came, today=today)
    exams.start(town.liaison, course.enrolments.get(user=town.liaison).pk, now=timezone.now())


@pytest.fixture(params=list(SIZES))
def window(browser: Browser, live_server: Any, request: Any) -> Iterator[tuple[str, Page, Any]]:
    context = browser.new_context(
        base_url=live_server.url, viewport=SIZES[request.param], locale="zh-CN"
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def sign_in(person: Any) -> None:
        client = Client()
        client.force_login(person)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        context.add_cookies([{**cookie, "url": live_server.url}])

    yield request.param, page, sign_in
    context.close()
    assert complaints == []


def test_pages_fit_and_raise_no_complaint(
    town: City, window: tuple[str, Page, Any], tmp_path: Path
) -> None:
    size, page, sign_in = window
    need, sitting = TrainingNeed.objects.get(), Sitting.objects.get()
    session = sitting.enrolment.session
    visits = [(town.supervisor, path) for path in town.paths]  # type: ignore[attr-defined]
    visits += [
        (town.supervisor, "/training/"),
        (town.supervisor, f"/training/needs/{need.pk}/"),
        (town.supervisor, "/training/plans/"),
        (town.supervisor, f"/training/plans/{session.plan_id}/"),
        (town.supervisor, f"/training/sessions/{session.pk}/"),
        (town.supervisor, "/training/proposals/"),
        (town.liaison, "/training/mine/"),
        (town.liaison, f"/training/exams/{sitting.pk}/"),
    ]
    for no, (person, path) in enumerate(visits):
        sign_in(person)
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=tmp_path / f"{size}-{no:02}.png", full_page=True)
        assert page.locator("h1").count() == 1, path
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is wider than the window"
    assert page.locator(".exam-clock").is_visible()
