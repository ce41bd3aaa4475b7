"""Routes whose errors are pages too."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from index.errors import QAError
from qa_service.http.pages.rendering import page
from qa_service.http.pages.view_state import asked_state
from qa_service.http.problems import ARCHIVE, Refusal, refusal_of, wrong_fields
from qa_service.http.request_facts import facts

logger = logging.getLogger(__name__)


class PageRoute(APIRoute):
    """A route that answers a refused request with a page which names what was wrong."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler with its errors caught."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await inner(request)
            except RequestValidationError as error:
                return _refused(request, wrong_fields(error, skip=1))
            except (Refusal, QAError) as error:
                return _refused(request, refusal_of(error), error)

        return handle


def _refused(request: Request, refusal: Refusal, error: Exception | None = None) -> Response:
    if refusal.kind is ARCHIVE:
        logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    facts().problem = refusal.kind.slug
    context = {"refusal": refusal, "request_id": facts().request_id, "state": asked_state(request)}
    answer = page(request, "refused.html", context, status=refusal.kind.status)
    answer.headers.update(refusal.headers)
    return answer
