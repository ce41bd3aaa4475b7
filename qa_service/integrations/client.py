"""A running service, asked over HTTP for passages (httpx2; nothing else in the package imports it)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from index.errors import Busy, InvalidRequest, QAError

_TRY_AGAIN = (429, 503, 504)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPassage:
    """A passage with its citation, the contract's object, and its place in the ranking."""

    passage_id: str
    text: str
    rank: int
    score: float
    citation: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceClient:
    """Asks one service. ``filters`` are those of ``/v1/ask``; ``api_key`` where it wants one."""

    url: str
    api_key: str | None = field(default=None, repr=False)
    top_k: int = 5
    filters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    seconds: float = 60.0

    def passages(self, question: str) -> list[FoundPassage]:
        """The passages, copies collapsed, best first. Raises InvalidRequest, Busy, QAError."""
        try:
            with httpx2.Client(timeout=self.seconds) as client:
                return _read(client.post(self._endpoint, json=self._body(question), headers=self._headers))
        except httpx2.TransportError as error:
            raise self._unreachable(error) from error

    async def passages_async(self, question: str) -> list[FoundPassage]:
        """The same without blocking the event loop."""
        try:
            async with httpx2.AsyncClient(timeout=self.seconds) as client:
                return _read(await client.post(self._endpoint, json=self._body(question), headers=self._headers))
        except httpx2.TransportError as error:
            raise self._unreachable(error) from error

    @property
    def _endpoint(self) -> str:
        return f"{self.url.rstrip('/')}/v1/ask"

    @property
    def _headers(self) -> dict[str, str]:
        return {} if self.api_key is None else {"Authorization": f"Bearer {self.api_key}"}

    def _body(self, question: str) -> dict[str, Any]:
        return {"question": question, "top_k": self.top_k, "filters": dict(self.filters)}

    def _unreachable(self, error: Exception) -> QAError:
        return QAError(f"no answer from {self._endpoint}: {error or type(error).__name__}")


def _read(answer: httpx2.Response) -> list[FoundPassage]:
    if answer.status_code != 200:
        raise _refused(answer)
    return [
        FoundPassage(**{name: one[name] for name in ("passage_id", "text", "rank", "score", "citation")})
        for one in answer.json()["passages"]
    ]


def _refused(answer: httpx2.Response) -> QAError:
    """The service's problem as the project's own error."""
    is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
    problem: dict[str, Any] = answer.json() if is_problem else {"detail": f"status {answer.status_code}", "errors": []}
    if problem["errors"]:
        return InvalidRequest(**{one["field"]: one["message"] for one in problem["errors"]})
    return (Busy if answer.status_code in _TRY_AGAIN else QAError)(problem["detail"])
