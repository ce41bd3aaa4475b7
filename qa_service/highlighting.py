"""Where a passage holds the question's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from index.article import Span

_WORD = re.compile(r"\w+")


def highlights(text: str, words: Collection[str], analyze: Callable[[str], list[str]]) -> tuple[Span, ...]:
    """Ranges of ``text`` whose analysed word is among ``words``, neighbours joined, ascending."""
    spans: list[Span] = []
    for match in _WORD.finditer(text):
        if not words or not any(word in words for word in analyze(match.group())):
            continue
        start, end = match.span()
        if spans and text[spans[-1][1] : start].strip(" -'’") == "" and "\n" not in text[spans[-1][1] : start]:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(spans)
