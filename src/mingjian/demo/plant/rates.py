"""Agencies whose answers to requests satisfy far fewer than elsewhere (unit: the agency)."""

import numpy as np

from mingjian.demo.city import City
from mingjian.demo.complaints import kind_columns
from mingjian.demo.ledger import Ledger
from mingjian.demo.plant.counted import within

_ORDER = "complaint"


def plant_rates(city: City, ledger: Ledger) -> None:
    """TS-03 (北京市接诉即办工作条例第三十二条): resolved and satisfied for one in four; and as
    bad with too few requests to say so."""
    table, world = city[_ORDER], city.world
    enforced = kind_columns(world).enforced[table["kind"]]
    asked = within(city, table["day"], 180) & enforced & (table["is_resolved"] != None)  # noqa: E711
    counts = np.bincount(table["agency"][asked], minlength=len(world.agencies))
    counts[[*world.odd.quiet().tolist(), world.odd.silent]] = 0
    streets = np.flatnonzero(world.tier == "street")
    many = streets[np.argsort(-counts[streets], kind="stable")]
    many = many[counts[many] >= 26]
    few = streets[(counts[streets] >= 6) & (counts[streets] <= 14)]
    free = ledger.is_free(_ORDER, len(table)) & asked
    for agencies, note in (
        (many[2:12:4], "解决率、满意率远低于同组"),
        (few[:6:3], "同样低，件数太少"),
    ):
        for agency in agencies.tolist():
            rows = np.flatnonzero(free & (table["agency"] == agency))
            rows = rows[np.arange(len(rows)) % 4 > 0]
            explained = np.isin(table["feedback_result"][rows].astype(str), ["resolved"])
            table["feedback_result"][rows[explained]] = "explained"
            reply = world.blueprint.complaints.replies["explained"]
            table["reply_text"][rows[explained]] = reply
            table["is_resolved"][rows] = table["is_satisfied"][rows] = False
            ledger.used[_ORDER].update(rows.tolist())
        tell = ledger.plant if "太少" not in note else ledger.near
        tell("TS-03", "agency", world.agency_ids[agencies], note)
