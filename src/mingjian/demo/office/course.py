"""The course as a whole: sweeps of the pilot district, what followed, and the day of the demo."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from mingjian.access import demo_accounts
from mingjian.access.acts import sync_agencies
from mingjian.appraisal import run_training_night
from mingjian.appraisal.courses import load_training
from mingjian.demo.office import alerts, learning, matters
from mingjian.demo.office.agenda import Agenda
from mingjian.demo.office.campaigns import campaign
from mingjian.demo.office.cast import Cast, find_cast
from mingjian.demo.office_file import load_office
from mingjian.monitor import Run, run_round
from mingjian.standards import home, load_calendar
from mingjian.store import Reader, Store
from mingjian.supervision.acts import assign, raise_alerts, run_clock, sign
from mingjian.supervision.models import Alert
from mingjian.supervision.monitor_life import effective_library

Said = Callable[[str], None]
MANY = 20  # alerts of a sweep, of which more than one go into a matter
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
    with store.reader(many=True) as reader:
        say("演示：组织与账号")
        sync_agencies(reader.rows("SELECT * FROM agency"))
        runs = _swept(reader, until, say)
        demo_accounts.create_demo_accounts(prefer=_most_found(runs))
        cast = find_cast()
        if cast is None:
            return Course(refused=["城市太小，没有凑齐演示账号，办公的经过没有做。"])
        say("演示：试点单位办到今天")
        return _Making(runs, cast, until).made()


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

    runs: dict[str, Run]
    cast: Cast
    until: date
    course: Course = field(default_factory=Course)

    def made(self) -> Course:
        agenda = Agenda(self.until, self._night)
        agenda.on(self.runs["first"].as_of, self._first(agenda))
        agenda.on(self.runs["second"].as_of, self._second(agenda))
        agenda.on(self.runs["third"].as_of, self._third(agenda))
        matters.from_elsewhere(agenda, self.cast)
        agenda.ago(3, matters.look_back(self.cast))
        agenda.run()
        self.course.refused = agenda.refused
        return self.course

    def _night(self, day: date) -> None:
        run_clock(day)
        run_training_night(day)

    def _first(self, agenda: Agenda) -> Callable[[date], None]:
        """Long ago: all is closed, taught, and looked back at."""

        def do(day: date) -> None:
            found = self._raised("first")
            alone = found[IN_A_MATTER:] or found
            first = [one for one in found if one not in alone]
            matters.from_alerts(agenda, self.cast, first, matters.CLOSED, _later(day, 4))
            alerts.follow_ways(agenda, self.cast, alone, alerts.CLOSED)
            learning.teach(agenda, self.cast, _later(day, 40), whole=True)

        return do

    def _second(self, agenda: Agenda) -> Callable[[date], None]:
        """Some weeks ago: matters with their papers, alerts in every state, some overdue."""
        ways = (matters.TO_DECISION, matters.UPHELD, matters.REPORTED, matters.RECTIFYING)

        def do(day: date) -> None:
            found = self._raised("second")
            each = IN_A_MATTER if len(found) >= MANY else 1
            together, alone = found[: len(ways) * each], found[len(ways) * each :]
            for number, way in enumerate(ways):
                part = together[number :: len(ways)]
                matters.from_alerts(agenda, self.cast, part, way, _later(day, 2 + 3 * number))
            alerts.follow_ways(agenda, self.cast, alone, alerts.RUNNING)
            if alone:
                campaign(agenda, self.cast, alone, _later(day, 10))
            learning.teach(agenda, self.cast, _later(day, 30), whole=False)

        return do

    def _third(self, agenda: Agenda) -> Callable[[date], None]:
        """Lately: all within its time."""

        def do(_day: date) -> None:
            alerts.follow_ways(agenda, self.cast, self._raised("third"), alerts.FRESH)

        return do

    def _raised(self, name: str) -> list[Alert]:
        """Alerts of the pilot's agency alone; the gravest first."""
        run = self.runs[name]
        raise_alerts(run.of_agencies({self.cast.agency.pk}), effective_library())
        rows = Alert.objects.filter(agency=self.cast.agency, found_on=run.as_of)
        self.course.raised += rows.count()
        return list(rows.order_by("level_rank", "monitor_id", "pk")[: load_office().at_most])


def _swept(reader: Reader, until: date, say: Said) -> dict[str, Run]:
    """The rounds before the city's first, each of a working day."""
    library, runs = effective_library(), {}
    for name, sweep in load_office().sweeps.items():
        day = load_calendar().next_workday(until - timedelta(days=sweep.days))
        say(f"演示：{day} 的试点监测")
        runs[name] = run_round(reader, library, day, only=sweep.monitors)
    return runs


def _most_found(runs: dict[str, Run]) -> list[str]:
    """Agencies, first those with enough of one kind long ago for a training, and most later on."""
    before = Counter((f.agency_id, f.monitor_id) for f in runs["first"].findings())
    later = Counter(f.agency_id for f in runs["second"].findings())
    enough = load_training().need.problems
    again = {agency for (agency, _), count in before.items() if count >= enough}
    agencies = {agency for agency, _ in before} | set(later)
    return sorted(
        (agency for agency in agencies if agency),
        key=lambda agency: (agency not in again, -later[agency], agency),
    )


def _later(day: date, working_days: int) -> date:
    return load_calendar().add_working_days(day, working_days)
