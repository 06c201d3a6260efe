"""content/access/sign_in.yaml is read strictly, and `mingjian check` says what is wrong with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mingjian.access.policy import check_access, load_policy
from mingjian.standards import ContentError, content_files


@pytest.fixture
def own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A deployment's own copy of the file, to be spoiled."""
    (shipped,) = content_files("access", "sign_in.yaml")
    file = tmp_path / "access" / "sign_in.yaml"
    file.parent.mkdir()
    file.write_text(shipped.read_text("utf-8"), encoding="utf-8")
    monkeypatch.setenv("MINGJIAN_CONTENT", str(tmp_path))
    load_policy.cache_clear()
    yield file
    load_policy.cache_clear()


def test_what_is_shipped_is_right() -> None:
    assert check_access() == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("min_length: 10", "min_length: 4", "min_length"),
        ("at_once: 3", "at_once: 0", "at_once"),
        ("minutes: 15", "hours: 15", "lock"),
        ("[system_admin, auditor]", "[system_admin, king]", "没有名为“king”的角色"),
        ("longest_days: 60", "longest_days: 很久", "longest_days"),
    ],
)
def test_a_wrong_value_is_named_by_file_and_field(
    own_file: Path, old: str, new: str, said: str
) -> None:
    text = own_file.read_text("utf-8")
    assert old in text
    own_file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ContentError):
        load_policy()
    problems = [str(problem) for problem in check_access()]
    assert any("sign_in.yaml:" in problem and said in problem for problem in problems)


def test_a_deployment_sets_its_own(own_file: Path) -> None:
    text = own_file.read_text("utf-8")
    own_file.write_text(text.replace("at_once: 3", "at_once: 1"), encoding="utf-8")
    assert load_policy().session.at_once == 1
