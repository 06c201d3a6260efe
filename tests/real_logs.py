"""The real logs, read with pandas and lxml alone: what the project's results are held against."""

import gzip
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from lxml import etree


@dataclass(frozen=True)
class RealLog:
    """Events with case, activity, moment (UTC), day (local) and person, in order of time."""

    events: pd.DataFrame

    def of(self, activity: str) -> pd.DataFrame:
        return self.events[self.events["activity"] == activity]

    def first(self, activity: str) -> "pd.Series[int]":
        return self.of(activity).groupby("case")["pos"].min()

    def last(self, activity: str) -> "pd.Series[int]":
        return self.of(activity).groupby("case")["pos"].max()

    def not_before(self, first: str, then: str) -> set[str]:
        """Cases with a `then` and no `first` before the earliest of them."""
        early, late = self.first(first), self.first(then)
        known = early.reindex(late.index)
        return set(late[known.isna() | (known > late)].index)

    def not_after(self, first: str, then: str) -> set[str]:
        start, end = self.last(first), self.last(then)
        known = end.reindex(start.index)
        return set(start[known.isna() | (known < start)].index)

    def later_than(self, start: str, end: str, days: int) -> set[str]:
        """Cases whose first `end` after the first `start` came more than so many days later."""
        begin = self.first(start).rename("begin")
        joined = self.of(end).merge(begin, left_on="case", right_index=True)
        reached = joined[joined["pos"] > joined["begin"]].groupby("case")["day"].min()
        began = self.of(start).groupby("case")["day"].min().reindex(reached.index)
        return set(reached[(reached - began).dt.days > days].index)

    def same_person(self, first: str, second: str) -> set[str]:
        one, two = self.of(first), self.of(second)
        both = one[["case", "person"]].dropna().merge(two[["case", "person"]].dropna())
        return set(both["case"])

    def more_than(self, activity: str, times: int) -> set[str]:
        counts = self.of(activity)["case"].value_counts()
        return set(counts[counts > times].index)


def ordered(events: pd.DataFrame) -> RealLog:
    """Sort by moment within the case; the order of the file decides between equals."""
    events = events.sort_values("moment", kind="stable").reset_index(drop=True)
    return RealLog(events.assign(pos=events.index))


def from_csv(path: Path, case: str, activity: str, time: str, person: str) -> RealLog:
    raw = pd.read_csv(path, dtype=str)
    return ordered(
        pd.DataFrame(
            {
                "case": raw[case],
                "activity": raw[activity],
                "moment": pd.to_datetime(raw[time], utc=True, format="ISO8601"),
                "day": pd.to_datetime(raw[time].str[:10]),
                "person": raw[person],
            }
        )
    )


def from_xes(path: Path) -> RealLog:
    rows = []
    with gzip.open(path) as file:
        for trace in etree.parse(file).getroot().iter("{*}trace"):
            named = {child.get("key"): child.get("value") for child in trace}
            for event in trace.iter("{*}event"):
                rows.append(
                    {c.get("key"): c.get("value") for c in event} | {"case": named["concept:name"]}
                )
    raw = pd.DataFrame(rows)
    return ordered(
        pd.DataFrame(
            {
                "case": raw["case"],
                "activity": raw["concept:name"],
                "moment": pd.to_datetime(raw["time:timestamp"], utc=True, format="ISO8601"),
                "day": pd.to_datetime(raw["time:timestamp"].str[:10]),
                "person": raw["org:resource"],
            }
        )
    )
