"""Documentation of the standard tables as Markdown."""

from mingjian.standards.tables import Field, Table, load_standard
from mingjian.standards.wording import CHECK_TITLES, MASK_TITLES, TYPE_TITLES

_HEAD = "| 字段 | 名称 | 类型 | 必填 | 校验、脱敏 | 说明 | 来源 |\n|---|---|---|---|---|---|---|"


def table_markdown(table: Table) -> str:
    """One table: meaning, key, events, fields, the code lists it uses, consistency rules."""
    rows = [_row(name, field, table) for name, field in table.fields.items()]
    parts = [
        f"## {table.title} `{table.name}`",
        table.meaning,
        "\n".join(
            (
                f"- 主键：{_named(table, table.key)}",
                f"- 及时性从这些日期（取先有者）算起：{_named(table, table.event)}",
                f"- 定义依据：{table.source}",
            )
        ),
        "\n".join((_HEAD, *rows)),
    ]
    if lists := _code_lists(table):
        parts.append("**代码集**\n\n" + "\n".join(lists))
    if table.consistency:
        rules = (f"- {rule.says}：`{rule.when}`" for rule in table.consistency)
        parts.append("**一致性**（不一致的行照常入库，记入数据质量）\n\n" + "\n".join(rules))
    return "\n\n".join(parts)


def _row(name: str, field: Field, table: Table) -> str:
    kind = TYPE_TITLES[field.type] + (f" `{field.codes}`" if field.codes else "")
    required = "主键" if name in table.key else "是" if field.required else ""
    checks = [CHECK_TITLES[field.check]] if field.check else []
    checks += [MASK_TITLES[field.mask]] if field.mask else []
    note = "；".join(
        part for part in (field.note, f"如 {field.example}" if field.example else "") if part
    )
    cells = (f"`{name}`", field.title, kind, required, "；".join(checks), note, field.source)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _named(table: Table, names: list[str]) -> str:
    return "、".join(f"{table.fields[name].title} `{name}`" for name in names)


def _code_lists(table: Table) -> list[str]:
    codes = load_standard().codes
    used = dict.fromkeys(field.codes for field in table.fields.values() if field.codes)
    return [
        f"- {codes[name].title} `{name}`："
        + "、".join(f"`{code}` {entry.title}" for code, entry in codes[name].codes.items())
        for name in used
    ]
