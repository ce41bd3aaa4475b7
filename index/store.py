"""The embedded store: catalogue, vectors and terms as one archive with one writer and lock-free readers.

A commit is durable in the catalogue first, then carried into the derived files, then published as a new view. What
a crash leaves behind is carried over when the folder is opened next.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from index.article import Checkpoint, Record
from index.catalogue import Catalogue, set_meta, unreadable
from index.commits import commit_draft, delete_articles, drop_unused_vectors, is_unchanged, next_sequence
from index.errors import Busy, ModelChanged, PipelineMismatch
from index.following import follow_view, load_view
from index.former import drop_former
from index.holdings import HoldingsReader, folder_bytes
from index.joining import join_groups, last_version
from index.locking import WriteLock
from index.ports import Committed, Draft, FloatMatrix
from index.progress import Progress, keep_progress
from index.refusals import Refusals
from index.terms import TermDocument, TermIndex
from index.vectors import VectorBase, build_base, load_base, save_base
from index.view import View

_log = logging.getLogger(__name__)

FOLD_AT = 10_000
"""Rows beside the vector base at which they are folded into a new one."""
_TERM_DOCUMENTS = (
    "SELECT p.pk, v.sections, p.section, span_text(v.text, p.start, p.end) AS words"
    " FROM passages p JOIN versions v USING (vid) WHERE p.seq > ? ORDER BY p.pk"
)


class Store:
    """Implements the ports over one folder; :meth:`view` hands out the reading side."""

    def __init__(
        self, folder: Path, *, model_name: str, model_digest: str, dim: int, fingerprint: str, wait: float = 10.0
    ) -> None:
        """Open or create. Raises PipelineMismatch when the folder was built with another model."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.wait = wait
        self._dim = dim
        self._model_name = model_name
        self._model_digest = model_digest
        self._fingerprint = fingerprint
        self._lock = WriteLock(folder / "write.lock")
        self._publishing = threading.RLock()
        self._stop = threading.Event()
        self._follower: threading.Thread | None = None
        self.catalogue = Catalogue(folder / "catalogue.db")
        self.refusals = Refusals(self.catalogue)
        self.progress = Progress(self.catalogue, fingerprint)
        self.holdings = HoldingsReader(self.catalogue)
        try:
            self._claim(model_name, model_digest, dim)
            self._terms = self._open_terms()
            self._catch_up_terms(self.wait)
            self._view = self._open_view()
        except sqlite3.DatabaseError as error:
            self.catalogue.close()
            raise unreadable(self.catalogue.path, error) from error

    # -- reading -------------------------------------------------------------------------------------------------

    def view(self) -> View:
        """The latest published view: no lock, no waiting."""
        return self._view

    def refresh(self) -> View:
        """Publish what this or another process has committed since; cheap when nothing was.

        After a change of model the view stays as it was: see :meth:`is_outdated`.
        """
        with self._publishing:
            sequence = self.catalogue.sequence()
            if sequence == self._view.sequence and self._view.searcher.sequence >= sequence:
                return self._view
            if self.is_outdated():
                return self._view
            self._terms.reload()
            self._catch_up_terms(0.0)
            with suppress(ModelChanged):
                new = follow_view(self._view, self._terms.searcher())
                self._view = new if new is not None else self._open_view()
            return self._view

    def is_outdated(self) -> bool:
        """Whether the archive has changed over to another model since it was opened.

        The view of before can still be asked, and articles can be deleted; everything else takes a new Store.
        """
        return self.catalogue.meta("model_digest") != self._model_digest

    def follow(self, every: float = 0.2, on_outdated: Callable[[], bool] = lambda: False) -> None:
        """Keep refreshing in the background until closed.

        ``on_outdated`` is called, again and again, once the archive has another model; True ends the following.
        """

        def run() -> None:
            said = ""
            while not self._stop.wait(every):
                try:
                    view = self.refresh()
                    if self.is_outdated():
                        if on_outdated():
                            return
                    elif self._is_ripe(view):
                        self.fold(wait=0.0)
                except Busy:
                    continue  # a writer is at work; it folds, or the next turn does
                except (sqlite3.Error, OSError, ValueError) as error:
                    if str(error) != said:
                        said = str(error)
                        _log.warning("cannot follow %s, trying again: %s", self.folder, error)

        self._follower = threading.Thread(target=run, name="follow-catalogue", daemon=True)
        self._follower.start()

    def close(self) -> None:
        """Stop following and close every connection."""
        self._stop.set()
        if self._follower is not None and self._follower is not threading.current_thread():
            self._follower.join()
        self.catalogue.close()

    # -- writing -------------------------------------------------------------------------------------------------

    def is_unchanged(self, record: Record) -> bool:
        """Whether ingesting this record would change nothing."""
        return is_unchanged(self.catalogue.connection(), record, self._fingerprint)

    def cached_vectors(self, vector_keys: list[bytes]) -> dict[bytes, FloatMatrix]:
        """Vectors that need not be encoded again."""
        return self.catalogue.vectors(vector_keys)

    def commit(self, drafts: Iterable[Draft], reached: Iterable[Checkpoint] = ()) -> list[Committed]:
        """Store each article as its next version, all in one transaction. Raises Busy after ``wait`` seconds.

        It also keeps how far reading has come. Raises ModelChanged where the archive has another model since.
        """
        now = int(time.time())
        with self._writing(self.wait):
            before = self.refresh()
            some = list(drafts)
            for draft in some:
                self._check_vectors(draft)
            with self.catalogue.write() as db:
                sequence = next_sequence(db)
                last = last_version(db)
                done = [
                    commit_draft(db, draft, sequence=sequence, fingerprint=self._fingerprint, now=now) for draft in some
                ]
                done = join_groups(db, before, some, done, last_vid=last, sequence=sequence)
                keep_progress(db, reached, self._fingerprint)
            self._carry_over()
        return done

    def delete(self, article_ids: Iterable[str]) -> list[str]:
        """Delete articles with all versions; returns the ids that existed. Raises Busy after ``wait`` seconds."""
        with self._lock.hold(self.wait):
            with self.catalogue.write() as db:
                deleted = delete_articles(db, article_ids, next_sequence(db))
            self._carry_over()
        return deleted

    def fold(self, *, wait: float | None = None) -> None:
        """Make one vector base of everything live. Queries go on meanwhile. Raises Busy."""
        with self._writing(self.wait if wait is None else wait), self._publishing:
            self._view = self._fold(self.refresh())

    def compact(self) -> None:
        """Purge what was deleted from every file: cached vectors, free pages, write-ahead log, derived files.

        Raises Busy, also where a reader keeps the log from being emptied.
        """
        with self._writing(self.wait):
            with self.catalogue.write() as db:
                sequence = next_sequence(db)
                drop_unused_vectors(db)
                drop_former(db, int(time.time()))
                db.execute("DELETE FROM departed")
                set_meta(db, "forgotten", str(sequence))
            db = self.catalogue.connection()
            db.execute("VACUUM")
            self._terms.apply(sequence, None, self._term_documents(-1))
            with self._publishing:
                self._view = self._open_view(rebuild=True)
            # Readers of an older snapshot can hold the log back for a moment.
            for _ in range(50):
                if db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0:
                    return
                time.sleep(0.1)
            raise Busy(f"what was deleted may still be in the log of {self.catalogue.path}, which is being read: again")

    def status(self) -> dict[str, Any]:
        """What the archive holds and how it is indexed."""
        view = self.refresh()
        base = None if view.base is None else asdict(view.base.manifest)
        return {
            **self.catalogue.counts(),
            "sequence": view.sequence,
            "model": self._model_name,
            "model_digest": self._model_digest,
            "fingerprint": self._fingerprint,
            "vector_base": base,
            "recent_passages": len(view.recent),
            "refused": self.refusals.count(),
            "bytes": folder_bytes(self.folder),
        }

    # -- inside --------------------------------------------------------------------------------------------------

    def _claim(self, model_name: str, model_digest: str, dim: int) -> None:
        """Record the model of a new archive, or check it against the archive's."""
        found = self.catalogue.meta("model_digest")
        if found is None:
            with self.catalogue.write() as db:
                set_meta(db, "model_name", model_name)
                set_meta(db, "model_digest", model_digest)
                set_meta(db, "dim", str(dim))
        elif found != model_digest:
            raise PipelineMismatch(
                f"{self.folder} was built with model {self.catalogue.meta('model_name')!r} (digest {found[:12]}…), "
                f"not {model_name!r} (digest {model_digest[:12]}…): run `qa-service reindex` to change over"
            )

    @contextmanager
    def _writing(self, wait: float) -> Generator[None]:
        """The write lock, for what depends on the model: while it is held nobody can change the model."""
        with self._lock.hold(wait):
            if self.is_outdated():
                raise ModelChanged(
                    f"{self.folder} has changed over to model {self.catalogue.meta('model_name')!r} meanwhile: "
                    "the same command again goes on from there"
                )
            yield

    def _open_terms(self) -> TermIndex:
        folder = self.folder / "terms"
        if TermIndex.is_current(folder):
            return TermIndex(folder)
        with self._lock.hold(self.wait):
            return TermIndex(folder)

    def _check_vectors(self, draft: Draft) -> None:
        """Raises ValueError: one vector of another length would make the whole archive unreadable."""
        wanted = (len(draft.passages), self._dim)
        if draft.vectors.shape != wanted or draft.vectors.dtype != np.float32:
            raise ValueError(
                f"vectors of {draft.article.id!r} are {draft.vectors.shape} {draft.vectors.dtype}, not {wanted} float32"
            )

    def _carry_over(self) -> None:
        """After a commit, with the write lock held: derived files, then the view."""
        with self._publishing:
            self._apply_terms()
            view = self.refresh()
            if self._is_ripe(view) and not self.is_outdated():
                self._view = self._fold(view)

    def _catch_up_terms(self, wait: float) -> None:
        """Replay what the lexical files miss, unless the writer that will do it is still at work."""
        if self._terms.sequence != self.catalogue.sequence():
            try:
                with self._lock.hold(wait):
                    self._terms.reload()
                    self._apply_terms()
            except Busy:
                if wait:
                    raise

    def _apply_terms(self) -> None:
        covered = self._terms.sequence
        sequence = self.catalogue.sequence()
        if covered == sequence:
            return
        # Ahead of the catalogue: made from another, as when an older one was put back.
        if int(self.catalogue.meta("forgotten") or 0) <= covered < sequence:
            departed = self.catalogue.connection().execute("SELECT pk FROM departed WHERE seq > ?", (covered,))
            try:
                self._terms.apply(sequence, [row[0] for row in departed], self._term_documents(covered))
            except (ValueError, OSError) as error:
                _log.warning("the lexical files of %s are made again: %s", self.folder, error)
                self._terms.empty()
            else:
                return
        self._terms.apply(sequence, None, self._term_documents(-1))

    def _term_documents(self, covered: int) -> Iterator[TermDocument]:
        for pk, sections, section, words in self.catalogue.connection().execute(_TERM_DOCUMENTS, (covered,)):
            yield TermDocument(pk, json.loads(sections)[section]["title"], words)

    def _open_view(self, *, rebuild: bool = False) -> View:
        folder = self.folder / "vectors"
        base = None if rebuild else load_base(folder, self._model_digest)
        if base is not None and base.manifest.sequence > self.catalogue.sequence():
            base = None
        view = self._load_view(base)
        if view is None:
            view = self._load_view(None)
        if view is None:
            raise RuntimeError("passages without vectors: the catalogue's foreign keys forbid it")
        if rebuild:
            return self._fold(view, afresh=True)
        if self._is_ripe(view):
            with suppress(Busy), self._lock.hold(0.0):
                view = self._fold(view)
        return view

    def _is_ripe(self, view: View) -> bool:
        """Whether enough came since the base to fold it in; the larger the base, the more it takes."""
        in_base = 0 if view.base is None else len(view.base.keys)
        return len(view.recent) > max(FOLD_AT, in_base // 8)

    def _fold(self, view: View, *, afresh: bool = False) -> View:
        if view.base is not None and not afresh and view.base.grows():
            base = view.base.extended(view.keys, view.recent, sequence=view.sequence)
        else:
            live = np.flatnonzero(view.slot >= 0)
            base = build_base(
                view.keys[live], view.vectors(live), sequence=view.sequence, model_digest=self._model_digest
            )
        save_base(base, self.folder / "vectors")
        folded = self._load_view(base)
        return view if folded is None else folded

    def _load_view(self, base: VectorBase | None) -> View | None:
        return load_view(self.catalogue, base, self._dim, self._terms.searcher(), self._model_digest)
