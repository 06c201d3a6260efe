"""数据标准：tables, data elements, code lists and the calendar, and whether a value is one.

In: the files of content/standards/. Out: `Standard`, parsers, `Calendar`, generated templates.
"""

from mingjian.standards.agencies import AgencyNames
from mingjian.standards.amount_ranges import AmountRange, parse_amount_range, parse_amount_ranges
from mingjian.standards.amounts import parse_amount
from mingjian.standards.calendar import Calendar, load_calendar
from mingjian.standards.checks import check_standards
from mingjian.standards.dates import parse_date, parse_timestamp
from mingjian.standards.document_numbers import expand_document_no, parse_document_no
from mingjian.standards.files import (
    ContentError,
    ContentFile,
    Document,
    Problem,
    Scalar,
    content_document,
    content_files,
    content_layers,
    display_path,
    home,
    load_file,
    misnamed,
    own_content,
    read_folder,
    shape_document,
)
from mingjian.standards.identifiers import check_credit_code, check_identity_no, parse_boolean
from mingjian.standards.markdown import table_markdown
from mingjian.standards.reference import ReferenceColumn, ReferenceTable, load_reference
from mingjian.standards.regions import parse_region_code
from mingjian.standards.schemas import json_schema
from mingjian.standards.tables import CodeList, Field, Standard, Table, load_standard
from mingjian.standards.templates import excel_template
from mingjian.standards.wording import CHECK_TITLES, MASK_TITLES, TYPE_TITLES

__all__ = [
    "CHECK_TITLES",
    "MASK_TITLES",
    "TYPE_TITLES",
    "AgencyNames",
    "AmountRange",
    "Calendar",
    "CodeList",
    "ContentError",
    "ContentFile",
    "Document",
    "Field",
    "Problem",
    "ReferenceColumn",
    "ReferenceTable",
    "Scalar",
    "Standard",
    "Table",
    "check_credit_code",
    "check_identity_no",
    "check_standards",
    "content_document",
    "content_files",
    "content_layers",
    "display_path",
    "excel_template",
    "expand_document_no",
    "home",
    "json_schema",
    "load_calendar",
    "load_file",
    "load_reference",
    "load_standard",
    "misnamed",
    "own_content",
    "parse_amount",
    "parse_amount_range",
    "parse_amount_ranges",
    "parse_boolean",
    "parse_date",
    "parse_document_no",
    "parse_region_code",
    "parse_timestamp",
    "read_folder",
    "shape_document",
    "table_markdown",
]
