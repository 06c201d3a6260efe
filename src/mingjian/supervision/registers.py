"""What the office reports to itself: its own registers as rows of standard tables."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Max, Min, Q

from mingjian.documents.flow import load_flow
from mingjian.documents.models import Paper
from mingjian.intake import Source, load_sources
from mingjian.standards import load_standard
from mingjian.supervision.models import Alert

Rows = list[dict[str, Any]]


def internal_exports() -> Iterator[tuple[Source, Rows]]:
    """Every internal source (transport `internal`) with its rows; raises KeyError for a table
    that this office keeps no register of."""
    for source in load_sources().values():
        if source.transport.kind == "internal":
            yield source, _REGISTERS[source.into]()


def alert_rows() -> Rows:
    """The register of alerts; those that name no agency are nobody's to be late with."""
    columns = {
        "pk": "alert_id",
        "agency_id": "agency_id",
        "monitor_code": "monitor_code",
        "level": "level",
        "unit_id": "unit_id",
        "found_on": "raised_on",
        "signed_on": "signed_on",
        "verified_on": "verified_on",
        "verdict": "verdict",
        "closed_on": "closed_on",
    }
    alerts = Alert.objects.filter(agency__isnull=False).order_by("pk").values(*columns)
    return [
        {name: _plain(alert[path]) for path, name in columns.items()}
        for alert in alerts.iterator(chunk_size=2000)
    ]


def paper_rows() -> Rows:
    """The register of 督办函, 意见书 and 决定书 to agencies, from the day they have a number.

    The names of papers are those of the standard's code list. What a paper asks for is put right
    on the day of the last report, as long as the matter was not sent back after it.
    """
    ended = load_flow().ended_states()
    matter = "of_matter__matter"
    granted = Q(**{f"{matter}__extensions__answer": "granted"})
    papers = Paper.objects.filter(
        template__in=load_standard().codes["supervision_document_kind"].codes,
        number__isnull=False,
        addressee_agency__isnull=False,
    ).annotate(
        extended_to=Max(f"{matter}__extensions__new_due_on", filter=granted),
        last_report_on=Max(f"{matter}__problems__reported_on"),
        objection_on=Min("of_matter__objections__raised_on"),
        objection_replied_on=Max("of_matter__objections__answered_on"),
        ended_on=Max("events__on", filter=Q(events__after__in=ended)),
    )
    rows = papers.select_related(f"{matter}").order_by("pk")
    return [_paper_row(paper) for paper in rows.iterator(chunk_size=2000)]


def _paper_row(paper: Any) -> dict[str, Any]:
    matter = paper.of_matter.matter if hasattr(paper, "of_matter") else None
    reported = paper.last_report_on if matter is not None else paper.replied_on
    sent_back = matter is not None and matter.state == "rectifying"
    row = {
        "document_id": f"GW-{paper.pk}",
        "kind": paper.template,
        "document_no": paper.document_no,
        "agency_id": paper.addressee_agency_id,
        "issued_on": paper.issued_on,
        "served_on": paper.served_on,
        "due_on": paper.reply_due_on,
        "extended_to": paper.extended_to,
        "reported_on": paper.replied_on or reported,
        "rectified_on": None if sent_back else reported,
        "objection_on": paper.objection_on,
        "objection_replied_on": paper.objection_replied_on,
        "closed_on": matter.closed_on if matter is not None else paper.ended_on,
    }
    if paper.state in ("withdrawn", "annulled"):
        row["closed_on"] = paper.ended_on
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> str | None:
    return None if value in (None, "") else str(value)


_REGISTERS: dict[str, Callable[[], Rows]] = {
    "alert": alert_rows,
    "supervision_document": paper_rows,
}
