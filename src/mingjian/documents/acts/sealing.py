"""印模 registered, retired, and laid on a signed paper (用印)."""

from datetime import date
from typing import Any

from django.db import transaction
from django.http import Http404

from mingjian.access import audit
from mingjian.access.models import User
from mingjian.access.roles import require
from mingjian.documents import pdf
from mingjian.documents.acts.moving import given
from mingjian.documents.acts.step import paper_in_sight, step
from mingjian.documents.flow import NotPossible
from mingjian.documents.models import Paper
from mingjian.documents.queries import keepers_for, seal_side, seals_of
from mingjian.documents.seal_models import Seal

PICTURE_AT_MOST = 500_000  # bytes


def register_seal(
    *, by: User, keeper: User, picture: bytes, today: date, ip: str | None = None
) -> Seal:
    """Register the seal of the body that the person acts for; the one in use is retired first.

    Raises NotPossible when the picture is none that can be laid on, or the keeper is not of the
    same body.
    """
    require(by, "seal.register")
    side = seal_side(by)
    if not keepers_for(by).filter(pk=keeper.pk).exists():
        raise NotPossible(f"{keeper} 不能保管{side.name}印章：应为本机关有“用印”权限的人。")
    _check_picture(picture)
    with transaction.atomic():
        if seals_of(by).filter(retired_on__isnull=True).exists():
            raise NotPossible(f"{side.name}印章已有在用的印模。先停用，再登记新的。")
        seal = Seal.objects.create(
            agency=side.agency,
            region=side.region,
            name=side.name,
            picture=picture,
            hash=audit.digest(picture),
            keeper=keeper,
            registered_by=by,
            registered_on=today,
        )
        audit.record(by, "seal.register", seal, ip=ip, keeper=keeper.username, hash=seal.hash)
    return seal


def retire_seal(seal_id: int, *, by: User, reason: str, today: date, ip: str | None = None) -> Seal:
    """停用: issued papers keep it, no new one gets it."""
    require(by, "seal.register")
    reason = given(reason, "理由", at_most=200)
    seal = seals_of(by).filter(pk=seal_id).first()
    if seal is None:
        raise Http404("没有这个印模，或者它不是您机关的。")
    with transaction.atomic():
        in_use = Seal.objects.filter(pk=seal.pk, retired_on__isnull=True)
        if in_use.update(retired_on=today, reason=reason) != 1:
            raise NotPossible(f"{seal}已经停用。")
        audit.record(by, "seal.retire", seal, ip=ip, reason=reason)
    seal.refresh_from_db()
    return seal


def stamp(paper_id: int, *, by: User, **how: Any) -> Paper:
    """用印: the keeper lays the seal of the issuer over name and date of a signed paper."""
    paper = paper_in_sight(by, paper_id)
    seal = seal_for(paper, by)
    if seal is None:
        raise NotPossible(f"您没有保管{paper.issuer_name}在用的印模，不能用印。")
    if paper.seal_id is not None:
        raise NotPossible("这件文书已经用印。")
    text = f"{seal}（印模摘要 {seal.hash[:16]}）"
    return step("stamp", paper_id, by=by, set_={"seal": seal}, text=text, **how)


def seal_for(paper: Paper, by: User) -> Seal | None:
    """The seal in use of the paper's issuer, if this very person keeps it."""
    kept: Seal | None = Seal.objects.filter(
        agency_id=paper.issuer_agency_id,
        region_id=paper.issuer_region_id,
        name=paper.issuer_name,
        keeper=by,
        retired_on__isnull=True,
    ).first()
    return kept


def _check_picture(picture: bytes) -> None:
    if len(picture) > PICTURE_AT_MOST:
        raise NotPossible(f"印模图片超过 {PICTURE_AT_MOST:,} 字节，请缩小后再传。")
    fault = pdf.seal_fault(picture)
    if fault:
        raise NotPossible(f"{fault}应为透明底的 PNG，四周不留边，长宽相等，边长 300 至 2000 像素。")
