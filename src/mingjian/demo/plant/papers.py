"""Problems in what lies in the file: no evidence, papers without what the law asks of them."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.ledger import Ledger
from mingjian.demo.plant.redate import settled
from mingjian.demo.plant.sow import Sower
from mingjian.demo.records import Column, texts

_CASE = "penalty_case"
_MISSING = texts(
    [
        "申请行政复议、提起行政诉讼的途径和期限",
        "违反法律、法规、规章的事实和证据",
        "行政处罚的履行方式和期限",
    ]
)


def plant_papers(city: City, ledger: Ledger, chance: Chance) -> None:
    """SS-01 and PT-20 (unit: the case), 行政处罚法第四十条、第五十九条."""
    cases, last = city[_CASE], city.world.until
    sow = Sower(ledger, _CASE, cases, "case_id")
    able = settled(cases, last, 30)
    evidence = city["case_evidence"]
    touched = np.zeros(len(cases), bool)
    touched[evidence["row"][sorted(ledger.used.get("case_evidence", set()))]] = True
    on_site = able & ~touched & (cases["source_kind"] != "off_site")
    bare = sow.plant("SS-01", on_site, 12, "没有任何证据")
    only = sow.plant("SS-01", on_site, 14, "只有当事人的陈述")
    two = sow.near("SS-01", on_site, 8, "陈述和一份笔录")
    keep = ~np.isin(evidence["row"], bare)
    keep &= ~np.isin(evidence["row"], only) | (evidence["kind"] == "statement")
    keep &= ~np.isin(evidence["row"], two) | _of(evidence["kind"], ("statement", "record"))
    city.tables["case_evidence"] = evidence.take(keep)
    papers = city["case_document"]
    decided = _of(papers["kind"], ("decision",))
    spot = cases["procedure"] == "summary"
    spot &= (cases["decision_result"] == "penalty") & (cases["decided_on"] < last)
    rows = sow.plant("PT-20", able, 14, "决定书缺法定载明事项")
    own = np.isin(papers["row"], rows) & decided
    papers["missing_items"][own] = chance.pick(int(own.sum()), _MISSING)
    rows = sow.plant("PT-20", spot, 8, "当场处罚决定书缺法定载明事项")
    own = np.isin(papers["row"], rows) & (papers["kind"] == "summary_decision")
    papers["missing_items"][own] = chance.pick(int(own.sum()), _MISSING)
    rows = sow.plant("PT-20", able, 8, "决定书没有印章")
    papers["has_stamp"][np.isin(papers["row"], rows) & decided] = False
    rows = sow.near("PT-20", able, 8, "立案审批表没有印章")
    papers["has_stamp"][np.isin(papers["row"], rows) & (papers["kind"] == "filing")] = False


def _of(kinds: Column, wanted: tuple[str, ...]) -> Column:
    return np.isin(kinds.astype(str), wanted)
