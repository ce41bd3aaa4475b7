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


def figure_words(value: float | None) -> str:
    """A measure to three places, or a dash."""
    return "–" if value is None else f"{value:.3f}".replace("-", "−")


def percent_words(share: float) -> str:
    """``12%``; a share too small to round to one is not called none."""
    return "under 1%" if 0 < share < 1 else f"{share:.0f}%"


def bytes_words(count: int) -> str:
    """``1.3 MB``."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


FILTERS: dict[str, Callable[..., Any]] = {
    "bytes": bytes_words,
    "claim_value": claim_value,
    "confidence": confidence_words,
    "corrected": corrected_words,
    "counted": counted,
    "date_words": date_words,
    "day": day_words,
    "figure": figure_words,
    "percent": percent_words,
    "provenance": provenance_words,
    "time_words": time_words,
}
"""What templates may call."""
