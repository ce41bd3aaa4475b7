"""Sentence boundaries, as exact code-point ranges (sentencex; nothing else imports it).

A sentence never crosses a paragraph break. One longer than 400 characters, which a citation may not quote whole, is
cut after the last semicolon, dash or colon that leaves a piece of 80 to 400 characters, else after the last comma, else
after the last white space, else at 400 characters, never before a combining mark.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import TypedDict, cast

from sentencex import get_sentence_boundaries  # pyright: ignore[reportAttributeAccessIssue, reportMissingTypeStubs, reportUnknownVariableType]

from index.article import Span
from index.paragraphs import paragraph_spans, trim

MAX_SENTENCE = 400
"""Characters of the longest sentence that may be quoted."""
_MIN_PIECE = 80
_WINDOW = 2000
"""Characters given to sentencex at once: its time grows with the square of a text full of quotation marks."""
_CUTS = (re.compile(r"[;:—–][”\"’')]?(?=\s)|—(?=\S)"), re.compile(r",[”\"’']?(?=\s)"), re.compile(r"\s"))


class _Boundary(TypedDict):
    start_index: int
    end_index: int


_find_boundaries = cast("Callable[[str, str], list[_Boundary]]", get_sentence_boundaries)


def sentence_spans(text: str, start: int, end: int, language: str | None) -> tuple[Span, ...]:
    """The sentences of ``text[start:end]``: ascending, disjoint, trimmed, at most 400 characters each.

    Together they cover everything but white space. ``language`` is an ISO 639 code; English rules apply where it is
    None or unknown to sentencex.
    """
    code = (language or "en").split("-")[0]
    return tuple(
        piece
        for paragraph in paragraph_spans(text, start, end)
        for sentence in _split_paragraph(text, *paragraph, code)
        for piece in _at_most(text, *sentence)
    )


def _split_paragraph(text: str, start: int, end: int, code: str) -> list[Span]:
    """Sentences of one paragraph; a long one is read in windows, each beginning where the last whole sentence ended."""
    spans: list[Span] = []
    while start < end:
        stop = min(end, start + _WINDOW)
        bounds = [
            (start + boundary["start_index"], start + boundary["end_index"])
            for boundary in _find_boundaries(code, text[start:stop])
        ]
        if stop < end:
            if len(bounds) > 1:
                bounds.pop()
                stop = bounds[-1][1]
            else:
                stop = _cut(text, start, stop)
                bounds = [(start, stop)]
        spans.extend(span for span in (trim(text, *bound) for bound in bounds) if span[0] < span[1])
        start = stop
    return spans


def _at_most(text: str, start: int, end: int) -> list[Span]:
    """``[start, end)`` in trimmed pieces of at most 400 characters."""
    pieces: list[Span] = []
    while end - start > MAX_SENTENCE:
        cut = _cut(text, start, start + MAX_SENTENCE)
        piece = trim(text, start, cut)
        if piece[0] < piece[1]:
            pieces.append(piece)
        start = trim(text, cut, end)[0]
    if start < end:
        pieces.append((start, end))
    return pieces


def _cut(text: str, start: int, limit: int) -> int:
    """The best place to end a piece that begins at ``start``, at most ``limit``."""
    for pattern in _CUTS:
        ends = [found.end() for found in pattern.finditer(text, start + _MIN_PIECE, limit)]
        if ends:
            return ends[-1]
    cut = limit
    while cut > start + _MIN_PIECE and joins_previous(text[cut]):
        cut -= 1
    return cut


def joins_previous(character: str) -> bool:
    """Whether a cut before ``character`` would tear a visible character apart: marks, joiners, variation selectors."""
    return character == "\u200d" or unicodedata.category(character).startswith("M")
