"""An article's text cut for reading: paragraphs in order, what is never quoted apart with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Literal

from index.article import Span
from index.paragraphs import paragraph_spans, trim
from qa_service.http.pages.marking import Piece, pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A run of the stored text without a break; ``quoted`` pieces lie in the cited span."""

    start: int
    """Code points before it in the text."""
    pieces: tuple[Piece, ...]
    is_anchor: bool
    """Whether the cited span begins in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Neighbouring paragraphs of one kind."""

    kind: Literal["text", "removed", "heading"]
    reason: str
    """Why nothing of it is quoted; empty unless removed."""
    paragraphs: tuple[Paragraph, ...]

    @property
    def is_cited(self) -> bool:
        """Whether any of the cited span lies in it."""
        return any(piece.quoted for paragraph in self.paragraphs for piece in paragraph.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    span: Span
    kind: Literal["text", "removed", "heading"]
    reason: str = ""


def blocks(article: Mapping[str, Any], span: Span | None) -> list[Block]:
    """The article object's text as blocks, ``span`` marked. All but white space between paragraphs is in them."""
    text: str = article["text"]
    runs = list(_runs(text, [(tuple(one["span"]), one["reason"]) for one in article["removed"]]))
    runs = _with_headings(runs, text, article["sections"])
    anchor = next((run.span for run in runs if span and run.span[0] < span[1] and span[0] < run.span[1]), None)
    return [
        Block(
            kind=kind,
            reason=reason,
            paragraphs=tuple(_paragraph(text, run.span, span, run.span == anchor) for run in held),
        )
        for (kind, reason), held in groupby(runs, lambda run: (run.kind, run.reason))
    ]


def _paragraph(text: str, run: Span, cited: Span | None, is_anchor: bool) -> Paragraph:
    start, end = run
    quoted = [] if cited is None else [(cited[0] - start, cited[1] - start)]
    return Paragraph(start=start, pieces=tuple(pieces(text[start:end], quoted=quoted)), is_anchor=is_anchor)


def _runs(text: str, removed: Sequence[tuple[Span, str]]) -> Iterator[_Run]:
    """Paragraphs, each cut where a removed range begins or ends. ``removed`` is ascending."""
    waiting = list(reversed(removed))
    for start, end in paragraph_spans(text):
        place = start
        while waiting and waiting[-1][0][0] < end:
            (first, last), reason = waiting[-1]
            yield from _trimmed(text, place, max(first, place), _Run(span=(0, 0), kind="text"))
            yield from _trimmed(
                text, max(first, place), min(last, end), _Run(span=(0, 0), kind="removed", reason=reason)
            )
            place = max(place, min(last, end))
            if last > end:
                break
            waiting.pop()
        yield from _trimmed(text, place, end, _Run(span=(0, 0), kind="text"))


def _trimmed(text: str, start: int, end: int, run: _Run) -> Iterator[_Run]:
    """``run`` at that place without the white space around it, if anything is left."""
    span = trim(text, start, max(start, end))
    if span[0] < span[1]:
        yield replace(run, span=span)


def _with_headings(runs: list[_Run], text: str, sections: Sequence[Mapping[str, Any]]) -> list[_Run]:
    """The headline of a second report stands as a heading where it was removed from what is quoted."""
    titles = {section["title"] for section in sections[1:]}
    return [
        replace(run, kind="heading", reason="")
        if run.reason == "headline" and text[run.span[0] : run.span[1]] in titles
        else run
        for run in runs
    ]
