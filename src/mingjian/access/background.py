"""Work done by the worker process, so that a killed worker loses nothing.

Each kind of work has rows of its own (state, seen_at, attempts, task_id, message, finished_at) and
a task that does one. Whoever does it says every few seconds that it lives; what falls silent is
queued again, and in the end declared failed with a word to the person who asked.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

WAITING, RUNNING, FAILED = "waiting", "running", "failed"
BEAT_SECONDS = 5
SILENCE_ALLOWED = timedelta(seconds=60)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Work:
    """One kind of work. `killed` is what a person reads when all attempts were cut short.

    `at_end` is written into a row whenever its work is over, however it ended.
    """

    model: type[models.Model]
    enqueue: Callable[[int], Any]
    attempts_allowed: int
    killed: str
    at_end: Mapping[str, Any] = field(default_factory=dict)

    def queue(self, row: Any) -> None:
        """Hand a row to the worker; call it in the transaction that makes or changes the row."""
        row.task_id = str(self.enqueue(row.pk).id)
        row.attempts += 1
        row.save(update_fields=["task_id", "attempts"])

    def claim(self, pk: int, **values: Any) -> bool:
        """Take a waiting row; False when another process has it or had it."""
        waiting = self._rows.filter(pk=pk, state=WAITING)
        return bool(waiting.update(state=RUNNING, seen_at=timezone.now(), **values))

    def say(self, row: Any, **values: Any) -> None:
        """Keep how far it is."""
        self._rows.filter(pk=row.pk).update(seen_at=timezone.now(), **values)

    def finish(self, row: Any, state: str, **values: Any) -> None:
        ended = {**self.at_end, **values, "state": state, "finished_at": timezone.now()}
        self._rows.filter(pk=row.pk).update(**ended)

    @contextmanager
    def heartbeat(self, row: Any) -> Iterator[None]:
        """Say every few seconds that the worker lives, also while a long step reports nothing."""
        over = threading.Event()

        def beat() -> None:
            while not over.wait(BEAT_SECONDS):
                self.say(row)
            connection.close()

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def reap(self, now: datetime | None = None) -> int:
        """Queue again what a killed worker left behind; in the end, say so. Returns how many."""
        now = now or timezone.now()
        silent = self._rows.filter(state=RUNNING, seen_at__lt=now - SILENCE_ALLOWED)
        return sum(self._take_up(row, now) for row in silent)

    def _take_up(self, row: Any, now: datetime) -> bool:
        again = row.attempts < self.attempts_allowed
        state = WAITING if again else FAILED
        with transaction.atomic():
            # Conditional, so that two reapers do not queue it twice.
            same = self._rows.filter(pk=row.pk, state=RUNNING, seen_at=row.seen_at)
            if not same.update(state=state):
                return False
            left = DBTaskResult.objects.filter(pk=row.task_id, status=TaskResultStatus.RUNNING)
            left.update(status=TaskResultStatus.FAILED, finished_at=now)
            if again:
                row.refresh_from_db()
                self.queue(row)
            else:
                self.finish(row, FAILED, message=self.killed)
        log.warning("%s %s was left behind and is now %s", self.model.__name__, row.pk, state)
        return True

    @property
    def _rows(self) -> models.QuerySet:
        return self.model._default_manager.all()
