"""What the stages of claim extraction hand to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from index.article import Span

Kind = Literal["quantity", "date", "place", "person", "cause", "yes_no"]
Bound = Literal["exact", "at_least", "at_most", "about"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One value that a sentence states, denies or reports, before it is cited."""

    kind: Kind
    value: float | str
    """A number for quantities, multiplied out; else the words."""
    bound: Bound
    unit: str | None
    counted: str | None
    """What is counted and what happened to it: ``civilians killed``."""
    said_by: str
    """The attribution as worded, without its article; the outlet where there is none."""
    denied: bool
    as_of: str | None
    """ISO date, where the sentence dates the count itself."""
    span: Span
    """Of the value phrase, in the article's text."""
    sentence: Span
    """Of the sentence that states it, in the article's text."""
    vague: bool
    """The number is a vague plural ("dozens")."""
    noun: str | None = None
    """The noun counted, as in ``counted`` but alone."""
    event: str | None = None
    """What happened to it, one word per kind of event; None for a measure or an unknown verb."""
    attributed: bool = False
    """Whether the text names the speaker; otherwise ``said_by`` is the outlet."""
    side: int = 0
    """Of a dispute in words: 1 states, 2 contradicts; 0 for a quantity."""
