"""比较版本：choose or paste another version, judge past months by both, look at the differences."""

from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from mingjian.access import audit
from mingjian.access.login import client_address
from mingjian.access.models import Agency, User
from mingjian.monitor import Library, Monitor, check_draft, draft_monitor, fingerprint_of
from mingjian.standards import ContentError
from mingjian.supervision import queries
from mingjian.supervision.acts.drafts import drafts_folder
from mingjian.supervision.models import MonitorDraft, MonitorVersion
from mingjian.supervision.monitor_life import effective_library
from mingjian.supervision.wording import masked_sentence
from mingjian.web.models import ComparedUnit, MonitorJob
from mingjian.web.monitor_jobs import queue
from mingjian.web.monitor_sheet import unit_address
from mingjian.web.pages.guard import agencies_seen, needs, not_found, person

ROWS = 50
TEXT_AT_MOST = 60_000
MONTHS_AT_MOST = 36
SIDES = {"new": "只有对照版本命中", "old": "只有基准版本命中", "both": "两个版本都命中"}


class CompareForm(forms.Form):
    """Which two versions, over which months; another version may be pasted or sent as a file."""

    old = forms.ChoiceField(label="基准版本")
    new = forms.ChoiceField(label="对照版本", required=False)
    start = forms.DateField(label="起", widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    end = forms.DateField(label="止", widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    file = forms.FileField(label="或者上传一个版本（YAML）", required=False)
    text = forms.CharField(
        label="或者粘贴一个版本的全文",
        required=False,
        strip=False,
        max_length=TEXT_AT_MOST,
        widget=forms.Textarea({"rows": 10, "class": "mono"}),
    )

    def __init__(self, monitor: Monitor, choices: list[tuple[str, str]], *args: Any) -> None:
        super().__init__(*args)
        self.monitor = monitor
        self.fields["old"].choices = choices
        self.fields["new"].choices = [("", "用下面上传或粘贴的"), *choices]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        start, end = given.get("start"), given.get("end")
        if start and end:
            months = (end.year - start.year) * 12 + end.month - start.month + 1
            if end < start:
                self.add_error("end", "止日早于起日。")
            elif months > MONTHS_AT_MOST:
                self.add_error("end", f"一次最多比较 {MONTHS_AT_MOST} 个月。")
        text = (given.get("text") or "").replace("\r\n", "\n")
        if not text.strip():
            text = self._sent(given.get("file"))
        given["pasted"] = text
        if bool(text) == bool(given.get("new")) and not self.errors:
            self.add_error("new", "请选一个对照版本，或者上传、粘贴一个，只取其一。")
        elif text:
            self._check(text)
        elif given.get("new") == given.get("old"):
            self.add_error("new", "两个版本相同，没有可比的。")
        return given

    def _sent(self, file: Any) -> str:
        if file is None:
            return ""
        if file.size > TEXT_AT_MOST * 4:
            self.add_error("file", "文件太大，不像一个模型说明书。")
            return ""
        try:
            return str(file.read().decode("utf-8"))
        except UnicodeDecodeError:
            self.add_error("file", "文件不是 UTF-8 文本。")
            return ""

    def _check(self, text: str) -> None:
        """Everything that is wrong with the text, by line and field."""
        try:
            draft = draft_monitor(text, self.monitor.id, drafts_folder())
            problems = check_draft(effective_library(), draft)
        except ContentError as error:
            problems = error.problems
        for problem in problems:
            self.add_error("text", f"第 {problem.line} 行 {problem.field}：{problem.message}")


@needs("monitor.manage")
def compare_page(request: HttpRequest, code: str) -> HttpResponse:
    """The form, and the comparisons made before."""
    monitor = effective_library().by_code.get(code)
    if monitor is None:
        raise not_found()
    user, last = person(request), queries.latest_round() or timezone.localdate()
    choices = _choices(monitor)
    if request.method == "POST":
        form = CompareForm(monitor, choices, request.POST, request.FILES)
        if form.is_valid():
            return redirect("web:monitor_job", _start(request, user, monitor, form.cleaned_data).pk)
    else:
        form = CompareForm(monitor, choices)
        form.initial = {"old": "now", "start": _year_before(last), "end": last}
    jobs = MonitorJob.objects.filter(kind=MonitorJob.COMPARE, by=user, asked__monitor_id=monitor.id)
    context = {"monitor": monitor, "form": form, "jobs": jobs[:20]}
    status = 422 if form.errors else 200
    return render(request, "web/monitors/compare.html", context, status=status)


@needs("monitor.manage")
def job_page(request: HttpRequest, number: int) -> HttpResponse:
    """How far a piece of work is, and what came of it; a person sees the own ones."""
    job = MonitorJob.objects.filter(pk=number, by=person(request)).first()
    if job is None:
        raise not_found()
    if request.headers.get("HX-Request"):
        return render(request, "web/monitors/_job.html", {"job": job})
    if job.kind == MonitorJob.LOOK:
        return redirect("web:monitor_draft", job.draft_id)
    library = effective_library()
    monitor = library.monitors.get(job.asked["monitor_id"])
    if monitor is None:
        raise not_found()
    context = {"job": job, "monitor": monitor, "sides": SIDES}
    if job.state == MonitorJob.DONE:
        context |= _compared(request, job, library, monitor)
    return render(request, "web/monitors/compared.html", context)


def _start(request: HttpRequest, user: User, monitor: Monitor, given: dict[str, Any]) -> MonitorJob:
    new, titles = given["new"], dict(_choices(monitor))
    if given["pasted"]:
        draft = MonitorDraft.objects.create(
            monitor_id=monitor.id,
            title=f"{monitor.code} 对照稿 {timezone.localtime():%m-%d %H:%M}",
            text=given["pasted"],
            by=user,
        )
        new, titles = f"d:{draft.pk}", titles | {f"d:{draft.pk}": draft.title}
    asked = {
        "monitor_id": monitor.id,
        "old": given["old"],
        "new": new,
        "old_title": titles[given["old"]],
        "new_title": titles[new],
        "start": given["start"].isoformat(),
        "end": given["end"].isoformat(),
    }
    job = queue(MonitorJob.COMPARE, f"{monitor.code} {monitor.name}：比较两个版本", asked, user)
    audit.record(
        user, "monitor.compare", ("Monitor", monitor.id), ip=client_address(request), **asked
    )
    return job


def _choices(monitor: Monitor) -> list[tuple[str, str]]:
    """The version in use, versions used before, and drafts of this monitor."""
    now = fingerprint_of(effective_library(), monitor)
    kept = MonitorVersion.objects.filter(monitor_id=monitor.id)
    drafts = MonitorDraft.objects.filter(monitor_id=monitor.id).exclude(text="")
    return [
        ("now", f"现行（{now[:10]}）"),
        *((f"v:{v.pk}", f"{v.seen_on} 起用（{v.fingerprint[:10]}）") for v in kept),
        *((f"d:{d.pk}", f"{d.title}（{d.by}）") for d in drafts.select_related("by")),
    ]


def _compared(
    request: HttpRequest, job: MonitorJob, library: Library, monitor: Monitor
) -> dict[str, Any]:
    """Counts, the chart and one list of units in the person's scope."""
    units = job.units.all()
    seen = agencies_seen(request)
    if seen is not None:
        units = units.filter(agency_id__in=seen)
    side = request.GET.get("side", "")
    counts = {name: units.filter(side=name).count() for name in SIDES}
    if side not in SIDES:
        side = next((name for name in SIDES if counts[name]), "both")
    rows = units.filter(side=side)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    names = {
        agency.agency_id: str(agency)
        for agency in Agency.objects.filter(pk__in={unit.agency_id for unit in page})
    }
    months = job.result["months"]
    return {
        "months": months,
        "chart": {
            "unit": "个",
            "months": [month["month"] for month in months],
            "series": [
                {"name": "基准版本", "values": [month["old"] for month in months], "dashed": True},
                {"name": "对照版本", "values": [month["new"] for month in months]},
            ],
        },
        "counts": [(name, title, counts[name]) for name, title in SIDES.items()],
        "side": side,
        "page": page,
        "lines": [_line(unit, library, monitor, names) for unit in page],
    }


def _line(
    unit: ComparedUnit, library: Library, monitor: Monitor, names: dict[str, str]
) -> dict[str, Any]:
    return {
        "unit": unit,
        "agency": names.get(unit.agency_id, unit.agency_id or "—"),
        "sentence": masked_sentence(unit.message, monitor.unit, unit.evidence),
        "href": unit_address(library, monitor, unit.unit_id),
    }


def _year_before(day: date) -> date:
    return date(day.year - 1, day.month, 1)
