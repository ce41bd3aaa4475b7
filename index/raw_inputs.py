"""What articles were read from, compressed, so that a better reader can read it again without the source.

Text and JSON lines are not kept: the catalogue holds all they said.
"""

from __future__ import annotations

import sqlite3
import zlib

from index.article import RawInput

_TABLE = """
CREATE TABLE IF NOT EXISTS raw_inputs (
    vid INTEGER PRIMARY KEY REFERENCES versions ON DELETE CASCADE, format TEXT NOT NULL, data BLOB NOT NULL
)"""


def keep_raw(db: sqlite3.Connection, vid: int, raw: RawInput) -> None:
    """Keep what a version was read from, inside the caller's transaction."""
    db.execute(_TABLE)
    db.execute("INSERT OR REPLACE INTO raw_inputs VALUES (?, ?, ?)", (vid, raw.format, zlib.compress(raw.data, 6)))


def read_raw(db: sqlite3.Connection, vid: int) -> RawInput | None:
    """What a version was read from; None where that was not kept."""
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'raw_inputs'").fetchone() is None:
        return None
    row = db.execute("SELECT format, data FROM raw_inputs WHERE vid = ?", (vid,)).fetchone()
    return None if row is None else RawInput(format=row["format"], data=zlib.decompress(row["data"]))


def current_with_raw(db: sqlite3.Connection) -> list[tuple[int, str, str | None]]:
    """Row, article id and address of each current version that was kept raw, in the order of their ingest."""
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'raw_inputs'").fetchone() is None:
        return []
    rows = db.execute(
        "SELECT v.vid, a.id, v.url FROM raw_inputs JOIN versions v USING (vid) JOIN articles a USING (aid)"
        " WHERE v.valid_to IS NULL ORDER BY v.vid"
    )
    return [(int(row["vid"]), row["id"], row["url"]) for row in rows]
