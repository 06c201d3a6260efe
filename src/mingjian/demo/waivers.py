"""Not punished because minor and mended (行政处罚法第三十三条): lawful reasons, no second time."""

import numpy as np

from mingjian.demo.records import NO_DAY, Column, Records, filled, where
from mingjian.standards import load_reference

MINOR = "违法行为轻微并及时改正，没有造成危害后果"
FIRST = "初次违法且危害后果轻微并及时改正"
LIGHT = "危害后果轻微，及时改正"
_AGAIN_DAYS = 400


def listed(table: Records) -> Column:
    """Cases of a violation on the waiver list of their field (免罚清单)."""
    rows = load_reference()["minor_waiver"].rows
    known = {(str(r["field"]), str(r["violation"])) for r in rows if r["kind"] == "waiver"}
    pairs = zip(table["field"], table["violation"], strict=True)
    return np.array([pair in known for pair in pairs], bool)


def waive(table: Records) -> Records:
    """Give reasons; punish what is listed only where it was not mended; drop what was waived of
    a party that did the same before or soon does it again."""
    table = table.take(~_again(table))
    waived = table["decision_result"] == "no_penalty"
    first = waived & (np.arange(len(table)) % 2 == 0)
    reason = where(first, FIRST, where(waived, MINOR, ""))
    table["mitigation_reason"] = where(waived, reason, None).astype(object)
    table["discretion_factor"] = where(waived, LIGHT, table["discretion_factor"]).astype(object)
    on_list = listed(table) & (table["decision_result"] == "penalty")
    table["corrected_on"] = where(on_list, NO_DAY, table["corrected_on"])
    factor = filled(len(table), "拒不改正，责令后仍未改正")
    table["discretion_factor"] = where(on_list, factor, table["discretion_factor"]).astype(object)
    return table


def _again(table: Records) -> Column:
    """Waived cases with another of the same party and violation within _AGAIN_DAYS."""
    _, party = np.unique(table["party_id"].astype(str), return_inverse=True)
    _, act = np.unique(table["violation"].astype(str), return_inverse=True)
    order = np.lexsort((table["discovered_on"], act, party))
    same = (party[order][1:] == party[order][:-1]) & (act[order][1:] == act[order][:-1])
    gap = np.diff(table["discovered_on"][order]).astype(np.int64)
    close = same & (gap <= _AGAIN_DAYS)
    beside = np.zeros(len(table), bool)
    beside[order[1:][close]] = True
    beside[order[:-1][close]] = True
    return beside & (table["decision_result"] == "no_penalty")
