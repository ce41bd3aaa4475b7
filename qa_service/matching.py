"""Which days the articles near a question are of: what a picture over the archive is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from index.view import UNDATED, View
from qa_service.answer import Answer

_DAY = 86_400
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """Candidate articles of a question, counted by day."""

    days: tuple[tuple[date, int], ...]
    """The UTC day on which an article's published date begins, and how many articles; by day, none of them 0."""
    undated: int

    @property
    def articles(self) -> int:
        """How many there are in all."""
        return self.undated + sum(count for _, count in self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explored:
    """An answer, and where in time the articles lie that it was looked for in."""

    answer: Answer
    matching: Matching


def matching_articles(view: View, rows: NDArray[np.int64]) -> Matching:
    """The articles of those rows, ``(n,)``, by the day of their versions searched."""
    start, _ = view.published(rows)
    _, first = np.unique(view.articles(rows), return_index=True)
    starts = start[first]
    days, counts = np.unique(starts[starts != UNDATED] // _DAY, return_counts=True)
    return Matching(
        days=tuple((_EPOCH + timedelta(days=int(d)), int(n)) for d, n in zip(days, counts, strict=True)),
        undated=int((starts == UNDATED).sum()),
    )
