"""What a matter knows that a paper needs: the facts a draft is filled from; people edit it."""

from typing import Any

from mingjian.documents.models import Paper
from mingjian.documents.template import written_date
from mingjian.supervision.flow import load_matter_flow
from mingjian.supervision.models import Alert, Matter, Objection
from mingjian.supervision.records import monitor_of

ALERTS_NAMED = 10
NOT_HEARD = "（待填写：听取意见的情况；没有提出意见的也要写明）"
NO_ARTICLE = "（待填写：违反或者应当履行的法律、法规、规章条款）"


def facts_for(matter: Matter, kind: str, reason: str) -> dict[str, Any]:
    """The facts of the template of this kind of paper (content/flows/matter.yaml, `papers`)."""
    problems = [problem.text for problem in matter.problems.all()] or [matter.finding_reason]
    source = _source(matter)
    match kind:
        case "urging_letter":
            return {
                "matter": matter.title,
                "source": source,
                "finding": matter.finding_reason,
                "duty": _articles(matter),
                "demand": "\n".join(problems),
            }
        case "opinion":
            return {
                "matter": matter.title,
                "source": source,
                "findings": problems,
                "breaches": _articles(matter),
                "demand": [f"纠正：{problem}" for problem in problems],
            }
        case "proposal":
            return {
                "agency": matter.agency.name,
                "matter": matter.title,
                "before": _before(matter) or reason,
                "findings": problems,
                "agency_view": _view(matter),
                "proposal": [reason],
            }
        case "decision":
            return {
                "matter": matter.title,
                "grounds": _before(matter) or matter.finding_reason,
                "findings": problems,
                "breaches": _articles(matter),
                "decision": [reason],
            }
    raise ValueError(f"没有“{kind}”这种文书")


def reply_facts(objection: Objection, outcome: str, review: str, reason: str) -> dict[str, Any]:
    """The facts of 异议答复书: what was objected to, why, and what is answered."""
    about = f"监督事项{objection.matter.number}的认定"
    if objection.paper is not None:
        paper = objection.paper.paper
        about = f"《{paper.title}》（{paper.document_no}）"
    return {
        "about": about,
        "objected_on": objection.raised_on.isoformat(),
        "claims": [line.strip() for line in objection.reason.splitlines() if line.strip()],
        "review": review,
        "outcome": f"{outcome}{about}",
        "reason": reason,
    }


def _source(matter: Matter) -> str:
    kind = load_matter_flow().file.clue_kinds[matter.clue_kind]
    numbers = [alert.number for alert in matter.alerts.order_by("pk")[:ALERTS_NAMED]]
    named = f"（{'、'.join(numbers)}）" if numbers else ""
    day = written_date(matter.opened_on or matter.registered_on)
    return f"{day}，本机关根据{kind}{named}立项监督，事项编号 {matter.number}。"


def _articles(matter: Matter) -> str:
    """The articles that the monitors of its alerts rest on."""
    monitors = [monitor_of(name) for name in dict.fromkeys(_monitor_ids(matter))]
    cited = [
        f"《{basis.law}》{basis.article}"
        for monitor in monitors
        if monitor is not None
        for basis in monitor.file.legal_basis
    ]
    return "、".join(dict.fromkeys(cited)) or NO_ARTICLE


def _monitor_ids(matter: Matter) -> list[str]:
    alerts = Alert.objects.filter(matter=matter).order_by("pk")
    return list(alerts.values_list("monitor_id", flat=True))


def _before(matter: Matter) -> str:
    """The papers to the agency that went before and what came of them."""
    served = matter.papers.filter(paper__served_on__isnull=False).exclude(kind="proposal")
    lines = [_served(link.paper) for link in served.select_related("paper")]
    if lines and matter.sent_back_count:
        lines.append(f"报送后复核不达标，退回 {matter.sent_back_count} 次。")
    return "\n".join(lines)


def _served(paper: Paper) -> str:
    asked = "按期报送"
    if paper.reply_due_on is not None:
        asked = f"于{written_date(paper.reply_due_on)}前报送"
    day = written_date(paper.served_on)
    return f"{day}，{paper.issuer_name}送达《{paper.title}》（{paper.document_no}），要求{asked}。"


def _view(matter: Matter) -> str:
    objections = [objection.reason for objection in matter.objections.all()]
    given = list(matter.events.filter(act="give_material").values_list("text", flat=True))
    return "\n".join([*objections, *given]) or NOT_HEARD
