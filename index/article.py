"""The values that travel through the index: records, articles, versions, sections, passages, dates.

Offsets are code points, half-open ``[start, end)``, always into the text of one article version.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from index.errors import InputRefused

Precision = Literal["minute", "day", "month", "year", "none"]
Provenance = Literal["metadata", "prefix", "page", "text", "none"]
Span = tuple[int, int]
"""Half-open range of code points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InferredDate:
    """A date read in the running text: shown, weighed lightly, never matched by a filter."""

    date: str
    """ISO 8601, as precise as the text: ``2023-09-19``, ``2023-09`` or ``2023``."""
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedDate:
    """When an article says it was published, as it says so, and how that is known.

    ``date`` is None unless provenance is metadata, prefix or page.
    """

    date: str | None = None
    """As published, ISO 8601: ``2023-10-02T14:05+04:00``, ``2023-10-02``, ``2023-10`` or ``2023``."""
    precision: Precision = "none"
    provenance: Provenance = "none"
    inferred: InferredDate | None = None

    def interval(self) -> tuple[int, int] | None:
        """The UTC interval that the date covers, half-open, in seconds since 1970; None if undated."""
        return None if self.date is None else date_interval(self.date)

    @property
    def day(self) -> date | None:
        """The day as published, in its own time zone; None where no day is known."""
        return date.fromisoformat(self.date[:10]) if self.date is not None and len(self.date) >= 10 else None


_ISO_DATE = re.compile(
    r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?)?)?"
)


def date_interval(value: str) -> tuple[int, int]:
    """The UTC interval, half-open, in seconds since 1970, that an ISO date of any precision covers.

    A date without an offset is read as UTC; a time covers its minute. Raises ValueError on anything else.
    """
    if not _ISO_DATE.fullmatch(value):
        raise ValueError(f"{value!r} is not an ISO 8601 date or time")
    if len(value) == 4:
        year = int(value)
        return _epoch(datetime(year, 1, 1, tzinfo=UTC)), _epoch(datetime(year, 12, 31, tzinfo=UTC)) + 86400
    if len(value) == 7:
        year, month = int(value[:4]), int(value[5:])
        start = datetime(year, month, 1, tzinfo=UTC)
        last_day = (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return _epoch(start), _epoch(last_day) + 86400
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    start_seconds = _epoch(moment)
    return (start_seconds, start_seconds + 86400) if len(value) == 10 else (start_seconds, start_seconds + 60)


def _epoch(moment: datetime) -> int:
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A range that is kept out of passages, and why ("photo credit", "newsletter", "headline"…)."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RawInput:
    """What an article was read from, kept so that it can be read again by a better reader."""

    format: str
    """A key of ``index.readers.FORMATS``."""
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One input as a reader hands it over: decoded text and whatever metadata came with it."""

    id: str
    text: str
    """Decoded, line ends normalised to ``\\n``, nothing else changed."""
    title: str = ""
    source: str | None = None
    url: str | None = None
    published: PublishedDate = field(default_factory=PublishedDate)
    modified: str | None = None
    """ISO 8601, as given."""
    language: str | None = None
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    embargo: str | None = None
    """ISO 8601 time before which the article is not shown."""
    furniture: tuple[Removed, ...] = ()
    """Ranges of the text that the reader knows to be no part of the report: captions, boxes."""
    captured: str | None = None
    """ISO 8601 time at which a crawler saw the article so: orders versions, and is no part of what makes two equal."""
    raw: RawInput | None = None
    """Kept beside the article, and no part of what makes two records equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """An input that takes an article back: a kill, a cancellation, a file that is gone."""

    id: str
    reason: str
    moment: str | None = None
    """ISO 8601 time of the message that says so: an older version that is read later is not let in. None: unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Everything of an input before a position has been yielded; all of it where the position is None."""

    input: str
    state: str
    """Tells the input, and the way it is read, from a later one of the same name."""
    position: int | None


Item = Record | Withdrawn | InputRefused | Checkpoint
"""What a reader yields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One report of an article; most articles have one. ``kept`` is ascending and disjoint."""

    title: str
    kept: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One version of an article, cleaned and dated, before it has a version number."""

    id: str
    text: str
    title: str
    source: str | None
    url: str | None
    published: PublishedDate
    modified: str | None
    language: str | None
    tags: tuple[str, ...]
    sections: tuple[Section, ...]
    removed: tuple[Removed, ...]
    authors: tuple[str, ...] = ()

    @property
    def kept(self) -> tuple[Span, ...]:
        """The ranges of the text that may be quoted, ascending and disjoint."""
        return tuple(span for section in self.sections for span in section.kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The retrievable unit: a run of whole sentences inside one kept range of one section."""

    section: int
    start: int
    end: int
    text: str
    """``article.text[start:end]``, exactly."""
    sentences: tuple[Span, ...]
    """Sentence ranges in the article's text, ascending, inside ``[start, end)``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One stored version of an article, with the time for which it is the valid one.

    ``valid_from`` and ``valid_to`` are seconds since 1970 UTC, half-open; ``valid_to`` None means still valid.
    """

    article: Article
    version: int
    valid_from: int
    valid_to: int | None
    ingested_at: int
    newest: int
    """Number of the article's current version."""

    def is_visible(self, moment: int) -> bool:
        """Whether it was the valid version then, of an article that had been published by then."""
        published = self.article.published.interval()
        if published is not None and moment < published[0]:
            return False
        return self.valid_from <= moment and (self.valid_to is None or moment < self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPassage:
    """A passage as the catalogue holds it, with what a citation of it needs."""

    key: int
    """The catalogue's row number: never used again after a delete."""
    passage_id: str
    article_id: str
    version: int
    newest_version: int
    section: int
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]
    title: str
    """Of the passage's own section."""
    source: str | None
    url: str | None
    published: PublishedDate
    language: str | None
    copy_group: int | None
    story: int | None
