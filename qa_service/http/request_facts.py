"""What is known about the request under way, for logs, metrics and problems: gathered where it becomes known."""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field

HEADER = "X-Request-ID"
_ACCEPTED = re.compile(r"[A-Za-z0-9._~+/=-]{1,128}")


@dataclass(slots=True, kw_only=True)
class Facts:
    """Filled in along the way; the threads that work for a request see the same object."""

    request_id: str = ""
    key: str | None = None
    """Id of the API key."""
    question: str | None = None
    outcome: str | None = None
    route: str = "unmatched"
    """The route's pattern: a path itself may hold anything."""
    timings_ms: dict[str, float] = field(default_factory=dict[str, float])
    """Of the stages of answering."""
    problem: str | None = None
    """Slug of the problem that was the answer."""


_FACTS: ContextVar[Facts] = ContextVar("request_facts")


def begin(given: str | None) -> Facts:
    """Facts about a new request, which goes by the id that its sender gave, if that can be logged safely."""
    accepted = given is not None and _ACCEPTED.fullmatch(given) is not None
    facts = Facts(request_id=given if accepted and given else uuid.uuid4().hex)
    _FACTS.set(facts)
    return facts


def facts() -> Facts:
    """Those of the request under way; outside of one, facts that nobody reads."""
    found = _FACTS.get(None)
    return Facts() if found is None else found
