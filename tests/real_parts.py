"""Real parts that tests need (PostgreSQL, Chromium, Spark): what to do where one is absent."""

import os

import pytest


def missing(reason: str) -> None:
    """Skip where a real part cannot be had, fail in CI where it must be there."""
    if os.environ.get("CI"):
        pytest.fail(f"CI 中必须运行：{reason}")
    pytest.skip(reason)
