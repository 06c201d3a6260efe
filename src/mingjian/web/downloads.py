"""Answers that a browser saves as a file."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON_SCHEMA = "application/schema+json"


def download(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file to save; a Chinese name is spelled as RFC 6266 says."""
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
