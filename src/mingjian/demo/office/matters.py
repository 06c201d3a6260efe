"""Matters: from alerts or from elsewhere, with papers of each kind at each step."""

from collections.abc import Callable
from datetime import date

from mingjian.demo.office.agenda import Agenda, Deed
from mingjian.demo.office.cast import Cast, say
from mingjian.demo.office.papers import DECISION_STEPS, STEPS, paper_deed
from mingjian.demo.office_file import Clue, load_office
from mingjian.supervision.acts import matter_outcomes, matter_papers, matters
from mingjian.supervision.models import Alert, Matter

Way = list[tuple[int, str]]


def _paper(kind: str, begin: int, until: str = "acknowledge") -> Way:
    """The steps of a paper from this working day on, two a day, up to the one named."""
    steps = DECISION_STEPS if kind == "decision" else STEPS
    wanted = steps[: steps.index(until) + 1]
    return [(begin + number // 2, f"{kind}:{step}") for number, step in enumerate(wanted)]


_FOUND: Way = [(1, "open"), (2, "ask_material"), (6, "give_material"), (9, "find:unlawful")]
_OPINION: Way = [*_FOUND, (10, "issue:opinion"), *_paper("opinion", 10)]
TO_DECISION: Way = [
    *_OPINION,
    (26, "report"),
    (29, "send_back"),
    (33, "report"),
    (35, "propose"),
    *_paper("proposal", 35),
    (39, "draft_decision"),
    *_paper("decision", 39, "serve"),
]
CLOSED: Way = [*_OPINION, (28, "report"), (33, "pass")]
REPORTED: Way = [*_OPINION, (27, "report")]
UPHELD: Way = [
    *_OPINION,
    (17, "object"),
    (20, "reply_to"),
    *_paper("reply", 20),
    (30, "report"),
]
RECTIFYING: Way = [*_OPINION]
OBJECTED: Way = [
    (1, "open"),
    (5, "find:duty_not_done"),
    (6, "issue:urging_letter"),
    *_paper("urging_letter", 6),
    (12, "object"),
]
PETITIONED: Way = [
    (1, "open"),
    (6, "find:major"),
    (7, "propose"),
    *_paper("proposal", 7),
    (11, "draft_decision"),
    *_paper("decision", 11, "petition"),
]


def _opinion_until(step: str) -> Way:
    return [(1, "open"), (4, "find:unlawful"), (5, "issue:opinion"), *_paper("opinion", 5, step)]


# What content/demo/office.yaml calls the ways of matters that come from elsewhere.
WAYS: dict[str, Way] = {
    "registered": [],
    "asked": [(1, "open"), (2, "ask_material")],
    "refused": [(2, "refuse")],
    "suspended": [(1, "open"), (5, "suspend")],
    "objected": OBJECTED,
    "drafted": _opinion_until("fill"),
    "returned": [*_opinion_until("submit"), (8, "opinion:return")],
    "reviewing": _opinion_until("submit"),
    "signing": _opinion_until("pass"),
    "approved": _opinion_until("sign"),
    "issued": _opinion_until("issue"),
    "served": _opinion_until("serve"),
    "petitioned": PETITIONED,
}


def from_alerts(agenda: Agenda, cast: Cast, alerts: list[Alert], way: Way, day: date) -> None:
    """Alerts of one cause become a matter on this day, and it goes its way."""
    if not alerts:
        return

    def begin(today: date) -> None:
        pk = matters.matter_from_alerts(
            [alert.pk for alert in alerts],
            reason=say("clue"),
            sent={"by": cast.supervisor, "today": today},
        )
        agenda.steps(today, [(gap, _deed(cast, pk, name)) for gap, name in way])

    agenda.on(day, begin)


def from_elsewhere(agenda: Agenda, cast: Cast) -> None:
    """Clues from hotline, file review, deputies, each on its way."""
    for clue in load_office().clues:
        agenda.ago(clue.ago, _beginning(agenda, cast, clue))


def look_back(cast: Cast) -> Deed:
    """回头看 at every matter whose time has come."""

    def do(day: date) -> None:
        due = Matter.objects.filter(look_back_on__lte=day, looked_back_on__isnull=True)
        for matter in due.filter(agency=cast.agency):
            matter_outcomes.look_back(
                matter.pk, recurred="no", reason=say("looked_back"), by=cast.supervisor, today=day
            )

    return do


def _beginning(agenda: Agenda, cast: Cast, clue: Clue) -> Deed:
    def begin(today: date) -> None:
        matter = matters.register(
            title=f"{cast.agency}{clue.title}",
            clue_kind=clue.kind,
            clue=clue.clue,
            agency=cast.agency,
            level="orange",
            by=cast.supervisor,
            today=today,
        )
        way = WAYS[clue.way]
        agenda.steps(today, [(gap, _deed(cast, matter.pk, name)) for gap, name in way])

    return begin


def _deed(cast: Cast, pk: int, name: str) -> Deed:
    """`opinion:sign` is a step of a paper, `find:major` an act with its choice."""
    head, _, tail = name.partition(":")
    if head in ("opinion", "urging_letter", "proposal", "decision", "reply"):
        return paper_deed(cast, pk, head, tail)
    return lambda day: _ACTS[head](cast, pk, day, tail)


def _open(cast: Cast, pk: int, day: date, _: str) -> None:
    matters.open_matter(pk, form="daily", reason=say("opened"), by=cast.supervisor, today=day)


def _ask_material(cast: Cast, pk: int, day: date, _: str) -> None:
    matters.ask_material(pk, days=10, reason=say("material"), by=cast.supervisor, today=day)


def _give_material(cast: Cast, pk: int, day: date, _: str) -> None:
    matters.give_material(pk, reason=say("given"), by=cast.liaison, today=day)


def _find(cast: Cast, pk: int, day: date, finding: str) -> None:
    matter = Matter.objects.get(pk=pk)
    is_found_by_monitor = matter.clue_kind == "alert"
    matters.find(
        pk,
        finding=finding,
        reason=say("unlawful") if is_found_by_monitor else matter.clue,
        problems=say("matter_problems") if is_found_by_monitor else matter.clue,
        by=cast.supervisor,
        today=day,
    )


def _issue(cast: Cast, pk: int, day: date, paper: str) -> None:
    words = say("letter" if paper == "urging_letter" else "opinion")
    matter_papers.issue(pk, paper=paper, reason=words, by=cast.supervisor, today=day)


def _refuse(cast: Cast, pk: int, day: date, _: str) -> None:
    matters.refuse(pk, refusal="litigation", reason=say("refused"), by=cast.supervisor, today=day)


def _suspend(cast: Cast, pk: int, day: date, _: str) -> None:
    matter_outcomes.suspend(
        pk, ground="reconsideration", reason=say("suspended"), by=cast.supervisor, today=day
    )


def _report(cast: Cast, pk: int, day: date, _: str) -> None:
    problems = Matter.objects.get(pk=pk).problems.values_list("no", flat=True)
    matter_outcomes.report(
        pk,
        measures=dict.fromkeys(problems, say("measure")),
        reason=say("reported"),
        by=cast.liaison,
        today=day,
    )


def _send_back(cast: Cast, pk: int, day: date, _: str) -> None:
    matter_outcomes.send_back(pk, reason=say("not_done"), by=cast.supervisor, today=day)


def _pass(cast: Cast, pk: int, day: date, _: str) -> None:
    matter_outcomes.pass_review(
        pk, reason=say("passed"), despite_hit=True, by=cast.supervisor, today=day
    )


def _object(cast: Cast, pk: int, day: date, _: str) -> None:
    paper = Matter.objects.get(pk=pk).papers.filter(paper__served_on__isnull=False).first()
    served = str(paper.paper_id) if paper else ""
    matter_papers.raise_objection(
        pk, reason=say("objection"), paper_served=served, by=cast.liaison, today=day
    )


def _reply(cast: Cast, pk: int, day: date, _: str) -> None:
    matter_papers.draft_reply(
        pk,
        outcome="upheld",
        review=say("reviewed"),
        reason=say("upheld"),
        by=cast.supervisor,
        today=day,
    )


def _propose(cast: Cast, pk: int, day: date, _: str) -> None:
    matter_papers.propose(pk, reason=say("propose"), by=cast.supervisor, today=day)


def _draft_decision(cast: Cast, pk: int, day: date, _: str) -> None:
    matter_papers.draft_decision(pk, reason=say("decision"), by=cast.supervisor, today=day)


_ACTS: dict[str, Callable[[Cast, int, date, str], None]] = {
    "open": _open,
    "ask_material": _ask_material,
    "give_material": _give_material,
    "find": _find,
    "issue": _issue,
    "refuse": _refuse,
    "suspend": _suspend,
    "report": _report,
    "send_back": _send_back,
    "pass": _pass,
    "object": _object,
    "reply_to": _reply,
    "propose": _propose,
    "draft_decision": _draft_decision,
}
