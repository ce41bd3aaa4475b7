"""Where a passage holds the question's words."""

from __future__ import annotations

from collections.abc import Callable, Collection

from index.article import Span
from index.words import word_spans


def highlights(text: str, words: Collection[str], analyze: Callable[[str], list[str]]) -> tuple[Span, ...]:
    """Ranges of ``text`` whose analysed word is among ``words``, neighbours joined, ascending."""
    spans: list[Span] = []
    for start, end in word_spans(text) if words else ():
        if not any(word in words for word in analyze(text[start:end])):
            continue
        if spans and text[spans[-1][1] : start].strip(" -_'’") == "" and "\n" not in text[spans[-1][1] : start]:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(spans)
