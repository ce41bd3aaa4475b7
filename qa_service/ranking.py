"""From candidates to one order of passages and one of articles: relevance, time and evidence added up.

Every part is additive in one score, so ``scores`` of an answer shows why a passage stands where it does.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index.view import View
from qa_service.fusion import Fused, Scores
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
    recency_weight: float = 0.8
    """Of the fit to asked-at, when the caller gave one and the question is about the present."""
    window_weight: float = 0.5
    """Of the fit to the time that the question names."""
    relevant_at: float = 0.4
    """Fused score from which time counts in full: below it in proportion, so that no date makes a stray match good."""
    present_days: int = 31
    """A window that ends this near to asked-at is about the present."""
    outlet_weight: float = 0.15
    """Of being published by an outlet that the question names."""
    evidence: float = 0.25
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
    time = time_part(view, fused, question, window, options)
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
    view: View, fused: Fused, question: Question, window: TimeWindow | None, options: RankingOptions
) -> Scores:
    """What time adds to each row's score; zero when the question gives no time to go by.

    A question about the present is drawn to its window, if it names one, and to the moment of asking; a question about
    the past to its window alone, with the weight of both.
    """
    start, end = view.published(fused.rows)
    timeliness = options.timeliness
    given = options.recency_weight if question.asked_at_given else 0.0
    present = window is None or _is_present(window, question, options.present_days)
    time = np.zeros(len(fused.rows))
    if window is not None:
        weight = options.window_weight + (0.0 if present else given)
        time += weight * window_fit(start, end, window, question.asked_at, timeliness)
    if present and given:
        time += given * present_fit(start, end, question.asked_at, timeliness.recency_days, timeliness.undated)
    return time * np.clip(fused.scores / options.relevant_at, 0.0, 1.0)


def _is_present(window: TimeWindow, question: Question, days: int) -> bool:
    if window.mode == "newest":
        return True
    return window.end is not None and abs((question.asked_at.date() - window.end).days) <= days


def _add_up(articles: NDArray[np.int64], scores: Scores, evidence: float) -> tuple[NDArray[np.int64], Scores]:
    """Articles and their scores, best first: the best passage whole, each further one by ``evidence`` to its rank."""
    order = np.lexsort((-scores, articles))
    grouped, first = np.unique(articles[order], return_index=True)
    place = np.arange(len(order)) - np.repeat(first, np.diff([*first, len(order)]))
    weighted = scores[order] * evidence**place
    sums = np.add.reduceat(weighted, first) if len(first) else np.empty(0)
    best = np.lexsort((grouped, -sums))
    return grouped[best], sums[best]
