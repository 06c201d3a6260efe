"""The newest version of each record, now or as known at a moment, as SQL over the archive."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from mingjian.store.shapes import Shape, listed, moment_literal, quoted, version_name

Relation = Callable[[str], str]


@dataclass(frozen=True)
class Views:
    """Tables that a session works out when a query first names one of them."""

    names: Collection[str]
    select: Callable[[str], str]


def views_over(
    shapes: Mapping[str, Shape],
    relation: Relation,
    *,
    has_current: bool = False,
    until: datetime | None = None,
) -> Views:
    """All tables of a store, with what was received up to and including `until`.

    `has_current` says that the store keeps the newest versions in tables of their own.
    """

    def select(name: str) -> str:
        shape = shapes[name]
        archive = shapes.get(version_name(name))
        if archive is not None and not (has_current and until is None):
            return newest(shape, relation(archive.name), _known(shape, until))
        if shape.arrival is not None:
            known = _known(shape, until)
            return f"SELECT {listed(shape.columns)} FROM {relation(name)} WHERE {known}"
        return _log(shape, relation, until)

    return Views(shapes.keys(), select)


def _known(shape: Shape, until: datetime | None) -> str:
    assert shape.arrival is not None
    if until is None:
        return "true"
    return f"{quoted(shape.arrival['received_at'])} <= {moment_literal(until)}"


def _log(shape: Shape, relation: Relation, until: datetime | None) -> str:
    query = f"SELECT {listed(shape.columns)} FROM {relation(shape.name)}"
    if until is None:
        return query
    return (
        f"{query} WHERE submission_id IN (SELECT submission_id FROM {relation('submission')} "
        f"WHERE received_at <= {moment_literal(until)})"
    )


def newest(shape: Shape, versions: str, known: str = "true") -> str:
    """The newest version of each record among those for which `known` holds.

    Only records with a second version need a look-up: most never change, and a version number
    above one is rare enough to keep the other side of the join small.
    """
    assert shape.arrival is not None
    number = quoted(shape.arrival["version_no"])
    key = listed(shape.key)
    return (
        f"SELECT {listed(shape.columns, 'v.')} FROM {versions} AS v LEFT JOIN ("
        f"SELECT {key}, max({number}) AS newest_no FROM {versions} "
        f"WHERE {number} > 1 AND {known} GROUP BY {key}) AS n USING ({key}) "
        f"WHERE v.{number} = coalesce(n.newest_no, 1) AND {known}"
    )
