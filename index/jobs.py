"""Background jobs in the catalogue: bodies that were accepted and are still to be ingested, and what became of them.

The tables are made by the first process that needs them, so that archives of before still open. A record is dropped in
the transaction that writes its result.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import InputRefused, NotFound
from index.refusals import note_refusals

_TABLES = (
    """CREATE TABLE IF NOT EXISTS jobs (
    id       TEXT PRIMARY KEY,
    number   INTEGER NOT NULL,
    created  INTEGER NOT NULL,
    finished INTEGER,
    state    TEXT NOT NULL,
    total    INTEGER NOT NULL,
    under_way INTEGER
) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS job_items (
    job    TEXT NOT NULL REFERENCES jobs ON DELETE CASCADE,
    place  INTEGER NOT NULL,
    record TEXT,
    result TEXT,
    PRIMARY KEY (job, place)
) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS job_items_open ON job_items (job, place) WHERE result IS NULL",
)
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """A job without its items."""

    id: str
    state: str
    """``queued``, ``running``, ``done`` or ``cancelled``."""
    created: int
    """UTC seconds."""
    finished: int | None
    total: int
    counts: dict[str, int]
    """Settled items by outcome."""


class JobStore:
    """Jobs of one catalogue file. Thread-safe; every change is durable on return."""

    def __init__(self, path: Path) -> None:
        """Opens the file and makes the tables where they are missing."""
        self._guard = threading.RLock()
        self._db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            self._db.execute(f"PRAGMA {pragma}")
        for statement in _TABLES:
            self._db.execute(statement)

    def close(self) -> None:
        """Release the file."""
        with self._guard:
            self._db.close()

    def accept(self, job: str, items: Sequence[tuple[Fields | None, Fields | None]], *, now: int, keep: int) -> None:
        """Stores a job of ``(record, result)`` pairs, one of the two None; forgets those that ended ``keep`` s ago."""
        rows = [(job, n, _text(record), _text(result)) for n, (record, result) in enumerate(items)]
        with self._change() as db:
            db.execute("DELETE FROM jobs WHERE finished <= ?", (now - keep,))
            number = db.execute("SELECT coalesce(max(number), 0) + 1 FROM jobs").fetchone()[0]
            db.execute("INSERT INTO jobs VALUES (?, ?, ?, NULL, 'queued', ?, NULL)", (job, number, now, len(rows)))
            db.executemany("INSERT INTO job_items VALUES (?, ?, ?, ?)", rows)
            results = [result for _, result in items if result is not None and result.get("refused")]
            if results:
                note_refusals(db, [InputRefused(r["id"] or "", r["refused"], r["id"]) for r in results], now)

    def states(self) -> list[JobState]:
        """Every job, newest first."""
        with self._guard:
            rows = self._db.execute("SELECT id, state, created, finished, total FROM jobs ORDER BY number DESC")
            return [self._state(*row) for row in rows.fetchall()]

    def state(self, job: str) -> JobState:
        """Raises NotFound."""
        with self._guard:
            row = self._db.execute(
                "SELECT id, state, created, finished, total FROM jobs WHERE id = ?", (job,)
            ).fetchone()
            if row is None:
                raise NotFound(f"There is no job {job!r}.")
            return self._state(*row)

    def results(self, job: str, start: int, count: int) -> list[Fields | None]:
        """Results from ``start`` on, in order; None where an item is still to be done."""
        with self._guard:
            rows = self._db.execute(
                "SELECT result FROM job_items WHERE job = ? AND place >= ? ORDER BY place LIMIT ?", (job, start, count)
            )
            return [None if row[0] is None else json.loads(row[0]) for row in rows.fetchall()]

    def oldest(self) -> str | None:
        """The job to work on; None where there is nothing to do."""
        with self._guard:
            row = self._db.execute("SELECT id FROM jobs WHERE finished IS NULL ORDER BY number LIMIT 1").fetchone()
            return None if row is None else str(row[0])

    def pending(self, job: str, count: int) -> list[tuple[int, Fields]]:
        """The next ``(place, record)`` pairs of a job."""
        with self._guard:
            rows = self._db.execute(
                "SELECT place, record FROM job_items WHERE job = ? AND result IS NULL ORDER BY place LIMIT ?",
                (job, count),
            )
            return [(row[0], json.loads(row[1])) for row in rows.fetchall()]

    def begin(self, job: str) -> int | None:
        """Notes the catalogue's sequence before some items are ingested.

        Returns the sequence noted before, where a process ended between ingesting and settling: else None.
        """
        with self._change() as db:
            before = db.execute("SELECT under_way FROM jobs WHERE id = ?", (job,)).fetchone()
            if before is None or before[0] is not None:
                return None if before is None else int(before[0])
            db.execute("UPDATE jobs SET state = 'running', under_way = ? WHERE id = ?", (self._sequence(), job))
            return None

    def settle(self, job: str, results: Sequence[tuple[int, Fields]], *, now: int) -> None:
        """Writes results, drops those records, and ends the job with its last item."""
        with self._change() as db:
            db.executemany(
                "UPDATE job_items SET record = NULL, result = ? WHERE job = ? AND place = ? AND result IS NULL",
                [(_text(result), job, place) for place, result in results],
            )
            db.execute("UPDATE jobs SET under_way = NULL WHERE id = ?", (job,))
            db.execute(
                "UPDATE jobs SET state = 'done', finished = ? WHERE id = ? AND finished IS NULL"
                " AND NOT EXISTS (SELECT 1 FROM job_items WHERE job = id AND result IS NULL)",
                (now, job),
            )

    def cancel(self, job: str, result: Fields, *, now: int) -> None:
        """Gives every item still to be done this result. Raises NotFound."""
        with self._change() as db:
            self.state(job)
            db.execute(
                "UPDATE job_items SET record = NULL, result = ? WHERE job = ? AND result IS NULL", (_text(result), job)
            )
            db.execute(
                "UPDATE jobs SET state = 'cancelled', finished = ?, under_way = NULL WHERE id = ? AND finished IS NULL",
                (now, job),
            )

    def changed_since(self, article_id: str, version: int, sequence: int) -> bool:
        """Whether that version was stored after a commit."""
        with self._guard:
            row = self._db.execute(
                "SELECT seq FROM versions JOIN articles USING (aid) WHERE id = ? AND number = ?", (article_id, version)
            ).fetchone()
            return row is not None and int(row[0]) > sequence

    def _sequence(self) -> int:
        if self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone() is None:
            return 0
        row = self._db.execute("SELECT value FROM meta WHERE key = 'sequence'").fetchone()
        return 0 if row is None else int(row[0])

    def _state(self, job: str, state: str, created: int, finished: int | None, total: int) -> JobState:
        counted = self._db.execute(
            "SELECT json_extract(result, '$.outcome'), count(*) FROM job_items"
            " WHERE job = ? AND result IS NOT NULL GROUP BY 1",
            (job,),
        )
        counts = {str(name): int(count) for name, count in counted.fetchall()}
        return JobState(id=job, state=state, created=created, finished=finished, total=total, counts=counts)

    @contextmanager
    def _change(self) -> Generator[sqlite3.Connection]:
        with self._guard:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def forget_ids(db: sqlite3.Connection, article_ids: Sequence[str]) -> None:
    """Takes deleted articles' ids out of what jobs became of, inside the caller's transaction."""
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'job_items'").fetchone() is not None:
        without = "UPDATE job_items SET result = json_set(result, '$.id', NULL)"
        statement = f"{without} WHERE json_extract(result, '$.id') = ?"
        db.executemany(statement, [(article_id,) for article_id in article_ids])


def _text(value: Fields | None) -> str | None:
    return None if value is None else json.dumps(value)
