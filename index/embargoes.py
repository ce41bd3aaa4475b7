"""Versions that may not be shown before a time: which are hidden now, and what is shown in their place.

Until its embargo has passed, a version is as if it were not there: neither searched nor read nor counted, and the
version before it goes on being the current one. That is asked of the clock at each reading, so that a version comes
out at its time in a process that does nothing else.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass

_TABLE = """
CREATE TABLE IF NOT EXISTS embargoes (
    vid INTEGER PRIMARY KEY REFERENCES versions ON DELETE CASCADE,
    until INTEGER NOT NULL,  -- UTC seconds: hidden before
    since INTEGER NOT NULL   -- when the version would have become valid without: versions are in this order
)"""
_BY_TIME = "CREATE INDEX IF NOT EXISTS embargoes_until ON embargoes (until)"
_BESIDE_HIDDEN = """
SELECT v.vid, v.aid, v.valid_from, v.valid_to, e.until
FROM versions v LEFT JOIN embargoes e USING (vid)
WHERE aid IN (SELECT aid FROM versions JOIN embargoes USING (vid) WHERE until > ?)
ORDER BY aid, coalesce(e.since, v.valid_from), number"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What embargoes change about the catalogue at a moment."""

    vids: frozenset[int] = frozenset()
    """Versions that are not to be seen."""
    ends: tuple[tuple[int, int | None], ...] = ()
    """Versions beside them, each with the ``valid_to`` that it has without the hidden ones."""

    def shown(self, table: str = "v") -> str:
        """The SQL condition that a version is not hidden."""
        return f"{table}.vid NOT IN ({','.join(map(str, sorted(self.vids)))})" if self.vids else "1"

    def valid_to(self, table: str = "v") -> str:
        """The SQL expression of a version's ``valid_to``."""
        if not self.ends:
            return f"{table}.valid_to"
        cases = " ".join(f"WHEN {vid} THEN {'NULL' if end is None else end}" for vid, end in self.ends)
        return f"CASE {table}.vid {cases} ELSE {table}.valid_to END"


NOTHING = Hidden()


class EmbargoReader:
    """Remembers what is hidden until the catalogue or the clock changes that. Thread-safe."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        self._known: tuple[int, float, float, Hidden] | None = None

    def read(self, db: sqlite3.Connection, sequence: int) -> Hidden:
        """What is hidden now, in the catalogue at ``sequence``."""
        now = time.time()
        known = self._known
        if known is not None and known[0] == sequence and known[1] <= now < known[2]:
            return known[3]
        hidden, ends_at = read_hidden(db, now)
        if not db.in_transaction:  # what a transaction sees may never be committed
            self._known = (sequence, now, ends_at, hidden)
        return hidden


def read_hidden(db: sqlite3.Connection, now: float) -> tuple[Hidden, float]:
    """What is hidden at ``now``, and the moment at which the first of it comes out."""
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'embargoes'").fetchone() is None:
        return NOTHING, float("inf")
    rows = db.execute(_BESIDE_HIDDEN, (now,)).fetchall()
    if not rows:
        return NOTHING, float("inf")
    hidden = {row["vid"]: row["until"] for row in rows if row["until"] is not None and row["until"] > now}
    left: dict[int, list[sqlite3.Row]] = {}
    for row in rows:
        if row["vid"] not in hidden:
            left.setdefault(row["aid"], []).append(row)
    ends = [
        (row["vid"], end)
        for some in left.values()
        for row, end in zip(some, ends_of([one["valid_from"] for one in some]), strict=True)
        if end != row["valid_to"]
    ]
    return Hidden(vids=frozenset(hidden), ends=tuple(ends)), min(hidden.values())


def ends_of(starts: Sequence[int]) -> list[int | None]:
    """When each of an article's versions, in order, stops being valid: as soon as a later one has begun.

    A version that a later one overtook while it was under embargo ends before it begins: it is never seen.
    """
    ends: list[int | None] = []
    soonest: int | None = None
    for start in reversed(starts):
        ends.append(soonest)
        soonest = start if soonest is None else min(soonest, start)
    return ends[::-1]


def prepare(db: sqlite3.Connection) -> None:
    """Make the table, inside the caller's transaction."""
    db.execute(_TABLE)
    db.execute(_BY_TIME)


def keep_embargo(db: sqlite3.Connection, vid: int, *, until: int, since: int) -> None:
    """Put a version under embargo, inside the caller's transaction; see :func:`chain` for what follows."""
    db.execute("INSERT OR REPLACE INTO embargoes VALUES (?, ?, ?)", (vid, until, since))


def chain(db: sqlite3.Connection, aid: int, *, sequence: int, now: int) -> None:
    """Make each version of an article valid from its time until a later one's, inside the caller's transaction.

    What has not come out by the time a later version puts the embargo off comes out no sooner than that version.
    """
    rows = db.execute(
        "SELECT vid, valid_from, valid_to, until, coalesce(since, valid_from) AS since"
        " FROM versions LEFT JOIN embargoes USING (vid) WHERE aid = ? ORDER BY 5, number",
        (aid,),
    ).fetchall()
    starts: list[int] = []
    latest = now
    for row in reversed(rows):
        until = row["until"]
        if until is not None and until > now:
            latest = max(latest, until)
            if latest != until:
                db.execute("UPDATE embargoes SET until = ? WHERE vid = ?", (latest, row["vid"]))
            until = latest
        starts.append(row["since"] if until is None else max(row["since"], until))
    starts.reverse()
    for row, start, end in zip(rows, starts, ends_of(starts), strict=True):
        if (row["valid_from"], row["valid_to"]) != (start, end):
            db.execute(
                "UPDATE versions SET valid_from = ?, valid_to = ?, seq = ? WHERE vid = ?",
                (start, end, sequence, row["vid"]),
            )
