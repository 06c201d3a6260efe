"""佐证材料: files that are handed in with an act; checked, kept by content, read back in scope."""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import PurePosixPath

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q

from mingjian.access.flow import NotPossible
from mingjian.access.models import User
from mingjian.access.roles import permits
from mingjian.access.scope import for_user
from mingjian.supervision.flow import load_flow
from mingjian.supervision.matter_models import attachments_folder
from mingjian.supervision.models import Alert, Attachment, Matter

NAME_LENGTH = 120


def check_files(files: Sequence[UploadedFile]) -> None:
    """Raise NotPossible for a file that is too large, of an unknown kind, empty, or one too many.

    What may come is said in content/flows/alert.yaml.
    """
    rule = load_flow().file.evidence_files
    if len(files) > rule.at_once:
        raise NotPossible(f"一次最多附 {rule.at_once} 个文件，收到 {len(files)} 个。")
    for file in files:
        name = _plain_name(file.name or "")
        kind = PurePosixPath(name).suffix.lstrip(".").lower()
        if kind not in rule.kinds:
            raise NotPossible(f"“{name}”的类型不收，可以附：{'、'.join(rule.kinds)}。")
        if not file.size:
            raise NotPossible(f"“{name}”是空文件。")
        if file.size > rule.megabytes * 1024 * 1024:
            raise NotPossible(f"“{name}”超过 {rule.megabytes} 兆字节，请压缩或者分开。")


def keep_files(
    thing: Alert | Matter, act: str, files: Sequence[UploadedFile], by: User
) -> list[Attachment]:
    """Keep the checked files and a row for each; the same content is kept once on disk."""
    kept = []
    for file in files:
        attachment = Attachment(
            alert=thing if isinstance(thing, Alert) else None,
            matter=thing if isinstance(thing, Matter) else None,
            act=act,
            name=_plain_name(file.name or ""),
            size=file.size or 0,
            by=by,
        )
        _store(attachment, file)
        attachment.save()
        kept.append(attachment)
    return kept


def visible_attachment(user: User, pk: int) -> Attachment | None:
    """The attachment, if the user may see what it hangs on."""
    seen = Q(pk__in=[])
    if permits(user, "alert.read"):
        seen |= Q(alert__in=for_user(Alert.objects, user).values("pk"))
    if permits(user, "matter.read"):
        seen |= Q(matter__in=for_user(Matter.objects, user).values("pk"))
    return Attachment.objects.filter(seen, pk=pk).first()


def _store(attachment: Attachment, file: UploadedFile) -> None:
    """Written aside and put into place whole, so that a torn write is never read."""
    folder = attachments_folder()  # the hash, which names its place, is known only at the end
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    handle, draft = tempfile.mkstemp(dir=folder, prefix=".draft")
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in file.chunks():
                digest.update(chunk)
                out.write(chunk)
        attachment.sha256 = digest.hexdigest()
        attachment.path.parent.mkdir(exist_ok=True)
        os.replace(draft, attachment.path)
    except BaseException:
        os.unlink(draft)
        raise


def _plain_name(name: str) -> str:
    """Without folders and control characters, short enough for any disk, the ending kept."""
    last = PurePosixPath(name.replace("\\", "/")).name
    clean = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*').strip(". ")
    path = PurePosixPath(clean or "未命名")
    return f"{path.stem[:NAME_LENGTH]}{path.suffix[:10]}"
