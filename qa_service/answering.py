"""The answer sentence: of the top passages' sentences, the one most likely to hold the answer, word for word.

A sentence is scored by a linear model over a few documented features; the weights are fitted on tuning topics by a
script under ``eval/`` and kept as data beside this module.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.article import Span, StoredPassage
from qa_service.expected import Kind, find_kind

_LEAD = 300
"""Characters at the start of an article within which its first passage begins."""
_SHORT = 40
_NAME = re.compile(r"\b[A-Z][\w’'-]+")
_QUOTED = re.compile(r"“[^”]+”|\"[^\"]+\"")

Analyze = Callable[[str], list[str]]
_KINDS: tuple[Kind, ...] = (
    "number",
    "money",
    "date",
    "person",
    "place",
    "organisation",
    "reason",
    "quotation",
    "yes_no",
    "thing",
)
FEATURES = (
    "coverage",  # share of the question's weighted words that the sentence holds
    "rarest",  # weight of the rarest word it holds, against the rarest asked
    "names",  # share of the question's capitalised words that it holds
    "context",  # weighted share that only its headline or the sentence before holds
    "after",  # the same for the sentence after
    "passage",  # its passage's score against the best passage's
    "first",  # whether its passage is the best
    "rank",  # 1 / rank of its passage
    "lead",  # 1 / (1 + place in the passage), where the passage opens its article
    "position",  # 1 / (1 + place in the passage)
    "short",  # whether it has fewer than 40 characters
    "length",  # log of its words, over 4
    "density",  # share of its content words that the question asks about
    "pairs",  # share of the question's neighbouring word pairs that it holds
    "asks",  # whether it is a question itself
    "quoted",  # whether it is mostly a quotation
    "new_names",  # names in it that the question does not hold, at most 4, over 4
    "digits",  # whether it holds a figure
    *(f"has_{kind}" for kind in _KINDS),  # the question expects this kind, and something of the kind is there
    *(f"lacks_{kind}" for kind in _KINDS[:-2]),  # the question expects it, and nothing of the kind is there
)
"""What speaks for or against a sentence, in the order of ``Sentence.features``."""


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
    marked: Span | None = None
    """What a reader model takes for the answer, in the sentence's own offsets."""


def weigh_words(
    question: str, analyze: Analyze, frequencies: Callable[[Sequence[str]], tuple[list[int], int]]
) -> QuestionWords:
    """Each analysed word of the question with ``log(1 + N / df)``; function words weigh nothing."""
    words = words_of(question, analyze)
    found, total = frequencies(words)
    weights = {word: math.log(1 + (total + 1) / (df + 0.5)) for word, df in zip(words, found, strict=True)}
    return QuestionWords(weights=weights, order=tuple(words))


def words_of(question: str, analyze: Analyze) -> list[str]:
    """The question's analysed content words, each once, in order."""
    return list(dict.fromkeys(word for word in analyze(question) if word not in FUNCTION_WORDS))


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
    asked = _Asked(question=question, kind=kind, words=words)
    sentences: list[Sentence] = []
    for place, passage in enumerate(passages):
        title = frozenset(analyze(passage.title)) & words.weights.keys()
        texts = [passage.text[a - passage.start : b - passage.start] for a, b in passage.sentences]
        analysed = [analyze(text) for text in texts]
        matched = [frozenset(own) & words.weights.keys() for own in analysed]
        passage_features = {
            "passage": scores[place] / (scores[0] or 1.0),
            "first": 1.0 if place == 0 else 0.0,
            "rank": 1 / (1 + place),
        }
        for number, text in enumerate(texts):
            if len(text) > max_length:
                continue
            before = matched[number - 1] if number else frozenset[str]()
            after = matched[number + 1] if number + 1 < len(matched) else frozenset[str]()
            spans = tuple(find_kind(kind, text, question))
            own = _own_features(asked, text, analysed[number], matched[number], spans)
            features = {
                **passage_features,
                **own,
                "context": words.share((before | title) - matched[number]),
                "after": words.share(after - matched[number]),
                "lead": 1 / (1 + number) if passage.start < _LEAD else 0.0,
                "position": 1 / (1 + number),
            }
            sentences.append(
                Sentence(
                    passage=place,
                    span=passage.sentences[number],
                    text=text,
                    kind_spans=spans,
                    features=np.array([features.get(name, 0.0) for name in FEATURES]),
                    matched=matched[number],
                )
            )
    return sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    question: str
    kind: Kind
    words: QuestionWords


def _own_features(
    asked: _Asked, text: str, analysed: list[str], matched: frozenset[str], spans: tuple[Span, ...]
) -> dict[str, float]:
    """The features that a sentence has by itself."""
    words = asked.words
    content = [word for word in analysed if word not in FUNCTION_WORDS]
    asked_names = set(_NAME.findall(asked.question[1:]))
    names = set(_NAME.findall(text[1:]))
    rarest = max(words.weights.values(), default=1.0)
    pairs = set(pairwise(words.order))
    quoted = sum(len(match.group()) for match in _QUOTED.finditer(text))
    return {
        "coverage": words.share(matched),
        "rarest": max((words.weights[word] for word in matched), default=0.0) / rarest,
        "names": len(asked_names & names) / len(asked_names) if asked_names else 0.0,
        "short": 1.0 if len(text) < _SHORT else 0.0,
        "length": math.log(1 + len(analysed)) / 4,
        "density": len(matched) / (len(content) or 1),
        "pairs": len(pairs & set(pairwise(content))) / (len(pairs) or 1),
        "asks": 1.0 if text.rstrip("\"”’')").endswith("?") else 0.0,
        "quoted": 1.0 if 2 * quoted > len(text) else 0.0,
        "new_names": min(4, len(names - asked_names)) / 4,
        "digits": 1.0 if any(ch.isdigit() for ch in text) else 0.0,
        f"has_{asked.kind}": 1.0 if spans else 0.0,
        f"lacks_{asked.kind}": 0.0 if spans else 1.0,
    }


FUNCTION_WORDS = frozenset(
    "a an the of in on at to for from by with and or but is ar was were be been it it's its this that these those "
    "who whom whose what which when where why how do doe did done has have had will would can could should may might "
    "must he she they them his her their i you we our us me my your as if than then there here about into over after "
    "befor dure befor which not no so s t re ve d ll m many much ani some all also just".split()
)
"""Stemmed words that say nothing of what a question is about."""
