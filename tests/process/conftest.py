"""A scratch engine for the logs of one test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mingjian.process import FileBench
from mingjian.store import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[FileBench]:
    with Workbench(tmp_path / "spill") as workbench:
        yield FileBench(workbench)
