"""Which articles were taken back, and as of when, so that an older copy of one does not bring it back.

A kill may be read before the item that it kills, and an archive of files is often read again. Of an article that was
taken back only a digest of its id stays, with the time of the message: an input of that id that is no newer is refused.
"""

from __future__ import annotations

import sqlite3
from hashlib import sha256

from index.article import Record, Withdrawn, date_interval
from index.catalogue import Catalogue, unreadable
from index.errors import InputRefused

_TABLE = "CREATE TABLE IF NOT EXISTS withdrawals (id BLOB PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID"
_NOTE = "INSERT INTO withdrawals VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET until = max(until, excluded.until)"


class Withdrawals:
    """The articles of one catalogue that were taken back by a dated message. Thread-safe."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Nothing is read or made yet."""
        self._catalogue = catalogue

    def note(self, taken: Withdrawn) -> None:
        """Keep when an article was taken back; an undated message keeps nothing. Raises Busy, StoreDamaged."""
        if taken.moment is None:
            return
        try:
            with self._catalogue.write() as db:
                db.execute(_TABLE)
                db.execute(_NOTE, (_digest(taken.id), date_interval(taken.moment)[0]))
        except sqlite3.OperationalError as error:
            raise unreadable(self._catalogue.path, error) from error

    def refusal(self, record: Record) -> InputRefused | None:
        """Why a record may not come in; None where it may: nobody took it back, or it says that it is newer."""
        if record.modified is None:
            return None
        db = self._catalogue.connection()
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'withdrawals'").fetchone() is None:
            return None
        row = db.execute("SELECT until FROM withdrawals WHERE id = ?", (_digest(record.id),)).fetchone()
        if row is None or date_interval(record.modified)[0] > row[0]:
            return None
        return InputRefused(record.id, "was taken back by a later message", record.id)

    def is_outdated(self, taken: Withdrawn) -> bool:
        """Whether the article has a version newer than the message, which then takes nothing back."""
        if taken.moment is None:
            return False
        row = (
            self._catalogue.connection()
            .execute(
                "SELECT max(valid_from) FROM versions JOIN articles USING (aid) WHERE id = ? AND modified IS NOT NULL",
                (taken.id,),
            )
            .fetchone()
        )
        return row[0] is not None and row[0] > date_interval(taken.moment)[0]


def _digest(article_id: str) -> bytes:
    return sha256(f"withdrawn\0{article_id}".encode()).digest()[:16]
