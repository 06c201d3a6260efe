"""What became of alerts: one way for each alert, so that every state can be looked at."""

from collections.abc import Callable
from datetime import date

from mingjian.demo.office.agenda import Agenda, Deed
from mingjian.demo.office.cast import Cast, say
from mingjian.supervision import acts
from mingjian.supervision.models import Alert

Way = list[tuple[int, str]]

# Working days after the alert, and what is done on them. The last of a way is where it stands.
CLOSED: list[Way] = [
    [(1, "sign"), (4, "answer"), (6, "order"), (18, "report"), (22, "accept")],
    [(1, "sign"), (5, "deny"), (8, "overturn")],
    [(1, "sign"), (3, "answer"), (6, "order"), (15, "report"), (19, "accept")],
    [(2, "sign"), (5, "answer"), (7, "order"), (20, "report"), (25, "accept")],
    [(1, "sign"), (6, "answer"), (9, "confirm")],
]
RUNNING: list[Way] = [
    [(1, "sign"), (4, "answer"), (6, "order"), (14, "report"), (17, "send_back"), (26, "report")],
    [(1, "sign"), (5, "deny"), (8, "overturn")],
    [(4, "note"), (9, "sign"), (24, "answer"), (27, "order")],
    [(1, "sign"), (4, "answer"), (7, "order"), (20, "ask"), (22, "grant")],
    [(1, "sign"), (4, "answer"), (6, "order"), (16, "report"), (20, "accept")],
    [(2, "sign"), (6, "suspend")],
    [(1, "sign")],
    [(3, "sign"), (18, "answer")],
    [(1, "sign"), (4, "answer"), (8, "confirm")],
    [],
]
FRESH: list[Way] = [
    [(1, "sign"), (4, "answer")],
    [(1, "sign"), (3, "deny")],
    [(0, "assign"), (2, "sign")],
    [(1, "sign"), (4, "answer"), (6, "order")],
    [(1, "sign"), (2, "assign"), (5, "ask")],
    [(2, "sign")],
    [],
]


def follow_ways(agenda: Agenda, cast: Cast, alerts: list[Alert], ways: list[Way]) -> None:
    """Each alert on its way, the ways by turns."""
    for number, alert in enumerate(alerts):
        way = ways[number % len(ways)]
        deeds = [(gap, _deed(cast, alert.pk, name)) for gap, name in way]
        agenda.steps(alert.found_on, deeds)


def _deed(cast: Cast, pk: int, name: str) -> Deed:
    return lambda day: DEEDS[name](cast, pk, day)


def _sign(cast: Cast, pk: int, day: date) -> None:
    acts.sign(pk, by=cast.liaison, today=day)


def _answer(cast: Cast, pk: int, day: date) -> None:
    acts.feed_back(pk, verdict="confirmed", reason=say("right"), by=cast.liaison, today=day)


def _deny(cast: Cast, pk: int, day: date) -> None:
    acts.feed_back(pk, verdict="unfounded", reason=say("wrong"), by=cast.liaison, today=day)


def _overturn(cast: Cast, pk: int, day: date) -> None:
    acts.give_verdict(
        pk, verdict="unfounded", reason=say("overturned"), by=cast.supervisor, today=day
    )


def _confirm(cast: Cast, pk: int, day: date) -> None:
    acts.give_verdict(pk, verdict="confirmed", reason=say("agreed"), by=cast.supervisor, today=day)


def _order(cast: Cast, pk: int, day: date) -> None:
    acts.order_rectification(
        pk,
        verdict="confirmed",
        reason=say("verdict"),
        problems=say("problem"),
        by=cast.supervisor,
        today=day,
    )


def _report(cast: Cast, pk: int, day: date) -> None:
    problems = Alert.objects.get(pk=pk).problems.values_list("no", flat=True)
    acts.report_rectified(
        pk,
        measures=dict.fromkeys(problems, say("measure")),
        reason=say("reported"),
        by=cast.liaison,
        today=day,
    )


def _accept(cast: Cast, pk: int, day: date) -> None:
    acts.accept(pk, reason=say("accepted"), despite_hit=True, by=cast.supervisor, today=day)


def _send_back(cast: Cast, pk: int, day: date) -> None:
    acts.send_back(pk, reason=say("not_done"), by=cast.supervisor, today=day)


def _ask(cast: Cast, pk: int, day: date) -> None:
    acts.ask_extension(pk, days=20, reason=say("extension"), by=cast.liaison, today=day)


def _grant(cast: Cast, pk: int, day: date) -> None:
    acts.grant_extension(pk, reason=say("granted"), by=cast.supervisor, today=day)


def _suspend(cast: Cast, pk: int, day: date) -> None:
    acts.suspend(
        pk, ground="reconsideration", reason=say("suspended"), by=cast.supervisor, today=day
    )


def _note(cast: Cast, pk: int, day: date) -> None:
    acts.add_note(pk, reason=say("noted"), by=cast.supervisor, today=day)


def _assign(cast: Cast, pk: int, day: date) -> None:
    acts.assign(pk, assignee=cast.supervisor, by=cast.head, today=day)


DEEDS: dict[str, Callable[[Cast, int, date], None]] = {
    "sign": _sign,
    "answer": _answer,
    "deny": _deny,
    "overturn": _overturn,
    "confirm": _confirm,
    "order": _order,
    "report": _report,
    "accept": _accept,
    "send_back": _send_back,
    "ask": _ask,
    "grant": _grant,
    "suspend": _suspend,
    "note": _note,
    "assign": _assign,
}
