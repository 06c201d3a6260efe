"""The working-day calendar of the State Council's yearly holiday notices, and time limits on it.

Legal sources. Which limits count working days: 行政处罚法第八十五条 (二日、三日、五日、七日);
行政强制法第六十九条 (十日以内); 行政许可法第八十二条 (all limits of that law); 行政复议法第八十八条
(三日、五日、七日、十日). How any limit is counted: the first day is not counted
(民法典第二百零一条); a last day on a holiday moves to the day after it (民法典第二百零三条).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from mingjian.standards.files import (
    ContentError,
    ContentFile,
    Document,
    Problem,
    content_files,
    shape_document,
)

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2030, 12, 31)  # the days of the table calendar_day
_ONE_DAY = timedelta(days=1)


class Holiday(ContentFile):
    """One holiday: days off (weekends within it included) and weekend days worked instead."""

    name: str
    days_off: list[date]
    working_days: list[date] = []


class HolidayYear(ContentFile):
    """One year's notice of the State Council's office; `source` is the notice's address."""

    year: int
    source: str
    holidays: list[Holiday]


class Calendar:
    """Working days. A year without a notice counts weekends only: see `announced_years`."""

    def __init__(self, years: list[HolidayYear]) -> None:
        self.announced_years = tuple(sorted(year.year for year in years))
        self._names: dict[date, str] = {}
        off: set[date] = set()
        worked: set[date] = set()
        for year in years:
            for holiday in year.holidays:
                off.update(holiday.days_off)
                worked.update(holiday.working_days)
                days = (*holiday.days_off, *holiday.working_days)
                self._names |= dict.fromkeys(days, holiday.name)
        # Only what differs from the plain week matters for counting.
        self._weekdays_off = sorted(day for day in off if day.weekday() < 5)
        self._weekends_worked = sorted(day for day in worked if day.weekday() >= 5)
        self._off, self._worked = frozenset(self._weekdays_off), frozenset(self._weekends_worked)

    def is_workday(self, day: date) -> bool:
        if day.weekday() < 5:
            return day not in self._off
        return day in self._worked

    def holiday_name(self, day: date) -> str | None:
        """The holiday whose notice names this day, off or worked instead; None for other days."""
        return self._names.get(day)

    def next_workday(self, day: date) -> date:
        """The day itself if it is a working day, else the first one after it."""
        while not self.is_workday(day):
            day += _ONE_DAY
        return day

    def add_working_days(self, start: date, days: int) -> date:
        """Last day of a limit in working days; `start` is not counted (民法典第二百零一条)."""
        if days < 0:
            raise ValueError("期限的天数不能是负数")
        if days == 0:
            return start
        target = self.workday_no(start) + days
        day = start + timedelta(days=days)
        while (short := target - self.workday_no(day)) > 0:
            day += timedelta(days=short)
        while not self.is_workday(day) or self.workday_no(day) > target:
            day -= _ONE_DAY
        return day

    def add_days(self, start: date, days: int) -> date:
        """Last day of a limit of `days` calendar days: `start` is not counted, and a last day on
        a holiday or weekend moves on (民法典第二百零一条、第二百零三条)."""
        if days < 0:
            raise ValueError("期限的天数不能是负数")
        return self.next_workday(start + timedelta(days=days))

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative if `end` is earlier."""
        return self.workday_no(end) - self.workday_no(start)

    def workday_no(self, day: date) -> int:
        """Running count of working days from FIRST_DAY up to and including `day`."""
        return (
            _weekdays_until(day)
            - bisect_right(self._weekdays_off, day)
            + bisect_right(self._weekends_worked, day)
            + bisect_left(self._weekdays_off, FIRST_DAY)
            - bisect_left(self._weekends_worked, FIRST_DAY)
        )

    def rows(self) -> Iterator[dict[str, date | bool | int]]:
        """Rows of the table calendar_day, FIRST_DAY to LAST_DAY."""
        day = FIRST_DAY
        while day <= LAST_DAY:
            yield {
                "day": day,
                "is_workday": self.is_workday(day),
                "next_workday": self.next_workday(day),
                "workday_no": self.workday_no(day),
            }
            day += _ONE_DAY


def _weekdays_until(day: date) -> int:
    """Mondays to Fridays from FIRST_DAY (a Saturday) up to and including `day`."""
    weeks, rest = divmod((day - FIRST_DAY).days + 1, 7)
    return weeks * 5 + max(0, rest - 2)


@cache
def load_calendar() -> Calendar:
    """The calendar of content/standards/calendar/; raises ContentError with every fault."""
    years, problems = read_years()
    if problems:
        raise ContentError(problems)
    return Calendar(years)


def read_years() -> tuple[list[HolidayYear], list[Problem]]:
    """Every year's notice that can be read, and every fault."""
    problems: list[Problem] = []
    years: list[HolidayYear] = []
    seen: set[date] = set()  # over all years: 元旦 of the next year may stand in this one's notice
    for path in content_files("standards/calendar"):
        try:
            document = Document(path)
            year = shape_document(document, HolidayYear)
            years.append(year)
            problems += _year_problems(document, year, path.stem, seen)
        except ContentError as error:
            problems += error.problems
    return years, problems


def _year_problems(
    document: Document, year: HolidayYear, stem: str, seen: set[date]
) -> Iterator[Problem]:
    if str(year.year) != stem:
        yield document.problem(("year",), f"应与文件名“{stem}”相同")
    for i, holiday in enumerate(year.holidays):
        for part in ("days_off", "working_days"):
            for j, day in enumerate(getattr(holiday, part)):
                here = ("holidays", i, part, j)
                if day in seen:
                    yield document.problem(here, f"{day} 写了两次")
                seen.add(day)
                if not date(year.year - 1, 12, 1) <= day <= date(year.year + 1, 1, 31):
                    yield document.problem(here, f"{day} 不属于 {year.year} 年")
                if part == "working_days" and day.weekday() < 5:
                    yield document.problem(here, f"{day} 本来就是工作日，不必调休")
