"""A quoted text in pieces: which of its words answer, which the question asked about. Pieces, never markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.article import Span
from index.sentences import sentence_spans
from qa_service.answer import AnswerSentence, RankedPassage


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text that is all of one kind."""

    text: str
    quoted: bool
    """Inside the sentence that the page points at."""
    term: bool
    """A word of the question."""
    span: bool
    """The words that answer."""


def pieces(
    text: str, *, quoted: Sequence[Span] = (), terms: Sequence[Span] = (), spans: Sequence[Span] = ()
) -> list[Piece]:
    """``text`` cut wherever a range begins or ends. Ranges are half-open code points; what lies outside is cut off."""
    places = {0, len(text)}
    for start, end in (*quoted, *terms, *spans):
        places |= {min(max(start, 0), len(text)), min(max(end, 0), len(text))}
    cuts = sorted(places)

    def held(start: int, ranges: Iterable[Span]) -> bool:
        return any(a <= start < b for a, b in ranges)

    return [
        Piece(text=text[a:b], quoted=held(a, quoted), term=held(a, terms), span=held(a, spans))
        for a, b in pairwise(cuts)
    ]


def sentence_pieces(sentence: AnswerSentence, passage: RankedPassage | None) -> list[Piece]:
    """An answer's sentence with the words that answer and the words that were asked for."""
    spans: list[Span] = []
    if sentence.span_text:
        start = sentence.sentence.find(sentence.span_text)
        if start >= 0:
            spans.append((start, start + len(sentence.span_text)))
    terms: list[Span] = []
    if passage is not None:
        offset = sentence.citation.span[0] - passage.citation.span[0]
        terms = [(a - offset, b - offset) for a, b in passage.highlights if a >= offset]
    return pieces(sentence.sentence, terms=terms, spans=spans)


def passage_pieces(passage: RankedPassage, answers: Sequence[AnswerSentence]) -> list[Piece]:
    """A passage with its sentence marked: those that the answer quotes, else the one with most words asked for."""
    start = passage.citation.span[0]
    quoted = [
        (one.citation.span[0] - start, one.citation.span[1] - start)
        for one in answers
        if one.passage_rank == passage.rank
    ]
    if not quoted:
        quoted = _fullest(passage)
    return pieces(passage.text, quoted=quoted, terms=passage.highlights)


def _fullest(passage: RankedPassage) -> list[Span]:
    def held(span: Span) -> int:
        words = {passage.text[a:b].casefold() for a, b in passage.highlights if span[0] <= a and b <= span[1]}
        return len(words)

    spans = list(sentence_spans(passage.text, 0, len(passage.text), passage.language))
    best = max(spans, key=held, default=None)
    return [best] if best is not None and held(best) else []
