"""Fetches the browser files that are not ours: ECharts and the outline of the districts.

`package.json` pins them. htmx is not among them: django-htmx ships it. Without these files every
page works: a chart is left out and the table beside it stays, the map becomes a grid of tiles.
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
VENDOR = HERE / "static" / "vendor"
# What is copied out of node_modules, and the name it gets. The outlines are ECharts 4's: later
# versions ship no maps.
FILES = {
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "echarts/LICENSE": "echarts.LICENSE",
}
OUTLINE_PACKED = "echarts-outlines/map/json/province/beijing.json"
OUTLINE = VENDOR / "districts.geojson"
SECONDS_ALLOWED = 300


class VendorError(RuntimeError):
    """The files could not be fetched; the message says what to do."""


def missing() -> list[str]:
    """Names of the files that are not there yet."""
    return [name for name in (*FILES.values(), OUTLINE.name) if not (VENDOR / name).is_file()]


def fetch_vendor(*, force: bool = False) -> list[Path]:
    """Install the pinned packages in a temporary folder and copy the few files out of them.

    Does nothing when all files are there, unless `force`. Raises VendorError with advice.
    """
    if not force and not missing():
        return []
    npm = shutil.which("npm")
    if npm is None:
        raise VendorError(
            f"没有找到 npm，图表与地图轮廓无法取得。请安装 Node.js 18 以上后重试，"
            f"或从能联网的机器把 {'、'.join(missing())} 复制到 {VENDOR}。"
            "没有它们页面照常使用：图表显示为表格，地图显示为方格。"
        )
    with tempfile.TemporaryDirectory(prefix="mingjian-vendor-") as folder:
        shutil.copy(HERE / "package.json", folder)
        _install(npm, folder)
        VENDOR.mkdir(parents=True, exist_ok=True)
        modules = Path(folder, "node_modules")
        copied = [
            Path(shutil.copyfile(modules / source, VENDOR / name)) for source, name in FILES.items()
        ]
        packed = json.loads((modules / OUTLINE_PACKED).read_text(encoding="utf-8"))
        OUTLINE.write_text(json.dumps(unpack_outline(packed), ensure_ascii=False), encoding="utf-8")
        return [*copied, OUTLINE]


def _install(npm: str, folder: str) -> None:
    """Run npm without scripts of the packages and without writing a lock file."""
    command = [npm, "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund"]
    try:
        subprocess.run(
            command, cwd=folder, check=True, capture_output=True, text=True, timeout=SECONDS_ALLOWED
        )
    except subprocess.TimeoutExpired as error:
        raise VendorError(f"npm 在 {SECONDS_ALLOWED} 秒内没有装完，请检查网络后重试。") from error
    except subprocess.CalledProcessError as error:
        last = "\n".join(error.stderr.strip().splitlines()[-5:])
        raise VendorError(f"npm 没有装成，它说：\n{last}") from error


def unpack_outline(packed: dict[str, Any]) -> dict[str, Any]:
    """GeoJSON from ECharts' packed form; `code` is the administrative division code.

    Packed rings are strings of two characters a point: zigzag differences in 1/1024 degree.
    """
    features = []
    for feature in packed["features"]:
        shape = feature["geometry"]
        polygons, offsets = shape["coordinates"], shape["encodeOffsets"]
        if shape["type"] == "Polygon":
            polygons, offsets = [polygons], [offsets]
        coordinates = [
            [_ring(text, start) for text, start in zip(rings, starts, strict=True)]
            for rings, starts in zip(polygons, offsets, strict=True)
        ]
        properties = {"code": str(feature["id"]), "name": feature["properties"]["name"]}
        geometry = {"type": "MultiPolygon", "coordinates": coordinates}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}


def _ring(text: str, start: list[int]) -> list[list[float]]:
    x, y = start
    points = []
    for east, north in zip(text[::2], text[1::2], strict=True):
        x += _unzigzag(ord(east) - 64)
        y += _unzigzag(ord(north) - 64)
        points.append([round(x / 1024, 4), round(y / 1024, 4)])
    return points


def _unzigzag(number: int) -> int:
    return (number >> 1) ^ -(number & 1)


if __name__ == "__main__":
    for path in fetch_vendor():
        print(f"已取得 {path}")
