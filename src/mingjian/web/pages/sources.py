"""数据源：what each declared source sends, when it is due, and whether it came."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from mingjian.access.models import User
from mingjian.access.roles import permits
from mingjian.access.scope import may_see
from mingjian.intake import Source
from mingjian.standards import load_calendar, load_standard
from mingjian.store import Reader, open_store
from mingjian.web.content import sources
from mingjian.web.due import Standing, describe, next_due, standings
from mingjian.web.pages.guard import needs, not_found, person
from mingjian.web.source_words import columns_in_words

KIND_TITLES = {
    "folder": "共享目录",
    "file": "上传文件",
    "rest": "接口推送",
    "postgres": "数据库拉取",
    "internal": "平台登记簿",
}


def seen_sources(user: User) -> list[Source]:
    """The sources whose agency the person may see, in the order of their codes."""
    listed = sorted(sources().values(), key=lambda source: source.code)
    return [source for source in listed if may_see(user, source.agency)]


@needs("submission.read")
def sources_page(request: HttpRequest) -> HttpResponse:
    listed = seen_sources(person(request))
    now = _now()
    with open_store().reader() as reader:
        delivered = _deliveries(reader)
        standing = standings(reader, listed, now)
    lines = [_line(s, delivered.get(s.code), standing[s.code], now) for s in listed]
    order = ("unreported", "never", "reported", "no_due")
    lines.sort(key=lambda line: (order.index(line["standing"].state), line["source"].code))
    missing = [line for line in lines if line["standing"].is_missing]
    return render(request, "web/intake/sources.html", {"lines": lines, "missing": missing})


@needs("submission.read")
def source_page(request: HttpRequest, code: str) -> HttpResponse:
    user = person(request)
    source = sources().get(code)
    if source is None or not may_see(user, source.agency):
        raise not_found()
    now = _now()
    with open_store().reader() as reader:
        delivered = _deliveries(reader).get(code)
        standing = standings(reader, [source], now)[code]
        recent = reader.rows(
            "SELECT * FROM submission WHERE source_code = :code ORDER BY received_at DESC LIMIT 10",
            {"code": code},
        )
    context = {
        **_line(source, delivered, standing, now),
        "recent": recent,
        "columns": columns_in_words(source),
        "may_send": permits(user, "submission.send") and source.transport.kind != "internal",
    }
    return render(request, "web/intake/source.html", context)


def _line(
    source: Source, delivered: dict[str, Any] | None, standing: Standing, now: datetime
) -> dict[str, Any]:
    due = source.due
    return {
        "source": source,
        "table": load_standard().tables[source.into],
        "kind": KIND_TITLES[source.transport.kind],
        "due": describe(due) if due else "不定期",
        "next_due": next_due(due, now, load_calendar()) if due else None,
        "delivered": delivered,
        "standing": standing,
    }


def _now() -> datetime:
    """Naive Beijing time, as the store keeps moments."""
    return timezone.localtime().replace(tzinfo=None)


def _deliveries(reader: Reader) -> dict[str, dict[str, Any]]:
    """The newest submission that went in, by source; an empty one is a zero report."""
    rows = reader.rows(
        "SELECT source_code, MAX(received_at) AS received_at, COUNT(*) AS submission_count, "
        "ARG_MAX(submission_id, received_at) AS submission_id, "
        "ARG_MAX(rows_in, received_at) AS rows_in, "
        "ARG_MAX(rejected_count, received_at) AS rejected_count "
        "FROM submission WHERE status = 'accepted' GROUP BY source_code"
    )
    return {row["source_code"]: row for row in rows}
