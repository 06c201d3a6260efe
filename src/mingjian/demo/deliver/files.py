"""From the truth to a folder of files, each received at its moment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.days import work_days
from mingjian.demo.deliver.cells import texts_of
from mingjian.demo.deliver.chinese import chinese_amount
from mingjian.demo.deliver.corrections import Corrections
from mingjian.demo.deliver.departments import HANDS, JOINT, OWN_ROUNDS, Hand, rows_of
from mingjian.demo.deliver.dirt import odd_spellings, spoiled
from mingjian.demo.deliver.timeline import TRACKS, as_known, changed_between
from mingjian.demo.deliver.writers import (
    Columns,
    write_csv,
    write_json,
    write_json_lines,
    write_xlsx,
)
from mingjian.demo.records import Column, Records, filled, texts
from mingjian.intake import Source, load_sources
from mingjian.standards import load_standard

REPORT_DAYS = 15  # working days from a decision to the delivery that reports it, at most
_DAY = np.timedelta64(1, "D")
WEEKS = 13  # at the end in which deliveries come every week
_FEW = (WEEKS, 6)  # rounds, counted from the end, of sources that report every month
_LONG_AGO = np.datetime64("1990-01-01")


@dataclass(frozen=True)
class Turn:
    """One round of deliveries: everything that happened by the end of `last`."""

    number: int
    last: np.datetime64
    is_last: bool


def turns(start: np.datetime64, until: np.datetime64) -> list[Turn]:
    """Rounds through the two years, the last one in the night before `until`: a week each at the
    end, before that as long as possible so that whatever happens is here within REPORT_DAYS
    working days."""
    ends = [until - _DAY - 7 * week * _DAY for week in range(WEEKS + 1)]
    while ends[-1] >= start:
        earlier = ends[-1] - np.arange(30, 0, -1)
        waits = work_days().between(earlier + 1, np.full(30, ends[-1] + 1))
        ends.append(earlier[waits <= REPORT_DAYS][0])
    kept = ends[-2::-1] if len(ends) > 1 else ends
    return [Turn(i, end, i == len(kept) - 1) for i, end in enumerate(kept)]


def takes_part(code: str, hand: Hand, left: int, count: int) -> bool:
    """Whether a source delivers when `left` rounds are still to come.
    Cases come every round: from one joint source at first, later from each department's own.
    """
    if left == 0:
        return True
    if hand.register:
        return left == count - 1
    if hand.table == "penalty_case":
        return code == JOINT or left < OWN_ROUNDS
    return left <= WEEKS if hand.often else left in _FEW


def write_city(
    city: City,
    corrections: Corrections,
    folder: Path,
    until: np.datetime64,
    chance: Chance,
    told: Callable[[str, int, int], None],
) -> list[tuple[str, str, str]]:
    """Write all files; the list of (received at, source, file) in the order of arrival."""
    scribe = Scribe(city, corrections, folder, until, chance)
    arrivals: list[tuple[str, str, str]] = []
    todo = [(code, hand) for code, hand in HANDS.items()]
    for done, (code, hand) in enumerate(todo):
        told(scribe.sources[code].name, done, len(todo))
        for turn in scribe.turns:
            if takes_part(code, hand, len(scribe.turns) - 1 - turn.number, len(scribe.turns)):
                arrivals += scribe.deliver(code, hand, turn)
    return sorted(arrivals)


class Scribe:
    """Writes each source's files in its own hand, and remembers what must be sent again."""

    def __init__(
        self,
        city: City,
        corrections: Corrections,
        folder: Path,
        until: np.datetime64,
        chance: Chance,
    ) -> None:
        self.city, self.corrections, self.folder, self.chance = city, corrections, folder, chance
        self.habits = city.world.blueprint.habits
        self.sources = load_sources()
        self.standard = load_standard()
        self.turns = turns(city.world.start, until)
        self._order = {code: i for i, code in enumerate(HANDS)}
        self._owed: dict[str, Column] = {}
        self._sent_to: dict[str, np.datetime64] = {}

    def deliver(self, code: str, hand: Hand, turn: Turn) -> Iterator[tuple[str, str, str]]:
        """The files of one source in one round; nothing where nothing changed."""
        rows = self._rows(code, hand, turn)
        if not len(rows):
            return
        table = self.city[hand.table].take(rows)
        known = as_known(hand.table, table, turn.last)
        if hand.table == "penalty_case":
            self.corrections.before(known, rows, turn.number)
        keep_row = _begun(hand.table, table, turn.last)
        for name, part in self._parts(hand, known, turn):
            yield self._file(code, hand, turn, name, known.take(part), rows[keep_row][part])

    def _rows(self, code: str, hand: Hand, turn: Turn) -> Column:
        """What changed since this source's last delivery, what is owed, and corrections."""
        table = self.city[hand.table]
        left = len(self.turns) - 1 - turn.number
        after = self._sent_to.get(code, _LONG_AGO)
        if hand.table == "penalty_case" and left < OWN_ROUNDS:
            after = self.turns[turn.number - 1].last  # what was before came from the joint source
        self._sent_to[code] = turn.last
        if after == _LONG_AGO:
            chosen = np.ones(len(table), bool)
        else:
            chosen = changed_between(hand.table, table, after, turn.last)
        if hand.table == "penalty_case":
            chosen |= self.corrections.due(turn.number, len(table))
            chosen &= ~self.corrections.withheld(turn.number, len(table))
            if left < OWN_ROUNDS:
                chosen &= rows_of(code, self.city.world, table["agency"])
        if code in self._owed:
            chosen[self._owed.pop(code)] = True
        return np.flatnonzero(chosen & _begun(hand.table, table, turn.last))

    def _parts(self, hand: Hand, known: Records, turn: Turn) -> Iterator[tuple[str, Column]]:
        """What some sources send of the time before comes in a file a half-year."""
        everything, stamp = np.arange(len(known)), str(turn.last).replace("-", "")
        if not hand.by_half or len(self.turns) - 1 - turn.number < _FEW[0]:
            yield stamp, everything
            return
        month = known[str(TRACKS[hand.table].begins)].astype("datetime64[M]")
        half = month - month.astype(np.int64) % 6
        for value in np.unique(half):
            yield f"{str(value).replace('-', '')}_{stamp}", everything[half == value]

    def _file(
        self, code: str, hand: Hand, turn: Turn, name: str, known: Records, rows: Column
    ) -> tuple[str, str, str]:
        source = self.sources[code]
        chance = self.chance.stream(f"{code}.{name}")
        columns = self._columns(source, hand, known)
        if not hand.register:
            odd_spellings(
                columns,
                source,
                self.standard.tables[source.into],
                chance.stream("odd"),
                self.habits.odd,
            )
            columns = self._dirtied(code, source, columns, known, rows, turn, chance)
        _extra_columns(columns, source, turn.is_last)
        file = f"{hand.stem}_{name}.{source.transport.format}"
        path = self.folder / code / file
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, columns, source, hand, self.standard.tables[source.into])
        return self._received(code, turn), code, file

    def _received(self, code: str, turn: Turn) -> str:
        """Early next morning, registers first, so that later files can refer to them."""
        minutes = 5 * 60 + 30 + self._order[code] * 4
        moment = (turn.last + _DAY).astype("datetime64[m]") + np.timedelta64(minutes, "m")
        return str(moment).replace("T", " ") + ":00"

    def _columns(self, source: Source, hand: Hand, known: Records) -> Columns:
        table, columns = self.standard.tables[source.into], {}
        for header, target in source.targets():
            words = None
            if target.lookup:
                words = {code: said[0] for code, said in source.lookups[target.lookup].items()}
            values = self._values(known, target.to, target.refer)
            columns[header] = texts_of(
                values,
                table.fields[target.to],
                hand.style,
                self.standard,
                target.unit,
                target.split,
                words,
            )
        if hand.table == "benchmark":
            _merge_down(columns, source)
        return columns

    def _values(self, known: Records, name: str, refer: object) -> Column:
        """The values of a field; where the source names an agency or a certificate, that name."""
        if refer is not None and name == "agency_id":
            return texts([a.name for a in self.city.world.agencies])[known["agency"]]
        if refer is not None and name == "officer_id":
            return known["certificate_no"]
        if name == "standard_text":
            return _standard_texts(known)
        if name not in known.columns:
            return filled(len(known), None)
        return known[name]

    def _dirtied(
        self,
        code: str,
        source: Source,
        columns: Columns,
        known: Records,
        rows: Column,
        turn: Turn,
        chance: Chance,
    ) -> Columns:
        """Some rows cannot be read: mended in the next delivery, in the last one in the same file.

        A few rows stand in the file twice.
        """
        table = self.standard.tables[source.into]
        weight = (
            self.city.world.dirt[known["agency"]]
            if "agency" in known.columns
            else np.ones(len(known))
        )
        weight = weight * self.habits.spoiled
        bad, spoilt = spoiled(columns, source, table, weight, chance.stream("bad"))
        twice = np.flatnonzero(chance.share(len(rows), 0.002 * self.habits.twice))
        kept = np.ones(len(rows), bool)
        if not turn.is_last and source.into != "penalty_case":
            kept[bad] = False
            self._owed[code] = np.union1d(self._owed.get(code, np.empty(0, np.int64)), rows[bad])
        order = np.concatenate([np.flatnonzero(kept), np.setdiff1d(twice, bad)])
        at = np.sort(chance.rng.integers(0, len(order) + 1, len(bad))) if len(bad) else bad
        return {
            header: np.insert(values[order], at, spoilt[header]) if len(bad) else values[order]
            for header, values in columns.items()
        }


def _begun(name: str, table: Records, last: np.datetime64) -> Column:
    begins = TRACKS[name].begins
    if begins is None:
        return np.ones(len(table), bool)
    return table[begins].astype("datetime64[D]") <= last


def _standard_texts(table: Records) -> Column:
    """处二千元以上五千元以下罚款."""
    said = []
    for low, high in zip(table["fine_min_yuan"], table["fine_max_yuan"], strict=True):
        least = f"{chinese_amount(int(low))}以上" if low > 0 else ""
        said.append(f"处{least}{chinese_amount(int(high))}以下罚款")
    return texts(said)


def _merge_down(columns: Columns, source: Source) -> None:
    """Merged cells: only the first of the rows of one violation says what they share."""
    same = [columns[name][1:] == columns[name][:-1] for name in ("事项代码", "施行日期")]
    repeated = np.r_[False, same[0] & same[1]]
    for fill in source.fill_down:
        columns[fill.column][repeated] = None


def _extra_columns(columns: Columns, source: Source, is_last: bool) -> None:
    """Columns that are received and not kept; in the last file one that nobody announced."""
    count = len(next(iter(columns.values())))
    for header in source.ignore:
        columns[header] = filled(count, "1")
    if is_last and source.code in ("scjg-cf", "rx-12345"):
        columns["新增备注列"] = filled(count, None)


def _write(path: Path, columns: Columns, source: Source, hand: Hand, table: object) -> None:
    kind = source.transport.format
    if kind == "csv":
        write_csv(path, columns, hand.encoding)
    elif kind == "jsonl":
        write_json_lines(path, columns)
    elif kind == "json":
        write_json(path, columns)
    elif kind == "xlsx":
        days = frozenset(
            header
            for header, target in source.targets()
            if hand.title and table.fields[target.to].type == "date"  # type: ignore[attr-defined]
        )
        write_xlsx(path, columns, source.transport.sheet or "Sheet1", hand.title, days)
    else:
        raise ValueError(f"模拟不会写 {kind} 格式（{path.name}）")
