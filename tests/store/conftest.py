"""Stores of both kinds, and short ways to hand a submission over."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from mingjian.store import Store, open_store

sys.path.insert(0, str(Path(__file__).parent))
from store_submissions import SMALL

Kind = Literal["ducklake", "parquet"]


@pytest.fixture(params=["ducklake", "parquet"])
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def opened(tmp_path: Path, kind: Kind) -> Iterator[Callable[..., Store]]:
    """Opens the store of this test with a small standard; may be called again."""
    stores: list[Store] = []

    def open_again(**options: Any) -> Store:
        given = {"kind": kind, "standard": SMALL} | options
        stores.append(open_store(tmp_path / "store", **given))
        return stores[-1]

    yield open_again
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[..., Store]) -> Store:
    return opened()
