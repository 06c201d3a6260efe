"""What the page of a draft shows: its conditions in words, its examples, the trial's result."""

from typing import Any

from django.http import HttpRequest

from mingjian.access.masking import mask_always
from mingjian.monitor import (
    Library,
    View,
    draft_monitor,
    in_words,
    is_identifier,
    logic_in_words,
    relations,
)
from mingjian.monitor.parts import TESTS
from mingjian.monitor.parts import parameter_type as type_of
from mingjian.standards import ContentError
from mingjian.supervision.acts import drafts as acts
from mingjian.supervision.models import MonitorDraft
from mingjian.web.models import MonitorJob
from mingjian.web.monitor_sheet import unit_address


def chosen(request: HttpRequest, fields: Any) -> dict[str, Any] | None:
    """The field and test that are being asked for, step by step."""
    field = fields.get(request.GET.get("field", ""))
    if field is None:
        return None
    tests = {name: test for name, test in TESTS.items() if field.kind in test.kinds}
    name = request.GET.get("test", "")
    test = tests.get(name)
    kind = type_of(field, name) if test else ""
    return {
        "field": field,
        "tests": tests.items(),
        "test_name": name if test else "",
        "test": test,
        "kind": kind,
        "input": {"date": "date", "text": "text"}.get(kind, "number"),
        "step": {"integer": "1", "date": "", "text": ""}.get(kind, "any"),
        "others": [f for f in fields.values() if f.kind == field.kind and f.name != field.name],
    }


def groups(fields: Any, form: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The conditions in words, each with its parameter."""
    groups = []
    for group in form["groups"]:
        lines = []
        for part in group:
            field, test = fields[part["field"]], TESTS[part["test"]]
            other = fields.get(part.get("other", ""))
            lines.append(
                {
                    "title": field.title,
                    "test": test.title,
                    "other": other.title if other else "",
                    "codes": "、".join(
                        field.codes.get(code, code) for code in part.get("codes", [])
                    ),
                    "parameter": form["parameters"].get(part.get("parameter", "")),
                }
            )
        groups.append(lines)
    return groups


def sentences(library: Library, draft: MonitorDraft) -> list[str]:
    """What the condition says, in the words that the monitor's page will use."""
    if not draft.text or not is_identifier(draft.monitor_id):
        return []
    try:
        monitor = draft_monitor(draft.text, draft.monitor_id, acts.drafts_folder())
        library = library.with_monitors(monitor)
    except ContentError:
        return []  # the faults are listed by themselves
    return logic_in_words(monitor, library)


def examples(form: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": example["name"],
            "as_of": example["as_of"],
            "rows": [
                {
                    "table": relations()[row["table"]].title,
                    "is_hit": row["is_hit"],
                    "is_unit": row["table"],
                    "cells": [
                        _cell_in_words(row["table"], name, value)
                        for name, value in row["values"].items()
                    ],
                }
                for row in example["rows"]
            ],
        }
        for example in form["examples"]
    ]


def _cell_in_words(table: str, name: str, value: str) -> tuple[str, str]:
    column = relations()[table].columns[name]
    if column.type == "boolean":
        return column.title, "是" if value == "true" else "否"
    return column.title, in_words("", value, column.codes)


def shown_look(
    library: Library, draft: MonitorDraft, view: View, job: MonitorJob
) -> dict[str, Any]:
    """The result of a trial with every row masked and leading to its record."""
    result, form = job.result, draft.form
    columns = ["unit_id", *form["evidence"]]
    titles = {"unit_id": "对象", **view.file.columns}

    def line(row: dict[str, Any]) -> dict[str, Any]:
        masked = mask_always(view.file.unit, row)
        return {
            "unit_id": row["unit_id"],
            "href": _address(library, view, str(row["unit_id"])),
            "cells": [in_words(name, masked.get(name)) for name in columns[1:]],
        }

    return {
        "is_old": result["text_of"] != draft.text,
        "result": result,
        "columns": [titles[name] for name in columns],
        "hits": [line(row) for row in result["hits"]],
        "near": [{**line(miss["row"]), "sentence": miss["sentence"]} for miss in result["near"]],
    }


def _address(library: Library, view: View, unit_id: str) -> str:
    """As unit_address, for a view that no monitor of the library may use yet."""
    name = (view.base or view).name
    some = next((m for m in library.monitors.values() if m.file.view == name), None)
    return unit_address(library, some, unit_id) if some else ""
