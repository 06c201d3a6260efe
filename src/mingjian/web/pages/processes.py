"""办案流程：what the last round found about cases, rule by rule, in a person's scope."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mingjian.access.masking import mask_row
from mingjian.access.models import Agency
from mingjian.process import (
    STATES,
    KeptCheck,
    Look,
    Procedure,
    Wanted,
    load_check,
    load_procedures,
)
from mingjian.standards import home, load_standard
from mingjian.store import open_store
from mingjian.web.cells import list_columns, record_address, show
from mingjian.web.pages.guard import agencies_seen, needs, not_found
from mingjian.web.pages.paging import PAGE_SIZE, Pager
from mingjian.web.record_query import scope_condition

WAYS_SHOWN, GAPS_SHOWN, STEPS_SHOWN = 15, 20, 500
CASES_LISTED = 100_000
STATE_TITLES = {"checked": "检查的案件", "deviating": "偏离的案件", "unclear": "无法判断的案件"}
FOUND = {0: "符合", 1: "偏离", 2: "无法判断"}


@needs("record.read")
def processes_page(request: HttpRequest) -> HttpResponse:
    """One procedure as a whole: rules, ways through, times between steps."""
    shipped = _shipped()
    chosen = request.GET.get("procedure") or next(iter(shipped), "")
    if chosen not in shipped:
        raise not_found()
    kept = load_check(_folder(), chosen)
    if kept is None:
        return render(request, "web/processes/empty.html")
    with _look(request, kept) as look:
        context = {
            "kept": kept,
            "shipped": shipped.values(),
            "totals": look.totals(),
            "lines": look.rules(),
            "ways": look.ways(WAYS_SHOWN),
            "gaps": look.gaps(GAPS_SHOWN),
        }
    return render(request, "web/processes/overview.html", context)


@needs("record.read")
def cases_page(request: HttpRequest, name: str) -> HttpResponse:
    """The cases behind one number."""
    kept = _kept(name)
    with _look(request, kept) as look:
        wanted, title = _wanted(request, kept, look)
        pager = Pager.of(request, look.count(wanted), limit=CASES_LISTED)
        rows = look.cases(wanted, PAGE_SIZE, PAGE_SIZE * (pager.number - 1))
    names = _agency_names({row["agency_id"] for row in rows})
    lines = [
        row
        | {
            "agency": names.get(row["agency_id"], row["agency_id"] or "（未注明单位）"),
            "query": urlencode({"case": row["case_id"]}),
        }
        for row in rows
    ]
    context = {
        "kept": kept,
        "rule": wanted.rule,
        "title": title,
        "has_days": any(row["days"] is not None for row in rows),
        "has_due": any(row["due_on"] is not None for row in rows),
        "lines": lines,
        "pager": pager,
    }
    return render(request, "web/processes/cases.html", context)


@needs("record.read")
def case_page(request: HttpRequest, name: str) -> HttpResponse:
    """One case: what each rule says of it, and its steps as they were reported."""
    kept = _kept(name)
    case_id = request.GET.get("case", "")
    with _look(request, kept) as look:
        judged = look.case(case_id)
    if judged is None:
        raise not_found()
    context = {
        "kept": kept,
        "case_id": case_id,
        "agency": _agency_names({judged["agency_id"]}).get(judged["agency_id"], ""),
        "record": record_address(load_standard().tables[kept.case_table], {"case_id": case_id}),
        "rules": _rule_lines(kept, judged),
        **_steps(request, kept, judged),
    }
    return render(request, "web/processes/case.html", context)


def _rule_lines(kept: KeptCheck, judged: dict[str, Any]) -> list[dict[str, Any]]:
    """What was found, the deviating rules first; rules that do not concern the case are left."""
    lines = [
        {
            "rule": rule,
            "state": judged[f"state_{rule.number}"],
            "found": FOUND[judged[f"state_{rule.number}"]],
            "days": judged[f"days_{rule.number}"],
            "due_on": judged[f"due_{rule.number}"],
        }
        for rule in kept.rules
        if judged[f"state_{rule.number}"] is not None
    ]
    return sorted(lines, key=lambda line: (line["state"] != 1, line["rule"].number))


def _steps(request: HttpRequest, kept: KeptCheck, judged: dict[str, Any]) -> dict[str, Any]:
    """The steps of the case as the store has them now; those that name no agency are its own."""
    table = load_standard().tables["case_step"]
    scope, given = scope_condition(table, agencies_seen(request))
    with open_store().reader() as reader:
        rows = reader.rows(
            f"SELECT t.* FROM case_step t WHERE t.case_id = :case "
            f"AND ({scope} OR t.agency_id IS NULL) "
            f"ORDER BY t.occurred_at, t.step_no LIMIT {STEPS_SHOWN}",
            given | {"case": judged["case_id"]},
        )
    broken = [rule for rule in kept.rules if judged[f"state_{rule.number}"] == 1]
    names = dict(_shipped()[kept.name].names()) if kept.name in _shipped() else {}
    columns = list_columns(table, rows, without=("case_id", "agency_id"))
    lines = []
    for row in rows:
        step = names.get(row["step"] or "") or names.get(row["activity"], "")
        masked = mask_row(AnonymousUser(), "case_step", row)
        lines.append(
            {
                "cells": [show(table.fields[c.name], c.name, masked[c.name], {}) for c in columns],
                "rules": [rule.code for rule in broken if step in rule.steps],
            }
        )
    return {"columns": columns, "steps": lines}


def _wanted(request: HttpRequest, kept: KeptCheck, look: Look) -> tuple[Wanted, str]:
    """What the address asks for, and what to call it."""
    asked = {name: request.GET.get(name, "") for name in ("rule", "state", "way", "pair")}
    if asked["state"] and asked["state"] not in STATES:
        raise not_found()
    if asked["rule"]:
        rule = kept.rule(asked["rule"])
        if rule is None:
            raise not_found()
        state = asked["state"] or "deviating"
        return Wanted(rule, state), f"{rule.code} {rule.title}：{STATE_TITLES[state]}"
    if asked["way"]:
        way = look.way(_number(asked["way"]))
        if way is None:
            raise not_found()
        return Wanted(way_no=_number(asked["way"])), f"走法：{' → '.join(way)}"
    if asked["pair"]:
        pair = look.pair(_number(asked["pair"]))
        if pair is None:
            raise not_found()
        return Wanted(pair_no=_number(asked["pair"])), f"从“{pair[0]}”到“{pair[1]}”"
    return Wanted(state=asked["state"]), STATE_TITLES[asked["state"] or "checked"]


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise not_found()
    return int(text)


def _shipped() -> dict[str, Procedure]:
    """Procedures that are checked every night."""
    return {name: item for name, item in load_procedures().items() if item.cases is not None}


def _kept(name: str) -> KeptCheck:
    kept = load_check(_folder(), name) if name in _shipped() else None
    if kept is None:
        raise not_found()
    return kept


def _look(request: HttpRequest, kept: KeptCheck) -> Look:
    return Look(kept, agencies_seen(request), _folder() / "scratch")


def _folder() -> Path:
    return home() / "process"


def _agency_names(ids: set[str | None]) -> dict[str | None, str]:
    return {a.agency_id: str(a) for a in Agency.objects.filter(agency_id__in=ids - {None})}
