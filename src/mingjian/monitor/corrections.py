"""In which columns corrected records differ from what they were."""

from collections.abc import Sequence

from mingjian.monitor.columns import ALL_COLUMNS
from mingjian.standards import load_standard
from mingjian.store import Reader, arrival_column

_NEW = "new_records_"


def newest_sql(table: str, versions: str, arrived: str) -> str:
    """A query for the newest version of each record, and the newest of before, as `is_now` tells.

    `versions` names a table of all versions of the records in question, `arrived` is a condition
    for those that have come.
    """
    standard = load_standard().tables[table]
    keys, number = ", ".join(standard.key), arrival_column(standard, "version_no")
    return (
        f"SELECT *, {arrived} AS is_now FROM {versions} QUALIFY "
        f"ROW_NUMBER() OVER (PARTITION BY {keys}, {arrived} ORDER BY {number} DESC) = 1"
    )


def corrected_columns(
    reader: Reader, table: str, versions: str, arrived: str, compared: Sequence[str]
) -> frozenset[str]:
    """Those of the columns `compared` that some newest version has otherwise than the one before.

    `versions` and `arrived` are as in `newest_sql`. With a record that had no version before, all
    columns (`*`) differ.
    """
    key = load_standard().tables[table].key
    tests = {_NEW: f"was.{key[0]} IS NULL"}
    tests |= {name: f"now.{name} IS DISTINCT FROM was.{name}" for name in compared}
    told = [f"COALESCE(BOOL_OR({test}), FALSE) AS {name}" for name, test in tests.items()]
    same = " AND ".join(f"now.{name} = was.{name}" for name in key)
    row = reader.rows(
        f"WITH newest AS ({newest_sql(table, versions, arrived)}), "
        "now AS (SELECT * FROM newest WHERE is_now), "
        "was AS (SELECT * FROM newest WHERE NOT is_now) "
        f"SELECT {', '.join(told)} FROM now LEFT JOIN was ON {same}"
    )[0]
    if row.pop(_NEW):
        return frozenset([ALL_COLUMNS])
    return frozenset(name for name, differs in row.items() if differs)
