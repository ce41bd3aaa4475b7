"""From a question to an answer: the table of contents of this package.

question → time and outlets named → candidates → ranked → grouped → answer sentences → claims → confidence → cited
"""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from index.article import StoredPassage
from index.embedding import Embedder
from index.view import View
from qa_service.answer import (
    Answer,
    AnswerSentence,
    FoundArticle,
    Interpreted,
    RankedPassage,
    SearchResult,
    TimeReading,
)
from qa_service.answering import QuestionWords, Sentence, candidate_sentences, weigh_words
from qa_service.citing import cite_passage, cite_span
from qa_service.confidence import Confidence, load_confidence
from qa_service.expected import expected_kind
from qa_service.highlighting import highlights
from qa_service.outlets import named_outlets
from qa_service.question import Question
from qa_service.question_time import TimeWindow, read_time
from qa_service.ranking import Ranked, RankingOptions, rank
from qa_service.retrieval import retrieve
from qa_service.signals import sentence_signals, support_signals

_ANSWERS = 3
_READ = 10
"""Passages whose sentences are candidates for the answer."""


@dataclass(slots=True)
class _Clock:
    """Milliseconds of each stage."""

    ms: dict[str, float] = field(default_factory=dict[str, float])

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        started = time.perf_counter()
        yield
        self.ms[name] = round((time.perf_counter() - started) * 1000, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the stages before grouping found."""

    window: TimeWindow | None
    outlets: tuple[str, ...]
    words: QuestionWords
    ranked: Ranked
    similarity: float
    """Best inner product of the dense leg."""

    def interpreted(self) -> Interpreted:
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


class Pipeline:
    """Answers questions over any view with one model and one set of weights. Thread-safe."""

    def __init__(
        self, embedder: Embedder, options: RankingOptions, *, public_url: str, confidence: Confidence | None = None
    ) -> None:
        """``public_url`` is the base of permalinks; ``confidence`` defaults to the coefficients shipped."""
        self._embedder = embedder
        self._options = options
        self._public_url = public_url
        self._confidence = confidence or load_confidence()

    @property
    def threshold(self) -> float:
        """The fitted confidence below which an answer is withheld."""
        return self._confidence.threshold

    def ask(self, view: View, question: Question) -> Answer:
        """The answer object for a question with its times read."""
        clock = _Clock()
        with clock.stage("total"):
            found = self._find(view, question, self._options.retrieval.depth, clock)
            with clock.stage("read"):
                passages, places = self._passages(view, found.ranked, question.top_k)
            with clock.stage("answer"):
                sentences = self._sentences(view, question, found, passages, places)
                signals = support_signals(found.words, found.similarity, sentences)
                confidence = self._confidence.supports.probability(signals) if passages else 0.0
            threshold = self.threshold if question.min_confidence is None else question.min_confidence
            supported = bool(sentences) and confidence >= threshold
            answers = self._answers(sentences, passages, signals) if supported else ()
        return Answer(
            question=question.text,
            asked_at=question.asked_at.isoformat(),
            as_of=question.as_of,
            interpreted=found.interpreted(),
            outcome="answered" if supported else "unsupported",
            confidence=round(confidence, 4),
            answer=answers,
            passages=tuple(
                self._ranked_passage(view, n, passage, found, place)
                for n, (passage, place) in enumerate(zip(passages, places, strict=True), 1)
            )[: question.top_k],
            claims=(),
            timings_ms=clock.ms,
        )

    def search(self, view: View, question: Question, by: Literal["article", "passage"]) -> SearchResult:
        """The ranking before collapsing and diversifying, by article or by passage."""
        clock = _Clock()
        with clock.stage("total"):
            found = self._find(view, question, max(self._options.retrieval.depth, 2 * question.top_k), clock)
            passages: tuple[RankedPassage, ...] = ()
            articles: tuple[FoundArticle, ...] = ()
            with clock.stage("read"):
                if by == "passage":
                    stored, places = self._passages(view, found.ranked, question.top_k)
                    passages = tuple(
                        self._ranked_passage(view, n, passage, found, place)
                        for n, (passage, place) in enumerate(zip(stored, places, strict=True), 1)
                    )
                else:
                    articles = self._articles(view, found.ranked, question.top_k)
        return SearchResult(
            question=question.text,
            asked_at=question.asked_at.isoformat(),
            as_of=question.as_of,
            interpreted=found.interpreted(),
            by=by,
            articles=articles,
            passages=passages,
            timings_ms=clock.ms,
        )

    # -- stages --------------------------------------------------------------------------------------------------

    def _find(self, view: View, question: Question, depth: int, clock: _Clock) -> _Found:
        with clock.stage("question"):
            window = read_time(question.text, question.asked_at)
            outlets = named_outlets(question.text, view.sources())
            words = weigh_words(question.text, view.words, view.frequencies)
        with clock.stage("encode"):
            vector = self._embedder.encode_question(question.text)
        with clock.stage("retrieve"):
            mask = view.mask(question.filters)
            candidates = retrieve(
                view, " ".join(words.order), vector, mask=mask, depth=depth, options=self._options.retrieval
            )
        with clock.stage("rank"):
            ranked = rank(
                view, candidates, question=question, window=window, outlets=outlets, options=self._options
            )
        return _Found(
            window=window,
            outlets=outlets,
            words=words,
            ranked=ranked,
            similarity=float(candidates.dense.scores[0]) if len(candidates.dense.scores) else 0.0,
        )

    def _passages(self, view: View, ranked: Ranked, top_k: int) -> tuple[list[StoredPassage], list[int]]:
        """The best passages with their places in the ranking; what was deleted meanwhile is left out."""
        wanted = ranked.rows[: max(top_k, _READ)]
        place_of = {int(view.keys[row]): place for place, row in enumerate(wanted)}
        passages = view.passages(wanted.tolist())
        return passages, [place_of[passage.key] for passage in passages]

    def _sentences(
        self, view: View, question: Question, found: _Found, passages: list[StoredPassage], places: list[int]
    ) -> list[tuple[float, Sentence]]:
        """Candidate answer sentences, best first."""
        kind = expected_kind(question.text)
        scores = [float(found.ranked.scores[place]) for place in places[:_READ]]
        sentences = candidate_sentences(
            question.text,
            kind,
            words=found.words,
            passages=passages[:_READ],
            scores=scores,
            analyze=view.words,
        )
        scored = [(self._confidence.sentence_score(s), s) for s in sentences]
        return sorted(scored, key=lambda pair: (-pair[0], pair[1].passage, pair[1].span))

    def _answers(
        self, sentences: list[tuple[float, Sentence]], passages: list[StoredPassage], support: dict[str, float]
    ) -> tuple[AnswerSentence, ...]:
        chosen: list[AnswerSentence] = []
        for score, sentence in sentences:
            if len(chosen) == _ANSWERS:
                break
            if any(sentence.text == other.sentence for other in chosen):
                continue
            passage = passages[sentence.passage]
            signals = sentence_signals(support, score, sentence, sentences)
            chosen.append(
                AnswerSentence(
                    sentence=sentence.text,
                    confidence=round(self._confidence.holds.probability(signals), 4),
                    span_text=_span_text(sentence),
                    passage_rank=sentence.passage + 1,
                    citation=cite_span(sentence.passage + 1, passage, sentence.span, self._public_url),
                )
            )
        return tuple(chosen)

    def _ranked_passage(self, view: View, n: int, passage: StoredPassage, found: _Found, place: int) -> RankedPassage:
        ranked = found.ranked
        return RankedPassage(
            rank=n,
            score=round(float(ranked.scores[place]), 6),
            scores={name: round(float(part[place]), 6) for name, part in ranked.parts.items()},
            passage_id=passage.passage_id,
            article_id=passage.article_id,
            text=passage.text,
            highlights=highlights(passage.text, found.words.weights.keys(), view.words),
            story_id=None,
            independent_sources=1,
            copies=(),
            citation=cite_passage(n, passage, self._public_url),
        )

    def _articles(self, view: View, ranked: Ranked, top_k: int) -> tuple[FoundArticle, ...]:
        best = ranked.articles[:top_k]
        rows = {int(article): ranked.rows[ranked.article_of_row == article][:5] for article in best}
        stored = {p.key: p for p in view.passages([int(r) for some in rows.values() for r in some])}
        found: list[FoundArticle] = []
        for place, article in enumerate(best):
            passages = [stored[key] for row in rows[int(article)] if (key := int(view.keys[row])) in stored]
            if not passages:
                continue
            first = passages[0]
            found.append(
                FoundArticle(
                    rank=len(found) + 1,
                    score=round(float(ranked.article_scores[place]), 6),
                    article_id=first.article_id,
                    title=first.title,
                    source=first.source,
                    url=first.url,
                    published=first.published,
                    passage_ids=tuple(p.passage_id for p in passages),
                )
            )
        return tuple(found)


def _span_text(sentence: Sentence) -> str | None:
    if not sentence.kind_spans:
        return None
    start, end = sentence.kind_spans[0]
    return sentence.text[start:end]
