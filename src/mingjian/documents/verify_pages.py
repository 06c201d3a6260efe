"""The public page behind the QR code: says whether a paper is genuine and unchanged, no more."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from mingjian.access.login import client_address
from mingjian.documents.places import load_issuing
from mingjian.documents.verification import is_genuine, is_one_too_many


class VerifyForm(forms.Form):
    file = forms.FileField(label="文书 PDF")

    def clean_file(self) -> bytes:
        limit = load_issuing().verify_upload_bytes
        file = self.cleaned_data["file"]
        if file.size > limit:
            raise forms.ValidationError(f"文件超过 {limit // 2**20} MB，不是平台制发的文书。")
        content: bytes = file.read()
        return content


@login_not_required
@never_cache
def code_page(request: HttpRequest) -> HttpResponse:
    """Type the code by hand."""
    code = request.GET.get("code", "").strip().upper()
    if code:
        return redirect("documents:verify", code)
    return render(request, "documents/verify.html", {"code": ""})


@login_not_required
@never_cache
def verify_page(request: HttpRequest, code: str) -> HttpResponse:
    """The answer for one code; with a PDF sent along, whether it is the very file."""
    if is_one_too_many(client_address(request), timezone.now()):
        context = {"code": "", "is_refused": True, "minutes": load_issuing().looks_minutes}
        return render(request, "documents/verify.html", context, status=429)
    is_posted = request.method == "POST"
    form = VerifyForm(request.POST, request.FILES) if is_posted else VerifyForm()
    file = form.cleaned_data["file"] if is_posted and form.is_valid() else None
    context = {
        "code": code,
        "form": form,
        "has_file": file is not None,
        "is_genuine": is_genuine(code, file),
        "checked_at": timezone.localtime(),
    }
    return render(request, "documents/verify.html", context, status=422 if form.errors else 200)
