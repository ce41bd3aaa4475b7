"""Feeds in XML: RSS 0.9 to 2.0, RDF, Atom. The only importer of feedparser.

A feed that is not well-formed gives the entries that are, and says which are not and why.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from time import struct_time
from typing import Any, cast

from index.article import Item
from index.errors import InputRefused
from index.readers.decoding import printable
from index.readers.feed_entry import NO_BODY, Body, FeedEntry, entry_record
from index.readers.feed_source import Piece, fault, head, pieces, repaired, without_doctype
from index.readers.xml_kinds import XML_KINDS, decode_xml, read_start, root_name

FORMAT = "feed"
MAX_FEED_BYTES = 32 * 1024 * 1024
"""The largest feed: a feed is held whole."""
_LENIENT_BYTES = 2 * 1024 * 1024
"""How much of a feed, and how much of it in one entry, is read by guessing at broken mark-up, which is slow."""
_LENIENT_ENTRY = 64 * 1024
_MOST_PIECES = 20_000
"""Entries that are read one by one, which is slow, of a feed that is not well-formed."""
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_MARKUP = re.compile(r"<[A-Za-z/!]|&#?\w{1,32};")
_HOUR = re.compile(r"\d:\d")

Fields = Mapping[str, Any]
"""What feedparser found: strings, numbers, times, and mappings and lists of these."""


def read_feed(path: Path, name: str, max_bytes: int) -> Iterator[Item]:
    """Every entry of a feed in a file; what is wrong with the feed or an entry is refused by its path and number."""
    shown = printable(str(path))
    try:
        data = read_start(path, MAX_FEED_BYTES + 1)
    except ValueError as error:
        yield InputRefused(shown, str(error))
        return
    yield from read_feed_bytes(data, shown=shown, max_bytes=max_bytes)


def read_feed_bytes(data: bytes, *, shown: str, max_bytes: int) -> Iterator[Item]:
    """Every entry of a feed's bytes, refused under the name ``shown``."""
    if len(data) > MAX_FEED_BYTES:
        yield InputRefused(shown, f"has over {MAX_FEED_BYTES:,} bytes, the most that is read of a feed")
        return
    try:
        decoded = decode_xml(data)
        _check_root(decoded.text)
        text = without_doctype(decoded.text)
        wrong = fault(text)
        if wrong is not None:
            text = repaired(text)
            is_fit = fault(text) is None
            reading = _whole(text, shown, max_bytes) if is_fit else _in_pieces(text, shown, max_bytes)
        else:
            reading = _whole(text, shown, max_bytes)
    except ValueError as error:
        yield InputRefused(shown, str(error))
        return
    read = refused = 0
    for item in reading:
        read += 1
        refused += isinstance(item, InputRefused)
        yield item
    if decoded.wrong is not None:
        yield InputRefused(shown, decoded.wrong)
    if wrong is not None:
        yield InputRefused(
            shown, f"is not well-formed XML ({wrong}); {read - refused:,} of its {read:,} entries were read"
        )
    elif not read:
        yield InputRefused(shown, "is a feed without entries")


def _check_root(text: str) -> None:
    root = root_name(text)
    if root == "html" or (root is not None and XML_KINDS.get(root) != FORMAT and _is_html(text)):
        raise ValueError("is a web page, not a feed")
    if root is None:
        raise ValueError("is no feed: no element stands at its start")
    if XML_KINDS.get(root) != FORMAT:
        raise ValueError(f"is no feed: its root element is <{root}>")


def _is_html(text: str) -> bool:
    return re.search(r"<(?:body|head|h1|title)[\s>]", text[:4096], re.IGNORECASE) is not None


def _whole(text: str, shown: str, max_bytes: int) -> Iterator[Item]:
    try:
        found = _parse(text)
    except ValueError:
        yield from _in_pieces(text, shown, max_bytes)
        return
    for number, entry in enumerate(found["entries"], start=1):
        yield _record(entry, found["feed"], found["version"], f"{shown}:{number}", max_bytes)


def _in_pieces(text: str, shown: str, max_bytes: int) -> Iterator[Item]:
    """Entry by entry; one whose mark-up is broken is read by guessing while that is not too much."""
    feed: Fields = {}
    with suppress(ValueError):
        feed = _parse(head(text))["feed"]
    left = _LENIENT_BYTES
    for piece in pieces(text):
        name = f"{shown}:{piece.number}"
        if piece.number > _MOST_PIECES:
            yield InputRefused(name, f"is one of over {_MOST_PIECES:,}, the most that is read of a broken feed")
            return
        if not piece.is_whole:
            yield InputRefused(name, "is cut off: its end is missing")
            continue
        try:
            wrong = fault(piece.document)
        except ValueError as error:
            yield InputRefused(name, str(error))
            continue
        if wrong is not None:
            left -= len(piece.document)
        if wrong is not None and (left < 0 or len(piece.document) > _LENIENT_ENTRY):
            yield InputRefused(name, f"is not well-formed XML ({wrong})")
            continue
        yield _record_of(piece, feed, name, max_bytes, wrong)


def _record_of(piece: Piece, feed: Fields, name: str, max_bytes: int, wrong: str | None) -> Item:
    try:
        found = _parse(piece.document)
    except ValueError as error:
        return InputRefused(name, str(error))
    if len(found["entries"]) != 1:
        return InputRefused(name, f"is not well-formed XML ({wrong})")
    item = _record(found["entries"][0], feed, found["version"], name, max_bytes)
    if isinstance(item, InputRefused) and wrong is not None:
        return InputRefused(name, f"{item.reason} (it is not well-formed XML: {wrong})", item.article_id)
    return item


def _parse(text: str) -> Fields:
    """What feedparser makes of a feed; it is handed a stream, since a string might be an address or a path to it."""
    feedparser: Any = import_module("feedparser")
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        found: Fields = feedparser.parse(
            stream, response_headers=headers, resolve_relative_uris=False, sanitize_html=False
        )
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError, AssertionError) as error:
        raise ValueError(f"cannot be read as a feed: {error}") from error
    return {"feed": found["feed"], "entries": found["entries"], "version": str(found.get("version") or "")}


def _record(entry: Fields, feed: Fields, version: str, name: str, max_bytes: int) -> Item:
    is_atom = version.startswith("atom")
    source = _fields(entry, "source")
    link = _string(entry, "link")
    return entry_record(
        FeedEntry(
            title=_body(entry, "title", is_atom),
            content=_content(entry, is_atom),
            summary=_body(entry, "summary", is_atom),
            url=_string(entry, "feedburner_origlink") or link,
            base=_string(feed, "link"),
            guid=_string(entry, "id"),
            published=_dates(entry, "published"),
            updated=_dates(entry, "updated"),
            outlet=_title(source) or _title(feed),
            language=_language(entry) or _string(feed, "language") or _language(feed),
            authors=_authors(entry) or _authors(source) or (_authors(feed) if is_atom else ()),
            tags=tuple(_tags(entry)),
        ),
        name=" ".join(f"{name} {link or _string(entry, 'title')}".split())[: len(name) + 101],
        max_bytes=max_bytes,
    )


def _content(entry: Fields, is_atom: bool) -> Body:
    """The longest content in words: an entry may carry one in several forms."""
    bodies = [_typed(one, is_atom) for one in _list(entry, "content") if not str(one.get("type", "")).startswith("im")]
    return max(bodies, key=lambda body: len(body.value), default=NO_BODY)


def _body(entry: Fields, key: str, is_atom: bool) -> Body:
    detail = _fields(entry, f"{key}_detail")
    return _typed({"value": _string(entry, key), "type": detail.get("type", "text/html")}, is_atom)


def _typed(detail: Fields, is_atom: bool) -> Body:
    """RSS does not say whether it holds HTML, so its mark-up tells; Atom says so."""
    value = _string(detail, "value")
    says_html = detail.get("type") in _HTML_TYPES
    return Body(value=value, is_html=says_html if is_atom else _MARKUP.search(value) is not None)


def _dates(entry: Fields, key: str) -> tuple[str, ...]:
    """A time as written, with its own offset, then in UTC as feedparser understands it."""
    if key not in list(entry):
        return ()  # asked for one of the two times, feedparser may answer with the other
    written = _string(entry, key).strip()
    understood = entry.get(f"{key}_parsed")
    if not isinstance(understood, tuple | struct_time):
        return (written,)
    year, month, day, hour, minute = cast("tuple[int, ...]", understood)[:5]
    date = f"{year:04}-{month:02}-{day:02}"
    return (written, f"{date}T{hour:02}:{minute:02}Z" if _HOUR.search(written) else date)


def _title(fields: Fields) -> str:
    body = _body(fields, "title", is_atom=False)
    if not body.is_html:
        return body.value
    from index.readers.html.fragment import fragment_text

    return fragment_text(body.value)


def _language(fields: Fields) -> str:
    """The ``xml:lang`` that holds for the text, else for the title."""
    for detail in (*_list(fields, "content"), _fields(fields, "summary_detail"), _fields(fields, "title_detail")):
        if language := _string(detail, "language"):
            return language
    return _string(fields, "language")


def _authors(fields: Fields) -> tuple[str, ...]:
    """Names, without those that are only an address of electronic mail."""
    names = [_string(one, "name") for one in _list(fields, "authors")]
    return tuple(name for name in names if name.strip() and "@" not in name)


def _tags(entry: Fields) -> Iterator[str]:
    for one in _list(entry, "tags"):
        tag = _string(one, "label") or _string(one, "term")
        if tag.strip() and "://" not in tag:
            yield tag


def _string(fields: Fields, key: str) -> str:
    """A string that is there under this very key: asked for what is missing, feedparser may answer with another."""
    value = fields.get(key) if key in list(fields) else None
    return value if isinstance(value, str) else ""


def _fields(fields: Fields, key: str) -> Fields:
    value = fields.get(key)
    return cast("Fields", value) if isinstance(value, Mapping) else {}


def _list(fields: Fields, key: str) -> list[Fields]:
    value = fields.get(key)
    given = cast("list[Any]", value) if isinstance(value, list) else []
    return [cast("Fields", one) for one in given if isinstance(one, Mapping)]
