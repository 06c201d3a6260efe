"""One unit judged alone is judged as among all: the narrow reading leaves nothing out."""

import pytest

from mingjian.monitor import compile_monitor, find_unit, load_library
from mingjian.monitor.examples import example_reader
from mingjian.monitor.query import to_sql

LIBRARY = load_library()


@pytest.mark.parametrize("name", LIBRARY.monitors)
def test_a_unit_judged_alone_is_judged_as_among_all(name: str) -> None:
    monitor = LIBRARY.monitors[name]
    example = next(one for one in monitor.examples if one.finds)
    with example_reader(monitor, example) as reader:
        whole = reader.rows(to_sql(compile_monitor(LIBRARY, monitor, example.as_of)))
        assert whole
        for row in whole:
            alone = find_unit(reader, LIBRARY, monitor, str(row["unit_id"]), example.as_of)
            assert alone == row
        assert find_unit(reader, LIBRARY, monitor, "nobody", example.as_of) is None
