"""What a source file says about its columns, in words for the department that sends it."""

from typing import Any

from mingjian.intake import Source
from mingjian.standards import load_standard


def columns_in_words(source: Source) -> list[dict[str, Any]]:
    """One line for each column and the field it fills, then the columns not kept."""
    table = load_standard().tables[source.into]
    lines: list[dict[str, Any]] = []
    for column, target in source.targets():
        field = table.fields.get(target.to)
        lines.append(
            {
                "column": column,
                "title": field.title if field else target.to,
                "name": target.to,
                "is_required": bool(field and field.required),
                "accepts": _accepts(source, target.lookup, field.codes if field else None),
                "reads": _reads(target),
            }
        )
    ignored = [{"column": column, "ignored": reason} for column, reason in source.ignore.items()]
    return lines + ignored


def _accepts(source: Source, lookup: str | None, codes: str | None) -> list[str]:
    """The values that may stand in the column, when it is a closed list."""
    if lookup and lookup in source.lookups:
        return [spelling for spellings in source.lookups[lookup].values() for spelling in spellings]
    if codes:
        return [entry.title for entry in load_standard().codes[codes].codes.values()]
    return []


def _reads(target: Any) -> str:
    """How the text is read, where that is not plain."""
    parts = []
    if target.format:
        parts.append(f"写法 {target.format}")
    if target.split:
        parts.append(f"多项用“{target.split}”分开")
    if target.unit != "元":
        parts.append(f"以{target.unit}计")
    if target.refer:
        title = load_standard().tables[target.refer.table].title
        parts.append(f"对照“{title}”")
    if target.hash:
        parts.append("只存不可逆的标识")
    return "，".join(parts)
