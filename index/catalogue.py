"""The catalogue: one SQLite file that is the truth about articles, versions, passages and vectors.

Durable on acknowledgement (WAL, full sync on commit); a delete overwrites what it frees. Every commit bumps the
*sequence* in ``meta``; rows carry the sequence at which they changed, so that views can follow with a query.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from index.article import Article, InferredDate, PublishedDate, Removed, Section, StoredPassage, Version
from index.embargoes import EmbargoReader, Hidden
from index.errors import Busy, NotFound, StoreDamaged
from index.former import has_former
from index.notices import NoticeKind
from index.ports import FloatMatrix

SCHEMA_VERSION = 2
_MANY = 500
"""Bound variables in one statement."""


class Catalogue:
    """Reading side and connections; :mod:`index.commits` holds the statements that change it."""

    def __init__(self, path: Path) -> None:
        """Open or create. Raises StoreDamaged when the file is not a catalogue of this schema."""
        self.path = path
        self.notices: dict[tuple[int, int], NoticeKind | None] = {}
        """What was found in the text of a version as it was at a sequence: see :mod:`index.groups`."""
        self._embargoes = EmbargoReader()
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        derived = path.with_name("terms").exists()
        try:
            if not self._exists():
                if derived:
                    raise StoreDamaged(
                        f"{path} is missing or empty, but files made from it lie beside it: put it back from a copy, "
                        "or remove the folder to begin a new archive"
                    )
                self._create()
            found = self.meta("schema")
        except sqlite3.DatabaseError as error:
            self.close()
            raise unreadable(path, error) from error
        if found != str(SCHEMA_VERSION):
            raise StoreDamaged(f"{path} has catalogue schema {found}; this program reads {SCHEMA_VERSION}")

    def _exists(self) -> bool:
        return self.connection().execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone() is not None

    def _create(self) -> None:
        statements = resources.files("index").joinpath("schema.sql").read_text("utf-8")
        with self.write() as db:
            if not self._exists():
                for statement in statements.split(";\n"):
                    if statement.strip():
                        db.execute(statement)
                set_meta(db, "schema", str(SCHEMA_VERSION))
                set_meta(db, "sequence", "0")

    # -- connections ---------------------------------------------------------------------------------------------

    def connection(self) -> sqlite3.Connection:
        """This thread's own connection."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
                db.execute(f"PRAGMA {pragma}")
            # SQLite's own substr stops at a null character.
            db.create_function("span_text", 3, _span_text, deterministic=True)
            db.create_function("section_title", 2, _section_title, deterministic=True)
            db.row_factory = sqlite3.Row
            self._local.db = db
            with self._guard:
                self._connections.append(db)
        return db

    @contextmanager
    def write(self) -> Generator[sqlite3.Connection]:
        """One transaction: all of it is durable when the block ends, or none of it happened."""
        db = self.connection()
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    def close(self) -> None:
        """Close every thread's connection."""
        with self._guard:
            for db in self._connections:
                db.close()
            self._connections.clear()
        self._local = threading.local()

    # -- small facts ---------------------------------------------------------------------------------------------

    def meta(self, key: str) -> str | None:
        """A fact about the whole archive, such as the model's digest; None when never set."""
        row = self.connection().execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def sequence(self) -> int:
        """Number of the latest commit."""
        return int(self.meta("sequence") or 0)

    def hidden(self) -> Hidden:
        """What embargoes hide at this moment."""
        return self._embargoes.read(self.connection(), self.sequence())

    def counts(self) -> dict[str, int]:
        """Articles, versions, passages and vectors held."""
        db = self.connection()
        return {
            name: int(db.execute(f"SELECT count(*) FROM {name}").fetchone()[0])  # noqa: S608 - names from the line below
            for name in ("articles", "versions", "passages", "vectors")
        }

    def article_ids(self) -> Iterator[str]:
        """Every article's id, in order of first ingest."""
        for row in self.connection().execute("SELECT id FROM articles ORDER BY aid"):
            yield row[0]

    # -- articles and versions -----------------------------------------------------------------------------------

    def article(self, article_id: str, *, version: int | None = None, as_of: int | None = None) -> Version:
        """The current version, or a numbered one, or the one valid at ``as_of``. Raises NotFound."""
        versions = self.versions(article_id)
        if version is not None:
            chosen = [v for v in versions if v.version == version]
            what = f"has no version {version}"
        elif as_of is not None:
            chosen = [v for v in versions if v.is_visible(as_of)]
            what = "had not been published by then"
        else:
            chosen = [v for v in versions if v.version == v.newest]
            what = "has no version"
        if not chosen:
            raise NotFound(f"article {article_id!r} {what}")
        return chosen[-1]

    def newest_number(self, article_id: str) -> int:
        """Number of the version that is, or will be, current once every embargo has passed. Raises NotFound."""
        statement = "SELECT number FROM versions JOIN articles USING (aid) WHERE id = ? AND valid_to IS NULL"
        row = self.connection().execute(statement, (article_id,)).fetchone()
        if row is None:
            raise NotFound(f"no article {article_id!r}")
        return int(row[0])

    def versions(self, article_id: str, *, beside_current: int | None = None) -> list[Version]:
        """All versions, by number; or the current one and ``beside_current`` alone. Raises NotFound.

        One under embargo is not there, nor an article that has no other.
        """
        hidden = self.hidden()
        rows = self.connection().execute(
            f"SELECT v.*, {hidden.valid_to()} AS until FROM versions v JOIN articles USING (aid)"  # noqa: S608 - numbers
            f" WHERE id = :id AND {hidden.shown()}"
            f" AND (:beside IS NULL OR number = :beside OR until IS NULL) ORDER BY number",
            {"id": article_id, "beside": beside_current},
        )
        versions = [(row, read_article(article_id, row)) for row in rows]
        if not versions:
            raise NotFound(f"no article {article_id!r}")
        newest = next((row["number"] for row, _ in versions if row["until"] is None), versions[-1][0]["number"])
        return [
            Version(
                article=article,
                version=row["number"],
                valid_from=row["valid_from"],
                valid_to=row["until"],
                ingested_at=row["ingested_at"],
                newest=newest,
            )
            for row, article in versions
        ]

    # -- passages and vectors ------------------------------------------------------------------------------------

    def passages(self, keys: Sequence[int]) -> dict[int, StoredPassage]:
        """The passages of those keys; a key that has left since is not in the answer."""
        found: dict[int, StoredPassage] = {}
        passages, former = _passages(self.hidden())
        for row in self._many(passages, [int(key) for key in keys]):
            found[row["pk"]] = _read_passage(row)
        missing = [int(key) for key in keys if int(key) not in found]
        if missing and has_former(self.connection()):
            for row in self._many(former, missing):
                found[row["pk"]] = _read_passage(row)
        return found

    def passage_by_id(self, passage_id: str) -> StoredPassage:
        """Raises NotFound."""
        db = self.connection()
        passages, former = _passages(self.hidden())
        row = db.execute(passages.format("p.passage_id = ?"), (passage_id,)).fetchone()
        if row is None and has_former(db):
            row = db.execute(former.format("p.passage_id = ? ORDER BY pk DESC"), (passage_id,)).fetchone()
        if row is None:
            raise NotFound(f"no passage {passage_id!r}")
        return _read_passage(row)

    def vectors(self, vector_keys: Sequence[bytes]) -> dict[bytes, FloatMatrix]:
        """Cached vectors ``(dim,) float32`` of those content keys that are known."""
        rows = self._many("SELECT vkey, vector FROM vectors WHERE {}", list(dict.fromkeys(vector_keys)), "vkey")
        return {row["vkey"]: np.frombuffer(row["vector"], np.float32) for row in rows}

    def _many(self, statement: str, values: Sequence[Any], column: str = "p.pk") -> Iterator[sqlite3.Row]:
        for start in range(0, len(values), _MANY):
            some = values[start : start + _MANY]
            marks = ",".join("?" * len(some))
            yield from self.connection().execute(statement.format(f"{column} IN ({marks})"), some)


def stored_model(folder: Path) -> str | None:
    """Name of the model that the archive in a folder was built with; None where there is no archive yet."""
    path = folder / "catalogue.db"
    if not path.is_file():
        return None
    catalogue = Catalogue(path)
    try:
        return catalogue.meta("model_name")
    finally:
        catalogue.close()


def unreadable(path: Path, error: sqlite3.DatabaseError) -> StoreDamaged | Busy:
    """What to raise where SQLite cannot read a catalogue: damage, or a lock that outlasted every wait."""
    if getattr(error, "sqlite_errorcode", None) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return Busy(f"{path} is locked by another process: {error}")
    return StoreDamaged(f"{path} is not a readable catalogue: {error}")


_PASSAGE = """
SELECT p.pk, p.passage_id, p.section, p.start, p.end, p.sentences, a.id, v.number, v.source, v.url,
       v.published, v.language, p.copy_group, a.story,
       section_title(v.sections, p.section) AS headline,
       span_text(v.text, p.start, p.end) AS words,
       (SELECT n.number FROM versions n WHERE n.aid = v.aid AND {shown_n} AND {valid_to_n} IS NULL) AS newest
FROM passages p JOIN versions v USING (vid) JOIN articles a USING (aid) WHERE {shown_v} AND {{}}"""
_FORMER_PASSAGE = _PASSAGE.replace("FROM passages p", "FROM former_passages p").replace(
    "section_title(v.sections, p.section) AS headline", "p.headline"
)


def _passages(hidden: Hidden) -> tuple[str, str]:
    """The statements that read passages, and former ones; their condition is to be filled in."""
    names = {"shown_n": hidden.shown("n"), "valid_to_n": hidden.valid_to("n"), "shown_v": hidden.shown("v")}
    return _PASSAGE.format(**names), _FORMER_PASSAGE.format(**names)


def _span_text(text: str, start: int, end: int) -> str:
    return text[start:end]


def _section_title(sections: str, section: int) -> str:
    return str(json.loads(sections)[section]["title"])


def set_meta(db: sqlite3.Connection, key: str, value: str) -> None:
    """Record a fact about the whole archive, inside the caller's transaction."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def read_article(article_id: str, row: sqlite3.Row) -> Article:
    """An article version from its row."""
    return Article(
        id=article_id,
        text=row["text"],
        title=row["title"],
        source=row["source"],
        url=row["url"],
        published=read_published(row["published"]),
        modified=row["modified"],
        language=row["language"],
        tags=tuple(json.loads(row["tags"])),
        sections=tuple(
            Section(title=s["title"], kept=tuple((a, b) for a, b in s["kept"])) for s in json.loads(row["sections"])
        ),
        removed=tuple(
            Removed(span=(r["span"][0], r["span"][1]), reason=r["reason"]) for r in json.loads(row["removed"])
        ),
        authors=tuple(json.loads(row["record"]).get("authors", ())),
    )


def read_published(value: str) -> PublishedDate:
    """A published date from its stored JSON."""
    stored = json.loads(value)
    inferred = stored.pop("inferred")
    if inferred is not None:
        inferred = InferredDate(date=inferred["date"], span=(inferred["span"][0], inferred["span"][1]))
    return PublishedDate(**stored, inferred=inferred)


def _read_passage(row: sqlite3.Row) -> StoredPassage:
    return StoredPassage(
        key=row["pk"],
        passage_id=row["passage_id"],
        article_id=row["id"],
        version=row["number"],
        newest_version=row["newest"] or row["number"],
        section=row["section"],
        start=row["start"],
        end=row["end"],
        text=row["words"],
        sentences=tuple((a, b) for a, b in json.loads(row["sentences"])),
        title=row["headline"],
        source=row["source"],
        url=row["url"],
        published=read_published(row["published"]),
        language=row["language"],
        copy_group=row["copy_group"],
        story=row["story"],
    )
