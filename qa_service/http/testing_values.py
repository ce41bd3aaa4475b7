"""What the service without a model answers with: a record's values in the contract's shapes."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from index.article import PublishedDate, Span
from index.groups import StoryMember
from qa_service.answer import (
    AnswerSentence,
    Citation,
    FoundArticle,
    Interpreted,
    RankedPassage,
    TimeReading,
)
from qa_service.citing import permalink
from qa_service.http.schemas import ArticleRecord
from qa_service.question import GivenWindow
from qa_service.request import AskRequest

MOMENT = "2023-10-05T12:00:00Z"
NOW = datetime(2023, 10, 5, 12, tzinfo=UTC)


def interpreted_of(request: AskRequest) -> Interpreted:
    """The time as given: words are not read here."""
    time = request.to_question(NOW).time
    if not isinstance(time, GivenWindow):
        return Interpreted(time=None, sources=())
    start, end = (None if day is None else day.isoformat() for day in (time.start, time.end))
    return Interpreted(time=TimeReading(start=start, end=end, expression=None, mode=time.mode), sources=())


def passage_id_of(article_id: str) -> str:
    """The id of an article's one passage."""
    return "p-" + sha256(article_id.encode()).hexdigest()[:12]


def published_of(record: ArticleRecord) -> PublishedDate:
    """A record's date, to the day, as its metadata."""
    if record.date is None:
        return PublishedDate()
    return PublishedDate(date=record.date, precision="day", provenance="metadata")


def version_line(number: int, newest: int, modified: str | None) -> dict[str, Any]:
    """A version as an article object lists it."""
    ended = None if number == newest else MOMENT
    return {"version": number, "valid_from": MOMENT, "valid_to": ended, "modified": modified, "ingested_at": MOMENT}


def difference_of(one: int, before: str, other: int, after: str) -> dict[str, Any]:
    """One change: the whole text."""
    kind = "equal" if before == after else "replace"
    spans = {"from": [0, len(before)], "to": [0, len(after)], "from_text": before, "to_text": after}
    return {"from": one, "to": other, "fields": [], "changes": [{"kind": kind, **spans}]}


def member_of(article_id: str, version: int, record: ArticleRecord) -> StoryMember:
    """An article as its story lists it."""
    return StoryMember(
        article_id=article_id,
        version=version,
        title=record.title or "",
        source=record.source,
        url=record.url,
        published=published_of(record),
        copies=(),
    )


def citation_of(article_id: str, version: int, record: ArticleRecord, n: int, span: Span | None = None) -> Citation:
    """The citation of a span of a record, of its whole text unless told."""
    span = (0, len(record.text)) if span is None else span
    return Citation(
        n=n,
        article_id=article_id,
        version=version,
        newer_version=None,
        title=record.title or "",
        source=record.source,
        url=record.url,
        permalink=permalink("", article_id, version, span if span[1] else None),
        quote_url=record.url,
        published=published_of(record),
        span=span,
        quote=record.text[slice(*span)],
    )


def ranked_passage(rank: int, score: float, citation: Citation) -> RankedPassage:
    """A passage that was found."""
    return RankedPassage(
        rank=rank,
        score=score,
        scores={"words": score},
        passage_id=passage_id_of(citation.article_id),
        article_id=citation.article_id,
        language="en",
        text=citation.quote,
        highlights=((0, 1),),
        story_id=None,
        independent_sources=1,
        copies=(),
        citation=citation,
    )


def sentence_of(passage: RankedPassage) -> AnswerSentence:
    """A passage as the one sentence of an answer."""
    return AnswerSentence(
        sentence=passage.text,
        confidence=passage.score,
        span_text=None,
        passage_rank=passage.rank,
        citation=passage.citation,
    )


def found_article(passage: RankedPassage) -> FoundArticle:
    """A passage's article as a search lists it."""
    shown = passage.citation
    return FoundArticle(
        rank=passage.rank,
        score=passage.score,
        article_id=shown.article_id,
        title=shown.title,
        source=shown.source,
        url=shown.url,
        published=shown.published,
        passage_ids=(passage.passage_id,),
    )
