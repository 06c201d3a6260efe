"""Acts done from pages: one alert or matter, many alerts at once; evidence files read back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from mingjian.access import audit
from mingjian.access.flow import Flow, NotPossible, OpenAct
from mingjian.access.login import client_address
from mingjian.access.roles import require
from mingjian.supervision import acts, batch, pages
from mingjian.supervision.act_forms import ActForm, Thing
from mingjian.supervision.acts.engine import Overtaken
from mingjian.supervision.evidence import visible_attachment
from mingjian.supervision.flow import load_flow

_DOING: dict[str, Callable[..., Any]] = {
    "dispatch": acts.dispatch,
    "assign": acts.assign,
    "sign": acts.sign,
    "feed_back": acts.feed_back,
    "check_again": acts.check_again,
    "give_verdict": acts.give_verdict,
    "accept_claim": acts.accept_claim,
    "order_rectification": acts.order_rectification,
    "report_rectified": acts.report_rectified,
    "accept": acts.accept,
    "send_back": acts.send_back,
    "ask_extension": acts.ask_extension,
    "grant_extension": acts.grant_extension,
    "refuse_extension": acts.refuse_extension,
    "suspend": acts.suspend,
    "resume": acts.resume,
    "merge": acts.merge,
    "unmerge": acts.unmerge,
    "raise_to_matter": acts.raise_to_matter,
    "join_campaign": acts.join_alert,
    "leave_campaign": acts.drop_alert,
    "add_note": acts.add_note,
}


@require_POST
def act_page(request: HttpRequest, alert_id: int, act: str) -> HttpResponse:
    """Do one act of the flow on the alert."""
    alert = pages.alert_or_404(request, alert_id)
    form, refusal = do_act(request, load_flow(), alert, act, _DOING)
    if form is not None:
        return pages.show_alert(request, alert, refused=form, status=refusal)
    return redirect("supervision:alert", alert_id=alert.pk)


def do_act(
    request: HttpRequest,
    flow: Flow[Any],
    thing: Thing,
    act: str,
    doing: dict[str, Callable[..., Any]],
) -> tuple[ActForm | None, int]:
    """Do the act that a form was sent for. Returns the form with its faults, and the status to
    answer with, when it was not done: what the person wrote must not be lost."""
    if act not in doing or act not in flow.file.acts:
        raise Http404("没有这个办理动作。")
    plan = flow.file.acts[act]
    require(request.user, flow.permission_for(act))
    opened = OpenAct(act, plan.title, plan.needs, plan.hint, closes=plan.to is not None)
    form = ActForm(opened, thing, request.POST, request.FILES)
    if not form.is_valid():
        if thing.state in plan.from_:
            return form, 422
        # The state moved on and the form with it: say that first.
        form.add_error(None, _moved_on(flow, thing, plan.title))
        return form, 409
    try:
        doing[act](
            thing.pk,
            by=request.user,
            today=timezone.localdate(),
            ip=client_address(request),
            **form.given(),
        )
    except NotPossible as error:
        if isinstance(error, Overtaken):
            form.add_error(None, str(error))
            return form, 409
        has_moved = thing.state not in plan.from_
        form.add_error(None, _moved_on(flow, thing, plan.title) if has_moved else str(error))
        return form, 409 if has_moved else 422
    messages.success(request, f"{thing.number} 已{plan.title}。")
    return None, 200


def _moved_on(flow: Flow[Any], thing: Thing, title: str) -> str:
    return (
        f"{flow.file.subject}的状态已经变了，现在是“{flow.state_title(thing.state)}”，"
        f"“{title}”没有做成。请看最新情况再办理。"
    )


@require_POST
def batch_page(request: HttpRequest) -> HttpResponse:
    """Sign, dispatch, assign, merge, take on trust, or raise to a matter: the alerts marked."""
    require(request.user, "alert.read")
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or not back.startswith("/"):
        back = reverse("supervision:alerts")
    try:
        done = batch.do(
            request.POST.get("act", ""),
            [int(pk) for pk in request.POST.getlist("alert") if pk.isdigit()],
            request.POST,
            by=request.user,
            today=timezone.localdate(),
            ip=client_address(request),
        )
    except NotPossible as error:
        messages.error(request, str(error))
        return redirect(back)
    if done.done:
        messages.success(request, f"{done.title}：办成 {len(done.done)} 条。")
    if done.refused:
        messages.error(request, f"{done.title}：{len(done.refused)} 条没有办成。{done.why}")
    if done.matter is not None:
        return redirect("supervision:matter", matter_id=done.matter)
    return redirect(back)


def attachment_page(request: HttpRequest, attachment_id: int) -> HttpResponseBase:
    """An evidence file, in scope, as a download that nothing on the site will run; audited."""
    attachment = visible_attachment(request.user, attachment_id)
    if attachment is None or not attachment.path.is_file():
        raise Http404("没有这份材料，或者它不在您的范围内。")
    audit.record(
        request.user,
        "attachment.read",
        ("Attachment", attachment.pk),
        ip=client_address(request),
        name=attachment.name,
    )
    return FileResponse(
        attachment.path.open("rb"),
        as_attachment=True,
        filename=attachment.name,
        content_type="application/octet-stream",
    )
