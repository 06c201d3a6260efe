"""How far the columns of a table are filled, as the lake's catalogue has noted of every file."""

import duckdb

from mingjian.store.keeper import Fill


def noted_fill(
    engine: duckdb.DuckDBPyConnection, catalogue: str, snapshot_no: int, table: str
) -> Fill | None:
    """The fill of a table in a snapshot, of those columns of which each of its files tells.

    None when the lake has no such table, or when a file holds rows that are not of the snapshot:
    deleted ones, or later ones that a merge has put beside its own.
    """

    def there(kind: str) -> str:
        return (
            f"(SELECT * FROM {catalogue}.ducklake_{kind} WHERE begin_snapshot <= {snapshot_no} "
            f"AND coalesce(end_snapshot > {snapshot_no}, true))"
        )

    of_table = f"SEMI JOIN {there('table')} AS t ON t.table_id = x.table_id AND table_name = $table"
    named = {"table": table}
    files = engine.execute(
        f"SELECT coalesce(sum(record_count), 0), coalesce(bool_or(partial_max > {snapshot_no}), "
        f"false) FROM {there('data_file')} AS x {of_table}",
        named,
    ).fetchall()
    deleted = engine.execute(
        f"SELECT count(*) FROM {there('delete_file')} AS x {of_table}", named
    ).fetchall()
    rows, has_later = files[0]
    if has_later or deleted[0][0]:
        return None
    counts = engine.execute(
        f"SELECT column_name, coalesce(sum(value_count), 0) FROM {there('column')} AS x "
        f"LEFT JOIN {there('data_file')} AS f ON f.table_id = x.table_id "
        f"LEFT JOIN {catalogue}.ducklake_file_column_stats AS s "
        "ON s.data_file_id = f.data_file_id AND s.column_id = x.column_id "
        f"{of_table} GROUP BY column_name HAVING bool_and(record_count IS NULL "
        "OR coalesce(value_count + null_count = record_count, false))",
        named,
    ).fetchall()
    filled = {name: int(count) for name, count in counts}
    return Fill(int(rows), filled) if filled else None
