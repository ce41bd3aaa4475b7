"""Copies collapsed, tellings spread out: pure functions over ranked candidates.

Groups are read here, never made. Every function takes arrays in ranked order, best first, and answers with places in
that order; none changes a score, so what a passage is worth never comes from another passage's date.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.groups import GroupMember
from index.ports import FloatMatrix
from qa_service.answer import Carrier

CLOSE = 0.02
"""Scores this near to a group's best support the answer as well: the earliest dated of them is shown."""
PENALTY = 0.15
"""What a telling identical to one above it loses, as a share of the scores' range."""
ALIKE = 0.75
"""Cosine from which two passages count as telling the same, in part."""

Places = NDArray[np.int64]
Floats = NDArray[np.float64]


def collapse(scores: Floats, groups: NDArray[np.int64], published: NDArray[np.int64]) -> Places:
    """Places that stay when each copy group (-1: none) appears once, in ranked order.

    Of a group's carriers stays the one whose score is best; of those within CLOSE of it the earliest ``published``
    (smallest is earliest; undated ones must be given as the largest). It stands at its own place with its own score,
    not at a copy's: a copy never lends its date.
    """
    kept = np.flatnonzero(groups < 0).tolist()
    for group in np.unique(groups[groups >= 0]):
        carriers = np.flatnonzero(groups == group)
        best = carriers[scores[carriers] >= scores[carriers].max() - CLOSE]
        kept.append(int(best[np.lexsort((best, -scores[best], published[best]))[0]]))
    return np.array(sorted(kept), np.int64)


def diversify(scores: Floats, vectors: FloatMatrix, *, penalty: float = PENALTY, alike: float = ALIKE) -> Places:
    """All places in a new order: the first stays, and after it near repetitions of what stands above come later.

    Maximal marginal relevance (Carbonell and Goldstein 1998) with a floor: the next place is the one of highest
    ``score - penalty * range * max(0, c - alike) / (1 - alike)``, c its highest cosine to a place already taken and
    range that of the scores given. ``vectors`` ``(n, dim)`` are L2-normalised. Below ``alike`` nothing changes.
    """
    count = len(scores)
    if count < 3:
        return np.arange(count)
    worth = scores.astype(np.float64)
    cost = penalty * float(worth.max() - worth.min()) / (1 - alike)
    closest = np.clip(vectors @ vectors[0], -1.0, 1.0).astype(np.float64)
    order = [0]
    left = np.ones(count, bool)
    left[0] = False
    while left.any():
        value = np.where(left, worth - cost * np.maximum(0.0, closest - alike), -np.inf)
        chosen = int(np.argmax(value))
        order.append(chosen)
        left[chosen] = False
        closest = np.maximum(closest, np.clip(vectors @ vectors[chosen], -1.0, 1.0))
    return np.array(order, np.int64)


def other_carriers(members: Sequence[GroupMember], shown_article: str) -> tuple[Carrier, ...]:
    """The articles that carry a group's text beside the one shown, one line each, in the order given."""
    carriers: dict[str, Carrier] = {}
    for member in members:
        if member.article_id != shown_article and member.article_id not in carriers:
            carriers[member.article_id] = Carrier(
                article_id=member.article_id, source=member.source, url=member.url, published=member.published
            )
    return tuple(carriers.values())
