"""How much of a question's wording a passage holds: a closer look at the best candidates, by their text.

BM25 adds up what each word is worth and lets one word, often repeated, stand for the others. Coverage asks how much of
the question is there at all, each word once, and counts words that stand side by side as in the question (after the
ordered features of Metzler and Croft, "A Markov random field model for term dependencies", SIGIR 2005).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from index.article import StoredPassage
from index.ports import FloatMatrix
from qa_service.fusion import Scores
from qa_service.question_words import FUNCTION_WORDS, Analyze, QuestionWords

_LEAD = 300
"""Characters at the start of an article within which its opening passage begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingOptions:
    """What each part weighs against 1 of the first-stage score; set on tuning topics only."""

    similarity: float = 0.5
    """Of the cosine of passage and question, which the first stage sees only against the other candidates'."""
    coverage: float = 0.75
    """Of the share of the question's weighted words that the passage holds."""
    title: float = 0.1
    """Of the share that its headline holds."""
    pairs: float = 0.4
    """Of the weighted share of the question's neighbouring words that stand side by side, in headline or text."""
    lead: float = 0.06
    """Of opening an article: news tells the main thing first."""

    @property
    def scale(self) -> float:
        """What a perfect passage can get, but for the small bonuses of headline and place."""
        return self.similarity + self.coverage + self.pairs


def wording(
    passages: Sequence[StoredPassage],
    cosines: FloatMatrix,
    whole: QuestionWords,
    facets: Sequence[QuestionWords],
    *,
    analyze: Analyze,
    options: WordingOptions,
) -> Scores:
    """``(n,)`` how well each passage fits, between 0 and the sum of the options' weights; ``cosines`` is ``(n,)``.

    Where a question has facets, the coverage of the best one counts half.
    """
    pairs = {pair: whole.weights[pair[0]] + whole.weights[pair[1]] for pair in pairwise(whole.order)}
    all_pairs = sum(pairs.values()) or 1.0
    scores = np.zeros(len(passages))
    for place, passage in enumerate(passages):
        title, body = analyze(passage.title), analyze(passage.text)
        held = frozenset(body)
        covered = whole.share(held & whole.weights.keys())
        if facets:
            covered = (covered + max(facet.share(held & facet.weights.keys()) for facet in facets)) / 2
        beside = {
            pair
            for text in (title, body)
            for pair in pairwise(word for word in text if word not in FUNCTION_WORDS)
            if pair in pairs
        }
        scores[place] = (
            options.similarity * max(0.0, float(cosines[place]))
            + options.coverage * covered
            + options.title * whole.share(whole.weights.keys() & frozenset(title))
            + options.pairs * sum(pairs[pair] for pair in beside) / all_pairs
            + options.lead * (passage.start < _LEAD)
        )
    return scores
