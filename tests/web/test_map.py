"""The map: an outline when there is one with every district, tiles otherwise; honest steps."""

import json
from pathlib import Path
from typing import Any

import pytest

from mingjian.standards import load_reference
from mingjian.web import district_map as drawing
from mingjian.web.city_map import _bounds, _legend, label_heights
from mingjian.web.district_map import district_map
from mingjian.web.vendor import unpack_outline

SQUARES = {"110101": 0.0, "110102": 1.0}


def outline(folder: Path, places: dict[str, float]) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": code},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]],
            },
        }
        for code, x in places.items()
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (folder / "districts.geojson").write_text(text, encoding="utf-8")


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))
    monkeypatch.setattr(drawing, "OUTLINE", tmp_path / "vendor" / "districts.geojson")
    return tmp_path


def test_the_deployment_may_give_its_own_outline(own_home: Path) -> None:
    outline(own_home, SQUARES)
    found = district_map(SQUARES)
    assert found.is_outline
    assert [shape.code for shape in found.shapes] == ["110101", "110102"]
    west, east = found.shapes
    assert west.label_x < east.label_x
    assert west.label_y == pytest.approx(east.label_y)


def test_an_outline_that_lacks_a_district_is_not_used(own_home: Path) -> None:
    outline(own_home, {"110101": 0.0})
    assert not district_map(SQUARES).is_outline


def test_every_district_has_a_tile_of_its_own(own_home: Path) -> None:
    districts = [
        str(row["region_code"])
        for row in load_reference()["region"].rows
        if row["parent_code"] == "110000"
    ]
    found = district_map(districts)
    assert not found.is_outline
    assert len({shape.path for shape in found.shapes}) == len(districts) == 16
    assert all(0 < shape.label_x < found.width for shape in found.shapes)
    assert all(0 < shape.label_y < found.height for shape in found.shapes)


def test_places_without_a_layout_stand_in_order(own_home: Path) -> None:
    found = district_map(["310101", "310104", "310105", "310106", "310107"])
    assert len({shape.path for shape in found.shapes}) == 5


def test_no_label_covers_another(own_home: Path) -> None:
    outline(own_home, {f"11010{i}": i / 20 for i in range(8)})
    shapes = district_map([f"11010{i}" for i in range(8)]).shapes
    heights = label_heights(shapes)
    places = [(shape.label_x, heights[shape.code]) for shape in shapes]
    for i, (x, y) in enumerate(places):
        for other_x, other_y in places[i + 1 :]:
            assert abs(x - other_x) >= 40 or abs(y - other_y) >= 18


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ([], []),
        ([7.0], [7.0, 7.0]),
        ([4453.8, 8235.3], [4000, 5000, 6000, 7000, 8000, 9000]),
        ([0.0, 3.0, 9.0], [0, 2, 4, 6, 8, 10]),
        ([0.02, 0.11], [0.02, 0.04, 0.06, 0.08, 0.1, 0.12]),
    ],
)
def test_steps_are_equal_and_round(values: list[float], ends: list[float]) -> None:
    assert _bounds(values) == pytest.approx(ends)


def test_the_legend_covers_every_value() -> None:
    for values in ([1.0, 99.0], [12.0, 13.0], [0.0, 1_000_000.0], [5.0, 5.0]):
        bounds = _bounds(values)
        assert bounds[0] <= min(values)
        assert bounds[-1] >= max(values)
        assert 1 <= len(_legend(bounds, "件")) <= 5


def test_packed_outlines_are_unpacked() -> None:
    """Differences are zigzag, from the start given, in 1/1024 degree."""

    def packed(*steps: tuple[int, int]) -> str:
        return "".join(chr(((n << 1) ^ (n >> 31)) + 64) for step in steps for n in step)

    feature: dict[str, Any] = {
        "id": "110101",
        "properties": {"name": "东城区"},
        "geometry": {
            "type": "Polygon",
            "coordinates": [packed((0, 0), (1024, 0), (-512, -512))],
            "encodeOffsets": [[118784, 40960]],
        },
    }
    found = unpack_outline({"features": [feature]})["features"][0]
    assert found["properties"] == {"code": "110101", "name": "东城区"}
    ring = [[116.0, 40.0], [117.0, 40.0], [116.5, 39.5]]
    assert found["geometry"] == {"type": "MultiPolygon", "coordinates": [[ring]]}
