"""The answer sentence: of the top passages' sentences, the one most likely to hold the answer, word for word.

Every sentence becomes a row of documented features; :mod:`qa_service.confidence` holds the fitted model that scores it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.article import Span, StoredPassage
from qa_service.evidence import (
    FEATURES,
    context_evidence,
    form_evidence,
    place_evidence,
    read_asked,
    similar_words,
    word_evidence,
)
from qa_service.names import find_names
from qa_service.question_words import Analyze, QuestionWords
from qa_service.span_evidence import PassageText, rate_spans, span_evidence
from qa_service.tokens import tokenise

_SOFTNESS = 1 / 3
"""Of the softmax over passage scores, in the distance between the best and the worst of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A candidate sentence with the features that speak for it."""

    passage: int
    """0-based place of its passage in the list given."""
    span: Span
    """In the article's text."""
    text: str
    kind_spans: tuple[Span, ...]
    """What in it is of the expected kind, in the sentence's own offsets, the likeliest answer first."""
    features: NDArray[np.float64]
    """``(len(FEATURES),)``"""
    matched: frozenset[str]
    """Words of the question that it holds."""
    marked: Span | None = None
    """What a reader model takes for the answer, in the sentence's own offsets."""


def candidate_sentences(
    question: str,
    *,
    words: QuestionWords,
    passages: Sequence[StoredPassage],
    scores: Sequence[float],
    analyze: Analyze,
    max_length: int = 400,
) -> list[Sentence]:
    """Every sentence of the passages (best first, with their scores) that is short enough to be quoted."""
    asked = read_asked(question, words, analyze)
    read = [[tokenise(p.text[a - p.start : b - p.start], analyze) for a, b in p.sentences] for p in passages]
    shares = score_shares(scores)
    texts = [PassageText.of(tokens, share) for tokens, share in zip(read, shares, strict=True)]
    sentences: list[Sentence] = []
    for place, (passage, tokens) in enumerate(zip(passages, read, strict=True)):
        title = asked.all_words.intersection(analyze(passage.title))
        matched = [asked.all_words & one.unique for one in tokens]
        similar = [similar_words(asked, one.unique, own) for one, own in zip(tokens, matched, strict=True)]
        held = [own | more for own, more in zip(matched, similar, strict=True)]
        everywhere = frozenset[str]().union(*held)
        others = texts[:place] + texts[place + 1 :]
        passage_evidence = {
            "passage": scores[place] / (scores[0] or 1.0),
            "share": shares[place],
            "first": float(place == 0),
            "rank": 1 / (1 + place),
        }
        for number, one in enumerate(tokens):
            if len(one.text) > max_length:
                continue
            own = matched[number]
            names = find_names(one.text)
            rated = rate_spans(asked, one, own, names, others)
            features = {
                **passage_evidence,
                **word_evidence(asked, one, own, similar[number]),
                **context_evidence(asked, held, number, title, everywhere),
                **form_evidence(asked, one, names),
                **place_evidence(number, len(tokens), passage.start),
                **span_evidence(asked, rated),
            }
            sentences.append(
                Sentence(
                    passage=place,
                    span=passage.sentences[number],
                    text=one.text,
                    kind_spans=tuple(one.span for one in rated),
                    features=np.array([features.get(name, 0.0) for name in FEATURES]),
                    matched=own,
                )
            )
    return sentences


def score_shares(scores: Sequence[float]) -> list[float]:
    """Each score's part of a softmax whose scale is the distance between the best and the worst: whatever the unit."""
    if not scores:
        return []
    table = np.array(scores, np.float64)
    distance = float(table.max() - table.min())
    powers = np.exp((table - table.max()) / (distance * _SOFTNESS)) if distance else np.ones(len(table))
    return (powers / powers.sum()).tolist()
