"""A sentence as words with their places: stemmed as the index stems them, so that they can be compared and located."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from index.article import Span
from index.words import word_spans
from qa_service.question_words import FUNCTION_WORDS, Analyze


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The words of a text in order; every tuple is as long as the text has words."""

    text: str
    words: tuple[str, ...]
    """As written."""
    stems: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    unique: frozenset[str]
    """The stems, each once."""

    @property
    def content(self) -> list[str]:
        """Stems that are no function words."""
        return [stem for stem in self.stems if stem not in FUNCTION_WORDS]

    def within(self, span: Span) -> Span:
        """Half-open range of the words that overlap a range of the text."""
        return bisect_right(self.ends, span[0]), bisect_left(self.starts, span[1])


def tokenise(text: str, analyze: Analyze) -> Tokens:
    """A text's words with their stems, by the index's own analysis, and their places."""
    spans = list(word_spans(text))
    words = tuple(text[start:end] for start, end in spans)
    stems = analyze(text)
    if len(stems) != len(words):  # the index leaves a word out, or divides one
        stems = [next(iter(analyze(word)), word.lower()) for word in words]
    return Tokens(
        text=text,
        words=words,
        stems=tuple(stems),
        starts=tuple(start for start, _ in spans),
        ends=tuple(end for _, end in spans),
        unique=frozenset(stems),
    )
