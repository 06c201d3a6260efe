"""What hangs on a case: evidence, papers, steps, excluded periods."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.days import at_time, work_days
from mingjian.demo.records import (
    NO_DAY,
    Column,
    Records,
    filled,
    joined,
    running_number,
    stack,
    texts,
    where,
)

PRESERVATION_DAYS = 7  # working days, 行政处罚法第五十六条
_EVIDENCE = (
    ("record", "现场检查笔录", 0),
    ("statement", "当事人询问笔录", 3),
    ("audiovisual", "现场照片及视频", 0),
    ("documentary", "营业执照复印件", 2),
    ("electronic", "交易记录截图", 4),
)
_STEPPED = ("SCJG", "CGZF")  # departments whose own systems send a log of steps
_STEPS = (
    ("filing", "立案审批", "filed_on"),
    ("investigation", "调查终结", "investigated_on"),
    ("legal_review", "法制审核", "legal_reviewed_on"),
    ("prior_notice", "告知书送达", "prior_notice_on"),
    ("hearing", "举行听证", "hearing_held_on"),
    ("discussion", "集体讨论", "discussed_on"),
    ("decision", "作出决定", "decided_on"),
    ("service", "决定书送达", "served_on"),
    ("compliance", "缴款", "complied_on"),
    ("closing", "结案", "closed_on"),
)
_PAPERS = (
    ("filing", "filed_on", "filed_on"),
    ("prior_notice", "prior_notice_on", "prior_notice_on"),
    ("correction", "correction_ordered_on", "correction_ordered_on"),
    ("decision", "decided_on", "served_on"),
)


def build_evidence(cases: Records, chance: Chance) -> Records:
    """Made before the decision; some goods registered and preserved, and dealt with in time."""
    parts = []
    for i, (kind, name, lag) in enumerate(_EVIDENCE):
        share = 1.0 if i < 2 else 0.45
        own = np.flatnonzero((cases["procedure"] == "ordinary") & chance.share(len(cases), share))
        part = _evidence_of(cases, own, kind, name)
        gap = chance.whole(len(own), 0, 3) + lag
        made = cases["filed_on"][own] + gap.astype("timedelta64[D]")
        last = where(np.isnat(cases["investigated_on"][own]), made, cases["investigated_on"][own])
        part["made_on"] = np.minimum(made, last)
        part["registered_on"] = np.full(len(own), NO_DAY)
        part["disposed_on"] = np.full(len(own), NO_DAY)
        parts.append(part)
    kept = np.flatnonzero((cases["procedure"] == "ordinary") & chance.share(len(cases), 0.05))
    part = _evidence_of(cases, kept, "physical", "先行登记保存物品")
    part["made_on"] = np.fmin(cases["filed_on"][kept], cases["investigated_on"][kept])
    part["registered_on"] = part["made_on"]
    part["disposed_on"] = work_days().add(part["registered_on"], chance.whole(len(kept), 1, 6))
    table = stack([*parts, part])
    table["registration_approved_on"] = table["registered_on"]
    table["uploaded_on"] = table["made_on"] + np.timedelta64(1, "D")
    table = table.take(np.argsort(table["row"], kind="stable"))
    table["evidence_no"] = joined("Z", running_number(table["row"]))
    return table


def _evidence_of(cases: Records, own: Column, kind: str, name: str) -> Records:
    part = Records({"row": own, "case_id": cases["case_id"][own]})
    part["agency"], part["agency_id"] = cases["agency"][own], cases["agency_id"][own]
    part.fill("kind", kind)
    part.fill("name", name)
    return part


def build_documents(cases: Records) -> Records:
    """Metadata of the papers that the case's dates imply."""
    parts = []
    spot = cases["procedure"] == "summary"
    penalty = np.isin(cases["decision_result"].astype(str), ["penalty", "no_penalty"])
    for kind, issued, served in _PAPERS:
        own = np.flatnonzero(~np.isnat(cases[issued]) & ~spot & (penalty | (kind != "decision")))
        part = _paper(cases, own, kind, issued, served)
        part["document_no"] = filled(len(own), None)
        if kind == "decision":
            part["document_no"] = cases["decision_no"][own]
            part["kind"] = where(
                cases["decision_result"][own] == "no_penalty", "no_penalty", "decision"
            ).astype(object)
        parts.append(part)
    own = np.flatnonzero(spot)
    part = _paper(cases, own, "summary_decision", "decided_on", "served_on")
    part["document_no"] = cases["decision_no"][own]
    return stack([*parts, part])


def _paper(cases: Records, own: Column, kind: str, issued: str, served: str) -> Records:
    part = Records({"row": own, "act_id": cases["case_id"][own]})
    part["document_id"] = joined(cases["case_id"][own], "-", filled(len(own), kind))
    part["agency"], part["agency_id"] = cases["agency"][own], cases["agency_id"][own]
    part.fill("act_kind", "penalty_case")
    part.fill("kind", kind)
    part["issued_on"], part["served_on"] = cases[issued][own], cases[served][own]
    part["has_stamp"] = np.ones(len(own), bool)
    part["missing_items"] = filled(len(own), None)
    return part


def build_steps(cases: Records, keys: Column, chance: Chance) -> Records:
    """The log of steps, for departments whose systems keep one."""
    logged = np.isin(keys[cases["agency"]].astype(str), _STEPPED) & (
        cases["procedure"] == "ordinary"
    )
    parts = []
    for number, (step, activity, column) in enumerate(_STEPS, 1):
        own = np.flatnonzero(logged & ~np.isnat(cases[column]))
        part = Records({"row": own, "case_id": cases["case_id"][own]})
        part["agency"], part["agency_id"] = cases["agency"][own], cases["agency_id"][own]
        part["step_no"] = np.full(len(own), number)
        part.fill("step", step)
        part.fill("activity", activity)
        part["day"] = cases[column][own]
        part["occurred_at"] = at_time(part["day"], chance.whole(len(own), 9 * 60, 17 * 60))
        parts.append(part)
    return stack(parts)


def build_suspensions(cases: Records, coercions: Records, permits: Records) -> Records:
    """Excluded periods; told to the party in writing unless `pause_told` says otherwise."""
    parts = []
    for table, act_kind, identity, kinds in (
        (cases, "penalty_case", "case_id", ("test", "appraisal")),
        (coercions, "coercion", "coercion_id", ("test", "test")),
        (permits, "permit", "permit_id", ("expert_review", "test")),
    ):
        own = np.flatnonzero(~np.isnat(table["pause_from"]))
        part = Records({"act_id": table[identity][own], "agency": table["agency"][own]})
        part["agency_id"] = table["agency_id"][own]
        part.fill("act_kind", act_kind)
        part["kind"] = texts(list(kinds))[np.arange(len(own)) % 2]
        part["started_on"], part["ended_on"] = table["pause_from"][own], table["pause_to"][own]
        told = table.columns.get("pause_told", np.ones(len(table), bool))
        part["is_notified"] = told[own]
        part.fill("basis", "检验、检测、鉴定、评审期间不计入期限")
        parts.append(part)
    return stack(parts)
