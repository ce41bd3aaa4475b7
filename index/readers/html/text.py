"""The text of a page: its report in paragraphs, and which of them only stand beside it.

Nothing else imports trafilatura.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.article import Removed
from index.readers.html.tree import Element, elements, inside, named, squeezed, text_of

_LEAD = re.compile(
    r"(?:^|[\s_-])(?:lead|intro\w*|teaser|standfirst|summary|dek|deck|sub-?head\w*|sub-?title|vorspann|anrei\w+|chapeau"
    r"|abstract|excerpt|description|perex|sommario|entradilla)(?:$|[\s_-])"
)
_CAPTION = re.compile(r"caption|credit|bildunterschrift|image-?box|legende|copyright|photo-?info|pie-?de-?foto")
_ASIDE = frozenset({"aside", "nav", "footer", "form", "figure", "figcaption", "a", "button"})
_BESIDE = re.compile(
    r"related|recommend|sidebar|widget|comment|footer|newsletter|promo|share|social|breadcrumb|menu|cookie|more-"
)
_LEAST_LEAD = 40
_LONGEST_LEAD = 1200
_LONGEST_CAPTION = 400
_LEAST_PART = 12
"""Characters below which a part of a caption is only a word, which may stand in the report too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """The text that a page's article has, one paragraph a line, and what of it is a caption."""

    text: str
    furniture: tuple[Removed, ...]


def page_text(tree: Element, source: str, url: str | None, headline: Element | None) -> PageText:
    """The page's report; its text is empty where there is none."""
    lines = list(_paragraphs(_extracted(source, url)))
    held = squeezed(" ".join(lines))
    lines = [*_leads(tree, headline, lines, held), *lines]
    captions = _captions(tree)
    text = "\n".join(lines)
    furniture: list[Removed] = []
    start = 0
    for line in lines:
        if "".join(line.split()) in captions:
            furniture.append(Removed(span=(start, start + len(line)), reason="caption"))
        start += len(line) + 1
    return PageText(text=text, furniture=tuple(furniture))


def _extracted(source: str, url: str | None) -> Element | None:
    """The body that trafilatura makes of a page; None where it finds nothing."""
    import trafilatura  # pyright: ignore[reportMissingTypeStubs]

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = trafilatura.bare_extraction(source, url=url, include_comments=False)  # pyright: ignore[reportUnknownMemberType]
    except (ValueError, TypeError, AttributeError, RecursionError, IndexError):
        return None
    return getattr(found, "body", None)


def _paragraphs(body: Element | None) -> Iterator[str]:
    """One line a paragraph, heading, list item or table row; a line break in the page ends a line too."""
    if body is None:
        return
    for element in body.iter("p", "head", "item", "li", "row", "quote"):
        if element.tag == "row":
            cells = [squeezed("".join(cell.itertext())) for cell in element.iter("cell")]
            yield from [" | ".join(cell for cell in cells if cell)] if any(cells) else []
            continue
        if any(up.tag == "row" for up in element.iterancestors()):
            continue
        for line in _own_lines(element):
            if line:
                yield line


def _own_lines(element: Element) -> list[str]:
    """The words of an element that are in no block of its own, cut at line breaks."""
    parts: list[str] = [""]

    def add(text: str | None) -> None:
        parts[-1] += (text or "").replace("\n", " ")

    def walk(node: Element) -> None:
        add(node.text)
        for child in node:
            if child.tag == "lb":
                parts.append("")
            elif child.tag not in {"p", "item", "li", "list", "table", "quote", "head"}:
                walk(child)
            else:
                parts.append("")
            add(child.tail)

    walk(element)
    return [squeezed(part) for part in parts]


def _leads(tree: Element, headline: Element | None, lines: list[str], held: str) -> list[str]:
    """Paragraphs between headline and report that a page sets apart as its lead, and the extraction left out."""
    if headline is None or not lines:
        return []
    found: list[str] = []
    for element in _after(tree, headline):
        if element.tag in {"p", "h2", "h3", "div", "span", "strong", "b"}:
            text = text_of(element)
            if text and text[:80] in held and len(text) > 60:
                break  # the report has begun
            if (
                _is_lead(element, text)
                and text[:80] not in held
                and not any(text in one or one in text for one in found)
            ):
                found.append(text)
    return found


def _is_lead(element: Element, text: str) -> bool:
    if not _LEAST_LEAD <= len(text) <= _LONGEST_LEAD or " " not in text:
        return False
    if inside(element, _ASIDE) or any(
        _BESIDE.search(named(up)) for up in [element, *list(element.iterancestors())[:6]]
    ):
        return False
    own = [element, *list(element.iterancestors())[:2]]
    called = any(_LEAD.search(named(one)) or "description" in one.get("itemprop", "") for one in own)
    return called and not any(child.tag in {"p", "div", "ul", "li", "h2", "h3"} for child in element)


def _after(tree: Element, headline: Element) -> Iterator[Element]:
    """Elements behind the headline in the order of the page, as far as a report's beginning may lie."""
    seen = False
    left = 400
    for element in tree.iter():
        if element is headline:
            seen = True
        elif seen and isinstance(element.tag, str):
            left -= 1
            if not left:
                return
            yield element


def _captions(tree: Element) -> frozenset[str]:
    """The words of captions and picture credits, white space taken out: as a whole, and each of their parts."""
    found: set[str] = set()
    for element in elements(
        tree, "//figcaption | //*[@class][self::p or self::div or self::span or self::small or self::em]"
    ):
        is_caption = element.tag == "figcaption" or (_CAPTION.search(named(element)) and not _holds_blocks(element))
        if is_caption and 0 < len(text := text_of(element)) <= _LONGEST_CAPTION:
            parts = [text, element.text or "", *(text_of(child) for child in element if isinstance(child.tag, str))]
            found |= {"".join(part.split()) for part in parts if part is text or len(part) >= _LEAST_PART}
    return frozenset(found)


def _holds_blocks(element: Element) -> bool:
    return any(child.tag in {"p", "div", "ul", "h2", "h3", "section"} for child in element.iterdescendants())
