"""JSON Feed, versions 1 and 1.1 (jsonfeed.org): a feed's entries as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from index.article import Item
from index.errors import InputRefused
from index.readers.decoding import decode, printable
from index.readers.feed_entry import NO_BODY, Body, FeedEntry, entry_record

MAX_FEED_BYTES = 32 * 1024 * 1024
"""The largest feed: a feed is held whole."""
_VERSION = "jsonfeed.org/version/1"

Fields = dict[str, Any]


def read_json_feed(path: Path, name: str, max_bytes: int) -> Iterator[Item]:
    """Every entry of a feed in a file; what is wrong with the feed or an entry is refused by its path and number."""
    shown = printable(str(path))
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FEED_BYTES + 1)
    except OSError as error:
        yield InputRefused(shown, f"cannot be read: {error.strerror or error}")
        return
    yield from read_json_feed_bytes(data, shown=shown, max_bytes=max_bytes)


def read_json_feed_bytes(data: bytes, *, shown: str, max_bytes: int) -> Iterator[Item]:
    """Every entry of a feed's bytes, refused under the name ``shown``."""
    try:
        feed = _feed(data)
    except ValueError as error:
        yield InputRefused(shown, str(error))
        return
    items: Any = feed.get("items")
    if not isinstance(items, list) or not items:
        what = "is a feed without entries" if items == [] else 'is a JSON Feed whose "items" is no list'
        yield InputRefused(shown, what)
        return
    for number, item in enumerate(cast("list[Any]", items), start=1):
        name = f"{shown}:{number}"
        if isinstance(item, dict):
            entry = cast("Fields", item)
            link = _string(entry, "url") or _string(entry, "title")
            named = " ".join(f"{name} {link}".split())[: len(name) + 101]
            yield entry_record(_entry(entry, feed), name=named, max_bytes=max_bytes)
        else:
            yield InputRefused(name, "is no JSON object; an item of a feed was expected")


def _feed(data: bytes) -> Fields:
    if len(data) > MAX_FEED_BYTES:
        raise ValueError(f"has over {MAX_FEED_BYTES:,} bytes, the most that is read of a feed")
    try:
        feed: Any = json.loads(decode(data))
    except RecursionError as error:
        raise ValueError("is not JSON that can be read: it is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error}") from error
    version = _string(cast("Fields", feed), "version") if isinstance(feed, dict) else ""
    if _VERSION not in version:
        raise ValueError(f'is no JSON Feed: its "version" should be https://{_VERSION} or {_VERSION}.1')
    return cast("Fields", feed)


def _entry(item: Fields, feed: Fields) -> FeedEntry:
    html, text = _string(item, "content_html"), _string(item, "content_text")
    content = Body(value=html, is_html=True) if html.strip() else Body(value=text, is_html=False)
    summary = _string(item, "summary")
    base = _string(feed, "home_page_url") or _string(feed, "feed_url")
    return FeedEntry(
        title=Body(value=_string(item, "title"), is_html=False),
        content=content,
        summary=Body(value=summary, is_html=False) if summary else NO_BODY,
        url=_string(item, "url"),
        base=base,
        guid=_identity(item),
        published=_date(item, "date_published"),
        updated=_date(item, "date_modified"),
        outlet=_string(feed, "title"),
        language=_string(item, "language") or _string(feed, "language"),
        authors=_authors(item) or _authors(feed),
        tags=tuple(tag for tag in _list(item, "tags") if isinstance(tag, str)),
    )


def _identity(item: Fields) -> str:
    """The item's id, which some feeds write as a number."""
    given: Any = item.get("id")
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else _string(item, "id")


def _date(item: Fields, key: str) -> tuple[str, ...]:
    value = _string(item, key)
    return (value,) if value.strip() else ()


def _authors(fields: Fields) -> tuple[str, ...]:
    """Names in ``authors`` (1.1), else in ``author`` (1)."""
    given = [*_list(fields, "authors"), fields.get("author")]
    names = [_string(cast("Fields", one), "name") for one in given if isinstance(one, dict)]
    return tuple(name for name in names if name.strip())


def _string(fields: Fields, key: str) -> str:
    value: Any = fields.get(key)
    return value if isinstance(value, str) else ""


def _list(fields: Fields, key: str) -> list[Any]:
    value: Any = fields.get(key)
    return cast("list[Any]", value) if isinstance(value, list) else []
