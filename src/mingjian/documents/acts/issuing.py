"""编号制发: number, freeze and render a paper in one transaction, so that numbers have no gaps."""

import json
import secrets
from collections.abc import Callable
from datetime import date
from typing import Any

from mingjian.access.audit import digest
from mingjian.access.models import User
from mingjian.documents import pdf
from mingjian.documents.acts.step import step
from mingjian.documents.models import NumberSeries, Paper, PaperFile

# No 0 O 1 I L: a code is read aloud and typed by hand. 16 of 31 letters: 79 bits.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 16


def issue(
    paper_id: int,
    *,
    by: User,
    today: date,
    also: Callable[[Paper], None] | None = None,
    **how: Any,
) -> Paper:
    """编号制发. `also` runs in the same transaction (a batch ticks the paper off there).

    Raises FontError before anything is changed when the paper cannot be typeset here.
    """
    pdf.warm()  # what takes long the first time is not done while the series is locked

    def then(paper: Paper) -> None:
        _number(paper, today)
        rendered = pdf.render(paper)
        PaperFile.objects.create(paper=paper, pdf=rendered, hash=digest(rendered))
        if also:
            also(paper)

    return step("issue", paper_id, by=by, today=today, then=then, **how)


def content_hash(paper: Paper) -> str:
    """SM3 of all that the paper says and of who it is from and to.

    Elements that most papers do not have count only where they are, so that the digests of papers
    issued before there were such elements still hold.
    """
    said: list[Any] = [
        paper.document_no,
        paper.template,
        paper.issuer_name,
        paper.addressee_name,
        paper.cc,
        paper.title,
        paper.body,
        paper.attachments,
        paper.signer,
        str(paper.dated_on),
        str(paper.issued_on),
        paper.verify_code,
    ]
    seldom: dict[str, Any] = {
        name: getattr(paper, name) for name in ("remark", "copy_no", "secrecy", "urgency")
    }
    seldom["seal"] = paper.seal.hash if paper.seal else ""
    if present := {name: value for name, value in seldom.items() if value}:
        said.append(present)
    return digest(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode())


def _number(paper: Paper, today: date) -> None:
    """Give the next number of the series and freeze the content."""
    assert paper.dated_on is not None  # signed
    paper.number_year = paper.dated_on.year
    paper.number = _next_number(paper.number_word, paper.number_year)
    paper.issued_on = today
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    paper.verify_code = "-".join(letters[i : i + 4] for i in range(0, CODE_LENGTH, 4))
    paper.frozen_hash = content_hash(paper)
    changed = ["number_year", "number", "issued_on", "verify_code", "frozen_hash"]
    paper.save(update_fields=changed)


def _next_number(word: str, year: int) -> int:
    """The next number, held until the transaction ends: whoever fails gives it back."""
    NumberSeries.objects.get_or_create(word=word, year=year)
    series = NumberSeries.objects.select_for_update().get(word=word, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return series.last
