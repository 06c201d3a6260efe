"""What a submission looks like beside what its source says it should look like."""

from mingjian.intake.first_pass import Job
from mingjian.intake.judging import Judged
from mingjian.intake.source import Source
from mingjian.intake.sql_text import quoted
from mingjian.intake.staging import MENDING_COLUMNS, Staged
from mingjian.standards import Table


def column_signals(source: Source, staged: Staged) -> list[str]:
    """Columns that nobody declared, and declared ones that are missing."""
    known = source.raw_columns() | source.added_columns() | set(source.columns)
    known |= set(source.ignore) | set(MENDING_COLUMNS)
    if source.collapse and not staged.is_shaped:
        known |= set(staged.columns) & set(source.collapse.by)
    unknown = [column for column in staged.columns if column not in known]
    signals = []
    if unknown:
        signals.append(
            f"出现没有登记的列：{'、'.join(unknown)}。这些列没有入库；"
            "请在数据源文件里写明去向，或写进 ignore 并说明理由。"
        )
    missing = [column for column in source.columns if column not in staged.columns]
    if missing:
        signals.append(
            f"缺少已登记的列：{'、'.join(missing)}。对应字段这次是空的；请确认部门是否改了表样。"
        )
    return signals


def missing_required(source: Source, staged: Staged, table: Table) -> list[str]:
    """Declared columns without which no row can be right."""
    needed = set(source.key)
    needed |= {name for name, field in table.fields.items() if field.required}
    return [
        column
        for column, targets in source.columns.items()
        if column not in staged.columns and any(target.to in needed for target in targets)
    ]


def content_signals(job: Job, judged: Judged) -> list[str]:
    """Too many rows, or fields filled less often than agreed."""
    source = job.source
    signals = []
    most = source.assertions.rows.max
    if most is not None and judged.rows_in > most:
        signals.append(f"本批 {judged.rows_in} 行，超过约定的最多 {most} 行；请核对是否重复导出。")
    shares = source.assertions.filled
    mapped = {plan.name for plan in job.plans} | ({job.made} if job.made else set())
    wanted = [name for name in shares if name in mapped]
    if not wanted or not judged.accepted_count:
        return signals
    counts = ", ".join(f"count({quoted(name)}) AS {quoted(name)}" for name in wanted)
    row = job.bench.arrow(f"SELECT {counts} FROM {judged.accepted.sql}").to_pylist()[0]
    for name in wanted:
        share = row[name] / judged.accepted_count
        if share < shares[name]:
            title = next((plan.title for plan in job.plans if plan.name == name), name)
            signals.append(
                f"“{title}”填报率 {share:.1%}，低于约定的 {shares[name]:.1%}"
                f"（{row[name]}/{judged.accepted_count} 行有值）。"
            )
    return signals


def silent_signals(job: Job) -> list[str]:
    """Cells that say something of which nothing was taken, though no rule refuses it."""
    signals = []
    for i, plan in enumerate(job.plans):
        target = plan.target
        may_drop = target.refer is not None and target.refer.otherwise == "empty"
        if not (target.pattern or target.find or may_drop):
            continue
        row = job.bench.arrow(
            f"SELECT count(*) AS n, min(l.raw) AS example FROM {job.staged.relation} AS r "
            f"JOIN lookup_{i} AS l ON l.raw = r.{quoted(plan.column)} "
            "WHERE l.value IS NULL AND trim(l.raw) <> ''"
        ).to_pylist()[0]
        if row["n"]:
            signals.append(
                f"“{plan.title}”有 {row['n']} 行写了内容而取不出“{plan.field.title}”"
                f"（如“{row['example'][:40]}”）；确实没有这一项的可以不管，"
                "否则请在数据源文件里补上写法。"
            )
    return signals


def repeated_keys(job: Job, judged: Judged, table: Table) -> list[str]:
    """Records that stand in the file more than once: the last row counts, all are kept."""
    if not judged.accepted_count:
        return []
    key = ", ".join(quoted(name) for name in table.key)
    row = job.bench.arrow(
        f"SELECT count(*) AS n, coalesce(sum(c), 0) AS rows FROM (SELECT count(*) AS c "
        f"FROM {judged.accepted.sql} GROUP BY {key} HAVING count(*) > 1)"
    ).to_pylist()[0]
    if not row["n"]:
        return []
    return [
        f"有 {row['n']} 条记录在文件里出现不止一次（共 {row['rows']} 行）；"
        "以最后一行为准，前面的留作旧版本。"
    ]
