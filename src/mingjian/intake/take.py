"""Taking one submission of one declared source, whole or not at all."""

import json
import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from mingjian.intake.faults import UnreadableFile
from mingjian.intake.inbox import inbox, keep, kept_file
from mingjian.intake.judging import Judged
from mingjian.intake.reading import Read, read_and_judge
from mingjian.intake.source import Source
from mingjian.intake.submission import Progress, Rejection, Submission
from mingjian.store import Store, SubmissionHeader, Workbench

Report = Callable[[Progress], None]
_STAGES = ("收下文件", "读取", "逐列核对", "入库", "完成")
_SAMPLE = 20


@dataclass(frozen=True)
class Delivery:
    """One file on its way in."""

    id: str
    source: Source
    file: Path
    name: str
    sha256: str
    by: str
    at: datetime
    started: float


def take(
    store: Store,
    source: Source,
    path: Path,
    *,
    by: str,
    at: datetime,
    again: bool = False,
    name: str | None = None,
    progress: Report | None = None,
) -> Submission:
    """Take a file in: good rows into the store, bad rows back by name, all of it recorded.

    The same file of the same source changes nothing the second time; `again` takes it anew after
    the source file was corrected. `name` is what the sender called the file. Never raises for what
    is wrong with the file: that is a Submission with status `refused`.
    """
    report = progress or (lambda _: None)
    report(_step(0))
    started = time.monotonic()
    sha256, kept = keep(path)
    number = f"{at:%Y%m%d%H%M%S}-{source.code}-{uuid.uuid4().hex[:8]}"
    delivery = Delivery(number, source, kept, name or path.name, sha256, by, at, started)
    earlier = None if again else taken_before(store, source, sha256)
    if earlier is not None:
        return _record(store, delivery, _duplicate(delivery, earlier))
    return _take_in(store, delivery, report, hold=True)


def take_rows(
    store: Store, source: Source, rows: list[dict[str, Any]], *, by: str, at: datetime
) -> Submission:
    """Take rows that were pushed or typed in; they are kept as a file of JSON lines."""
    draft = inbox() / f".{uuid.uuid4().hex}.jsonl"
    try:
        with draft.open("w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
        transport = source.transport.model_copy(update={"format": "jsonl", "encoding": "auto"})
        pushed = source.model_copy(update={"transport": transport})
        return take(
            store, pushed, draft, by=by, at=at, name=f"{source.code}-{at:%Y%m%d%H%M%S}.jsonl"
        )
    finally:
        draft.unlink(missing_ok=True)


def pull(
    store: Store, source: Source, *, by: str, at: datetime, progress: Report | None = None
) -> Submission:
    """Pull a source of kind `postgres`: the result of its query is kept as a file and taken in."""
    transport = source.transport
    if transport.kind != "postgres" or transport.query is None or transport.dsn_env is None:
        raise ValueError(f"数据源“{source.name}”不是从 PostgreSQL 拉取的（transport.kind）")
    dsn = os.environ.get(transport.dsn_env)
    if not dsn:
        raise ValueError(f"没有设置环境变量 {transport.dsn_env}（“{source.name}”的连接串）")
    name = f"{source.code}-{at:%Y%m%d%H%M%S}.parquet"
    as_parquet = transport.model_copy(update={"format": "parquet"})
    pulled = source.model_copy(update={"transport": as_parquet})
    with store.workbench() as bench:
        draft = bench.folder / name
        bench.pull_postgres(dsn, transport.query, draft)
        return take(store, pulled, draft, by=by, at=at, progress=progress)


def release(store: Store, source: Source, submission_id: str, *, by: str) -> Submission:
    """Let a held submission in, after somebody looked at why it was held."""
    held = store.submission(submission_id)
    if held is None or held.status != "held":
        raise ValueError(f"批次 {submission_id} 不是暂存状态，不能放行")
    delivery = Delivery(
        submission_id,
        source,
        kept_file(held.file_sha256),
        held.file_name,
        held.file_sha256,
        f"{held.submitted_by}（{by} 放行）",
        held.received_at,
        time.monotonic(),
    )
    return _take_in(store, delivery, lambda _: None, hold=False)


def taken_before(store: Store, source: Source, sha256: str) -> str | None:
    """The submission that brought this very file in, if one did."""
    with store.reader() as reader:
        rows = reader.rows(
            "SELECT submission_id FROM submission WHERE source_code = :source "
            "AND file_sha256 = :sha256 AND status IN ('accepted', 'held') "
            "ORDER BY received_at LIMIT 1",
            {"source": source.code, "sha256": sha256},
        )
    return str(rows[0]["submission_id"]) if rows else None


def _take_in(store: Store, delivery: Delivery, report: Report, *, hold: bool) -> Submission:
    report(_step(1))
    with store.workbench() as bench:
        try:
            read = read_and_judge(
                store,
                bench,
                delivery.source,
                delivery.file,
                delivery.at.date(),
                lambda: report(_step(2)),
            )
        except UnreadableFile as error:
            return _record(store, delivery, _empty(delivery, "refused", str(error)))
        judged = read.judged
        least = delivery.source.assertions.rows.min
        report(_step(3))
        # Mended rows are few by nature: what was agreed about a whole submission is not asked.
        if hold and not judged.is_mending and least is not None and judged.rows_in < least:
            message = (
                f"本批只有 {judged.rows_in} 行，少于约定的最少 {least} 行，先暂存未入库。"
                "请向部门核实是否漏报；确实只有这么多的，可在“数据归集”里放行。"
            )
            outcome = replace(
                _empty(delivery, "held", message),
                rows_in=judged.rows_in,
                signals=tuple(read.signals),
            )
            return _record(store, delivery, outcome)
        return _commit(store, bench, delivery, read, report)


def _commit(
    store: Store,
    bench: Workbench,
    delivery: Delivery,
    read: Read,
    report: Report,
) -> Submission:
    judged, signals = read.judged, read.signals
    message = _accepted_message(judged)
    header = _header(delivery, "accepted", "\n".join([message, *signals]), judged.rows_in)
    result = store.commit(header, {delivery.source.into: judged.accepted}, judged.rejected)
    report(_step(4))
    return replace(
        _empty(delivery, "accepted", message),
        rows_in=judged.rows_in,
        accepted_count=result.accepted_count,
        new_count=result.new_count,
        changed_count=result.changed_count,
        unchanged_count=result.unchanged_count,
        rejected_count=result.rejected_count,
        signals=tuple(signals),
        rejected_sample=_sample(bench, judged),
    )


def _accepted_message(judged: Judged) -> str:
    if not judged.rows_in:
        return "文件只有表头、没有数据行，已按零报送登记。"
    if not judged.rejected_count:
        return f"{judged.accepted_count} 行全部入库。"
    return (
        f"{judged.accepted_count} 行入库，{judged.rejected_count} 行退回。"
        "退回的行可下载错误文件，改好后从原处再传；已入库的行不会入两次。"
    )


def _sample(bench: Workbench, judged: Judged) -> tuple[Rejection, ...]:
    if judged.rejected is None:
        return ()
    bench.scan_parquet("rejected_rows", judged.rejected)
    rows = bench.arrow(
        "SELECT row_no, field, value, rule, message FROM rejected_rows "
        f"ORDER BY row_no LIMIT {_SAMPLE}"
    )
    return tuple(Rejection(**row) for row in rows.to_pylist())


def _duplicate(delivery: Delivery, earlier: str) -> Submission:
    message = f"这个文件已经收过（批次 {earlier}），内容一字不差，没有重复入库，不需要再做什么。"
    return _empty(delivery, "duplicate", message)


def _empty(delivery: Delivery, status: str, message: str) -> Submission:
    return Submission(
        id=delivery.id,
        source_code=delivery.source.code,
        file_name=delivery.name,
        file_sha256=delivery.sha256,
        submitted_by=delivery.by,
        received_at=delivery.at,
        status=status,  # type: ignore[arg-type]
        message=message,
        seconds=time.monotonic() - delivery.started,
    )


def _record(store: Store, delivery: Delivery, outcome: Submission) -> Submission:
    """Write down a submission of which nothing goes into the tables."""
    said = "\n".join([outcome.message, *outcome.signals])
    store.commit(_header(delivery, outcome.status, said, outcome.rows_in), {}, None)
    return outcome


def _header(delivery: Delivery, status: Any, message: str, rows_in: int) -> SubmissionHeader:
    return SubmissionHeader(
        submission_id=delivery.id,
        source_code=delivery.source.code,
        agency_id=delivery.source.agency,
        file_name=delivery.name,
        file_sha256=delivery.sha256,
        submitted_by=delivery.by,
        received_at=delivery.at,
        rows_in=rows_in,
        status=status,
        message=message,
        seconds=time.monotonic() - delivery.started,
    )


def _step(number: int) -> Progress:
    return Progress(_STAGES[number], number, len(_STAGES) - 1)
