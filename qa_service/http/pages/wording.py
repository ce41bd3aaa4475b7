"""Values of an answer in the words of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from index.article import PublishedDate
from qa_service.terminal import claim_value, confidence_words, corrected_words, counted, date_words, time_words


def provenance_words(published: PublishedDate) -> str | None:
    """How a date is known; None where the article's own metadata says it."""
    known = {"prefix": "date from the file’s first line", "page": "date from the page"}
    if published.date is not None:
        return known.get(published.provenance)
    if published.inferred is not None:
        return f"the text mentions {date_words(published.inferred.date)}"
    return None


def day_words(published: PublishedDate) -> str:
    """``2 October 2023``, or that there is none."""
    return "undated" if published.date is None else date_words(published.date)


FILTERS: dict[str, Callable[..., Any]] = {
    "claim_value": claim_value,
    "confidence": confidence_words,
    "corrected": corrected_words,
    "counted": counted,
    "date_words": date_words,
    "day": day_words,
    "provenance": provenance_words,
    "time_words": time_words,
}
"""What templates may call."""
