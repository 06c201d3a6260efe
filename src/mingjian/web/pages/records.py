"""The rows behind a number: one standard table, filtered and scoped, and one record whole."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mingjian.access import audit
from mingjian.access.login import client_address
from mingjian.access.masking import has_personal_data, mask_row
from mingjian.access.roles import permits
from mingjian.standards import Table, load_standard
from mingjian.store import Reader, open_store
from mingjian.web.agency_choices import agency_choices
from mingjian.web.cells import agency_names, list_columns, record_address, show
from mingjian.web.pages.guard import agencies_seen, needs, not_found, person
from mingjian.web.pages.paging import Pager
from mingjian.web.record_query import COUNT_LIMIT, RecordQuery, record_versions, typed
from mingjian.web.related import Related, related_records

VERSIONS_SHOWN = 6


class RecordFilter(forms.Form):
    """Filter of the list; days are of the table's first event."""

    agency = forms.ChoiceField(label="单位", required=False)
    start = forms.DateField(
        label="起", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    end = forms.DateField(
        label="止", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    submission = forms.CharField(label="批次", required=False, max_length=64)


@needs("record.read")
def tables_page(request: HttpRequest) -> HttpResponse:
    """Which tables there are to look into."""
    is_city = agencies_seen(request) is None
    tables = [t for t in load_standard().tables.values() if is_city or "agency_id" in t.fields]
    return render(request, "web/records/tables.html", {"tables": tables})


@needs("record.read")
def records_page(request: HttpRequest, table: str) -> HttpResponse:
    standard = _table(table)
    form = RecordFilter(request.GET)
    form.fields["agency"].choices = agency_choices(person(request))
    asked = form.cleaned_data if form.is_valid() else {}
    equal, faults = _equal(standard, request)
    query = RecordQuery(
        standard,
        agencies_seen(request),
        agency=asked.get("agency", ""),
        day_field=_day_field(standard, request),
        start=asked.get("start"),
        end=asked.get("end"),
        submission_id=asked.get("submission", ""),
        equal=equal,
    )
    with open_store().reader() as reader:
        count = query.count(reader)
        pager = Pager.of(request, count, limit=COUNT_LIMIT)
        rows = query.rows(reader, pager.number)
    context = {
        "table": standard,
        "form": form,
        "day_field": query.day_field,
        "day_title": standard.fields[query.day_field].title if query.day_field else "",
        "equal_raw": query.equal,
        "faults": faults,
        "equal": {standard.fields[name].title: value for name, value in query.equal.items()},
        "pager": pager,
        "columns": list_columns(standard, rows),
        "rows": shown_rows(standard, rows),
    }
    return render(request, "web/records/list.html", context)


@needs("record.read")
def record_page(request: HttpRequest, table: str) -> HttpResponse:
    standard = _table(table)
    if any(name not in request.GET for name in standard.key):
        raise not_found()
    key = {name: request.GET[name] for name in standard.key}
    with open_store().reader() as reader:
        try:
            versions = record_versions(reader, standard, key)
        except ValueError as error:  # a key that cannot be one, such as a date out of range
            raise not_found() from error
        if not versions or not _may_see(request, reader, standard, versions[0]):
            raise not_found()
        related = related_records(
            reader,
            standard,
            versions[0],
            agencies_seen(request),
            with_unnamed="agency_id" in standard.fields,
        )
        sent = _submissions(reader, versions)
    if has_personal_data(table, versions[0]) and permits(request.user, "personal_data.read"):
        ip = client_address(request)
        audit.record(request.user, "personal_data.read", (table, "/".join(key.values())), ip=ip)
    masked = [mask_row(request.user, table, row) for row in versions]
    context = {
        "table": standard,
        "key": key,
        "current": versions[0],
        "versions": [row | {"sent": sent.get(row["submission_id"])} for row in versions][
            :VERSIONS_SHOWN
        ],
        "version_count": len(versions),
        "lines": _lines(standard, versions, masked),
        "related": [_related_shown(item) for item in related],
    }
    return render(request, "web/records/record.html", context)


def _related_shown(found: Related) -> dict[str, Any]:
    """Another table's rows without the columns that only repeat this record's key."""
    return {
        "found": found,
        "columns": list_columns(found.table, found.rows, found.equal),
        "rows": shown_rows(found.table, found.rows, found.equal),
    }


def shown_rows(
    table: Table, rows: list[dict[str, Any]], without: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Rows ready for a list: always masked, because a list is nobody's inspection of a person."""
    agencies = agency_names(rows)
    columns = list_columns(table, rows, without)
    shown = []
    for row in rows:
        masked = mask_row(AnonymousUser(), table.name, row)
        cells = [show(table.fields[c.name], c.name, masked[c.name], agencies) for c in columns]
        cells[0] = replace(cells[0], kind="id")
        shown.append({"cells": cells, "href": record_address(table, row), "row": row})
    return shown


def _lines(
    table: Table, versions: list[dict[str, Any]], masked: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """One line a field: its value in each version shown, and whether it changed there."""
    agencies = agency_names(versions)
    lines = []
    for name, field in table.fields.items():
        cells = []
        for i, row in enumerate(masked[:VERSIONS_SHOWN]):
            cell = show(field, name, row[name], agencies)
            changed = i + 1 < len(versions) and versions[i][name] != versions[i + 1][name]
            cells.append(replace(cell, is_changed=changed))
        lines.append(
            {
                "name": name,
                "field": field,
                "cells": cells,
                "is_empty": all(cell.is_absent for cell in cells),
                "is_key_date": name in table.event and any(cell.is_changed for cell in cells),
            }
        )
    return lines


def _may_see(request: HttpRequest, reader: Reader, table: Table, row: Mapping[str, Any]) -> bool:
    """Rows of one's agencies; a party too, when one's agencies did something about it."""
    seen = agencies_seen(request)
    if seen is None:
        return True
    if "agency_id" in table.fields:
        return row["agency_id"] in seen
    return bool(related_records(reader, table, row, seen))


def _submissions(reader: Reader, versions: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    ids = {f"id_{i}": row["submission_id"] for i, row in enumerate(versions[:VERSIONS_SHOWN])}
    rows = reader.rows(
        "SELECT submission_id, source_code, file_name FROM submission "
        f"WHERE submission_id IN ({', '.join(f':{name}' for name in ids)})",
        ids,
    )
    return {row["submission_id"]: row for row in rows}


def _equal(table: Table, request: HttpRequest) -> tuple[dict[str, str], list[str]]:
    """Fields that must have a value, from the address; what cannot be a value is named."""
    equal, faults = {}, []
    for name, value in request.GET.items():
        if name not in table.fields or name == "agency" or not value:
            continue
        try:
            typed(table, name, value)
        except ValueError as error:
            faults.append(f"“{table.fields[name].title}”是“{value}”，{error}。这个条件没有用上。")
        else:
            equal[name] = value
    return equal, faults


def _day_field(table: Table, request: HttpRequest) -> str:
    """The date that the days of the filter are about: the one asked for, else the first event."""
    asked = request.GET.get("day_field", "")
    if asked in table.fields and table.fields[asked].type in ("date", "timestamp"):
        return asked
    return table.event[0] if table.event else ""


def _table(name: str) -> Table:
    table = load_standard().tables.get(name)
    if table is None:
        raise not_found()
    return table
