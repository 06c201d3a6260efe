"""Acts of the night round on many things: a piece of them in one transaction, set-wise.

They keep what the clock knows for itself and change no state, so that nobody is overtaken by them.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Generic

from django.db import transaction

from mingjian.access import audit
from mingjian.access.flow import Flow
from mingjian.supervision.acts.engine import CLOCK_FIELDS, Change, Kind, ThingT
from mingjian.supervision.flow import LoopFile, Recipient
from mingjian.supervision.handled import moving
from mingjian.supervision.people import Thing, recipients

PIECE = 200


class Told(Generic[ThingT]):
    """Who is told, found once for all things whose agency, 经办人 and state are the same."""

    def __init__(self, flow: Flow[LoopFile]) -> None:
        self._flow = flow
        self._known: dict[tuple[Any, ...], list[str]] = {}

    def names(self, thing: Thing, whom: Sequence[Recipient]) -> list[str]:
        key = (thing.agency_id, thing.assignee_id, thing.state, *whom)
        if key not in self._known:
            people = recipients(thing, self._flow, whom)
            self._known[key] = [user.username for user in people]
        return self._known[key]


def strike(
    kind: Kind[ThingT],
    act: str,
    pks: Sequence[int],
    plan: Callable[[ThingT], Change[ThingT] | None],
    today: date,
    progress: Callable[[int], None],
) -> int:
    """Do the act on those of the things that `plan`, asked about the locked row, has a change for.

    Returns how many. A night that is stopped has done whole pieces; the next does the rest.
    """
    assert kind.flow().file.acts[act].by == "night_round", act
    done = 0
    for start in range(0, len(pks), PIECE):
        with transaction.atomic(), moving():
            done += _piece(kind, act, pks[start : start + PIECE], plan, today)
        progress(min(start + PIECE, len(pks)))
    return done


def _piece(
    kind: Kind[ThingT],
    act: str,
    pks: Sequence[int],
    plan: Callable[[ThingT], Change[ThingT] | None],
    today: date,
) -> int:
    starts = kind.flow().file.acts[act].from_
    locked = kind.model.objects.select_for_update(of=("self",))
    rows = locked.select_related("agency__region__parent", "assignee")
    things = rows.filter(pk__in=pks, state__in=starts).order_by("pk")
    changes = [(thing, change) for thing in things if (change := plan(thing)) is not None]
    alike: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
    for thing, change in changes:
        assert set(change.values) <= CLOCK_FIELDS, change.values
        alike[tuple(sorted(change.values.items()))].append(thing.pk)
    for values, some in alike.items():
        kind.model.objects.filter(pk__in=some).update(**dict(values))
    _keep_events(kind, act, changes, today)
    audit.record_many(
        None, f"{kind.name}.{act}", [(thing, change.detail) for thing, change in changes]
    )
    return len(changes)


def _keep_events(
    kind: Kind[ThingT], act: str, changes: Sequence[tuple[ThingT, Change[ThingT]]], today: date
) -> None:
    events: Any = kind.model._meta.get_field("events").related_model
    events.objects.bulk_create(
        events(
            **{kind.name: thing},
            on=today,
            act=act,
            before=thing.state,
            after=thing.state,
            text=change.text,
            detail=change.detail,
        )
        for thing, change in changes
    )
