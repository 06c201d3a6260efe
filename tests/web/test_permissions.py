"""Which role opens which page: the menu and the pages agree with the roles file."""

from typing import Any

import pytest
from django.test import Client

from mingjian.access.roles import load_roles
from mingjian.web.navigation import GROUPS, menu_for
from site_data import browse

PAGES = {
    "/matters/": "matter.read",
    "/matters/new/": "matter.handle",
    "/campaigns/": "matter.read",
    "/campaigns/new/": "matter.handle",
    "/notices/": "",
    "/papers/": "paper.read",
    "/papers/new/": "paper.draft",
    "/papers/seals/": "paper.stamp",
    "/appraisal/": "appraisal.read",
    "/appraisal/schemes/law_based/": "appraisal.read",
    "/training/plans/": "training.read",
    "/training/proposals/": "training.read",
    "/training/mine/": "training.attend",
    "/overview/": "indicator.read",
    "/overview/ZB-01/": "indicator.read",
    "/submissions/": "submission.read",
    "/sources/": "submission.read",
    "/uploads/": "submission.send",
    "/records/": "record.read",
    "/records/penalty_case/": "record.read",
    "/processes/": "record.read",
    "/quality/": "quality.read",
    "/monitors/": "monitor.read",
    "/monitors/PT-01/": "monitor.read",
    "/monitors/PT-01/shadow/": "monitor.read",
    "/monitors/PT-01/compare/": "monitor.manage",
    "/monitors/coverage/": "monitor.read",
    "/monitors/coverage/gaps/": "monitor.read",
    "/monitors/drafts/": "monitor.manage",
    "/system/": "user.manage",
    "/delegations/": "user.manage",
    "/standards/": "",
    "/standards/tables/penalty_case/": "",
    "/standards/codes/": "",
    "/standards/references/": "",
    "/standards/calendar/": "",
    "/standards/laws/": "",
}
PEOPLE = ["supervisor", "head", "right", "liaison", "model_admin", "data_admin", "auditor"]


@pytest.mark.parametrize("name", [*PEOPLE, "system_admin"])
def test_a_page_opens_exactly_to_those_with_its_permission(site: Any, name: str) -> None:
    person = getattr(site, name)
    held = load_roles().roles[person.role].permissions
    client = browse(person)
    for page, permission in PAGES.items():
        expected = 200 if not permission or permission in held else 403
        assert client.get(page).status_code == expected, (name, page)


def test_nobody_sees_anything_without_signing_in(site: Any) -> None:
    for page in PAGES:
        answer = Client().get(page)
        assert answer.status_code == 302
        assert "/login/" in answer.headers["Location"]


def test_the_menu_leads_only_to_pages_that_open(site: Any) -> None:
    for role, entry in load_roles().roles.items():
        may = {permission.replace(".", "_"): True for permission in entry.permissions}
        person = next(p for p in site.people.values() if p.role == role)
        client = browse(person)
        for group in menu_for(may):
            for item in group.items:
                assert client.get(item.path).status_code == 200, (role, item.path)


def test_menu_permissions_are_in_the_roles_file() -> None:
    needed = {need for group in GROUPS for entry in group.items for need in entry.needs}
    assert needed <= load_roles().permissions.keys()


def test_a_refusal_says_what_is_missing_and_whom_to_ask(site: Any) -> None:
    text = browse(site.right).get("/uploads/").content.decode()
    assert "上传数据" in text
    assert "系统管理员" in text
