"""What retrieval pipelines send and expect, where that is not the contract's own."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from qa_service.http.shapes import Shape
from qa_service.request import MAX_TOP_K


class ExternalSearch(BaseModel):
    """What Open WebUI sends to an external web search."""

    model_config = ConfigDict(extra="forbid")

    query: str = Field(examples=["harbour bridge reopening"])
    count: int = Field(default=5, ge=1, le=MAX_TOP_K, strict=True)


class ExternalResult(Shape):
    """A passage as a web search result."""

    link: str = Field(description="The article's own address, else its permalink here.")
    title: str = Field(description="Outlet, date and headline.")
    snippet: str = Field(description="The whole passage, word for word.")


class ExternalResults(RootModel[list[ExternalResult]]):
    """Passages as web search results, best first."""


class SentenceBlock(Shape):
    """A sentence, word for word."""

    type: Literal["text"]
    text: str


class Citable(Shape):
    """Whether the model may cite the block."""

    enabled: Literal[True]


class SearchResultBlock(Shape):
    """A passage as a search-result block of Anthropic's Messages API."""

    type: Literal["search_result"]
    source: str = Field(description="The article's own address, else its permalink here.")
    title: str = Field(description="Outlet, date and headline.")
    content: list[SentenceBlock]
    citations: Citable


class SearchResults(Shape):
    """Blocks, best first, with what `/v1/ask` says of the question."""

    outcome: Literal["answered", "conflicting", "unsupported"]
    confidence: float
    content: list[SearchResultBlock]
