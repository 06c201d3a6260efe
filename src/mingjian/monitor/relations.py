"""Everything a monitor may read: its name, and the Chinese title and type of each column."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from mingjian.standards import load_reference, load_standard
from mingjian.store import arrival_column

Kind = Literal["standard", "version", "register", "reference"]

SQL_TYPES = {
    "text": "VARCHAR",
    "code": "VARCHAR",
    "code_list": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "money": "DECIMAL(18,2)",
    "integer": "BIGINT",
    "decimal": "DOUBLE",
    "boolean": "BOOLEAN",
}


@dataclass(frozen=True)
class Column:
    """One column; `type` is a field type of the standard, `codes` its code list if it has one."""

    title: str
    type: str
    codes: str | None = None


@dataclass(frozen=True)
class Relation:
    """A table that readers offer."""

    name: str
    title: str
    kind: Kind
    columns: dict[str, Column]
    key: tuple[str, ...] = ()


_PROVENANCE = {
    "submission_id": Column("批次编号", "text"),
    "row_no": Column("原文件行号", "integer"),
    "version_no": Column("版本序号", "integer"),
    "first_received_at": Column("首次收到时间", "timestamp"),
    "received_at": Column("收到时间", "timestamp"),
    "row_hash": Column("行指纹", "integer"),
}

_SUBMISSION = {
    "submission_id": Column("批次编号", "text"),
    "source_code": Column("数据源代码", "text"),
    "agency_id": Column("主体代码", "text"),
    "file_name": Column("文件名", "text"),
    "file_sha256": Column("文件指纹", "text"),
    "submitted_by": Column("报送人", "text"),
    "received_at": Column("收到时间", "timestamp"),
    "rows_in": Column("来文行数", "integer"),
    "accepted_count": Column("入库行数", "integer"),
    "new_count": Column("新增行数", "integer"),
    "changed_count": Column("变更行数", "integer"),
    "unchanged_count": Column("未变行数", "integer"),
    "rejected_count": Column("退回行数", "integer"),
    "seconds": Column("用时（秒）", "decimal"),
    "status": Column("状态", "text"),
    "message": Column("说明", "text"),
    "commit_no": Column("入库序号", "integer"),
}

_REJECTED_ROW = {
    "submission_id": Column("批次编号", "text"),
    "source_code": Column("数据源代码", "text"),
    "table_name": Column("标准表", "text"),
    "row_no": Column("原文件行号", "integer"),
    "field": Column("字段", "text"),
    "value": Column("值", "text"),
    "rule": Column("规则", "text"),
    "message": Column("说明", "text"),
    "raw_json": Column("原行", "text"),
}

_CALENDAR_DAY = {
    "day": Column("日期", "date"),
    "is_workday": Column("是否工作日", "boolean"),
    "next_workday": Column("当日或其后第一个工作日", "date"),
    "workday_no": Column("截至当日的工作日累计数", "integer"),
}

_LAW_EDITION = {
    "cited_name": Column("引用名称（不带书名号）", "text"),
    "law_name": Column("法律全称", "text"),
    "in_force_on": Column("施行日期", "date"),
    "repealed_on": Column("不再适用之日", "date"),
    "is_first": Column("是否首次施行的版本", "boolean"),
    "is_amendment": Column("是否紧接前一版本的修改", "boolean"),
    "has_text": Column("是否有条文", "boolean"),
}

_LAW_ARTICLE = {
    "law_name": Column("法律全称", "text"),
    "in_force_on": Column("施行日期", "date"),
    "article": Column("条号", "text"),
}


@cache
def relations() -> dict[str, Relation]:
    """All tables by name: standard tables, their versions, the intake register, reference data."""
    found: dict[str, Relation] = {}
    for name, table in load_standard().tables.items():
        fields = {
            field_name: Column(field.title, field.type, field.codes)
            for field_name, field in table.fields.items()
        }
        columns = fields | {
            arrival_column(table, added): column for added, column in _PROVENANCE.items()
        }
        key = tuple(table.key)
        found[name] = Relation(name, table.title, "standard", columns, key)
        version = f"{name}_version"
        found[version] = Relation(version, f"{table.title}（历次版本）", "version", columns)
    for name, reference in load_reference().items():
        columns = {
            column: Column(entry.title, entry.type, entry.codes)
            for column, entry in reference.columns.items()
        }
        found[name] = Relation(name, reference.title, "reference", columns)
    found["submission"] = Relation("submission", "归集批次", "register", _SUBMISSION)
    found["rejected_row"] = Relation("rejected_row", "退回行", "register", _REJECTED_ROW)
    found["calendar_day"] = Relation("calendar_day", "日历", "reference", _CALENDAR_DAY)
    found["law_edition"] = Relation("law_edition", "法律版本", "reference", _LAW_EDITION)
    found["law_article"] = Relation("law_article", "法律条文", "reference", _LAW_ARTICLE)
    return found


def sql_schema() -> dict[str, dict[str, str]]:
    """Column types by table, as the SQL checker wants them."""
    return {
        name: {column: SQL_TYPES[entry.type] for column, entry in relation.columns.items()}
        for name, relation in relations().items()
    }
