"""An optional cross-encoder: reads the question beside each of the best passages and adds what it thinks of them.

Its scores are scaled to [0, 1] over the passages it reads and added, weighted, as one more part of the ranking. So
time, outlets and evidence keep what they gave, and no passage falls below one that was not read.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from index.models import load_cross_encoder
from index.view import View
from qa_service.fusion import Scores
from qa_service.ranking import Ranked

_BATCH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class RerankOptions:
    """How much is read, and what it counts. Set by reasoning: docs/models.md says how to measure them."""

    depth: int = 50
    """Passages read, from the best on: the cost of a question grows with it."""
    weight: float = 1.0
    """Of the best passage's score over the worst one's, beside 1 for the fused legs."""


class PairScorer(Protocol):
    """Says how well each text answers a question."""

    def score(self, question: str, texts: Sequence[str]) -> Scores:
        """``(len(texts),)``, higher is better; comparable within one question only."""
        ...


class CrossEncoderScorer:
    """A :class:`PairScorer` over one sentence-transformers cross-encoder."""

    def __init__(self, name: str) -> None:
        """Load by folder or hub name. Raises ModelError."""
        self._model = load_cross_encoder(name)
        # Fast tokenizers keep truncation as mutable state.
        self._lock = threading.Lock()

    def score(self, question: str, texts: Sequence[str]) -> Scores:
        """The model's raw score of each pair."""
        pairs = [(question, text) for text in texts]
        with self._lock:
            scores = self._model.predict(  # pyright: ignore[reportUnknownMemberType]
                pairs, batch_size=_BATCH, show_progress_bar=False
            )
        return np.asarray(scores, np.float64)


class Reranker:
    """Reorders a ranking by a pair scorer. Thread-safe if the scorer is."""

    def __init__(self, scorer: PairScorer, options: RerankOptions) -> None:
        """Nothing is read before the first question."""
        self._scorer = scorer
        self._options = options

    def rerank(self, view: View, question: str, ranked: Ranked) -> Ranked:
        """The ranking with the part ``rerank``: 0 for passages not read, and for all where the scores tie.

        An article gains what its best passage gained. Where the scorer gives no number for a passage, it gains nothing.
        """
        head = ranked.rows[: self._options.depth]
        gained = np.zeros(len(ranked.rows))
        passages = view.passages([int(row) for row in head])
        if passages:
            scores = self._scorer.score(question, [_read(passage.title, passage.text) for passage in passages])
            place_of = {int(view.keys[row]): place for place, row in enumerate(head)}
            gained[[place_of[passage.key] for passage in passages]] = self._options.weight * _scaled(scores)
        return _with_part(ranked, gained)


def _read(title: str, text: str) -> str:
    """What the model reads of a passage: the same as the embedder does."""
    return f"{title}\n{text}" if title else text


def _scaled(scores: Scores) -> Scores:
    """Scaled to [0, 1] over the finite ones."""
    known = np.isfinite(scores)
    if not known.any():
        return np.zeros(len(scores))
    low, high = scores[known].min(), scores[known].max()
    return np.where(known, (scores - low) / (high - low), 0.0) if high > low else np.zeros(len(scores))


def _with_part(ranked: Ranked, gained: Scores) -> Ranked:
    scores = ranked.scores + gained
    best = np.lexsort((ranked.rows, -scores))
    of_article = np.zeros(len(ranked.articles))
    order = np.argsort(ranked.articles)
    slots = order[np.searchsorted(ranked.articles[order], ranked.article_of_row)]
    np.maximum.at(of_article, slots, gained)
    article_scores = ranked.article_scores + of_article
    best_articles = np.lexsort((ranked.articles, -article_scores))
    return replace(
        ranked,
        rows=ranked.rows[best],
        scores=scores[best],
        parts={**{name: part[best] for name, part in ranked.parts.items()}, "rerank": gained[best]},
        articles=ranked.articles[best_articles],
        article_scores=article_scores[best_articles],
        article_of_row=ranked.article_of_row[best],
    )
