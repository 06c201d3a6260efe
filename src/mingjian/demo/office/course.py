"""The course as a whole: sweeps of the pilot district, what followed, and the day of the demo."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from mingjian.access import demo_accounts
from mingjian.access.acts import sync_agencies
from mingjian.appraisal import run_training_night
from mingjian.demo.office import alerts, learning, matters
from mingjian.demo.office.agenda import Agenda
from mingjian.demo.office.campaigns import campaign
from mingjian.demo.office.cast import Cast, find_cast
from mingjian.demo.office_file import Sweep, load_office
from mingjian.monitor import run_round
from mingjian.standards import home, load_calendar
from mingjian.store import Reader, Store
from mingjian.supervision.acts import assign, raise_alerts, run_clock, sign
from mingjian.supervision.models import Alert
from mingjian.supervision.monitor_life import effective_library

Said = Callable[[str], None]
IN_A_MATTER = 2  # alerts that become one matter
SIGNED_TODAY = 3


@dataclass
class Course:
    """What was done: how many alerts were raised beforehand, and what was refused and why."""

    raised: int = 0
    refused: list[str] = field(default_factory=list)


def is_demo() -> bool:
    """Whether this home holds the made-up city, and nobody has worked in it yet."""
    return (home() / "demo").is_dir() and not Alert.objects.exists()


def before_the_night(store: Store, until: date, say: Said) -> Course:
    """What the pilot district did before the city's first round. Nothing in a city too small."""
    with store.reader() as reader:
        say("演示：组织与账号")
        sync_agencies(reader.rows("SELECT * FROM agency"))
        demo_accounts.create_demo_accounts(prefer=_busiest(reader))
        cast = find_cast()
        if cast is None:
            return Course(refused=["城市太小，没有凑齐演示账号，办公的经过没有做。"])
        return _Making(reader, cast, until, say).made()


def since_the_night(until: date) -> list[str]:
    """What needs the city's figures: the assessment; and what is done on the day itself."""
    cast = find_cast()
    if cast is None:
        return []
    fresh = Alert.objects.filter(agency=cast.agency, state="new", found_on=until)
    for alert in fresh.order_by("level_rank", "pk")[:SIGNED_TODAY]:
        sign(alert.pk, by=cast.liaison, today=until)
        assign(alert.pk, assignee=cast.supervisor, by=cast.head, today=until)
    learning.assess(cast, until)
    return []


@dataclass
class _Making:
    """The days before the demo, as they are gone through."""

    reader: Reader
    cast: Cast
    until: date
    say: Said
    course: Course = field(default_factory=Course)

    def made(self) -> Course:
        agenda = Agenda(self.until, self._night)
        sweeps = load_office().sweeps
        agenda.on(self._day(sweeps["first"]), self._first(agenda, sweeps["first"]))
        agenda.on(self._day(sweeps["second"]), self._second(agenda, sweeps["second"]))
        agenda.on(self._day(sweeps["third"]), self._third(agenda, sweeps["third"]))
        matters.from_elsewhere(agenda, self.cast)
        agenda.ago(3, matters.look_back(self.cast))
        agenda.run()
        self.course.refused = agenda.refused
        return self.course

    def _day(self, sweep: Sweep) -> date:
        return self.until - timedelta(days=sweep.days)

    def _night(self, day: date) -> None:
        run_clock(day)
        run_training_night(day)

    def _first(self, agenda: Agenda, sweep: Sweep) -> Callable[[date], None]:
        """Long ago: all is closed, taught, and looked back at."""

        def do(day: date) -> None:
            found = self._swept(sweep, day)
            alone = found[IN_A_MATTER:] or found
            first = [one for one in found if one not in alone]
            matters.from_alerts(agenda, self.cast, first, matters.CLOSED, _later(day, 4))
            alerts.follow_ways(agenda, self.cast, alone, alerts.CLOSED)
            learning.teach(agenda, self.cast, _later(day, 40), whole=True)

        return do

    def _second(self, agenda: Agenda, sweep: Sweep) -> Callable[[date], None]:
        """Some weeks ago: matters with their papers, alerts in every state, some overdue."""
        ways = (matters.TO_DECISION, matters.UPHELD, matters.REPORTED, matters.RECTIFYING)

        def do(day: date) -> None:
            found = self._swept(sweep, day)
            alone = found[len(ways) * IN_A_MATTER :] or found[1::2]
            for number, way in enumerate(ways):
                part = [one for one in found if one not in alone][number :: len(ways)]
                matters.from_alerts(agenda, self.cast, part, way, _later(day, 2 + 3 * number))
            alerts.follow_ways(agenda, self.cast, alone, alerts.RUNNING)
            if alone:
                campaign(agenda, self.cast, alone, _later(day, 10))
            learning.teach(agenda, self.cast, _later(day, 30), whole=False)

        return do

    def _third(self, agenda: Agenda, sweep: Sweep) -> Callable[[date], None]:
        """Lately: all within its time."""

        def do(day: date) -> None:
            alerts.follow_ways(agenda, self.cast, self._swept(sweep, day), alerts.FRESH)

        return do

    def _swept(self, sweep: Sweep, day: date) -> list[Alert]:
        """The round of that day over the pilot's agency alone; its alerts, the gravest first."""
        self.say(f"演示：{day} 的试点监测与办理")
        library = effective_library()
        run = run_round(self.reader, library, day, only=sweep.monitors)
        raise_alerts(run.of_agencies({self.cast.agency.pk}), library)
        rows = Alert.objects.filter(agency=self.cast.agency, found_on=day)
        self.course.raised += rows.count()
        return list(rows.order_by("level_rank", "monitor_id", "pk")[: load_office().at_most])


def _busiest(reader: Reader) -> list[str]:
    """Agencies by their number of cases: where there is most to look at."""
    rows = reader.rows(
        "SELECT c.agency_id, COUNT(*) AS cases FROM penalty_case c GROUP BY c.agency_id "
        "ORDER BY cases DESC, c.agency_id LIMIT 50"
    )
    return [row["agency_id"] for row in rows]


def _later(day: date, working_days: int) -> date:
    return load_calendar().add_working_days(day, working_days)
