"""Reading every file of a folder: what fits, and every fault of what does not."""

from pathlib import Path

import pytest

from mingjian.standards import ContentFile, misnamed, read_folder


class Thing(ContentFile):
    code: str
    size: int


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment's own content with one kind of file that the product has not."""
    monkeypatch.setenv("MINGJIAN_CONTENT", str(tmp_path))
    made = tmp_path / "things"
    made.mkdir()
    return made


def test_every_fault_is_gathered_and_the_rest_is_read(folder: Path) -> None:
    (folder / "a.yaml").write_text("code: a\nsize: 1\n", encoding="utf-8")
    (folder / "b.yaml").write_text("code: b\nsize: 大\n", encoding="utf-8")
    (folder / "c.yaml").write_text("code: [", encoding="utf-8")
    found, problems = read_folder("things", Thing)
    assert [thing.code for _, thing in found] == ["a"]
    words = [str(problem) for problem in problems]
    assert any("b.yaml" in word and "size" in word for word in words)
    assert any("c.yaml" in word for word in words)


def test_a_file_is_named_as_its_code(folder: Path) -> None:
    (folder / "a.yaml").write_text("code: other\nsize: 1\n", encoding="utf-8")
    ((document, thing),), _ = read_folder("things", Thing)
    assert "应与文件名“a”相同" in str(misnamed(document, thing.code)[0])
    assert misnamed(document, "a") == []
