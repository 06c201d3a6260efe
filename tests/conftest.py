"""Fixtures that every room shares."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real public data, which is not part of the project: skip where it is absent."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("MINGJIAN_SHARED_DATA", beside))
    if not folder.is_dir():
        pytest.skip(f"没有真实公开数据：{folder}（可用 MINGJIAN_SHARED_DATA 指定）")
    return folder
