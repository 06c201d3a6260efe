"""Decision numbers: one unbroken sequence for each agency, kind of decision and year."""

import numpy as np

from mingjian.demo.city import City
from mingjian.demo.days import years
from mingjian.demo.records import Column, Records, joined, running_number, where


def number_decisions(city: City) -> None:
    """Number what was decided in the order of the days, and the papers with it."""
    cases = city["penalty_case"]
    decided = np.flatnonzero(~np.isnat(cases["decided_on"]))
    order = decided[np.lexsort((cases["case_id"][decided], cases["decided_on"][decided]))]
    spot = cases["procedure"][order] == "summary"
    year = years(cases["decided_on"][order])
    number = running_number((cases["agency"][order] * 4000 + year) * 2 + spot)
    mark = city.world.mark[cases["agency"][order]]
    kind = where(spot, "当罚〔", "罚〔").astype(object)
    cases["decision_no"] = np.full(len(cases), None, object)
    cases["decision_no"][order] = joined(mark, kind, year, "〕", number, "号")
    write_numbers(city, np.arange(len(cases)))


def write_numbers(city: City, rows: Column) -> None:
    """The decision papers of these cases bear the case's number."""
    papers, cases = city["case_document"], city["penalty_case"]
    own = _decisions(papers) & np.isin(papers["row"], rows)
    papers["document_no"][own] = cases["decision_no"][papers["row"][own]]


def _decisions(papers: Records) -> Column:
    return np.isin(papers["kind"].astype(str), ["decision", "no_penalty", "summary_decision"])
