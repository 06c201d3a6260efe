"""专项: planned, started, extended, finished with a conclusion; the night's word about it.

What is put on its list is in `campaign_lists`.
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any, TypedDict, Unpack

from django.db import transaction

from mingjian.access import audit
from mingjian.access.flow import Flow, NotPossible
from mingjian.access.models import Region, User
from mingjian.access.roles import require
from mingjian.access.superiors import office_region
from mingjian.standards import load_standard
from mingjian.supervision import campaign_queries as queries
from mingjian.supervision import records
from mingjian.supervision.acts.engine import (
    Change,
    Kind,
    Sent,
    checked_reason,
    perform,
    sent_before,
)
from mingjian.supervision.flow import load_campaign_flow
from mingjian.supervision.models import Campaign, CampaignStage
from mingjian.supervision.notices import path_of, tell
from mingjian.supervision.people import roles_with, staff_in

Stages = Sequence[tuple[str, date, date]]


class Plan(TypedDict):
    """What a campaign is about and when; `stages` are (name, first day, last day) in order."""

    name: str
    kind: str
    basis: str
    field: str
    districts: Sequence[Region]
    monitors: Sequence[str]
    stages: Stages


def tell_of_campaign(campaign: Campaign, flow: Flow[Any], act: str, before: str, by: User) -> None:
    """A start, an end or a new last day is told to the supervisors of the districts it reaches."""
    if campaign.state == before and act != "extend":
        return
    tell(
        [user for user in supervisors_of(campaign) if user.pk != by.pk],
        key=f"campaign:{campaign.pk}:{act}:{campaign.version}",
        kind="act",
        title=f"{campaign.name}：{flow.act_title(act)}",
        text=f"{campaign.number}　{campaign.starts_on} 至 {campaign.due_on or campaign.ends_on}",
        path=path_of(campaign),
    )


CAMPAIGNS: Kind[Campaign] = Kind(
    "campaign",
    Campaign,
    load_campaign_flow,
    "没有这次专项，或者不在您的范围内。",
    seen=queries.seen,
    tell=tell_of_campaign,
)


def plan(given: Plan, **sent: Unpack[Sent]) -> Campaign:
    """拟定方案: the same form sent again leads to the campaign made first."""
    by, today = sent["by"], sent["today"]
    flow = load_campaign_flow()
    require(by, flow.permission_for("plan"))
    region = office_region(by)
    if region is None:
        raise NotPossible("专项由市、区监督机构组织；上级主管部门请与同级监督机构共同组织。")
    with transaction.atomic():
        if made := sent_before(CAMPAIGNS, by, sent.get("key", "")):
            return made
        state = flow.file.acts["plan"].to or ""
        campaign = Campaign.objects.create(
            **_values(given, region),
            region=region,
            state=state,
            level="any",
            planned_by=by,
            planned_on=today,
        )
        _keep_parts(campaign, given)
        campaign.events.create(on=today, by=by, act="plan", after=state, text=given["basis"])
        CAMPAIGNS.note_key(campaign, "plan", by, sent.get("key", ""))
        audit.record(by, "campaign.plan", campaign, ip=sent.get("ip"), name=campaign.name)
    return campaign


def change(campaign_id: int, given: Plan, **sent: Unpack[Sent]) -> Campaign:
    """修改方案, before it is started, by the organiser."""
    what = Change[Campaign]()

    def check(campaign: Campaign) -> None:
        _refuse_others(campaign, sent["by"])
        what.values = _values(given, campaign.region)

    what.check = check
    what.then = lambda campaign: _keep_parts(campaign, given)
    return perform(CAMPAIGNS, campaign_id, "change", what, sent)


def start(campaign_id: int, *, approval: str, reason: str, **sent: Unpack[Sent]) -> Campaign:
    """启动: from now on alerts and matters may be put on its list."""
    approval = approval.strip()[:120]
    what = Change[Campaign](text=checked_reason(reason))

    def check(campaign: Campaign) -> None:
        _refuse_others(campaign, sent["by"])
        kind = load_campaign_flow().file.kinds[campaign.kind]
        if kind.needs_approval and not approval:
            raise NotPossible(f"{kind.title}须经政府批准（{kind.basis}），请写批准的机关与文号。")
        what.values = {
            "approval": approval,
            "started_on": sent["today"],
            "due_on": campaign.ends_on,
        }

    what.check = check
    return perform(CAMPAIGNS, campaign_id, "start", what, sent)


def extend(campaign_id: int, *, ends_on: date, reason: str, **sent: Unpack[Sent]) -> Campaign:
    """延长: its last stage goes on to the new last day."""
    what = Change[Campaign](text=f"延长至 {ends_on}。{checked_reason(reason)}")

    def check(campaign: Campaign) -> None:
        _refuse_others(campaign, sent["by"])
        if ends_on <= campaign.ends_on or ends_on < sent["today"]:
            raise NotPossible(f"新的止日须晚于原来的（{campaign.ends_on}），也不能早于今天。")
        what.values = {"ends_on": ends_on, "due_on": ends_on}

    def then(campaign: Campaign) -> None:
        last = campaign.stages.order_by("-no").first()
        if last is not None:
            CampaignStage.objects.filter(pk=last.pk).update(ends_on=ends_on)

    what.check, what.then = check, then
    return perform(CAMPAIGNS, campaign_id, "extend", what, sent)


def finish(campaign_id: int, *, reason: str, **sent: Unpack[Sent]) -> Campaign:
    """结束, with the conclusion; what is still open goes on as before."""
    conclusion = checked_reason(reason)
    values = {"conclusion": conclusion, "closed_on": sent["today"]}
    return _by_organiser(campaign_id, "finish", Change(values, text=conclusion), sent)


def call_off(campaign_id: int, *, reason: str, **sent: Unpack[Sent]) -> Campaign:
    """取消."""
    what = Change[Campaign]({"closed_on": sent["today"]}, text=checked_reason(reason))
    return _by_organiser(campaign_id, "call_off", what, sent)


def note(campaign_id: int, *, reason: str, **sent: Unpack[Sent]) -> Campaign:
    """记一笔, by whoever sees the campaign: the districts report their course here."""
    what = Change[Campaign](text=checked_reason(reason))
    return perform(CAMPAIGNS, campaign_id, "add_note", what, sent)


def remind_of_campaigns(today: date) -> int:
    """The night's word to the organisers: a stage begins, or the last day is over; each once."""
    told = 0
    for campaign in Campaign.objects.filter(state=queries.RUNNING).select_related("region"):
        for stage in campaign.stages.filter(starts_on__lte=today, ends_on__gte=today):
            words = (f"stage:{stage.no}", f"进入“{stage.name}”阶段", f"至 {stage.ends_on}")
            told += _remind(campaign, *words)
        if campaign.due_on is not None and campaign.due_on < today:
            words = (f"over:{campaign.due_on}", "已到止日，请写结论结束或者延长", "")
            told += _remind(campaign, *words)
    return told


def supervisors_of(campaign: Campaign) -> list[User]:
    """Who handles matters in the organising office and in the offices of the districts."""
    places = {campaign.region_id, *campaign.districts.values_list("pk", flat=True)}
    return staff_in(places, roles_with("matter.handle"), with_city=campaign.region.tier == "city")


def _remind(campaign: Campaign, about: str, words: str, text: str) -> int:
    roles = roles_with("matter.handle")
    people = staff_in({campaign.region_id}, roles, with_city=campaign.region.tier == "city")
    key = f"campaign:{campaign.pk}:{about}"
    title = f"{campaign.name}：{words}"
    path = path_of(campaign)
    return len(tell(people, key=key, kind="campaign", title=title, text=text, path=path))


def _values(given: Plan, region: Region) -> dict[str, Any]:
    """The row's values; NotPossible says what is wrong with the plan."""
    flow, name = load_campaign_flow().file, given["name"].strip()
    kind = flow.kinds.get(given["kind"])
    if not name or kind is None:
        raise NotPossible("没有写名称，或者种类不在可选值之内。")
    if region.tier not in kind.tiers:
        raise NotPossible(f"{region}不能组织“{kind.title}”（{kind.basis or '见流转表'}）。")
    if given["field"] and given["field"] not in load_standard().codes["field"].codes:
        raise NotPossible("执法领域不在可选值之内。")
    unknown = [name for name in given["monitors"] if records.monitor_of(name) is None]
    if unknown:
        raise NotPossible(f"没有这些模型：{'、'.join(unknown)}。")
    stages = _checked_stages(given["stages"])
    return {
        "name": name[:100],
        "kind": given["kind"],
        "basis": checked_reason(given["basis"]),
        "field": given["field"],
        "monitors": sorted(given["monitors"]),
        "starts_on": stages[0][1],
        "ends_on": stages[-1][2],
    }


def _checked_stages(stages: Stages) -> Stages:
    """In order, none over another; the campaign lasts from the first to the last of their days."""
    most = load_campaign_flow().file.stages_at_most
    if not 1 <= len(stages) <= most:
        raise NotPossible(f"请写一至 {most} 个阶段。")
    for no, (name, starts_on, ends_on) in enumerate(stages, 1):
        if not name.strip() or ends_on < starts_on:
            raise NotPossible(f"第 {no} 个阶段没有写名称，或者止日早于起日。")
    for before, after in pairwise(stages):
        if after[1] <= before[2]:
            raise NotPossible(f"阶段“{after[0]}”的起日须在“{before[0]}”的止日（{before[2]}）之后。")
    return stages


def _keep_parts(campaign: Campaign, given: Plan) -> None:
    """The districts and stages; districts must lie in the organiser's own region."""
    outside = [r for r in given["districts"] if r.parent_id != campaign.region_id]
    if outside:
        raise NotPossible(f"{'、'.join(map(str, outside))}不在{campaign.region}之内。")
    campaign.districts.set(given["districts"])
    campaign.stages.all().delete()
    CampaignStage.objects.bulk_create(
        CampaignStage(campaign=campaign, no=no, name=name.strip()[:40], starts_on=a, ends_on=b)
        for no, (name, a, b) in enumerate(given["stages"], 1)
    )


def _by_organiser(campaign_id: int, act: str, what: Change[Campaign], sent: Sent) -> Campaign:
    what.check = lambda campaign: _refuse_others(campaign, sent["by"])
    return perform(CAMPAIGNS, campaign_id, act, what, sent)


def _refuse_others(campaign: Campaign, by: User) -> None:
    region = office_region(by)
    if region is None or region.pk != campaign.region_id:
        raise NotPossible(f"这次专项由{campaign.region}的监督机构组织，由组织的一方办理。")
