"""Every file that was ever sent, kept by its SHA-256: what was received can always be shown."""

import hashlib
import os
import secrets
import uuid
from pathlib import Path

from mingjian.standards import home

_PIECE = 1 << 20


def inbox() -> Path:
    """The folder of received files."""
    folder = home() / "inbox"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def keep(path: Path) -> tuple[str, Path]:
    """Copy a file into the inbox; returns its SHA-256 and where it lies."""
    digest = hashlib.sha256()
    draft = inbox() / f".{uuid.uuid4().hex}.part"
    try:
        with path.open("rb") as source, draft.open("wb") as target:
            while piece := source.read(_PIECE):
                digest.update(piece)
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        sha256 = digest.hexdigest()
        kept = kept_file(sha256)
        kept.parent.mkdir(exist_ok=True)
        draft.replace(kept)
    finally:
        draft.unlink(missing_ok=True)
    return sha256, kept


def kept_file(sha256: str) -> Path:
    """Where the file with this hash lies, if it was ever sent."""
    return inbox() / sha256[:2] / sha256


def salt() -> bytes:
    """A secret of this deployment, so that hashed names cannot be found by trying."""
    file = inbox() / ".salt"
    if not file.exists():
        draft = file.with_name(f".{uuid.uuid4().hex}.salt")
        draft.write_bytes(secrets.token_bytes(32))
        try:
            os.link(draft, file)
        except FileExistsError:
            pass  # another process made it in the same moment: its salt counts
        finally:
            draft.unlink()
    return file.read_bytes()
