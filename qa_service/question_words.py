"""The question's own words as the index sees them, and what each is worth."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from qa_service import question_languages
from qa_service.question_languages import question_language

Analyze = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionWords:
    """The question's own words as the index sees them, with their inverse document frequencies."""

    weights: dict[str, float]
    order: tuple[str, ...]

    @property
    def total(self) -> float:
        """Sum of the weights."""
        return sum(self.weights.values()) or 1.0

    def share(self, words: Iterable[str]) -> float:
        """Weight of some of the words over the weight of all."""
        return sum(self.weights[word] for word in words) / self.total


def weigh_words(
    question: str, analyze: Analyze, frequencies: Callable[[Sequence[str]], tuple[list[int], int]]
) -> QuestionWords:
    """Each analysed word of the question with ``log(1 + N / df)``; function words weigh nothing."""
    words = words_of(question, analyze)
    found, total = frequencies(words)
    weights = {word: math.log(1 + (total + 1) / (df + 0.5)) for word, df in zip(words, found, strict=True)}
    return QuestionWords(weights=weights, order=tuple(words))


def words_of(question: str, analyze: Analyze) -> list[str]:
    """The question's analysed content words, each once, in order: no function words of English or its own language.

    Where it has nothing else, the words of its own language stay.
    """
    words = list(dict.fromkeys(word for word in analyze(question) if word not in FUNCTION_WORDS))
    language = question_language(question, FUNCTION_WORDS)
    if language is None:
        return words
    ignored = set(analyze(" ".join(question_languages.FUNCTION_WORDS[language])))
    return [word for word in words if word not in ignored] or words


FUNCTION_WORDS = frozenset(
    "a an the of in on at to for from by with and or but is ar was were be been it it's its this that these those "
    "who whom whose what which when where why how do doe did done has have had will would can could should may might "
    "must he she they them his her their i you we our us me my your as if than then there here about into over after "
    "befor dure befor which not no so s t re ve d ll m many much ani some all also just".split()
)
"""Stemmed words that say nothing of what a question is about."""
