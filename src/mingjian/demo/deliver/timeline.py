"""What a department knew on the day of a delivery: later dates are not there yet."""

from dataclasses import dataclass, field

import numpy as np

from mingjian.demo.days import work_days
from mingjian.demo.records import NO_DAY, Column, Records, where

_RESULT = (
    "penalty_kinds",
    "legal_basis",
    "discretion_step",
    "discretion_factor",
    "mitigation_reason",
    "fine_yuan",
    "confiscated_gains_yuan",
    "confiscated_goods_yuan",
)


@dataclass(frozen=True)
class Track:
    """The dates of a table: `begins` is the day the record comes into being, None for registers
    that stand from the start; `days` come later; `follow` empties columns together with a date;
    `recorded` are the events, first known first, from which the entry time counts."""

    begins: str | None
    days: tuple[str, ...] = ()
    follow: dict[str, tuple[str, ...]] = field(default_factory=dict)
    recorded: tuple[str, ...] = ()


TRACKS: dict[str, Track] = {
    "penalty_case": Track(
        "begun_on",
        (
            "investigated_on",
            "prior_notice_on",
            "renotified_on",
            "hearing_requested_on",
            "hearing_notified_on",
            "hearing_held_on",
            "hearing_waived_on",
            "legal_reviewed_on",
            "discussed_on",
            "decided_on",
            "ended_on",
            "correction_ordered_on",
            "corrected_on",
            "served_on",
            "announced_on",
            "complied_on",
            "withdrawn_on",
            "referred_on",
            "closed_on",
            "archived_on",
            "extension_approved_on",
            "disclosed_on",
            "revoked_on",
            "disclosure_withdrawn_on",
        ),
        {
            "prior_notice_on": ("proposed_fine_yuan", "has_hearing_told"),
            "legal_reviewed_on": ("legal_review_result",),
            "ended_on": ("decision_result",),
            "decided_on": ("decision_no", *_RESULT),
            "served_on": ("service_method",),
            "complied_on": ("paid_yuan",),
            "extension_approved_on": ("extended_days",),
        },
        ("decided_on", "filed_on"),
    ),
    "case_step": Track("day", recorded=("occurred_at",)),
    "case_document": Track("issued_on", ("served_on",), recorded=("issued_on",)),
    "case_evidence": Track("made_on", ("uploaded_on", "disposed_on"), recorded=("made_on",)),
    "case_suspension": Track("started_on", ("ended_on",), recorded=("started_on",)),
    "act_officer": Track("acted_on", recorded=("acted_on",)),
    "inspection": Track(
        "day",
        ("correction_ordered_on", "rechecked_on", "informed_on"),
        {"correction_ordered_on": ("correction_due_on",)},
        ("started_at",),
    ),
    "inspection_plan": Track("published_on"),
    "rating": Track("rated_at"),
    "coercion": Track(
        "day",
        (
            "approved_at",
            "extension_approved_on",
            "extension_informed_on",
            "disposed_on",
            "released_on",
            "demanded_on",
        ),
        {"extension_approved_on": ("extended_days",)},
        ("applied_at",),
    ),
    "permit": Track(
        "submitted_on",
        (
            "supplement_told_on",
            "accepted_on",
            "extension_approved_on",
            "extension_informed_on",
            "decided_on",
            "issued_on",
            "valid_from",
            "disclosed_on",
        ),
        {
            "decided_on": ("decision", "decision_no", "refusal_reason", "status"),
            "issued_on": ("valid_to",),
            "extension_approved_on": ("extended_days",),
        },
        ("decided_on", "accepted_on"),
    ),
    "referral": Track(
        "day_known",
        ("approved_on", "sent_at", "police_filed_on", "police_told_on", "handled_on"),
        {"approved_on": ("is_approved",), "police_told_on": ("police_result",)},
        ("sent_at", "reported_on"),
    ),
    "remedy": Track(
        "copy_received_on",
        ("replied_on", "effective_on", "performed_on"),
        {"effective_on": ("outcome", "fault", "leader_attended")},
        ("copy_received_on",),
    ),
    "complaint": Track(
        "received_at",
        ("dispatched_at", "replied_at", "closed_at"),
        {
            "replied_at": ("feedback_result", "reply_text", "status"),
            "closed_at": ("is_resolved", "is_satisfied"),
        },
        ("received_at",),
    ),
    "offsite_record": Track(
        "captured_at", ("reviewed_at", "notified_at"), recorded=("captured_at",)
    ),
    "supervision_document": Track(
        "issued_on",
        (
            "served_on",
            "extended_on",
            "reported_on",
            "rectified_on",
            "objection_on",
            "objection_replied_on",
            "closed_on",
        ),
        {"extended_on": ("extended_to",)},
        ("issued_on",),
    ),
    "officer": Track(None, ("hr_changed_on",), {"hr_changed_on": ("hr_status",)}),
    "officer_certificate": Track(None, ("cancelled_on",), {"cancelled_on": ("status",)}),
    "party": Track(
        None,
        ("cancelled_on", "do_not_disturb_from"),
        {"cancelled_on": ("status",), "do_not_disturb_from": ("do_not_disturb_to",)},
    ),
    "power_item": Track(None, ("in_force_to",)),
    "agency": Track(None),
    "benchmark": Track(None),
}
# What a record says while the date is not there yet, where that is not simply nothing.
_BEFORE = {
    ("officer", "hr_status"): "active",
    ("officer_certificate", "status"): "valid",
    ("party", "status"): "active",
    ("permit", "status"): "pending",
    ("complaint", "status"): "办理中",
}


def as_known(name: str, table: Records, last: np.datetime64) -> Records:
    """The table as it stood at the end of the day `last`; rows that had not begun are left out."""
    track = TRACKS[name]
    if track.begins:
        table = table.take(_day(table[track.begins]) <= last)
    known = table.copy()
    for column in track.days:
        later = _day(known[column]) > last
        known[column][later] = np.datetime64("NaT")
    for column, followers in track.follow.items():
        _empty(name, known, np.isnat(known[column]) & _dated(name, column, table), followers)
    if track.recorded and "lag" in known.columns:
        known["recorded_at"] = _recorded(known, track, last)
    return known


def _dated(name: str, column: str, table: Records) -> Column:
    """Where a date was to come. Registers, and extensions that nobody approved, keep what they say
    where none was."""
    if TRACKS[name].begins is None or column == "extension_approved_on":
        return ~np.isnat(table[column])
    return np.ones(len(table), bool)


def _empty(name: str, known: Records, rows: Column, columns: tuple[str, ...]) -> None:
    for column in columns:
        values = known[column]
        if (name, column) in _BEFORE:
            values[rows] = _BEFORE[name, column]
        elif values.dtype.kind == "M":
            values[rows] = np.datetime64("NaT")
        elif values.dtype.kind == "f":
            values[rows] = np.nan
        else:
            known[column] = values = values.astype(object)
            values[rows] = None


def _recorded(known: Records, track: Track, last: np.datetime64) -> Column:
    """Entered `lag` working days after the newest event known, at an hour of the office."""
    event = np.full(len(known), NO_DAY)
    for column in track.recorded:
        event = where(np.isnat(event), _day(known[column]), event)
    entered = work_days().add(event, known["lag"]).astype("datetime64[s]")
    entered = entered + known["minute"].astype("timedelta64[m]")
    ends = last.astype("datetime64[s]") + np.timedelta64(23 * 3600 + 1800, "s")
    return np.minimum(entered, ends)


def changed_between(name: str, table: Records, after: np.datetime64, last: np.datetime64) -> Column:
    """Whether something of the record happened after one delivery and by the next."""
    track = TRACKS[name]
    changed = np.zeros(len(table), bool)
    for column in (*((track.begins,) if track.begins else ()), *track.days):
        day = _day(table[column])
        changed |= (day > after) & (day <= last)
    return changed


def _day(values: Column) -> Column:
    return values.astype("datetime64[D]")
