"""A person who writes a monitor on the page, for tests: one draft, put together act by act."""

from pathlib import Path
from typing import Any

import pytest

from mingjian.access.models import User
from mingjian.supervision.acts import drafts as acts
from mingjian.supervision.models import MonitorDraft
from mingjian.web import monitor_jobs
from office import PASSWORD
from site_data import browse

ID = "penalty.large_undecided"
BASICS = {
    "code": "PT-91",
    "identifier": ID,
    "name": "重大案件久未决定",
    "level": "yellow",
    "purpose": "找出属重大、立案已久而没有决定的案件。",
    "message": "案件{案号}于{立案日期}立案，至今没有决定。",
    "interpretation": "按自然日计算。",
    "verify": "是否已决定而未上报\n是否经批准延长",
    "known_gaps": "没有上报立案的看不到。",
}
DAYS = {
    "field": "filed_on",
    "test": "older_than",
    "value": "60",
    "meaning": "立案后多少日仍没有决定",
    "parameter_basis": "平台设计值，可配置",
    "min": "30",
    "max": "90",
}
SINCE = {
    "field": "filed_on",
    "test": "not_before",
    "value": "2021-07-15",
    "meaning": "施行日",
    "parameter_basis": "行政处罚法第八十六条",
}
BASIS = {"law": "中华人民共和国行政处罚法", "article": "60", "on": "2025-06-30"}
ROWS = [
    # days before 2025-06-30: 61, 60, 59; decided; before the law
    ("1", "2025-04-30", "", "1"),
    ("2", "2025-05-01", "", ""),
    ("3", "2025-04-01", "2025-05-01", ""),
    ("4", "2021-07-14", "", ""),
    ("5", "2021-07-15", "", "1"),
    ("6", "2021-07-16", "", "1"),
    ("7", "2025-04-29", "", "1"),
]


@pytest.fixture
def content(site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A content folder of the deployment, and a place for drafts, of this test alone."""
    folder = tmp_path / "content"
    folder.mkdir()
    monkeypatch.setenv("MINGJIAN_CONTENT", str(folder))
    for module in (acts, monitor_jobs):
        monkeypatch.setattr(module, "drafts_folder", lambda: tmp_path / "drafts")
    monkeypatch.setattr(
        "mingjian.web.pages.monitor_drafts.acts.drafts_folder", lambda: tmp_path / "drafts"
    )
    return folder


@pytest.fixture
def reviewer(site: Any) -> User:
    user = User(
        username="second_model_admin", display_name="复核人", role="model_admin", scope="city"
    )
    user.set_password(PASSWORD)
    user.save()
    return user


class Writer:
    """One person at one draft."""

    def __init__(self, person: Any) -> None:
        self.client = browse(person)
        given = {"name": "重大案件久未决定", "view": "penalty_case_view"}
        answer = self.client.post("/monitors/drafts/", given)
        self.path = answer.headers["Location"]
        self.number = int(self.path.strip("/").split("/")[-1])

    @property
    def draft(self) -> MonitorDraft:
        return MonitorDraft.objects.get(pk=self.number)

    def edit(self, act: str, given: dict[str, Any]) -> str:
        answer = self.client.post(f"{self.path}edit/{act}/", given, follow=True)
        return answer.content.decode()

    def review(self, person: Any, act: str, reason: str = "看过") -> Any:
        return browse(person).post(f"{self.path}review/{act}/", {"reason": reason}, follow=True)

    def whole(self) -> None:
        """Everything a file needs, with rows at every boundary."""
        self.edit("basics", BASICS)
        self.edit("condition", {"field": "decided_on", "test": "empty"})
        self.edit("condition", DAYS)
        self.edit("condition", SINCE)
        self.edit("basis", BASIS)
        self.edit("evidence", {"evidence": ["case_no", "filed_on"]})
        for n, (key, filed, decided, is_hit) in enumerate(ROWS):
            row = {"table": "penalty_case", "cell:case_id": key, "cell:agency_id": "A1"}
            row |= {"cell:filed_on": filed, "cell:decided_on": decided, "is_hit": is_hit}
            row |= {"cell:case_no": f"京罚〔2025〕{key}号"}
            head = {"example": "0"} if n else {"example_name": "贴着界限", "as_of": "2025-06-30"}
            self.edit("row", row | head)
