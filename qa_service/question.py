"""A question as the ranking sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from index.ports import Filters

Mode = Literal["inside", "up_to", "from", "newest"]
"""Inside a window of days; anything up to its end; anything from its start; or the newest there is at its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenWindow:
    """Days that the caller gives in place of those the question's words name. Soft, like those: it hides nothing."""

    start: date | None
    """First day, included; None is open."""
    end: date | None
    """Last day, included; None is open, or the day of asking where the mode is newest."""
    mode: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, when, and what the caller insists on."""

    text: str
    asked_at: datetime
    """The moment from which "today", "this week", "latest" are read. Soft: it hides nothing."""
    asked_at_given: bool
    """Whether the caller said so; otherwise it is now, and old articles bear no penalty."""
    time: GivenWindow | Literal["read", "off"] = "read"
    """The days it is about: as given, as its words say, or none. `question_window` tells which they are."""
    as_of: str | None = None
    """As given; ``filters.as_of`` holds the moment."""
    top_k: int = 5
    min_confidence: float | None = None
    """None means the fitted threshold; 0 never withholds."""
    filters: Filters = field(default_factory=Filters)
