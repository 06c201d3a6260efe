"""A paper of a matter carried on, a step a day, by the people whose turn it is."""

from collections.abc import Callable
from datetime import date

from mingjian.demo.office.agenda import Deed
from mingjian.demo.office.cast import Cast, say
from mingjian.demo.office_file import load_office
from mingjian.documents import acts
from mingjian.documents.body import blanks_of
from mingjian.documents.models import Paper
from mingjian.supervision.models import Matter

STEPS = ("fill", "submit", "pass", "sign", "issue", "serve", "acknowledge")
DECISION_STEPS = ("fill", "submit", "pass", "petition", "government", "issue", "serve")


def paper_of(matter: Matter, kind: str) -> Paper:
    """The newest paper of this kind of the matter."""
    paper: Paper = matter.papers.filter(kind=kind).order_by("-pk")[0].paper
    return paper


def paper_deed(cast: Cast, matter_id: int, kind: str, step: str) -> Deed:
    def do(day: date) -> None:
        _STEPS[step](cast, paper_of(Matter.objects.get(pk=matter_id), kind), day)

    return do


def _fill(cast: Cast, paper: Paper, day: date) -> None:
    """What the draft leaves open is written in."""
    body = paper.body
    for blank in blanks_of(body):
        body = body.replace(blank, _article(paper) if "条款" in blank else say("blanks"))
    acts.edit(paper.pk, by=cast.supervisor, title=paper.title, body=body, today=day)


def _article(paper: Paper) -> str:
    """What a matter that no monitor found rests on."""
    matter = Matter.objects.get(papers__paper=paper)
    return next(clue.article for clue in load_office().clues if clue.clue == matter.clue)


def _submit(cast: Cast, paper: Paper, day: date) -> None:
    acts.submit(paper.pk, by=cast.supervisor, today=day)


def _return(cast: Cast, paper: Paper, day: date) -> None:
    acts.send_back(paper.pk, by=cast.head, reason=say("returned"), today=day)


def _pass(cast: Cast, paper: Paper, day: date) -> None:
    acts.pass_review(paper.pk, by=cast.head, today=day)


def _sign(cast: Cast, paper: Paper, day: date) -> None:
    acts.sign(paper.pk, by=cast.head, signer=load_office().signers["head"], today=day)


def _petition(cast: Cast, paper: Paper, day: date) -> None:
    acts.petition(paper.pk, by=cast.head, reason=say("petition"), today=day)


def _government(cast: Cast, paper: Paper, day: date) -> None:
    signer = load_office().signers["government"]
    acts.government_sign(paper.pk, by=cast.signer, signer=signer, today=day)


def _issue(cast: Cast, paper: Paper, day: date) -> None:
    acts.issue(paper.pk, by=cast.supervisor, today=day)


def _serve(cast: Cast, paper: Paper, day: date) -> None:
    acts.serve(paper.pk, by=cast.supervisor, method="platform", today=day)


def _acknowledge(cast: Cast, paper: Paper, day: date) -> None:
    to_government = paper.addressee_region_id is not None
    by = cast.signer if to_government else cast.liaison
    name = load_office().signers["government" if to_government else "agency"]
    acts.acknowledge(paper.pk, by=by, receiver=name, today=day)


_STEPS: dict[str, Callable[[Cast, Paper, date], None]] = {
    "fill": _fill,
    "submit": _submit,
    "return": _return,
    "pass": _pass,
    "sign": _sign,
    "petition": _petition,
    "government": _government,
    "issue": _issue,
    "serve": _serve,
    "acknowledge": _acknowledge,
}
