"""The form behind a monitor that is written on the page, and every change a person makes to it."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.http import QueryDict

from mingjian.law import article_number, load_laws
from mingjian.monitor import LEVEL_TITLES, Library, View, file_text, is_identifier, relations
from mingjian.monitor.parts import TESTS, Part, PartsError, ViewField, condition_text, fields_of
from mingjian.monitor.parts import parameter_type as type_of
from mingjian.monitor.writing import groups_of, required, sources
from mingjian.standards import Field, load_standard
from mingjian.supervision.monitor_life import BadValue
from mingjian.web.record_query import typed

_CODE = re.compile(r"[A-Z]{2}-\d{2,3}")
LISTS = ("interpretation", "verify", "known_gaps")
SHARES = {"any": "不限", "0.3": "30%", "0.5": "50%", "0.8": "80%", "0.95": "95%", "1.0": "100%"}
LONG, SHORT = 600, 120
EXAMPLES_AT_MOST, ROWS_AT_MOST, CONDITIONS_AT_MOST = 20, 20, 20

Form = dict[str, Any]


class NotUsable(ValueError):
    """What a person gave cannot be used; the message says why."""


def empty_form(view: View, name: str) -> Form:
    """A form to begin with: the view's own columns are the evidence shown first."""
    shown = [column for column in view.file.columns if column.endswith("_no")][:1]
    return {
        "identifier": "",
        "code": "",
        "name": name,
        "level": "yellow",
        "purpose": "",
        "basis": [],
        "interpretation": [],
        "view": view.name,
        "groups": [],
        "parameters": {},
        "shares": {},
        "evidence": shown,
        "message": "",
        "verify": [],
        "known_gaps": [],
        "examples": [],
    }


def text_of(library: Library, form: Form) -> str:
    """The file as far as it is written; empty while there is no condition."""
    return file_text(library, form) if form["groups"] else ""


def change(library: Library, form: Form, act: str, given: QueryDict) -> str:
    """Do one change to the form; returns what to tell the person. Raises NotUsable or KeyError."""
    view = library.views[form["view"]]
    try:
        return _CHANGES[act](view, fields_of(view), form, given)
    except (PartsError, BadValue) as error:
        raise NotUsable(str(error)) from error


def _basics(view: View, _fields: Mapping[str, ViewField], form: Form, given: QueryDict) -> str:
    code, identifier = given.get("code", "").strip(), given.get("identifier", "").strip()
    groups = load_standard().codes["monitor_group"].codes
    if not _CODE.fullmatch(code) or code.split("-")[0] not in groups:
        raise NotUsable(
            "编号应为两个大写字母（组）加两三位数字，如 PT-91；组见数据标准“监测模型组”。"
        )
    if not is_identifier(identifier):
        raise NotUsable("标识应如 penalty.case_idle：目录和文件名，小写字母、数字、下划线。")
    if given.get("level") not in LEVEL_TITLES:
        raise NotUsable("请选等级。")
    form |= {
        "code": code,
        "identifier": identifier,
        "name": _said(given, "name", "名称", SHORT),
        "level": given["level"],
        "purpose": _said(given, "purpose", "目的", LONG),
        "message": message_with_names(view, _said(given, "message", "说明文字", SHORT)),
    }
    for name in LISTS:
        form[name] = [line.strip() for line in given.get(name, "").splitlines() if line.strip()]
    return "已保存。"


def message_with_names(view: View, message: str) -> str:
    """{立案日期} as files write it: {filed_on}. What is no title of a column stays as it is."""
    names = {title: name for name, title in view.file.columns.items() if name != "unit_id"}
    return re.sub(r"{([^{}]+)}", lambda part: f"{{{names.get(part[1], part[1])}}}", message)


def message_with_titles(view: View, message: str) -> str:
    """{filed_on} as people read it: {立案日期}."""
    titles = view.file.columns
    return re.sub(r"{([^{}]+)}", lambda part: f"{{{titles.get(part[1], part[1])}}}", message)


def _condition(_view: View, fields: Mapping[str, ViewField], form: Form, given: QueryDict) -> str:
    if sum(map(len, form["groups"])) >= CONDITIONS_AT_MOST:
        raise NotUsable(f"一个模型至多 {CONDITIONS_AT_MOST} 个条件，请分成几个模型。")
    name, test = given.get("field", ""), given.get("test", "")
    if name not in fields or test not in TESTS:
        raise NotUsable("请先选字段和比较方法。")
    part: Form = {"field": name, "test": test}
    parameter = None
    if "field" in TESTS[test].needs:
        part["other"] = given.get("other", "")
    if "codes" in TESTS[test].needs:
        part["codes"] = given.getlist("codes")
    if "parameter" in TESTS[test].needs:
        part["parameter"] = _free_name(form, name, test)
        parameter = _parameter(type_of(fields[name], test), given)
    group = [Part(**{**part, "codes": tuple(part.get("codes", ()))})]
    condition_text(fields, [group])  # refuses what cannot be built
    if parameter is not None:
        form["parameters"][part["parameter"]] = parameter
    if given.get("joined") == "or" and form["groups"]:
        form["groups"][-1].append(part)
    else:
        form["groups"].append([part])
    return f"已加条件：{fields[name].title}{TESTS[test].title}。"


def _free_name(form: Form, field: str, test: str) -> str:
    """A name for a parameter that says what it bounds and is not taken."""
    name = f"{field}_{test}"[:36]
    taken = form["parameters"]
    if name not in taken:
        return name
    return next(f"{name}_{n}" for n in range(2, 100) if f"{name}_{n}" not in taken)


def _parameter(kind: str, given: QueryDict) -> Form:
    entry = {
        "type": kind,
        "value": _number(kind, given.get("value", ""), "取值"),
        "meaning": _said(given, "meaning", "参数含义", SHORT),
        "basis": _said(
            given, "parameter_basis", "参数出处（没有法律依据的写“平台设计值，可配置”）", SHORT
        ),
    }
    for bound, title in (("min", "最小值"), ("max", "最大值")):
        if given.get(bound, "").strip():
            entry[bound] = _number(kind, given[bound], title)
    low, value, high = (_comparable(kind, entry.get(n)) for n in ("min", "value", "max"))
    if (low is not None and value < low) or (high is not None and value > high):
        raise NotUsable("取值不在最小值与最大值之间。")
    return entry


def _remove_condition(
    _view: View, _fields: Mapping[str, ViewField], form: Form, given: QueryDict
) -> str:
    group, place = _place(given, "group"), _place(given, "place")
    try:
        part = form["groups"][group].pop(place)
    except IndexError as error:
        raise NotUsable("没有这个条件，可能刚刚删过。") from error
    if not form["groups"][group]:
        del form["groups"][group]
    form["parameters"].pop(part.get("parameter", ""), None)
    return "已删去一个条件。"


def _basis(_view: View, _fields: Mapping[str, ViewField], form: Form, given: QueryDict) -> str:
    """An article, quoted: what is given must stand in the statute word for word."""
    laws = load_laws()
    try:
        number = article_number(given.get("article", ""))
        on = date.fromisoformat(given.get("on", ""))
        article = laws.article(given.get("law", ""), number, on)
    except (LookupError, ValueError) as error:
        raise NotUsable(f"查不到这一条：{error}") from error
    quote = given.get("quote", "").strip() or article.text
    problem = laws.prove(article.law, number, quote, on)
    if problem:
        raise NotUsable(problem)
    form["basis"].append(
        {
            "law": article.law,
            "article": number,
            "in_force": article.in_force_on.isoformat(),
            "text": quote,
        }
    )
    return f"已加依据：《{article.short}》{number}，引文与原文一致。"


def _remove_basis(
    _view: View, _fields: Mapping[str, ViewField], form: Form, given: QueryDict
) -> str:
    _drop(form["basis"], _place(given, "place"))
    return "已删去一条依据。"


def _evidence(_view: View, fields: Mapping[str, ViewField], form: Form, given: QueryDict) -> str:
    """The columns shown as evidence, and how full each required field must be."""
    chosen = [name for name in fields if name in given.getlist("evidence")]
    if not chosen:
        raise NotUsable("请至少选一个字段作为预警里给出的事实。")
    form["evidence"] = chosen
    for key, value in given.items():
        name = key.removeprefix("share:")
        if key != name and value in SHARES:
            form["shares"][str(name)] = "any" if value == "any" else float(str(value))
    return "已保存。"


def _row(view: View, _fields: Mapping[str, ViewField], form: Form, given: QueryDict) -> str:
    """A row of an example: of the unit itself, or of a table its view reads."""
    table, number = given.get("table", ""), given.get("example", "")
    if table not in view.file.reads:
        raise NotUsable("请选一张这个视图读的表。")
    example = _example(form, number, given)
    if len(example["rows"]) >= ROWS_AT_MOST:
        raise NotUsable(f"一个样例至多 {ROWS_AT_MOST} 行。")
    fields = load_standard().tables[table].fields
    values = {
        name: _cell(table, name, fields[name], text.strip())
        for name in fields
        if (text := given.get(f"cell:{name}", "")).strip()
    }
    if table == view.file.unit and view.file.key not in values:
        raise NotUsable(f"“{fields[view.file.key].title}”须填：样例里用它指出哪一行。")
    if not values:
        raise NotUsable("这一行什么都没有填。")
    is_hit = table == view.file.unit and given.get("is_hit") == "1"
    example["rows"].append({"table": table, "values": values, "is_hit": is_hit})
    if example not in form["examples"]:
        form["examples"].append(example)
    return f"样例“{example['name']}”加了一行{'，应当命中' if is_hit else ''}。"


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
    name = _said(given, "example_name", "样例名称", SHORT)
    return {"name": name, "as_of": as_of.isoformat(), "rows": []}


def _remove_row(_view: View, _fields: Mapping[str, ViewField], form: Form, given: QueryDict) -> str:
    number = _place(given, "example")
    if number >= len(form["examples"]):
        raise NotUsable("没有这个样例，可能刚刚删过。")
    rows = form["examples"][number]["rows"]
    _drop(rows, _place(given, "place"))
    if not rows:
        del form["examples"][number]
    return "已删去一行。"


_CHANGES: dict[str, Callable[[View, Mapping[str, ViewField], Form, QueryDict], str]] = {
    "basics": _basics,
    "condition": _condition,
    "remove_condition": _remove_condition,
    "basis": _basis,
    "remove_basis": _remove_basis,
    "evidence": _evidence,
    "row": _row,
    "remove_row": _remove_row,
}


def example_fields(view: View, form: Form, table: str) -> list[tuple[str, Field]]:
    """Fields of a table worth filling in an example: its key, its agency, and what is judged by."""
    tables = load_standard().tables
    used = [p[n] for g in form["groups"] for p in g for n in ("field", "other") if p.get(n)]
    named = {
        name
        for column in [*used, *form["evidence"], "unit_id", "agency_id"]
        for source, name in sources(view, column)
        if source == table
    }
    named |= set(tables[table].key)
    wanted = [*tables[table].key, *(name for name in tables[table].fields if name in named)]
    return [(name, tables[table].fields[name]) for name in dict.fromkeys(wanted)]


def share_lines(view: View, form: Form) -> list[tuple[str, str, str, str]]:
    """“table.field”, table, field and the share wanted of it, for the person to change."""
    lines = []
    for table, fields in required(view, groups_of(form), form["shares"]).items():
        relation = relations()[table]
        for name, share in fields.items():
            chosen = "any" if share == "any" else str(float(share))
            title = relation.columns[name].title
            lines.append((f"{table}.{name}", relation.title, title, chosen))
    return lines


def _said(given: QueryDict, name: str, title: str, longest: int) -> str:
    text = str(given.get(name, "")).strip()
    if not text:
        raise NotUsable(f"“{title}”没有填。")
    if len(text) > longest:
        raise NotUsable(f"“{title}”有 {len(text)} 字，超过 {longest} 字。")
    return text


def _number(kind: str, text: str, title: str) -> str:
    """Checked, and kept as text: forms are JSON."""
    text = text.strip()
    if not text:
        raise NotUsable(f"参数的{title}没有填。")
    try:
        value = _comparable(kind, text)
    except ValueError as error:
        names = {"date": "日期（如 2025-03-01）", "integer": "整数"}
        raise NotUsable(f"“{text}”不是{names.get(kind, '数字')}。") from error
    return value.isoformat() if isinstance(value, date) else text


def _comparable(kind: str, text: Any) -> Any:
    if text is None or kind == "text":
        return text
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "integer":
        return int(text)
    number = float(text)
    if number != number or abs(number) > 1e15:
        raise ValueError
    return number


def _cell(table: str, name: str, field: Field, text: str) -> str:
    """What was typed, checked by the standard; codes may be written by their names."""
    if field.codes and field.type == "code":
        spellings = load_standard().codes[field.codes].lookup()
        if text not in spellings:
            raise NotUsable(f"“{field.title}”没有“{text}”这个值。")
        return spellings[text]
    try:
        value = typed(load_standard().tables[table], name, text)
    except ValueError as error:
        raise NotUsable(f"“{field.title}”的“{text}”{error}。") from error
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat(" ") if hasattr(value, "hour") else str(value)  # type: ignore[call-arg, union-attr]


def _place(given: QueryDict, name: str) -> int:
    text = given.get(name, "")
    if not text.isdigit():
        raise NotUsable("没有指明是哪一个。")
    return int(text)


def _drop(items: list[Any], place: int) -> None:
    if place >= len(items):
        raise NotUsable("没有这一项，可能刚刚删过。")
    del items[place]
