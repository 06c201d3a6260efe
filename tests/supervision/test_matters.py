"""监督事项 from the alerts to the last look back, with its papers, objections and clocks."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client

from alert_runs import DAY, OVERDUE, SERVICE
from mingjian import documents
from mingjian.access import verticals
from mingjian.access.flow import NotPossible
from mingjian.access.models import Agency, AuditLine, User
from mingjian.monitor import Library, Run
from mingjian.standards import content_files, load_calendar
from mingjian.supervision import matter_queries
from mingjian.supervision.acts import matter_outcomes, matter_papers, matters, raise_alerts
from mingjian.supervision.confirmed import confirmed_counts
from mingjian.supervision.flow import load_matter_flow
from mingjian.supervision.models import Alert, Matter
from mingjian.supervision.precision import precision_of
from office import City

MakeRun = Callable[..., Run]
WEEK = DAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))


@pytest.fixture
def alerts(city: City, district_head: User, run_of: MakeRun, library: Library) -> list[Alert]:
    rows = [("31", "110105-SCJG"), ("32", "110105-SCJG")]
    raise_alerts(run_of({OVERDUE: rows, SERVICE: [("9", "110101-SCJG")]}), library)
    return list(Alert.objects.order_by("pk"))


@pytest.fixture
def clue(alerts: list[Alert], city: City) -> Matter:
    pks = [alert.pk for alert in alerts if alert.agency_id == "110105-SCJG"]
    made = matters.matter_from_alerts(pks, reason="反复超期", sent={"by": city.right, "today": DAY})
    return Matter.objects.get(pk=made)


def told(person: Any, day: date = DAY, reason: str = "有理由") -> dict[str, Any]:
    return {"by": person, "today": day, "reason": reason}


def found(
    clue: Matter, city: City, finding: str = "unlawful", problems: str = "超期两件"
) -> Matter:
    matters.open_matter(clue.pk, form="daily", **told(city.right))
    return matters.find(clue.pk, finding=finding, problems="超期两件", **told(city.right))


def serve(matter: Matter, city: City, kind: str, day: date = DAY) -> Any:
    """The paper of this kind, all its way to the agency; signed by the district's own people."""
    paper = matter.papers.get(kind=kind).paper
    signer = city.district_head
    documents.acts.submit(paper.pk, by=city.right, today=day)
    documents.acts.pass_review(paper.pk, by=signer, today=day)
    documents.acts.sign(paper.pk, by=signer, signer="负责人", today=day)
    documents.acts.issue(paper.pk, by=city.right, today=day)
    return documents.acts.serve(paper.pk, by=city.right, method="platform", today=day)


def test_alerts_of_one_cause_become_one_matter_and_rest(
    clue: Matter, alerts: list[Alert], city: City
) -> None:
    assert (clue.state, clue.level, clue.agency_id) == ("clue", "red", "110105-SCJG")
    assert clue.due_on == load_calendar().add_working_days(DAY, 5)
    resting = clue.alerts.order_by("pk")
    assert [(a.state, a.due_on) for a in resting] == [("matter", None)] * 2
    assert AuditLine.objects.filter(act="alert.raise_to_matter").count() == 2
    assert AuditLine.objects.filter(act="matter.register").count() == 1


def test_alerts_of_different_agencies_are_not_one_matter(alerts: list[Alert], city: City) -> None:
    sent: Any = {"by": city.supervisor, "today": DAY}
    with pytest.raises(NotPossible, match="不是同一个单位"):
        matters.matter_from_alerts([a.pk for a in alerts], reason="x", sent=sent)
    with pytest.raises(NotPossible, match="不在您的范围内"):
        matters.matter_from_alerts(
            [a.pk for a in alerts], reason="x", sent={"by": city.right, "today": DAY}
        )
    assert not Matter.objects.exists()
    assert not Alert.objects.filter(state="matter").exists()


def test_the_same_form_twice_makes_one_matter(city: City) -> None:
    given: dict[str, Any] = {
        "title": "热线反映执法不公",
        "clue_kind": "hotline",
        "clue": "市民反映",
        "agency": city.agencies["110105-CG"],
        "level": "yellow",
        "key": "form-9",
    }
    made = [matters.register(by=city.right, today=DAY, **given).pk for _ in range(2)]
    assert made[0] == made[1]
    assert Matter.objects.count() == 1
    with pytest.raises(NotPossible, match="不在您的范围内"):
        matters.register(by=city.other, today=DAY, **{**given, "key": "form-10"})
    with pytest.raises(PermissionDenied):
        matters.register(by=city.liaison, today=DAY, **{**given, "key": "form-11"})


def test_a_matter_that_is_not_opened_gives_its_alerts_back(clue: Matter, city: City) -> None:
    before = clue.alerts.first()
    matters.refuse(clue.pk, refusal="litigation", **told(city.right))
    clue.refresh_from_db()
    assert clue.is_closed
    released = Alert.objects.get(pk=before.pk)
    assert (released.state, released.matter) == ("new", None)


def test_who_may_not_see_it_is_told_that_there_is_none(clue: Matter, city: City) -> None:
    for name in ("other", "neighbour"):
        with pytest.raises(Http404):
            matters.open_matter(clue.pk, form="daily", **told(city.people[name]))
    with pytest.raises(PermissionDenied):
        matters.open_matter(clue.pk, form="daily", **told(city.liaison))


def test_the_agency_sees_it_only_when_it_is_put_to_it(clue: Matter, city: City) -> None:
    seen = matter_queries.visible
    assert not seen(city.liaison).exists()
    assert seen(city.right).exists()
    matters.open_matter(clue.pk, form="daily", **told(city.right))
    assert seen(city.liaison).exists()
    assert not seen(city.neighbour).exists()
    matters.find(clue.pk, finding="unlawful", problems="超期", **told(city.right))
    sheet = matter_queries.matter_sheet(Matter.objects.get(), city.liaison)
    assert (sheet.is_told, sheet.problems, sheet.papers) == (False, [], [])
    assert not [event for event in sheet.events if event.act in ("register", "open", "find")]


def test_no_problem_is_concluded_and_counts_against_the_monitor(clue: Matter, city: City) -> None:
    found(clue, city, finding="none")
    closed = matter_outcomes.conclude(clue.pk, **told(city.right))
    assert (closed.state, closed.look_back_on) == ("closed", None)
    assert {a.verdict for a in Alert.objects.filter(matter=clue)} == {"unfounded"}
    assert precision_of(OVERDUE).counts == {"unfounded": 2}


def test_where_the_rules_list_a_paper_going_without_is_the_heads_to_decide(
    clue: Matter, city: City
) -> None:
    found(clue, city)
    with pytest.raises(NotPossible, match="不能直接结案"):
        matter_outcomes.conclude(clue.pk, **told(city.right))
    with pytest.raises(PermissionDenied):
        matter_outcomes.no_paper(clue.pk, **told(city.right))
    with pytest.raises(NotPossible, match="没有写理由"):
        matter_outcomes.no_paper(clue.pk, **told(city.head, reason=" "))
    done = matter_outcomes.no_paper(clue.pk, **told(city.head, reason="已主动纠正，情节轻微"))
    assert done.state == "rectifying"
    assert done.events.get(act="no_paper").detail["listed"] == "opinion"


def test_rectified_sent_back_once_then_it_goes_to_the_government(
    clue: Matter, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(clue, city)
    matter_outcomes.no_paper(clue.pk, **told(city.head))
    matter_outcomes.report(clue.pk, measures={1: "已补"}, **told(city.liaison))
    matter_outcomes.send_back(clue.pk, **told(city.right))
    matter_outcomes.report(clue.pk, measures={1: "再补"}, **told(city.liaison))
    with pytest.raises(NotPossible, match="最多 1 次"):
        matter_outcomes.send_back(clue.pk, **told(city.right))
    up = matter_papers.propose(clue.pk, **told(city.right))
    assert up.state == "proposed"
    paper = up.papers.get(kind="proposal").paper
    assert "已补" not in paper.body
    assert paper.issuer_region_id == "110105"


def test_what_is_still_hit_is_asked_before_it_is_closed(
    clue: Matter, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mingjian.supervision.rerun import Rerun

    found(clue, city)
    matter_outcomes.no_paper(clue.pk, **told(city.head))
    matter_outcomes.report(clue.pk, measures={1: "已补"}, **told(city.liaison))
    monkeypatch.setattr(
        "mingjian.supervision.acts.matter_outcomes.rerun", lambda _a, _d: Rerun("hit", "")
    )
    with pytest.raises(NotPossible, match="仍命中 2 条"):
        matter_outcomes.pass_review(clue.pk, **told(city.right))
    closed = matter_outcomes.pass_review(clue.pk, despite_hit=True, **told(city.right))
    assert closed.look_back_on == load_matter_flow().file.look_back_after.end(DAY)
    assert {a.state for a in closed.alerts.all()} == {"closed"}
    assert precision_of(OVERDUE).counts == {"confirmed": 2}
    assert confirmed_counts(Agency.objects.all(), DAY, DAY) == {"110105-SCJG": 2}
    back = closed.look_back_on
    assert back is not None
    looked = matter_outcomes.look_back(clue.pk, recurred="yes", **told(city.right, back))
    assert (looked.recurred, looked.looked_back_on) == (True, back)


def test_a_served_paper_starts_the_rectification_with_the_day_it_says(
    clue: Matter, city: City
) -> None:
    found(clue, city, finding="duty_not_done")
    out = matter_papers.issue(clue.pk, paper="urging_letter", **told(city.right))
    assert out.state == "papers"
    with pytest.raises(NotPossible, match="正在办理"):
        matter_papers.issue(clue.pk, paper="opinion", **told(city.right))
    served = serve(out, city, "urging_letter")
    out.refresh_from_db()
    assert (out.state, out.due_on) == ("rectifying", served.reply_due_on)
    assert served.reply_due_on is not None


def objected(clue: Matter, city: City) -> tuple[Matter, Any]:
    """An opinion is served, and the agency objects to it."""
    found(clue, city)
    out = matter_papers.issue(clue.pk, paper="opinion", **told(city.right))
    paper = serve(out, city, "opinion")
    late = load_calendar().add_working_days(DAY, 11)
    with pytest.raises(NotPossible, match="已过"):
        matter_papers.raise_objection(
            clue.pk, paper_served=str(paper.pk), **told(city.liaison, late)
        )
    matter_papers.raise_objection(
        clue.pk, paper_served=str(paper.pk), **told(city.liaison, WEEK, "一件没有超期\n一件已延期")
    )
    return out, paper


def reply(matter: Matter, city: City, outcome: str) -> Any:
    """The reply, up to the point where it is served."""
    matter_papers.draft_reply(
        matter.pk, outcome=outcome, review="逐件查了案卷。", **told(city.right, WEEK, "记录为准")
    )
    draft = matter.papers.filter(kind="reply").last()
    assert draft is not None
    documents.acts.submit(draft.paper_id, by=city.right, today=WEEK)
    documents.acts.pass_review(draft.paper_id, by=city.district_head, today=WEEK)
    documents.acts.sign(draft.paper_id, by=city.district_head, signer="负责人", today=WEEK)
    return documents.acts.issue(draft.paper_id, by=city.right, today=WEEK)


def send(paper: Any, by: Any) -> Any:
    return documents.acts.serve(paper.pk, by=by, method="platform", today=WEEK)


def test_an_objection_to_a_paper_is_answered_by_a_paper_filled_from_it(
    clue: Matter, city: City
) -> None:
    out, paper = objected(clue, city)
    with pytest.raises(NotPossible, match="还没有答复"):
        matter_papers.raise_objection(clue.pk, **told(city.liaison, WEEK))
    objection = out.objections.get()
    assert objection.due_on == load_calendar().add_working_days(WEEK, 15)
    with pytest.raises(PermissionDenied):
        matter_papers.answer_objection(clue.pk, outcome="upheld", **told(city.right, WEEK))
    with pytest.raises(NotPossible, match="须书面答复"):
        matter_papers.answer_objection(clue.pk, outcome="upheld", **told(city.district_head, WEEK))
    answer = reply(out, city, "upheld")
    assert paper.document_no in answer.title
    assert "一件没有超期" in answer.body
    assert "逐件查了案卷。" in answer.body
    assert f"维持《{paper.title}》" in answer.body
    objection.refresh_from_db()
    assert objection.outcome == ""  # nothing is answered before it is served
    with pytest.raises(NotPossible, match="已经起草"):
        matter_papers.draft_reply(clue.pk, outcome="upheld", review="x", **told(city.right, WEEK))
    send(answer, city.right)
    objection.refresh_from_db()
    out.refresh_from_db()
    assert (objection.outcome, objection.answered_on) == ("upheld", WEEK)
    assert out.state == "rectifying"
    last = out.events.last()
    assert last is not None
    assert (last.act, last.by) == ("objection_answered", city.right)


def test_a_reply_that_withdraws_annuls_the_paper_when_the_head_serves_it(
    clue: Matter, city: City
) -> None:
    out, paper = objected(clue, city)
    answer = reply(out, city, "withdrawn")
    with pytest.raises(NotPossible, match="由负责人送达"):
        send(answer, city.right)
    answer.refresh_from_db()
    assert answer.served_on is None
    send(answer, city.district_head)
    paper.refresh_from_db()
    out.refresh_from_db()
    assert (out.state, paper.state) == ("found", "annulled")
    assert out.objections.get().outcome == "withdrawn"


def test_a_reply_that_is_given_up_makes_room_for_another(clue: Matter, city: City) -> None:
    out, _paper = objected(clue, city)
    answer = reply(out, city, "changed")
    documents.acts.withdraw(answer.pk, by=city.district_head, reason="写错了", today=WEEK)
    out.refresh_from_db()
    assert out.state == "rectifying"  # the matter is not moved by its reply
    send(reply(out, city, "upheld"), city.right)
    assert out.objections.get().outcome == "upheld"


def test_an_objection_to_no_paper_may_be_answered_at_once(clue: Matter, city: City) -> None:
    found(clue, city)
    matter_outcomes.no_paper(clue.pk, **told(city.district_head))
    matter_papers.raise_objection(clue.pk, **told(city.liaison, WEEK))
    after = matter_papers.answer_objection(
        clue.pk, outcome="withdrawn", **told(city.district_head, WEEK)
    )
    assert after.state == "found"


def test_from_the_page_of_the_matter_the_answer_opens_as_a_paper(
    clue: Matter, city: City, client: Client
) -> None:
    out, _paper = objected(clue, city)
    client.force_login(city.right)
    assert "起草异议答复书" in client.get(f"/matters/{out.pk}/").text
    form = {"outcome": "upheld", "review": "查过", "reason": "有据", "version": out.version}
    form = {f"draft_reply-{name}": value for name, value in form.items() if name != "version"}
    answer = client.post(f"/matters/{out.pk}/draft_reply/", form)
    draft = out.papers.get(kind="reply")
    assert answer.headers["Location"] == f"/papers/{draft.paper_id}/edit/"
    page = client.get(f"/matters/{out.pk}/").text
    assert "答复书（办理中）" in page
    assert 'id="act-draft_reply"' not in page


def test_a_withdrawn_paper_leads_back_too(clue: Matter, city: City) -> None:
    found(clue, city)
    out = matter_papers.issue(clue.pk, paper="opinion", **told(city.right))
    paper = out.papers.get().paper
    chief = city.district_head
    documents.acts.submit(paper.pk, by=city.right, today=DAY)
    documents.acts.pass_review(paper.pk, by=chief, today=DAY)
    documents.acts.sign(paper.pk, by=chief, signer="负责人", today=DAY)
    documents.acts.issue(paper.pk, by=city.right, today=DAY)
    documents.acts.withdraw(paper.pk, by=chief, reason="事实有误", today=DAY)
    out.refresh_from_db()
    assert out.state == "found"
    matter_papers.issue(clue.pk, paper="opinion", **told(city.right))


def test_a_vertically_managed_body_goes_to_its_superior_never_to_a_decision(city: City) -> None:
    matter = matters.register(
        title="烟草专卖检查超频次",
        clue_kind="hotline",
        clue="企业反映",
        agency=city.agencies["110105-CG"],
        level="orange",
        is_vertical=True,
        by=city.right,
        today=DAY,
    )
    found(matter, city, finding="major")
    with pytest.raises(NotPossible, match="不走决定书"):
        matter_papers.propose(matter.pk, **told(city.right))
    assert matter_outcomes.tell_superior(matter.pk, **told(city.right)).state == "referred"
    assert matter_outcomes.superior_answered(matter.pk, **told(city.right)).state == "closed"


def test_what_is_noted_of_an_agency_later_decides_which_way_is_open(
    clue: Matter, city: City
) -> None:
    verticals.note_vertical(
        clue.agency, is_vertical=True, on=WEEK, reason="体制调整", by=city.district_head
    )
    matters.open_matter(clue.pk, form="daily", **told(city.right))
    given: dict[str, Any] = {"finding": "unlawful", "problems": "超期两件"}
    before = matters.find(clue.pk, **given, **told(city.right))
    assert not before.is_vertical
    other = matters.register(
        title="另一件",
        clue_kind="media",
        clue="报道",
        agency=clue.agency,
        level="yellow",
        by=city.right,
        today=WEEK,
    )
    assert other.is_vertical


def test_a_matter_already_open_follows_the_note_when_it_is_found(clue: Matter, city: City) -> None:
    verticals.note_vertical(
        clue.agency, is_vertical=True, on=WEEK, reason="体制调整", by=city.district_head
    )
    matters.open_matter(clue.pk, form="daily", **told(city.right))
    found_then = matters.find(
        clue.pk, finding="unlawful", problems="超期两件", **told(city.right, WEEK)
    )
    assert found_then.is_vertical
    offered = {act.name for act in matter_queries.open_acts(found_then, city.right)}
    assert "tell_superior" in offered
    assert "issue" not in offered


def test_limits_may_differ_by_tier(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    text = next(content_files("flows", "matter.yaml")).read_text("utf-8")
    own = "limits_by_tier: {street: {clue: {any: {days: 40}, red: {days: 3}}}}"
    (tmp_path / "flows").mkdir()
    changed = text.replace("limits_by_tier: {}", own)
    (tmp_path / "flows" / "matter.yaml").write_text(changed, encoding="utf-8")
    monkeypatch.setenv("MINGJIAN_CONTENT", str(tmp_path))
    load_matter_flow.cache_clear()
    request.addfinalizer(load_matter_flow.cache_clear)
    file = load_matter_flow().file
    street, red = file.limit("clue", "yellow", "street"), file.limit("clue", "red", "street")
    assert (street and street.days, red and red.days) == (40, 3)
    for tier in ("district", "city", ""):
        usual = file.limit("clue", "yellow", tier)
        assert usual is not None
        assert usual.working_days == 5
    matter = matters.register(
        title="x",
        clue_kind="media",
        clue="x",
        agency=city.agencies["110105-JT"],
        level="yellow",
        by=city.right,
        today=DAY,
    )
    assert matter.due_on == load_calendar().add_days(DAY, 40)
