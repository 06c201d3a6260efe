"""The last columns: what follows from the rest, entry times, and the agency that falls silent."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.days import work_days
from mingjian.demo.deliver.corrections import Corrections
from mingjian.demo.deliver.files import REPORT_DAYS
from mingjian.demo.deliver.timeline import TRACKS
from mingjian.demo.ledger import Ledger
from mingjian.demo.records import NO_DAY, Column, Records, filled, where

_LATE = 45  # days after the decision at which a withheld case comes at the earliest


def finish(city: City, chance: Chance) -> None:
    """Complete the tables in place."""
    cases = city["penalty_case"]
    _clear_what_is_no_penalty(cases)
    _file_on_the_spot(cases, chance.stream("spot"))
    city.tables["act_officer"]["certificate_no"] = _certificate_numbers(city)
    referral = city["referral"]
    reverse = referral["direction"] == "reverse"
    referral["day_known"] = where(reverse, referral["received_on"], referral["reported_on"])
    benchmark = city["benchmark"]
    zero = benchmark["fine_min_yuan"] == 0
    benchmark["fine_min_yuan"] = where(zero, np.nan, benchmark["fine_min_yuan"])
    for name, track in TRACKS.items():
        if track.recorded:
            stream, count = chance.stream(name), len(city[name])
            city[name]["lag"] = stream.weighted(count, city.world.blueprint.habits.lag)
            city[name]["minute"] = stream.whole(count, 18 * 60, 22 * 60)


def _file_on_the_spot(cases: Records, chance: Chance) -> None:
    """On-the-spot penalties have no filing, but most systems write the day itself there."""
    written = (cases["procedure"] == "summary") & chance.share(len(cases), 0.97)
    cases["filed_on"] = where(written, cases["decided_on"], cases["filed_on"])


def _clear_what_is_no_penalty(cases: Records) -> None:
    penalty = cases["decision_result"] == "penalty"
    for name in ("fine_yuan", "confiscated_gains_yuan", "confiscated_goods_yuan"):
        cases[name] = where(penalty, cases[name], np.nan)
    for name in ("penalty_kinds", "discretion_step"):
        cases[name] = where(penalty, cases[name], None).astype(object)
    for name in ("served_on", "complied_on", "disclosed_on", "announced_on"):
        served = np.isin(cases["decision_result"].astype(str), ["penalty", "no_penalty"])
        keep = penalty if name != "served_on" else served
        cases[name] = where(keep, cases[name], NO_DAY)
    cases["service_method"] = where(
        np.isnat(cases["served_on"]), None, cases["service_method"]
    ).astype(object)
    taken = np.nan_to_num(cases["confiscated_gains_yuan"])
    cases["paid_yuan"] = where(penalty, np.nan_to_num(cases["fine_yuan"]) + taken, np.nan)
    cases["extended_days"] = cases["extended_days"].astype(float)
    cases["remark"] = filled(len(cases), None)


def _certificate_numbers(city: City) -> Column:
    """The number that each actor writes: of the certificate in force on the day, else of the first;
    auxiliary staff have none and write their personnel code."""
    acts, table = city["act_officer"], city["officer_certificate"]
    order = np.lexsort((table["valid_from"], table["officer_id"].astype(str)))
    owners = table["officer_id"][order].astype(str)
    starts = table["valid_from"][order]
    who = acts["officer_id"].astype(str)
    first = np.searchsorted(owners, who, side="left")
    after = np.searchsorted(owners, who, side="right")
    second = np.minimum(first + 1, len(owners) - 1)
    later = (after - first > 1) & (starts[second] <= acts["acted_on"])
    at = where(later, second, np.minimum(first, len(owners) - 1))
    numbers = table["certificate_no"][order][at]
    return where(after > first, numbers, acts["officer_id"]).astype(object)


def corrections(
    city: City, ledger: Ledger, ends: list[np.datetime64], chance: Chance
) -> Corrections:
    """SJ-08 (key dates changed after they were reported) and SJ-06 (reported far too late)."""
    cases, count = city["penalty_case"], len(ends)
    done = (cases["decision_result"] == "penalty") & (cases["procedure"] == "ordinary")
    year_ago = city.world.until - np.timedelta64(330, "D")
    recent = done & (cases["filed_on"] >= year_ago) & (cases["archived_on"] <= ends[-3])
    recent &= cases["agency"] != city.world.odd.silent
    edited = ledger.choose("penalty_case", recent, 30, "SJ-08")
    ledger.plant(
        "SJ-08", "penalty_case", cases["case_id"][edited], "报送之后改动立案、告知、送达日期"
    )
    touched = ledger.choose(
        "penalty_case", recent, int(12 * city.world.blueprint.habits.corrections), "SJ-08.near"
    )
    ledger.near("SJ-08", "penalty_case", cases["case_id"][touched], "只更正了违法行为地的写法")
    rows = np.concatenate([edited, touched])
    order = np.argsort(rows)
    late = ledger.choose("penalty_case", recent, 30, "SJ-06")
    ledger.plant("SJ-06", "penalty_case", cases["case_id"][late], "决定之后很久才报送")
    _just_in_time(cases, ledger, ends)
    first = np.searchsorted(np.array(ends), cases["decided_on"][late] + np.timedelta64(_LATE, "D"))
    turn = np.searchsorted(np.array(ends), cases["archived_on"][rows]) + 1
    said = {name: values[order] for name, values in _said(cases, edited, touched, chance).items()}
    return Corrections(
        rows[order], np.minimum(turn, count - 1)[order], said, late, np.minimum(first, count - 1)
    )


def _just_in_time(cases: Records, ledger: Ledger, ends: list[np.datetime64]) -> None:
    """Cases that happen to be reported on the last days that are still in time."""
    stops = np.array(ends)
    at = np.minimum(np.searchsorted(stops, cases["decided_on"]), len(stops) - 1)
    wait = work_days().between(cases["decided_on"], stops[at] + 1)
    timely = (cases["decision_result"] == "penalty") & (wait >= REPORT_DAYS - 1)
    rows = ledger.choose("penalty_case", timely & (wait <= REPORT_DAYS), 10, "SJ-06.near")
    ledger.near("SJ-06", "penalty_case", cases["case_id"][rows], "第十四、十五个工作日报送")


def _said(cases: Records, edited: Column, touched: Column, chance: Chance) -> dict[str, Column]:
    """What was reported before: one key date other than now, or a place in other words."""
    size = len(edited) + len(touched)
    which = np.arange(len(edited)) % 3
    shift = chance.days(len(edited), 8, 25)
    said: dict[str, Column] = {}
    for k, (name, sign) in enumerate((("filed_on", -1), ("prior_notice_on", 1), ("served_on", 1))):
        values = np.full(size, NO_DAY)
        values[: len(edited)][which == k] = (cases[name][edited] + sign * shift)[which == k]
        said[name] = values
    place = filled(size, None)
    place[len(edited) :] = cases["address"][touched] + "附近"
    said["act_place"] = place
    return said
