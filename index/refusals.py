"""The inputs refused lately, with the reason: what whoever feeds an archive looks for when something is missing.

The table is made by the first process that needs it, so that archives of before still open. It is bounded, says each
input once, and forgets an input when it is ingested after all or its article is deleted.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.article import Withdrawn
from index.catalogue import Catalogue, unreadable
from index.errors import InputRefused
from index.ports import Committed

KEPT = 1000
"""Refusals that are kept; the oldest go first."""
_LONGEST = 500
"""Code points of a name or a reason that are kept."""
_LONGEST_ID = 2000
_AT_ONCE = 256
_TABLE = """CREATE TABLE IF NOT EXISTS refusals (
    number     INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    article_id TEXT,
    reason     TEXT NOT NULL,
    at         INTEGER NOT NULL
)"""
_NAMING = "article_id = :id OR name = :id OR instr(reason, :repr) OR instr(reason, :json)"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRefusal:
    """One input that was refused."""

    name: str
    """The file, the line of a file, or the article's id; empty where it had none."""
    article_id: str | None
    reason: str
    at: int
    """UTC seconds."""


class Refusals:
    """The refusals of one catalogue. Thread-safe; every change is durable on return. Raises Busy, StoreDamaged."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Nothing is read or made yet."""
        self._catalogue = catalogue

    def note(self, refused: Iterable[InputRefused], now: int) -> None:
        """Keep these, each in place of what was kept of the same input."""
        some = list(refused)
        if not some:
            return
        try:
            with self._catalogue.write() as db:
                note_refusals(db, some, now)
        except sqlite3.OperationalError as error:
            raise unreadable(self._catalogue.path, error) from error

    def forget(self, article_ids: Sequence[str]) -> None:
        """These articles are in the archive after all."""
        try:
            with self._catalogue.write() as db:
                accept_ids(db, article_ids)
        except sqlite3.OperationalError as error:
            raise unreadable(self._catalogue.path, error) from error

    def latest(self, count: int = KEPT) -> list[KeptRefusal]:
        """The newest first."""
        db = self._catalogue.connection()
        if not _has_table(db):
            return []
        rows = db.execute("SELECT name, article_id, reason, at FROM refusals ORDER BY number DESC LIMIT ?", (count,))
        return [KeptRefusal(name=name, article_id=known, reason=why, at=at) for name, known, why, at in rows]

    def count(self) -> int:
        """How many are kept."""
        db = self._catalogue.connection()
        return int(db.execute("SELECT count(*) FROM refusals").fetchone()[0]) if _has_table(db) else 0

    def article_ids(self) -> set[str]:
        """The articles that refused inputs would have been."""
        db = self._catalogue.connection()
        if not _has_table(db):
            return set()
        return {row[0] for row in db.execute("SELECT article_id FROM refusals WHERE article_id IS NOT NULL")}


def note_refusals(db: sqlite3.Connection, refused: Iterable[InputRefused], now: int) -> None:
    """Keep these inside the caller's transaction."""
    db.execute(_TABLE)
    for one in refused:
        name, reason = _text(one.name)[:_LONGEST], _text(one.reason)[:_LONGEST]
        known = None if one.article_id is None or len(one.article_id) > _LONGEST_ID else _text(one.article_id)
        # What has no name is the same input only where the reason is the same too.
        db.execute("DELETE FROM refusals WHERE name = ? AND (name <> '' OR reason = ?)", (name, reason))
        db.execute(
            "INSERT INTO refusals (name, article_id, reason, at) VALUES (?, ?, ?, ?)", (name, known, reason, now)
        )
    db.execute(
        "DELETE FROM refusals WHERE number NOT IN (SELECT number FROM refusals ORDER BY number DESC LIMIT ?)", (KEPT,)
    )


def accept_ids(db: sqlite3.Connection, article_ids: Iterable[str]) -> None:
    """Forget refusals of inputs that are ingested now, inside the caller's transaction."""
    if _has_table(db):
        pairs = [(one, one) for one in article_ids]
        db.executemany("DELETE FROM refusals WHERE article_id = ? OR name = ?", pairs)


def forget_refusals(db: sqlite3.Connection, article_ids: Iterable[str]) -> None:
    """Forget every refusal that names one of these articles, inside the caller's transaction."""
    if _has_table(db):
        db.executemany(f"DELETE FROM refusals WHERE {_NAMING}", [_named(one) for one in article_ids])  # noqa: S608


def refusals_naming(db: sqlite3.Connection, article_id: str) -> int:
    """How many refusals name an article."""
    if not _has_table(db):
        return 0
    counted = db.execute(f"SELECT count(*) FROM refusals WHERE {_NAMING}", _named(article_id))  # noqa: S608
    return int(counted.fetchone()[0])


def _named(article_id: str) -> dict[str, str]:
    return {"id": article_id, "repr": repr(article_id), "json": json.dumps(article_id, ensure_ascii=False)}


def _has_table(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'refusals'").fetchone() is not None


def _text(value: str) -> str:
    """A string that SQLite can hold: half a surrogate pair is spelt out."""
    return value.encode("utf-8", "backslashreplace").decode()


class RefusalLog:
    """Hears what becomes of the inputs of one ingest, and carries refusals into the archive some at a time."""

    def __init__(self, kept: Refusals) -> None:
        """Knows what was refused before."""
        self._kept = kept
        self._before = kept.article_ids()
        self._pending: list[InputRefused] = []

    def hear(self, done: Committed | Withdrawn | InputRefused) -> None:
        """One input is settled; what is committed has been forgotten by its commit already."""
        if isinstance(done, InputRefused):
            self._pending.append(done)
            if len(self._pending) >= _AT_ONCE:
                self.write()
            return
        article_id = done.id if isinstance(done, Withdrawn) else done.article_id
        if any(one.article_id == article_id for one in self._pending):
            self._pending = [one for one in self._pending if one.article_id != article_id]
        if article_id in self._before:
            self._kept.forget([article_id])
            self._before.discard(article_id)

    def write(self) -> None:
        """Everything so far is kept."""
        self._kept.note(self._pending, int(time.time()))
        self._before |= {one.article_id for one in self._pending if one.article_id is not None}
        self._pending.clear()
