"""What the night's clock, the work list, a campaign, the scope and the audit chain cost, each
against a bare reading or writing of the same rows in the same run.

    python benchmarks/clock.py            3,000 overdue alerts, 100,000 lines of the audit log
    python benchmarks/clock.py 300 5000

In a database of its own in a temporary folder (SQLite). Prints wall and processor time and ratios.
"""

import argparse
import os
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from time import perf_counter, process_time
from typing import Any

DAY = date(2026, 3, 2)
AGENCIES = 60
DISTRICTS = 16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("alerts", type=int, nargs="?", default=3000)
    parser.add_argument("lines", type=int, nargs="?", default=100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mingjian-clock-") as folder:
        os.environ |= {"MINGJIAN_HOME": folder, "DJANGO_SETTINGS_MODULE": "mingjian.web.settings"}
        os.environ.pop("MINGJIAN_DATABASE", None)
        import django

        django.setup()
        measure(given.alerts, given.lines)


def measure(alerts: int, lines: int) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    people = town()
    overdue_alerts(alerts)
    night(alerts)
    work_list(alerts, people)
    campaign(alerts, people)
    scopes(people)
    chain(lines)


def timed(do: Callable[[], Any]) -> tuple[float, float]:
    """Wall and processor seconds."""
    wall, worked = perf_counter(), process_time()
    do()
    return perf_counter() - wall, process_time() - worked


def show(name: str, work: tuple[float, float], bare: tuple[float, float], of: int) -> None:
    print(
        f"{name:28} {work[0]:8.3f} s wall {work[1]:8.3f} s processor"
        f"  bare {bare[1]:8.3f} s  ratio {work[1] / max(bare[1], 1e-6):6.1f}"
        f"  {work[1] / of * 1e6:8.0f} µs each"
    )


def town() -> dict[str, Any]:
    """Districts, agencies, and a supervisor, head and liaison for each."""
    from mingjian.access.models import Agency, Region, User

    city = Region.objects.create(region_code="110000", name="示例市", tier="city")
    people: dict[str, Any] = {}

    def person(name: str, role: str, **place: Any) -> None:
        people[name] = User.objects.create(username=name, display_name=name, role=role, **place)

    person("city", "supervisor", scope="city")
    person("city_head", "supervision_head", scope="city")
    for no in range(DISTRICTS):
        code = f"1101{no + 1:02d}"
        region = Region.objects.create(
            region_code=code, name=f"示例{no}区", tier="district", parent=city
        )
        person(f"right{no}", "supervisor", scope="region", region=region)
        person(f"head{no}", "supervision_head", scope="region", region=region)
    for no in range(AGENCIES):
        code = f"1101{no % DISTRICTS + 1:02d}"
        agency = Agency.objects.create(
            agency_id=f"A{no}",
            name=f"示例单位{no}",
            region_id=code,
            line_path=f"/A{no}/",
            tier="district",
            field="market",
        )
        person(f"liaison{no}", "agency_liaison", scope="agency", agency=agency)
    return people


def overdue_alerts(count: int) -> None:
    from mingjian.supervision.models import LEVEL_RANKS, Alert

    levels = list(LEVEL_RANKS)[:3]
    Alert.objects.bulk_create(
        [
            Alert(
                monitor_id=f"m{no % 40}",
                monitor_code=f"PT-{no % 40:02d}",
                monitor_name="示例模型",
                unit="penalty_case",
                unit_id=str(no),
                agency_id=f"A{no % AGENCIES}",
                level=levels[no % 3],
                level_rank=LEVEL_RANKS[levels[no % 3]],
                state="new",
                due_on=DAY - timedelta(days=no % 20 + 1),
                message="示例问题",
                evidence={"case_no": str(no)},
                parameters={},
                fingerprint="0" * 64,
                snapshot=1,
                latest_message="示例问题",
                latest_evidence={"case_no": str(no)},
                latest_hash="0" * 32,
                first_found_on=DAY,
                found_on=DAY,
                last_found_on=DAY,
            )
            for no in range(count)
        ],
        batch_size=500,
    )


def night(count: int) -> None:
    """The first night over them all, and the second; against writing the events alone."""
    from django.db import transaction

    from mingjian.access.models import AuditLine
    from mingjian.supervision.acts import run_clock
    from mingjian.supervision.models import Alert, AlertEvent, Notice

    first = timed(lambda: run_clock(DAY))
    assert AlertEvent.objects.filter(act="escalate").count() == count
    assert AuditLine.objects.filter(act="alert.escalate").count() == count
    most = max(Notice.objects.filter(user=user).count() for user in notified())
    again = timed(lambda: run_clock(DAY))
    assert AlertEvent.objects.filter(act="escalate").count() == count

    def bare() -> None:
        with transaction.atomic():
            AlertEvent.objects.bulk_create(
                [
                    AlertEvent(alert_id=pk, on=DAY, act="gone", after="new", detail={"told": []})
                    for pk in Alert.objects.values_list("pk", flat=True)
                ],
                batch_size=500,
            )
            transaction.set_rollback(True)

    written = timed(bare)
    show("first night", first, written, count)
    show("second night, nothing new", again, written, count)
    print(f"{'notices to one person':28} {most:8d} at most")


def notified() -> list[Any]:
    from mingjian.access.models import User

    return list(User.objects.filter(notices__isnull=False).distinct())


def work_list(count: int, people: dict[str, Any]) -> None:
    """The pages that a supervisor opens first, against reading the rows' ids alone."""
    from django.test import Client

    from mingjian.supervision.models import Alert

    bare = timed(lambda: list(Alert.objects.values_list("pk", flat=True)))
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(people["city"])
    for name, path in (
        ("workbench", "/"),
        ("work list", "/alerts/"),
        ("work list, overdue", "/alerts/?mark=overdue&sort=due"),
        ("work list, last page", "/alerts/?page=999"),
        ("work list, words", "/alerts/?text=99"),
    ):
        assert client.get(path).status_code == 200, path
        show(name, timed(lambda path=path: client.get(path)), bare, count)


def campaign(count: int, people: dict[str, Any]) -> None:
    """The page of a campaign that holds every alert, against reading the members' ids alone."""
    from django.test import Client

    from mingjian.access.models import Region
    from mingjian.supervision.models import Alert, Campaign, CampaignAlert

    span = {"starts_on": DAY, "ends_on": DAY + timedelta(days=60)}
    made = Campaign.objects.create(
        name="示例专项",
        kind="action",
        basis="示例",
        region=Region.objects.get(pk="110000"),
        state="running",
        level="any",
        planned_by=people["city"],
        planned_on=DAY,
        due_on=span["ends_on"],
        **span,
    )
    for no in range(3):
        days = (DAY + timedelta(days=20 * no), DAY + timedelta(days=20 * no + 19))
        made.stages.create(no=no + 1, name=f"阶段{no}", starts_on=days[0], ends_on=days[1])
    CampaignAlert.objects.bulk_create(
        [
            CampaignAlert(campaign=made, alert_id=pk, joined_on=DAY, by=people["city"])
            for pk in Alert.objects.values_list("pk", flat=True)
        ],
        batch_size=500,
    )
    bare = timed(lambda: list(made.members.values_list("alert_id", flat=True)))
    client = Client(headers={"host": "127.0.0.1"})
    for name in ("city", "right3"):
        client.force_login(people[name])
        for title, path in (
            (f"campaign, {name}", f"/campaigns/{made.pk}/"),
            (f"its overdue, {name}", f"/alerts/?state=all&campaign={made.pk}&part=overdue"),
        ):
            assert client.get(path).status_code == 200, path
            show(title, timed(lambda path=path: client.get(path)), bare, count)


def scopes(people: dict[str, Any]) -> None:
    """Counting what a person may see, against counting all."""
    from mingjian.access.scope import for_user
    from mingjian.supervision.models import Alert

    rounds = 50
    bare = timed(lambda: [Alert.objects.count() for _ in range(rounds)])
    for name in ("city", "right3", "liaison3"):
        rows = timed(
            lambda name=name: [for_user(Alert.objects, people[name]).count() for _ in range(rounds)]
        )
        show(f"scope of {name}", rows, bare, rounds)


def chain(lines: int) -> None:
    """Verifying the audit log, against reading its rows."""
    from mingjian.access import audit
    from mingjian.access.audit_chain import verify
    from mingjian.access.models import AuditLine

    entries = ((("Thing", str(no)), {"no": no}) for no in range(lines))
    audit.record_many(None, "bench.line", entries)
    bare = timed(lambda: sum(1 for _ in AuditLine.objects.order_by("pk").iterator(chunk_size=2000)))
    checked = timed(verify)
    show("audit verify", checked, bare, AuditLine.objects.count())


if __name__ == "__main__":
    main()
