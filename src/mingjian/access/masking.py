"""脱敏：what a person without the permission sees of personal data."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.contrib.auth.models import AnonymousUser

from mingjian.access.models import User
from mingjian.access.roles import permits
from mingjian.standards import load_standard

PERMISSION = "personal_data.read"
_NATURAL = "natural"
_BIRTHDAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
# With a plausible birthday inside, so that credit codes and case numbers are left alone.
_IDENTITY_NO = re.compile(
    rf"(?<![0-9A-Za-z])(\d{{3}})\d{{3}}(?:19|20)\d\d{_BIRTHDAY}(\d{{3}}[0-9Xx])(?![0-9A-Za-z])"
)
_OLD_IDENTITY_NO = re.compile(rf"(?<!\d)(\d{{3}})\d{{5}}{_BIRTHDAY}(\d{{3}})(?!\d)")
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}-)\d{5,6}(\d{2})(?!\d)")
# How names of organisations end; a short name that ends otherwise may be a person's.
_ORGANISATION = re.compile(r"(公司|店|厂|部|馆|院|所|站|场|校|社|行|中心|协会|超市|[^一-龥·])$")
# Down to the street: what follows 街道、镇、乡、路、街、大街、胡同 … is left out.
_STREET = re.compile(r"^(.*?(?:街道|地区|镇|乡|大街|胡同|路|街|巷|村))")


def mask_row(user: User | AnonymousUser, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row of a standard table (or of a view with columns of its names) as the user sees it."""
    return dict(row) if permits(user, PERMISSION) else mask_always(table, row)


def mask_always(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The masked row, whoever asks: for lists, exports, and pages until 显示个人信息 is chosen."""
    return {name: _masked(table, name, value, row) for name, value in row.items()}


def has_personal_data(table: str, row: Mapping[str, Any]) -> bool:
    """Whether anything in the row would be masked: then reading it unmasked is an act to audit."""
    return any(_masked(table, name, value, row) != value for name, value in row.items())


def mask_text(text: str) -> str:
    """Identity and telephone numbers inside a free text."""
    text = _IDENTITY_NO.sub(r"\1***********\2", text)
    text = _MOBILE.sub(r"\1****\2", text)
    text = _LANDLINE.sub(r"\1*****\2", text)
    return _OLD_IDENTITY_NO.sub(r"\1*********\2", text)


def mask_name(name: str) -> str:
    """张三 → 张*, 欧阳某某 → 欧**, several names one by one."""
    parts = re.split(r"([、,，;；/\s]+)", name)
    return "".join(p if i % 2 else p[:1] + "*" * (len(p) - 1) for i, p in enumerate(parts))


def mask_identity_no(number: str) -> str:
    """110101199001011234 → 110***********1234."""
    if len(number) <= 7:
        return "*" * len(number)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def mask_address(address: str) -> str:
    """朝阳区建国路93号2单元301 → 朝阳区建国路****."""
    found = _STREET.match(address)
    return f"{found.group(1)}****" if found else address[:6] + "****"


_MASKS: dict[str, Callable[[str], str]] = {
    "name": mask_name,
    "name_if_natural": mask_name,
    "identity_no": mask_identity_no,
    "address": mask_address,
    "text": mask_text,
}


def _masked(table: str, name: str, value: Any, row: Mapping[str, Any]) -> Any:
    if not isinstance(value, str) or not value:
        return value
    mask = _mask_of(table, name)
    if mask is None or (mask == "name_if_natural" and not _is_natural(table, value, row)):
        return mask_text(value)  # no text is trusted to hold no telephone or identity number
    return _MASKS[mask](value)


@cache
def _mask_of(table: str, name: str) -> str | None:
    """The field's own mask; for a column of a view, the mask of any standard field so named."""
    tables = load_standard().tables
    if table in tables and name in tables[table].fields:
        return tables[table].fields[name].mask
    named = (t.fields[name].mask for t in tables.values() if name in t.fields)
    return next((mask for mask in named if mask is not None), None)


def _is_natural(table: str, name: str, row: Mapping[str, Any]) -> bool:
    """The kind says so; where it is empty, having no credit code; where neither is known, length.

    Companies' names are public; a name of up to four characters, or with a dot inside, may be a
    person's.
    """
    kind = "kind" if table == "party" else "party_kind"
    if row.get(kind):
        return bool(row[kind] == _NATURAL)
    codes = [column for column in ("party_credit_code", "credit_code") if column in row]
    if codes or kind in row:
        return not any(row[column] for column in codes)
    return (len(name) <= 4 or "·" in name) and not _ORGANISATION.search(name)
