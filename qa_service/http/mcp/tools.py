"""The MCP server and its tools: ``ask``, ``search``, ``fetch`` and ``timeline``. All of them only read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any, Protocol, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field, ValidationError

from index.errors import InvalidRequest, NotFound
from qa_service.answer import to_json
from qa_service.http import schemas
from qa_service.http.mcp import results
from qa_service.http.mcp.refusing import RefusingServer, told
from qa_service.http.service_port import Service
from qa_service.request import MAX_TOP_K, AskRequest, SearchRequest

T = TypeVar("T")
SEARCH_RESULTS = 10
"""Articles that ``search`` names."""
_STORY_PASSAGES = 50
"""Passages among which ``timeline`` looks for one that belongs to a story."""

INSTRUCTIONS = """\
A news archive. `ask` quotes the sentences that answer a question, word for word, with outlet and date; its outcome
says whether the sources conflict or do not support an answer. No model writes anything here: quote it as it is, and
cite `url` or `permalink`. `search` and `fetch` find and open whole articles; `timeline` lists the articles on one
event by date. Dates are ISO 8601; "today" in a question means `asked_at`, which is now unless given."""

_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

Question = Annotated[str, Field(description="A question in words.", examples=["When did the harbour bridge reopen?"])]
Day = Annotated[str | None, Field(description="ISO 8601; a date alone means that whole day.")]


class Caller(Protocol):
    """Runs a blocking reading of the service in a thread. Raises what that raises, Busy, or that it is not ready."""

    async def __call__(self, read: Callable[[Service], T], /) -> T:
        """What ``read`` returns."""
        ...


def make_server(call: Caller, *, public_url: str, version: str) -> MCPServer:
    """The server; ``public_url`` begins the addresses of articles that have none of their own."""
    server = RefusingServer("qa-service", title="News archive", instructions=INSTRUCTIONS, version=version)

    async def ask(
        *,
        question: Question,
        asked_at: Annotated[Day, Field(description="When it is asked; now unless given.")] = None,
        as_of: Annotated[Day, Field(description="Only what had been published by then.")] = None,
        top_k: Annotated[int, Field(ge=1, le=MAX_TOP_K, description="Passages shown.")] = 5,
        min_confidence: Annotated[
            float | None, Field(ge=0, le=1, description="Below it an answer is withheld; 0 never withholds.")
        ] = None,
        published_from: Day = None,
        published_to: Day = None,
        sources: Annotated[list[str] | None, Field(description="Only these outlets.")] = None,
        languages: Annotated[list[str] | None, Field(description="Only these languages.")] = None,
        tags: Annotated[list[str] | None, Field(description="Only with one of these tags.")] = None,
        include_undated: Annotated[bool, Field(description="With published_from or _to: undated ones too.")] = False,
    ) -> Annotated[CallToolResult, schemas.Answer]:
        """Sentences quoted from the archive that answer the question, with outlet, date and address.

        `outcome` is answered, conflicting (see `claims`) or unsupported.
        """
        filters = {
            "published_from": published_from,
            "published_to": published_to,
            "sources": sources or [],
            "languages": languages or [],
            "tags": tags or [],
            "include_undated": include_undated,
        }
        asked = _request(
            AskRequest,
            question=question,
            asked_at=asked_at,
            as_of=as_of,
            top_k=top_k,
            min_confidence=min_confidence,
            filters=filters,
        )
        return await _answered(call, lambda service: to_json(service.ask(asked)))

    async def search(
        query: Annotated[str, Field(description="A question, or words to look for.")],
    ) -> Annotated[CallToolResult, results.SearchHits]:
        """The articles that fit the words best. Open one with `fetch`."""
        asked = _request(SearchRequest, question=query, top_k=SEARCH_RESULTS, by="article")

        def read(service: Service) -> dict[str, Any]:
            try:
                found = service.search(asked).articles
            except InvalidRequest as error:
                raise InvalidRequest(**{_as_query(name): text for name, text in error.fields.items()}) from error
            return {"results": [results.search_hit(one, public_url) for one in found]}

        return await _answered(call, read)

    async def fetch(
        id: Annotated[str, Field(description="An article's id: from `search`, or `article_id` of a citation.")],  # noqa: A002 - the contract's name
    ) -> Annotated[CallToolResult, results.Fetched]:
        """The whole text of an article in its current version, with outlet, date and address."""
        return await _answered(call, lambda service: results.fetched(_plain(service.article(id, None)), public_url))

    async def timeline(
        story_id: Annotated[str | None, Field(description="From a passage of `ask`.")] = None,
        question: Annotated[str | None, Field(description="Instead: the story of the passage that fits best.")] = None,
        as_of: Annotated[Day, Field(description="As published by then.")] = None,
    ) -> Annotated[CallToolResult, results.Timeline]:
        """The articles on one event by date. Give `story_id` or `question`, not both."""
        if (story_id is None) == (question is None):
            raise ToolError("story_id: give either this or question, one of them")
        asked = None if question is None else _story_search(question, as_of)

        def read(service: Service) -> dict[str, Any]:
            named = _story_of(service, asked) if asked is not None else str(story_id)
            return results.timeline(_plain(service.story(named, as_of)), public_url)

        return await _answered(call, read)

    for tool, title in (
        (ask, "Ask the archive"),
        (search, "Search articles"),
        (fetch, "Open an article"),
        (timeline, "Timeline of a story"),
    ):
        server.add_tool(tool, title=title, annotations=_READS)
    return server


def _request(model: type[AskRequest], **fields: Any) -> Any:
    """The request. Raises ToolError naming each wrong field."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise told(error) from error


def _story_search(question: str, as_of: str | None) -> SearchRequest:
    return _request(SearchRequest, question=question, as_of=as_of, top_k=_STORY_PASSAGES, by="passage")


def _story_of(service: Service, asked: SearchRequest) -> str:
    """The story of the best passage that has one. Raises NotFound."""
    for passage in service.search(asked).passages:
        if passage.story_id is not None:
            return passage.story_id
    raise NotFound("no passage on that belongs to a story: `search` finds single articles")


async def _answered(call: Caller, read: Callable[[Service], dict[str, Any]]) -> CallToolResult:
    """One text item with the JSON, and the same object as structured content. Raises ToolError."""

    def whole(service: Service) -> CallToolResult:
        made = read(service)
        text = json.dumps(made, ensure_ascii=False, allow_nan=False)
        return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=made)

    try:
        return await call(whole)
    except Exception as error:
        raise told(error) from error


def _plain(value: Any) -> Any:
    """The service's object with the dataclasses inside it in the contract's shape."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [_plain(one) for one in value]  # pyright: ignore[reportUnknownVariableType]
    return to_json(value)


def _as_query(field: str) -> str:
    return "query" if field == "question" else field
