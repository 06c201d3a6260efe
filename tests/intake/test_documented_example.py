"""The example of docs/adding-a-source.md does what the page says."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mingjian.intake import Source, take
from mingjian.store import Store

from .conftest import AT

PAGE = Path(__file__).resolve().parents[2] / "docs" / "adding-a-source.md"


def block(kind: str) -> str:
    found = re.search(rf"```{kind}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def test_the_example(
    store: Store, declare: Callable[[str], Source], send: Callable[..., Path]
) -> None:
    source = declare(block("yaml"))
    file = send(block("csv"), "cf_20250304.csv", "gb18030")
    done = take(store, source, file, by="王工", at=AT)
    page = PAGE.read_text(encoding="utf-8")
    assert done.message in page
    assert done.signals == ()
    for fault in done.rejected_sample:
        assert fault.message.split("。")[0] in page
    with store.reader() as reader:
        rows = reader.rows("SELECT case_no, fine_yuan, penalty_kinds FROM penalty_case ORDER BY 1")
    assert [(r["case_no"], str(r["fine_yuan"]), r["penalty_kinds"]) for r in rows] == [
        ("京朝市监罚〔2025〕31号", "15000.00", "fine,reprimand"),
        ("京朝市监罚〔2025〕32号", "200.00", "fine"),
    ]


@pytest.mark.parametrize(
    "word", ["fill_down", "only", "explode", "compose", "sequence", "collapse"]
)
def test_every_step_is_described(word: str) -> None:
    assert f"`{word}" in PAGE.read_text(encoding="utf-8")


def test_every_key_of_a_source_file_is_described() -> None:
    from mingjian.intake.source import Assertions, Collapse, Due, Reference, Target, Transport

    page = PAGE.read_text(encoding="utf-8")
    shapes = (Source, Transport, Due, Target, Reference, Collapse, Assertions)
    missing = [name for shape in shapes for name in shape.model_fields if name not in page]
    assert missing == []
