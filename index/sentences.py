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
_ORDINALS = frozenset("de lb da nb nn no fi et lv cs sk sl hr bs sr hu pl tr is".split())
"""Languages that write the 11th as "11."."""
_ENDS_IN_ORDINAL = re.compile(r"(?<!\S)\d{1,2}\.\Z")
_COUNTED = re.compile(
    r"[^\W\d_A-ZÀ-Þ]|(?:Januar|Jänner|Februar|März|April|Mai|Ju[nl]i|August|September|Oktober|November|Dezember"
    r"|Jahrhundert|Jahrestag|Geburtstag|Spieltag|Platz|Mal|Stock|Bezirk|Auflage)"
)
"""What follows an ordinal: a word in small letters, or a German noun that is often counted so."""
_ENDS_IN_TITLE = re.compile(r"(?<!\w)(?:M|MM|Mgr|D|Dr|Prof|Av|on|[Mm]evr|[Dd]hr|т\.\s?е)\.\Z")
"""Abbreviations of other languages that sentencex takes for the end of a sentence."""
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
    code = re.split("[-_]", language or "en")[0].lower()
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
    return spans if code == "en" else _rejoined(text, spans, code)


def _rejoined(text: str, spans: list[Span], code: str) -> list[Span]:
    """The sentences, those that were divided after a title or within a date whole again."""
    whole: list[Span] = []
    for start, end in spans:
        if whole and _goes_on(
            text[max(whole[-1][0], whole[-1][1] - 12) : whole[-1][1]], text[start : start + 12], code
        ):
            whole[-1] = (whole[-1][0], end)
        else:
            whole.append((start, end))
    return whole


def _goes_on(before: str, after: str, code: str) -> bool:
    if code in _ORDINALS and _ENDS_IN_ORDINAL.search(before):
        return _COUNTED.match(after) is not None
    return _ENDS_IN_TITLE.search(before) is not None


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
