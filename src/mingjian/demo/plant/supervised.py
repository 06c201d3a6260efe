"""Papers of the supervising office that went unanswered (unit: the paper)."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.days import work_days
from mingjian.demo.ledger import Ledger
from mingjian.demo.plant.sow import Change, Sower
from mingjian.demo.records import NO_DAY, Column

_DAY = np.timedelta64(1, "D")


def plant_supervised(city: City, ledger: Ledger, chance: Chance) -> None:
    """ZG-01, ZG-02, ZG-03 (行政执法监督条例第二十七条至第二十九条)."""
    table, last = city["supervision_document"], city.world.until
    if not len(table):
        return
    sow = Sower(ledger, "supervision_document", table, "document_id")
    calendar = work_days()
    old = (table["due_on"] <= last - 30 * _DAY) & np.isnat(table["extended_to"])
    old &= np.isnat(table["objection_on"])

    def nothing(rows: Column) -> None:
        for name in ("reported_on", "rectified_on", "closed_on"):
            table[name][rows] = NO_DAY

    def late(rows: Column) -> None:
        wait = chance.whole(len(rows), 1, 8)
        table["rectified_on"][rows] = calendar.add(table["due_on"][rows], wait)
        table["reported_on"][rows] = table["rectified_on"][rows]
        table["closed_on"][rows] = NO_DAY

    def last_day(rows: Column) -> None:
        table["reported_on"][rows] = table["rectified_on"][rows] = table["due_on"][rows]
        table["closed_on"][rows] = calendar.add(table["due_on"][rows], 5)

    def extended(rows: Column) -> None:
        nothing(rows)
        table["extended_to"][rows] = last + 20 * _DAY
        table["extended_on"][rows] = table["due_on"][rows]

    acts: dict[str, tuple[str, str, Change]] = {
        "ZG-01": ("urging_letter", "督办函逾期没有报送纠正情况", nothing),
        "ZG-02": ("supervision_opinion", "意见书逾期没有纠正、没有报送", nothing),
        "ZG-03": ("supervision_decision", "决定书逾期没有执行", nothing),
    }
    for code, (kind, note, change) in acts.items():
        own = old & (table["kind"] == kind)
        sow.plant(code, own, 8, note, change)
        if code == "ZG-01":
            sow.plant(code, own, 6, "督办函逾期才报送", late)
        sow.near(code, own, 4, "期限最后一日报送并纠正", last_day)
        sow.near(code, own, 4, "批准延期，尚未届满", extended)
