"""样例: the rows that a monitor written on the page is tried on."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.http import QueryDict

from mingjian.monitor import View
from mingjian.monitor.parts import ViewField
from mingjian.monitor.writing import columns_asked, sources
from mingjian.standards import Field, load_standard
from mingjian.web.draft_values import (
    SHORT,
    NotUsable,
    cell_given,
    place_given,
    take_out,
    words_given,
)

EXAMPLES_AT_MOST, ROWS_AT_MOST = 20, 60

Form = dict[str, Any]


def _row(view: View, _fields: Mapping[str, ViewField], form: Form, given: QueryDict) -> str:
    """A row of an example: of the unit itself, or of a table its view reads."""
    table, number = given.get("table", ""), given.get("example", "")
    if table not in view.file.reads:
        raise NotUsable("请选一张这个视图读的表。")
    example = _example(form, number, given)
    fields = load_standard().tables[table].fields
    values = {
        name: cell_given(table, name, fields[name], text.strip())
        for name in fields
        if (text := given.get(f"cell:{name}", "")).strip()
    }
    if table == view.file.unit and view.file.key not in values:
        raise NotUsable(f"“{fields[view.file.key].title}”须填：样例里用它指出哪一行。")
    if not values:
        raise NotUsable("这一行什么都没有填。")
    is_hit = table == view.file.unit and given.get("is_hit") == "1"
    many = _copies(given) if table == view.file.unit else 1
    if len(example["rows"]) + many > ROWS_AT_MOST:
        raise NotUsable(f"一个样例至多 {ROWS_AT_MOST} 行。")
    for copy_no in range(1, many + 1):
        own = values if copy_no == 1 else _numbered(values, view.file.key, copy_no)
        example["rows"].append({"table": table, "values": own, "is_hit": is_hit})
    if example not in form["examples"]:
        form["examples"].append(example)
    return f"样例“{example['name']}”加了{many}行{'，应当命中' if is_hit else ''}。"


def _copies(given: QueryDict) -> int:
    """How many rows alike to add: whoever compares with peers needs as many as there must be."""
    text = given.get("copies", "").strip() or "1"
    if not text.isdigit() or not 1 <= int(text) <= ROWS_AT_MOST:
        raise NotUsable(f"“{text}”不是 1 至 {ROWS_AT_MOST} 的行数。")
    return int(text)


def _numbered(values: Form, key: str, copy_no: int) -> Form:
    """The same row as another unit."""
    return {**values, key: f"{values[key]}-{copy_no}"}


def _example(form: Form, number: str, given: QueryDict) -> Form:
    if number:
        try:
            found: Form = form["examples"][int(number)]
        except (ValueError, IndexError) as error:
            raise NotUsable("没有这个样例，可能刚刚删过。") from error
        return found
    if len(form["examples"]) >= EXAMPLES_AT_MOST:
        raise NotUsable(f"至多 {EXAMPLES_AT_MOST} 个样例。")
    try:
        as_of = date.fromisoformat(given.get("as_of", ""))
    except ValueError as error:
        raise NotUsable("请填样例的判断日。") from error
    name = words_given(given, "example_name", "样例名称", SHORT)
    return {"name": name, "as_of": as_of.isoformat(), "rows": []}


def _remove_row(_view: View, _fields: Mapping[str, ViewField], form: Form, given: QueryDict) -> str:
    number = place_given(given, "example")
    if number >= len(form["examples"]):
        raise NotUsable("没有这个样例，可能刚刚删过。")
    rows = form["examples"][number]["rows"]
    take_out(rows, place_given(given, "place"))
    if not rows:
        del form["examples"][number]
    return "已删去一行。"


ACTS: dict[str, Callable[[View, Mapping[str, ViewField], Form, QueryDict], str]] = {
    "row": _row,
    "remove_row": _remove_row,
}


def example_fields(view: View, form: Form, table: str) -> list[tuple[str, Field]]:
    """Fields of a table worth filling in an example: its key, its agency, and what is judged by."""
    tables = load_standard().tables
    used = [p[n] for g in form["groups"] for p in g for n in ("field", "other") if p.get(n)]
    used += columns_asked(view)
    named = {
        name
        for column in [*used, *form["evidence"], "unit_id", "agency_id"]
        for source, name in sources(view, column)
        if source == table
    }
    named |= set(tables[table].key)
    wanted = [*tables[table].key, *(name for name in tables[table].fields if name in named)]
    return [(name, tables[table].fields[name]) for name in dict.fromkeys(wanted)]
