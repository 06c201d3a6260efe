"""What a round leaves behind of its monitors: their versions, the fill of their data, and what
those on trial found."""

from mingjian.access.acts import placeholders
from mingjian.monitor import Finding, Library, Monitor, Run
from mingjian.supervision.acts.monitors import keep_version
from mingjian.supervision.models import MonitorRound, ShadowFinding

BATCH = 1000


def keep_round(run: Run, library: Library) -> None:
    """Keep all of it after the alerts were raised; the same run twice changes nothing."""
    for outcome in run.outcomes:
        monitor = library.monitors[outcome.monitor_id]
        if monitor.status in ("shadow", "production"):
            keep_version(library, monitor, run.as_of)
        if monitor.status == "shadow" and outcome.status == "ran":
            _keep_shadow(run, monitor)
        _keep_fills(run, monitor)


def _keep_fills(run: Run, monitor: Monitor) -> None:
    fills = {
        table: {"rows": fill.rows, "filled": {name: fill.filled[name] for name in fields}}
        for table, fields in monitor.file.requires.items()
        if (fill := run.fills.get(table)) is not None
    }
    MonitorRound.objects.filter(pk=monitor.id, as_of=run.as_of).update(fills=fills)


def _keep_shadow(run: Run, monitor: Monitor) -> None:
    """New findings are added; those found before keep their first day and get the last one."""
    findings: dict[str, Finding] = {}
    for finding in run.findings_of(monitor.id):
        findings.setdefault(finding.unit_id, finding)
    placeholders(finding.agency_id for finding in findings.values() if finding.agency_id)
    known = {row.unit_id: row for row in ShadowFinding.objects.filter(monitor_id=monitor.id)}
    fresh = [_row(run, finding) for name, finding in findings.items() if name not in known]
    still = []
    for name in findings.keys() & known.keys():
        row, again = known[name], _row(run, findings[name])
        if row.last_found_on > run.as_of:
            continue
        again.pk, again.first_found_on = row.pk, row.first_found_on
        still.append(again)
    ShadowFinding.objects.bulk_create(fresh, batch_size=BATCH)
    changing = ["agency", "message", "evidence", "fingerprint", "last_found_on"]
    ShadowFinding.objects.bulk_update(still, changing, batch_size=BATCH)


def _row(run: Run, finding: Finding) -> ShadowFinding:
    return ShadowFinding(
        monitor_id=finding.monitor_id,
        unit=finding.unit,
        unit_id=finding.unit_id,
        agency_id=finding.agency_id or None,
        message=finding.message,
        evidence=finding.evidence,
        fingerprint=finding.fingerprint,
        first_found_on=run.as_of,
        last_found_on=run.as_of,
    )
