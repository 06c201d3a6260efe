"""Issuing many papers in one go: ask for it, watch it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from mingjian.access.login import client_address
from mingjian.access.roles import require
from mingjian.documents import batches
from mingjian.documents.flow import NotPossible
from mingjian.documents.models import PaperBatch


@require_POST
def issue_many_page(request: HttpRequest) -> HttpResponse:
    """Issue the marked papers in one go, in the worker."""
    marked = [int(text) for text in request.POST.getlist("paper") if text.isdigit()]
    try:
        batch = batches.queue(marked, by=request.user, ip=client_address(request))
    except NotPossible as error:
        messages.error(request, str(error))
        return redirect("documents:papers")
    return redirect("documents:batch", batch.pk)


@require_GET
def batch_page(request: HttpRequest, batch_id: int) -> HttpResponse:
    """How far a batch is; asked for by htmx, only the part that changes."""
    require(request.user, "paper.issue")
    batch = PaperBatch.objects.filter(pk=batch_id, by=request.user).first()
    if batch is None:
        raise Http404("没有这一批，或者不是您发起的。")
    counts = batches.counts(batch)
    refused = batch.items.exclude(message="").select_related("paper")
    context = {
        "batch": batch,
        "counts": counts,
        "share": (counts["all"] - counts["waiting"]) / counts["all"],
        "refused": refused,
    }
    part = "_batch.html" if request.headers.get("HX-Request") else "batch.html"
    return render(request, f"documents/{part}", context)
