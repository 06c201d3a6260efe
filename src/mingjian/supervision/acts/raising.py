"""Findings become alerts: new, still there, no longer found, found again."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

from django.db import connection, transaction
from django.db.models import F

from mingjian.access import audit
from mingjian.access.acts import placeholders
from mingjian.monitor import Finding, Library, Monitor, Outcome, Run, load_library
from mingjian.supervision.flow import load_flow
from mingjian.supervision.handled import moving
from mingjian.supervision.models import LEVEL_RANKS, RIGHT, Alert, AlertEvent, MonitorRound
from mingjian.supervision.report import MonitorCounts, RaisedAlerts

WRITE_BATCH = 2000
IDS_A_QUERY = 900  # SQLite allows about a thousand parameters where it was built that way

_FOLLOWS_THE_ROUND = ["agency", "latest_message", "latest_evidence", "latest_hash"]
_NEW_SNAPSHOT = [
    *_FOLLOWS_THE_ROUND,
    "monitor_code",
    "monitor_name",
    "level",
    "level_rank",
    "message",
    "evidence",
    "parameters",
    "fingerprint",
    "snapshot",
    "found_on",
    "last_found_on",
]
_UNHANDLED: dict[str, Any] = {
    "signed_on": None,
    "verified_on": None,
    "closed_on": None,
    "claimed_verdict": "",
    "claimed_reason": "",
    "verdict": "",
    "verdict_reason": "",
    "is_drawn": True,
    "rectify_by": None,
    "rectified_on": None,
    "sent_back_count": 0,
    "former_state": "",
    "main": None,
    "matter": None,
    "paused_left": None,
}
Item = TypeVar("Item")


class Known(NamedTuple):
    """What the round must know of an alert that is there already."""

    pk: int
    unit_id: str
    state: str
    gone_on: date | None
    latest_hash: str


def raise_alerts(run: Run, library: Library | None = None) -> RaisedAlerts:
    """Bring the alerts in line with a finished round; the same run twice changes nothing.

    Only production monitors that ran count: a shadow monitor alerts nobody, and one that lacked
    data or failed proves nothing gone. An alert no longer found is marked for a person to look
    at, never deleted; one found again after that is an alert again, reopened if it was closed.
    """
    monitors = (library or load_library()).monitors
    counts: list[MonitorCounts] = []
    silent: dict[str, str] = {}
    for outcome in run.outcomes:
        monitor = monitors[outcome.monitor_id]
        reason = _why_silent(run, monitor, outcome)
        if reason:
            silent[monitor.id] = reason
            _note_silence(run, outcome, reason)
        else:
            counts.append(_raise_monitor(run, monitor))
    return RaisedAlerts(counts, silent)


def _why_silent(run: Run, monitor: Monitor, outcome: Outcome) -> str:
    if outcome.status != "ran":
        return outcome.message or f"没有运行（{outcome.status}）"
    if monitor.status != "production":
        return "试运行中，只记录、不发预警"
    last = MonitorRound.objects.filter(pk=monitor.id, status="ran").first()
    if last and last.as_of > run.as_of:
        return f"已处理过 {last.as_of} 的一轮，较早的一轮（{run.as_of}）不再改动预警"
    return ""


def _note_silence(run: Run, outcome: Outcome, reason: str) -> None:
    last = MonitorRound.objects.filter(pk=outcome.monitor_id).first()
    if last and last.as_of > run.as_of:
        return
    status = "shadow" if outcome.status == "ran" else outcome.status
    values = {"as_of": run.as_of, "status": status, "message": reason}
    counts = dict.fromkeys(("new_count", "gone_count", "returned_count"), 0)
    MonitorRound.objects.update_or_create(
        pk=outcome.monitor_id, defaults={**values, **counts, "finding_count": outcome.count}
    )


def _raise_monitor(run: Run, monitor: Monitor) -> MonitorCounts:
    findings: dict[str, Finding] = {}
    for finding in run.findings_of(monitor.id):
        findings.setdefault(finding.unit_id, finding)
    placeholders(finding.agency_id for finding in findings.values() if finding.agency_id)
    with transaction.atomic():
        # Two rounds at once take turns here.
        MonitorRound.objects.get_or_create(pk=monitor.id, defaults={"as_of": run.as_of})
        last = MonitorRound.objects.select_for_update().get(pk=monitor.id)
        known = _known_alerts(monitor.id)
        counts = _bring_in_line(run, monitor, findings, known)
        _note_round(run, counts, last)
        if counts.changed:
            audit.record(None, "alert.raise", ("Monitor", monitor.id), **vars(counts))
    return counts


def _known_alerts(monitor_id: str) -> dict[str, Known]:
    rows = Alert.objects.filter(monitor_id=monitor_id).values_list(*Known._fields)
    return {row[1]: Known(*row) for row in rows.iterator(chunk_size=WRITE_BATCH)}


def _bring_in_line(
    run: Run, monitor: Monitor, findings: Mapping[str, Finding], known: Mapping[str, Known]
) -> MonitorCounts:
    new, changed, returned = [], [], []
    for unit_id, finding in findings.items():
        before = known.get(unit_id)
        if before is None:
            new.append(_alert_of(run, finding))
        elif before.gone_on is not None:
            returned.append((before, _alert_of(run, finding)))
        elif before.latest_hash != _hash_of(finding):
            changed.append((before.pk, _alert_of(run, finding)))
    gone = [a for a in known.values() if a.gone_on is None and a.unit_id not in findings]
    Alert.objects.bulk_create(new, batch_size=WRITE_BATCH)
    _rewrite(changed, _FOLLOWS_THE_ROUND)
    _mark_gone(gone, run.as_of)
    _bring_back(returned, monitor, run.as_of)
    Alert.objects.filter(
        monitor_id=monitor.id, gone_on__isnull=True, last_found_on__lt=run.as_of
    ).update(last_found_on=run.as_of)
    still = len(findings) - len(new) - len(returned)
    return MonitorCounts(
        monitor.id,
        found=len(findings),
        new=len(new),
        still=still,
        gone=len(gone),
        returned=len(returned),
    )


def _mark_gone(alerts: Sequence[Known], as_of: date) -> None:
    for pks in _chunks([alert.pk for alert in alerts]):
        Alert.objects.filter(pk__in=pks).update(gone_on=as_of)
    AlertEvent.objects.bulk_create(
        [
            AlertEvent(alert_id=a.pk, on=as_of, act="gone", before=a.state, after=a.state)
            for a in alerts
        ],
        batch_size=WRITE_BATCH,
    )


def _bring_back(returned: Sequence[tuple[Known, Alert]], monitor: Monitor, as_of: date) -> None:
    flow = load_flow()
    pks = [known.pk for known, _ in returned]
    former: dict[int, Any] = {}
    for some in _chunks(pks):
        former |= dict(Alert.objects.filter(pk__in=some).values_list("pk", "evidence"))
    _rewrite([(known.pk, alert) for known, alert in returned], _NEW_SNAPSHOT)
    events = []
    for known, _ in returned:
        act = "reopen" if known.state == "closed" else "return"
        events.append(
            AlertEvent(
                alert_id=known.pk,
                on=as_of,
                act=act,
                before=known.state,
                after=flow.after(act, known.state),
                detail={"former_evidence": former[known.pk]},
            )
        )
    reopened = flow.after("reopen", "closed")
    due_on = flow.due_on(reopened, monitor.level, as_of)
    with moving():
        for some in _chunks(pks):
            back = Alert.objects.filter(pk__in=some)
            back.update(gone_on=None, returned_count=F("returned_count") + 1)
            closed = back.filter(state="closed")
            # 反弹: it had been put right, so it was said, and is there again.
            closed.filter(verdict__in=RIGHT).update(relapse_count=F("relapse_count") + 1)
            closed.update(state=reopened, due_on=due_on, version=F("version") + 1, **_UNHANDLED)
    AlertEvent.objects.bulk_create(events, batch_size=WRITE_BATCH)


def _rewrite(alerts: Sequence[tuple[int, Alert]], names: Sequence[str]) -> None:
    """Write the named fields of rows that exist, one prepared statement for all.

    The ORM's own ways rewrite every column or build one CASE a row: ten times slower at 50,000.
    """
    fields = [Alert._meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    set_ = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    sql = f"UPDATE {quote(Alert._meta.db_table)} SET {set_} WHERE {quote('id')} = %s"
    with connection.cursor() as cursor:
        for chunk in _chunks(alerts, WRITE_BATCH):
            rows = [
                [
                    *(f.get_db_prep_save(getattr(alert, f.attname), connection) for f in fields),
                    pk,
                ]
                for pk, alert in chunk
            ]
            cursor.executemany(sql, rows)


def _alert_of(run: Run, finding: Finding) -> Alert:
    flow = load_flow()
    first = "raise" if finding.level in flow.file.dispatch_at_once else "hold"
    state = flow.file.acts[first].to or ""
    return Alert(
        monitor_id=finding.monitor_id,
        monitor_code=finding.monitor_code,
        monitor_name=finding.name,
        unit=finding.unit,
        unit_id=finding.unit_id,
        agency_id=finding.agency_id or None,
        level=finding.level,
        level_rank=LEVEL_RANKS[finding.level],
        state=state,
        due_on=flow.due_on(state, finding.level, run.as_of),
        message=finding.message,
        evidence=finding.evidence,
        parameters=finding.parameters,
        fingerprint=finding.fingerprint,
        snapshot=run.snapshot,
        latest_message=finding.message,
        latest_evidence=finding.evidence,
        latest_hash=_hash_of(finding),
        first_found_on=run.as_of,
        found_on=run.as_of,
        last_found_on=run.as_of,
    )


def _hash_of(finding: Finding) -> str:
    """Changes when what would be shown of the finding changes."""
    text = json.dumps([finding.agency_id, finding.message, finding.evidence], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _note_round(run: Run, counts: MonitorCounts, last: MonitorRound) -> None:
    """Keep the counts of the day; a repetition on the same day adds its (usually no) changes."""
    same_day = last.as_of == run.as_of and last.status == "ran"
    last.new_count = counts.new + (last.new_count if same_day else 0)
    last.gone_count = counts.gone + (last.gone_count if same_day else 0)
    last.returned_count = counts.returned + (last.returned_count if same_day else 0)
    last.as_of, last.status, last.finding_count = run.as_of, "ran", counts.found
    outcome = next(o for o in run.outcomes if o.monitor_id == counts.monitor_id)
    last.message = outcome.message
    last.save()


def _chunks(items: Sequence[Item], size: int = IDS_A_QUERY) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
