"""Lines that head something: headlines, crossheads, and the headline of a second report in the same file.

A line heads what follows when it stands alone in its paragraph, is short and does not end like a sentence. It is a
*crosshead* when prose stands before and after it; several such lines in a row are a list, which is prose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.article import Span
from index.paragraphs import ends_sentence

MAX_HEADING = 150
"""Characters of the longest headline."""
_MAX_CROSSHEAD = 90
_MAX_CROSSHEAD_WORDS = 12
_PROSE_WORDS = 8
_WORD = re.compile(r"[^\W_][\w'’.-]*")
_OPENING = re.compile(r"[\"“‘'(\[]?[^\W_a-z]|[\"“‘'(\[]?(?:al|de|el|van|von|i[A-Z]|e[A-Z])")
_NO_HEADING_END = frozenset(":;,—–-")


def words(text: str) -> list[str]:
    """The words of ``text`` as written."""
    return _WORD.findall(text)


def is_prose(paragraph: str) -> bool:
    """Whether a paragraph is running text: eight words or more that end like a sentence."""
    return ends_sentence(paragraph) and len(words(paragraph[:400])) >= _PROSE_WORDS


def is_heading(paragraph: str, longest: int = MAX_HEADING) -> bool:
    """Whether a paragraph has the form of a headline or crosshead: one short line that is no statement."""
    if not 2 <= len(paragraph) <= longest or "\n" in paragraph or not _OPENING.match(paragraph):
        return False
    if paragraph[-1] in _NO_HEADING_END:
        return False
    return not ends_sentence(paragraph) or _is_one_question(paragraph)


def crosshead_spans(text: str, paragraphs: Sequence[Span]) -> frozenset[Span]:
    """Those of ``paragraphs`` (neighbours in ``text``) that are crossheads."""
    heads = [is_crosshead(text[start:end]) for start, end in paragraphs]
    prose = [is_prose(text[start:end]) for start, end in paragraphs]
    last = len(paragraphs) - 1
    return frozenset(
        span
        for at, span in enumerate(paragraphs)
        if heads[at] and at < last and prose[at + 1] and (at == 0 or prose[at - 1])
    )


def is_crosshead(paragraph: str) -> bool:
    """Whether a paragraph has the form of a crosshead."""
    return is_heading(paragraph, _MAX_CROSSHEAD) and len(words(paragraph)) <= _MAX_CROSSHEAD_WORDS


def _is_one_question(paragraph: str) -> bool:
    body = paragraph.rstrip("\"'”’ ")
    return body.endswith(("?", "؟", "？")) and not re.search(r"[.!?]\s", body)
