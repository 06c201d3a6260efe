"""数据标准：the standard tables, code lists and reference tables, readable and to download."""

import json
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mingjian.standards import (
    CHECK_TITLES,
    MASK_TITLES,
    TYPE_TITLES,
    Table,
    excel_template,
    json_schema,
    load_reference,
    load_standard,
)
from mingjian.web.downloads import JSON_SCHEMA, XLSX, download
from mingjian.web.pages.guard import not_found


def tables_page(request: HttpRequest) -> HttpResponse:
    tables = [_summary(table) for table in load_standard().tables.values()]
    return render(request, "web/standards/tables.html", {"tables": tables})


def table_page(request: HttpRequest, name: str) -> HttpResponse:
    table = _table(name)
    codes = load_standard().codes
    fields = [
        {
            "name": key,
            "field": field,
            "type": TYPE_TITLES[field.type],
            "code_list": codes[field.codes] if field.codes else None,
            "check": CHECK_TITLES[field.check] if field.check else "",
            "mask": MASK_TITLES[field.mask] if field.mask else "",
            "is_key": key in table.key,
        }
        for key, field in table.fields.items()
    ]
    context = {"table": table, "fields": fields, "event": [table.fields[e] for e in table.event]}
    return render(request, "web/standards/table.html", context)


def table_template(_request: HttpRequest, name: str) -> HttpResponse:
    """The Excel template that departments fill in."""
    table = _table(name)
    return download(excel_template(table), XLSX, f"{table.title}-模板.xlsx")


def table_schema(_request: HttpRequest, name: str) -> HttpResponse:
    """The JSON Schema for those who push records."""
    table = _table(name)
    text = json.dumps(json_schema(table), ensure_ascii=False, indent=2)
    return download(text.encode(), JSON_SCHEMA, f"{name}.schema.json")


def codes_page(request: HttpRequest) -> HttpResponse:
    users: dict[str, list[dict[str, Any]]] = {}
    standard = load_standard()
    for table in standard.tables.values():
        for field in table.fields.values():
            if field.codes:
                users.setdefault(field.codes, []).append({"table": table, "field": field})
    lists = [
        {"list": item, "users": users.get(name, [])}
        for name, item in sorted(standard.codes.items(), key=lambda pair: pair[1].title)
    ]
    return render(request, "web/standards/codes.html", {"lists": lists})


def references_page(request: HttpRequest) -> HttpResponse:
    return render(
        request, "web/standards/references.html", {"tables": list(load_reference().values())}
    )


def reference_page(request: HttpRequest, name: str) -> HttpResponse:
    tables = load_reference()
    if name not in tables:
        raise not_found()
    table = tables[name]
    codes = load_standard().codes
    page = Paginator(table.rows, 100).get_page(request.GET.get("page"))
    rows = [
        [
            codes[column.codes].title_of(str(row[key])) if column.codes and row[key] else row[key]
            for key, column in table.columns.items()
        ]
        for row in page
    ]
    context = {"table": table, "rows": rows, "page": page}
    return render(request, "web/standards/reference.html", context)


def _summary(table: Table) -> dict[str, Any]:
    required = sum(1 for field in table.fields.values() if field.required)
    return {"table": table, "field_count": len(table.fields), "required_count": required}


def _table(name: str) -> Table:
    table = load_standard().tables.get(name)
    if table is None:
        raise not_found()
    return table
