"""Every error answer, as RFC 9457 problem details, and the one place where exceptions become statuses."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import iter_route_contexts
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from index.errors import Busy, InputRefused, InvalidRequest, NotFound, QAError, TookTooLong
from qa_service.http.request_facts import facts

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
LONGEST_MESSAGE = 300
"""Code points of a caller's value that an error may repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of problem: what a client may switch on."""

    slug: str
    status: int
    title: str

    @property
    def uri(self) -> str:
        """The problem's ``type``."""
        return f"urn:problem-type:qa-service:{self.slug}"


MALFORMED = Kind(slug="malformed-json", status=400, title="The body is not JSON")
BODY_SLOW = Kind(slug="body-too-slow", status=408, title="The body took too long")
NO_ROUTE = Kind(slug="no-such-path", status=404, title="No such path")
NOT_FOUND = Kind(slug="not-found", status=404, title="Not found")
METHOD = Kind(slug="method-not-allowed", status=405, title="Method not allowed")
TOO_LARGE = Kind(slug="too-large", status=413, title="The body is too large")
MEDIA = Kind(slug="unsupported-media-type", status=415, title="The body must be application/json")
INVALID = Kind(slug="invalid-request", status=422, title="The request is not valid")
REFUSED = Kind(slug="input-refused", status=422, title="Nothing was stored")
INTERNAL = Kind(slug="internal-error", status=500, title="Something went wrong here")
ARCHIVE = Kind(slug="archive-unusable", status=500, title="The archive cannot be used as it is")
BUSY = Kind(slug="busy", status=503, title="Too busy now")
NOT_READY = Kind(slug="not-ready", status=503, title="Not ready yet")
TIMED_OUT = Kind(slug="timed-out", status=504, title="The answer took too long")


class Refusal(Exception):
    """A request that the HTTP layer itself turns down."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        fields: Iterable[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.fields = list(fields)
        self.headers = dict(headers or {})
        self.more = dict(more or {})


def invalid(fields: Iterable[tuple[str, str]]) -> Refusal:
    """The refusal that names each wrong field."""
    fields = [(field, _clip(message)) for field, message in fields]
    names = ", ".join(dict.fromkeys(field for field, _ in fields))
    return Refusal(INVALID, f"Wrong: {_clip(names)}.", fields=fields)


def wrong_fields(error: ValidationError | RequestValidationError, *, skip: int = 0) -> Refusal:
    """The refusal for values of the wrong type or range; ``skip`` drops leading parts of each place (``query``)."""
    return invalid((".".join(map(str, e["loc"][skip:])) or "body", _message(e)) for e in error.errors())


def _message(error: Mapping[str, Any]) -> str:
    if error["type"] == "extra_forbidden":
        return "is not a known field"
    if error["type"] == "missing":
        return "is required"
    return str(error["msg"])


def refusal_of(error: Exception) -> Refusal:
    """The mapping from the project's exceptions to statuses. What is not listed is our fault, and says little."""
    match error:
        case Refusal():
            refusal = error
        case InvalidRequest():
            refusal = invalid(error.fields.items())
        case NotFound():
            refusal = Refusal(NOT_FOUND, _clip(str(error)))
        case InputRefused():
            refusal = Refusal(REFUSED, _clip(str(error)), fields=[(_clip(error.name), _clip(error.reason))])
        case Busy():
            refusal = Refusal(BUSY, _clip(str(error)), headers={"Retry-After": "1"})
        case TookTooLong():
            refusal = Refusal(TIMED_OUT, _clip(str(error)))
        case QAError():
            refusal = Refusal(ARCHIVE, "Whoever runs this service finds the reason in its log.")
        case _:
            refusal = Refusal(INTERNAL, "Whoever runs this service finds the reason in its log.")
    return refusal


def problem(refusal: Refusal, raw_path: bytes) -> Response:
    """The answer that a refusal becomes."""
    kind = refusal.kind
    facts().problem = kind.slug
    content = {
        "type": kind.uri,
        "title": kind.title,
        "status": kind.status,
        "detail": refusal.detail,
        "instance": quote(raw_path, safe="/%:@!$&'()*+,;=-._~"),
        "request_id": facts().request_id,
        "errors": [{"field": field, "message": message} for field, message in refusal.fields],
        **refusal.more,
    }
    body = json.dumps(content, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Response(body, kind.status, headers=refusal.headers, media_type=MEDIA_TYPE)


def answer_error(error: Exception, scope: Mapping[str, Any]) -> Response:
    """The problem for any exception; those that are our fault are logged with their traceback."""
    refusal = refusal_of(error)
    if refusal.kind in (INTERNAL, ARCHIVE):
        logger.error("%s %s failed", scope["method"], scope["path"], exc_info=error)
    return problem(refusal, scope.get("raw_path") or quote(scope["path"]).encode())


def install_problems(app: FastAPI) -> None:
    """Makes every error answer of the application a problem."""

    async def on_refusal(request: Request, error: Exception) -> Response:
        return answer_error(error, request.scope)

    async def on_validation(request: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise error
        return answer_error(wrong_fields(error, skip=1), request.scope)

    async def on_status(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        return answer_error(_of_status(error, request), request.scope)

    app.add_exception_handler(Refusal, on_refusal)
    app.add_exception_handler(QAError, on_refusal)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_status)


def _of_status(error: HTTPException, request: Request) -> Refusal:
    """What the framework itself refuses: unknown paths, wrong methods."""
    if error.status_code == 404:
        return Refusal(NO_ROUTE, "There is nothing at this path; /docs lists what there is.")
    if error.status_code == 405:
        allowed = allowed_methods(request)
        return Refusal(METHOD, f"This path answers {', '.join(allowed)}.", headers={"Allow": ", ".join(allowed)})
    status = HTTPStatus(error.status_code)
    kind = Kind(slug=status.phrase.lower().replace(" ", "-"), status=status.value, title=status.phrase)
    return Refusal(kind, _clip(str(error.detail)), headers=error.headers)


def allowed_methods(request: Request) -> list[str]:
    """Every method that some route offers at the request's path."""
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    methods: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        if route.path is not None and compile_path(route.path)[0].match(path):
            methods |= set(route.methods or ())
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


def _clip(text: str) -> str:
    return text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + "…"
