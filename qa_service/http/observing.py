"""What is said about every request: an id that goes in and out, a line in the log, a count in the metrics."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, cast

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_service.answer import Answer, SearchResult
from qa_service.http.metrics import Metrics
from qa_service.http.request_facts import HEADER, begin, facts
from qa_service.http.service_port import Service
from qa_service.matching import Explored
from qa_service.request import AskRequest, SearchRequest
from qa_service.tracing import Tracer

Log = Callable[[dict[str, Any]], None]
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_CLOSED = 499
"""Logged where the client left before an answer began."""


class Observing:
    """The outermost layer: everything that is answered, also by the layers within, is seen here."""

    def __init__(
        self, app: ASGIApp, *, metrics: Metrics, log: Log | None, questions: bool, tracer: Tracer | None
    ) -> None:
        """``log`` is told of each request; ``questions`` lets it see the words of questions."""
        self._app = app
        self._metrics = metrics
        self._log = log
        self._tracer = tracer
        self._questions = questions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on with its id, and tells of it when the answer has ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        known = begin(Headers(scope=scope).get(HEADER))
        status = _CLOSED
        started = time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                MutableHeaders(scope=message)[HEADER] = known.request_id
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            seconds = time.perf_counter() - started
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.answered(
                method=method, route=known.route, status=status, seconds=seconds, problem=known.problem
            )
            if self._tracer is not None:
                told = {
                    "http.request.method": method,
                    "http.route": known.route,
                    "http.response.status_code": status,
                    "qa.request_id": known.request_id,
                    "qa.outcome": known.outcome or "",
                    **{f"qa.ms.{stage}": spent for stage, spent in known.timings_ms.items()},
                }
                self._tracer.span(f"{method} {known.route}", seconds, told)
            if self._log is not None:
                line: dict[str, Any] = {
                    "method": method,
                    "route": known.route,
                    "status": status,
                    "ms": round(seconds * 1000, 1),
                    "request_id": known.request_id,
                    "key": known.key,
                    "problem": known.problem,
                    "outcome": known.outcome,
                }
                if self._questions:
                    line["question"] = known.question
                self._log(line)


class ObservedService:
    """A service whose questions and records are counted, whichever protocol they came by."""

    def __init__(self, service: Service, metrics: Metrics) -> None:
        self._service = service
        self._metrics = metrics

    def __getattr__(self, name: str) -> Any:
        """Everything that is not counted."""
        return getattr(self._service, name)

    def ask(self, request: AskRequest) -> Answer:
        """The answer object. Raises InvalidRequest."""
        facts().question = request.question
        return self._told(self._service.ask(request))

    def explore(self, request: AskRequest) -> Explored:
        """The answer object with the days of its candidates: counted as a question. Raises InvalidRequest."""
        facts().question = request.question
        explored = self._service.explore(request)
        self._told(explored.answer)
        return explored

    def _told(self, answer: Answer) -> Answer:
        facts().outcome, facts().timings_ms = answer.outcome, dict(answer.timings_ms)
        self._metrics.asked(answer.outcome, answer.timings_ms)
        return answer

    def search(self, request: SearchRequest) -> SearchResult:
        """The ranking. Raises InvalidRequest."""
        facts().question = request.question
        result = self._service.search(request)
        self._metrics.asked(None, result.timings_ms)
        return result

    def ingest_records(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """One outcome a record. Raises Busy."""
        outcomes = self._service.ingest_records(records)
        self._metrics.fed(outcomes)
        return outcomes


def observed(service: Service, metrics: Metrics) -> Service:
    """The same service, counted."""
    return cast("Service", ObservedService(service, metrics))
