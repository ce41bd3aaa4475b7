"""The contract's objects as OpenAPI shows them. Every key is always present; null or ``[]`` where there is nothing.

These describe answers and check them in tests; answers themselves are written from :mod:`qa_service.answer`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from qa_service.http.shapes import Corrected, Difference, Notice, Published, Shape, Span


class Citation(Shape):
    """Where a quotation comes from: `quote` equals `text[span[0]:span[1]]` of the article at `version`."""

    n: int
    article_id: str
    version: int
    newer_version: int | None
    corrected: Corrected | None
    title: str
    source: str | None
    url: str | None
    permalink: str
    quote_url: str | None
    published: Published
    span: Span
    quote: str


class TimeReading(Shape):
    """How the question's time was read: days, both included; null is open."""

    start: str | None = Field(alias="from")
    end: str | None = Field(alias="to")
    expression: str | None = Field(description="The words it was read from; null where the request gave the time.")
    mode: Literal["inside", "up_to", "from", "newest"]


class Interpreted(Shape):
    """How the question was read."""

    time: TimeReading | None = Field(description="Null: the words name none, or the request switched it off.")
    sources: list[str]


class AnswerSentence(Shape):
    """A sentence quoted as the answer, word for word."""

    sentence: str
    confidence: float = Field(ge=0, le=1)
    span_text: str | None
    passage_rank: int
    citation: Citation


class Carrier(Shape):
    """Another outlet's near-identical text of the same passage."""

    article_id: str
    source: str | None
    url: str | None
    published: Published


class RankedPassage(Shape):
    """A passage, with why it ranks where it does. `highlights` are ranges of this passage's text."""

    rank: int
    score: float
    scores: dict[str, float]
    passage_id: str
    article_id: str
    language: str | None
    text: str
    highlights: list[Span]
    story_id: str | None
    independent_sources: int
    copies: list[Carrier]
    citation: Citation


class Claim(Shape):
    """Who says what: a value, what it counts, and the words that say so. Equal values share a `group`."""

    kind: str
    value: float | str
    bound: Literal["exact", "at_least", "at_most", "about"]
    unit: str | None
    counted: str | None
    said_by: str
    denied: bool
    published: Published
    as_of: str | None
    passage_ranks: list[int]
    citation: Citation
    group: int


class Answer(Shape):
    """The answer. `unsupported` means that the archive does not support one; the nearest passages are still listed."""

    question: str
    asked_at: str
    as_of: str | None
    interpreted: Interpreted
    outcome: Literal["answered", "conflicting", "unsupported"]
    confidence: float = Field(ge=0, le=1)
    answer: list[AnswerSentence]
    passages: list[RankedPassage]
    claims: list[Claim]
    timings_ms: dict[str, float]


class FoundArticle(Shape):
    """A line of the ranking by article."""

    rank: int
    score: float
    article_id: str
    title: str
    source: str | None
    url: str | None
    published: Published
    passage_ids: list[str]


class SearchResult(Shape):
    """The ranked list, before collapsing and diversifying: `articles` or `passages`, by what was asked for."""

    question: str
    asked_at: str
    as_of: str | None
    interpreted: Interpreted
    by: Literal["article", "passage"]
    articles: list[FoundArticle]
    passages: list[RankedPassage]
    timings_ms: dict[str, float]


class ArticleVersion(Shape):
    """A stored version and the time for which it is the valid one, half-open; `valid_to` null: still valid."""

    version: int
    valid_from: str
    valid_to: str | None
    modified: str | None
    ingested_at: str


class Removed(Shape):
    """A range that is kept out of passages, and why."""

    span: Span
    reason: str


class Section(Shape):
    """One report of an article."""

    title: str
    kept: list[Span]


class Article(Shape):
    """One version of an article. Every offset in the service counts code points of this `text`."""

    id: str
    version: int
    versions: list[ArticleVersion]
    title: str
    source: str | None
    url: str | None
    language: str | None
    tags: list[str]
    published: Published
    modified: str | None
    text: str
    kept: list[Span]
    removed: list[Removed]
    sections: list[Section]
    notices: list[Notice]
    diff: Difference | None = Field(description="As asked for.")
    span: Span | None = Field(description="As asked for.")
    quote: str | None = Field(description="The words at `span`.")


class Passage(Shape):
    """One passage with its citation."""

    passage_id: str
    article_id: str
    version: int
    title: str
    source: str | None
    url: str | None
    published: Published
    text: str
    span: Span
    citation: Citation


class StoryArticle(Shape):
    """An article of a story; `copies` are other articles of it that carry some of the same text."""

    article_id: str
    version: int
    title: str
    source: str | None
    url: str | None
    published: Published
    copies: list[str]
    versions: int = Field(description="How many versions of it were known then.")
    notice: str | None = Field(description="`correction`, `retraction`…: what it says of its own change.")


class Story(Shape):
    """Articles on one event, by date. `redirected_from` is the id asked for, where that story was merged into this."""

    id: str
    redirected_from: str | None
    articles: list[StoryArticle]


class ArticleRecord(Shape):
    """An article to store. Without `id` it is named by its URL, else by its content."""

    id: str | None = None
    text: str
    title: str | None = None
    source: str | None = None
    date: str | None = None
    modified: str | None = None
    url: str | None = None
    language: str | None = None
    tags: list[str] | None = None


class IngestedItem(Shape):
    """What became of one record, in the order sent."""

    id: str | None
    outcome: Literal["ingested", "updated", "unchanged", "refused"]
    version: int | None
    passages: int
    refused: str | None = Field(description="Why it was refused.")


class Ingested(Shape):
    """What became of every record sent."""

    items: list[IngestedItem]
    ingested: int
    updated: int
    unchanged: int
    refused: int


class JobItem(Shape):
    """What became of one record of a job."""

    place: int = Field(description="In the body, from 0.")
    id: str | None
    outcome: Literal["pending", "ingested", "updated", "unchanged", "refused", "cancelled"]
    version: int | None
    passages: int
    refused: str | None = Field(description="Why it was refused.")


class JobLine(Shape):
    """A job and how far it is."""

    id: str
    state: Literal["queued", "running", "done", "cancelled"]
    created: str
    finished: str | None
    total: int
    settled: int
    ingested: int
    updated: int
    unchanged: int
    refused: int
    cancelled: int


class Job(JobLine):
    """A job with some of its items."""

    start: int
    items: list[JobItem]


class Jobs(Shape):
    """Every job, newest first."""

    jobs: list[JobLine]


class Alive(Shape):
    """The process answers."""

    status: Literal["alive"]


class Ready(Shape):
    """The index is loaded."""

    status: Literal["ready"]
    min_confidence: float = Field(description="The confidence below which an answer is withheld by default.")
    model: str = Field(description="The embedding model that questions are encoded with.")
    sequence: int
    articles: int
    passages: int


class FieldError(Shape):
    """One wrong field."""

    field: str
    message: str


class Problem(BaseModel):
    """What went wrong (RFC 9457). `type` is stable; `errors` names the wrong fields."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[FieldError]
