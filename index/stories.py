"""Whether articles tell of one event: the decision, without the archive.

Two articles are *linked* by the cosine of their vectors (the mean of their passages') and by the names they share.
A story is joined on the mean of an article's strongest links to it, within two weeks of one another, so that the same
place years apart does not join. This is single-pass clustering as in topic detection and tracking (Allan, Papka and
Lavrenko 1998), with a time window for their time penalty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.copies import DAY, Interval, days_between
from index.ports import FloatMatrix

WINDOW_DAYS = 14
JOIN = 0.45
"""Mean of the strongest links at which an article joins a story."""
MERGE = 0.60
"""At which an article that belongs to two stories makes them one."""
STRONG = 0.70
"""At which an undated article, or one dated to a month or year only, joins."""
_STRONGEST = 2
_NAMES_WEIGHT = 0.15
_NAMES_USUAL = 0.3
"""Share of names at which they say nothing for or against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An article as a telling of some event."""

    vector: FloatMatrix
    """``(dim,) float32``, L2-normalised."""
    interval: Interval | None
    names: frozenset[str]


def mean_vector(vectors: FloatMatrix) -> FloatMatrix:
    """``(dim,) float32``, L2-normalised: the direction of ``(n, dim)`` passage vectors together."""
    total = vectors.mean(axis=0)
    return total / np.float32(max(float(np.linalg.norm(total)), 1e-9))


def likeness(a: Telling, b: Telling) -> float:
    """Cosine of two articles, moved a little by the share of names in common; dates aside."""
    strength = float(np.dot(a.vector, b.vector))
    fewer = min(len(a.names), len(b.names), 8)
    if not fewer:
        return strength
    shared = min(1.0, len(a.names & b.names) / max(4, fewer))
    return strength + _NAMES_WEIGHT * (shared - _NAMES_USUAL)


def link(a: Telling, b: Telling) -> float | None:
    """How strongly two articles seem to tell of one event; None when they cannot, by their dates."""
    days = days_between(a.interval, b.interval)
    if days is not None and days > WINDOW_DAYS:
        return None
    strength = likeness(a, b)
    return strength if (is_dated(a) and is_dated(b)) or strength >= STRONG else None


def best_stories(links: Mapping[int, Sequence[float]]) -> list[tuple[int, float]]:
    """Stories that an article with these links belongs to, with its score in each, best first."""
    scores = [(story, _score(some)) for story, some in links.items() if some]
    return sorted(((s, x) for s, x in scores if x >= JOIN), key=lambda pair: (-pair[1], pair[0]))


def to_merge(best: Sequence[tuple[int, float]], between: Mapping[int, float]) -> list[int]:
    """Which of the other stories become one with the best: the newcomer belongs strongly to both, and they are alike.

    ``between`` has, for each other story, the mean likeness of its members near the newcomer to the best story's.
    """
    if not best or best[0][1] < MERGE:
        return []
    return [story for story, score in best[1:] if score >= MERGE and between.get(story, 0.0) >= JOIN]


def _score(links: Sequence[float]) -> float:
    strongest = sorted(links, reverse=True)[:_STRONGEST]
    return sum(strongest) / len(strongest)


def is_dated(telling: Telling) -> bool:
    """Whether the day of publication is known; a month or a year tells too little."""
    return telling.interval is not None and telling.interval[1] - telling.interval[0] <= 2 * DAY
