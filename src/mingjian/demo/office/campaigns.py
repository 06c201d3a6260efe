"""A campaign of the district: planned, started, its list filled; and another one planned."""

from datetime import date, timedelta

from mingjian.demo.office.agenda import Agenda
from mingjian.demo.office.cast import Cast, say
from mingjian.supervision.acts import campaigns, join_alert
from mingjian.supervision.models import Alert

WEEK = timedelta(days=7)
STAGES = (("自查自纠", 0, 3), ("集中监督", 3, 9), ("整改落实", 9, 13))  # weeks from the start


def campaign(agenda: Agenda, cast: Cast, found: list[Alert], day: date) -> None:
    """One that runs over these alerts from the day on, and a plan for the next."""

    def begin(today: date) -> None:
        first = min(alert.found_on for alert in found)
        running = _planned(cast, "办案期限和程序专项行动", found, first, made_on=today)
        campaigns.start(
            running, approval="", reason=say("campaign_started"), by=cast.head, today=today
        )
        for alert in found:
            join_alert(alert.pk, campaign=running, by=cast.supervisor, today=today)

    agenda.on(day, begin)
    agenda.ago(2, lambda today: _plan_only(cast, found, today))


def _plan_only(cast: Cast, found: list[Alert], today: date) -> None:
    _planned(cast, "涉企检查规范专项行动", found, today + WEEK, made_on=today)


def _planned(cast: Cast, name: str, found: list[Alert], first: date, made_on: date) -> int:
    region = cast.supervisor.region
    assert region is not None
    plan: campaigns.Plan = {
        "name": f"{region}{name}",
        "kind": "action",
        "basis": say("campaign"),
        "field": "",
        "districts": [],
        "monitors": sorted({alert.monitor_id for alert in found}),
        "stages": [
            (stage, first + begin * WEEK, first + end * WEEK - timedelta(days=1))
            for stage, begin, end in STAGES
        ],
    }
    made = campaigns.plan(plan, by=cast.supervisor, today=made_on)
    return int(made.pk)
