"""The answer sentence: of the top passages' sentences, the one most likely to hold the answer, word for word.

A sentence is scored by a linear model over a few documented features; the weights are fitted on tuning topics by a
script under ``eval/`` and kept as data beside this module.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.article import Span, StoredPassage
from qa_service.expected import Kind, find_kind

Analyze = Callable[[str], list[str]]
FEATURES = (
    "coverage",
    "rare_coverage",
    "before",
    "passage_score",
    "passage_gap",
    "rank",
    "kind",
    "kind_absent",
    "position",
    "shortness",
    "density",
    "pairs",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionWords:
    """The question's own words as the index sees them, with their inverse document frequencies."""

    weights: dict[str, float]
    order: tuple[str, ...]

    @property
    def total(self) -> float:
        """Sum of the weights."""
        return sum(self.weights.values()) or 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A candidate sentence with the features that speak for it."""

    passage: int
    """0-based place of its passage in the list given."""
    span: Span
    """In the article's text."""
    text: str
    kind_spans: tuple[Span, ...]
    """What in it is of the expected kind, in the sentence's own offsets."""
    features: NDArray[np.float64]
    """``(len(FEATURES),)``"""
    matched: frozenset[str]
    """Words of the question that it holds."""


def weigh_words(
    question: str, analyze: Analyze, frequencies: Callable[[Sequence[str]], tuple[list[int], int]]
) -> QuestionWords:
    """Each analysed word of the question with ``log(1 + N / df)``; function words weigh nothing."""
    words = list(dict.fromkeys(word for word in analyze(question) if word not in FUNCTION_WORDS))
    found, total = frequencies(words)
    weights = {word: math.log(1 + (total + 1) / (df + 0.5)) for word, df in zip(words, found, strict=True)}
    return QuestionWords(weights=weights, order=tuple(words))


def candidate_sentences(
    question: str,
    kind: Kind,
    *,
    words: QuestionWords,
    passages: Sequence[StoredPassage],
    scores: Sequence[float],
    analyze: Analyze,
    max_length: int = 400,
) -> list[Sentence]:
    """Every sentence of the passages (best first, with their scores) that is short enough to be quoted."""
    sentences: list[Sentence] = []
    top = max(scores, default=1.0) or 1.0
    pairs = set(pairwise(words.order))
    for place, (passage, score) in enumerate(zip(passages, scores, strict=True)):
        before: frozenset[str] = frozenset(analyze(passage.title)) & words.weights.keys()
        title = before
        for number, (start, end) in enumerate(passage.sentences):
            if end - start > max_length:
                continue
            text = passage.text[start - passage.start : end - passage.start]
            own = analyze(text)
            matched = frozenset(own) & words.weights.keys()
            spans = tuple(find_kind(kind, text, question))
            coverage = _share(matched, words)
            content = [word for word in own if word not in FUNCTION_WORDS]
            rare = max(words.weights.values(), default=1.0)
            features = np.array(
                [
                    coverage,
                    max((words.weights[w] for w in matched), default=0.0) / rare,
                    _share((before | title) - matched, words),
                    score / top,
                    (scores[0] - score) / top,
                    1 / (1 + place),
                    1.0 if spans else 0.0,
                    1.0 if kind not in ("thing", "yes_no") and not spans else 0.0,
                    1 / (1 + number),
                    1.0 if end - start < 40 else 0.0,
                    len(matched) / (len(content) or 1),
                    len(pairs & set(pairwise(own))) / (len(pairs) or 1),
                ]
            )
            sentences.append(
                Sentence(
                    passage=place, span=(start, end), text=text, kind_spans=spans, features=features, matched=matched
                )
            )
            before = matched
    return sentences


def _share(matched: frozenset[str], words: QuestionWords) -> float:
    return sum(words.weights[word] for word in matched) / words.total


FUNCTION_WORDS = frozenset(
    "a an the of in on at to for from by with and or but is ar was were be been it it's its this that these those "
    "who whom whose what which when where why how do doe did done has have had will would can could should may might "
    "must he she they them his her their i you we our us me my your as if than then there here about into over after "
    "befor dure befor which not no so s t re ve d ll m many much ani some all also just".split()
)
"""Stemmed words that say nothing of what a question is about."""
