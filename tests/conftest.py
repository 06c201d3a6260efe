"""Fixtures that every room shares."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
from real_parts import missing
from with_postgres import NoPostgres, postgres

# The first example of a property may load files and imports: no time limit for one example.
settings.register_profile("mingjian", deadline=None)
settings.load_profile("mingjian")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real public data, which is not part of the project: skip where it is absent."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("MINGJIAN_SHARED_DATA", beside))
    if not folder.is_dir():
        pytest.skip(f"没有真实公开数据：{folder}（可用 MINGJIAN_SHARED_DATA 指定）")
    return folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[dict[str, str]]:
    """A throw-away PostgreSQL (host, port, user, dbname); in CI its absence is a failure."""
    try:
        with postgres() as server:
            yield server
    except NoPostgres as error:
        missing(str(error))


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Path of Debian's Chromium; in CI its absence is a failure."""
    found = shutil.which("chromium")
    if not found:
        missing("没有安装 Chromium（apt-get install chromium）")
    return str(found)


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One Chromium for all tests of a process: playwright runs only once in a thread.

    It keeps an event loop running in this thread, in which Django refuses its database unless
    told otherwise: for this test process it is.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield started
        started.close()
