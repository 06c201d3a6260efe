"""content/demo is read strictly, and its faults are named by file, line and field."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mingjian.demo import check_city
from mingjian.demo.blueprint import load_blueprint
from mingjian.standards import ContentError


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A deployment's own content folder, laid over ours."""
    monkeypatch.setenv("MINGJIAN_CONTENT", str(tmp_path))
    folder = tmp_path / "demo" / "departments"
    folder.mkdir(parents=True)
    load_blueprint.cache_clear()
    yield folder
    load_blueprint.cache_clear()


DEPARTMENT = """key: CESHI
name: 测试局
short: 测试局
mark: 测
field: {field}
group: 专项管理
tiers: [city]
weight: 1
coercion: []
items:
  - {{violation: 某行为, law: 某法, cause: 某事, parties: legal,
     weight: 1, range: [0, 1000], cuts: {cuts}}}
inspections: [某检查]
permits: []
"""


def test_our_own_files_are_sound() -> None:
    assert check_city() == []
    blueprint = load_blueprint()
    assert len(blueprint.departments) >= 25
    assert len(blueprint.city.districts) == 16


def test_a_field_that_is_no_code_is_named(own: Path) -> None:
    (own / "test.yaml").write_text(DEPARTMENT.format(field="magic", cuts="[200, 500]"), "utf-8")
    (problem,) = check_city()
    assert "content/demo/departments/test.yaml:5 field" in str(problem)
    assert "magic" in problem.message


def test_steps_must_part_the_range(own: Path) -> None:
    (own / "test.yaml").write_text(DEPARTMENT.format(field="other", cuts="[500, 200]"), "utf-8")
    with pytest.raises(ContentError, match="由低到高"):
        load_blueprint()


def test_a_misspelt_key_is_an_error(own: Path) -> None:
    text = DEPARTMENT.format(field="other", cuts="[200, 500]").replace(
        "weight: 1\n", "wieght: 1\n", 1
    )
    (own / "test.yaml").write_text(text, "utf-8")
    said = "\n".join(map(str, check_city()))
    assert "wieght" in said
    assert "weight" in said
