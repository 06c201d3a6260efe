"""Nobody inspects at two places at once: officers exchanged, or visits moved to later."""

import numpy as np

from mingjian.demo.records import Column, Records
from mingjian.demo.world import World

_NEAR, _FAR = np.timedelta64(65, "m"), np.timedelta64(110, "m")  # from one place to the next


def keep_apart(world: World, visits: Records, pair: tuple[Column, Column]) -> tuple[Column, Column]:
    """The pair of officers of each visit, so that nobody's visits overlap on a day. Times of
    `visits` move where an agency has too few people."""
    lead, second = pair[0].copy(), pair[1].copy()
    order = np.lexsort((visits["started_at"], visits["day"], visits["agency"]))
    key = visits["agency"][order] * 100_000 + visits["day"][order].astype(np.int64)
    for group in np.split(order, np.flatnonzero(np.diff(key)) + 1):
        if len(group) > 1:
            _day(world, visits, group, lead, second)
    return lead, second


def _day(world: World, visits: Records, group: Column, lead: Column, second: Column) -> None:
    agency, day = int(visits["agency"][group[0]]), visits["day"][group[0]]
    way = _FAR if world.tier[agency] == "city" else _NEAR
    people = np.arange(world.roster.first[agency], world.roster.first[agency + 1])
    people = people[world.roster.able(people, np.full(len(people), day))]
    free_at = {int(who): np.datetime64("1970-01-01", "s") for who in people}
    for row in group.tolist():
        start = visits["started_at"][row]
        team = [int(lead[row]), int(second[row])]
        ready = [who for who in team if free_at[who] <= start]
        if len(ready) < 2:
            spare = sorted(free_at, key=lambda who: (free_at[who], (who * 7 + row) % 13))
            ready += [who for who in spare if who not in ready][: 2 - len(ready)]
            latest = max(free_at[who] for who in ready)
            if latest > start:
                _move(visits, row, latest - start)
        lead[row], second[row] = ready
        for who in ready:
            free_at[who] = visits["ended_at"][row] + way


def _move(visits: Records, row: int, wait: np.timedelta64) -> None:
    for name in ("started_at", "ended_at", "scanned_at"):
        visits[name][row] = visits[name][row] + wait
