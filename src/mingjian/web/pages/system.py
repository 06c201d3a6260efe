"""系统：whether the parts of the platform are in order, for the system administrator."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mingjian.access.models import Agency, User
from mingjian.store import open_store
from mingjian.supervision.models import MonitorRound
from mingjian.web import vendor
from mingjian.web.figure_lines import kept_figures
from mingjian.web.models import Upload
from mingjian.web.pages.guard import needs


@needs("user.manage")
def system_page(request: HttpRequest) -> HttpResponse:
    """No business data here: counts and states only."""
    with open_store().reader() as reader:
        (newest,) = reader.rows("SELECT COUNT(*) AS n, MAX(received_at) AS at FROM submission")
    kept = kept_figures()
    rounds = MonitorRound.objects.values_list("status").annotate(n=Count("pk")).order_by()
    last = MonitorRound.objects.order_by("-at").first()
    uploads = dict(Upload.objects.values_list("state").annotate(n=Count("pk")).order_by())
    context = {
        "submission_count": newest["n"],
        "received_at": newest["at"],
        "figures_on": kept.figures.as_of if kept else None,
        "rounds": dict(rounds),
        "round": last,
        "uploads": [(title, uploads.get(state, 0)) for state, title in Upload.STATES],
        "missing": vendor.missing(),
        "user_count": User.objects.filter(is_active=True).count(),
        "agency_count": Agency.objects.filter(is_listed=True).count(),
    }
    return render(request, "web/system.html", context)
