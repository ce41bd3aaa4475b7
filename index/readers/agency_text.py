"""The paragraphs of an article marked up in NITF or XHTML, and which of them are captions or signatures."""

from __future__ import annotations

from dataclasses import dataclass

from index.readers.agency_xml import Node

_HIDDEN = frozenset(
    "script style head noscript template svg math iframe object embed form button video audio media-reference"
    " media-metadata media-object object-title".split()
)
_INLINE = frozenset(
    "a abbr acronym alt-code b bdi bdo big chron cite classifier code copyrite copyrite.holder copyrite.year data del"
    " denom dfn em event frac frac-sep function i img ins kbd lang location city sublocation state region country"
    " mark money num numer object.title org person name.given name.family pronounce q rp rt ruby s samp small span"
    " strike strong sub sup time td th tt u var virtloc wbr postaddr".split()
)
_CELLS = frozenset({"td", "th"})
_FURNITURE = {
    "media-caption": "caption",
    "media-producer": "caption",
    "figcaption": "caption",
    "caption": "caption",
    "tagline": "author note",
    "bibliography": "author note",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A paragraph, and why it is no part of the report if it is not."""

    text: str
    reason: str | None = None


def paragraphs(root: Node) -> list[Line]:
    """The paragraphs inside an element; the cells of a table's row make one."""
    found: list[Line] = []
    parts: list[str] = []
    reasons: list[str] = []

    def end_line() -> None:
        words = " ".join("".join(parts).split())
        if words:
            found.append(Line(text=words, reason=reasons[0] if reasons else None))
        parts.clear()

    waiting: list[tuple[Node | str, bool]] = [(root, False)]
    while waiting:
        node, is_end = waiting.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        if node.name in _HIDDEN:
            continue
        reason = _FURNITURE.get(node.name)
        if node.name in _CELLS:
            parts.append(" ")
        if node.name not in _INLINE:
            end_line()
        if is_end:
            if reason:
                reasons.pop()
            continue
        if reason:
            reasons.append(reason)
        waiting.append((node, True))
        waiting.extend((one, False) for one in node.inside[::-1])
    end_line()
    return found
