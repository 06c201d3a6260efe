"""上传：choose a source, give a file, watch it go in. The work is done by the worker process."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from mingjian.access.models import User
from mingjian.intake import Source
from mingjian.web.content import sources
from mingjian.web.models import Upload
from mingjian.web.pages.guard import needs, not_found, person
from mingjian.web.pages.sources import seen_sources
from mingjian.web.uploads import receive

UPLOADS_SHOWN = 20
# A queue that does not move for so long has no worker.
PATIENCE_SECONDS = 20


class UploadForm(forms.Form):
    source = forms.ChoiceField(
        label="数据源", error_messages={"invalid_choice": "您不能向这个数据源报送"}
    )
    file = forms.FileField(
        label="文件",
        allow_empty_file=True,
        error_messages={"required": "请选择要上传的文件", "invalid": "请选择要上传的文件"},
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(s.code, f"{s.name}（{s.code}）") for s in sendable_sources(user)]
        self.fields["source"].choices = [("", "请选择"), *named]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        limit = settings.UPLOAD_MAX_BYTES
        if file.size is not None and file.size > limit:
            raise forms.ValidationError(
                f"文件有 {file.size / 2**20:,.0f} MB，超过页面上传的上限 {limit / 2**20:,.0f} MB。"
                "请分成几个文件，或改用共享目录、接口报送。"
            )
        return file


def sendable_sources(user: User) -> list[Source]:
    """Sources that people send; the platform's own registers come by themselves."""
    return [source for source in seen_sources(user) if source.transport.kind != "internal"]


@needs("submission.send")
def uploads_page(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if request.method == "POST":
        form = UploadForm(user, request.POST, request.FILES)
        if form.is_valid():
            source = sources()[form.cleaned_data["source"]]
            upload = receive(source, form.cleaned_data["file"], by=user)
            return redirect("web:upload", upload.pk)
    else:
        form = UploadForm(user, initial={"source": request.GET.get("source", "")})
    context = {
        "form": form,
        "uploads": [_line(upload) for upload in Upload.objects.filter(by=user)[:UPLOADS_SHOWN]],
        "limit_mb": settings.UPLOAD_MAX_BYTES // 2**20,
        "sources": sendable_sources(user),
    }
    status = 422 if form.errors else 200
    return render(request, "web/intake/uploads.html", context, status=status)


@needs("submission.send")
def upload_page(request: HttpRequest, number: int) -> HttpResponse:
    """One upload; asked for by htmx, only the part that changes."""
    upload = Upload.objects.filter(pk=number, by=person(request)).first()
    if upload is None:
        raise not_found()
    part = "web/intake/_upload.html" if request.headers.get("HX-Request") else ""
    return render(request, part or "web/intake/upload.html", _line(upload))


def _line(upload: Upload) -> dict[str, Any]:
    source = sources().get(upload.source_code)
    waited = (timezone.now() - upload.created_at).total_seconds()
    return {
        "upload": upload,
        "source": source,
        "is_stuck": upload.state == Upload.WAITING and waited > PATIENCE_SECONDS,
    }
