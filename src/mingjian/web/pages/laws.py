"""法律依据：the statutes that monitors quote, by version, article by article."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from mingjian.law import LawVersion, load_laws
from mingjian.web.content import library
from mingjian.web.pages.guard import not_found


def laws_page(request: HttpRequest) -> HttpResponse:
    laws = load_laws()
    today = timezone.localdate()
    lines = [_line(laws.versions(name), today) for name in laws.names()]
    lines.sort(key=lambda line: (not line["monitors"], line["version"].law))
    return render(request, "web/standards/laws.html", {"lines": lines})


def law_page(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        versions = load_laws().versions(slug)
    except LookupError as error:
        raise not_found() from error
    version = _asked(versions, request.GET.get("on")) or _current(versions, timezone.localdate())
    quoted: dict[str, list[object]] = {}
    for monitor in library().monitors.values():
        for basis in monitor.file.legal_basis:
            if _names(version, basis.law):
                quoted.setdefault(basis.article, []).append(monitor)
    articles = [
        {"number": number, "text": text, "monitors": quoted.get(number, [])}
        for number, text in version.articles.items()
    ]
    context = {"version": version, "versions": versions, "articles": articles, "quoted": quoted}
    return render(request, "web/standards/law.html", context)


def _line(versions: list[LawVersion], today: date) -> dict[str, Any]:
    version = _current(versions, today)
    monitors = {
        monitor.code
        for monitor in library().monitors.values()
        for basis in monitor.file.legal_basis
        if _names(version, basis.law)
    }
    return {"version": version, "versions": versions, "monitors": len(monitors)}


def _names(version: LawVersion, name: str) -> bool:
    return name.strip("《》") in (version.law, version.short, version.slug, *version.aliases)


def _current(versions: list[LawVersion], today: date) -> LawVersion:
    """The version in force today, else the newest."""
    return next((v for v in versions if v.is_in_force(today)), versions[-1])


def _asked(versions: list[LawVersion], text: str | None) -> LawVersion | None:
    return next((v for v in versions if v.in_force_on.isoformat() == text), None)
