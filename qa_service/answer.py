"""What comes back from a question: the contract's object as frozen values, and its JSON form.

Offsets are code points, half-open. Every ``quote`` equals ``article.text[start:end]`` at the version cited.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

from index.article import PublishedDate, Span
from index.notices import NoticeKind

Outcome = Literal["answered", "conflicting", "unsupported"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """That an article cited was corrected, clarified, retracted or updated."""

    version: int
    """The version that says so, or that replaced the one cited."""
    date: str | None
    """ISO day: the notice's own, else that of the version's modified time."""
    kind: NoticeKind
    notice: Span | None
    """The notice in that version's text; None where a newer version has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a quotation comes from: article, version, span, and what a reader needs to check it."""

    n: int
    """The number that the answer shows, ``[1]``: one per passage."""
    article_id: str
    version: int
    newer_version: int | None
    """The current version where the cited one is superseded."""
    corrected: Corrected | None = None
    title: str
    source: str | None
    url: str | None
    permalink: str
    """Names article, version and span: it survives re-splitting."""
    quote_url: str | None
    """The source page, opened at the quote (a text fragment)."""
    published: PublishedDate
    span: Span
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSentence:
    """A sentence quoted as the answer, word for word."""

    sentence: str
    confidence: float
    """Probability that this sentence holds the answer."""
    span_text: str | None
    """The words inside the sentence that answer, where the expected kind of answer was found."""
    passage_rank: int
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """Another outlet's near-identical text of the same passage."""

    article_id: str
    source: str | None
    url: str | None
    published: PublishedDate


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedPassage:
    """A passage of the answer, with why it ranks where it does."""

    rank: int
    score: float
    scores: dict[str, float]
    passage_id: str
    article_id: str
    language: str | None
    """ISO 639-1 code of the article's language, where it is known."""
    text: str
    highlights: tuple[Span, ...]
    """Ranges of this passage's text."""
    story_id: str | None
    independent_sources: int
    copies: tuple[Carrier, ...]
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who says what: a value with its bound, what it counts, and the words that say so."""

    kind: str
    value: float | str
    bound: Literal["exact", "at_least", "at_most", "about"]
    unit: str | None
    counted: str | None
    said_by: str
    denied: bool
    published: PublishedDate
    as_of: str | None
    passage_ranks: tuple[int, ...]
    citation: Citation
    group: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeReading:
    """How the question's time was read: inclusive ISO dates (None is open) and the words it was read from."""

    start: str | None
    end: str | None
    expression: str | None
    """None where the caller gave the time."""
    mode: Literal["inside", "up_to", "from", "newest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreted:
    """How the question was read."""

    time: TimeReading | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer object of the contract."""

    question: str
    asked_at: str
    as_of: str | None
    interpreted: Interpreted
    outcome: Outcome
    confidence: float
    """Probability that the archive supports an answer."""
    answer: tuple[AnswerSentence, ...]
    passages: tuple[RankedPassage, ...]
    claims: tuple[Claim, ...]
    timings_ms: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundArticle:
    """A line of the ranking by article, before collapsing and diversifying."""

    rank: int
    score: float
    article_id: str
    title: str
    source: str | None
    url: str | None
    published: PublishedDate
    passage_ids: tuple[str, ...]
    """Its passages among the candidates, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The ranked list of ``/v1/search``: articles or passages, by what the caller asked for."""

    question: str
    asked_at: str
    as_of: str | None
    interpreted: Interpreted
    by: Literal["article", "passage"]
    articles: tuple[FoundArticle, ...]
    passages: tuple[RankedPassage, ...]
    timings_ms: dict[str, float]


_RENAMED = {"start": "from", "end": "to"}


def to_json(value: Any) -> Any:
    """The contract's JSON form of any value above: every key present, tuples as lists."""
    if isinstance(value, (tuple, list)):
        return [to_json(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if hasattr(value, "__dataclass_fields__"):
        renamed = _RENAMED if isinstance(value, TimeReading) else {}
        return {renamed.get(f.name, f.name): to_json(getattr(value, f.name)) for f in fields(value)}
    return value
