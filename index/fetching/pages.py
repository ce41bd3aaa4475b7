"""What fetched bytes are: a page with one article, a feed with several, or a list of further addresses."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from index.article import Item, Record
from index.errors import InputRefused
from index.fetching.client import Fetched, Validators
from index.readers.decoding import derived_id, printable, read_whole
from index.readers.feed import read_feed_bytes
from index.readers.html import read_page
from index.readers.json_feed import read_json_feed_bytes
from index.readers.sitemap import Listed, SitemapLimits, list_addresses
from index.readers.xml_kinds import GZIP, XML_KINDS, decode_xml, root_name

_JSON = ("application/json", "application/feed+json")
_SPARE_NAMES = ("www.", "m.", "amp.")
_NOT_XML = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip", "application/octet-stream")


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """An address that a list names."""

    url: str
    is_list: bool
    """Whether it is said to hold a list itself."""


def kind_of(fetched: Fetched) -> str:
    """``page``, ``feed``, ``json-feed`` or ``sitemap``, by what the bytes are. Raises InputRefused."""
    shown, named = fetched.url, fetched.content_type
    if named.startswith(_NOT_XML) and not fetched.body.startswith(GZIP):
        raise InputRefused(shown, f"is of type {named[:60]}, which is not read")
    if fetched.body.startswith(GZIP):
        return "sitemap"  # the one thing that is handed out gzipped as it lies
    if named in _JSON:
        return "json-feed"
    try:
        root = root_name(decode_xml(fetched.body[: 64 * 1024]).text)
    except ValueError as error:
        raise InputRefused(shown, str(error)) from error
    kind = XML_KINDS.get(root or "", "html")
    if kind != "html":
        return kind
    if named and "html" not in named and not (root == "html" and "xml" in named):
        raise InputRefused(shown, f"is of type {named[:60]}, which is not read")
    return "page"


def read_list_file(path: Path, max_bytes: int, most_bytes: int) -> Iterator[Onward | InputRefused]:
    """The addresses that a feed or a sitemap in a file lists."""
    shown = printable(str(path))
    try:
        data = read_whole(path, most_bytes, " of a list")
    except ValueError as error:
        yield InputRefused(shown, str(error))
        return
    kind = "application/json" if data.lstrip().startswith(b"{") else ""
    validators = Validators(final_url="", etag=None, last_modified=None)
    as_fetched = Fetched(url=shown, content_type=kind, body=data, validators=validators)
    try:
        yield from read_list(as_fetched, max_bytes)
    except InputRefused as error:
        yield error


def read_items(fetched: Fetched, max_bytes: int) -> Iterator[Item]:
    """The article of a page, or every entry of a feed. A sitemap is refused: it holds none."""
    kind = kind_of(fetched)
    if kind == "page":
        yield _page(fetched, max_bytes)
    elif kind == "sitemap":
        yield InputRefused(fetched.url, "is a sitemap: addresses, no text")
    else:
        yield from _entries(kind, fetched, max_bytes)


def read_list(fetched: Fetched, max_bytes: int) -> Iterator[Onward | InputRefused]:
    """The addresses that a feed or a sitemap lists, in its order; what is wrong with it is refused.

    Raises InputRefused for anything else.
    """
    kind = kind_of(fetched)
    if kind == "page":
        raise InputRefused(fetched.url, "is neither a feed nor a sitemap: it lists no addresses")
    if kind == "sitemap":
        try:
            for found in list_addresses(io.BytesIO(fetched.body), fetched.url, SitemapLimits()):
                yield Onward(url=found.url, is_list=found.kind == "sitemap") if isinstance(found, Listed) else found
        except (OSError, EOFError, zlib.error) as error:
            yield InputRefused(fetched.url, f"is a damaged gzip file: {error}")
        return
    for item in _entries(kind, fetched, max_bytes):
        found = entry_address(item)
        if found is not None:
            yield Onward(url=found, is_list=False)
        elif isinstance(item, InputRefused):
            yield item


def entry_address(item: Item) -> str | None:
    """Where a feed says that the article of an entry is; also of an entry that has no text."""
    if isinstance(item, Record):
        return item.url
    if isinstance(item, InputRefused) and (item.article_id or "").startswith(("http://", "https://")):
        return item.article_id
    return None


def _entries(kind: str, fetched: Fetched, max_bytes: int) -> Iterator[Item]:
    read = read_json_feed_bytes if kind == "json-feed" else read_feed_bytes
    return read(fetched.body, shown=fetched.url, max_bytes=max_bytes)


def _page(fetched: Fetched, max_bytes: int) -> Item:
    """The article, known by an address of the host that served it: no page takes the place of another site's."""
    final = fetched.validators.final_url
    read = read_page(fetched.body, name=final, shown=fetched.url, url=final, max_bytes=max_bytes)
    if isinstance(read, InputRefused) or (read.url and _site(read.url) == _site(final)):
        return read
    return replace(read, id=derived_id(final), url=final)


def _site(url: str) -> str:
    host = urlsplit(url).hostname or ""
    for name in _SPARE_NAMES:
        if host.startswith(name):
            return host.removeprefix(name)
    return host
