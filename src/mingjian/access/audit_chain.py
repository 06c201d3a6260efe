"""Going through the audit log from its first line: is every line there, in place and unaltered?

A log whose tail was cut off together with the head still fits itself; a checkpoint kept in another
place shows it.
"""

import hmac
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone
from django.utils.crypto import salted_hmac

from mingjian.access import audit
from mingjian.access.models import AuditHead, AuditLine

_CHUNK = 5000
_SALT = "mingjian.audit.checkpoint"


class CheckpointError(ValueError):
    """A checkpoint file that is not one, or was altered itself."""


@dataclass(frozen=True)
class Checkpoint:
    """What the chain was at a moment: so many lines, and the hash of the last."""

    at: str
    line_count: int
    hash: str

    def seal(self) -> str:
        text = json.dumps([self.at, self.line_count, self.hash])
        return str(salted_hmac(_SALT, text, algorithm="sha256").hexdigest())


@dataclass(frozen=True)
class ChainReport:
    """How many lines fit, and the first thing that does not ("" when all does)."""

    lines: int
    hash: str
    fault: str = ""
    line_id: int | None = None

    @property
    def holds(self) -> bool:
        return not self.fault


def verify(
    checkpoints: Iterable[Checkpoint] = (), progress: Callable[[int, int], None] | None = None
) -> ChainReport:
    """Read the whole log once, oldest line first, in bounded memory.

    Lines that are written meanwhile are left for the next time.
    """
    count, head_hash = _head()
    wanted = {point.line_count: point for point in checkpoints}
    before, position = audit.FIRST_HASH, 0
    for line in AuditLine.objects.order_by("id").iterator(chunk_size=_CHUNK):
        if position == count:
            return _beyond(line, count, before)
        fault = _fault(line, before)
        if fault:
            return ChainReport(position, before, fault, line.pk)
        before, position = line.hash, position + 1
        point = wanted.pop(position, None)
        if point is not None and point.hash != before:
            fault = f"第 {position} 行与 {point.at} 的封存记录不同：此前的记录被整段改写过"
            return ChainReport(position, before, fault, line.pk)
        if progress and position % _CHUNK == 0:
            progress(position, count)
    return _at_end(position, before, count, head_hash, wanted)


def write_checkpoint(file: Path) -> Checkpoint:
    """Append the chain's present end to a file, sealed; keep the file on another machine."""
    count, head_hash = _head()
    point = Checkpoint(timezone.localtime().isoformat(timespec="seconds"), count, head_hash)
    line = json.dumps({**vars(point), "seal": point.seal()}, ensure_ascii=False)
    with file.open("a", encoding="utf-8") as text:
        text.write(f"{line}\n")
    audit.record(None, "audit.checkpoint", username="命令行", lines=count, hash=head_hash)
    return point


def read_checkpoints(file: Path) -> list[Checkpoint]:
    """The checkpoints of a file. Raises CheckpointError when one was altered."""
    points = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            kept = json.loads(line)
            seal = str(kept.pop("seal"))
            point = Checkpoint(str(kept["at"]), int(kept["line_count"]), str(kept["hash"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CheckpointError(f"{file} 第 {number} 行不是封存记录") from error
        if not hmac.compare_digest(seal, point.seal()):
            raise CheckpointError(f"{file} 第 {number} 行被改动过，或者是另一套部署的封存记录")
        points.append(point)
    return points


def _head() -> tuple[int, str]:
    head = AuditHead.objects.filter(pk=audit.HEAD).first()
    return (head.line_count, head.hash) if head else (0, audit.FIRST_HASH)


def _fault(line: AuditLine, before: str) -> str:
    if line.previous_hash == before:
        if audit.line_hash(line) != line.hash:
            return f"编号 {line.pk} 的内容被改动过（{line.at:%Y-%m-%d %H:%M} {line.username}）"
        return ""
    if AuditLine.objects.filter(hash=line.previous_hash).exists():
        return f"编号 {line.pk} 不在原来的位置：顺序被调换，或者有一行被改动"
    return f"编号 {line.pk} 之前缺少记录，或者前一行被改动"


def _beyond(line: AuditLine, count: int, before: str) -> ChainReport:
    """A line after the head's: written meanwhile, or put in behind the program's back."""
    now, _ = _head()
    if now > count:
        return ChainReport(count, before)
    return ChainReport(count, before, f"编号 {line.pk} 起多出没有登记的记录", line.pk)


def _at_end(
    position: int, before: str, count: int, head_hash: str, left: dict[int, Checkpoint]
) -> ChainReport:
    if position < count:
        return ChainReport(position, before, f"应有 {count} 行，只有 {position} 行：末尾缺少记录")
    if before != head_hash:
        return ChainReport(position, before, "最后一行的摘要与链头登记的不同")
    later = [point for number, point in left.items() if number > position]
    if later:
        point = min(later, key=lambda p: p.line_count)
        fault = f"{point.at} 封存时有 {point.line_count} 行，现在只有 {position} 行：末尾被截去"
        return ChainReport(position, before, fault)
    empty = left.get(0)
    if empty is not None and empty.hash != audit.FIRST_HASH:
        return ChainReport(position, before, f"{empty.at} 的封存记录与空日志不符")
    return ChainReport(position, before)
