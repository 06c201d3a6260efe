"""A draft may outlive its view: a new version of the content drops columns, or the view itself."""

from collections.abc import Collection
from copy import deepcopy
from typing import Any

from mingjian.monitor import Library
from mingjian.monitor.parts import PartsError, fields_of
from mingjian.monitor.writing import view_of

Form = dict[str, Any]

_COMPARISONS = {"peers": "与同组比较", "recurs": "重复发生"}


def adrift(library: Library, form: Form) -> list[str]:
    """What the form uses and its view gives no more; columns by name, their titles are gone."""
    return let_go(library, deepcopy(form))


def let_go(library: Library, form: Form) -> list[str]:
    """Take out of the form what its view gives no more; returns what was taken out."""
    gone: dict[str, None] = {}
    for key, title in _COMPARISONS.items():
        if form.get(key) and not _possible(library, {**form, **_nothing(), key: form[key]}):
            del form[key]
            gone[title] = None
    fields = fields_of(view_of(library, form)).keys()
    groups = []
    for group in form["groups"]:
        kept = []
        for part in group:
            lost = lost_in(part, fields)
            gone |= dict.fromkeys(sorted(lost))
            if lost:
                form["parameters"].pop(part.get("parameter", ""), None)
            else:
                kept.append(part)
        if kept:
            groups.append(kept)
    gone |= dict.fromkeys(name for name in form["evidence"] if name not in fields)
    form["groups"] = groups
    form["evidence"] = [name for name in form["evidence"] if name in fields]
    return list(gone)


def lost_in(part: Form, fields: Collection[str]) -> set[str]:
    """The fields of a condition that its view does not give."""
    return {part["field"], part.get("other") or part["field"]} - set(fields)


def _nothing() -> Form:
    return dict.fromkeys(_COMPARISONS)


def _possible(library: Library, form: Form) -> bool:
    try:
        view_of(library, form)
    except PartsError:
        return False
    return True
