"""The public page: genuine and unchanged or not, nothing of the content, not too often."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mingjian.documents import acts
from mingjian.documents.models import Paper, PaperFile
from mingjian.documents.places import load_issuing
from papers import DAY, served

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district_head")]
GENUINE, NOT = "留存的内容没有被改动", "不能确认"


def look(code: str, file: bytes | None = None) -> str:
    address = f"/papers/verify/{code}/"
    if file is None:
        return Client().get(address).content.decode()
    sent = {"file": SimpleUploadedFile("a.pdf", file, "application/pdf")}
    return Client().post(address, sent).content.decode()


def test_a_genuine_paper_and_nothing_of_its_content(city: Any) -> None:
    paper = served(city)
    text = look(str(paper.verify_code))
    assert GENUINE in text
    for secret in (paper.title, paper.document_no, paper.addressee_name, paper.issuer_name):
        assert secret not in text
    assert GENUINE in look(str(paper.verify_code).lower())


def test_an_unknown_code_is_not(city: Any) -> None:
    assert NOT in look("AAAA-BBBB-CCCC-DDDD")


def test_a_changed_text_shows(city: Any) -> None:
    paper = served(city)
    Paper.objects.filter(pk=paper.pk).update(body=paper.body.replace("30日", "60日"))
    assert NOT in look(str(paper.verify_code))


def test_a_changed_file_shows(city: Any) -> None:
    paper = served(city)
    PaperFile.objects.filter(paper=paper).update(pdf=b"%PDF other")
    assert NOT in look(str(paper.verify_code))


def test_the_pdf_itself_is_compared(city: Any) -> None:
    paper = served(city)
    content = bytes(paper.file.pdf)
    assert "内容没有被改动" in look(str(paper.verify_code), content)
    assert NOT in look(str(paper.verify_code), content + b" ")


def test_an_annulled_paper_is_no_valid_paper(city: Any) -> None:
    paper = served(city)
    acts.annul(paper.pk, by=city.district_head, reason="异议成立", today=DAY)
    assert NOT in look(str(paper.verify_code))


def test_an_address_looks_only_so_often(city: Any) -> None:
    for _ in range(load_issuing().looks_allowed):
        assert Client().get("/papers/verify/AAAA/").status_code == 200
    assert Client().get("/papers/verify/AAAA/").status_code == 429
    other = Client(REMOTE_ADDR="192.0.2.9")
    assert other.get("/papers/verify/AAAA/").status_code == 200
