"""数据标准：tables, data elements, code lists and the calendar, and whether a value is one.

In: the files of content/standards/. Out: `Standard`, parsers, `Calendar`, generated templates.
"""

from mingjian.standards.files import (
    ContentError,
    ContentFile,
    Problem,
    content_files,
    home,
    load_file,
)
from mingjian.standards.tables import CodeList, Field, Standard, Table, load_standard

__all__ = [
    "CodeList",
    "ContentError",
    "ContentFile",
    "Field",
    "Problem",
    "Standard",
    "Table",
    "content_files",
    "home",
    "load_file",
    "load_standard",
]
