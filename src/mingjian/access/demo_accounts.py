"""One account for each role, for a demonstration: random passwords, remembered beside the data."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count

from mingjian.access.accounts import create_account, random_password
from mingjian.access.models import Agency, Region, User

FILE_NAME = "demo_accounts.json"


@dataclass(frozen=True)
class DemoAccount:
    """What the command line shows of a demonstration account."""

    username: str
    password: str
    role_title: str
    scope_title: str


def create_demo_accounts(prefer: Sequence[str] = ()) -> list[DemoAccount]:
    """Make the accounts that are not there yet, in the places that the agency register offers;
    in the first of the agencies to `prefer` that fits, else in the first there is.

    Only called when the demonstration city is loaded; real accounts are made at /admin/.
    """
    remembered = {account.username: account for account in demo_accounts()}
    taken = set(User.objects.values_list("username", flat=True))
    for values in _wanted(prefer):
        username = values.pop("username")
        if username in taken:
            continue
        password = random_password()
        user = create_account(username, password, **values)
        remembered[username] = DemoAccount(
            username, password, user.get_role_display(), user.scope_label
        )
    _remember(list(remembered.values()))
    return list(remembered.values())


def demo_accounts() -> list[DemoAccount]:
    """The demonstration accounts with their passwords; empty where there is no demonstration."""
    path = _path()
    if not path.is_file():
        return []
    return [DemoAccount(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]


def _wanted(prefer: Sequence[str]) -> list[dict[str, Any]]:
    districts = _districts(prefer)
    wanted = [
        _account("city_supervisor", "市监督员", "supervisor", "city"),
        _account("city_head", "市监督负责人", "supervision_head", "city"),
        *(
            _account(name, f"{region.name}监督员", "supervisor", "region", region=region)
            for name, region in zip(
                ("district_supervisor", "other_district_supervisor"), districts, strict=False
            )
        ),
    ]
    line = _head_of_a_line()
    if line:
        wanted.append(_account("line_supervisor", "条线监督员", "supervisor", "line", agency=line))
    return [*wanted, *_in_agencies(districts, prefer), *_around(districts), *_administrators()]


def _districts(prefer: Sequence[str]) -> list[Region]:
    """Two districts: those of the agencies to prefer, then those with most agencies."""
    listed = list(
        Region.objects.filter(tier="district", agencies__is_listed=True)
        .annotate(agency_count=Count("agencies"))
        .order_by("-agency_count", "region_code")
    )
    homes = dict(Agency.objects.filter(tier="district").values_list("pk", "region_id"))
    first = [homes[pk] for pk in prefer if pk in homes]
    turn = {code: number for number, code in reversed(list(enumerate(first)))}
    return sorted(listed, key=lambda region: turn.get(region.pk, len(first)))[:2]


def _in_agencies(districts: list[Region], prefer: Sequence[str]) -> list[dict[str, Any]]:
    """People of a district agency and of a street in the first district."""
    wanted = []
    for tier, people in (
        (
            "district",
            (
                ("agency_liaison", "区局联络员", "agency_liaison"),
                ("agency_reviewer", "区局法制审核", "agency_reviewer"),
                ("officer", "区局执法人员", "officer"),
            ),
        ),
        ("street", (("street_liaison", "街乡联络员", "agency_liaison"),)),
    ):
        listed = Agency.objects.filter(tier=tier, is_listed=True, status="active")
        inside = listed.filter(region__region_code__startswith=_code(districts))
        there = {agency.pk: agency for agency in inside.order_by("agency_id")}
        agency = next((there[pk] for pk in (*prefer, *there) if pk in there), None)
        if agency:
            wanted += [_account(*person, "agency", agency=agency) for person in people]
    return wanted


def _around(districts: list[Region]) -> list[dict[str, Any]]:
    """Who signs for the district's government, and who helps in one of its streets."""
    wanted = []
    for region in districts[:1]:
        wanted.append(
            _account(
                "district_head",
                f"{region.name}监督负责人",
                "supervision_head",
                "region",
                region=region,
            )
        )
        wanted.append(
            _account(
                "government_signer", "区政府签批", "government_signer", "region", region=region
            )
        )
        street = region.children.filter(tier="street", agencies__is_listed=True).first()
        if street:
            wanted.append(
                _account("justice_station", "司法所", "justice_station", "region", region=street)
            )
    return wanted


def _administrators() -> list[dict[str, Any]]:
    return [
        _account("model_admin", "模型管理员", "model_admin", "city"),
        _account("model_reviewer", "模型管理员（复核）", "model_admin", "city"),
        _account("data_admin", "数据管理员", "data_admin", "city"),
        _account("system_admin", "系统管理员", "system_admin", "none"),
        _account("auditor", "安全审计员", "auditor", "none"),
    ]


def _account(username: str, display_name: str, role: str, scope: str, **place: Any) -> Any:
    return {
        "username": username,
        "display_name": display_name,
        "role": role,
        "scope": scope,
        **place,
    }


def _code(districts: list[Region]) -> str:
    return districts[0].region_code if districts else ""


def _head_of_a_line() -> Agency | None:
    """The city agency at whose head most listed agencies stand."""
    paths = Agency.objects.filter(is_listed=True).values_list("line_path", flat=True)
    below = Counter(path.split("/")[1] for path in paths)
    heads = Agency.objects.filter(tier="city", is_listed=True, pk__in=list(below))
    return max(heads, key=lambda head: (below[head.pk], head.pk), default=None)


def _remember(accounts: list[DemoAccount]) -> None:
    text = json.dumps([asdict(account) for account in accounts], ensure_ascii=False, indent=1)
    handle = os.open(_path(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _path() -> Path:
    return Path(settings.HOME) / FILE_NAME
