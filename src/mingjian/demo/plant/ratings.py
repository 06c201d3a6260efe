"""Businesses that say what they think of an agency's inspections (JC-26)."""

import numpy as np

from mingjian.demo.city import City
from mingjian.demo.ledger import Ledger
from mingjian.demo.records import filled, joined, padded, stack

_DAY = np.timedelta64(1, "D")


def plant_ratings(city: City, ledger: Ledger) -> None:
    """Two agencies whose visits of the last full month were mostly rated badly, and two of which
    as many were rated well."""
    visits, world = city["inspection"], city.world
    month = world.until.astype("datetime64[M]") - 1
    here = (visits["mode"] == "on_site") & (visits["day"].astype("datetime64[M]") == month)
    counts = np.bincount(visits["agency"][here], minlength=len(world.agencies))
    counts[world.odd.silent] = 0
    chosen = np.argsort(-counts, kind="stable")[:4]
    for turn, agency in enumerate(chosen.tolist()):
        rows = np.flatnonzero(here & (visits["agency"] == agency))[:14]
        if len(rows) < 8:
            return
        part = visits.take(rows)
        table = city["rating"].take(np.zeros(len(rows), np.int64))
        for name in ("inspection_id", "agency_id", "agency", "party_id"):
            table[name] = part[name]
        table["rated_at"] = part["ended_at"] + np.timedelta64(3, "h")
        bad = turn % 2 == 0
        table["score"] = np.full(len(rows), 1 if bad else 5)
        table["comment"] = filled(len(rows), "态度生硬，反复要材料" if bad else None)
        table["rating_id"] = joined(f"PJX{turn}-", padded(np.arange(len(rows)) + 1, 4))
        rated = np.isin(
            city["rating"]["inspection_id"].astype(str), part["inspection_id"].astype(str)
        )
        city.tables["rating"] = stack([city["rating"].take(~rated), table])
        tell = ledger.plant if bad else ledger.near
        note = "上月十余次检查评价为最差" if bad else "上月同样多的好评"
        tell("JC-26", "agency", world.agency_ids[[agency]], note)
