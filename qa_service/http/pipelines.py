"""Routes in the shapes of other people's retrieval pipelines: Open WebUI's web search, Anthropic's search results."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from index.errors import InvalidRequest
from index.sentences import sentence_spans
from qa_service.answer import Citation, RankedPassage
from qa_service.http import pipeline_examples as examples
from qa_service.http import pipeline_shapes as shapes
from qa_service.http.asking import read_question
from qa_service.http.lifecycle import HasLifecycle
from qa_service.http.naming import titled
from qa_service.http.openapi import answers, json_body
from qa_service.http.problems import BUSY, INVALID, MALFORMED, MEDIA, NOT_READY, TOO_LARGE, invalid
from qa_service.http.query import only
from qa_service.http.writing import json_response
from qa_service.request import AskRequest

router = APIRouter(prefix="/v1", tags=["pipelines"])
_POST = (MALFORMED, TOO_LARGE, MEDIA, INVALID, BUSY, NOT_READY)


@router.post(
    "/external-search",
    response_model=shapes.ExternalResults,
    responses=answers(examples.EXTERNAL_RESULTS, *_POST),
    openapi_extra=json_body("ExternalSearch", examples.EXTERNAL_SEARCH),
    dependencies=[Depends(only())],
)
async def external_search(request: Request, lifecycle: HasLifecycle) -> Response:
    """Open WebUI's external web search: the passages of `/v1/ask`, each as link, title and snippet."""
    asked = await read_question(request, lifecycle, shapes.ExternalSearch)
    question = AskRequest(question=asked.query, top_k=asked.count)
    service = lifecycle.service()
    try:
        return await lifecycle.asking.run(
            lambda: json_response([_external(passage) for passage in service.ask(question).passages])
        )
    except InvalidRequest as error:
        fields = error.fields.items()
        raise invalid(("query" if name == "question" else name, message) for name, message in fields) from error


@router.post(
    "/search-results",
    response_model=shapes.SearchResults,
    responses=answers(examples.SEARCH_RESULTS, *_POST),
    openapi_extra=json_body("AskRequest", examples.ASK),
    dependencies=[Depends(only())],
)
async def search_results(request: Request, lifecycle: HasLifecycle) -> Response:
    """Search-result blocks for Anthropic's Messages API: the passages of `/v1/ask`, one text block a sentence.

    `content` goes into a `tool_result` or a user message as it is.
    """
    asked = await read_question(request, lifecycle, AskRequest)
    service = lifecycle.service()

    def read() -> Response:
        answer = service.ask(asked)
        blocks = [_block(passage) for passage in answer.passages]
        return json_response({"outcome": answer.outcome, "confidence": answer.confidence, "content": blocks})

    return await lifecycle.asking.run(read)


def _external(passage: RankedPassage) -> dict[str, str]:
    return {"link": _link(passage.citation), "title": _title(passage.citation), "snippet": passage.text}


def _block(passage: RankedPassage) -> dict[str, Any]:
    """A block for each sentence, since a block is the least that can be cited; white space between them is left out."""
    text = passage.text
    sentences = [text[start:end] for start, end in sentence_spans(text, 0, len(text), passage.language)]
    return {
        "type": "search_result",
        "source": _link(passage.citation),
        "title": _title(passage.citation),
        "content": [{"type": "text", "text": sentence} for sentence in sentences],
        "citations": {"enabled": True},
    }


def _link(citation: Citation) -> str:
    return citation.url or citation.permalink


def _title(citation: Citation) -> str:
    return titled(citation.source, citation.published.date, citation.title, citation.article_id)
