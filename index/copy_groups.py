"""Puts the passages of a commit into copy groups, inside the commit's transaction.

A passage joins the group of a near-identical passage of another article, or founds one with it. So that likeness does
not chain, the newcomer has to be near-identical to the group's representative (its oldest passage) or to half of its
members, and a group never holds two passages of one article version. Only versions count that were valid at some moment
together with the newcomer's, so that what is current now has the carriers it has now, and an archive loaded at once
those of then. Nothing is ever re-clustered, and a group's number is never used again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.catalogue import set_meta
from index.copies import MIN_COSINE, CopyModel, Interval, Wording, days_between, read_wording
from index.neighbours import Near, Newcomer, Validity, were_valid_together
from index.ports import FloatMatrix

_LOOKED_AT = 6
"""Of the nearest passages, how many are read and compared."""
_MIN_TOKENS = 0.42
"""Share of the shorter's distinct words that the longer must have; the even gold lines have no copy below 0.55."""
_PASSAGE = (
    "SELECT v.aid, v.pub_start, v.pub_end, v.valid_from, v.valid_to, p.copy_group, vector,"
    " span_text(v.text, p.start, p.end) AS words"
    " FROM passages p JOIN versions v USING (vid) JOIN vectors USING (vkey) WHERE pk = ?"
)


@dataclass(slots=True, kw_only=True)
class _Known:
    aid: int
    interval: Interval | None
    valid: Validity
    group: int | None
    vector: FloatMatrix
    text: str
    tokens: frozenset[str]
    """Distinct words as they stand: a first look that costs next to nothing."""
    wording: Wording | None = None


class CopyGroups:
    """Joins passages to groups in one transaction; what it reads of a passage it reads once."""

    def __init__(self, db: sqlite3.Connection, model: CopyModel, sequence: int) -> None:
        """``sequence`` is the one that the transaction will publish."""
        self._db = db
        self._model = model
        self._sequence = sequence
        self._known: dict[int, _Known] = {}

    def join(self, newcomer: Newcomer, near: dict[int, Near]) -> int:
        """Put a newcomer's passages into groups; returns how many now share one with another article."""
        joined = 0
        for key, text, vector in zip(newcomer.keys, newcomer.texts, newcomer.vectors, strict=True):
            self._known[key] = _Known(
                aid=newcomer.aid,
                interval=newcomer.interval,
                valid=newcomer.valid,
                group=None,
                vector=vector,
                text=text,
                tokens=frozenset(text.split()),
            )
            matches = self._matches(key, near[key])
            joined += bool(matches) and self._join(key, newcomer.vid, matches)
        return joined

    def _matches(self, key: int, near: Near) -> dict[int, float]:
        """Near-identical passages of other articles valid at the same time, with their probability, best first."""
        new = self._known[key]
        found: dict[int, float] = {}
        looked_at = 0
        for other, _ in near:
            # Passages of this very commit that come later will look for this one themselves.
            if other >= key or looked_at == _LOOKED_AT:
                continue
            known = self._read(other)
            if known is None or known.aid == new.aid or not were_valid_together(new.valid, known.valid):
                continue
            looked_at += 1
            probability = self._likeness(key, other)
            if probability is not None:
                found[other] = probability
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    def _join(self, key: int, vid: int, matches: dict[int, float]) -> bool:
        groups = dict.fromkeys(self._known[match].group for match in matches)
        for group in groups:
            if group is not None and self._fits(key, vid, group, matches):
                self._put([key], group)
                return True
        alone = next((match for match in matches if self._known[match].group is None), None)
        if alone is None:
            return False
        self._put([alone, key], next_number(self._db, "copy_groups"))
        return True

    def _fits(self, key: int, vid: int, group: int, matches: dict[int, float]) -> bool:
        since, until = self._known[key].valid
        members = self._db.execute(
            "SELECT pk, vid FROM passages JOIN versions USING (vid) WHERE copy_group = :group AND (vid = :vid"
            " OR (:to IS NULL OR valid_from < :to) AND (valid_to IS NULL OR valid_to > :from)) ORDER BY pk",
            {"group": group, "vid": vid, "from": since, "to": until},
        ).fetchall()
        if any(member["vid"] == vid for member in members):
            return False
        keys = [int(member["pk"]) for member in members]
        if keys[0] in matches or 2 * len(matches.keys() & set(keys)) >= len(keys):
            return True
        return self._likeness(key, keys[0]) is not None

    def _likeness(self, key: int, other: int) -> float | None:
        a, b = self._known[key], self._read(other)
        if b is None:
            return None
        cosine = float(np.dot(a.vector, b.vector))
        if cosine < MIN_COSINE or len(a.tokens & b.tokens) < _MIN_TOKENS * min(len(a.tokens), len(b.tokens)):
            return None
        days = days_between(a.interval, b.interval)
        return self._model.are_copies(_wording(a), _wording(b), cosine, days)

    def _read(self, key: int) -> _Known | None:
        known = self._known.get(key)
        if known is None:
            row = self._db.execute(_PASSAGE, (key,)).fetchone()
            if row is None:
                return None
            known = self._known[key] = _Known(
                aid=row["aid"],
                interval=None if row["pub_start"] is None else (row["pub_start"], row["pub_end"]),
                valid=(row["valid_from"], row["valid_to"]),
                group=row["copy_group"],
                vector=np.frombuffer(row["vector"], np.float32),
                text=row["words"],
                tokens=frozenset(row["words"].split()),
            )
        return known

    def _put(self, keys: Sequence[int], group: int) -> None:
        for key in keys:
            self._known[key].group = group
            self._db.execute(
                "UPDATE passages SET copy_group = ?, group_seq = ? WHERE pk = ?", (group, self._sequence, key)
            )


def _wording(known: _Known) -> Wording:
    if known.wording is None:
        known.wording = read_wording(known.text)
    return known.wording


def next_number(db: sqlite3.Connection, counter: str) -> int:
    """A number that this counter of the catalogue has never given before."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (counter,)).fetchone()
    number = 1 if row is None else int(row[0]) + 1
    set_meta(db, counter, str(number))
    return number
