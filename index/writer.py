"""From records to committed articles: clean, date, split, embed, commit, in batches.

A batch is committed as a whole, so an interrupted ingest keeps every batch before it, and reading the same input
again goes on from there: what is stored already is recognised before anything is encoded.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from index.article import Article, Checkpoint, Item, Passage, Record, Withdrawn
from index.assemble import assemble, outlet_of
from index.embedding import Embedder
from index.errors import InputRefused
from index.learned import OutletLines
from index.passages import SplitOptions, split_passages
from index.ports import Committed, Draft
from index.refusals import RefusalLog
from index.store import Store
from index.withdrawals import Withdrawals

PIPELINE = 1
"""Number of the cleaning and splitting rules: articles made by another are processed again when ingested."""
_BATCH_PASSAGES = 512
_BATCH_ARTICLES = 256
_PROGRESS_SECONDS = 5.0
"""How often progress is kept while nothing that is read has to be stored."""


Settled = Committed | Withdrawn | InputRefused
"""What became of an input."""


@dataclass(slots=True, kw_only=True)
class IngestReport:
    """What an ingest did, in articles; ``passages`` counts those of ingested and updated articles."""

    ingested: int = 0
    updated: int = 0
    unchanged: int = 0
    copies: int = 0
    withdrawn: int = 0
    """Articles that an input took back, and that were here."""
    refused: list[InputRefused] = field(default_factory=list[InputRefused])
    passages: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    record: Record
    article: Article
    passages: tuple[Passage, ...]


@dataclass(slots=True)
class _Batch:
    """What waits to be committed, and how far reading has come with it."""

    waiting: list[_Prepared] = field(default_factory=list[_Prepared])
    reached: dict[str, Checkpoint] = field(default_factory=dict[str, Checkpoint])
    since: float = field(default_factory=time.monotonic)

    @property
    def is_full(self) -> bool:
        passages = sum(len(prepared.passages) for prepared in self.waiting)
        return len(self.waiting) >= _BATCH_ARTICLES or passages >= _BATCH_PASSAGES

    @property
    def is_due(self) -> bool:
        return self.is_full or (not self.waiting and time.monotonic() - self.since >= _PROGRESS_SECONDS)


class Writer:
    """Puts records into a store with one embedder."""

    def __init__(self, store: Store, embedder: Embedder, split: SplitOptions) -> None:
        """``split`` is part of the store's pipeline fingerprint: see :func:`fingerprint`."""
        self._store = store
        self._embedder = embedder
        self._split = split
        self._lines = OutletLines(store.catalogue.connection)
        self._withdrawals = Withdrawals(store.catalogue)

    def ingest(
        self,
        inputs: Iterable[Item],
        on_done: Callable[[Settled], None] = lambda _: None,
    ) -> IngestReport:
        """Ingest everything; refusals are gathered, not raised. ``on_done`` hears of each input once it is settled.

        Raises Busy when another process keeps the write lock.
        """
        report = IngestReport()
        started = time.monotonic()
        batch = _Batch()
        log = RefusalLog(self._store.refusals)

        def heard(done: Settled) -> None:
            log.hear(done)
            on_done(done)

        def commit() -> None:
            nonlocal batch
            log.write()  # what was refused before a position is never read again once that is kept
            self._commit(batch, report, heard)
            batch = _Batch()

        for item in inputs:
            if isinstance(item, Checkpoint):
                batch.reached[item.input] = item
                if batch.is_due:
                    commit()
                continue
            if batch.is_full:
                commit()
            if isinstance(item, Withdrawn):
                commit()
                report.withdrawn += self._take_back(item)
                heard(item)
                continue
            prepared = item if isinstance(item, InputRefused) else self._prepare(item, batch.waiting)
            if not isinstance(prepared, _Prepared) and _waits(item, batch.waiting):
                # What came before under the same id is settled first.
                commit()
            if isinstance(prepared, _Prepared):
                batch.waiting.append(prepared)
            elif isinstance(prepared, InputRefused):
                report.refused.append(prepared)
                heard(prepared)
            else:
                _count(prepared, report)
                heard(prepared)
        commit()
        log.write()
        report.seconds = time.monotonic() - started
        return report

    def _take_back(self, taken: Withdrawn) -> int:
        """How many articles are gone: none where the message is older than what is stored."""
        self._withdrawals.note(taken)
        return 0 if self._withdrawals.is_outdated(taken) else len(self._store.delete([taken.id]))

    def _prepare(self, record: Record, batch: list[_Prepared]) -> _Prepared | Committed | InputRefused:
        # Whether it changes anything depends on what waits under the same id: the commit will tell.
        if not _waits(record, batch) and self._store.is_unchanged(record):
            return Committed(article_id=record.id, version=0, outcome="unchanged", passages=0)
        taken_back = self._withdrawals.refusal(record)
        if taken_back is not None:
            return taken_back
        outlet = outlet_of(record)
        article = assemble(record, self._lines.repeated(outlet, record.id, record.text))
        passages = split_passages(article, self._embedder.count_tokens, self._split)
        if not passages:
            reason = "nothing in it can be quoted: no prose beside headlines and page furniture"
            return InputRefused(record.id, reason, record.id)
        return _Prepared(record=record, article=article, passages=passages)

    def _commit(self, batch: _Batch, report: IngestReport, on_done: Callable[[Settled], None]) -> None:
        reached = batch.reached.values()
        if not batch.waiting:
            self._store.progress.keep(reached)
            return
        for committed in self._store.commit(self._drafts(batch.waiting), reached):
            _count(committed, report)
            on_done(committed)
        for prepared in batch.waiting:
            self._lines.note(prepared.article.source, prepared.record.id, prepared.record.text)

    def _drafts(self, batch: list[_Prepared]) -> list[Draft]:
        """Drafts with vectors: from the cache where the same words were encoded by the same model before."""
        texts = [[embedded_text(p.article, passage) for passage in p.passages] for p in batch]
        keys = [[vector_key(self._embedder.digest, text) for text in some] for some in texts]
        by_key = {
            key: text for some, those in zip(keys, texts, strict=True) for key, text in zip(some, those, strict=True)
        }
        vectors = self._store.cached_vectors(list(by_key))
        missing = [key for key in by_key if key not in vectors]
        encoded = self._embedder.encode_passages([by_key[key] for key in missing])
        vectors.update(zip(missing, encoded, strict=True))
        return [
            Draft(
                record=p.record,
                article=p.article,
                passages=p.passages,
                vectors=np.stack([vectors[key] for key in some]),
                vector_keys=tuple(some),
            )
            for p, some in zip(batch, keys, strict=True)
        ]


def _waits(item: Record | InputRefused, batch: list[_Prepared]) -> bool:
    """Whether something of the same id is in a batch."""
    names = {item.name, item.article_id} if isinstance(item, InputRefused) else {item.id}
    return any(prepared.record.id in names for prepared in batch)


def embedded_text(article: Article, passage: Passage) -> str:
    """What the model reads of a passage: its section's headline, then its words."""
    title = article.sections[passage.section].title
    return f"{title}\n{passage.text}" if title else passage.text


def vector_key(model_digest: str, text: str) -> bytes:
    """Name of a text's vector in the cache."""
    return hashlib.sha256(f"{model_digest}\0{text}".encode()).digest()[:20]


def fingerprint(model_digest: str, split: SplitOptions) -> str:
    """Names the pipeline that made an article's passages."""
    return f"{PIPELINE}/{split.max_tokens}/{split.overlap_sentences}/{model_digest[:16]}"


def _count(committed: Committed, report: IngestReport) -> None:
    if committed.outcome == "unchanged":
        report.unchanged += 1
        return
    report.passages += committed.passages
    report.copies += committed.copied > 0
    if committed.outcome == "ingested":
        report.ingested += 1
    else:
        report.updated += 1
