"""From a record to an article: cleaned, dated, its language known, its title and outlet settled."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from index.article import Article, PublishedDate, Record, Removed
from index.clean import Cleaned, clean
from index.dates import infer_date
from index.languages import detect_language

_DATED = frozenset({"photo credit", "dateline"})
"""Furniture whose dates are near the day of publication."""


def outlet_of(record: Record) -> str | None:
    """The record's outlet, else the host of its address."""
    return record.source or _host(record.url)


def assemble(record: Record, learned: Sequence[Removed] = ()) -> Article:
    """The article that a record describes; ``learned`` is furniture that the archive knows its outlet by.

    Its language is the record's (of a page: what its lang attribute says), else that of what is kept of the text.
    Its title is the record's, else its headline, else empty; its outlet the record's, else the host of its URL.
    A date in captions or text is only inferred, and only where the record has none.
    """
    cleaned = clean(record.text, record.title, (*record.furniture, *learned))
    return Article(
        id=record.id,
        text=record.text,
        title=cleaned.sections[0].title,
        source=outlet_of(record),
        url=record.url,
        published=_published(record, cleaned),
        modified=record.modified,
        language=record.language or detect_language(_kept_text(record.text, cleaned)),
        tags=record.tags,
        sections=cleaned.sections,
        removed=cleaned.removed,
        authors=record.authors,
    )


def _published(record: Record, cleaned: Cleaned) -> PublishedDate:
    if record.published.date is not None:
        return record.published
    beside = [item.span for item in cleaned.removed if item.reason in _DATED]
    kept = [span for section in cleaned.sections for span in section.kept]
    inferred = infer_date(record.text, beside) or infer_date(record.text, kept)
    return PublishedDate(provenance="none" if inferred is None else "text", inferred=inferred)


def _host(url: str | None) -> str | None:
    """The outlet as the address names it: ``bbc.com`` of ``https://www.bbc.com/news/1``."""
    if url is None:
        return None
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _kept_text(text: str, cleaned: Cleaned) -> str:
    return " ".join(text[start:end] for section in cleaned.sections for start, end in section.kept)
