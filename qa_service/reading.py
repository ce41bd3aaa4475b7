"""An optional extractive reader: a model that marks the words in a passage which answer the question.

It only chooses. What it marks has to lie within one candidate sentence, is quoted as it stands, and moves that
sentence up; the scores of sentences, which confidence is fitted to, stay what they were.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.article import Span, StoredPassage
from index.models import load_span_model
from qa_service.answering import Sentence

_LONGEST = 30
"""Tokens of the longest span."""
_QUESTION_SHARE = 2
"""A question takes at most one part in so many of what the model can read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderOptions:
    """How much is read, and what it counts. Set by reasoning: docs/models.md says how to measure them."""

    passages: int = 5
    """Passages read, from the best on: the cost of a question grows with it."""
    weight: float = 4.0
    """Of a certain reader's sentence, in the units of the sentence ranker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenScores:
    """What a span model thinks of a text's tokens: scores of beginning and of ending the answer there."""

    offsets: NDArray[np.int64]
    """``(n, 2)`` code points of each token in the text, half-open."""
    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    nothing: float
    """Score of the text not answering, on the scale of a start plus an end."""


class SpanModel(Protocol):
    """Scores the tokens of texts for a question."""

    def read(self, question: str, texts: Sequence[str]) -> list[TokenScores]:
        """One for each text; the tail of a text that is too long for the model has no tokens."""
        ...


class TransformersSpanModel:
    """A :class:`SpanModel` over one transformers question-answering model."""

    def __init__(self, name: str) -> None:
        """Load by folder or hub name. Raises ModelError."""
        self._tokenizer, self._model = load_span_model(name)
        # Models of the RoBERTa family number positions from 2 on.
        positions = int(getattr(self._model.config, "max_position_embeddings", 512)) - 2
        self._longest = min(int(self._tokenizer.model_max_length), positions)
        # Fast tokenizers keep truncation as mutable state.
        self._lock = threading.Lock()

    def read(self, question: str, texts: Sequence[str]) -> list[TokenScores]:
        """Start and end scores from one pass over all texts."""
        if not texts:
            return []
        with self._lock:
            asked = self._shortened(question)
            encoded = self._tokenizer(
                [asked] * len(texts),
                list(texts),
                truncation="only_second",
                max_length=self._longest,
                padding=True,
                return_offsets_mapping=True,
                return_tensors="pt",
            )
            of_text = [
                np.array([sequence == 1 for sequence in encoded.sequence_ids(n)], bool) for n in range(len(texts))
            ]
            offsets = encoded.pop("offset_mapping").numpy()
            scores = self._model(**encoded)
        starts, ends = (logits.float().cpu().numpy().astype(np.float64) for logits in scores[:2])
        return [
            TokenScores(
                offsets=offsets[n][kept],
                starts=starts[n][kept],
                ends=ends[n][kept],
                # The first token stands for "not in this text", as in SQuAD 2.0.
                nothing=float(starts[n][0] + ends[n][0]),
            )
            for n, kept in enumerate(of_text)
        ]

    def _shortened(self, question: str) -> str:
        """A question that leaves room for text beside it."""
        most = self._longest // _QUESTION_SHARE
        encoded: Any = self._tokenizer(question, add_special_tokens=False, return_offsets_mapping=True)
        offsets = encoded["offset_mapping"]
        return question if len(offsets) <= most else question[: offsets[most - 1][1]]


class Reader:
    """Prefers the sentences in which a span model finds the answer. Thread-safe if the model is."""

    def __init__(self, model: SpanModel, options: ReaderOptions) -> None:
        """Nothing is read before the first question."""
        self._model = model
        self._options = options

    def prefer(
        self, question: str, passages: Sequence[StoredPassage], sentences: Sequence[tuple[float, Sentence]]
    ) -> list[tuple[float, Sentence]]:
        """The sentences with their scores, best first once the reader is heard; ``marked`` is what it marked."""
        read = passages[: self._options.passages]
        weighed = [(score, score, sentence) for score, sentence in sentences]
        for place, scores in enumerate(self._model.read(question, [passage.text for passage in read])):
            own = [n for n, (_, _, sentence) in enumerate(weighed) if sentence.passage == place]
            found = _best(scores, read[place], [weighed[n][2] for n in own])
            if found is not None:
                which, span, certainty = found
                _, score, sentence = weighed[own[which]]
                marked = replace(sentence, marked=span)
                weighed[own[which]] = (score + self._options.weight * certainty, score, marked)
        weighed.sort(key=lambda one: -one[0])
        return [(score, sentence) for _, score, sentence in weighed]


def _best(scores: TokenScores, passage: StoredPassage, sentences: Sequence[Sentence]) -> tuple[int, Span, float] | None:
    """Which sentence holds the best span, where in it, and how sure the model is that the text answers at all."""
    best: tuple[float, int, Span] | None = None
    for number, sentence in enumerate(sentences):
        begin, end = sentence.span[0] - passage.start, sentence.span[1] - passage.start
        inside = np.flatnonzero((scores.offsets[:, 0] >= begin) & (scores.offsets[:, 1] <= end))
        found = _best_span(scores, inside)
        if found is not None and (best is None or found[0] > best[0]):
            first, last = int(scores.offsets[found[1], 0]) - begin, int(scores.offsets[found[2], 1]) - begin
            span = _trimmed(sentence.text, first, last)
            best = (found[0], number, span) if span[0] < span[1] else best
    if best is None:
        return None
    return best[1], best[2], 1 / (1 + math.exp(-max(-30.0, min(30.0, best[0] - scores.nothing))))


def _best_span(scores: TokenScores, tokens: NDArray[np.int64]) -> tuple[float, int, int] | None:
    """Score, first and last token of the best span among neighbouring tokens."""
    if not len(tokens):
        return None
    total = scores.starts[tokens][:, None] + scores.ends[tokens][None, :]
    allowed = np.triu(np.ones_like(total, bool)) & ~np.triu(np.ones_like(total, bool), _LONGEST)
    total = np.where(allowed & np.isfinite(total), total, -np.inf)
    first, last = np.unravel_index(int(total.argmax()), total.shape)
    if not np.isfinite(total[first, last]):
        return None
    return float(total[first, last]), int(tokens[first]), int(tokens[last])


def _trimmed(text: str, start: int, end: int) -> Span:
    """Without white space at its ends, which some tokenizers count in."""
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
