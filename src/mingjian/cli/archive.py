"""The file of a backup: a tar whose last member lists all others with their hashes.

It bears its name only once it is whole; what a killed backup leaves is called `.partial` and has
no list.
"""

import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from mingjian.access import office_dump
from mingjian.standards import home
from mingjian.store import still

MANIFEST = "manifest.json"
OFFICE = ".office"
Teller = Callable[[str, float], None]
# Made anew by the program, or saved in another form.
_LEFT_OUT = {"static", "store", "office.sqlite3", "office.sqlite3-wal", "office.sqlite3-shm"}
_FORMAT = 1
_BLOCK = 1 << 20


class BackupError(RuntimeError):
    """Why nothing was backed up or restored, as a sentence."""


class _Hashed:
    """A file that is hashed as it is read or written; reads end at `size`."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self._left, self._hash = file, size, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        block = self._file.read(wanted)
        self._left -= len(block)
        self._hash.update(block)
        return block

    def digest(self) -> str:
        return self._hash.hexdigest()


def make_archive(target: Path, *, force: bool = False, tell: Teller) -> Path:
    """Write the backup; returns its file. Raises BackupError; then nothing bears its name."""
    target = target.resolve()
    if target.is_dir():
        target = target / f"mingjian-{datetime.now():%Y%m%d-%H%M%S}.tar"
    if target.is_relative_to(home()):
        raise BackupError(f"备份不要放在数据目录 {home()} 里面：盘坏了一起丢。")
    if target.exists() and not force:
        raise BackupError(f"{target} 已经存在，没有备份。换个名字，或加 --force 替换。")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.partial")
    part.unlink(missing_ok=True)
    try:
        handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            _write(file, tell)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        raise BackupError(f"没有备份成：{error}") from error
    finally:
        part.unlink(missing_ok=True)
    return target


def _write(file: IO[bytes], tell: Teller) -> None:
    manifest: dict[str, Any] = {"format": _FORMAT, "rows": {}, "files": {}}
    with (
        tempfile.TemporaryDirectory(prefix="mingjian-backup-") as scratch,
        tarfile.open(fileobj=file, mode="w") as tar,
    ):
        facts = _moment(Path(scratch), tar, manifest, tell)
        members = [*((f"store/{name}", path) for name, path in facts), *_rest()]
        for number, (name, path) in enumerate(members):
            try:
                manifest["files"][name] = _add(tar, name, path)
            except FileNotFoundError:
                if name.startswith("store/"):
                    raise
                continue  # a received file that was worked off meanwhile
            tell(name, 0.3 + 0.7 * number / len(members))
        note = Path(scratch) / MANIFEST
        note.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
        tar.add(note, arcname=MANIFEST)


def _moment(
    scratch: Path, tar: tarfile.TarFile, manifest: dict[str, Any], tell: Teller
) -> list[tuple[str, Path]]:
    """Write the office tables; returns the files of the store at the same moment.

    The store's writers wait only until the office's view is fixed, not until it is written.
    """
    tell("取同一时刻", 0)
    aside = scratch / "store"
    aside.mkdir()
    with ExitStack() as office:
        with still(home() / "store", aside) as facts:
            office.enter_context(office_dump.one_moment())
            manifest["made_at"] = datetime.now().isoformat(timespec="seconds")
        manifest["migrations"] = office_dump.migrations()
        for name, path in _office(scratch, manifest["rows"], tell):
            manifest["files"][name] = _add(tar, name, path)
    return facts


def _office(scratch: Path, rows: dict[str, int], tell: Teller) -> Iterator[tuple[str, Path]]:
    models = office_dump.tables()
    for number, model in enumerate(models):
        label = model._meta.label
        tell(label, 0.3 * number / len(models))
        file = scratch / "table"
        rows[label] = office_dump.dump_table(model, file)
        yield f"{OFFICE}/{label}.jsonl.gz", file


def _rest() -> Iterator[tuple[str, Path]]:
    """Everything else in the data folder: received files, figures, rounds, the secret key."""
    for top in sorted(home().iterdir()):
        if top.name in _LEFT_OUT or top.is_symlink():
            continue
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(home()).as_posix(), path


def _add(tar: tarfile.TarFile, name: str, path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        member = tar.gettarinfo(arcname=name, fileobj=file)
        hashed = _Hashed(file, member.size)
        tar.addfile(member, hashed)
    return {"size": member.size, "sha256": hashed.digest()}


def open_archive(file: Path, place: Path, *, tell: Teller) -> None:
    """Unpack into a new folder and check every hash. Raises BackupError."""
    place.mkdir(parents=True, mode=0o700)
    found: dict[str, dict[str, Any]] = {}
    size = file.stat().st_size or 1
    try:
        with tarfile.open(file) as tar:
            for member in tar:
                target = (place / member.name).resolve()
                if not member.isfile() or not target.is_relative_to(place):
                    raise BackupError(f"备份里有不该有的东西：{member.name}")
                found[member.name] = _unpack(tar, member, target)
                tell(member.name, member.offset / size)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BackupError(f"{file} 不是完整的备份：{error}") from error
    manifest = _manifest(file, place)
    found.pop(MANIFEST)
    if found != manifest["files"]:
        wrong = sorted(
            name
            for name in found.keys() | manifest["files"].keys()
            if found.get(name) != manifest["files"].get(name)
        )
        raise BackupError(f"备份里的文件与清单不符，没有恢复：{'、'.join(wrong[:5])}")
    (place / MANIFEST).rename(place / OFFICE / MANIFEST)


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> dict[str, Any]:
    source = tar.extractfile(member)
    assert source is not None
    target.parent.mkdir(parents=True, exist_ok=True)
    hashed = _Hashed(source, member.size)
    with target.open("wb") as copy:
        while block := hashed.read(_BLOCK):
            copy.write(block)
    target.chmod(member.mode & 0o700)
    os.utime(target, (member.mtime, member.mtime))
    return {"size": member.size, "sha256": hashed.digest()}


def _manifest(file: Path, place: Path) -> dict[str, Any]:
    note = place / MANIFEST
    if not note.is_file():
        raise BackupError(f"{file} 没有清单：是没有做完的备份，不能恢复。")
    manifest: dict[str, Any] = json.loads(note.read_text(encoding="utf-8"))
    if manifest.get("format") != _FORMAT:
        raise BackupError(f"{file} 的格式是 {manifest.get('format')}，本版本只认 {_FORMAT}。")
    return manifest
