"""From candidates to one order of passages and one of articles: relevance, time and evidence added up.

Every part is additive in one score, so ``scores`` of an answer shows why a passage stands where it does.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index.view import View
from qa_service.fusion import Scores
from qa_service.outlets import outlet_matches
from qa_service.question import Question
from qa_service.question_time import TimeWindow
from qa_service.retrieval import Candidates, RetrievalOptions
from qa_service.timeliness import TimelinessOptions, present_fit, window_fit


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingOptions:
    """Weights of the parts, set on tuning topics only; docs/ranking.md shows what each is worth."""

    retrieval: RetrievalOptions = field(default_factory=RetrievalOptions)
    timeliness: TimelinessOptions = field(default_factory=TimelinessOptions)
    recency_weight: float = 0.15
    """Of the fit to asked-at, when the caller gave one."""
    window_weight: float = 0.35
    """Of the fit to the time that the question names."""
    outlet_weight: float = 0.15
    """Of being published by an outlet that the question names."""
    evidence: float = 0.2
    """How much of each further passage of an article counts for the article, geometrically falling."""
    article_share: float = 0.3
    """How much of its article's evidence counts for a passage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Candidates in their final order, before grouping."""

    rows: NDArray[np.int64]
    scores: Scores
    parts: dict[str, Scores]
    """Each ``(n,)``: dense, terms, time, outlet, article."""
    articles: NDArray[np.int64]
    """``(n_articles,)`` the catalogue's article numbers, best first."""
    article_scores: Scores
    article_of_row: NDArray[np.int64]
    """``(n,)`` article number of each row."""


def rank(
    view: View,
    candidates: Candidates,
    *,
    question: Question,
    window: TimeWindow | None,
    outlets: tuple[str, ...],
    options: RankingOptions,
) -> Ranked:
    """Order candidate passages and their articles."""
    fused = candidates.fused
    rows = fused.rows
    time = time_part(view, rows, question, window, options)
    outlet = options.outlet_weight * outlet_matches(view, rows, outlets)
    scores = fused.scores + time + outlet
    article_of_row = view.articles(rows)
    articles, article_scores = _add_up(article_of_row, scores, options.evidence)
    order = np.argsort(articles)
    share = article_scores[order][np.searchsorted(articles[order], article_of_row)]
    total = (scores + options.article_share * share) / (1 + options.article_share)
    best = np.lexsort((rows, -total))
    return Ranked(
        rows=rows[best],
        scores=total[best],
        parts={
            "dense": fused.legs[best, 0],
            "terms": fused.legs[best, 1],
            "time": time[best],
            "outlet": outlet[best],
            "article": share[best],
        },
        articles=articles,
        article_scores=article_scores,
        article_of_row=article_of_row[best],
    )


def time_part(
    view: View, rows: NDArray[np.int64], question: Question, window: TimeWindow | None, options: RankingOptions
) -> Scores:
    """What time adds to each row's score; zero when the question gives no time to go by."""
    start, end = view.published(rows)
    timeliness = options.timeliness
    if window is not None:
        return options.window_weight * window_fit(start, end, window, question.asked_at, timeliness)
    if question.asked_at_given:
        fit = present_fit(start, end, question.asked_at, timeliness.recency_days, timeliness.undated)
        return options.recency_weight * fit
    return np.zeros(len(rows))


def _add_up(articles: NDArray[np.int64], scores: Scores, evidence: float) -> tuple[NDArray[np.int64], Scores]:
    """Articles and their scores, best first: the best passage whole, each further one by ``evidence`` to its rank."""
    order = np.lexsort((-scores, articles))
    grouped, first = np.unique(articles[order], return_index=True)
    place = np.arange(len(order)) - np.repeat(first, np.diff([*first, len(order)]))
    weighted = scores[order] * evidence**place
    sums = np.add.reduceat(weighted, first) if len(first) else np.empty(0)
    best = np.lexsort((grouped, -sums))
    return grouped[best], sums[best]
