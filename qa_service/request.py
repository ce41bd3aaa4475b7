"""A caller's question as it arrives (HTTP, command line, evaluation) and its reading into a :class:`Question`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.article import date_interval
from index.errors import InvalidRequest
from index.ports import Filters
from qa_service.given_time import TimeField, given_time
from qa_service.question import Question

MAX_QUESTION = 2000
"""Code points. A longer text is a document, not a question."""
MAX_TOP_K = 100
MAX_SEARCH_TOP_K = 1000


class FilterFields(BaseModel):
    """Filters that the caller insists on. A date-only bound covers that whole day; no offset means UTC."""

    model_config = ConfigDict(extra="forbid")

    published_from: str | None = Field(default=None, examples=["2023-09-01"])
    published_to: str | None = Field(default=None, examples=["2023-09-30"])
    sources: list[str] = Field(default_factory=list)
    languages: list[str] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)
    include_undated: bool = Field(default=False, strict=True)


class AskRequest(BaseModel):
    """The body of ``POST /v1/ask``."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(examples=["How many people fled Nagorno-Karabakh in September 2023?"])
    asked_at: str | None = Field(default=None, examples=["2023-10-02"])
    as_of: str | None = Field(default=None, examples=["2023-09-30T12:00:00+04:00"])
    time: TimeField | None = Field(
        default=None,
        description="The days the question is about, instead of those its words name; `off`: no time is read. Soft.",
        examples=[{"from": "2023-09-01", "to": "2023-09-30"}, "off"],
    )
    top_k: int = Field(default=5, ge=1, le=MAX_TOP_K, strict=True)
    min_confidence: float | None = Field(default=None, ge=0, le=1, strict=True, allow_inf_nan=False)
    filters: FilterFields = FilterFields()

    def to_question(self, now: datetime) -> Question:
        """The question with its times read. Raises InvalidRequest naming every wrong field."""
        return _question(self, now)


class SearchRequest(AskRequest):
    """The body of ``POST /v1/search``: a ranked list, before collapsing and diversifying."""

    top_k: int = Field(default=10, ge=1, le=MAX_SEARCH_TOP_K, strict=True)
    by: Literal["article", "passage"] = "article"


def read_request(fields: dict[str, Any]) -> AskRequest:
    """An AskRequest from plain values, with the project's own error. Raises InvalidRequest."""
    try:
        return AskRequest.model_validate(fields)
    except ValidationError as error:
        raise InvalidRequest(**{".".join(map(str, e["loc"])): e["msg"] for e in error.errors()}) from error


def _question(request: AskRequest, now: datetime) -> Question:
    wrong: dict[str, str] = {}
    text = request.question.strip()
    if not text or not any(ch.isalnum() for ch in text):
        wrong["question"] = "is empty: ask something in words"
    elif len(text) > MAX_QUESTION:
        wrong["question"] = f"has {len(text)} characters; at most {MAX_QUESTION} are read"
    elif any("\ud800" <= ch <= "\udfff" for ch in text):
        wrong["question"] = "holds bytes that are not UTF-8, or half a surrogate pair"
    given = {
        "asked_at": request.asked_at,
        "as_of": request.as_of,
        "filters.published_from": request.filters.published_from,
        "filters.published_to": request.filters.published_to,
    }
    intervals: dict[str, tuple[int, int]] = {}
    for field, value in given.items():
        if value is not None:
            try:
                intervals[field] = date_interval(value)
            except (ValueError, OverflowError):
                wrong[field] = f"{value!r} is not an ISO 8601 date or time such as 2023-10-02 or 2023-10-02T14:05+04:00"
    published_from = intervals.get("filters.published_from", (None, None))[0]
    published_to = _upper(request.filters.published_to, intervals.get("filters.published_to"))
    if published_from is not None and published_to is not None and published_from >= published_to:
        wrong["filters.published_to"] = "lies before published_from"
    time, wrong_time = given_time(request.time)
    wrong |= wrong_time
    if wrong:
        raise InvalidRequest(**wrong)
    as_of = _moment(request.as_of, intervals.get("as_of"))
    return Question(
        text=text,
        asked_at=_asked_at(request.asked_at) if request.asked_at else _no_later(now, as_of),
        asked_at_given=request.asked_at is not None,
        time=time,
        as_of=request.as_of,
        top_k=request.top_k,
        min_confidence=request.min_confidence,
        filters=Filters(
            published_from=published_from,
            published_to=published_to,
            sources=tuple(request.filters.sources),
            languages=tuple(request.filters.languages),
            tags=tuple(request.filters.tags),
            include_undated=request.filters.include_undated,
            as_of=as_of,
        ),
    )


def read_moment(as_of: str | None) -> int | None:
    """The last second that an ``as_of`` includes. Raises InvalidRequest."""
    if as_of is None:
        return None
    try:
        return _moment(as_of, date_interval(as_of))
    except (ValueError, OverflowError) as error:
        raise InvalidRequest(as_of=f"{as_of!r} is not an ISO 8601 date or time") from error


def _upper(value: str | None, interval: tuple[int, int] | None) -> int | None:
    """The exclusive end of an inclusive bound: the whole day of a date, the very moment of a time."""
    if value is None or interval is None:
        return None
    return interval[1] if len(value) <= 10 else interval[0] + 1


def _moment(value: str | None, interval: tuple[int, int] | None) -> int | None:
    """The last second that a bound includes."""
    upper = _upper(value, interval)
    return None if upper is None else upper - 1


def _no_later(now: datetime, as_of: int | None) -> datetime:
    """Where the archive is asked as it stood then, "today" is that day."""
    return now if as_of is None or as_of >= now.timestamp() else datetime.fromtimestamp(as_of, tz=UTC)


def _asked_at(value: str) -> datetime:
    """The moment a question was asked; a date alone means the end of that day."""
    if len(value) <= 10:
        return datetime.fromtimestamp(date_interval(value)[1] - 1, tz=UTC)
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
