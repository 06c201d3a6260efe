"""How the values of a standard table are shown: codes by title, agencies by name, blanks as —."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from mingjian.access.models import Agency
from mingjian.standards import Field, Table, load_reference, load_standard

LIST_COLUMNS = 8
LONG = 40  # characters; longer texts get a wide column
SHORT = 24  # characters; longer texts have no place in a list
AGENCY_FIELDS = ("agency_id", "parent_agency_id")
_RIGHT = ("money", "integer", "decimal")
_UNBROKEN = ("date", "timestamp", "code", "boolean")


@dataclass(frozen=True)
class Column:
    """A column of a list; `kind` is the class of its cells."""

    name: str
    title: str
    kind: str


@dataclass(frozen=True)
class Cell:
    """A shown value; `is_absent` when there is none."""

    text: str
    kind: str = ""
    is_absent: bool = False
    is_changed: bool = False
    code: str = ""  # what stands in the record where `text` is a name


def list_columns(
    table: Table, rows: Sequence[Mapping[str, Any]] = (), without: Collection[str] = ()
) -> list[Column]:
    """The columns of a list: keys, agency, days and required fields first, then what is filled.

    A column that is empty in every row shown makes room for one that is not; of several document
    numbers one is enough. `without` names columns that are the same in every row.
    """
    first = dict.fromkeys([*table.key, "agency_id", *table.event])
    required = [name for name, field in table.fields.items() if field.required]
    telling = [name for name, field in table.fields.items() if _is_telling(name, field)]
    wanted = [
        name
        for name in dict.fromkeys([*first, *required, *telling])
        if name in table.fields and name not in without
    ]
    filled = [name for name in wanted if name in first or _fits(name, rows)]
    numbers = [name for name in filled if table.fields[name].check == "document_no"]
    kept = [name for name in filled if name not in numbers[1:]][:LIST_COLUMNS]
    return [_column(table, name) for name in sorted(kept, key=list(table.fields).index)]


def _column(table: Table, name: str) -> Column:
    field = table.fields[name]
    is_named = name in AGENCY_FIELDS or field.check == "region_code"
    title = field.title.removesuffix("代码") if is_named else field.title
    return Column(name, title, "id" if name in table.key else kind_of(field))


def _fits(name: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Filled somewhere in the rows shown, and nowhere too long for a list."""
    values = [row[name] for row in rows if row[name] is not None]
    return not rows or (bool(values) and max(len(str(value)) for value in values) <= SHORT)


def _is_telling(name: str, field: Field) -> bool:
    """Worth a column in a list: no keys and codes of other tables, no identity numbers."""
    if name.endswith("_id") or field.check == "credit_code":
        return False
    if name.endswith("_code") and field.check != "region_code":
        return False
    return field.mask not in ("identity_no", "text")


def kind_of(field: Field) -> str:
    """The class of a cell: numbers stand right, dates and codes do not break."""
    if field.type in _RIGHT:
        return "num"
    if field.check == "document_no":
        return "id"
    return "date" if field.type in _UNBROKEN else ""


@cache
def region_names() -> dict[str, str]:
    """Names of divisions by code; a sub-district stands with its district."""
    rows = {str(row["region_code"]): row for row in load_reference()["region"].rows}
    names = {code: str(row["name"]) for code, row in rows.items()}
    return {
        code: names.get(str(rows[code]["parent_code"]), "") + name
        if rows[code]["tier"] == "street"
        else name
        for code, name in names.items()
    }


def agency_names(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Names of all agencies that the rows mention, in one query."""
    ids = {row[c] for row in rows for c in AGENCY_FIELDS if row.get(c)}
    return {a.agency_id: str(a) for a in Agency.objects.filter(agency_id__in=ids)}


def show(field: Field, name: str, value: Any, agencies: Mapping[str, str]) -> Cell:
    """One value of a standard field as people read it."""
    if value is None or value == "":
        return Cell("—", is_absent=True)
    if name in AGENCY_FIELDS and value in agencies:
        return Cell(agencies[value], "nowrap" if len(agencies[value]) < SHORT else "", code=value)
    if field.check == "region_code" and value in region_names():
        return Cell(region_names()[value], "nowrap", code=value)
    if field.type in ("code", "code_list") and field.codes:
        titles = load_standard().codes[field.codes].codes
        parts = str(value).split(",") if field.type == "code_list" else [str(value)]
        shown = "、".join(titles[p].title if p in titles else f"{p}（不在代码集）" for p in parts)
        return Cell(shown, "nowrap" if len(shown) < LONG else "")
    text = plain(value)
    return Cell(text, kind_of(field) or ("text" if len(text) > LONG else "word"))


def plain(value: Any) -> str:
    """Any stored value as text: 是/否, 1,234.50, 2025-04-03, 2025-04-03 08:15."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value:,.2f}".removesuffix(".00")
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.4f}".rstrip("0").rstrip(".")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return str(value)


def record_address(table: Table, row: Mapping[str, Any]) -> str:
    """Address of the page of one record."""
    key = {name: _spelled(row[name]) for name in table.key}
    return f"{reverse('web:record', args=[table.name])}?{urlencode(key)}"


def _spelled(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
