"""The vendor step says what to do when it cannot do its work, and pins what it takes."""

import json
import re
from pathlib import Path

import pytest

from mingjian.web import vendor


def test_without_npm_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vendor, "VENDOR", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(vendor.VendorError, match="请安装 Node") as caught:
        vendor.fetch_vendor()
    assert "echarts.min.js" in str(caught.value)
    assert "图表显示为表格" in str(caught.value)


def test_when_everything_is_there_nothing_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vendor, "VENDOR", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in (*vendor.FILES.values(), vendor.OUTLINE.name):
        (tmp_path / name).write_text("", encoding="utf-8")
    assert vendor.missing() == []
    assert vendor.fetch_vendor() == []


def test_versions_are_exact_and_no_lock_file_names_a_registry() -> None:
    package = json.loads((vendor.HERE / "package.json").read_text(encoding="utf-8"))
    for version in package["dependencies"].values():
        assert re.fullmatch(r"(npm:[a-z-]+@)?\d+\.\d+\.\d+", version)
    assert not (vendor.HERE / "package-lock.json").exists()
