"""Papers for tests: drafted from facts, carried on to a stage by the people whose turn it is."""

from datetime import date
from typing import Any

import pytest

from mingjian.access.models import Region, User
from mingjian.documents import acts
from mingjian.documents.models import Paper

DAY = date(2026, 3, 2)
OPINION = {
    "matter": "部分行政处罚案件超期未作出决定",
    "source": "2026年2月，监测发现预警YJ2026-000012，经立项调查并听取你单位意见。",
    "findings": ["示例案件一立案后超过九十日未作出决定。", "示例案件二没有送达回证。"],
    "breaches": "违反《行政处罚法》第六十条、第六十一条。",
    "demand": ["依法办理示例案件一。", "补正示例案件二的送达。"],
}
LETTER = {
    "matter": "履行夜间噪声查处职责",
    "source": "12345热线反复投诉。",
    "finding": "投诉后三十日没有检查记录。",
    "duty": "依据有关规定，你单位负责查处。",
    "demand": "依法检查并答复投诉人。",
}
DECISION = {
    "matter": "拒不纠正超期办案",
    "grounds": "前发监督意见书逾期没有纠正。",
    "findings": ["示例案件一仍未作出决定。"],
    "breaches": "违反《行政处罚法》第六十条。",
    "decision": ["责令三十日内作出处理决定。"],
}
PROPOSAL = {
    "agency": "示例市朝阳区市场监督管理局",
    "matter": "拒不纠正超期办案",
    "before": "朝执监意〔2026〕1号监督意见书送达后逾期没有纠正。",
    "findings": ["示例案件一仍未作出决定。"],
    "agency_view": "没有提出意见。",
    "proposal": ["责令三十日内作出处理决定。"],
}


@pytest.fixture
def district_head(city: Any) -> User:
    """The head of the district's supervision office, who reviews and signs."""
    head = User(
        username="district_head",
        display_name="区负责人 某",
        role="supervision_head",
        scope="region",
        region_id="110105",
    )
    head.set_unusable_password()
    head.full_clean()
    head.save()
    city.people["district_head"] = head
    return head


def opinion(city: Any, **more: Any) -> Paper:
    """A draft by the district's supervisor to the district's market bureau."""
    return draft_of(city, "supervision_opinion", OPINION, **more)


def draft_of(city: Any, template: str, facts: dict[str, Any], **more: Any) -> Paper:
    return acts.draft(
        city.right,
        template,
        issuer=Region.objects.get(pk="110105"),
        addressee=city.agencies["110105-SCJG"],
        facts=facts,
        today=DAY,
        **more,
    )


def approved(city: Any, paper: Paper | None = None) -> Paper:
    """Reviewed and signed by the district's head."""
    paper = paper or opinion(city)
    acts.submit(paper.pk, by=city.right, today=DAY)
    acts.pass_review(paper.pk, by=city.district_head, today=DAY)
    return acts.sign(paper.pk, by=city.district_head, signer="王某", today=DAY)


def issued(city: Any, paper: Paper | None = None) -> Paper:
    return acts.issue(approved(city, paper).pk, by=city.right, today=DAY)


def served(city: Any, paper: Paper | None = None) -> Paper:
    return acts.serve(issued(city, paper).pk, by=city.right, method="platform", today=DAY)
