"""Questions in a query string: the fields of the body, flat, lists by repetition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel, Field

from qa_service.http.body import unusable_strings
from qa_service.http.problems import invalid
from qa_service.question import Mode
from qa_service.request import MAX_SEARCH_TOP_K, MAX_TOP_K, AskRequest, FilterFields, SearchRequest


class AskQuery(BaseModel):
    """The parameters of ``GET /v1/ask``."""

    q: str | None = Field(None, description="The question.", examples=["Who reopened the harbour bridge?"])
    question: str | None = Field(None, description="The same as `q`; give one of them.")
    asked_at: str | None = Field(None, description="When *today* and *latest* are; now unless given.")
    as_of: str | None = Field(None, description="Answer from the versions that were valid at this moment.")
    time: Literal["off"] | None = Field(None, description="`off`: no time is read from the question.")
    time_from: str | None = Field(None, description="First day the question is about, instead of what its words name.")
    time_to: str | None = Field(None, description="Last day the question is about, included.")
    time_mode: Mode | None = Field(None, description="How these days are meant, if not as their ends say.")
    top_k: int = Field(5, ge=1, le=MAX_TOP_K)
    min_confidence: float | None = Field(None, ge=0, le=1, description="0 never withholds an answer.")
    published_from: str | None = Field(None, description="Inclusive; a date alone means that whole day.")
    published_to: str | None = Field(None, description="Inclusive; a date alone means that whole day.")
    sources: list[str] = Field(default_factory=list, description="Outlets; repeat for several.")
    languages: list[str] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)
    include_undated: bool = False

    def to_request(self) -> AskRequest:
        """The same as a body would have said it. Raises Refusal when there is not exactly one question."""
        return AskRequest.model_validate(self._fields())

    def _fields(self) -> dict[str, Any]:
        if (self.q is None) == (self.question is None):
            raise invalid([("q", "is required" if self.q is None else "is given twice: as q and as question")])
        given = self.model_dump(exclude={"q", "question"})
        filters = {name: given.pop(name) for name in FilterFields.model_fields}
        window = {name: given.pop(f"time_{name}") for name in ("from", "to", "mode")}
        window = {name: value for name, value in window.items() if value is not None}
        if window and self.time is not None:
            raise invalid([("time", f"is off, and time_{next(iter(window))} is given")])
        return {
            **given,
            "time": window or self.time,
            "question": self.q if self.question is None else self.question,
            "filters": filters,
        }


class SearchQuery(AskQuery):
    """The parameters of ``GET /v1/search``."""

    top_k: int = Field(10, ge=1, le=MAX_SEARCH_TOP_K)
    by: Literal["article", "passage"] = "article"

    def to_request(self) -> SearchRequest:
        """The same as a body would have said it. Raises Refusal when there is not exactly one question."""
        return SearchRequest.model_validate(self._fields())


def only(*single: str, repeated: tuple[str, ...] = ()) -> Callable[[Request], None]:
    """A dependency that refuses what a query string should not hold: unknown names, repetitions, broken encoding."""

    def check(request: Request) -> None:
        try:
            query = request.scope["query_string"].decode("ascii")
            pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=2000)
        except ValueError as error:
            raise invalid([("query", "is not percent-encoded UTF-8")]) from error
        wrong: list[tuple[str, str]] = []
        seen: set[str] = set()
        for name, value in pairs:
            if name not in single and name not in repeated:
                wrong.append((name, "is not a known parameter"))
            elif name in seen and name in single:
                wrong.append((name, "is given more than once"))
            wrong.extend((name, message) for _, message in unusable_strings(value, nul=True))
            seen.add(name)
        if wrong:
            raise invalid(wrong)

    return check


_LISTS = ("sources", "languages", "tags")
ask_parameters = only(*(name for name in AskQuery.model_fields if name not in _LISTS), repeated=_LISTS)
search_parameters = only(*(name for name in SearchQuery.model_fields if name not in _LISTS), repeated=_LISTS)
