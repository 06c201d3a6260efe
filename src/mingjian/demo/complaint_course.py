"""How work orders were handled: dispatch, time limit, reply, closing and the call back."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.complaints import RECUR_DAYS
from mingjian.demo.days import at_time
from mingjian.demo.records import Column, Records, texts, where
from mingjian.demo.world import World

_FEEDBACKS = ("resolved", "explained", "transferred", "unresolved")
_LIMITS = np.array([3, 7, 15])  # days, as the service department sets them


def handle(world: World, table: Records, chance: Chance) -> None:
    """In time, and never “resolved” where the same comes up again (TS-02, TS-04 stay clean)."""
    count = len(table)
    received = at_time(table["day"], chance.whole(count, 7 * 60, 22 * 60 + 30))
    received = received + chance.whole(count, 0, 59).astype("timedelta64[s]")
    table["received_at"] = received
    table["dispatched_at"] = received + chance.whole(count, 5, 240).astype("timedelta64[m]")
    limit = _LIMITS[chance.weighted(count, [2, 6, 2])]
    table["due_at"] = table["dispatched_at"] + limit.astype("timedelta64[D]")
    speed = world.speed[table["agency"]]
    part = np.clip(chance.rng.beta(2.2, 2.0 + 1.5 * np.maximum(speed + 0.3, 0), count), 0.05, 0.97)
    minutes = (part * limit * 1440).astype(np.int64)
    table["replied_at"] = table["dispatched_at"] + minutes.astype("timedelta64[m]")
    room = (table["due_at"] - table["replied_at"]).astype(np.int64)
    wait = np.minimum(chance.whole(count, 600, 86_400), np.maximum(room - 60, 0))
    table["closed_at"] = table["replied_at"] + wait.astype("timedelta64[s]")
    _feedback(world, table, chance.stream("feedback"))


def comes_again(table: Records) -> Column:
    """Whether the same place comes up again within RECUR_DAYS."""
    order = np.lexsort((table["day"], table["place"]))
    place, day = table["place"][order], table["day"][order]
    close = (place[1:] == place[:-1]) & (np.diff(day).astype(np.int64) <= RECUR_DAYS)
    again = np.zeros(len(table), bool)
    again[order[:-1][close]] = True
    return again


def _feedback(world: World, table: Records, chance: Chance) -> None:
    count = len(table)
    said = chance.weighted(count, [64, 24, 7, 5])
    said = where(comes_again(table) & (said == 0), 1, said)
    table["feedback_result"] = texts(list(_FEEDBACKS))[said]
    replies = world.blueprint.complaints.replies
    table["reply_text"] = texts([replies[name] for name in _FEEDBACKS])[said]
    visited = chance.share(count, 0.7)  # called back
    solved = (said == 0) | ((said == 1) & chance.share(count, 0.35))
    pleased = where(solved, chance.share(count, 0.95), chance.share(count, 0.3))
    table["is_responded"] = np.ones(count, bool).astype(object)
    table["is_resolved"] = where(visited, solved, None).astype(object)
    table["is_satisfied"] = where(visited, pleased, None).astype(object)
    table["is_duplicate"] = np.zeros(count, bool)
    table["status"] = np.full(count, "已办结", object)
