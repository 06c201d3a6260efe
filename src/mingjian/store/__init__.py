"""数据底座: keeps every version of every record and answers queries as of a moment.

In: a submission of typed rows, through `Store.commit`. Out: a `Reader` over the current records,
their versions, the submissions and the rejected rows, now or as known at a moment. The only room
that knows the engines: DuckLake, or plain Parquet batches as the fallback.
"""

from mingjian.store.errors import CommitError, QueryError, StoreError
from mingjian.store.keeper import Fill
from mingjian.store.memory import memory_reader
from mingjian.store.moment import fill_catalogue, still
from mingjian.store.parameters import Scalar
from mingjian.store.reader import Reader
from mingjian.store.records import (
    CommitResult,
    Incoming,
    SubmissionHeader,
    SubmissionRow,
    TableCounts,
)
from mingjian.store.shapes import arrival_column
from mingjian.store.store import Store, open_store
from mingjian.store.workbench import Workbench

__all__ = [
    "CommitError",
    "CommitResult",
    "Fill",
    "Incoming",
    "QueryError",
    "Reader",
    "Scalar",
    "Store",
    "StoreError",
    "SubmissionHeader",
    "SubmissionRow",
    "TableCounts",
    "Workbench",
    "arrival_column",
    "fill_catalogue",
    "memory_reader",
    "open_store",
    "still",
]
