"""消息: one's own list, read marks, and the bell in the head of every page."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from mingjian.supervision import notices

PAGE_SIZE = 50


def notices_page(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    rows = notices.notices_of(request.user)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    unread = notices.unread_count(request.user)
    return render(request, "supervision/notices.html", {"page": page, "unread": unread})


@require_POST
def open_notice_page(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark it read and go where it points; nobody opens another's."""
    notice = notices.notices_of(request.user).filter(pk=notice_id).first()
    if notice is None:
        raise Http404("没有这条消息。")
    notices.mark_read(request.user, timezone.now(), notice.pk)
    if not url_has_allowed_host_and_scheme(notice.path, allowed_hosts=None):
        return redirect("supervision:notices")
    return redirect(notice.path)


@require_POST
def read_all_page(request: HttpRequest) -> HttpResponse:
    notices.mark_read(request.user, timezone.now())
    return redirect("supervision:notices")
