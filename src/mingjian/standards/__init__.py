"""数据标准：tables, data elements, code lists and the calendar, and whether a value is one.

In: the files of content/standards/. Out: `Standard`, parsers, `Calendar`, generated templates.
"""

from mingjian.standards.files import (
    ContentError,
    ContentFile,
    Document,
    Problem,
    Scalar,
    content_files,
    content_layers,
    display_path,
    home,
    load_file,
    shape_document,
)
from mingjian.standards.tables import CodeList, Field, Standard, Table, load_standard

__all__ = [
    "CodeList",
    "ContentError",
    "ContentFile",
    "Document",
    "Field",
    "Problem",
    "Scalar",
    "Standard",
    "Table",
    "content_files",
    "content_layers",
    "display_path",
    "home",
    "load_file",
    "load_standard",
    "shape_document",
]
