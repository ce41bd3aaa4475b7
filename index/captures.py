"""Versions of pages that a crawler saw: ordered by the times at which it saw them, in whatever order they are read.

A capture says what a page said at one moment, so it is a new version only where headline or text differ from those of
the version that was valid then. The first version is valid from when it was published, the others from when they were
first seen; a page's own modified time goes before both. Captures that come out of order find their place as long as no
text comes back: what a text was seen to be between two of its own captures is only known where they come in order.
"""

from __future__ import annotations

import sqlite3

from index.article import Record, date_interval

_BY_TIME = "SELECT vid, title, text, valid_from FROM versions WHERE aid = ? ORDER BY valid_from, number"
_FIRST = (
    "SELECT vid, modified, json_extract(record, '$.captured') AS captured"
    " FROM versions WHERE aid = ? ORDER BY valid_from, number LIMIT 1"
)


def is_ordered_by_capture(record: Record) -> bool:
    """Whether nothing but the time of its capture tells where a record belongs among the versions."""
    return record.captured is not None and record.modified is None


def repeated_capture(db: sqlite3.Connection, record: Record) -> int | None:
    """Row number of the version that a capture only saw again; None where it saw something else."""
    if record.captured is None:
        return None
    moment = date_interval(record.modified or record.captured)[0]
    found = db.execute("SELECT aid FROM articles WHERE id = ?", (record.id,)).fetchone()
    if found is None:
        return None
    rows = db.execute(_BY_TIME, (found[0],)).fetchall()
    before = [row for row in rows if row["valid_from"] <= moment]
    near = [*before[-1:], *rows[len(before) : len(before) + 1]]
    return next((int(row["vid"]) for row in near if (row["title"], row["text"]) == (record.title, record.text)), None)


def capture_start(db: sqlite3.Connection, aid: int, record: Record, sequence: int) -> int:
    """When a new version that a capture saw begins; what was the first one until now may begin later for it."""
    seen = date_interval(record.captured or "")[0]
    published = record.published.interval()
    start = seen if published is None else min(published[0], seen)
    first = db.execute(_FIRST, (aid,)).fetchone()
    if first is None:
        return start
    if first["captured"] is None or first["modified"] is not None:
        return seen
    first_seen = date_interval(first["captured"])[0]
    if first_seen <= seen:
        return seen
    db.execute("UPDATE versions SET valid_from = ?, seq = ? WHERE vid = ?", (first_seen, sequence, first["vid"]))
    return start
