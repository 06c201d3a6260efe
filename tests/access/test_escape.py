"""Nobody reaches what is not his: by id, filter, export, interface or guessed address.

The addresses come from the site itself; one that is not classified in `addresses` fails here.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLResolver, get_resolver

from addresses import (
    ADDRESSES,
    MARKS,
    Act,
    BackOffice,
    Library,
    Listing,
    Open,
    Powers,
    Thing,
    Token,
)
from alert_runs import OVERDUE, library, run_of
from mingjian import indicators, intake, process
from mingjian.access.models import AuditLine, User
from mingjian.access.roles import load_roles, permits
from mingjian.monitor import Run
from mingjian.store import open_store
from mingjian.supervision.acts import raise_alerts
from office import City
from site_data import AS_OF, CHAOYANG, CONTENT, DONGCHENG, browse, fill, header, rows_of, zz_sources
from things import things

__all__ = ["library", "run_of", "things"]
# Everybody outside the agency's region, line and house; and who has no business with data at all.
FOREIGNERS = ("other", "other_line", "neighbour", "far_officer", "far_station", "far_signer")
WITHOUT_BUSINESS = ("system_admin", "auditor")
GUESSES = (
    f"agency={CHAOYANG}",
    "district=110105",
    "field=market",
    "region=110105",
    "text=99",
    "case_id=110105-SCJG-99",
    "submission=sub-1",
    "scope=city",
    "page=2",
)
ALL_GUESSES = "&".join(GUESSES[:-1])
UNTOUCHED = {"UserSession", "AuditLine", "AuditHead", "LoginFailure"}


@pytest.fixture(scope="module")
def full_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled store with figures, quality and checked processes."""
    folder = tmp_path_factory.mktemp("escape")
    store = open_store(folder / "store")
    fill(store)
    step = {"case_id": "110105-SCJG-5", "agency_id": CHAOYANG, "occurred_at": datetime(2025, 6, 1)}
    steps = [step | {"step_no": 1, "step": "filing", "activity": "立案"}]
    store.commit(
        header("sub-6", "zz-cf", CHAOYANG, 1), {"case_step": rows_of("case_step", steps)}, None
    )
    with store.reader() as reader:
        table = indicators.compute_all(reader, indicators.load_indicators().values(), AS_OF)
        figures = indicators.Figures(table, AS_OF, reader.snapshot)
        quality = intake.quality_report(reader, AS_OF, zz_sources())
        process.keep_checks(reader, AS_OF, folder / "process")
    indicators.save_figures(figures, folder / "indicators")
    intake.save_quality(quality, AS_OF, folder / "quality")
    return folder


@pytest.fixture
def site(
    full_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    city: City,
    run_of: Callable[..., Run],
) -> City:
    """The city and people outside of everything, with an alert of the agency."""
    monkeypatch.setenv("MINGJIAN_HOME", str(full_home))
    monkeypatch.setenv("MINGJIAN_CONTENT", str(CONTENT))
    extra = {
        "other_line": ("supervisor", "line", {"agency_id": "110105-CG"}),
        "far_officer": ("officer", "agency", {"agency_id": DONGCHENG}),
        "far_station": ("justice_station", "region", {"region_id": "110105001"}),
        "far_signer": ("government_signer", "region", {"region_id": "110101"}),
        "district_head": ("supervision_head", "region", {"region_id": "110105"}),
        "far_head": ("supervision_head", "region", {"region_id": "110101"}),
    }
    for name, (role, scope, place) in extra.items():
        city.people[name] = User.objects.create(
            username=name, display_name=name, role=role, scope=scope, **place
        )
    raise_alerts(run_of({OVERDUE: [("110105-SCJG-99", CHAOYANG)]}))
    return city


def every_address(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """Names of all addresses, as reverse() takes them."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from every_address(pattern, pattern.namespace or space)
        elif space != "admin":
            yield f"{space}:{pattern.name}" if space else str(pattern.name)


def text_of(response: Any) -> str:
    """What the answer holds in words; the sheets of a workbook, too."""
    parts = response.streaming_content if response.streaming else [response.content]
    content = b"".join(parts)
    if not content.startswith(b"PK"):
        return content.decode("utf-8", errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "\n".join(book.read(name).decode("utf-8") for name in book.namelist())


def marks_in(response: Any) -> list[str]:
    text = text_of(response)
    return [mark for mark in MARKS if mark in text]


def of_kind(kind: type) -> list[tuple[str, Any]]:
    return [(name, address) for name, address in ADDRESSES.items() if isinstance(address, kind)]


def state_of_office() -> dict[str, list[Any]]:
    """All rows of all our tables but those that every request may touch."""
    models = (m for m in apps.get_models() if m.__module__.startswith("mingjian."))
    return {
        m.__name__: [
            {name: value for name, value in row.items() if name != "last_login"}
            for row in m._base_manager.order_by("pk").values()
        ]
        for m in models
        if m.__name__ not in UNTOUCHED
    }


def test_every_address_is_classified() -> None:
    found = set(every_address())
    assert sorted(found - ADDRESSES.keys()) == [], "新地址没有归类，请写进 addresses.py"
    assert sorted(ADDRESSES.keys() - found) == [], "addresses.py 里的地址已经没有了"


def test_a_thing_opens_to_its_people_only(site: City, things: dict[str, Any]) -> None:
    reached = []
    for name, address in of_kind(Thing):
        path = address.path.format(**things)
        if address.opens:
            own = browse(site.people[address.by]).get(path)
            assert own.status_code == 200, f"该看的人也打不开 {name}：{own.status_code}"
        for foreigner in (*FOREIGNERS, *WITHOUT_BUSINESS):
            answer = browse(site.people[foreigner]).get(path)
            if answer.status_code not in (403, 404) or marks_in(answer):
                reached.append((name, foreigner, path, answer.status_code))
    assert reached == []


def test_a_list_shows_nothing_foreign_whatever_is_asked(site: City, things: dict[str, Any]) -> None:
    reached = []
    for name, address in of_kind(Listing):
        own = browse(site.people[address.by]).get(address.path)
        assert own.status_code == 200, (name, own.status_code)
        if address.shows:
            assert marks_in(own), f"该看的人在 {name} 也看不到，这样测没有意义"
        joint = "&" if "?" in address.path else "?"
        for foreigner in (*FOREIGNERS, *WITHOUT_BUSINESS, "far_head"):
            asked = ("", *GUESSES) if foreigner == "other" else ("", ALL_GUESSES)
            client = browse(site.people[foreigner])
            for query in asked:
                path = f"{address.path}{joint}{query}"
                shown = marks_in(client.get(path))
                # What is asked for may come back in its field, and only there.
                if [mark for mark in shown if mark not in query]:
                    reached.append((name, foreigner, path, shown))
    assert reached == []


def test_whoever_is_outside_changes_nothing(site: City, things: dict[str, Any]) -> None:
    before = state_of_office()
    for name, address in of_kind(Act):
        path = address.path.format(**things)
        for foreigner in (*FOREIGNERS, *WITHOUT_BUSINESS, "far_head"):
            if foreigner == "system_admin" and name == "access:end_delegation":
                continue  # who manages accounts may end an arrangement
            client = browse(site.people[foreigner])
            client.post(path, {key: text.format(**things) for key, text in address.fields.items()})
            assert client.get(path).status_code in (403, 404, 405), (name, foreigner)
        assert state_of_office() == before, name


def test_a_power_is_refused_to_who_does_not_hold_it(site: City, things: dict[str, Any]) -> None:
    before = state_of_office()
    everybody = {user.role: user for user in site.people.values()}.values()
    for name, address in of_kind(Powers):
        path = address.path.format(**things)
        for person in everybody:
            if permits(person, address.permission):
                continue
            client = browse(person)
            answer = client.post(path) if address.post else client.get(path)
            assert answer.status_code == 403, (name, person.role)
    assert state_of_office() == before


def test_the_library_holds_no_data_of_agencies(site: City) -> None:
    for name, address in of_kind(Library):
        assert not marks_in(browse(site.other).get(address.path)), name


def test_every_file_that_is_handed_out_leaves_a_line(site: City, things: dict[str, Any]) -> None:
    """Downloads are found by their headers; templates of the library hold no data."""
    silent, found = [], 0
    for name, address in ADDRESSES.items():
        if not isinstance(address, Listing | Thing | Powers):
            continue
        if getattr(address, "post", False) or getattr(address, "opens", True) is False:
            continue
        opens = getattr(address, "by", "") or next(
            key for key, user in site.people.items() if permits(user, address.permission)
        )
        before = AuditLine.objects.count()
        answer = browse(site.people[opens]).get(address.path.format(**things))
        if answer.headers.get("Content-Disposition", "").startswith("attachment"):
            found += 1
            if AuditLine.objects.count() == before:
                silent.append(name)
    assert silent == []
    assert found >= 3


def test_every_look_at_personal_data_leaves_a_line(site: City, things: dict[str, Any]) -> None:
    head = browse(site.head)
    for path in (
        f"/alerts/{things['alert']}/?personal=1",
        "/records/penalty_case/one/?case_id=110105-SCJG-99",
    ):
        reads = AuditLine.objects.filter(act="personal_data.read", username="head", ip="127.0.0.1")
        before = reads.count()
        assert "张小明" in text_of(head.get(path)), path
        assert reads.count() == before + 1, path
        assert "张小明" not in text_of(browse(site.supervisor).get(path)), path
        assert reads.count() == before + 1, path


def test_nothing_but_the_open_pages_opens_without_signing_in(
    site: City, things: dict[str, Any]
) -> None:
    tried = 0
    for name, address in ADDRESSES.items():
        path = getattr(address, "path", "").format(**things)
        if not path or isinstance(address, Open | Token | BackOffice):
            continue
        answer = Client().get(path)
        assert answer.status_code in (302, 401, 405), name
        assert "/login/" in answer.headers.get("Location", "/login/"), name
        tried += 1
    assert tried > 40


def test_the_back_office_opens_to_the_system_administrator_only(site: City) -> None:
    paths = ("/admin/", "/admin/access/user/", "/admin/access/user/add/", "/admin/access/agency/")
    for person in {user.role: user for user in site.people.values()}.values():
        for path in (*paths, f"/admin/access/user/{site.right.pk}/change/"):
            status = browse(person).get(path, follow=True).status_code
            assert status == (200 if person.role == "system_admin" else 403), (person.role, path)


def test_every_role_is_tried() -> None:
    tried = {"supervisor", "supervision_head", "agency_liaison", "officer", "justice_station"}
    tried |= {"government_signer", "system_admin", "auditor"}
    by_permission_alone = {"model_admin", "data_admin", "agency_reviewer"}
    assert load_roles().roles.keys() == tried | by_permission_alone
