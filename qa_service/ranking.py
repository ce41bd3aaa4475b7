"""From candidates to one order of passages and one of articles: relevance, time and evidence added up.

Every part is additive in one score, so ``scores`` of an answer shows why a passage stands where it does.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index.ports import FloatMatrix
from index.view import UNDATED, View
from qa_service.fusion import Scores
from qa_service.named_dates import agreed_fit, named_dates, named_fit
from qa_service.outlets import outlet_matches
from qa_service.question import Question
from qa_service.question_time import TimeWindow
from qa_service.question_words import QuestionWords
from qa_service.retrieval import Candidates, RetrievalOptions
from qa_service.timeliness import TimelinessOptions, present_fit, window_fit
from qa_service.wording import WordingOptions, wording


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingOptions:
    """Weights of the parts, set on tuning topics only; docs/ranking.md shows what each is worth."""

    retrieval: RetrievalOptions = field(default_factory=RetrievalOptions)
    wording: WordingOptions = field(default_factory=WordingOptions)
    timeliness: TimelinessOptions = field(default_factory=TimelinessOptions)
    looked_at: int = 50
    """Passages whose text is looked at: the best by first stage, time and outlet. The others stay after them."""
    recency_weight: float = 0.8
    """Of the fit to asked-at, when the caller gave one and the question is about the present."""
    window_weight: float = 0.4
    """Of the fit to the time that the question names."""
    relevant_at: float = 0.5
    """Fused score from which time counts in full: below it in proportion, so that no date makes a stray match good."""
    present_days: int = 31
    """A window that ends this near to asked-at is about the present."""
    outlet_weight: float = 0.15
    """Of being published by an outlet that the question names."""
    evidence: float = 0.15
    """How much of each further passage of an article counts for the article, geometrically falling."""
    evidence_from: float = 0.2
    """Relevance beyond which a further passage counts. Its date does not: an article's date counts once."""
    article_share: float = 0.3
    """How much of its article's evidence counts for a passage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as the ranking needs it, beside its candidates."""

    question: Question
    windows: tuple[TimeWindow, ...]
    """The times that it names, the one it is about first."""
    outlets: tuple[str, ...]
    words: QuestionWords
    facets: tuple[QuestionWords, ...]
    vector: FloatMatrix
    """``(dim,) float32``, L2-normalised, of the whole question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Candidates in their final order, before grouping."""

    rows: NDArray[np.int64]
    scores: Scores
    parts: dict[str, Scores]
    """Each ``(n,)``: dense, terms, facet, wording, time, outlet, article."""
    articles: NDArray[np.int64]
    """``(n_articles,)`` the catalogue's article numbers, best first."""
    article_scores: Scores
    article_of_row: NDArray[np.int64]
    """``(n,)`` article number of each row."""


def rank(view: View, candidates: Candidates, asked: Asked, options: RankingOptions) -> Ranked:
    """Order candidate passages and their articles."""
    fused, rows = candidates.fused, candidates.fused.rows
    relevant = np.clip(fused.scores / options.relevant_at, 0.0, 1.0)
    outlet = options.outlet_weight * outlet_matches(view, rows, asked.outlets)
    named = np.full((len(asked.windows), len(rows)), np.nan)
    first = fused.scores + relevant * _time(view, rows, named, asked, options) + outlet
    near = np.sort(np.argsort(-first, kind="stable")[: options.looked_at])
    words, named[:, near] = _look(view, rows[near], asked, options)
    scale = 1 + options.wording.scale
    text = np.zeros(len(rows))
    text[near] = words / scale
    relevance = fused.scores / scale + text
    time = relevant * _time(view, rows, named, asked, options)
    scores = relevance + time + outlet
    article_of_row = view.articles(rows)
    articles, article_scores = _add_up(article_of_row, scores, relevance, options)
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
            "facet": fused.legs[best, 2],
            "wording": text[best],
            "time": time[best],
            "outlet": outlet[best],
            "article": share[best],
        },
        articles=articles,
        article_scores=article_scores,
        article_of_row=article_of_row[best],
    )


def _look(view: View, rows: NDArray[np.int64], asked: Asked, options: RankingOptions) -> tuple[Scores, Scores]:
    """What the texts of those rows say: fit of their wording ``(n,)``, and of the days they name ``(n_windows, n)``.

    A row whose passage was deleted meanwhile gets nothing.
    """
    words, named = np.zeros(len(rows)), np.full((len(asked.windows), len(rows)), np.nan)
    place_of = {int(key): place for place, key in enumerate(view.keys[rows])}
    passages = view.passages(rows.tolist())
    if not passages:
        return words, named
    places = [place_of[passage.key] for passage in passages]
    cosines = view.vectors(rows[places]) @ asked.vector
    words[places] = wording(passages, cosines, asked.words, asked.facets, analyze=view.words, options=options.wording)
    if asked.windows:
        days = [named_dates(passage.text, passage.published.day) for passage in passages]
        named[:, places] = [named_fit(days, window) for window in asked.windows]
    return words, named


def _time(view: View, rows: NDArray[np.int64], named: Scores, asked: Asked, options: RankingOptions) -> Scores:
    """What time adds to each fully relevant row; zero when the question gives no time to go by.

    A question about the present is drawn to its window, if it names one, and to the moment of asking; a question about
    the past to its windows alone, with the weight of both. ``named`` ``(n_windows, n)`` is how the days that a passage
    names fit each window, NaN where it names none or was not looked at.
    """
    start, end = view.published(rows)
    question, timeliness = asked.question, options.timeliness
    given = options.recency_weight if question.asked_at_given else 0.0
    present = not asked.windows or _is_present(asked.windows[0], question, options.present_days)
    time = np.zeros(len(rows))
    if asked.windows:
        fits = [
            agreed_fit(window_fit(start, end, window, question.asked_at, timeliness), told, start == UNDATED)
            for window, told in zip(asked.windows, named, strict=True)
        ]
        time += (options.window_weight + (0.0 if present else given)) * np.max(fits, axis=0)
    if present and given:
        days, undated, later = timeliness.recency_days, timeliness.undated, timeliness.later
        time += given * present_fit(start, end, question.asked_at, days, undated, later=later)
    return time


def _is_present(window: TimeWindow, question: Question, days: int) -> bool:
    if window.mode == "newest":
        return True
    return window.end is not None and abs((question.asked_at.date() - window.end).days) <= days


def _add_up(
    articles: NDArray[np.int64], scores: Scores, relevance: Scores, options: RankingOptions
) -> tuple[NDArray[np.int64], Scores]:
    """Articles and their scores, best first: the best passage whole, of each further one its relevance in part."""
    order = np.lexsort((-scores, articles))
    grouped, first = np.unique(articles[order], return_index=True)
    place = np.arange(len(order)) - np.repeat(first, np.diff([*first, len(order)]))
    beyond = np.maximum(0.0, relevance[order] - options.evidence_from)
    weighted = np.where(place == 0, scores[order], beyond * options.evidence**place)
    sums = np.add.reduceat(weighted, first) if len(first) else np.empty(0)
    best = np.lexsort((grouped, -sums))
    return grouped[best], sums[best]
