"""The text of a piece of HTML, as feeds and agency formats carry it: no page around it, nothing to be told apart."""

from __future__ import annotations

import re

from index.article import Removed
from index.readers.html.text import PageText
from index.readers.html.tree import Element, parse_page, squeezed

_MARKUP = re.compile(r"<[A-Za-z/!?]")
_HIDDEN = frozenset(
    "script style noscript template svg math iframe head object embed form button select textarea video audio".split()
)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q rp rt ruby s samp small"
    " script span strike strong style sub sup svg template time tt u var wbr".split()
)
_CAPTION = re.compile(r"caption|credit")


def fragment_text(html: str) -> str:
    """The words of a fragment, one paragraph a line: entities resolved, scripts and forms left out."""
    return read_fragment(html).text


def read_fragment(html: str) -> PageText:
    """The words of a fragment, one paragraph a line, and which of them are captions."""
    if not _MARKUP.search(html):
        html = html.replace("\n", "<br>")
    try:
        tree = parse_page(f"<html><body>{html}</body></html>")
    except ValueError:
        return PageText(text="", furniture=())
    lines: list[str] = []
    furniture: list[Removed] = []
    start = 0
    for line, is_caption in _lines(tree):
        if is_caption:
            furniture.append(Removed(span=(start, start + len(line)), reason="caption"))
        lines.append(line)
        start += len(line) + 1
    return PageText(text="\n".join(lines), furniture=tuple(furniture))


def _lines(tree: Element) -> list[tuple[str, bool]]:
    """Each line with whether it is a caption; elements that are not inline begin and end lines."""
    found: list[tuple[str, bool]] = []
    parts: list[str] = []
    captions = 0

    def end_line() -> None:
        if line := squeezed("".join(parts)):
            found.append((line, captions > 0))
        parts.clear()

    stack: list[tuple[Element, bool]] = [(tree, False)]
    while stack:
        node, is_end = stack.pop()
        is_element = isinstance(node.tag, str)
        is_block = is_element and node.tag not in _INLINE
        if not is_end:
            if is_block:
                end_line()
            if is_element and node.tag not in _HIDDEN:
                captions += _is_caption(node)
                parts.append(node.text or "")
                stack.append((node, True))
                stack.extend((child, False) for child in reversed(node))
                continue
        elif is_block:
            end_line()
        if is_end:
            captions -= _is_caption(node)
        parts.append(node.tail or "")
    end_line()
    return found


def _is_caption(node: Element) -> bool:
    return node.tag == "figcaption" or bool(node.tag not in _INLINE and _CAPTION.search(node.get("class", "").lower()))
