"""Routes for questions: ``/v1/ask`` and ``/v1/search``."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ValidationError

from index.errors import InvalidRequest
from qa_service.http import examples, schemas
from qa_service.http.body import parse_json, read_body, unusable_strings
from qa_service.http.lifecycle import HasLifecycle, Lifecycle
from qa_service.http.openapi import answers, json_body
from qa_service.http.problems import BUSY, INVALID, MALFORMED, MEDIA, NOT_READY, TOO_LARGE, invalid, wrong_fields
from qa_service.http.query import AskQuery, SearchQuery, ask_parameters, only, search_parameters
from qa_service.http.writing import json_response
from qa_service.request import AskRequest, SearchRequest

router = APIRouter(prefix="/v1", tags=["questions"])

R = TypeVar("R", bound=BaseModel)
_GET = (INVALID, BUSY, NOT_READY)
_POST = (MALFORMED, TOO_LARGE, MEDIA, *_GET)


async def read_question(request: Request, lifecycle: Lifecycle, model: type[R]) -> R:
    """The body as ``model``. Raises Refusal naming every wrong field."""
    fields: Any = parse_json(await read_body(request, lifecycle.options.question_bytes, lifecycle.options.body_seconds))
    unusable = list(unusable_strings(fields, nul=True))
    if unusable:
        raise invalid(unusable)
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise wrong_fields(error) from error


async def _ask(lifecycle: Lifecycle, asked: AskRequest) -> Response:
    service = lifecycle.service()
    return await lifecycle.asking.run(lambda: json_response(service.ask(asked)))


async def _search(lifecycle: Lifecycle, asked: SearchRequest) -> Response:
    service = lifecycle.service()
    return await lifecycle.asking.run(lambda: json_response(service.search(asked)))


@router.post(
    "/ask",
    response_model=schemas.Answer,
    responses=answers(examples.ANSWER, *_POST),
    openapi_extra=json_body("AskRequest", examples.ASK),
    dependencies=[Depends(only())],
)
async def ask(request: Request, lifecycle: HasLifecycle) -> Response:
    """Sentences quoted from the archive that answer the question, each with its article, outlet, date and span."""
    return await _ask(lifecycle, await read_question(request, lifecycle, AskRequest))


@router.get(
    "/ask",
    response_model=schemas.Answer,
    responses=answers(examples.ANSWER, *_GET),
    dependencies=[Depends(ask_parameters)],
)
async def ask_by_query(query: Annotated[AskQuery, Query()], lifecycle: HasLifecycle) -> Response:
    """The same as a link: fields flat, lists by repetition (`sources=A&sources=B`)."""
    try:
        return await _ask(lifecycle, query.to_request())
    except InvalidRequest as error:
        raise _flat(error) from error


@router.post(
    "/search",
    response_model=schemas.SearchResult,
    responses=answers(examples.FOUND, *_POST),
    openapi_extra=json_body("SearchRequest", examples.SEARCH),
    dependencies=[Depends(only())],
)
async def search(request: Request, lifecycle: HasLifecycle) -> Response:
    """The ranked list of articles or passages, before copies are collapsed and results diversified."""
    return await _search(lifecycle, await read_question(request, lifecycle, SearchRequest))


@router.get(
    "/search",
    response_model=schemas.SearchResult,
    responses=answers(examples.FOUND, *_GET),
    dependencies=[Depends(search_parameters)],
)
async def search_by_query(query: Annotated[SearchQuery, Query()], lifecycle: HasLifecycle) -> Response:
    """The same as a link."""
    try:
        return await _search(lifecycle, query.to_request())
    except InvalidRequest as error:
        raise _flat(error) from error


def _flat(error: InvalidRequest) -> Exception:
    """The same complaint with the names that a query string uses."""
    return invalid(
        (field.removeprefix("filters.").replace("time.", "time_"), message) for field, message in error.fields.items()
    )
