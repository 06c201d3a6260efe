"""What came of handing a run's findings to people; no Django, so that anyone may name it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class MonitorCounts:
    """Alerts of one monitor in one round."""

    monitor_id: str
    found: int = 0
    new: int = 0
    still: int = 0
    gone: int = 0
    returned: int = 0

    @property
    def changed(self) -> bool:
        return bool(self.new or self.gone or self.returned)


@dataclass(frozen=True)
class RaisedAlerts:
    """The whole round: counts a monitor, and monitors that alerted nobody, with the reason."""

    monitors: list[MonitorCounts] = field(default_factory=list)
    silent: dict[str, str] = field(default_factory=dict)

    def total(self, name: str) -> int:
        """Sum of one of found, new, still, gone, returned."""
        return sum(int(getattr(counts, name)) for counts in self.monitors)

    def summary(self) -> str:
        """One Chinese sentence for the command line."""
        text = (
            f"预警：新增 {self.total('new'):,} 条，仍在 {self.total('still'):,} 条，"
            f"不再命中 {self.total('gone'):,} 条，再次命中 {self.total('returned'):,} 条"
        )
        if self.silent:
            text += f"；{len(self.silent)} 个模型没有发预警（试运行、数据不足或未运行）"
        return text
