"""Who sees a paper: its issuer always; addressee and supervisors above once it is served."""

from typing import Any

import pytest

from mingjian.access.models import Region
from mingjian.documents import acts, queries
from papers import DAY, LETTER, opinion, served

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district_head")]
EVERYBODY = [
    *("supervisor", "head", "right", "other", "line", "liaison", "neighbour", "street"),
    *("reviewer", "station", "model_admin", "system_admin", "auditor", "district_head", "signer"),
]


def seen_by(city: Any, paper: Any) -> set[str]:
    return {name for name in EVERYBODY if paper in queries.visible(getattr(city, name))}


def test_a_draft_is_its_issuers_business(city: Any) -> None:
    assert seen_by(city, opinion(city)) == {"right", "district_head", "signer"}


def test_served_it_is_seen_by_its_addressee_and_above(city: Any) -> None:
    assert seen_by(city, served(city)) == {
        *("right", "district_head", "signer", "liaison", "reviewer", "line"),
        *("supervisor", "head", "model_admin"),
    }


def test_the_citys_own_draft_is_not_the_districts(city: Any) -> None:
    paper = acts.draft(
        city.supervisor,
        "urging_letter",
        issuer=Region.objects.get(pk="110000"),
        addressee=city.agencies["110105-SCJG"],
        facts=LETTER,
    )
    assert seen_by(city, paper) == {"supervisor", "head", "model_admin"}


def test_a_proposal_about_an_agency_never_reaches_it(city: Any) -> None:
    chaoyang = Region.objects.get(pk="110105")
    paper = acts.draft(
        city.right,
        "decision_proposal",
        issuer=chaoyang,
        addressee=chaoyang,
        agency=city.agencies["110105-SCJG"],
        facts={
            "agency": "示例市朝阳区市场监督管理局",
            "matter": "拒不纠正",
            "before": "已发意见书。",
            "findings": ["没有纠正。"],
            "agency_view": "没有提出意见。",
            "proposal": ["责令限期纠正。"],
        },
    )
    assert paper.addressee_name == "朝阳区人民政府"
    seen = seen_by(city, served(city, paper))
    assert {"right", "signer", "supervisor"} <= seen
    assert not seen & {"liaison", "line", "neighbour", "other", "auditor", "system_admin"}


def test_a_changed_fact_shows(city: Any) -> None:
    paper = opinion(city)
    lines = {line.title: line for line in queries.fact_lines(paper)}
    assert all(line.is_said and not line.is_changed for line in lines.values())
    facts = {**paper.facts, "breaches": "违反《行政处罚法》第六十条。"}
    paper = acts.edit(
        paper.pk,
        by=city.right,
        title=paper.title,
        body=paper.body.replace("示例案件二没有送达回证。", ""),
        facts=facts,
        today=DAY,
    )
    lines = {line.title: line for line in queries.fact_lines(paper)}
    assert lines["违反的条款"].is_changed
    assert not lines["违反的条款"].is_said
    assert not lines["查明的事实与证据"].is_said
    assert lines["纠正要求"].is_said


def test_a_paper_is_found_by_its_number(city: Any) -> None:
    paper, other = served(city), served(city)
    for text in ("朝执监意〔2026〕1号", "朝执监意[2026]1", "朝执监意〔2026〕1"):
        assert list(queries.paper_list(city.right, {"text": text})) == [paper]
    assert set(queries.paper_list(city.right, {"text": "朝执监意"})) == {paper, other}
