"""In which columns corrected records differ from what they were."""

from collections.abc import Sequence

from mingjian.monitor.reads import ALL_COLUMNS
from mingjian.standards import load_standard
from mingjian.store import Reader, arrival_column

_NEW = "new_records_"


def corrected_columns(
    reader: Reader, table: str, versions: str, arrived: str, compared: Sequence[str]
) -> frozenset[str]:
    """Those of the columns `compared` that some newest version has otherwise than the one before.

    `versions` names a table of all versions of the records in question, `arrived` is a condition
    for those that have come. With a record that had no version before, all columns (`*`) differ.
    """
    standard = load_standard().tables[table]
    keys = ", ".join(standard.key)
    number = arrival_column(standard, "version_no")
    last = f"QUALIFY ROW_NUMBER() OVER (PARTITION BY {keys} ORDER BY {number} DESC) = 1"
    differing = [
        f"COALESCE(BOOL_OR(was.{standard.key[0]} IS NULL), FALSE) AS {_NEW}",
    ]
    differing += [
        f"COALESCE(BOOL_OR(now.{name} IS DISTINCT FROM was.{name}), FALSE) AS {name}"
        for name in compared
    ]
    same = " AND ".join(f"now.{name} = was.{name}" for name in standard.key)
    row = reader.rows(
        f"WITH now AS (SELECT * FROM {versions} WHERE {arrived} {last}), "
        f"was AS (SELECT * FROM {versions} WHERE NOT ({arrived}) {last}) "
        f"SELECT {', '.join(differing)} FROM now LEFT JOIN was ON {same}"
    )[0]
    if row.pop(_NEW):
        return frozenset([ALL_COLUMNS])
    return frozenset(name for name, differs in row.items() if differs)
