"""模型库: every monitor has a readable page; counts are in scope; lack of data is said."""

from typing import Any

import pytest

from mingjian.monitor import load_library
from mingjian.supervision.models import MonitorRound
from mingjian.web.monitor_words import examples_in_words, law_address, requirements_in_words
from site_data import browse, raise_alerts


def text_of(person: Any, page: str) -> str:
    return browse(person).get(page).content.decode()


def test_every_monitor_has_a_page_with_its_law_and_its_cases(site: Any) -> None:
    client = browse(site.supervisor)
    for monitor in load_library().monitors.values():
        answer = client.get(f"/monitors/{monitor.code}/")
        assert answer.status_code == 200, monitor.code
        text = answer.content.decode()
        for basis in monitor.file.legal_basis:
            assert basis.article in text
        assert "小案例" in text
        assert "已知盲区" in text


def test_every_monitor_can_be_put_in_words() -> None:
    for monitor in load_library().monitors.values():
        assert requirements_in_words(monitor)
        cases = examples_in_words(monitor)
        assert len(cases) == len(monitor.examples)
        for case in cases:
            titles = [title for fact in case["facts"] for row in fact["rows"] for title, _ in row]
            assert all(titles), monitor.id


def test_a_quoted_article_leads_to_its_text(site: Any) -> None:
    basis = load_library().by_code["PT-01"].file.legal_basis[0]
    address = law_address(basis)
    assert address.startswith("/standards/laws/administrative_penalty/?on=")
    assert browse(site.supervisor).get(address).status_code == 200


def test_the_list_counts_what_the_person_may_see(site: Any) -> None:
    raised = raise_alerts()
    assert raised.total("new") > 0
    city, other = text_of(site.supervisor, "/monitors/"), text_of(site.other, "/monitors/")
    assert city != other
    lacking = MonitorRound.objects.filter(status="insufficient").first()
    assert lacking is not None
    code = load_library().monitors[lacking.monitor_id].code
    assert "数据不足" in text_of(site.supervisor, f"/monitors/{code}/")
    assert "不代表没有问题" in text_of(site.supervisor, f"/monitors/{code}/")


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("text=PT-01", "PT-01", "JC-01"),
        ("text=处罚法 第六十条", "PT-01", "JC-01"),
        ("group=JC", "JC-01", "PT-01"),
        ("status=retired", "没有符合条件的模型", "PT-01"),
    ],
)
def test_the_list_is_filtered(site: Any, query: str, shown: str, hidden: str) -> None:
    text = text_of(site.supervisor, f"/monitors/?{query}")
    assert shown in text
    assert f"/monitors/{hidden}/" not in text


def test_an_unknown_monitor_is_not_found(site: Any) -> None:
    assert browse(site.supervisor).get("/monitors/XX-99/").status_code == 404
