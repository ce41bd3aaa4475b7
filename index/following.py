"""Views made from the catalogue: whole when opened, then by what changed since.

Rows are ordered by passage key, and keys only grow, so a new view is the old one with rows appended and departed
rows blanked; nothing an older view holds is touched.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue
from index.errors import ModelChanged
from index.ports import FloatMatrix
from index.terms import TermSearcher
from index.vectors import VectorBase
from index.view import FOREVER, UNDATED, VersionColumns, View

_VERSIONS = (
    "SELECT vid, aid, pub_start, pub_end, valid_from, valid_to, source, language, tags, story"
    " FROM versions JOIN articles USING (aid) {} ORDER BY vid"
)
_ROWS = "SELECT pk, vid, copy_group FROM passages {} ORDER BY pk"
_GROUPS = "SELECT pk, vid, copy_group FROM passages WHERE group_seq > ? ORDER BY pk"
_ROWS_WITH_VECTORS = "SELECT pk, vid, copy_group, vector FROM passages JOIN vectors USING (vkey) {} ORDER BY pk"


def load_view(
    catalogue: Catalogue, base: VectorBase | None, dim: int, searcher: TermSearcher, model_digest: str
) -> View | None:
    """A view of the whole catalogue; None when the base lacks passages it should hold, so that it must be rebuilt.

    Raises ModelChanged where the catalogue's vectors are another model's.
    """
    with _snapshot(catalogue) as (db, sequence):
        if catalogue.meta("model_digest") != model_digest:
            raise ModelChanged(f"the vectors of {catalogue.path} are those of another model now")
        rows = _numbers(db.execute(_ROWS.format("")))
        columns = _columns(db.execute(_VERSIONS.format("")))
        last = -1 if base is None else int(base.keys[-1]) if len(base.keys) else -1
        late = db.execute(_ROWS_WITH_VECTORS.format("WHERE pk > ?"), (last,)).fetchall()
    base_keys = np.empty(0, np.int64) if base is None else base.keys
    present = np.isin(rows[:, 0], base_keys, assume_unique=True)
    if int(present.sum()) + len(late) != len(rows):
        return None
    base_vid = np.full(len(base_keys), -1, np.int64)
    base_vid[np.searchsorted(base_keys, rows[present, 0])] = rows[present, 1]
    base_group = np.full(len(base_keys), -1, np.int64)
    base_group[np.searchsorted(base_keys, rows[present, 0])] = rows[present, 2]
    keys, vid, group = _numbers(late).T
    return _view(
        catalogue,
        sequence,
        columns=columns,
        keys=np.concatenate([base_keys, keys]),
        vid=np.concatenate([base_vid, vid]),
        group=np.concatenate([base_group, group]),
        base=base,
        recent=_matrix([row[3] for row in late], dim),
        searcher=searcher,
    )


def follow_view(old: View, searcher: TermSearcher) -> View | None:
    """The view after what was committed since ``old``; None when the log does not reach back so far."""
    with _snapshot(old.catalogue) as (db, sequence):
        if int(old.catalogue.meta("forgotten") or 0) > old.sequence:
            return None
        since = (old.sequence,)
        changed = _columns(db.execute(_VERSIONS.format("WHERE seq > ?"), since))
        late = db.execute(_ROWS_WITH_VECTORS.format("WHERE passages.seq > ?"), since).fetchall()
        grouped = _numbers(db.execute(_GROUPS, since))
        departed = np.array([row[0] for row in db.execute("SELECT pk FROM departed WHERE seq > ?", since)], np.int64)
    keys, vid, group = _numbers(late).T
    keys, group = np.concatenate([old.keys, keys]), np.concatenate([old.copy_group, group])
    group[np.searchsorted(keys, grouped[:, 0])] = grouped[:, 2]
    old_vid = old.vid.copy()
    places = np.searchsorted(old.keys, departed)
    known = places < len(old.keys)
    known[known] = old.keys[places[known]] == departed[known]
    gone = np.setdiff1d(old_vid[places[known]], vid)  # a version's passages leave together
    old_vid[places[known]] = -1
    return _view(
        old.catalogue,
        sequence,
        columns=_merged(old.columns, changed, gone),
        keys=keys,
        vid=np.concatenate([old_vid, vid]),
        group=group,
        base=old.base,
        recent=np.concatenate([old.recent, _matrix([row[3] for row in late], old.recent.shape[1])]),
        searcher=searcher,
    )


@contextmanager
def _snapshot(catalogue: Catalogue) -> Generator[tuple[sqlite3.Connection, int]]:
    """A read transaction and the sequence it sees."""
    db = catalogue.connection()
    db.execute("BEGIN")
    try:
        yield db, catalogue.sequence()
    finally:
        db.execute("COMMIT")


def _view(
    catalogue: Catalogue,
    sequence: int,
    *,
    columns: VersionColumns,
    keys: NDArray[np.int64],
    vid: NDArray[np.int64],
    group: NDArray[np.int64],
    base: VectorBase | None,
    recent: FloatMatrix,
    searcher: TermSearcher,
) -> View:
    slot = np.searchsorted(columns.vid, vid)
    slot[vid < 0] = -1
    return View(
        sequence=sequence,
        catalogue=catalogue,
        columns=columns,
        keys=keys,
        vid=vid,
        slot=slot,
        copy_group=group,
        base=base,
        recent=recent,
        searcher=searcher,
    )


def _numbers(rows: Any) -> NDArray[np.int64]:
    """Passage key, version and copy group (-1 when there is none) of each row, ``(n, 3)``."""
    return np.array([(row[0], row[1], -1 if row[2] is None else row[2]) for row in rows], np.int64).reshape(-1, 3)


def _matrix(blobs: Sequence[bytes], dim: int) -> FloatMatrix:
    return np.frombuffer(b"".join(blobs), np.float32).reshape(-1, dim)


def _columns(rows: Any) -> VersionColumns:
    columns = list(zip(*rows, strict=True)) or [()] * 10
    numbers = [
        np.array([default if value is None else value for value in column], np.int64)
        for column, default in zip(columns[:6], (0, 0, UNDATED, UNDATED, 0, FOREVER), strict=True)
    ]
    return VersionColumns(
        vid=numbers[0],
        aid=numbers[1],
        pub_start=numbers[2],
        pub_end=numbers[3],
        valid_from=numbers[4],
        valid_to=numbers[5],
        source=tuple(columns[6]),
        language=tuple(columns[7]),
        tags=tuple(tuple(json.loads(tags)) for tags in columns[8]),
        story=np.array([-1 if story is None else story for story in columns[9]], np.int64),
    )


def _merged(old: VersionColumns, new: VersionColumns, gone: NDArray[np.int64]) -> VersionColumns:
    """``old`` without the versions ``gone``, with the rows of ``new`` in place of, or after, its own."""
    if not len(new.vid) and not len(gone):
        return old
    kept = np.flatnonzero(~np.isin(old.vid, np.concatenate([new.vid, gone])))
    order = np.argsort(np.concatenate([old.vid[kept], new.vid]), kind="stable")

    def numbers(name: str) -> NDArray[np.int64]:
        return np.concatenate([getattr(old, name)[kept], getattr(new, name)])[order]

    def values(name: str) -> tuple[Any, ...]:
        column = getattr(old, name)
        both = [*(column[i] for i in kept), *getattr(new, name)]
        return tuple(both[i] for i in order)

    return VersionColumns(
        vid=numbers("vid"),
        aid=numbers("aid"),
        pub_start=numbers("pub_start"),
        pub_end=numbers("pub_end"),
        valid_from=numbers("valid_from"),
        valid_to=numbers("valid_to"),
        source=values("source"),
        language=values("language"),
        tags=values("tags"),
        story=numbers("story"),
    )
