"""The newest version of each record, now or as known at a moment, as SQL over the archive."""

from collections.abc import Callable, Mapping
from datetime import datetime

from mingjian.store.shapes import Shape, listed, quoted, version_name

Relations = Callable[[str], str]


def current_views(shapes: Mapping[str, Shape], relation: Relations) -> dict[str, str]:
    """Views of a store that keeps no current tables: everything comes from the archive."""
    return _views(shapes, relation, None)


def views_as_of(
    shapes: Mapping[str, Shape], relation: Relations, moment: datetime
) -> dict[str, str]:
    """Views that know only what was received up to and including `moment`."""
    return _views(shapes, relation, f"TIMESTAMP '{moment.isoformat(sep=' ')}'")


def _views(shapes: Mapping[str, Shape], relation: Relations, moment: str | None) -> dict[str, str]:
    until = f"received_at <= {moment}" if moment else "true"
    submissions = relation("submission")
    views = {
        "submission": f"SELECT * FROM {submissions} WHERE {until}",
        "rejected_row": f"SELECT * FROM {relation('rejected_row')} WHERE submission_id IN "
        f"(SELECT submission_id FROM {submissions} WHERE {until})",
    }
    for name, shape in shapes.items():
        archive = shapes.get(version_name(name))
        if archive is None or shape.arrival is None:
            continue
        received = quoted(shape.arrival["received_at"])
        known = f"{received} <= {moment}" if moment else "true"
        versions = relation(archive.name)
        columns = listed(archive.columns)
        views[archive.name] = f"SELECT {columns} FROM {versions} WHERE {known}"
        views[name] = newest(shape, versions, known)
    return views


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
