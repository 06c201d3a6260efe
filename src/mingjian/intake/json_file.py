"""JSON: an array of objects, an object with such an array inside, or one object a line."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mingjian.intake.faults import UnreadableFile
from mingjian.intake.limits import Limits

Record = tuple[int, Mapping[str, str | None]]


def read_json_lines(path: Path) -> Iterator[Record]:
    """One object a line; `row_no` is the line."""
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except ValueError as error:
                cut = "，文件多半在这里断了" if not line.endswith("\n") else ""
                raise UnreadableFile(
                    f"第 {number} 行不是完整的 JSON{cut}（{error}）。"
                    "整个文件未入库，请重新导出后再传。"
                ) from error
            yield number, flat(value, number)


def read_json(path: Path, records: str, limits: Limits) -> Iterator[Record]:
    """Every object of the array at the dotted path `records`; `row_no` counts from 1."""
    if path.stat().st_size > limits.json_bytes:
        raise UnreadableFile(
            f"JSON 文件超过 {limits.json_bytes >> 20} MB 的上限。"
            "请改用一行一条的 JSON Lines（jsonl）格式。"
        )
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise UnreadableFile(
            f"文件不是完整的 JSON，多半在传输或导出时断了（{error}）。"
            "整个文件未入库，请重新导出后再传。"
        ) from error
    for part in [part for part in records.split(".") if part]:
        if not isinstance(value, dict) or part not in value:
            raise UnreadableFile(f"JSON 里没有“{records}”这一层。请检查文件或数据源里的 records。")
        value = value[part]
    if not records and isinstance(value, dict) and isinstance(value.get("rows"), list):
        value = value["rows"]
    if not isinstance(value, list):
        raise UnreadableFile("JSON 的这一层不是数组。请检查文件或数据源里的 records。")
    for number, item in enumerate(value, 1):
        yield number, flat(item, number)


def flat(value: Any, number: int) -> dict[str, str | None]:
    """An object as columns: inner objects by dotted names, lists of plain values joined by 、."""
    if not isinstance(value, dict):
        raise UnreadableFile(f"第 {number} 条不是对象（应为 {{列名: 值, …}}）。整个文件未入库。")
    row: dict[str, str | None] = {}
    _flatten(value, "", row)
    return row


def _flatten(value: dict[str, Any], prefix: str, row: dict[str, str | None]) -> None:
    for key, item in value.items():
        if isinstance(item, dict):
            _flatten(item, f"{prefix}{key}.", row)
        elif isinstance(item, list) and not any(isinstance(part, dict | list) for part in item):
            row[prefix + key] = "、".join(text for part in item if (text := _text(part))) or None
        else:
            row[prefix + key] = _text(item)


def _text(item: Any) -> str | None:
    if item is None or item == "":
        return None
    if isinstance(item, bool):
        return "是" if item else "否"
    if isinstance(item, list):
        return json.dumps(item, ensure_ascii=False)
    if isinstance(item, float) and item.is_integer() and abs(item) < 1e17:
        return str(int(item))
    return str(item)
