"""The map of the districts as SVG shapes: a real outline where there is one, tiles otherwise.

An outline is GeoJSON whose features carry `code` (administrative division code): the
deployment's own `districts.geojson` in the deployment folder, or the one that the vendor step
fetched. It is used only if it has every district asked for.
"""

import json
import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from mingjian.standards import ContentFile, content_files, home, load_file
from mingjian.web.vendor import OUTLINE

WIDTH = 600
SNAP = 1.5  # points of the drawing; neighbours share their snapped border
TILE = 110
GAP = 4
COLUMNS = 4

Ring = list[list[float]]


class TileMap(ContentFile):
    """content/maps/<region>.yaml: column and row of each district's tile."""

    name: str
    title: str
    tiles: dict[str, list[int]]


@dataclass(frozen=True)
class Shape:
    """One district: an SVG path and where its label stands."""

    code: str
    path: str
    label_x: float
    label_y: float
    area: float


@dataclass(frozen=True)
class DistrictMap:
    """All districts in one drawing of `width` by `height`."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    is_outline: bool


def district_map(codes: Collection[str]) -> DistrictMap:
    """The drawing of these districts."""
    wanted = tuple(sorted(codes))
    for path in (home() / OUTLINE.name, OUTLINE):
        if path.is_file():
            found = _outline(path, path.stat().st_mtime_ns)
            if found and set(wanted) <= {shape.code for shape in found.shapes}:
                kept = tuple(shape for shape in found.shapes if shape.code in wanted)
                return DistrictMap(found.width, found.height, kept, is_outline=True)
    return _tiles(wanted)


@lru_cache(maxsize=4)
def _outline(path: Path, _changed: int) -> DistrictMap | None:
    """The outline drawn in the plane; None when the file has no feature with a code."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    places = {
        str(feature["properties"]["code"]): _polygons(feature["geometry"])
        for feature in features
        if "code" in feature["properties"]
    }
    points = [
        p for polygons in places.values() for rings in polygons for ring in rings for p in ring
    ]
    if not points:
        return None
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * GAP) / ((east - west) * squeeze)

    def place(point: list[float]) -> tuple[float, float]:
        x = (point[0] - west) * squeeze * scale + GAP
        y = (north - point[1]) * scale + GAP
        return round(x / SNAP) * SNAP, round(y / SNAP) * SNAP

    shapes = tuple(_shape(code, polygons, place) for code, polygons in sorted(places.items()))
    height = math.ceil((north - south) * scale) + 2 * GAP
    return DistrictMap(WIDTH, height, shapes, is_outline=True)


def _polygons(geometry: dict[str, Any]) -> list[list[Ring]]:
    if geometry["type"] == "Polygon":
        return [geometry["coordinates"]]
    if geometry["type"] == "MultiPolygon":
        return list(geometry["coordinates"])
    raise ValueError(f"地图轮廓里有“{geometry['type']}”，只认 Polygon 与 MultiPolygon")


def _shape(code: str, polygons: list[list[Ring]], place: Any) -> Shape:
    """Snap all rings to the drawing's grid; the label stands in the middle of the largest ring."""
    path, largest, area = [], [(0.0, 0.0)], -1.0
    for ring in (ring for rings in polygons for ring in rings):
        snapped = [place(point) for point in ring]
        line = [p for i, p in enumerate(snapped) if i == 0 or p != snapped[i - 1]]
        if len(line) < 3:
            continue
        path.append("M" + "L".join(f"{x:g} {y:g}" for x, y in line) + "Z")
        if (size := abs(_area(line))) > area:
            largest, area = line, size
    x, y = _centre(largest)
    return Shape(code, "".join(path), round(x, 1), round(y, 1), area)


def _area(line: list[tuple[float, float]]) -> float:
    pairs = zip(line, [*line[1:], line[0]], strict=True)
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs) / 2


def _centre(line: list[tuple[float, float]]) -> tuple[float, float]:
    """Centre of gravity of a ring; the mean of its points when it has no area."""
    area = _area(line)
    if not area:
        return sum(p[0] for p in line) / len(line), sum(p[1] for p in line) / len(line)
    x = y = 0.0
    for (x0, y0), (x1, y1) in zip(line, [*line[1:], line[0]], strict=True):
        cross = x0 * y1 - x1 * y0
        x += (x0 + x1) * cross
        y += (y0 + y1) * cross
    return x / (6 * area), y / (6 * area)


def _tiles(codes: tuple[str, ...]) -> DistrictMap:
    """Squares laid out by content/maps, or in the order of the codes when no file fits."""
    layout: dict[str, list[int]] = {}
    for path in content_files("maps"):
        tiles = load_file(path, TileMap).tiles
        if set(codes) <= set(tiles):
            layout = tiles
    cells = {
        code: layout.get(code) or list(divmod(i, COLUMNS))[::-1] for i, code in enumerate(codes)
    }
    shapes = []
    for code, (column, row) in cells.items():
        x, y, side = column * TILE + GAP, row * TILE + GAP, TILE - GAP
        square = f"M{x} {y}h{side}v{side}h-{side}Z"
        shapes.append(Shape(code, square, x + side / 2, y + side / 2, side * side))
    wide = max((column for column, _ in cells.values()), default=0) + 1
    high = max((row for _, row in cells.values()), default=0) + 1
    return DistrictMap(wide * TILE + GAP, high * TILE + GAP, tuple(shapes), is_outline=False)
