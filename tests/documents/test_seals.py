"""Seals: who registers, who keeps, who stamps what, and where the picture lies on the paper."""

from typing import Any

import numpy as np
import pytest
import typst
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import Client

from mingjian.access.flow import NotPossible
from mingjian.access.models import AuditLine
from mingjian.documents import acts, queries
from mingjian.documents.models import Paper
from mingjian.documents.seal_models import Seal
from mingjian.documents.word import word_file
from papers import DAY, approved, issued, opinion
from typeset import MM, is_red, lines_of, millimetres, pages_of, picture_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district_head")]

RING = """#set page(width: 42mm, height: 42mm, margin: 0pt, fill: none)
#place(center + horizon, circle(radius: 20.4mm, stroke: 1.2mm + rgb("#d0021b")))"""


def picture(source: str = RING, ppi: float = 300) -> bytes:
    made = typst.compile(source.encode(), format="png", ppi=ppi)
    assert isinstance(made, bytes)
    return made


def registered(city: Any) -> Seal:
    """The district office's seal, registered by its head, kept by its supervisor."""
    return acts.register_seal(
        by=city.district_head, keeper=city.right, picture=picture(), today=DAY
    )


def stamped(city: Any) -> Paper:
    registered(city)
    return acts.stamp(approved(city).pk, by=city.right, today=DAY)


def test_a_seal_is_registered_once_and_the_next_after_it_is_retired(city: Any) -> None:
    seal = registered(city)
    assert (seal.name, seal.keeper) == ("朝阳区司法局", city.right)
    with pytest.raises(NotPossible, match="先停用"):
        registered(city)
    acts.retire_seal(seal.pk, by=city.district_head, reason="磨损", today=DAY)
    assert registered(city).pk != seal.pk
    lines = AuditLine.objects.filter(act__startswith="seal.").order_by("pk")
    assert [line.act for line in lines] == ["seal.register", "seal.retire", "seal.register"]


def test_who_registers_and_who_keeps(city: Any) -> None:
    values = {"picture": picture(), "today": DAY}
    with pytest.raises(PermissionDenied):
        acts.register_seal(by=city.right, keeper=city.right, **values)
    for foreigner in (city.other, city.liaison, city.signer):
        with pytest.raises(NotPossible, match="不能保管"):
            acts.register_seal(by=city.district_head, keeper=foreigner, **values)
    government = acts.register_seal(by=city.signer, keeper=city.signer, **values)
    assert government.name == "朝阳区人民政府"
    agency = acts.register_seal(by=city.reviewer, keeper=city.liaison, **values)
    assert agency.name == "示例市朝阳区市场监督管理局"
    with pytest.raises(Http404):
        acts.retire_seal(agency.pk, by=city.district_head, reason="试", today=DAY)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"GIF89a" + bytes(40), "不是 PNG"),
        (picture(ppi=100), "165×165"),
        (picture(RING.replace("fill: none", "fill: white").replace("42mm, h", "60mm, h")), "像素"),
        (picture(RING.replace("42mm, margin", "42mm, margin"))[:900], "打不开"),
    ],
)
def test_a_picture_that_cannot_be_laid_on_is_refused(city: Any, content: bytes, words: str) -> None:
    with pytest.raises(NotPossible, match=words):
        acts.register_seal(by=city.district_head, keeper=city.right, picture=content, today=DAY)
    assert not Seal.objects.exists()


def test_only_the_keeper_stamps_a_signed_paper_and_once(city: Any) -> None:
    draft = opinion(city)
    registered(city)
    with pytest.raises(NotPossible):
        acts.stamp(draft.pk, by=city.right, today=DAY)
    paper = approved(city, draft)
    assert paper in Paper.objects.filter(queries.waiting_for(city.right))
    with pytest.raises(NotPossible, match="没有保管"):
        acts.stamp(paper.pk, by=city.district_head, today=DAY)
    acts.stamp(paper.pk, by=city.right, today=DAY)
    with pytest.raises(NotPossible, match="已经用印"):
        acts.stamp(paper.pk, by=city.right, today=DAY)
    assert AuditLine.objects.filter(act="paper.stamp").count() == 1


def test_whoever_signs_does_not_stamp(city: Any) -> None:
    acts.register_seal(
        by=city.district_head, keeper=city.district_head, picture=picture(), today=DAY
    )
    with pytest.raises(NotPossible, match="须由另一个人办"):
        acts.stamp(approved(city).pk, by=city.district_head, today=DAY)


def test_sent_back_the_seal_is_gone(city: Any) -> None:
    paper = stamped(city)
    acts.send_back(paper.pk, by=city.district_head, reason="改", today=DAY)
    assert Paper.objects.get(pk=paper.pk).seal is None


def test_the_seal_lies_over_name_and_date(city: Any) -> None:
    paper = acts.issue(stamped(city).pk, by=city.right, today=DAY)
    assert acts.content_hash(paper) == paper.frozen_hash
    page = list(pages_of(paper))[-1]
    lines = lines_of(page)
    name = next(line for line in lines if line.text.endswith("朝阳区司法局"))
    date = next(line for line in lines if line.text.endswith("2026年3月2日"))
    body = next(line for line in lines if line.text.endswith("报请本级人民政府决定。"))
    red = is_red(picture_of(page))
    left, right = millimetres(red.any(axis=0))
    top, bottom = millimetres(red.any(axis=1))
    assert (right - left, bottom - top) == (pytest.approx(42, abs=1), pytest.approx(42, abs=1))
    assert (left + right) / 2 == pytest.approx((name.left + name.right) / 2, abs=2)
    centre = (top + bottom) / 2
    assert centre < (name.top + date.bottom) / 2 < bottom  # 居印章中心偏下
    assert top < name.top
    assert date.bottom < bottom
    assert 0 < top - body.bottom < 28.95 / MM + 1  # 印章顶端上距正文一行之内
    assert np.count_nonzero(red) > 1000


def test_without_a_seal_the_place_stays_free_and_word_never_carries_one(city: Any) -> None:
    plain = word_file(issued(city))
    sealed = word_file(acts.issue(stamped(city).pk, by=city.right, today=DAY))
    assert plain.count(b".png") == sealed.count(b".png")  # the QR code only


def test_the_page_shows_the_picture_to_keeper_and_registrar_only(city: Any) -> None:
    def answer(person: Any, address: str) -> int:
        client = Client()
        client.force_login(person)
        return int(client.get(address).status_code)

    sent = {"keeper": city.right.pk, "picture": SimpleUploadedFile("seal.png", picture())}
    client = Client()
    client.force_login(city.district_head)
    assert client.post("/papers/seals/", sent).status_code == 302
    seal = Seal.objects.get()
    shown = f"/papers/seals/{seal.pk}/picture.png"
    assert [answer(p, shown) for p in (city.right, city.district_head)] == [200, 200]
    assert [answer(p, shown) for p in (city.other, city.liaison, city.signer)] == [404, 404, 404]
    assert answer(city.officer, "/papers/seals/") == 403
    page = client.get("/papers/seals/").content.decode()
    assert "朝阳区司法局印章" in page
    assert "登记印模" not in page  # one is in use
    client.post(f"/papers/seals/{seal.pk}/retire/", {"reason": "磨损"})
    assert "登记印模" in client.get("/papers/seals/").content.decode()


def test_a_wrong_picture_is_said_on_the_form(city: Any) -> None:
    client = Client()
    client.force_login(city.district_head)
    sent = {"keeper": city.right.pk, "picture": SimpleUploadedFile("seal.png", b"x" * 50)}
    answer = client.post("/papers/seals/", sent)
    assert answer.status_code == 422
    assert "不是 PNG" in answer.content.decode()
