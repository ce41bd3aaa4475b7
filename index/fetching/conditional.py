"""What fetched addresses said of their state, so that only changes are fetched again; with the article that each gave.

The table is made when it is first needed. A row goes with its article, so an address is fetched in full once its
article was deleted.
"""

from __future__ import annotations

import sqlite3
import time

from index.catalogue import Catalogue, unreadable
from index.fetching.client import Validators

_TABLE = """CREATE TABLE IF NOT EXISTS fetched_addresses (
    url           TEXT PRIMARY KEY,
    final_url     TEXT NOT NULL,
    etag          TEXT,
    last_modified TEXT,
    fetched_at    INTEGER NOT NULL,
    article_id    TEXT REFERENCES articles (id) ON DELETE CASCADE
) WITHOUT ROWID"""
_BY_ARTICLE = "CREATE INDEX IF NOT EXISTS fetched_addresses_article ON fetched_addresses (article_id)"


class FetchedAddresses:
    """The addresses of one catalogue. Raises Busy, StoreDamaged."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Writes into the catalogue's own file."""
        self._catalogue = catalogue

    def known(self, url: str) -> Validators | None:
        """What an address said when it was fetched last; None where it was not, or its article is gone."""
        if not self._has_table():
            return None
        row = (
            self._catalogue.connection()
            .execute("SELECT final_url, etag, last_modified FROM fetched_addresses WHERE url = ?", (url,))
            .fetchone()
        )
        return None if row is None else Validators(final_url=row[0], etag=row[1], last_modified=row[2])

    def keep(self, url: str, validators: Validators, article_id: str | None = None) -> None:
        """Keep what an address said, once what it held is stored."""
        try:
            with self._catalogue.write() as db:
                db.execute(_TABLE)
                db.execute(_BY_ARTICLE)
                stored = article_id is None or _is_stored(db, article_id)
                if stored:
                    db.execute(
                        "INSERT OR REPLACE INTO fetched_addresses VALUES (?, ?, ?, ?, ?, ?)",
                        (
                            url,
                            validators.final_url,
                            validators.etag,
                            validators.last_modified,
                            int(time.time()),
                            article_id,
                        ),
                    )
        except sqlite3.OperationalError as error:
            raise unreadable(self._catalogue.path, error) from error

    def articles(self, url: str) -> list[str]:
        """The stored articles that an address gave, or that say it is theirs."""
        db = self._catalogue.connection()
        own = "SELECT DISTINCT a.id FROM versions v JOIN articles a USING (aid) WHERE v.url = ? AND v.valid_to IS NULL"
        found = [row[0] for row in db.execute(own, (url,))]
        if self._has_table():
            rows = db.execute("SELECT article_id FROM fetched_addresses WHERE url = ?", (url,))
            found += [row[0] for row in rows if row[0] is not None]
        return list(dict.fromkeys(found))

    def _has_table(self) -> bool:
        db = self._catalogue.connection()
        return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'fetched_addresses'").fetchone() is not None


def _is_stored(db: sqlite3.Connection, article_id: str) -> bool:
    return db.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,)).fetchone() is not None
