"""How far reading has come in inputs that were not read to their end, so that an interrupted ingest goes on there.

A position is written in the transaction that stores what was read up to it, so nothing is lost and nothing is stored
twice. The table is made by the first process that needs it; an input that was read to its end leaves no row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from index.article import Checkpoint
from index.catalogue import Catalogue, unreadable

KEPT = 1000
"""Inputs whose positions are kept; the ones read longest ago go first."""
_TABLE = """CREATE TABLE IF NOT EXISTS reading_progress (
    number      INTEGER PRIMARY KEY,
    input       TEXT NOT NULL UNIQUE,
    state       TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    position    INTEGER NOT NULL
)"""


class Progress:
    """The positions of one catalogue, as one pipeline reached them. Thread-safe. Raises Busy, StoreDamaged."""

    def __init__(self, catalogue: Catalogue, fingerprint: str) -> None:
        """``fingerprint``: what another pipeline has read is read again from the beginning."""
        self._catalogue = catalogue
        self._fingerprint = fingerprint

    def position(self, name: str, state: str) -> int | None:
        """Up to where an input has been read and stored; None where it is new, has changed or was read to its end."""
        db = self._catalogue.connection()
        if not _has_table(db):
            return None
        row = db.execute(
            "SELECT position FROM reading_progress WHERE input = ? AND state = ? AND fingerprint = ?",
            (name, state, self._fingerprint),
        ).fetchone()
        return None if row is None else int(row[0])

    def keep(self, reached: Iterable[Checkpoint]) -> None:
        """Keep positions up to which everything is stored already; durable on return."""
        some = list(reached)
        if not some or (all(one.position is None for one in some) and not _has_table(self._catalogue.connection())):
            return
        try:
            with self._catalogue.write() as db:
                keep_progress(db, some, self._fingerprint)
        except sqlite3.OperationalError as error:
            raise unreadable(self._catalogue.path, error) from error


def keep_progress(db: sqlite3.Connection, reached: Iterable[Checkpoint], fingerprint: str) -> None:
    """Keep positions inside the transaction that stores what was read up to them."""
    some = list(reached)
    if not some:
        return
    db.execute(_TABLE)
    for one in some:
        db.execute("DELETE FROM reading_progress WHERE input = ?", (one.input,))
        if one.position is not None:
            db.execute(
                "INSERT INTO reading_progress (input, state, fingerprint, position) VALUES (?, ?, ?, ?)",
                (one.input, one.state, fingerprint, one.position),
            )
    db.execute(
        "DELETE FROM reading_progress WHERE number NOT IN"
        " (SELECT number FROM reading_progress ORDER BY number DESC LIMIT ?)",
        (KEPT,),
    )


def _has_table(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'reading_progress'").fetchone() is not None
