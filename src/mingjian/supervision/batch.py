"""Many alerts in one go: each is an act of its own, with its own line; what is refused is said."""

import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from mingjian.access.flow import NotPossible
from mingjian.access.models import User
from mingjian.access.roles import permits
from mingjian.supervision import acts, campaign_queries
from mingjian.supervision.acts.engine import Sent
from mingjian.supervision.flow import load_flow
from mingjian.supervision.models import Alert, Campaign
from mingjian.supervision.people import roles_with

AT_ONCE = 500


@dataclass
class Done:
    """How it went: numbers of rows done, and reasons with how many they hit."""

    title: str
    done: list[int] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    matter: int | None = None

    @property
    def why(self) -> str:
        """The three most frequent reasons."""
        return "；".join(f"{why}（{count} 条）" for why, count in self.refused.most_common(3))


def do(
    act: str,
    pks: Sequence[int],
    given: Mapping[str, Any],
    *,
    by: User,
    today: date,
    ip: str | None,
) -> Done:
    """Do `act` on each alert; an alert that refuses does not hold up the others.

    `given` holds the inputs (assignee, main, reason, key). The same key again changes nothing.
    Raises NotPossible when nothing was marked, too much, or an input is missing.
    """
    if act not in _TITLES:
        raise NotPossible("请选择要办的事。")
    if not pks:
        raise NotPossible("还没有勾选预警。")
    if len(pks) > AT_ONCE:
        raise NotPossible(f"一次最多办 {AT_ONCE} 条，勾选了 {len(pks)} 条。")
    done = Done(_TITLES[act])
    key = str(given.get("key", ""))[:24]
    sent = Sent(by=by, today=today, ip=ip)
    if act == "raise_to_matter":
        sent["key"] = key
        done.matter = acts.matter_from_alerts(pks, reason=str(given.get("reason", "")), sent=sent)
        done.done = list(pks)
        return done
    doing = _doing(act, given)
    for pk in dict.fromkeys(pks):
        try:
            doing(pk, **{**sent, "key": f"{key}:{pk}" if key else ""})
            done.done.append(pk)
        except (NotPossible, PermissionDenied, Http404) as refusal:
            done.refused[str(refusal)] += 1
    return done


@dataclass(frozen=True)
class BatchChoices:
    """What the bar above the list offers one person: acts, colleagues, and the form's own key."""

    acts: list[tuple[str, str]]
    people: list[User]
    campaigns: list[Campaign]
    key: str


def batch_choices(user: User | AnonymousUser) -> BatchChoices:
    """The acts this person may do in a batch, and to whom he may assign."""
    flow = load_flow()
    allowed = [
        (act, title) for act, title in _TITLES.items() if permits(user, flow.permission_for(act))
    ]
    people: list[User] = []
    if isinstance(user, User) and ("assign", _TITLES["assign"]) in allowed:
        roles = roles_with("alert.dispatch")
        side = User.objects.filter(is_active=True, role__in=roles, scope=user.scope)
        people = list(side.filter(region=user.region, agency=user.agency).order_by("username"))
    campaigns: list[Campaign] = []
    if any(act == "join_campaign" for act, _ in allowed):
        running = campaign_queries.visible(user).filter(state=campaign_queries.RUNNING)
        campaigns = list(running.order_by("-starts_on"))
    return BatchChoices(
        [(act, title) for act, title in allowed if act != "join_campaign" or campaigns],
        people,
        campaigns,
        uuid.uuid4().hex[:24],
    )


def _doing(act: str, given: Mapping[str, Any]) -> Callable[..., Alert]:
    match act:
        case "sign":
            return acts.sign
        case "dispatch":
            return acts.dispatch
        case "accept_claim":
            return acts.accept_claim
        case "assign":
            person = User.objects.filter(username=given.get("assignee", "")).first()
            if person is None:
                raise NotPossible("没有选经办人。")
            return lambda pk, **sent: acts.assign(pk, assignee=person, **sent)
        case "merge":
            main = _number(str(given.get("main", "")))
            reason = str(given.get("reason", "")) or "同一问题，批量并入"
            return lambda pk, **sent: acts.merge(pk, main=main, reason=reason, **sent)
        case "join_campaign":
            chosen = str(given.get("campaign", ""))
            campaign = int(chosen) if chosen.isdigit() else 0
            return lambda pk, **sent: acts.join_alert(pk, campaign=campaign, **sent)
    raise NotPossible("请选择要办的事。")


def _number(text: str) -> int:
    digits = text.strip().rpartition("-")[2]
    if not digits.isdigit() or len(digits) > 12:
        raise NotPossible("没有写主预警编号，应如 YJ2026-000123。")
    return int(digits)


_TITLES = {
    "sign": "签收",
    "dispatch": "派发",
    "assign": "分办",
    "merge": "并入",
    "accept_claim": "采信反馈",
    "raise_to_matter": "转监督事项",
    "join_campaign": "列入专项",
}
