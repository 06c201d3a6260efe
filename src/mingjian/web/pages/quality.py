"""数据质量：complete, valid, timely, consistent — by table, by agency, down to the faulty rows."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from mingjian.access.masking import mask_row, mask_text
from mingjian.access.models import Agency
from mingjian.intake import ASPECTS, KeptQuality, QualityRow, quality_rows
from mingjian.standards import Table, load_standard
from mingjian.store import open_store
from mingjian.web.cells import Column, agency_names, list_columns, record_address, show
from mingjian.web.due import standings
from mingjian.web.pages.guard import agencies_seen, needs, not_found, person
from mingjian.web.pages.sources import seen_sources
from mingjian.web.quality_lines import Line, added_up, in_scope, kept_quality

ROWS_SHOWN = 200
NO_AGENCY = "（未注明单位）"


@needs("quality.read")
def quality_page(request: HttpRequest) -> HttpResponse:
    """The whole scope by table, or by agency."""
    kept = kept_quality()
    if kept is None:
        return render(request, "web/quality/empty.html")
    rows = in_scope(kept.rows, agencies_seen(request))
    by = "agency" if request.GET.get("by") == "agency" else "table"
    if by == "agency":
        names = _agency_names(rows)
        lines = added_up(rows, lambda row: row.agency_id, lambda key: names.get(key, key))
    else:
        tables = load_standard().tables
        lines = added_up(rows, lambda row: row.table, lambda key: tables[key].title)
    everything = added_up(rows, lambda _row: "", lambda _key: "全部")
    context = {
        "by": by,
        "as_of": kept.as_of,
        "lines": lines,
        "whole": everything[0] if everything else Line("", ""),
        "missing_count": _missing_count(request),
        "aspects": ASPECTS,
    }
    return render(request, "web/quality/list.html", context)


@needs("quality.read")
def quality_table_page(request: HttpRequest, table: str) -> HttpResponse:
    """One table, agency by agency."""
    standard = _table(table)
    kept = _kept()
    rows = [row for row in in_scope(kept.rows, agencies_seen(request)) if row.table == table]
    names = _agency_names(rows)
    lines = added_up(rows, lambda row: row.agency_id, lambda key: names.get(key, key))
    context = {"table": standard, "as_of": kept.as_of, "lines": lines, "aspects": ASPECTS}
    return render(request, "web/quality/table.html", context)


@needs("quality.read")
def quality_agency_page(request: HttpRequest) -> HttpResponse:
    """One agency, every table and check of it; `table` narrows to one."""
    kept = _kept()
    agency = request.GET.get("agency", "")
    rows = [r for r in in_scope(kept.rows, agencies_seen(request)) if r.agency_id == agency]
    if request.GET.get("table"):
        rows = [row for row in rows if row.table == request.GET["table"]]
    if not rows:
        raise not_found()
    tables: dict[str, list[QualityRow]] = {}
    for row in rows:
        tables.setdefault(row.table, []).append(row)
    context = {
        "agency_id": agency,
        "agency": _agency_names(rows)[agency],
        "as_of": kept.as_of,
        "tables": [
            {
                "table": load_standard().tables[name],
                "state": found[0].state,
                "rows": _ordered(found),
            }
            for name, found in tables.items()
        ],
        "aspects": ASPECTS,
    }
    return render(request, "web/quality/agency.html", context)


@needs("record.read")
@needs("quality.read")
def quality_rows_page(request: HttpRequest, table: str) -> HttpResponse:
    """The rows that are not as they should be, behind one figure."""
    standard = _table(table)
    kept = _kept()
    asked = {name: request.GET.get(name, "") for name in ("agency", "aspect", "check")}
    row = next(
        (
            r
            for r in in_scope(kept.rows, agencies_seen(request))
            if (r.table, r.agency_id, r.aspect, r.check)
            == (table, asked["agency"], asked["aspect"], asked["check"])
        ),
        None,
    )
    if row is None:
        raise not_found()
    with open_store().reader() as reader:
        found = quality_rows(reader, row, kept.as_of, limit=ROWS_SHOWN + 1)
    context: dict[str, Any] = {
        "table": standard,
        "line": row,
        "agency": _agency_names([row])[row.agency_id],
        "aspect": ASPECTS[row.aspect],
        "is_more": len(found) > ROWS_SHOWN,
        "as_of": kept.as_of,
    }
    shown = found[:ROWS_SHOWN]
    context |= _rejected(standard, shown) if row.aspect == "validity" else _faulty(standard, shown)
    return render(request, "web/quality/rows.html", context)


def _faulty(table: Table, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Rows of the table with what is wrong with each; always masked, as every list is."""
    columns = list_columns(table, rows)
    agencies = agency_names(rows)
    lines = []
    for row in rows:
        masked = mask_row(AnonymousUser(), table.name, row)
        cells = [show(table.fields[c.name], c.name, masked[c.name], agencies) for c in columns]
        lines.append(
            {"fault": row["quality_fault"], "cells": cells, "href": record_address(table, row)}
        )
    return {"columns": [Column("", "问题", ""), *columns], "lines": lines}


def _rejected(table: Table, rows: list[dict[str, Any]]) -> dict[str, Any]:
    lines = []
    for row in rows:
        field = row["field"] or ""
        value = mask_row(AnonymousUser(), table.name, {field: row["value"]})[field]
        lines.append(
            {
                **row,
                "field_title": table.fields[field].title if field in table.fields else field,
                "value": value,
                "message": row["rule"] if value != row["value"] else mask_text(row["message"]),
            }
        )
    return {"rejected": lines}


def _missing_count(request: HttpRequest) -> int:
    """Sources in sight that should have reported by now and have not."""
    now = timezone.localtime().replace(tzinfo=None)
    with open_store().reader() as reader:
        found = standings(reader, seen_sources(person(request)), now)
    return sum(standing.is_missing for standing in found.values())


def _ordered(rows: list[QualityRow]) -> list[QualityRow]:
    """Aspect by aspect, its sum before its checks."""
    return sorted(rows, key=lambda row: (list(ASPECTS).index(row.aspect), row.check))


def _kept() -> KeptQuality:
    kept = kept_quality()
    if kept is None:
        raise not_found()
    return kept


def _table(name: str) -> Table:
    table = load_standard().tables.get(name)
    if table is None:
        raise not_found()
    return table


def _agency_names(rows: list[QualityRow]) -> dict[str, str]:
    ids = {row.agency_id for row in rows}
    names = {a.agency_id: str(a) for a in Agency.objects.filter(agency_id__in=ids)}
    return {agency: names.get(agency, agency) or NO_AGENCY for agency in ids}
