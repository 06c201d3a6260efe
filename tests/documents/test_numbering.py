"""Numbers without gaps or doubles when many issue at once: threads here, processes on SQLite too.

The same tests run with the office database in PostgreSQL (tests/with_postgres.py).
"""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from mingjian.access.audit import first_break
from mingjian.access.models import AuditLine
from mingjian.documents import acts, pdf
from mingjian.documents.models import NumberSeries, Paper
from papers import DAY, approved

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("district_head"),
]
MANY = 24

# Run by several processes at once: issue the papers whose ids come in.
WORKER = """
import sys, django
from django.conf import settings
from mingjian.web import settings as base
base.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from datetime import date
from mingjian.access.models import User
from mingjian.documents import acts
by = User.objects.get(username="right")
for number in sys.argv[2:]:
    acts.issue(int(number), by=by, today=date(2026, 3, 2))
"""


def together(doing: Callable[[int], Any], items: list[int], threads: int = 8) -> list[Any]:
    """Each item in one of many threads, each with its own connection; errors come as values."""

    def one(item: int) -> Any:
        try:
            return doing(item)
        except Exception as error:  # noqa: BLE001 - the test looks at what came out
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, items))


def numbers() -> list[int]:
    return sorted(Paper.objects.exclude(number=None).values_list("number", flat=True))


def test_many_at_once_have_every_number_once(city: Any) -> None:
    papers = [approved(city).pk for _ in range(MANY)]
    made = together(lambda pk: acts.issue(pk, by=city.right, today=DAY), papers)
    assert [type(item) for item in made] == [Paper] * MANY
    assert numbers() == list(range(1, MANY + 1))
    assert first_break(AuditLine.objects.order_by("id")) is None


def test_those_that_fail_leave_no_gap(city: Any) -> None:
    papers = [approved(city).pk for _ in range(MANY)]

    def fail(_paper: Paper) -> None:
        raise RuntimeError("no disk")

    def doing(pk: int) -> Paper:
        also = fail if pk % 3 == 0 else None
        return acts.issue(pk, by=city.right, today=DAY, also=also)

    made = together(doing, papers)
    failed = sum(isinstance(item, RuntimeError) for item in made)
    assert failed == sum(pk % 3 == 0 for pk in papers)
    assert numbers() == list(range(1, MANY - failed + 1))
    assert NumberSeries.objects.get().last == MANY - failed


def test_one_paper_issued_by_many_at_once_has_one_number(city: Any) -> None:
    paper = approved(city)
    made = together(
        lambda _: acts.issue(paper.pk, by=city.right, today=DAY, version=paper.version),
        list(range(8)),
    )
    issued = [item for item in made if isinstance(item, Paper)]
    assert issued
    assert {item.document_no for item in issued} == {"朝执监意〔2026〕1号"}
    assert numbers() == [1]
    assert AuditLine.objects.filter(act="paper.issue").count() == 1


@pytest.mark.skipif(
    "sqlite" not in settings.DATABASES["default"]["ENGINE"], reason="SQLite 的进程间并发"
)
def test_processes_on_sqlite_wait_for_each_other(city: Any) -> None:
    pdf.warm()
    papers = [str(approved(city).pk) for _ in range(9)]
    file = str(connection.settings_dict["NAME"])
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, file, *papers[start::3]],
            env=_environment(),
            stderr=subprocess.PIPE,
        )
        for start in range(3)
    ]
    for run in runs:
        _, said = run.communicate(timeout=180)
        assert run.returncode == 0, said.decode()
    assert numbers() == list(range(1, 10))


def _environment() -> dict[str, str]:
    import os

    source = str(Path(__file__).parents[2] / "src")
    own = {"DJANGO_SETTINGS_MODULE": "mingjian.web.settings", "PYTHONPATH": source}
    return {**os.environ, **own}
