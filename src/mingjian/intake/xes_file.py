"""XES event logs, streamed: one row an event, the trace's attributes as `case:…` columns."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from lxml import etree

from mingjian.intake.faults import UnreadableFile

_VALUES = frozenset({"string", "date", "int", "float", "boolean", "id"})
Record = tuple[int, Mapping[str, str | None]]


def read_xes(path: Path) -> Iterator[Record]:
    """Every event of the log in order; `row_no` counts events from 1."""
    number = 0
    try:
        for _, trace in etree.iterparse(
            str(path), tag="{*}trace", huge_tree=False, resolve_entities=False, no_network=True
        ):
            case = {f"case:{key}": value for key, value in _attributes(trace)}
            for event in trace.iterchildren("{*}event"):
                number += 1
                yield number, {**case, **dict(_attributes(event))}
            trace.clear()
            while trace.getprevious() is not None:
                del trace.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(
            f"XES 文件不完整或写法有误（{error}），读到第 {number} 个事件为止。"
            "整个文件未入库，请重新导出后再传。"
        ) from error


def _attributes(element: etree._Element) -> Iterator[tuple[str, str | None]]:
    for child in element.iterchildren():
        if etree.QName(child).localname in _VALUES:
            yield child.get("key", ""), child.get("value") or None
