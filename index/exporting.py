"""Every article of an archive as the records it was made from."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from index.article import Record, Removed
from index.catalogue import Catalogue, read_published


def version_keys(db: sqlite3.Connection) -> list[int]:
    """The catalogue's row numbers of all versions, in the order in which they were ingested."""
    return [int(row[0]) for row in db.execute("SELECT vid FROM versions ORDER BY vid")]


def stored_record(db: sqlite3.Connection, vid: int) -> Record | None:
    """The record that a version was made from; None where the version has gone."""
    statement = "SELECT id, record, text FROM versions JOIN articles USING (aid) WHERE vid = ?"
    row = db.execute(statement, (vid,)).fetchone()
    if row is None:
        return None
    given: dict[str, Any] = json.loads(row["record"])
    given["published"] = read_published(json.dumps(given["published"]))
    given["tags"] = tuple(given["tags"])
    given["authors"] = tuple(given.get("authors", ()))
    given["furniture"] = tuple(
        Removed(span=(one["span"][0], one["span"][1]), reason=one["reason"]) for one in given.get("furniture", ())
    )
    return Record(id=row["id"], text=row["text"], **given)


def export_records(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    """Every version of every article as a JSONL record, in the order in which they were ingested.

    Ingesting them in this order into an empty archive gives the same articles with the same version numbers. When
    they were first ingested is not part of a record.
    """
    db = catalogue.connection()
    for vid in version_keys(db):
        record = stored_record(db, vid)
        if record is not None:
            yield _fields(record)


def _fields(record: Record) -> dict[str, Any]:
    """The contract's keys; those without a value are left out."""
    # A prefix date is still in the text, where reading the record again finds it.
    dated = record.published.provenance in {"metadata", "page"}
    fields: dict[str, Any] = {
        "id": record.id,
        "title": record.title or None,
        "source": record.source,
        "date": record.published.date if dated else None,
        "modified": record.modified,
        "url": record.url,
        "language": record.language,
        "tags": list(record.tags) or None,
        "authors": list(record.authors) or None,
        "furniture": [{"span": list(one.span), "reason": one.reason} for one in record.furniture] or None,
        "embargo": record.embargo,
        "text": record.text,
    }
    return {key: value for key, value in fields.items() if value is not None}
