"""First stage: the dense and the lexical leg under one mask, fused, for the whole question and for its facets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from index.ports import FloatMatrix, Hits, Mask, PassageSearch, TermQuery
from qa_service.fusion import Fused, add_facets, fuse_min_max, fuse_reciprocal_ranks


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievalOptions:
    """How candidates are found. Depth and weights were chosen by measurement: see docs/ranking.md."""

    depth: int = 300
    """Passages taken from each leg, at least."""
    fusion: Literal["min_max", "reciprocal_rank"] = "min_max"
    dense_weight: float = 0.6
    title_weight: float = 0.2
    """Of a word in the headline, against 1 in the passage."""
    facet_share: float = 0.5
    """Of the best facet of a compound question, against 1 of the whole question; 0 searches for no facets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What one search is made with."""

    words: str
    """For the lexical leg."""
    vector: FloatMatrix
    """``(dim,) float32``, L2-normalised, for the dense one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """What the first stage found, and each leg's raw best scores for the confidence model."""

    fused: Fused
    """Legs: dense, terms, and the best facet."""
    dense: Hits
    terms: Hits


def retrieve(
    search: PassageSearch,
    whole: Probe,
    *,
    facets: Sequence[Probe] = (),
    mask: Mask,
    depth: int,
    options: RetrievalOptions,
) -> Candidates:
    """Candidates for a question, and for each of its facets where it asks about several things."""
    fused, dense, terms = _fused(search, whole, mask, depth, options)
    parts = [_fused(search, facet, mask, depth, options)[0] for facet in facets]
    return Candidates(fused=add_facets(fused, parts, options.facet_share), dense=dense, terms=terms)


def _fused(
    search: PassageSearch, probe: Probe, mask: Mask, depth: int, options: RetrievalOptions
) -> tuple[Fused, Hits, Hits]:
    dense = search.dense(probe.vector, depth, mask)
    terms = search.terms(TermQuery(text=probe.words, title_weight=options.title_weight), depth, mask)
    weights = (options.dense_weight, 1 - options.dense_weight)
    fuse = fuse_min_max if options.fusion == "min_max" else fuse_reciprocal_ranks
    return fuse([_positive(dense), terms], weights), dense, terms


def _positive(hits: Hits) -> Hits:
    """Without the rows that point away from the question: the tail of a small archive."""
    kept = hits.scores > 0
    return Hits(rows=hits.rows[kept], scores=np.ascontiguousarray(hits.scores[kept]))
