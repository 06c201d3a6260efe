"""Errors of the store, in sentences for the people who run it."""


class StoreError(RuntimeError):
    """The store cannot do what was asked; the message is Chinese and says what to do."""


class QueryError(StoreError):
    """A query that the engine refuses. `sql` is the text as the caller wrote it."""

    def __init__(self, reason: str, sql: str) -> None:
        super().__init__(f"查询不能执行：{reason}\n语句：{sql.strip()}")
        self.reason = reason
        self.sql = sql


class CommitError(StoreError):
    """A submission that cannot be kept; nothing of it was written."""


def type_changed(column: str, stored: str, wanted: str) -> StoreError:
    """The standard now wants another type for a column that already holds data."""
    return StoreError(
        f"数据标准把 {column} 的类型改成 {wanted}，而已存数据是 {stored}："
        "字段类型不能改，请另加一个字段"
    )
