"""Excel templates, JSON Schema and pages made from the standard tables."""

from datetime import date, datetime
from io import BytesIO

import jsonschema_rs
import pytest
from openpyxl import Workbook, load_workbook

from mingjian.standards import (
    Field,
    Table,
    check_credit_code,
    check_identity_no,
    excel_template,
    json_schema,
    load_standard,
    parse_document_no,
    parse_region_code,
    table_markdown,
)
from mingjian.standards.wording import example_value

STANDARD = load_standard()
ALL_TABLES = pytest.mark.parametrize("table", STANDARD.tables.values(), ids=STANDARD.tables)
CHECKS = {
    "credit_code": check_credit_code,
    "identity_no": check_identity_no,
    "region_code": parse_region_code,
    "document_no": parse_document_no,
}


def opened(table: Table) -> Workbook:
    return load_workbook(BytesIO(excel_template(table)))


def example_record(table: Table) -> dict[str, object]:
    """The example row as a system would push it."""

    def pushed(name: str, field: Field) -> object:
        value = example_value(name, field, STANDARD)
        if field.codes:
            return STANDARD.codes[field.codes].lookup()[value]
        typed = {"boolean": lambda text: text == "是", "integer": int}
        typed |= dict.fromkeys(("money", "decimal"), float)
        return typed.get(field.type, str)(value)

    return {name: pushed(name, field) for name, field in table.fields.items()}


@ALL_TABLES
def test_the_data_sheet_holds_the_titles_and_nothing_else(table: Table) -> None:
    book = opened(table)
    assert book.sheetnames == ["数据", "示例", "填写说明", "代码"]
    assert book["代码"].sheet_state == "hidden"
    rows = list(book["数据"].iter_rows(values_only=True))
    titles = [field.title for field in table.fields.values()]
    assert rows == [tuple(titles)]
    assert len(set(titles)) == len(titles)


@ALL_TABLES
def test_required_fields_say_so_in_words(table: Table) -> None:
    sheet = opened(table)["数据"]
    for cell, field in zip(sheet[1], table.fields.values(), strict=True):
        word = "必填" if field.required else "可以不填"
        assert cell.comment.text.startswith(f"【{word}】{field.title}")


@ALL_TABLES
def test_every_code_field_has_a_drop_down_of_all_its_titles(table: Table) -> None:
    book = opened(table)
    lists = {
        str(rule.sqref).split(":")[0]: rule.formula1
        for rule in book["数据"].data_validations.dataValidation
        if rule.type == "list"
    }
    for cell, field in zip(book["数据"][1], table.fields.values(), strict=True):
        formula = lists.get(f"{cell.column_letter}2")
        if field.type == "code":
            sheet, area = formula.replace("'", "").replace("$", "").split("!")
            offered = [row[0].value for row in book[sheet][area]]
            assert offered == [code.title for code in STANDARD.codes[field.codes].codes.values()]
        elif field.type == "boolean":
            assert formula == '"是,否"'
        else:
            assert formula is None


@ALL_TABLES
def test_text_columns_keep_leading_zeros(table: Table) -> None:
    sheet = opened(table)["数据"]
    formats = {"date": "yyyy-mm-dd", "money": "0.00", "text": "@", "code": "@"}
    for cell, field in zip(sheet[1], table.fields.values(), strict=True):
        if field.type in formats:
            assert sheet.column_dimensions[cell.column_letter].number_format == formats[field.type]


@ALL_TABLES
def test_the_example_has_a_valid_value_in_every_column(table: Table) -> None:
    sheet = opened(table)["示例"]
    assert "不会被读取" in sheet["A1"].value
    for cell, field in zip(sheet[3], table.fields.values(), strict=True):
        kinds = {"date": date, "timestamp": datetime, "money": float | int, "text": str}
        assert cell.value is not None
        assert isinstance(cell.value, kinds.get(field.type, object))
        if field.check in CHECKS:
            CHECKS[field.check](cell.value)


@ALL_TABLES
def test_the_schema_is_one_and_takes_the_example(table: Table) -> None:
    schema = json_schema(table)
    jsonschema_rs.meta.validate(schema)
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    record = example_record(table)
    assert list(validator.iter_errors(record)) == []
    required = {name for name, field in table.fields.items() if field.required}
    bare = {name: value for name, value in record.items() if name in required}
    assert list(validator.iter_errors(bare)) == []
    assert list(validator.iter_errors(dict.fromkeys(table.fields) | bare)) == []
    for name in required:
        assert list(validator.iter_errors({k: v for k, v in record.items() if k != name}))
    assert list(validator.iter_errors(record | {"另一列": 1}))


@ALL_TABLES
def test_the_page_names_every_field_and_rule(table: Table) -> None:
    page = table_markdown(table)
    assert page.startswith(f"## {table.title} `{table.name}`")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == list(table.fields)
    assert all(row.count(" | ") == 6 for row in rows)
    for rule in table.consistency:
        assert rule.says in page


def test_a_list_of_codes_is_checked_by_its_pattern() -> None:
    validator = jsonschema_rs.Draft202012Validator(json_schema(STANDARD.tables["penalty_case"]))
    record = example_record(STANDARD.tables["penalty_case"])
    assert list(validator.iter_errors(record | {"penalty_kinds": "fine、reprimand"})) == []
    assert list(validator.iter_errors(record | {"penalty_kinds": "罚款"}))
    assert list(validator.iter_errors(record | {"fine_yuan": -1}))
