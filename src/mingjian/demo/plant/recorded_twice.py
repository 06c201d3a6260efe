"""Cases that were reported twice under two identities (unit: the later record)."""

import numpy as np

from mingjian.demo.city import City
from mingjian.demo.ledger import Ledger
from mingjian.demo.plant.redate import settled
from mingjian.demo.records import Column, joined, stack, texts
from mingjian.demo.waivers import listed

_CASE = "penalty_case"
_PARTS = {  # what hangs on a case, and the column that names it
    "case_evidence": "case_id",
    "case_document": "act_id",
    "case_step": "case_id",
    "act_officer": "act_id",
}


def plant_recorded_twice(city: City, ledger: Ledger) -> None:
    """SJ-13: everything is the same but the identity; near misses are two decisions on one day."""
    cases = city[_CASE]
    able = settled(cases, city.world.until, 20) & ~listed(cases) & (cases["pause_days"] == 0)
    able &= ~np.isnat(cases["corrected_on"]) & (cases["party_kind"] != "natural")
    able &= np.isin(cases["source_kind"].astype(str), ["complaint", "tip", "assigned", "media"])
    for table in ("coercion", "remedy", "referral", "offsite_record"):
        able &= ~np.isin(cases["case_id"].astype(str), city[table]["case_id"].astype(str))
    rows = ledger.choose(_CASE, able, 16, "SJ-13")
    new = np.arange(len(cases), len(cases) + len(rows))
    again = cases.take(rows)
    again["case_id"] = joined(again["case_id"], "-重")
    city.tables[_CASE] = stack([cases, again])
    ledger.used[_CASE].update(new.tolist())
    for name, identity in _PARTS.items():
        _hang(city, name, identity, rows, new, again["case_id"])
    ledger.plant("SJ-13", _CASE, again["case_id"], "同一决定报送了两条记录")
    split = [row[2] for row in ledger.rows if row[0] == "PT-19" and row[3] == 0]
    ledger.near("SJ-13", _CASE, texts(split)[:8], "同日两份决定、两个文号，不是重复报送")


def _hang(city: City, name: str, identity: str, rows: Column, new: Column, units: Column) -> None:
    """The same evidence, papers, steps and people for the second record."""
    table = city[name]
    of_case = np.isin(table["row"], rows)
    if "act_kind" in table.columns:
        of_case &= table["act_kind"] == _CASE
    part = table.take(of_case)
    at = np.searchsorted(rows, part["row"])
    part["row"], part[identity] = new[at], units[at]
    if "document_id" in part.columns:
        part["document_id"] = joined(part["document_id"], "-重")
    city.tables[name] = stack([table, part])
