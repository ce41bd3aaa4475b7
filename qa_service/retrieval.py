"""First stage: the dense and the lexical leg over one view, under one mask, fused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from index.ports import FloatMatrix, Hits, Mask, PassageSearch, TermQuery
from qa_service.fusion import Fused, fuse_min_max, fuse_reciprocal_ranks


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievalOptions:
    """How candidates are found. Depth and weights were chosen by measurement: see docs/ranking.md."""

    depth: int = 300
    """Passages taken from each leg, at least."""
    fusion: Literal["min_max", "reciprocal_rank"] = "min_max"
    dense_weight: float = 0.6
    title_weight: float = 0.2
    """Of a word in the headline, against 1 in the passage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """What the first stage found, and each leg's raw best scores for the confidence model."""

    fused: Fused
    dense: Hits
    terms: Hits


def retrieve(
    search: PassageSearch, words: str, vector: FloatMatrix, *, mask: Mask, depth: int, options: RetrievalOptions
) -> Candidates:
    """Candidates for a question: its words for the lexical leg, its vector ``(dim,)`` for the dense one."""
    dense = search.dense(vector, depth, mask)
    terms = search.terms(TermQuery(text=words, title_weight=options.title_weight), depth, mask)
    weights = (options.dense_weight, 1 - options.dense_weight)
    fuse = fuse_min_max if options.fusion == "min_max" else fuse_reciprocal_ranks
    fused = fuse([_positive(dense), terms], weights)
    return Candidates(fused=fused, dense=dense, terms=terms)


def _positive(hits: Hits) -> Hits:
    """Without the rows that point away from the question: the tail of a small archive."""
    kept = hits.scores > 0
    return Hits(rows=hits.rows[kept], scores=np.ascontiguousarray(hits.scores[kept]))
