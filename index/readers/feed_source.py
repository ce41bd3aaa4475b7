"""A feed's XML made fit to be parsed: what is wrong with it, small faults put right, and its entries one by one.

Entities that a feed declares itself are never expanded: its DOCTYPE is taken off.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from index.readers.xml_kinds import start_of_root

_DEEPEST = 200
_MOST_NAMESPACES = 200
_SHORT = {
    **dict.fromkeys("author creator managingeditor webmaster name email contributor publisher".split(), 500),
    **dict.fromkeys("pubdate published updated modified date issued created lastbuilddate".split(), 500),
    **dict.fromkeys("guid id link category subject language uri url".split(), 5000),
}
"""Characters of the longest name, date and address that are read: what parses them takes the square of their length."""
_VERBATIM = r"<!\[CDATA\[(?:(?!<!\[CDATA\[).)*?\]\]>|<!--(?:(?!<!--).)*?-->"
"""CDATA and comments. One that is not closed is looked for up to the next, so that nothing is read over and over."""
_APART = re.compile(_VERBATIM + r"|&(?:(#\d{1,7}|#x[0-9A-Fa-f]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));|(&)", re.DOTALL)
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ENTRY = re.compile(r"<(item|entry)(?=[\s>/])|</(item|entry)\s*>|" + _VERBATIM, re.DOTALL)
_ROOT_TAG = re.compile(r"<([\w.:-]{1,100})(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_LONGEST_HEAD = 64 * 1024
_CHANNEL = re.compile(r"<channel[\s>]")


class _TooMuchError(Exception):
    """A feed goes beyond what is read."""


def without_doctype(text: str) -> str:
    """The feed from its root element on."""
    return text[start_of_root(text) :]


def fault(text: str) -> str | None:
    """What is wrong with XML in the words of its parser; None where it is well-formed.

    Raises ValueError where it is nested more deeply, or holds longer names, dates and addresses, than is read.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    short: list[int] = []
    depth = namespaces = 0

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _TooMuchError(f"is nested over {_DEEPEST} elements deep")
        short.append(_SHORT.get(name.rpartition(" ")[2].lower(), -1))

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1
        short.pop()

    def data(piece: str) -> None:
        if short[-1] >= 0:
            short[-1] -= len(piece)
            if short[-1] < 0:
                raise _TooMuchError("holds a name, date or address that is longer than any is")

    def namespace(*_: str | None) -> None:
        nonlocal namespaces
        namespaces += 1
        if namespaces > _MOST_NAMESPACES:
            raise _TooMuchError(f"declares over {_MOST_NAMESPACES} namespaces")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartNamespaceDeclHandler = data, namespace
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        return f"line {error.lineno}: {expat.ErrorString(error.code)}"
    except _TooMuchError as error:
        raise ValueError(str(error)) from error
    return None


def repaired(text: str) -> str:
    """The text with faults put right that lose nothing: bare ampersands, HTML's entities, stray control characters."""

    def written(found: re.Match[str]) -> str:
        number, name, _ = found.groups()
        if found[0].startswith("<"):
            return found[0]
        if number is not None:
            value = int(number[2:] if number[1] == "x" else number[1:], 16 if number[1] == "x" else 10)
            is_legal = value in {9, 10, 13} or 32 <= value < 0xD800 or 0xE000 <= value < 0xFFFE or value >= 0x10000
            return found[0] if is_legal and value <= 0x10FFFF else ""
        if name is None:
            return "&amp;"
        if name in _XML_NAMES:
            return found[0]
        characters = html.unescape(f"&{name};")
        return f"&amp;{name};" if characters.startswith("&") else characters

    return _APART.sub(written, _NO_XML.sub("", text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One entry of a feed as a feed of its own."""

    number: int
    document: str
    is_whole: bool
    """False where the file ends, or the next entry begins, inside it."""


def pieces(text: str) -> Iterator[Piece]:
    """Each entry under the feed's own root and head, which says the outlet and the language."""
    first = _ENTRY.search(text)
    while first is not None and first[1] is None:
        first = _ENTRY.search(text, first.end())
    root = _ROOT_TAG.match(text)
    if first is None or root is None:
        return
    opening, closing = root[0], f"</{root[1]}>"
    if _CHANNEL.search(text, 0, first.start()) and "rdf" not in root[1].lower():
        opening, closing = f"{opening}<channel>", f"</channel>{closing}"
    for number, (start, end, is_whole) in enumerate(_spans(text, first.start()), start=1):
        yield Piece(number=number, document=f"{opening}{text[start:end]}{closing}", is_whole=is_whole)


def head(text: str) -> str:
    """What stands before the first entry, as a feed without entries; its elements are closed as they can be."""
    first = _ENTRY.search(text)
    root = _ROOT_TAG.match(text)
    if root is None:
        return ""
    before = text[: first.start() if first else len(text)][:_LONGEST_HEAD]
    is_open = bool(_CHANNEL.search(before)) and "</channel" not in before
    return f"{before}{'</channel>' if is_open else ''}</{root[1]}>"


def _spans(text: str, start: int) -> Iterator[tuple[int, int, bool]]:
    """Start, end and wholeness of each entry; what stands in CDATA and comments is no mark-up."""
    opened: int | None = None
    for found in _ENTRY.finditer(text, start):
        if found[1] is not None:
            if opened is not None:
                yield opened, found.start(), False
            opened = found.start()
        elif found[2] is not None and opened is not None:
            yield opened, found.end(), True
            opened = None
    if opened is not None:
        yield opened, len(text), False
