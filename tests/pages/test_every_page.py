"""Every page in a real browser: no complaint, no sideways scrolling, at a desk and on a phone."""

from collections.abc import Callable
from typing import Any

import pytest

from site_data import CHAOYANG, raise_alerts

DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
PAGES = [
    "/",
    "/alerts/",
    "/matters/",
    "/matters/new/",
    "/campaigns/",
    "/campaigns/new/",
    "/notices/",
    "/papers/",
    "/papers/new/",
    "/papers/new/supervision_opinion/",
    "/papers/verify/",
    "/papers/seals/",
    "/appraisal/",
    "/appraisal/schemes/law_based/",
    "/training/",
    "/training/plans/",
    "/training/proposals/",
    "/overview/",
    "/overview/ZB-13/",
    "/submissions/",
    "/submissions/sub-2/",
    "/submissions/sub-5/",
    "/sources/",
    "/sources/zz-cf/",
    "/records/",
    "/records/penalty_case/",
    f"/records/penalty_case/one/?case_id={CHAOYANG}-3",
    "/processes/",
    "/quality/",
    "/quality/?by=agency",
    "/quality/penalty_case/",
    f"/quality/of-agency/?agency={CHAOYANG}",
    "/monitors/",
    "/monitors/PT-01/",
    "/monitors/PT-01/shadow/",
    "/monitors/coverage/",
    "/monitors/coverage/gaps/",
    "/standards/",
    "/standards/tables/penalty_case/",
    "/standards/codes/",
    "/standards/references/region/",
    "/standards/calendar/?start=2025-01-04&days=90&kind=days",
    "/standards/laws/",
    "/standards/laws/administrative_penalty/",
]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_fit_and_raise_no_complaint(
    visit: Callable[..., Any], site: Any, size: dict[str, int]
) -> None:
    raise_alerts()
    window = visit(site.supervisor, size)
    for path in PAGES:
        page = window.open(path)
        assert page.locator("h1").count() == 1, path
        assert window.overflow() <= 0, f"{path} is wider than the window"
        assert window.complaints == [], path


def test_empty_pages_say_what_to_do_next(visit: Callable[..., Any], site: Any) -> None:
    window = visit(site.street)
    for path in ("/submissions/", "/sources/", "/records/penalty_case/"):
        assert window.open(path).locator(".empty-title").is_visible(), path


def test_on_paper_only_the_matter_remains(visit: Callable[..., Any], site: Any) -> None:
    window = visit(site.supervisor)
    page = window.open("/records/penalty_case/")
    page.emulate_media(media="print")
    assert not page.locator(".nav").is_visible()
    assert not page.locator(".topbar").is_visible()
    assert page.locator("table.data").is_visible()
    pdf = page.pdf()
    assert pdf.startswith(b"%PDF")
