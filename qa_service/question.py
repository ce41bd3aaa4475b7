"""A question as the ranking sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from index.ports import Filters


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, when, and what the caller insists on."""

    text: str
    asked_at: datetime
    """The moment from which "today", "this week", "latest" are read. Soft: it hides nothing."""
    asked_at_given: bool
    """Whether the caller said so; otherwise it is now, and old articles bear no penalty."""
    as_of: str | None = None
    """As given; ``filters.as_of`` holds the moment."""
    top_k: int = 5
    min_confidence: float | None = None
    """None means the fitted threshold; 0 never withholds."""
    filters: Filters = field(default_factory=Filters)
