"""What the store's tests share: drafts without a cleaner or a model, a clock to set, and stores over a folder."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from index.article import Article, Passage, PublishedDate, Record, Section, date_interval
from index.ports import Draft
from index.store import Store
from index.testing import HashEmbedder

EMBEDDER = HashEmbedder(dim=16)
MODEL = EMBEDDER.digest


@dataclass
class Clock:
    """Stands in for the ``time`` module where the store asks for the moment of an ingest."""

    now: float = 1_700_000_000.0
    step: float = 10.0
    monotonic: object = field(default=time.monotonic)
    sleep: object = field(default=time.sleep)

    def time(self) -> float:
        self.now += self.step
        return self.now


def open_store(folder: Path, *, wait: float = 10.0, fingerprint: str = "p1", digest: str = MODEL) -> Store:
    return Store(folder, model_name="fake", model_digest=digest, dim=EMBEDDER.dim, fingerprint=fingerprint, wait=wait)


def record(
    article_id: str,
    text: str,
    *,
    title: str = "",
    source: str | None = None,
    date: str | None = None,
    modified: str | None = None,
    language: str | None = None,
    tags: Sequence[str] = (),
    url: str | None = None,
) -> Record:
    published = PublishedDate()
    if date is not None:
        precision = {4: "year", 7: "month", 10: "day"}.get(len(date), "minute")
        date_interval(date)
        published = PublishedDate(date=date, precision=precision, provenance="metadata")  # pyright: ignore[reportArgumentType]
    return Record(
        id=article_id,
        text=text,
        title=title,
        source=source,
        url=url,
        published=published,
        modified=modified,
        language=language,
        tags=tuple(tags),
    )


def draft_of(given: Record, *, separator: str = "\n\n") -> Draft:
    """A draft whose passages are the paragraphs of the text, all in one section."""
    passages: list[Passage] = []
    start = 0
    for paragraph in given.text.split(separator):
        end = start + len(paragraph)
        if paragraph.strip():
            passages.append(Passage(section=0, start=start, end=end, text=paragraph, sentences=((start, end),)))
        start = end + len(separator)
    article = Article(
        id=given.id,
        text=given.text,
        title=given.title,
        source=given.source,
        url=given.url,
        published=given.published,
        modified=given.modified,
        language=given.language,
        tags=given.tags,
        sections=(Section(title=given.title, kept=((0, len(given.text)),)),),
        removed=(),
    )
    texts = [f"{given.title}\n{p.text}" for p in passages]
    return Draft(
        record=given,
        article=article,
        passages=tuple(passages),
        vectors=EMBEDDER.encode_passages(texts),
        vector_keys=tuple(sha256(f"{MODEL}\0{text}".encode()).digest()[:20] for text in texts),
    )


def draft(article_id: str, text: str, **given: object) -> Draft:
    """Shorthand for the draft of a record; keywords as for :func:`record`."""
    return draft_of(record(article_id, text, **given))  # pyright: ignore[reportArgumentType]
