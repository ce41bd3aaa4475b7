"""From a question to an answer: the table of contents of this package.

question → time and outlets named → candidates → ranked → grouped → answer sentences → claims → confidence → cited
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.article import StoredPassage
from index.embedding import Embedder
from index.view import FOREVER, UNDATED, View
from qa_service.answer import Answer, AnswerSentence, FoundArticle, RankedPassage, SearchResult
from qa_service.answering import Sentence, candidate_sentences
from qa_service.citing import cite_span
from qa_service.claims.agreement import judge
from qa_service.claims.citing import cite_claims, quoted_sentence
from qa_service.claims.relevance import relevant_statements
from qa_service.claims.rows import Judgement
from qa_service.confidence import Confidence, load_confidence
from qa_service.finding import Clock, Finder, Found
from qa_service.grouping import collapse, diversify
from qa_service.matching import Explored
from qa_service.notice_sentences import comes_last
from qa_service.presenting import Presenter, read_carriers, read_passages
from qa_service.question import Question
from qa_service.question_words import QuestionWords
from qa_service.ranking import Ranked, RankingOptions
from qa_service.reading import Reader
from qa_service.reranking import Reranker
from qa_service.signals import sentence_signals, support_signals

_ANSWERS = 3
_READ = 10
"""Passages whose sentences are candidates for the answer."""
_JUDGED = 5
"""Passages whose claims tell whether the archive supports an answer, however many the caller wants to see."""
_GROUPED = 300
"""Passages among which copies are looked for: deep enough for the longest answer, however often it was copied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What an answer is chosen from: passages, and their sentences with scores, best first."""

    passages: tuple[StoredPassage, ...]
    sentences: tuple[tuple[float, Sentence], ...]
    words: QuestionWords
    similarity: float
    judged: Judgement
    """Who says what in the best passages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Considered:
    """What an answer is made of."""

    found: Found
    passages: list[StoredPassage]
    places: list[int]
    """Of the passages, in the ranking."""
    sentences: list[tuple[float, Sentence]]
    """With their scores, best first."""
    judged: Judgement
    """Who says what in the best ``_JUDGED`` passages."""


class Pipeline:
    """Answers questions over any view with one model and one set of weights. Thread-safe."""

    def __init__(
        self,
        embedder: Embedder,
        options: RankingOptions,
        *,
        public_url: str,
        confidence: Confidence | None = None,
        reranker: Reranker | None = None,
        reader: Reader | None = None,
    ) -> None:
        """``public_url`` is the base of permalinks; ``confidence`` defaults to the coefficients shipped."""
        self._finder = Finder(embedder, options, reranker)
        self._public_url = public_url
        self._confidence = confidence or load_confidence()
        self._reader = reader

    @property
    def threshold(self) -> float:
        """The fitted confidence below which an answer is withheld."""
        return self._confidence.threshold

    def ask(self, view: View, question: Question) -> Answer:
        """The answer object for a question with its times read."""
        return self._answered(view, question)[0]

    def explore(self, view: View, question: Question) -> Explored:
        """The answer, and on which days the candidate articles are, those outside a date filter too."""
        answer, found = self._answered(view, question)
        return Explored(answer=answer, matching=self._finder.matching(view, question, found))

    def _answered(self, view: View, question: Question) -> tuple[Answer, Found]:
        clock = Clock()
        with clock.stage("total"):
            considered = self._considered(view, question, max(question.top_k, _READ), clock)
            found, passages, sentences = considered.found, considered.passages, considered.sentences
            with clock.stage("read"):
                carriers = read_carriers(view, passages, question.filters.as_of)
            with clock.stage("answer"):
                signals = support_signals(found.words, found.similarity, sentences, considered.judged)
                confidence = self._confidence.supports.probability(signals) if passages else 0.0
            with clock.stage("claims"):
                judged = considered.judged
                if question.top_k != _JUDGED:
                    judged = self._judged(question, found, passages[: question.top_k], sentences)
            present = Presenter(view, found.words, self._public_url)
            threshold = self.threshold if question.min_confidence is None else question.min_confidence
            shown = [(score, s) for score, s in sentences if s.passage < question.top_k]
            supported = bool(shown) and confidence >= threshold
            answers = self._answers(shown, passages, signals) if supported else ()
        answer = Answer(
            question=question.text,
            asked_at=question.asked_at.isoformat(),
            as_of=question.as_of,
            interpreted=found.interpreted(),
            outcome=judged.outcome if supported else "unsupported",
            confidence=round(confidence, 4),
            answer=answers,
            passages=tuple(
                present.passage(n, passage, found.ranked, place, carriers)
                for n, (passage, place) in enumerate(zip(passages, considered.places, strict=True), 1)
            )[: question.top_k],
            claims=cite_claims(judged.rows, passages, self._public_url) if supported else (),
            timings_ms=clock.ms,
        )
        return answer, found

    def examine(self, view: View, question: Question) -> Examined:
        """What the confidence model sees of a question: for fitting it, and for looking into a case."""
        considered = self._considered(view, question, _READ, Clock())
        return Examined(
            passages=tuple(considered.passages),
            sentences=tuple(considered.sentences),
            words=considered.found.words,
            similarity=considered.found.similarity,
            judged=considered.judged,
        )

    def search(self, view: View, question: Question, by: Literal["article", "passage"]) -> SearchResult:
        """The ranking before collapsing and diversifying, by article or by passage."""
        clock = Clock()
        with clock.stage("total"):
            found = self._finder.find(view, question, max(self._finder.depth, 2 * question.top_k), clock)
            present = Presenter(view, found.words, self._public_url)
            passages: tuple[RankedPassage, ...] = ()
            articles: tuple[FoundArticle, ...] = ()
            with clock.stage("read"):
                if by == "passage":
                    places = np.arange(min(question.top_k, len(found.ranked.rows)))
                    stored, places = read_passages(view, found.ranked, places)
                    carriers = read_carriers(view, stored, question.filters.as_of)
                    passages = tuple(
                        present.passage(n, passage, found.ranked, place, carriers)
                        for n, (passage, place) in enumerate(zip(stored, places, strict=True), 1)
                    )
                else:
                    articles = present.articles(found.ranked, question.top_k)
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

    def _considered(self, view: View, question: Question, wanted: int, clock: Clock) -> _Considered:
        """What is considered for an answer: found, grouped, read and cut into sentences."""
        found = self._finder.find(view, question, self._finder.depth, clock)
        with clock.stage("group"):
            places = self._grouped(view, found.ranked, wanted)
        with clock.stage("read"):
            passages, read = read_passages(view, found.ranked, places)
        with clock.stage("answer"):
            sentences = self._sentences(view, question, found, passages, read)
        with clock.stage("claims"):
            judged = self._judged(question, found, passages[:_JUDGED], sentences)
        return _Considered(found=found, passages=passages, places=read, sentences=sentences, judged=judged)

    def _grouped(self, view: View, ranked: Ranked, wanted: int) -> NDArray[np.int64]:
        """Places in the ranking of the passages to show: copies collapsed, tellings of one sentence spread out."""
        head = np.arange(min(len(ranked.rows), _GROUPED))
        rows = ranked.rows[head]
        start, _ = view.published(rows)
        dated = np.where(start == UNDATED, FOREVER, start)
        kept = collapse(ranked.scores[head], view.copy_groups(rows), dated)[: 2 * wanted]
        order = diversify(ranked.scores[kept], view.vectors(ranked.rows[kept]))
        return kept[order][:wanted]

    def _judged(
        self,
        question: Question,
        found: Found,
        passages: list[StoredPassage],
        sentences: Sequence[tuple[float, Sentence]],
    ) -> Judgement:
        """Who says what about what was asked, and whether independent claims conflict."""
        rows = relevant_statements(
            question.text,
            passages,
            [passage.copy_group for passage in passages],
            window=found.window,
            asked_at=question.asked_at.date() if question.asked_at_given else None,
            sentences=[(sentence.passage, sentence.span) for _, sentence in sentences],
        )
        return judge(rows, [quoted_sentence(row, passages) for row in rows])

    def _sentences(
        self, view: View, question: Question, found: Found, passages: list[StoredPassage], places: Sequence[int]
    ) -> list[tuple[float, Sentence]]:
        """Candidate answer sentences, best first."""
        scores = [float(found.ranked.scores[place]) for place in places[:_READ]]
        sentences = candidate_sentences(
            question.text,
            words=found.words,
            passages=passages[:_READ],
            scores=scores,
            analyze=view.words,
        )
        scored = list(zip(self._confidence.sentence.scores(sentences), sentences, strict=True))
        scored.sort(key=lambda pair: (comes_last(question.text, pair[1].text), -pair[0], pair[1].passage, pair[1].span))
        return scored if self._reader is None else self._reader.prefer(question.text, passages[:_READ], scored)

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


def _span_text(sentence: Sentence) -> str | None:
    span = sentence.marked or next(iter(sentence.kind_spans), None)
    return None if span is None else sentence.text[span[0] : span[1]]
