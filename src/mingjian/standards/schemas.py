"""JSON Schema of the standard tables, for systems that push records."""

import re
from typing import Any

from mingjian.standards.tables import CodeList, Field, Table, load_standard
from mingjian.standards.wording import field_rules

_TIMESTAMP = r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}$"
_REGION = r"^\d{6}(\d{3})?$"


def json_schema(table: Table) -> dict[str, Any]:
    """The 2020-12 schema of one record; optional fields may be absent or null.

    It says what a well-written record looks like. Intake also reads the looser spellings that
    the parsers of this room know; check digits are beyond a schema.
    """
    codes = load_standard().codes
    properties = {
        name: _property(name, field, table, codes[field.codes] if field.codes else None)
        for name, field in table.fields.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:mingjian:standard:{table.name}",
        "title": table.title,
        "description": f"{table.meaning}主键：{'、'.join(table.key)}。来源：{table.source}",
        "type": "object",
        "properties": properties,
        "required": [name for name, field in table.fields.items() if field.required],
        "additionalProperties": False,
    }


def _property(name: str, field: Field, table: Table, codes: CodeList | None) -> dict[str, Any]:
    rules = field_rules(field, table, name, codes)
    described = "；".join(part for part in (*rules, field.note) if part)
    shape = _shape(field, codes)
    if not field.required:
        shape["type"] = [shape["type"], "null"]
        if "enum" in shape:
            shape["enum"] = [*shape["enum"], None]
    result = {"title": field.title, "description": described, **shape}
    if field.example:
        result["examples"] = [field.example]
    return result


def _shape(field: Field, codes: CodeList | None) -> dict[str, Any]:
    if field.type == "code" and codes:
        return {"type": "string", "enum": list(codes.codes)}
    if field.type == "code_list" and codes:
        one = "|".join(re.escape(code) for code in codes.codes)
        return {"type": "string", "pattern": f"^({one})(、({one}))*$"}
    if field.type == "date":
        return {"type": "string", "format": "date"}
    if field.type == "timestamp":
        return {"type": "string", "pattern": _TIMESTAMP}
    if field.type in ("money", "decimal", "integer"):
        shape: dict[str, Any] = {"type": "integer" if field.type == "integer" else "number"}
        return shape | ({"minimum": 0} if field.check == "not_negative" else {})
    if field.type == "boolean":
        return {"type": "boolean"}
    if field.check in ("credit_code", "identity_no"):
        return {"type": "string", "minLength": 18, "maxLength": 18}
    if field.check == "region_code":
        return {"type": "string", "pattern": _REGION}
    return {"type": "string"} | ({"minLength": 1} if field.required else {})
