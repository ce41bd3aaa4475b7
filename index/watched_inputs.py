"""What a watched folder held when it was looked at last, and which articles each file gave.

The tables are made by the first watch. That an article came from a file is forgotten with the article.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.catalogue import Catalogue, unreadable
from index.readers.decoding import derived_id

_TABLES = (
    """CREATE TABLE IF NOT EXISTS watched_inputs (
    path     TEXT PRIMARY KEY,
    folder   TEXT NOT NULL,
    name     BLOB NOT NULL,
    size     INTEGER,
    mtime_ns INTEGER,
    device   INTEGER NOT NULL,
    reading  INTEGER NOT NULL
)""",
    "CREATE INDEX IF NOT EXISTS watched_inputs_folder ON watched_inputs (folder)",
    """CREATE TABLE IF NOT EXISTS watched_articles (
    path       TEXT NOT NULL,
    article_id TEXT NOT NULL,
    reading    INTEGER NOT NULL,
    PRIMARY KEY (path, article_id)
) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS watched_articles_article ON watched_articles (article_id)",
    """CREATE TRIGGER IF NOT EXISTS watched_articles_forget AFTER DELETE ON articles BEGIN
    DELETE FROM watched_articles WHERE article_id = OLD.id;
END""",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What tells a file from what it was before, without reading it."""

    size: int | None
    mtime_ns: int
    device: int

    @classmethod
    def of(cls, found: os.stat_result, device: int) -> Stamp:
        """The stamp of a file in a folder on a device: of layered file systems, files name another than folders do."""
        return cls(size=found.st_size, mtime_ns=found.st_mtime_ns, device=device)

    @property
    def is_read(self) -> bool:
        """Whether it is of a file that was read to its end."""
        return self.size is not None

    def is_same_file(self, other: Stamp) -> bool:
        """Whether nothing but the number of the device differs."""
        return (self.size, self.mtime_ns) == (other.size, other.mtime_ns)


class WatchedInputs:
    """The watched files of one catalogue; every change is durable on return. Raises Busy, StoreDamaged."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Makes the tables where they are not there yet."""
        self._catalogue = catalogue
        with self._write() as db:
            for statement in _TABLES:
                db.execute(statement)

    def known(self, folder: Path) -> dict[str, Stamp]:
        """The files of a folder as they were when they were read last, by their names in it."""
        rows = self._catalogue.connection().execute(
            "SELECT name, size, mtime_ns, device FROM watched_inputs WHERE folder = ? ORDER BY path",
            (derived_id(str(folder)),),
        )
        return {os.fsdecode(row[0]): Stamp(size=row[1], mtime_ns=row[2] or 0, device=row[3]) for row in rows}

    def begin(self, folder: Path, name: str, device: int) -> int:
        """Number of the reading of a file that begins now."""
        path = _path(folder, name)
        with self._write() as db:
            db.execute(
                "INSERT INTO watched_inputs (path, folder, name, device, reading) VALUES (?, ?, ?, ?, 1)"
                " ON CONFLICT (path) DO UPDATE SET reading = reading + 1, device = excluded.device",
                (path, derived_id(str(folder)), os.fsencode(name), device),
            )
            return int(db.execute("SELECT reading FROM watched_inputs WHERE path = ?", (path,)).fetchone()[0])

    def note(self, folder: Path, name: str, reading: int, article_ids: Iterable[str]) -> None:
        """Note the articles that a reading of a file gives."""
        path = _path(folder, name)
        with self._write() as db:
            db.executemany(
                "INSERT INTO watched_articles VALUES (?, ?, ?)"
                " ON CONFLICT (path, article_id) DO UPDATE SET reading = excluded.reading",
                [(path, article_id, reading) for article_id in article_ids],
            )

    def finish(self, folder: Path, name: str, stamp: Stamp) -> None:
        """Note that all of a file, as it was then, is stored."""
        with self._write() as db:
            db.execute(
                "UPDATE watched_inputs SET size = ?, mtime_ns = ?, device = ? WHERE path = ?",
                (stamp.size, stamp.mtime_ns, stamp.device, _path(folder, name)),
            )

    def stale(self, folder: Path, name: str, reading: int) -> list[str]:
        """The articles that a file gave before this reading and no file gives any more."""
        path = _path(folder, name)
        return self._alone(path, reading, [path])

    def drop_stale(self, folder: Path, name: str, reading: int) -> None:
        """Forget what a file gave before this reading."""
        with self._write() as db:
            db.execute("DELETE FROM watched_articles WHERE path = ? AND reading < ?", (_path(folder, name), reading))

    def given_alone(self, folder: Path, names: Sequence[str]) -> dict[str, list[str]]:
        """For each of some files the articles that it gave and that none but these files give."""
        paths = {name: _path(folder, name) for name in names}
        return {name: self._alone(path, None, list(paths.values())) for name, path in paths.items()}

    def forget(self, folder: Path, names: Iterable[str]) -> None:
        """Forget files and what they gave."""
        paths = [(_path(folder, name),) for name in names]
        with self._write() as db:
            db.executemany("DELETE FROM watched_articles WHERE path = ?", paths)
            db.executemany("DELETE FROM watched_inputs WHERE path = ?", paths)

    def _alone(self, path: str, before: int | None, besides: list[str]) -> list[str]:
        rows = self._catalogue.connection().execute(
            "SELECT article_id FROM watched_articles mine WHERE path = :path AND (:before IS NULL OR reading < :before)"
            " AND NOT EXISTS (SELECT 1 FROM watched_articles other WHERE other.article_id = mine.article_id"
            " AND other.path NOT IN (SELECT value FROM json_each(:besides)))",
            {"path": path, "before": before, "besides": json.dumps(besides)},
        )
        return [row[0] for row in rows]

    @contextmanager
    def _write(self) -> Generator[sqlite3.Connection]:
        try:
            with self._catalogue.write() as db:
                yield db
        except sqlite3.OperationalError as error:
            raise unreadable(self._catalogue.path, error) from error


def _path(folder: Path, name: str) -> str:
    return derived_id(f"{folder}/{name}")
