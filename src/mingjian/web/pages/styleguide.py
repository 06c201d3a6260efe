"""The styleguide: every component with its markup, for people who write pages (DEBUG only)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mingjian.standards import load_standard


def styleguide_page(request: HttpRequest) -> HttpResponse:
    levels = list(load_standard().codes["alert_level"].codes)
    return render(request, "web/styleguide.html", {"levels": levels})
