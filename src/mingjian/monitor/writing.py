"""From what a person filled in to the text of a monitor's file, in the shape people write it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import yaml
from sqlglot import exp
from sqlglot.lineage import lineage
from sqlglot.optimizer.scope import build_scope

from mingjian.monitor.derived import Comparison, dated_by, faults
from mingjian.monitor.file import Peers, Recurs
from mingjian.monitor.library import Library, View
from mingjian.monitor.parts import Part, PartsError, columns_used, condition_text, fields_of
from mingjian.monitor.query import DIALECT
from mingjian.monitor.relations import relations
from mingjian.standards import load_standard

HEAD = "# 监测模型说明书。由模型编写页生成；写法见 docs/writing-a-monitor.md\n"
USUAL_SHARE = 0.5
_UNFILLED = ("empty", "filled", "not_yes", "none_of")

Form = Mapping[str, Any]


def file_text(library: Library, form: Form) -> str:
    """The whole file; what is not filled in yet is left empty, for the checks to name.

    Raises PartsError for a condition that cannot be built.
    """
    view = view_of(library, form)
    asked = comparison_of_form(form)
    groups = groups_of(form)
    when = condition_text(fields_of(view), groups)
    titles = view.file.columns
    data: dict[str, Any] = {
        "code": form["code"],
        "name": form["name"],
        "status": "draft",
        "level": form["level"],
        "purpose": form["purpose"],
        "legal_basis": _Lines(_basis(basis) for basis in form["basis"]),
        "interpretation": _Lines(form["interpretation"]),
        "unit": view.file.unit,
        "view": form["view"],
        **{key: _in_order(part) for key, part in vars(asked).items() if part is not None},
        "when": when + "\n",
        "parameters": {
            name: _parameter(entry)
            for name, entry in form["parameters"].items()
            if any(part.parameter == name for group in groups for part in group)
        },
        "requires": required(view, groups, form["shares"]),
        "evidence": {name: titles[name] for name in form["evidence"] if name in titles},
        "message": form["message"],
        "verify": _Lines(form["verify"]),
        "known_gaps": _Lines(form["known_gaps"]),
        "examples": [_example(view, example) for example in form["examples"]],
    }
    if not data["parameters"]:
        del data["parameters"]
    text = yaml.dump(
        data,
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=10_000,
        default_flow_style=None,
    )
    return HEAD + str(text)


def view_of(library: Library, form: Form) -> View:
    """The view that the form reads: with peers or recurrences, the one derived for them.

    Raises PartsError for what the view cannot give.
    """
    view = library.views[form["view"]]
    asked = comparison_of_form(form)
    if asked == Comparison():
        return view
    for _, message in faults(view.file, view.analysis.columns, asked):
        raise PartsError(message)
    return view.with_comparison(asked)


def comparison_of_form(form: Form) -> Comparison:
    """The peers and recurrences that the form asks for."""
    return Comparison(
        Peers.model_validate(form["peers"]) if form.get("peers") else None,
        Recurs.model_validate(form["recurs"]) if form.get("recurs") else None,
    )


def _in_order(part: Peers | Recurs) -> "_Flow":
    """In the order of the file format: a database may give the form's keys in another."""
    return _Flow(part.model_dump(exclude_defaults=True))


def groups_of(form: Form) -> list[list[Part]]:
    """The conditions of a form as parts."""
    return [
        [Part(**{**part, "codes": tuple(part.get("codes", ()))}) for part in group]
        for group in form["groups"]
    ]


def required(
    view: View, groups: Sequence[Sequence[Part]], shares: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """`requires`: every table that decides the result, with the share of each field wanted.

    `shares` has what a person chose, by “table.field”; without a choice a field that the standard
    requires must be full, one of the unit's own whose absence would hide a finding half full.
    """
    silent = {
        name
        for group in groups
        for part in group
        if part.test not in _UNFILLED
        for name in (part.field, part.other)
    } | set(columns_asked(view))
    found: dict[str, dict[str, Any]] = {view.file.unit: {}}
    for column in dict.fromkeys([*columns_used(groups), *columns_asked(view)]):
        for table, name in sources(view, column):
            share: Any = "any"
            if table == view.file.unit and name == column and column in silent:
                field = load_standard().tables[table].fields.get(name)
                share = 1.0 if field is not None and field.required else USUAL_SHARE
            found.setdefault(table, {})[name] = shares.get(f"{table}.{name}", share)
    if not found[view.file.unit]:
        found[view.file.unit] = {view.file.key: 1.0}
    return found


def columns_asked(view: View) -> list[str]:
    """The columns of its base that decide the peers and recurrences of a derived view."""
    asked = view.asked or Comparison()
    found: list[str] = []
    if asked.peers is not None:
        found += [asked.peers.value, *asked.peers.group]
        if asked.peers.days is not None:
            found.append(dated_by(view.file, asked.peers.on))
    if asked.recurs is not None:
        found += [*asked.recurs.same, dated_by(view.file, asked.recurs.on)]
    return found


def sources(view: View, column: str) -> list[tuple[str, str]]:
    """Tables and fields (no reference data) from which a column of a view is worked out."""
    analysis = view.analysis
    if analysis.tree is None or column not in analysis.columns:
        return []
    scope = build_scope(analysis.tree)
    root = lineage(column, analysis.tree, {}, scope=scope, dialect=DIALECT, copy=False)
    known = relations()
    found: dict[tuple[str, str], None] = {}
    for node in root.walk():
        if not isinstance(node.source, exp.Table):
            continue
        table, name = node.source.name, node.name.rpartition(".")[2]
        if table in known and known[table].kind == "standard" and name in known[table].columns:
            found[table, name] = None
    return list(found)


def _basis(basis: Form) -> dict[str, Any]:
    return {
        "law": basis["law"],
        "article": basis["article"],
        "in_force": date.fromisoformat(basis["in_force"]),
        "text": basis["text"],
    }


def _parameter(entry: Form) -> dict[str, Any]:
    kind = entry["type"]
    result: dict[str, Any] = {"value": _typed(kind, entry["value"])}
    result |= {"meaning": entry["meaning"], "basis": entry["basis"]}
    for bound in ("min", "max"):
        if entry.get(bound) not in (None, ""):
            result[bound] = _typed(kind, entry[bound])
    if kind in ("money", "decimal"):
        result["type"] = kind
    return result


def _typed(kind: str, value: Any) -> Any:
    """A value as files write it; forms keep it as text."""
    if kind == "date":
        return date.fromisoformat(str(value))
    if kind == "text":
        return str(value)
    number = Decimal(str(value))
    return int(number) if number == number.to_integral_value() else float(number)


def _example(view: View, example: Form) -> dict[str, Any]:
    given: dict[str, list[dict[str, Any]]] = {}
    finds = []
    for row in example["rows"]:
        given.setdefault(row["table"], []).append(_values(row["table"], row["values"]))
        if row["table"] == view.file.unit and row.get("is_hit"):
            finds.append({"unit_id": str(row["values"][view.file.key])})
    return {
        "name": example["name"],
        "as_of": date.fromisoformat(example["as_of"]),
        "given": {table: _Lines(rows) for table, rows in given.items()},
        "finds": finds,
    }


def _values(table: str, values: Form) -> dict[str, Any]:
    fields = relations()[table].columns
    return {name: _cell(fields[name].type, value) for name, value in values.items()}


def _cell(kind: str, value: Any) -> Any:
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "timestamp":
        return _moment(value)
    if kind == "boolean":
        return value in (True, "true", "是")
    if kind in ("money", "decimal", "integer"):
        return _typed(kind, value)
    return str(value)


def _moment(value: str) -> Any:
    """A moment as YAML writes it; a day alone is its midnight."""
    return datetime.fromisoformat(value)


class _Lines(list[Any]):
    """A list that is written one entry a line."""

    def __init__(self, items: Iterable[Any]) -> None:
        super().__init__(items)


class _Flow(dict[str, Any]):
    """A mapping that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Writes what people write: conditions as a block, rows in one line each."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _lines(dumper: yaml.SafeDumper, value: _Lines) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=False)


def _flow(dumper: yaml.SafeDumper, value: _Flow) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value, flow_style=True)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(_Flow, _flow)
_Dumper.add_representer(_Lines, _lines)
