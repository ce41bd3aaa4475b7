"""The OpenAPI document: request bodies that are read by hand, and a problem for every error status."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from qa_service.http.access import FORBIDDEN, TOO_MANY, UNAUTHENTICATED
from qa_service.http.chat_request import ChatRequest
from qa_service.http.chat_schemas import ChatEvent
from qa_service.http.examples import problem_example
from qa_service.http.pipeline_shapes import ExternalSearch
from qa_service.http.problems import BODY_SLOW, INTERNAL, MEDIA_TYPE, TIMED_OUT, Kind
from qa_service.http.schemas import ArticleRecord, Problem
from qa_service.request import AskRequest, SearchRequest

_REF = "#/components/schemas/{model}"


def json_body(model: str, example: Any, *, or_list: bool = False) -> dict[str, Any]:
    """The ``openapi_extra`` of a route that reads its body by hand."""
    one = {"$ref": _REF.format(model=model)}
    schema = {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]} if or_list else one
    examples = {"one": {"value": example}} | ({"several": {"value": [example]}} if or_list else {})
    return {
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema, "examples": examples}}}
    }


def answers(example: Any, *kinds: Kind, description: str = "") -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route: an example of success, and the problems it may answer with instead."""
    documented: dict[int | str, dict[str, Any]] = {}
    if example is not None:
        documented[200] = {"content": {"application/json": {"examples": {"one": {"value": example}}}}}
        if description:
            documented[200]["description"] = description
    by_status: dict[int, list[Kind]] = defaultdict(list)
    for kind in (*kinds, INTERNAL):
        by_status[kind.status].append(kind)
    for status, same in sorted(by_status.items()):
        documented[status] = _problem(same)
    return documented


def _problem(kinds: list[Kind]) -> dict[str, Any]:
    examples = {kind.slug: {"value": problem_example(kind, "/v1/example")} for kind in kinds}
    content = {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}, "examples": examples}}
    documented: dict[str, Any] = {"description": "; ".join(kind.title for kind in kinds), "content": content}
    if kinds[0].status in {429, 503}:
        header = {"description": "Seconds to wait", "required": True, "schema": {"type": "integer"}}
        documented["headers"] = {"Retry-After": header}
    if kinds[0].status in {401, 403}:
        asked = {"description": "What is asked for (RFC 6750)", "required": True, "schema": {"type": "string"}}
        documented["headers"] = {"WWW-Authenticate": asked}
    return documented


def _guarded(made: dict[str, Any]) -> None:
    """Adds what the layers around every route under ``/v1`` may answer, and the key that they may ask for."""
    bearer = {"type": "http", "scheme": "bearer", "description": "Where the operator asks for keys."}
    made["components"].setdefault("securitySchemes", {})["key"] = bearer
    for path, operations in made["paths"].items():
        for method, operation in operations.items() if path.startswith("/v1") else ():
            kinds = [UNAUTHENTICATED, FORBIDDEN, TOO_MANY, TIMED_OUT] + [BODY_SLOW] * (method == "post")
            for kind in kinds:
                operation["responses"].setdefault(str(kind.status), _problem([kind]))
            operation["responses"] = dict(sorted(operation["responses"].items()))
            operation.setdefault("security", [{"key": []}, {}])


def install_openapi(app: FastAPI) -> None:
    """Makes ``app.openapi()`` include the schemas that routes name by hand."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document


def _document(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title=app.title, version=app.version, summary=app.summary, description=app.description, routes=app.routes
    )
    named = (AskRequest, SearchRequest, ChatRequest, ChatEvent, ArticleRecord, ExternalSearch, Problem)
    _, by_hand = models_json_schema([(model, "validation") for model in named], ref_template=_REF)
    made.setdefault("components", {}).setdefault("schemas", {}).update(by_hand["$defs"])
    _guarded(made)
    return made
