"""The data standard in Chinese words, for templates, schemas and generated pages."""

from mingjian.standards.tables import (
    CheckName,
    CodeList,
    Field,
    FieldType,
    MaskName,
    Standard,
    Table,
)

TYPE_TITLES: dict[FieldType, str] = {
    "text": "文字",
    "date": "日期",
    "timestamp": "时间",
    "money": "金额（元）",
    "integer": "整数",
    "decimal": "小数",
    "boolean": "是/否",
    "code": "代码",
    "code_list": "代码（可多个）",
}
TYPE_RULES: dict[FieldType, str] = {
    "text": "",
    "date": "年-月-日，如 2025-03-18",
    "timestamp": "年-月-日 时:分:秒，北京时间，如 2025-03-18 09:30:00",
    "money": "以元为单位，精确到分",
    "integer": "整数",
    "decimal": "数字",
    "boolean": "填“是”或“否”",
    "code": "从代码集中选一项",
    "code_list": "从代码集中选，多项用顿号“、”分开",
}
CHECK_TITLES: dict[CheckName, str] = {
    "credit_code": "校验统一社会信用代码",
    "identity_no": "校验公民身份号码",
    "region_code": "应在行政区划表内",
    "document_no": "应为 机关代字〔年份〕序号号",
    "not_negative": "不得为负",
    "not_future": "不得晚于报送之日",
}
MASK_TITLES: dict[MaskName, str] = {
    "name": "姓名脱敏",
    "name_if_natural": "自然人姓名脱敏",
    "identity_no": "身份号码脱敏",
    "address": "住址脱敏",
    "text": "全文脱敏",
}

_CHECK_EXAMPLES: dict[CheckName, str] = {
    "credit_code": "91110105MA00000012",
    "identity_no": "11010519491231002X",  # the sample number of the national standard itself
    "region_code": "110105",
    "document_no": "京朝市监罚〔2025〕31号",
}
_TYPE_EXAMPLES: dict[FieldType, str] = {
    "date": "2025-03-18",
    "timestamp": "2025-03-18 09:30:00",
    "money": "3000.00",
    "integer": "1",
    "decimal": "0.5",
    "boolean": "是",
}


def field_rules(field: Field, table: Table, name: str, codes: CodeList | None) -> list[str]:
    """What a person who fills in the field must know, one sentence a rule."""
    rules = ["必填" if field.required else "可以不填"]
    if name in table.key:
        others = "、".join(table.fields[part].title for part in table.key if part != name)
        rules.append(f"与{others}一起识别一条记录" if others else "识别一条记录，不得重复使用")
    if TYPE_RULES[field.type]:
        rules.append(TYPE_RULES[field.type])
    if codes:
        rules.append(f"代码集“{codes.title}”：{'、'.join(c.title for c in codes.codes.values())}")
    if field.check:
        rules.append(CHECK_TITLES[field.check])
    return rules


def example_value(name: str, field: Field, standard: Standard) -> str:
    """A value that the field accepts, written as a person would write it; invented throughout.

    A field that points to another table (agency_id, parent_agency_id) shows that table's example.
    """
    if field.example:
        return field.example
    if field.codes:
        return next(iter(standard.codes[field.codes].codes.values())).title
    if field.check in _CHECK_EXAMPLES:
        return _CHECK_EXAMPLES[field.check]
    if field.type in _TYPE_EXAMPLES:
        return _TYPE_EXAMPLES[field.type]
    for table in standard.tables.values():
        for other, example in ((key, table.fields[key].example) for key in table.key):
            if example and (name == other or name.endswith(f"_{other}")):
                return example
    return f"示例{field.title}"
