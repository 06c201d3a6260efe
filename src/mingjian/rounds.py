"""定时作业：what the city's supervision does every night, in order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from mingjian import indicators, intake, monitor, process, supervision
from mingjian.access.acts import sync_agencies
from mingjian.appraisal import run_training_night
from mingjian.standards import home
from mingjian.store import Store
from mingjian.supervision.acts import keep_round, raise_alerts, run_clock
from mingjian.supervision.monitor_life import effective_library, variants


@dataclass(frozen=True)
class RoundReport:
    """What one night made: the run itself, and how its findings met the alerts there were."""

    run: monitor.Run
    alerts: supervision.RaisedAlerts
    submissions: list[intake.Submission]


def night_round(
    store: Store,
    as_of: date,
    at: datetime,
    *,
    full: bool = False,
    progress: Callable[[str], None] | None = None,
) -> RoundReport:
    """Everything that is done once a day, on the records known now, judged as of `as_of`.

    What nothing has touched since the last round is taken over from it, unless `full`.
    Running it twice on the same records and day changes nothing the second time.
    """
    say = progress or (lambda _: None)
    say("登记簿回送")  # the office reports to itself, through the same door
    submissions = [
        intake.take_rows(store, source, rows, by="夜间作业", at=at)
        for source, rows in supervision.internal_exports()
        if rows
    ]
    with store.reader(many=True) as reader:
        say("组织机构")
        sync_agencies(reader.rows("SELECT * FROM agency"))
        say("数据质量")
        intake.save_quality(intake.quality_report(reader, as_of), as_of, home() / "quality")
        say("监测模型")
        library = effective_library()  # files, and what people decided about them
        run = monitor.next_round(
            reader,
            library,
            as_of,
            home() / "round",
            full=full,
            progress=say,
            variants=variants(library),
        )
        say("预警")
        alerts = raise_alerts(run, library)
        keep_round(run, library)
        say("期限与升级")
        run_clock(as_of, say)
        say("培训")
        run_training_night(as_of)
        say("指标")
        computed = indicators.compute_all(reader, indicators.load_indicators().values(), as_of)
        figures = indicators.Figures(computed, as_of, run.snapshot)
        indicators.save_figures(figures, home() / "indicators")
        say("办案流程")
        process.keep_checks(reader, as_of, home() / "process")
    say("整理数据底座")
    store.maintain()
    return RoundReport(run, alerts, submissions)
