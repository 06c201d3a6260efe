"""The papers of the supervising office, answered in time (行政执法监督条例第二十七条至第三十条)."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.days import work_days
from mingjian.demo.records import NO_DAY, Records, joined, padded, where
from mingjian.demo.world import World

_KINDS = ("urging_letter", "supervision_opinion", "supervision_decision")
REGULATION_FROM = np.datetime64("2026-02-01")  # 行政执法监督条例 in force


def build_papers(world: World, count: int, chance: Chance) -> Records:
    """Papers since the regulation is in force, none where the city ends before it."""
    first = np.maximum(world.start, REGULATION_FROM)
    span = int((world.until - first).astype(np.int64)) - 3
    count = count if span > 30 else 0
    calendar = work_days()
    agency = chance.rng.integers(0, len(world.agencies), count)
    table = Records({"agency": agency, "agency_id": world.agency_ids[agency]})
    kind = chance.weighted(count, [5, 3, 1])
    table["kind"] = np.array(_KINDS, object)[kind]
    issued = calendar.roll(first + chance.days(count, 0, max(span, 1)))
    table["issued_on"] = issued
    table["served_on"] = calendar.add(issued, chance.whole(count, 0, 3))
    due = calendar.add(table["served_on"], chance.whole(count, 15, 30))
    table["due_on"] = due
    longer = chance.share(count, 0.1)
    table["extended_to"] = where(longer, calendar.add(due, 10), NO_DAY)
    table["extended_on"] = where(longer, calendar.add(due, -2), NO_DAY)
    objects = ~longer & chance.share(count, 0.08)
    table["objection_on"] = where(objects, calendar.add(table["served_on"], 5), NO_DAY)
    table["objection_replied_on"] = where(objects, calendar.add(table["served_on"], 10), NO_DAY)
    done = calendar.add(due, -chance.whole(count, 1, 8))
    table["rectified_on"] = done
    table["reported_on"] = calendar.add(done, 1)
    table["closed_on"] = calendar.add(done, chance.whole(count, 3, 15))
    order = np.argsort(issued, kind="stable")
    table = table.take(order)
    number = np.arange(1, count + 1)
    table["document_id"] = joined("JDWS-", padded(number, 5))
    table["document_no"] = joined("示司监〔2026〕", number, "号")
    return table.take(table["issued_on"] < world.until)
