"""The sentences of a passage: their words, and their order among those that may answer."""

from __future__ import annotations

from collections.abc import Mapping

from index.article import Span, StoredPassage

Order = Mapping[tuple[int, Span], int]
"""Place of a sentence among those that may answer, 0 for the best, by passage and span."""


def sentence_at(passage: StoredPassage, at: int) -> str:
    """The words of a passage's sentence number ``at``; none before the first."""
    return "" if at < 0 else words_of(passage, passage.sentences[at])


def words_of(passage: StoredPassage, span: Span) -> str:
    """The words at ``span`` of the article's text, which the passage holds."""
    return passage.text[span[0] - passage.start : span[1] - passage.start]
