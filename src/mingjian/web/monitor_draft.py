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
from mingjian.monitor.writing import groups_of, required, view_of
from mingjian.standards import load_standard
from mingjian.supervision.monitor_life import BadValue
from mingjian.web import draft_comparison as comparison
from mingjian.web import draft_examples as examples
from mingjian.web.draft_values import (
    LONG,
    SHORT,
    NotUsable,
    comparable,
    number_given,
    place_given,
    take_out,
    words_given,
)

_CODE = re.compile(r"[A-Z]{2}-\d{2,3}")
LISTS = ("interpretation", "verify", "known_gaps")
SHARES = {"any": "不限", "0.3": "30%", "0.5": "50%", "0.8": "80%", "0.95": "95%", "1.0": "100%"}
CONDITIONS_AT_MOST = 20

Form = dict[str, Any]


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
    try:
        view = view_of(library, form)
        told = _CHANGES[act](view, fields_of(view), form, given)
        if act in comparison.ACTS:
            comparison.settle(fields_of(view_of(library, form)), form)
    except (PartsError, BadValue) as error:
        raise NotUsable(str(error)) from error
    return told


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
        "name": words_given(given, "name", "名称", SHORT),
        "level": given["level"],
        "purpose": words_given(given, "purpose", "目的", LONG),
        "message": message_with_names(view, words_given(given, "message", "说明文字", SHORT)),
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
        "value": number_given(kind, given.get("value", ""), "取值"),
        "meaning": words_given(given, "meaning", "参数含义", SHORT),
        "basis": words_given(
            given, "parameter_basis", "参数出处（没有法律依据的写“平台设计值，可配置”）", SHORT
        ),
    }
    for bound, title in (("min", "最小值"), ("max", "最大值")):
        if given.get(bound, "").strip():
            entry[bound] = number_given(kind, given[bound], title)
    low, value, high = (comparable(kind, entry.get(n)) for n in ("min", "value", "max"))
    if (low is not None and value < low) or (high is not None and value > high):
        raise NotUsable("取值不在最小值与最大值之间。")
    return entry


def _remove_condition(
    _view: View, _fields: Mapping[str, ViewField], form: Form, given: QueryDict
) -> str:
    group, place = place_given(given, "group"), place_given(given, "place")
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
    take_out(form["basis"], place_given(given, "place"))
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


_CHANGES: dict[str, Callable[[View, Mapping[str, ViewField], Form, QueryDict], str]] = {
    "basics": _basics,
    "condition": _condition,
    "remove_condition": _remove_condition,
    **comparison.ACTS,
    "basis": _basis,
    "remove_basis": _remove_basis,
    "evidence": _evidence,
    **examples.ACTS,
}


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
