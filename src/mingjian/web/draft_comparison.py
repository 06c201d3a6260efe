"""与同组比较、重复发生: what a monitor written on the page asks beyond the columns of its view."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import QueryDict

from mingjian.monitor import View
from mingjian.monitor.derived import dated_by, peers_in_words, recurs_in_words
from mingjian.monitor.file import Peers, Recurs
from mingjian.monitor.parts import ViewField, fields_of
from mingjian.web.draft_adrift import lost_in
from mingjian.web.draft_values import NotUsable

COLUMNS_AT_MOST = 4
DAYS_AT_MOST = 3650

Form = dict[str, Any]
Fields = Mapping[str, ViewField]


def _peers(view: View, _fields: Fields, form: Form, given: QueryDict) -> str:
    fields = fields_of(_base(view))
    value = given.get("value", "")
    if value not in fields or fields[value].kind != "number":
        raise NotUsable("请选拿哪个数来比。")
    group = _columns(fields, given, "group", "同组")
    if value in group:
        raise NotUsable(f"“{fields[value].title}”是要比的数，不能又用来分组。")
    form["peers"] = {"value": value, "group": group, **_days(view, fields, given)}
    return f"同组的件数、中位数、与中位数之比可以作条件了：比的是{fields[value].title}。"


def _recurs(view: View, _fields: Fields, form: Form, given: QueryDict) -> str:
    fields = fields_of(_base(view))
    same = _columns(fields, given, "same", "同一")
    form["recurs"] = {"same": same, **_days(view, fields, given, always_dated=True)}
    return "几日之内第几次、上一次的日期可以作条件了。"


def _remove(key: str) -> Callable[[View, Fields, Form, QueryDict], str]:
    def remove(_view: View, _fields: Fields, form: Form, _given: QueryDict) -> str:
        form.pop(key, None)
        return "已删去。"

    return remove


ACTS: dict[str, Callable[[View, Fields, Form, QueryDict], str]] = {
    "peers": _peers,
    "recurs": _recurs,
    "remove_peers": _remove("peers"),
    "remove_recurs": _remove("recurs"),
}


def settle(fields: Fields, form: Form) -> None:
    """After a change: conditions must still have their fields; facts shown lose what is gone."""
    for group in form["groups"]:
        for part in group:
            if lost_in(part, fields):
                raise NotUsable("还有条件用着它的字段，请先删去那个条件。")
    form["evidence"] = [name for name in form["evidence"] if name in fields]


def shown(view: View, form: Form) -> dict[str, Any]:
    """What the two blocks of the page need: what is set, in words, and what may be chosen."""
    base = _base(view)
    fields = fields_of(base)
    first = dated_by(base.file, "")
    peers = Peers.model_validate(form["peers"]) if form.get("peers") else None
    recurs = Recurs.model_validate(form["recurs"]) if form.get("recurs") else None
    numbers = [field for field in fields.values() if field.kind == "number"]
    days = [field for field in fields.values() if field.kind == "date"]
    return {
        "numbers": numbers,
        "days": days,
        "others": [f for f in fields.values() if f.kind in ("code", "text", "boolean")],
        "may_have_peers": bool(numbers) and "peer_count" not in base.file.columns,
        "may_recur": bool(days),
        "peers": peers,
        "peers_said": _peers_said(base, peers) if peers else "",
        "recurs": recurs,
        "recurs_said": _recurs_said(base, recurs) if recurs else "",
        "peers_columns": _padded(peers.group if peers else []),
        "recurs_columns": _padded(recurs.same if recurs else []),
        "peers_on": (peers and peers.on) or first,
        "recurs_on": (recurs and recurs.on) or first,
    }


def _peers_said(base: View, peers: Peers) -> str:
    by = "" if peers.days is None else f"（按{_dated(base, peers.on)}）"
    value = base.file.columns[peers.value]
    return f"比的是{value}；同组：{peers_in_words(base.file, peers)}{by}"


def _recurs_said(base: View, recurs: Recurs) -> str:
    days = "历来" if recurs.days is None else f"{recurs.days}日之内"
    return f"{recurs_in_words(base.file, recurs)}，{days}的第几次（按{_dated(base, recurs.on)}）"


def _dated(base: View, on: str) -> str:
    return base.file.columns[dated_by(base.file, on)]


def _padded(columns: list[str]) -> list[str]:
    """As many places to choose a column as there may be."""
    return [*columns, *[""] * (COLUMNS_AT_MOST - len(columns))]


def _base(view: View) -> View:
    return view.base or view


def _columns(fields: Fields, given: QueryDict, name: str, title: str) -> list[str]:
    chosen = list(dict.fromkeys(column for column in given.getlist(name) if column))
    if not chosen:
        raise NotUsable(f"“{title}”至少选一个字段。")
    if len(chosen) > COLUMNS_AT_MOST or set(chosen) - fields.keys():
        raise NotUsable(f"“{title}”只能从视图的字段里选，至多 {COLUMNS_AT_MOST} 个。")
    return chosen


def _days(
    view: View, fields: Fields, given: QueryDict, *, always_dated: bool = False
) -> dict[str, Any]:
    """The days and, where it is not the view's own first one, the date they are counted by."""
    text, on = given.get("days", "").strip(), given.get("on", "")
    if text and not (text.isdigit() and 1 <= int(text) <= DAYS_AT_MOST):
        raise NotUsable(f"“{text}”不是 1 至 {DAYS_AT_MOST} 的日数。")
    if not text and not always_dated:
        return {}
    if on not in fields or fields[on].kind != "date":
        raise NotUsable("请选按哪个日期算。")
    found: dict[str, Any] = {"days": int(text)} if text else {}
    return found | ({"on": on} if on != dated_by(_base(view).file, "") else {})
