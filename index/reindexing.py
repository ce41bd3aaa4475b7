"""Processing everything stored again: with the present pipeline, or changing over to another embedding model.

With the same model, versions made by an older pipeline are replaced batch by batch; a server on the same folder
follows. Another model is prepared beside the live archive: its vectors go into the catalogue's cache, where those of
several models live side by side, and then one transaction replaces all passages. So a crash leaves the old archive or
the new one, and what was encoded is not encoded again. Readers go on with the view of before, whose passages that
transaction sets aside, until they have opened the archive again with the new model.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.article import Record
from index.assemble import assemble, outlet_of
from index.catalogue import Catalogue, set_meta
from index.commits import next_sequence, process_again
from index.embedding import Embedder
from index.exporting import stored_record, version_keys
from index.former import set_aside
from index.learned import OutletLines
from index.locking import WriteLock
from index.passages import SplitOptions, split_passages
from index.ports import Draft, FloatMatrix
from index.store import Store
from index.writer import embedded_text, fingerprint, vector_key

_BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ReindexReport:
    """What a reindex did, in versions and passages."""

    model: str
    versions: int
    """Versions processed again."""
    unchanged: int
    """Versions that this pipeline had made already."""
    passages: int
    seconds: float


class _Pipeline:
    """What turns a stored version into a draft again."""

    def __init__(self, embedder: Embedder, split: SplitOptions) -> None:
        self.embedder = embedder
        self._split = split
        self._lines: OutletLines | None = None
        self.fingerprint = fingerprint(embedder.digest, split)

    def drafts(self, db: sqlite3.Connection, records: list[Record]) -> list[Draft]:
        """A draft for each record, with vectors from the cache where they are there."""
        lines = self._lines = self._lines or OutletLines(lambda: db)
        articles = [assemble(r, lines.repeated(outlet_of(r), r.id, r.text)) for r in records]
        passages = [split_passages(article, self.embedder.count_tokens, self._split) for article in articles]
        texts = [[embedded_text(a, p) for p in some] for a, some in zip(articles, passages, strict=True)]
        by_key = {vector_key(self.embedder.digest, text): text for some in texts for text in some}
        vectors = _cached(db, by_key)
        missing = [key for key in by_key if key not in vectors]
        encoded = self.embedder.encode_passages([by_key[key] for key in missing])
        vectors.update(zip(missing, encoded, strict=True))
        drafts: list[Draft] = []
        for record, article, some, words in zip(records, articles, passages, texts, strict=True):
            keys = tuple(vector_key(self.embedder.digest, text) for text in words)
            matrix = np.array([vectors[key] for key in keys], np.float32).reshape(-1, self.embedder.dim)
            drafts.append(Draft(record=record, article=article, passages=some, vectors=matrix, vector_keys=keys))
        return drafts


def reindex(
    folder: Path,
    embedder: Embedder,
    split: SplitOptions,
    *,
    wait: float = 10.0,
    on_done: Callable[[int, int], None] = lambda done, total: None,
) -> ReindexReport:
    """Process again every version that another pipeline made; ``on_done`` hears how many of how many are done.

    Raises Busy when another process keeps the write lock.
    """
    started = time.monotonic()
    pipeline = _Pipeline(embedder, split)
    lock = WriteLock(folder / "write.lock")
    catalogue = Catalogue(folder / "catalogue.db")
    try:
        known = catalogue.meta("model_digest")
        changes = known is not None and known != embedder.digest
        stale, unchanged = _stale(catalogue, pipeline.fingerprint)
        done = versions = passages = 0
        while stale:
            for start in range(0, len(stale), _BATCH):
                some = stale[start : start + _BATCH]
                drafts = _prepare(catalogue, pipeline, some, lock=lock, wait=wait, only_cache=changes)
                versions += len(drafts)
                passages += sum(len(draft.passages) for draft in drafts)
                done += len(some)
                on_done(done, max(done, len(stale)))
            # What was ingested meanwhile: little is left to encode while writers have to wait.
            stale = _stale(catalogue, pipeline.fingerprint, after=stale[-1])[0]
        if changes:
            with lock.hold(wait), catalogue.write() as db:
                versions, passages = _change_over(db, pipeline)
    finally:
        catalogue.close()
    _carry_over(folder, pipeline, wait)
    return ReindexReport(
        model=embedder.name,
        versions=versions,
        unchanged=unchanged,
        passages=passages,
        seconds=time.monotonic() - started,
    )


def _prepare(
    catalogue: Catalogue, pipeline: _Pipeline, vids: Sequence[int], *, lock: WriteLock, wait: float, only_cache: bool
) -> list[Draft]:
    """Process some versions again; ``only_cache`` keeps the vectors and leaves the versions as they are."""
    pairs = _drafted(catalogue.connection(), pipeline, vids)
    drafts = [draft for _, draft in pairs]
    with lock.hold(wait), catalogue.write() as db:
        if only_cache:
            # What was deleted while it was encoded must not come back, not even as a vector.
            _cache(db, [draft for vid, draft in pairs if _is_there(db, vid)])
        else:
            _replace(db, pairs, next_sequence(db), pipeline.fingerprint)
    return drafts


def _drafted(db: sqlite3.Connection, pipeline: _Pipeline, vids: Sequence[int]) -> list[tuple[int, Draft]]:
    """The drafts of those versions that are still there."""
    found = [(vid, record) for vid in vids if (record := stored_record(db, vid)) is not None]
    drafts = pipeline.drafts(db, [record for _, record in found])
    return [(vid, draft) for (vid, _), draft in zip(found, drafts, strict=True)]


def _stale(catalogue: Catalogue, pipeline: str, after: int = -1) -> tuple[list[int], int]:
    """Row numbers above ``after`` of the versions that another pipeline made, and how many this one did."""
    db = catalogue.connection()
    rows = db.execute("SELECT vid, fingerprint FROM versions WHERE vid > ? ORDER BY vid", (after,)).fetchall()
    stale = [int(row["vid"]) for row in rows if row["fingerprint"] != pipeline]
    return stale, len(rows) - len(stale)


def _replace(db: sqlite3.Connection, pairs: list[tuple[int, Draft]], sequence: int, pipeline: str) -> None:
    for vid, draft in pairs:
        if _is_there(db, vid):
            process_again(db, vid, draft, sequence, pipeline)


def _is_there(db: sqlite3.Connection, vid: int) -> bool:
    return db.execute("SELECT 1 FROM versions WHERE vid = ?", (vid,)).fetchone() is not None


def _change_over(db: sqlite3.Connection, pipeline: _Pipeline) -> tuple[int, int]:
    """Replace every passage, inside the caller's transaction and lock; returns versions and passages."""
    passages = 0
    sequence = next_sequence(db)
    set_aside(db, int(time.time()))
    vids = version_keys(db)
    for start in range(0, len(vids), _BATCH):
        for vid, draft in _drafted(db, pipeline, vids[start : start + _BATCH]):
            process_again(db, vid, draft, sequence, pipeline.fingerprint)
            passages += len(draft.passages)
    # Views and derived files cannot follow from one model to the other: they start afresh.
    db.execute("DELETE FROM departed")
    embedder = pipeline.embedder
    facts = {"model_name": embedder.name, "model_digest": embedder.digest, "dim": str(embedder.dim)}
    for key, value in (facts | {"forgotten": str(sequence)}).items():
        set_meta(db, key, value)
    return len(vids), passages


def _carry_over(folder: Path, pipeline: _Pipeline, wait: float) -> None:
    """Opening the store brings its derived files up to the catalogue."""
    embedder = pipeline.embedder
    Store(
        folder,
        model_name=embedder.name,
        model_digest=embedder.digest,
        dim=embedder.dim,
        fingerprint=pipeline.fingerprint,
        wait=wait,
    ).close()


def _cached(db: sqlite3.Connection, keys: Iterable[bytes]) -> dict[bytes, FloatMatrix]:
    found: dict[bytes, FloatMatrix] = {}
    for key in keys:
        row = db.execute("SELECT vector FROM vectors WHERE vkey = ?", (key,)).fetchone()
        if row is not None:
            found[key] = np.frombuffer(row[0], np.float32)
    return found


def _cache(db: sqlite3.Connection, drafts: Iterable[Draft]) -> None:
    for draft in drafts:
        rows = [(key, vector.tobytes()) for key, vector in zip(draft.vector_keys, draft.vectors, strict=True)]
        db.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
