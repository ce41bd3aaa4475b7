"""The first stages: a question's times and outlets are read, candidates found under its filters and ranked."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from index.embedding import Embedder
from index.ports import Filters
from index.view import View
from qa_service.answer import Interpreted, TimeReading
from qa_service.facets import facets
from qa_service.fusion import Fused
from qa_service.matching import Matching, matching_articles
from qa_service.outlets import named_outlets
from qa_service.question import Question
from qa_service.question_time import TimeWindow
from qa_service.question_window import question_windows
from qa_service.question_words import QuestionWords, weigh_words, words_of
from qa_service.ranking import Asked, Ranked, RankingOptions, rank
from qa_service.reranking import Reranker
from qa_service.retrieval import Probe, retrieve

_REMEMBERED = 64
"""Questions whose candidates of any date are kept: dates are mostly filtered right after seeing all."""
_Key = tuple[int, str, tuple[str, ...], Filters]
"""The view's sequence, the question, what was searched with, and the filters without dates."""


@dataclass(slots=True)
class Clock:
    """Milliseconds of each stage."""

    ms: dict[str, float] = field(default_factory=dict[str, float])

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        """Adds what is done within to a stage."""
        started = time.perf_counter()
        yield
        self.ms[name] = round(self.ms.get(name, 0.0) + (time.perf_counter() - started) * 1000, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the stages before grouping found."""

    window: TimeWindow | None
    outlets: tuple[str, ...]
    words: QuestionWords
    probes: tuple[Probe, ...]
    """What was searched with: the whole question, then its facets."""
    ranked: Ranked
    similarity: float
    """Best inner product of the dense leg."""

    def interpreted(self) -> Interpreted:
        """How the question was read."""
        if self.window is None:
            return Interpreted(time=None, sources=self.outlets)
        w = self.window
        reading = TimeReading(
            start=w.start.isoformat() if w.start else None,
            end=w.end.isoformat() if w.end else None,
            expression=w.expression,
            mode=w.mode,
        )
        return Interpreted(time=reading, sources=self.outlets)


class Finder:
    """Finds and ranks with one model and one set of weights. Thread-safe."""

    def __init__(self, embedder: Embedder, options: RankingOptions, reranker: Reranker | None) -> None:
        """Nothing is found before the first question."""
        self._embedder = embedder
        self._options = options
        self._reranker = reranker
        self._matching: dict[_Key, Matching] = {}

    @property
    def depth(self) -> int:
        """Passages taken from each leg, unless more are wanted."""
        return self._options.retrieval.depth

    def find(self, view: View, question: Question, depth: int, clock: Clock) -> Found:
        """Candidates in their order, with how the question was read."""
        with clock.stage("question"):
            windows = question_windows(question)
            outlets = named_outlets(question.text, view.sources())
            parts = self._facets(view, question, outlets)
            # A simple question is about one time; what else it names tells of the thing ("the plant to close in 2030").
            windows = windows if parts else windows[:1]
            window = windows[0] if windows else None
            words, *facet_words = (weigh_words(text, view.words, view.frequencies) for text in (question.text, *parts))
        with clock.stage("encode"):
            vectors = self._embedder.encode_questions([question.text, *parts])
        with clock.stage("retrieve"):
            searched = [without_relative_time(question.text, window), *parts]
            probes = tuple(
                Probe(words=" ".join(words_of(text, view.words)), vector=vector)
                for text, vector in zip(searched, vectors, strict=True)
            )
            mask = view.mask(question.filters)
            found = retrieve(
                view, probes[0], facets=probes[1:], mask=mask, depth=depth, options=self._options.retrieval
            )
        with clock.stage("rank"):
            asked = Asked(
                question=question,
                windows=windows,
                outlets=outlets,
                words=words,
                facets=tuple(facet_words),
                vector=vectors[0],
            )
            ranked = rank(view, found, asked, self._options)
        if self._reranker is not None:
            with clock.stage("rerank"):
                ranked = self._reranker.rerank(view, question.text, ranked)
        return Found(
            window=window,
            outlets=outlets,
            words=words,
            probes=probes,
            ranked=ranked,
            similarity=float(found.dense.scores[0]) if len(found.dense.scores) else 0.0,
        )

    def matching(self, view: View, question: Question, found: Found) -> Matching:
        """The days of the candidate articles, whenever they were published.

        They are searched for again only where dates were filtered, and the same was not asked without dates before.
        """
        dated = question.filters.published_from is not None or question.filters.published_to is not None
        filters = replace(question.filters, published_from=None, published_to=None, include_undated=False)
        key = (view.sequence, question.text, tuple(probe.words for probe in found.probes), filters)
        known = self._matching.get(key) if dated else None
        if known is None:
            rows = self._searched(view, found.probes, filters) if dated else found.ranked.rows
            known = matching_articles(view, rows)
        if len(self._matching) >= _REMEMBERED:
            self._matching.clear()
        self._matching[key] = known
        return known

    def _searched(self, view: View, probes: tuple[Probe, ...], filters: Filters) -> NDArray[np.int64]:
        whole, *parts = probes
        mask = view.mask(filters)
        wider: Fused = retrieve(
            view, whole, facets=parts, mask=mask, depth=self.depth, options=self._options.retrieval
        ).fused
        return wider.rows

    def _facets(self, view: View, question: Question, outlets: tuple[str, ...]) -> tuple[str, ...]:
        """The parts of a compound question that are searched for beside the whole."""
        if not self._options.retrieval.facet_share:
            return ()
        return facets(question.text, lambda text: words_of(text, view.words), outlets)


def without_relative_time(question: str, window: TimeWindow | None) -> str:
    """The question without words like "this week", which time has read already and texts use of any week."""
    if window is None or not window.relative:
        return question
    start, end = window.span
    return f"{question[:start]} {question[end:]}"
