"""Putting two rankings together: pure functions over arrays.

Both methods beat either leg on news (TREC-NEWS). Min-max weighted sums follow Wang et al., "Balanced blending of
sparse and dense retrieval", 2021; reciprocal-rank fusion follows Cormack, Clarke and Büttcher, SIGIR 2009 (k = 60).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.ports import Hits

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fused:
    """Candidates of several legs with what each leg said of them, best first."""

    rows: NDArray[np.int64]
    """``(n,)``, distinct."""
    scores: Scores
    """``(n,)``, higher is better."""
    legs: Scores
    """``(n, n_legs)``: each leg's own normalised score, 0 where the leg did not find the row."""


def fuse_min_max(legs: Sequence[Hits], weights: Sequence[float]) -> Fused:
    """Weighted sum of the legs' scores, each scaled so that its best is 1 and its worst candidate 0."""
    return _fuse([(hits, _min_max(hits.scores)) for hits in legs], weights)


def fuse_reciprocal_ranks(legs: Sequence[Hits], weights: Sequence[float], k: float = 60.0) -> Fused:
    """Weighted sum of ``(k + 1) / (k + rank)``, ranks from 1, so that a leg's best contributes its weight."""
    ranked = [(hits, (k + 1) / (k + 1 + np.arange(len(hits.rows), dtype=np.float64))) for hits in legs]
    return _fuse(ranked, weights)


def add_facets(whole: Fused, facets: Sequence[Fused], share: float) -> Fused:
    """The whole question's candidates with one leg more: what the best facet says of each, 0 where none found it.

    A score becomes ``(whole + share * facet) / (1 + share)``, so it stays on the same scale; without facets, as it was.
    """
    rows = np.unique(np.concatenate([one.rows for one in (whole, *facets)]))
    legs = np.zeros((len(rows), whole.legs.shape[1] + 1))
    total = np.zeros(len(rows))
    places = np.searchsorted(rows, whole.rows)
    legs[places, :-1] = whole.legs
    total[places] = whole.scores
    for facet in facets:
        places = np.searchsorted(rows, facet.rows)
        legs[places, -1] = np.maximum(legs[places, -1], facet.scores)
    if facets:
        total = (total + share * legs[:, -1]) / (1 + share)
    order = np.lexsort((rows, -total))
    return Fused(rows=rows[order], scores=total[order], legs=legs[order])


def _min_max(scores: NDArray[np.float32]) -> Scores:
    values = scores.astype(np.float64)
    if not len(values):
        return values
    low, high = values.min(), values.max()
    return np.ones_like(values) if high == low else (values - low) / (high - low)


def _fuse(legs: Sequence[tuple[Hits, Scores]], weights: Sequence[float]) -> Fused:
    rows = np.unique(np.concatenate([hits.rows for hits, _ in legs]))
    table = np.zeros((len(rows), len(legs)))
    for place, (hits, scores) in enumerate(legs):
        table[np.searchsorted(rows, hits.rows), place] = scores
    total = table @ np.asarray(weights, np.float64)
    order = np.lexsort((rows, -total))
    return Fused(rows=rows[order], scores=total[order], legs=table[order])
