"""Problems of the register itself: two decisions under one number."""

import numpy as np

from mingjian.demo.city import City
from mingjian.demo.days import years
from mingjian.demo.ledger import Ledger
from mingjian.demo.numbers import number_decisions, write_numbers
from mingjian.demo.plant.redate import settled
from mingjian.demo.world import planted

_CASE = "penalty_case"


def plant_numbering(city: City, ledger: Ledger) -> None:
    """SJ-05: the last two decisions of an agency's year bear one number, so that no gap comes."""
    number_decisions(city)
    cases = city[_CASE]
    able = settled(cases, city.world.until, 1)
    order = np.lexsort((cases["decided_on"], years(cases["decided_on"]), cases["agency"]))
    order = order[(cases["procedure"][order] == "ordinary") & ~np.isnat(cases["decided_on"][order])]
    group = cases["agency"][order] * 4000 + years(cases["decided_on"][order])
    ends = np.flatnonzero(np.diff(group))
    pairs = [
        (order[at - 1], order[at])
        for at in ends.tolist()
        if at and group[at - 1] == group[at] and able[order[at - 1]] and able[order[at]]
    ]
    free = ledger.is_free(_CASE, len(cases))
    pairs = [pair for pair in pairs if free[pair[0]] and free[pair[1]]]
    for first, second in pairs[: planted(ledger.scale, 10)]:
        cases["decision_no"][second] = cases["decision_no"][first]
        ledger.used[_CASE].update((int(first), int(second)))
        ids = cases["case_id"][[first, second]]
        ledger.plant("SJ-05", _CASE, ids, "两份决定书同一文号")
        write_numbers(city, np.array([second]))
