"""数据标准: every table, code list, reference table, year and law has its page and download."""

import json
from typing import Any

import pytest

from mingjian.law import load_laws
from mingjian.standards import load_reference, load_standard
from site_data import browse


def text_of(person: Any, page: str) -> str:
    return browse(person).get(page).content.decode()


def test_every_table_has_a_page_a_template_and_a_schema(site: Any) -> None:
    client = browse(site.liaison)
    for name, table in load_standard().tables.items():
        text = client.get(f"/standards/tables/{name}/").content.decode()
        assert all(field.title in text for field in table.fields.values())
        template = client.get(f"/standards/tables/{name}/template/")
        assert template.content[:2] == b"PK"
        assert "filename*=utf-8''" in template.headers["Content-Disposition"].lower()
        assert json.loads(client.get(f"/standards/tables/{name}/schema/").content)


def test_unknown_names_are_not_found(site: Any) -> None:
    client = browse(site.liaison)
    for page in ("tables/none/", "tables/none/template/", "references/none/", "laws/none/"):
        assert client.get(f"/standards/{page}").status_code == 404


def test_code_lists_show_what_departments_may_write(site: Any) -> None:
    text = text_of(site.liaison, "/standards/codes/")
    for code_list in load_standard().codes.values():
        assert f'id="{code_list.name}"' in text
    assert "一般程序" in text


def test_reference_tables_are_paged(site: Any) -> None:
    client = browse(site.liaison)
    for name in load_reference():
        assert client.get(f"/standards/references/{name}/").status_code == 200
    assert client.get("/standards/references/region/?page=3").status_code == 200


def test_laws_and_their_articles(site: Any) -> None:
    client = browse(site.supervisor)
    for name in load_laws().names():
        version = load_laws().versions(name)[-1]
        text = client.get(f"/standards/laws/{version.slug}/").content.decode()
        assert version.law in text
    penalty = client.get("/standards/laws/administrative_penalty/").content.decode()
    assert 'id="第六十条"' in penalty
    assert "PT-01" in penalty


def test_the_supervised_do_not_learn_which_articles_are_watched(site: Any) -> None:
    text = text_of(site.liaison, "/standards/laws/administrative_penalty/")
    assert "PT-01" not in text
    assert "模型引用的条" not in text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        # 清明假期：第九十日 4 月 4 日顺延
        ("start=2025-01-04&days=90&kind=days", "2025-04-07"),
        ("start=2025-09-28&days=7&kind=working_days", "2025-10-14"),
        ("start=2029-12-30&days=5&kind=working_days", "放假通知尚未录入"),
        ("start=x&days=90&kind=days", "起算日"),
        ("year=1800", "工作日历"),
    ],
)
def test_the_calendar_reckons_time_limits(site: Any, query: str, said: str) -> None:
    assert said in text_of(site.liaison, f"/standards/calendar/?{query}")


def test_a_year_without_notice_says_so(site: Any) -> None:
    assert "只按周末计" in text_of(site.liaison, "/standards/calendar/?year=2030")
    assert "个工作日" in text_of(site.liaison, "/standards/calendar/?year=2025")
