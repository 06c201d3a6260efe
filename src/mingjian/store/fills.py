"""How far the columns of tables are filled, as the lake's catalogue has noted of every file."""

import duckdb

from mingjian.store.keeper import Fill


def noted_fills(
    engine: duckdb.DuckDBPyConnection, catalogue: str, snapshot_no: int
) -> dict[str, Fill]:
    """By table of a snapshot its fill, of those columns of which each of the table's files tells.

    A table is left out when a file holds rows that are not of the snapshot: deleted ones, or later
    ones that a merge has put beside its own.
    """

    def there(kind: str) -> str:
        return (
            f"(SELECT * FROM {catalogue}.ducklake_{kind} WHERE begin_snapshot <= {snapshot_no} "
            f"AND coalesce(end_snapshot > {snapshot_no}, true))"
        )

    counts = engine.execute(
        f"""
        WITH file AS (SELECT * FROM {there("data_file")}),
        surplus AS (
          SELECT table_id FROM {there("delete_file")}
          UNION SELECT table_id FROM file WHERE partial_max > {snapshot_no}
        )
        SELECT table_name, column_name, coalesce(sum(record_count), 0),
          coalesce(sum(value_count), 0)
        FROM {there("table")} AS t
        JOIN {there("column")} AS c USING (table_id)
        LEFT JOIN file AS f USING (table_id)
        LEFT JOIN {catalogue}.ducklake_file_column_stats AS s
          ON s.data_file_id = f.data_file_id AND s.column_id = c.column_id
        WHERE table_id NOT IN (FROM surplus)
        GROUP BY table_name, column_name
        HAVING bool_and(record_count IS NULL
          OR coalesce(value_count + null_count = record_count, false))
        """
    ).fetchall()
    rows: dict[str, int] = {}
    filled: dict[str, dict[str, int]] = {}
    for table, column, row_count, value_count in counts:
        rows[table] = int(row_count)
        filled.setdefault(table, {})[column] = int(value_count)
    return {table: Fill(rows[table], filled[table]) for table in rows}
