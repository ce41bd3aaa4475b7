"""A page as a tree, and small questions about it. The only importer of lxml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any, cast

Element = Any
"""An lxml element: the library has no types."""

_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_HEAD = 4096
_HIDDEN = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "head"})


def decode_page(data: bytes) -> str:
    """The page's characters: by its byte-order mark, else UTF-8, else what it declares, else Windows-1252.

    Raises ValueError where it is no text.
    """
    if not data.strip():
        raise ValueError("is empty")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if data[:_HEAD].count(b"\0") > 8:
        raise ValueError("is binary: it holds NUL bytes")
    try:
        return data.decode("utf-8-sig").replace("\0", "")
    except UnicodeDecodeError:
        pass
    lenient = data.decode("utf-8", "replace")
    if 10 * lenient.count("\ufffd") < sum(character > "\x7f" for character in lenient):
        return lenient.replace("\0", "")  # a broken byte or two make no other encoding
    declared = _DECLARED.search(data[:_HEAD])
    name = declared[1].decode("ascii") if declared else "windows-1252"
    try:
        return data.decode(
            "windows-1252" if name.lower() in {"iso-8859-1", "latin1", "latin-1", "ascii"} else name, "replace"
        )
    except LookupError:
        return data.decode("windows-1252", "replace")


def parse_page(text: str) -> Element:
    """The page's tree. Raises ValueError where there is no markup in it."""
    etree: Any = import_module("lxml.etree")
    html: Any = import_module("lxml.html")
    try:
        tree: Any = html.document_fromstring(
            text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8", huge_tree=False)
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise ValueError(f"is not HTML that can be read: {error}") from error
    if tree is None or not len(tree):
        raise ValueError("is not HTML: it holds no element")
    return tree


def elements(tree: Element, xpath: str) -> list[Element]:
    """Elements that an XPath finds, in document order."""
    return cast("list[Element]", tree.xpath(xpath))


def strings(tree: Element, xpath: str) -> list[str]:
    """Attribute values that an XPath finds, white space collapsed, none empty."""
    return [text for value in tree.xpath(xpath) if (text := squeezed(str(value)))]


def squeezed(text: str) -> str:
    """Runs of white space as one space."""
    return " ".join(text.split())


def text_of(element: Element) -> str:
    """The words inside an element, white space collapsed, scripts and styles aside."""
    return squeezed("".join(_words(element)))


def _words(element: Element) -> Iterator[str]:
    stack: list[tuple[Element, bool]] = [(element, False)]
    while stack:
        node, after = stack.pop()
        if after:
            yield node.tail or ""
            continue
        if isinstance(node.tag, str) and node.tag not in _HIDDEN:
            if node.tag in {"br", "p", "div", "li"}:
                yield " "
            yield node.text or ""
            for child in reversed(node):
                stack.append((child, True))
                stack.append((child, False))


def named(element: Element) -> str:
    """The class and id of an element, in lower case: what a page's makers call it."""
    return f"{element.get('class', '')} {element.get('id', '')}".lower()


def inside(element: Element, tags: frozenset[str]) -> bool:
    """Whether an element lies in one of those."""
    return any(isinstance(up.tag, str) and up.tag in tags for up in element.iterancestors())
