"""Passages as they were before a change of model, for processes that still answer from the view of before.

A view names passages by key, and keys are never used again: so a server that has yet to load the new model finds here
what it cites. Only places in texts are kept, which go with their article when it is deleted.
"""

from __future__ import annotations

import sqlite3

_KEPT_SECONDS = 600
"""How long a process may take to open an archive again."""
_TABLE = """CREATE TABLE IF NOT EXISTS former_passages (
    pk INTEGER PRIMARY KEY,
    passage_id TEXT NOT NULL,
    vid INTEGER NOT NULL REFERENCES versions ON DELETE CASCADE,
    section INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    sentences TEXT NOT NULL,
    copy_group INTEGER,
    headline TEXT NOT NULL,
    set_aside_at INTEGER NOT NULL
)"""
_BY_VERSION = "CREATE INDEX IF NOT EXISTS former_passages_vid ON former_passages (vid)"
_COPY = (
    "INSERT INTO former_passages"
    " SELECT pk, passage_id, vid, section, start, end, sentences, copy_group,"
    " section_title(sections, section), ? FROM passages JOIN versions USING (vid)"
)


def set_aside(db: sqlite3.Connection, now: int) -> None:
    """Keep every passage as it is, inside the transaction that replaces them all, on a connection of the catalogue."""
    db.execute(_TABLE)
    db.execute(_BY_VERSION)
    db.execute(_COPY, (now,))


def has_former(db: sqlite3.Connection) -> bool:
    """Whether the archive's model was ever changed."""
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'former_passages'").fetchone() is not None


def drop_former(db: sqlite3.Connection, now: int) -> None:
    """Forget the passages that no process can need any more."""
    if has_former(db):
        db.execute("DELETE FROM former_passages WHERE set_aside_at <= ?", (now - _KEPT_SECONDS,))
