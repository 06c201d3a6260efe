"""The days of the course, in order: what is to be done on which, and the night after each."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

from mingjian.access.flow import NotPossible
from mingjian.standards import load_calendar

Deed = Callable[[date], None]


@dataclass
class Agenda:
    """Deeds in order of their days. A deed may put further ones on later days.

    `refused` says what could not be done: then that thread ends there, as it would in an office.
    """

    until: date
    night: Callable[[date], None]
    refused: list[str] = field(default_factory=list)
    _waiting: list[tuple[date, int, Deed]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)

    def on(self, day: date, deed: Deed) -> None:
        """Do it on this day, or on the next working day."""
        day = load_calendar().next_workday(day)
        heapq.heappush(self._waiting, (day, next(self._order), deed))

    def ago(self, working_days: int, deed: Deed) -> None:
        """Do it so many working days before the end."""
        calendar, day = load_calendar(), self.until
        while working_days:
            day -= timedelta(days=1)
            working_days -= calendar.is_workday(day)
        self.on(day, deed)

    def run(self) -> None:
        """Everything before the end, with a night after each day on which something was done."""
        while self._waiting and self._waiting[0][0] < self.until:
            day = self._waiting[0][0]
            while self._waiting and self._waiting[0][0] == day:
                _, _, deed = heapq.heappop(self._waiting)
                try:
                    deed(day)
                except NotPossible as error:
                    self.refused.append(f"{day} {error}")
            self.night(day)

    def steps(self, first: date, deeds: list[tuple[int, Deed]]) -> None:
        """Deeds so many working days after the first day; a refusal ends the rest of them."""
        if not deeds:
            return
        (gap, deed), *rest = deeds

        def do(day: date) -> None:
            deed(day)
            self.steps(first, rest)

        self.on(load_calendar().add_working_days(first, gap), do)
