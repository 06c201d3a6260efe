"""Problems of work orders: places nobody went to, late replies, “resolved” that was not."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.complaints import kind_columns
from mingjian.demo.ledger import Ledger
from mingjian.demo.records import Records, running_number, texts, where
from mingjian.demo.rhythm import HOTLINE_WEEK
from mingjian.demo.world import World

_ORDER = "complaint"
_HEATING = "供暖不热"


def unanswered_places(world: World, chance: Chance) -> Records:
    """Repeated requests about businesses that nobody ever visits; `plant` marks what each is.

    TS-01 three to seven different people within thirty days; `TS-01~` two only; `TS-01≈` the same
    person again and again; `TS-01=` a third that comes too late; `TS-01h` heating, no enforcement.
    """
    kinds, reserved = kind_columns(world), world.parties.reserved
    reserved = reserved[world.parties.street[reserved] != world.odd.silent]
    marks = texts(["TS-01", "TS-01", "TS-01", "TS-01~", "TS-01≈", "TS-01=", "TS-01h"])
    count = len(reserved)
    mark = marks[np.arange(count) % len(marks)]
    can = np.flatnonzero(kinds.enforced & (kinds.handler == "street"))
    kind = chance.pick(count, can)
    names = [k.subcategory for k in world.blueprint.complaints.kinds]
    kind = where(mark == "TS-01h", names.index(_HEATING), kind)
    first = world.rhythm.draw_by_season(kinds.season[kind], chance.stream("days"), HOTLINE_WEEK)
    latest = world.until - np.timedelta64(65, "D")
    first = np.minimum(first, latest - chance.days(count, 0, 40))
    size = where(mark == "TS-01", chance.whole(count, 3, 7), where(mark == "TS-01~", 2, 3))
    step = where(mark == "TS-01=", 15, np.maximum(27 // size, 1))
    place = np.repeat(np.arange(count), size)
    turn = running_number(place) - 1
    table = Records({"kind": kind[place], "plant": mark[place]})
    table["episode"] = place + 1_000_000
    table["day"] = first[place] + (turn * step[place]).astype("timedelta64[D]")
    table["party"] = table["place"] = reserved[place]
    table["street"] = world.parties.street[reserved[place]]
    return table


def plant_complaints(city: City, ledger: Ledger, chance: Chance) -> None:
    """TS-01 (unit: the place), TS-02 and TS-04 (unit: the work order)."""
    table = city[_ORDER]
    marks = table["plant"]
    ledger.used.setdefault(_ORDER, set()).update(np.flatnonzero(marks != None).tolist())  # noqa: E711
    places = table["place_key"]
    ledger.plant("TS-01", _ORDER, np.unique(places[marks == "TS-01"]), "反复投诉而没有执法动作")
    notes = {
        "TS-01~": "只有两件",
        "TS-01≈": "同一人重复来电",
        "TS-01=": "第三件在三十日之后",
        "TS-01h": "供暖问题，不属执法",
    }
    for mark, note in notes.items():
        ledger.near("TS-01", _ORDER, np.unique(places[marks == mark]), note)
    answered = (table["episode"] >= 0) & (marks == None)  # noqa: E711
    ledger.near(
        "TS-01",
        _ORDER,
        np.unique(places[answered])[:: max(1, int(10 / ledger.scale / 100))],
        "反复投诉，其间上门检查",
    )
    same = np.flatnonzero(marks == "TS-01≈")
    table["reporter_hash"][same] = table["place_key"][same]
    _late(city, ledger, chance.stream("late"))
    _comes_again(city, ledger)
    _not_resolved(city, ledger)


def _late(city: City, ledger: Ledger, chance: Chance) -> None:
    """北京市接诉即办工作条例第十三条: the order names its own limit."""
    table, last = city[_ORDER], city.world.until
    past = table["due_at"] <= (last - np.timedelta64(40, "D")).astype("datetime64[s]")
    rows = ledger.choose(_ORDER, past & (table["feedback_result"] != "resolved"), 40, "TS-02")
    late = table["due_at"][rows] + chance.days(len(rows), 1, 25)
    never = chance.share(len(rows), 0.3)
    for name in ("replied_at", "closed_at"):
        table[name][rows] = where(never, np.datetime64("NaT"), late)
    for name in ("feedback_result", "reply_text", "is_resolved", "is_satisfied"):
        table[name][rows] = where(never, None, table[name][rows])
    table["is_responded"][rows] = ~never
    table["status"][rows] = where(never, "办理中", "已办结")
    ledger.plant("TS-02", _ORDER, table["complaint_id"][rows], "超过工单时限才反馈，或者没有反馈")
    rows = ledger.choose(_ORDER, past, 12, "TS-02.near")
    table["replied_at"][rows] = table["closed_at"][rows] = table["due_at"][rows]
    ledger.near("TS-02", _ORDER, table["complaint_id"][rows], "到时限的那一刻反馈")


def _comes_again(city: City, ledger: Ledger) -> None:
    """“Resolved”, nobody called back, and the same comes up at the place within fifteen days."""
    table = city[_ORDER]
    order = np.lexsort((table["received_at"], table["kind"], table["place"]))
    first, second = order[:-1], order[1:]
    same = (table["place"][first] == table["place"][second]) & (
        table["kind"][first] == table["kind"][second]
    )
    replied = table["replied_at"][first].astype("datetime64[D]")
    gap = (table["received_at"][second].astype("datetime64[D]") - replied).astype(np.int64)
    for code, least, most in (("TS-04", 1, 15), ("TS-04.near", 16, 40)):
        again = np.zeros(len(table), bool)
        again[first[same & (gap >= least) & (gap <= most)]] = True
        again &= np.isin(table["feedback_result"].astype(str), ["explained", "transferred"])
        rows = ledger.choose(_ORDER, again, 10, code)
        table["feedback_result"][rows] = "resolved"
        table["is_resolved"][rows] = table["is_satisfied"][rows] = None
        ids = table["complaint_id"][rows]
        if code == "TS-04":
            ledger.plant(code, _ORDER, ids, "反馈已解决，十五日内同一点位再诉")
        else:
            ledger.near("TS-04", _ORDER, ids, "十五日之后再诉")


def _not_resolved(city: City, ledger: Ledger) -> None:
    """第三十五条第三项: “resolved” in the reply, not so when called back."""
    table = city[_ORDER]
    resolved = (table["feedback_result"] == "resolved") & (
        table["closed_at"].astype("datetime64[D]") < city.world.until
    )
    rows = ledger.choose(_ORDER, resolved, 40, "TS-04")
    table["is_resolved"][rows] = False
    table["is_satisfied"][rows] = False
    ledger.plant("TS-04", _ORDER, table["complaint_id"][rows], "反馈已解决，回访未解决")
    explained = table["feedback_result"] == "explained"
    rows = ledger.choose(_ORDER, explained, 12, "TS-04.near")
    table["is_resolved"][rows] = False
    ledger.near("TS-04", _ORDER, table["complaint_id"][rows], "如实反馈已解释，未解决")
    rows = ledger.choose(_ORDER, resolved, 8, "TS-04.near")
    table["is_resolved"][rows] = True
    table["is_satisfied"][rows] = False
    ledger.near("TS-04", _ORDER, table["complaint_id"][rows], "已解决但不满意")
