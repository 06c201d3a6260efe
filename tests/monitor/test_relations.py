"""What monitors are told they may read is what readers offer."""

from mingjian.monitor import relations
from mingjian.monitor.relations import sql_schema
from mingjian.store import memory_reader


def test_relations_are_the_tables_of_a_reader():
    with memory_reader({}) as reader:
        offered = {name: reader.columns(name) for name in reader.tables()}
    assert sql_schema() == offered


def test_every_column_has_a_chinese_title():
    for relation in relations().values():
        for name, column in relation.columns.items():
            assert any("\u4e00" <= letter <= "\u9fff" for letter in column.title), name
