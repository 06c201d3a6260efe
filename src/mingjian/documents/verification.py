"""Whether a paper is genuine and unchanged: what the QR code on it leads to."""

from datetime import datetime, timedelta

from mingjian.access.audit import digest
from mingjian.documents.acts import content_hash
from mingjian.documents.models import Paper, PaperFile, VerifyLook
from mingjian.documents.places import load_issuing

VOID_STATES = ("withdrawn", "annulled")


def is_genuine(code: str, file: bytes | None = None) -> bool:
    """Whether this code belongs to a valid paper whose kept text and PDF are as when issued; with
    `file`, also whether that is the very PDF. A withdrawn or annulled paper is not valid."""
    paper = Paper.objects.filter(verify_code=code.strip().upper()).first()
    if paper is None or paper.state in VOID_STATES:
        return False
    kept = PaperFile.objects.get(paper=paper)
    is_whole = digest(bytes(kept.pdf)) == kept.hash and content_hash(paper) == paper.frozen_hash
    return is_whole and (file is None or digest(file) == kept.hash)


def is_one_too_many(ip: str | None, now: datetime) -> bool:
    """Count a look; True when the address has looked more often than it may."""
    limits = load_issuing()
    since = now - timedelta(minutes=limits.looks_minutes)
    VerifyLook.objects.filter(at__lt=since).delete()
    VerifyLook.objects.create(at=now, ip=ip)
    return VerifyLook.objects.filter(ip=ip, at__gte=since).count() > limits.looks_allowed
