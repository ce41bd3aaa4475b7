"""Rows of claims: one value by one party, with all passages that state it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from qa_service.claims.parties import Party
from qa_service.claims.statement import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """A claim about what was asked. ``statement`` is the one to cite, from ``passages[0]``."""

    statement: Statement
    passages: tuple[int, ...]
    """Places among the passages read, 0-based, best first, that state it."""
    day: date | None
    """When it was so: its as-of date, else the day of publication."""
    moment: str | None
    """When it was published, where to the minute: ISO 8601 in UTC."""
    independent_sources: int
    """Reports behind it: copies of one text count once."""
    of_party: frozenset[str]
    """Whose dead or troops are counted, as stems; empty where the words name no party."""
    party: Party
    """Who speaks."""
    nouns: str
    """The class of what is counted: people, soldiers, civilians, or the noun's stem."""
    added: bool = False
    """Comes on top of another figure ("another 12", "was also killed"): part of a total, no rival of it."""
    superseded: bool = False
    """A later figure of the same party stands in its place."""
    group: int = 0
    """Rows with equal numbers agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Rows with their groups, and whether they conflict."""

    outcome: Literal["answered", "conflicting"]
    rows: tuple[ClaimRow, ...]
