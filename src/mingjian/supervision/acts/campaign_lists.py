"""列入专项: alerts and matters put on the list of a running campaign, and taken off it."""

from collections.abc import Callable
from typing import Unpack

from mingjian.access.flow import NotPossible
from mingjian.access.models import User
from mingjian.supervision import campaign_queries as queries
from mingjian.supervision.acts.engine import (
    ALERTS,
    MATTERS,
    Change,
    Sent,
    checked_reason,
    perform,
)
from mingjian.supervision.models import Alert, Campaign, CampaignAlert, Matter


def join_alert(alert_id: int, *, campaign: int, **sent: Unpack[Sent]) -> Alert:
    """列入专项: an alert that fits a running campaign."""
    found = _running(campaign, sent["by"])
    what = Change[Alert](text=str(found), detail={"campaign": found.pk})

    def check(alert: Alert) -> None:
        if not Alert.objects.filter(queries.candidates(found), pk=alert.pk).exists():
            raise NotPossible(
                f"{alert.number} 已在“{found.name}”的名单上，"
                "或者不合它的模型、领域、地区、起止日期。"
            )

    def then(alert: Alert) -> None:
        CampaignAlert.objects.create(
            campaign=found, alert=alert, joined_on=sent["today"], by=sent["by"]
        )

    what.check, what.then = check, then
    return perform(ALERTS, alert_id, "join_campaign", what, sent)


def drop_alert(alert_id: int, *, campaign: int, reason: str, **sent: Unpack[Sent]) -> Alert:
    """移出专项."""
    found = _running(campaign, sent["by"])
    what = Change[Alert](text=f"{found}。{checked_reason(reason)}", detail={"campaign": found.pk})

    def check(alert: Alert) -> None:
        if not alert.campaigns.filter(campaign=found).exists():
            raise NotPossible(f"{alert.number} 不在“{found.name}”的名单上。")

    what.check = check
    what.then = lambda alert: _take_off(alert, found)
    return perform(ALERTS, alert_id, "leave_campaign", what, sent)


def join_matter(matter_id: int, *, campaign: int, **sent: Unpack[Sent]) -> Matter:
    """列入专项: a matter of an agency that the campaign looks at."""
    what = Change[Matter]()
    what.check = into_campaign(what, campaign, sent["by"])
    return perform(MATTERS, matter_id, "join_campaign", what, sent)


def drop_matter(matter_id: int, *, reason: str, **sent: Unpack[Sent]) -> Matter:
    """移出专项."""
    what = Change[Matter]({"campaign": None}, text=checked_reason(reason))

    def check(matter: Matter) -> None:
        if matter.campaign is None or matter.campaign.state != queries.RUNNING:
            raise NotPossible("这件事项没有列入进行中的专项。")
        what.detail = {"campaign": matter.campaign_id}

    what.check = check
    return perform(MATTERS, matter_id, "leave_campaign", what, sent)


def into_campaign(what: Change[Matter], campaign: int, by: User) -> Callable[[Matter], None]:
    """The check that writes the campaign into the change, or says why the matter does not fit."""
    found = _running(campaign, by)

    def check(matter: Matter) -> None:
        if matter.campaign_id == found.pk:
            raise NotPossible(f"这件事项已经列入“{found.name}”。")
        if not queries.agencies_in(found).filter(pk=matter.agency_id).exists():
            raise NotPossible(f"{matter.agency} 不在“{found.name}”的地区、领域之内。")
        what.values["campaign"] = found
        what.detail = {"campaign": found.pk}
        what.text = what.text or str(found)

    return check


def _running(campaign_id: int, by: User) -> Campaign:
    found = queries.visible(by).filter(pk=campaign_id, state=queries.RUNNING).first()
    if found is None:
        raise NotPossible("没有选专项，或者它没有在进行中，或者不在您的范围内。")
    return found


def _take_off(alert: Alert, campaign: Campaign) -> None:
    CampaignAlert.objects.filter(alert=alert, campaign=campaign).delete()
