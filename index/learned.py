"""Furniture learned from an outlet itself: the lines that it repeats over its articles.

No list of patterns knows every outlet's boxes. But a line that stands at the beginning or the end of many different
articles of one outlet is no part of any report. Background paragraphs return too, within one story: so a whole
sentence has to stand in half of the outlet's latest articles, a short line in a tenth. Articles that share most of
their lines are one text under several ids, and tell nothing.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable
from hashlib import blake2b

from index.article import Removed, Span
from index.paragraphs import ends_sentence, paragraph_spans

REASON = "repeated by the outlet"
_BY_SOURCE = "CREATE INDEX IF NOT EXISTS versions_source ON versions (source, vid)"
_LATEST = (
    "SELECT a.id, v.text FROM versions v JOIN articles a USING (aid) WHERE v.source = ? ORDER BY v.vid DESC LIMIT ?"
)
_ARTICLES = 200
"""Of an outlet, the latest that are looked at."""
_EDGE = 6
"""Paragraphs at either end of an article that are looked at."""
_LONGEST = 300
_SHORT = 120
"""Characters up to which a line that is no whole sentence counts as short."""
_LEAST = 4
"""Other articles of the outlet in which a line has to stand."""
_SHARE_SHORT, _SHARE_SENTENCE = 0.1, 0.5
_ONE_TEXT = 0.5
"""Share of the lines of the shorter beyond which two articles are one text."""

Lines = frozenset[bytes]


class OutletLines:
    """What each outlet's latest articles begin and end with; read once an outlet, then kept up with."""

    def __init__(self, connection: Callable[[], sqlite3.Connection]) -> None:
        """``connection`` gives this thread's connection to the catalogue."""
        self._connection = connection
        self._known: dict[str, deque[tuple[str, Lines]]] = {}

    def repeated(self, outlet: str | None, article_id: str, text: str) -> tuple[Removed, ...]:
        """The ranges of a text that its outlet repeats over other articles."""
        if outlet is None:
            return ()
        lines = edge_lines(text)
        own = frozenset(lines.values())
        others = [
            theirs for name, theirs in self._latest(outlet) if name != article_id and not _are_one_text(own, theirs)
        ]
        if len(others) < _LEAST:
            return ()
        counts = {line: sum(line in theirs for theirs in others) for line in own}
        return tuple(
            Removed(span=span, reason=REASON)
            for span, line in lines.items()
            if is_repeated(text[slice(*span)], counts[line], len(others))
        )

    def note(self, outlet: str | None, article_id: str, text: str) -> None:
        """An article of the outlet that has just been stored."""
        if outlet in self._known:
            self._known[outlet].appendleft((article_id, frozenset(edge_lines(text).values())))

    def _latest(self, outlet: str) -> deque[tuple[str, Lines]]:
        known = self._known.get(outlet)
        if known is None:
            db = self._connection()
            db.execute(_BY_SOURCE)
            rows = db.execute(_LATEST, (outlet, _ARTICLES)).fetchall()
            known = self._known[outlet] = deque(
                ((row["id"], frozenset(edge_lines(row["text"]).values())) for row in rows), maxlen=_ARTICLES
            )
        return known


def edge_lines(text: str) -> dict[Span, bytes]:
    """The paragraphs at both ends of a text that might be furniture, each with a digest of its words."""
    spans = paragraph_spans(text)
    edges = spans if len(spans) <= 2 * _EDGE else (*spans[:_EDGE], *spans[-_EDGE:])
    return {span: _digest(text[slice(*span)]) for span in edges if span[1] - span[0] <= _LONGEST}


def is_repeated(line: str, count: int, articles: int) -> bool:
    """Whether a line that stands in ``count`` of an outlet's ``articles`` other articles is part of none of them."""
    short = len(line) <= _SHORT and not ends_sentence(line)
    return count >= _LEAST and count >= (_SHARE_SHORT if short else _SHARE_SENTENCE) * articles


def _are_one_text(a: Lines, b: Lines) -> bool:
    return len(a & b) > _ONE_TEXT * min(len(a), len(b))


def _digest(line: str) -> bytes:
    return blake2b(" ".join(line.casefold().split()).encode(), digest_size=10).digest()
