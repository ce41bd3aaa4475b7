"""For each passage of a commit, the passages near it in the archive and in the commit itself.

One search serves copies and stories: by vector, among current passages published within two weeks, and undated ones.
It takes no clustering and touches no more of the archive than the date window holds. Passages of superseded versions
that were valid at some moment together with the newcomer come after those, for copies as of then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.copies import DAY, Interval
from index.ports import Committed, Draft, Filters, FloatMatrix, Mask
from index.view import FOREVER, UNDATED, View

WINDOW_DAYS = 14
NEAREST = 24
"""Neighbours looked at for each passage: copies rank first among them."""
MIN_COSINE = 0.35
_GATHER_UP_TO = 50_000
_GATHER_FROM = 8
"""With fewer passages, one search each is cheaper than gathering the window's vectors."""
_BLOCK = 512


Validity = tuple[int, int | None]
"""When a version was valid: half-open, seconds since 1970; None where it still is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """An article version that this commit stored."""

    place: int
    """Among the drafts."""
    aid: int
    vid: int
    valid: Validity
    interval: Interval | None
    """Of its published date."""
    story: int | None
    """Of its article so far."""
    keys: tuple[int, ...]
    """Of its passages, in order."""
    vectors: FloatMatrix
    texts: tuple[str, ...]

    @property
    def current(self) -> bool:
        """Whether it is the valid version now."""
        return self.valid[1] is None


Near = list[tuple[int, float]]
"""Passage key and cosine, nearest first; passages of the newcomer's own article may be among them."""


def were_valid_together(one: Validity, other: Validity) -> bool:
    """Whether two versions were valid at the same moment."""
    return (one[1] is None or other[0] < one[1]) and (other[1] is None or one[0] < other[1])


def newcomers(
    db: sqlite3.Connection, drafts: Sequence[Draft], done: Sequence[Committed], last_vid: int
) -> list[Newcomer]:
    """The versions among ``done`` that have a row number above ``last_vid``, in order of commit."""
    found: list[Newcomer] = []
    for place, (draft, one) in enumerate(zip(drafts, done, strict=True)):
        row = db.execute(
            "SELECT vid, aid, pub_start, pub_end, valid_from, valid_to, story FROM versions JOIN articles USING (aid)"
            " WHERE id = ? AND number = ? AND vid > ?",
            (one.article_id, one.version, last_vid),
        ).fetchone()
        if one.outcome == "unchanged" or row is None:
            continue
        keys = db.execute("SELECT pk FROM passages WHERE vid = ? ORDER BY pk", (row["vid"],)).fetchall()
        found.append(
            Newcomer(
                place=place,
                aid=row["aid"],
                vid=row["vid"],
                valid=(row["valid_from"], row["valid_to"]),
                interval=None if row["pub_start"] is None else (row["pub_start"], row["pub_end"]),
                story=row["story"],
                keys=tuple(key[0] for key in keys),
                vectors=draft.vectors,
                texts=tuple(passage.text for passage in draft.passages),
            )
        )
    return found


def nearest(view: View, batch: Sequence[Newcomer]) -> dict[int, Near]:
    """Near passages of each newcomer's passage, by its key; ``view`` is the archive before this commit."""
    near: dict[int, Near] = {key: [] for one in batch for key in one.keys}
    former: dict[int, Near] = {key: [] for key in near}
    for some in _by_day(batch):
        filters = _window(some)
        _among(view, view.mask_with_embargoed(filters), some, near)
        _among(view, _superseded(view, filters, some), some, former)
    _in_batch(batch, near)
    for found in (*near.values(), *former.values()):
        found.sort(key=lambda pair: (-pair[1], pair[0]))
        del found[NEAREST:]
    return {key: found + former[key] for key, found in near.items()}


def _by_day(batch: Iterable[Newcomer]) -> list[list[Newcomer]]:
    days: dict[int | None, list[Newcomer]] = {}
    for one in batch:
        days.setdefault(None if one.interval is None else one.interval[0] // DAY, []).append(one)
    return list(days.values())


def _window(some: list[Newcomer]) -> Filters:
    if some[0].interval is None:
        return Filters()
    start = min(one.interval[0] for one in some if one.interval)
    end = max(one.interval[1] for one in some if one.interval)
    window = WINDOW_DAYS * DAY
    return Filters(published_from=start - window, published_to=end + window, include_undated=True)


def _superseded(view: View, filters: Filters, some: list[Newcomer]) -> Mask:
    """Rows in the window whose version has been superseded, but not before any of the newcomers was valid."""
    versions = view.columns
    mask = np.zeros(len(view.keys), bool)
    old = (versions.valid_to != FOREVER) & (versions.valid_to > min(one.valid[0] for one in some))
    if filters.published_from is not None and filters.published_to is not None:
        dated = versions.pub_start != UNDATED
        old &= ~dated | ((versions.pub_end > filters.published_from) & (versions.pub_start < filters.published_to))
    if old.any():
        present = view.slot >= 0
        mask[present] = old[view.slot[present]]
    return mask


def _among(view: View, mask: Mask, some: list[Newcomer], near: dict[int, Near]) -> None:
    rows = np.flatnonzero(mask)
    if not len(rows):
        return
    keys = [key for one in some for key in one.keys]
    vectors = np.concatenate([one.vectors for one in some])
    if len(keys) >= _GATHER_FROM and len(rows) <= _GATHER_UP_TO:
        _add(near, keys, vectors, others=view.keys[rows], matrix=view.vectors(rows))
        return
    for key, vector in zip(keys, vectors, strict=True):
        hits = view.dense(vector, NEAREST, mask)
        near[key] += [
            (int(other), float(cosine))
            for other, cosine in zip(view.keys[hits.rows], hits.scores, strict=True)
            if cosine >= MIN_COSINE
        ]


def _in_batch(batch: Sequence[Newcomer], near: dict[int, Near]) -> None:
    if not batch:
        return
    keys = [key for one in batch for key in one.keys]
    vectors = np.concatenate([one.vectors for one in batch])
    article = np.concatenate([np.full(len(one.keys), one.aid) for one in batch])
    _add(near, keys, vectors, others=np.array(keys, np.int64), matrix=vectors, article=article)


def _add(
    near: dict[int, Near],
    keys: Sequence[int],
    vectors: FloatMatrix,
    *,
    others: NDArray[np.int64],
    matrix: FloatMatrix,
    article: NDArray[np.int64] | None = None,
) -> None:
    """Add the nearest ``others`` of each key; with ``article``, keys and others are the same and need another one."""
    for start in range(0, len(keys), _BLOCK):
        cosines = vectors[start : start + _BLOCK] @ matrix.T
        if article is not None:
            cosines[article[start : start + _BLOCK, None] == article[None]] = -1
        for key, row in zip(keys[start : start + _BLOCK], cosines, strict=True):
            best = np.flatnonzero(row >= MIN_COSINE)
            if len(best) > NEAREST:
                best = best[np.argpartition(-row[best], NEAREST - 1)[:NEAREST]]
            near[key] += [(int(others[i]), float(row[i])) for i in best]
