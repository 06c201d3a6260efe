"""The fonts of official papers: where they are looked for, and how they are fetched at set-up.

仿宋, 楷体, 黑体 and 宋体 are Fandol's (GPL with font exception, all of GB 2312), taken out of
Debian's TeX package. Rare characters and the heavy 宋体 of the heading come from Noto CJK.
A deployment that owns 方正小标宋 and 仿宋_GB2312 puts them into `fonts/` of its data folder.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from mingjian.standards import home

PACKAGE = "texlive-lang-chinese"
NEEDED = (
    "FandolFang-Regular.otf",
    "FandolKai-Regular.otf",
    "FandolHei-Regular.otf",
    "FandolSong-Regular.otf",
    "FandolSong-Bold.otf",
)
INSTALLED = Path(sys.prefix) / "share" / "mingjian" / "fonts"
SYSTEM = (
    Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"),
    Path("/usr/share/fonts/opentype/noto"),
)
SECONDS_ALLOWED = 300


class FontError(RuntimeError):
    """The fonts are not there or could not be fetched; the message says what to do."""


def font_folders() -> list[Path]:
    """Folders that exist, the deployment's own first; FontError when a needed font is in none."""
    folders = [path for path in (home() / "fonts", INSTALLED, *SYSTEM) if path.is_dir()]
    lacking = [name for name in NEEDED if not any((folder / name).is_file() for folder in folders)]
    if lacking:
        raise FontError(
            f"缺少公文字体 {'、'.join(lacking)}，不能排版。请运行 mingjian fonts 取得；"
            f"不能联网的机器，把这几个文件复制到 {home() / 'fonts'}。"
        )
    return folders


def fetch_fonts() -> list[Path]:
    """Take the fonts out of the system's package, without installing it; nothing if all are there.

    Needs apt-get and dpkg-deb (Debian, Ubuntu). Raises FontError with advice.
    """
    if all((INSTALLED / name).is_file() for name in NEEDED) or (SYSTEM[0] / NEEDED[0]).is_file():
        return []
    with tempfile.TemporaryDirectory(prefix="mingjian-fonts-") as folder:
        _download(folder)
        packed = _run(["dpkg-deb", "--fsys-tarfile", *map(str, Path(folder).glob("*.deb"))], folder)
    INSTALLED.mkdir(parents=True, exist_ok=True)
    fetched = []
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        for member in archive:
            name = Path(member.name).name
            source = archive.extractfile(member) if name in NEEDED else None
            if source is not None:
                (INSTALLED / name).write_bytes(source.read())
                fetched.append(INSTALLED / name)
    if len(fetched) != len(NEEDED):
        raise FontError(f"软件包 {PACKAGE} 里没有全部公文字体，只找到 {len(fetched)} 个。")
    return fetched


def _download(folder: str) -> None:
    """The package, unopened. A new machine does not know its packages yet: then ask for the list
    once, which only root may."""
    try:
        _run(["apt-get", "download", PACKAGE], folder)
    except FontError:
        if os.getuid() != 0 or shutil.which("apt-get") is None:
            raise
        _run(["apt-get", "update", "-qq"], folder)
        _run(["apt-get", "download", PACKAGE], folder)


def _run(command: list[str], folder: str) -> bytes:
    advice = f"请在 Debian/Ubuntu 上重试，或把 {'、'.join(NEEDED)} 复制到 {home() / 'fonts'}。"
    try:
        done = subprocess.run(
            command, cwd=folder, check=True, capture_output=True, timeout=SECONDS_ALLOWED
        )
    except FileNotFoundError as error:
        raise FontError(f"没有找到 {command[0]}，公文字体无法取得。{advice}") from error
    except subprocess.TimeoutExpired as error:
        raise FontError(f"{command[0]} 在 {SECONDS_ALLOWED} 秒内没有做完，请检查网络。") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()[-400:]
        raise FontError(
            f"{command[0]} 没有做成（先运行 apt-get update？）：{said}。{advice}"
        ) from error
    return done.stdout
