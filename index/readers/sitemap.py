"""Sitemaps, those for news too: addresses with dates and headlines, without any text. Read as they stream in.

The forms are those of sitemaps.org and of the news extension: ``urlset`` lists pages, ``sitemapindex`` sitemaps.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, cast
from urllib.parse import urlsplit
from xml.parsers import expat

from index.article import Item, PublishedDate
from index.dates import parse_moment, parse_published
from index.errors import InputRefused
from index.readers.decoding import printable
from index.readers.xml_kinds import GZIP

_PIECE = 64 * 1024
_DEEPEST = 50
_FIELDS = frozenset({"loc", "lastmod", "publication_date", "title", "name", "language"})
_ENTRIES = {"url": "page", "sitemap": "sitemap"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapLimits:
    """What is read of one sitemap at most; the format itself allows 50,000 addresses in 50 MB."""

    max_bytes: int = 50 * 1024 * 1024
    """Bytes, unzipped."""
    max_entries: int = 50_000
    max_field: int = 4096
    """Characters of the longest address or headline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An address that a sitemap lists, with what it says of it."""

    url: str
    kind: Literal["page", "sitemap"]
    published: PublishedDate
    """Of provenance metadata, where the sitemap is one for news."""
    modified: str | None
    """ISO 8601, as given."""
    title: str
    outlet: str | None
    language: str | None


class _TooMuchError(Exception):
    """A sitemap goes beyond its limits, or declares entities."""


def read_sitemap(path: Path, limits: SitemapLimits | None = None) -> Iterator[Listed | InputRefused]:
    """Every address of a sitemap, gzipped or not; what is wrong ends it, after all that came before."""
    shown = printable(str(path))
    try:
        with path.open("rb") as file:
            yield from list_addresses(file, shown, limits or SitemapLimits())
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield InputRefused(shown, f"is a damaged gzip file; what came before the damage was read: {error}")
    except OSError as error:
        yield InputRefused(shown, f"cannot be read: {error.strerror or error}")


def refuse_sitemap(path: Path, name: str, max_bytes: int) -> Iterator[Item]:
    """What ingest says of a sitemap: once, that it holds no text; and what is wrong with it."""
    listed = 0
    for found in read_sitemap(path):
        if isinstance(found, InputRefused):
            yield found
        else:
            listed += 1
    if listed:
        addresses = f"{listed:,} address{'' if listed == 1 else 'es'}"
        shown = printable(str(path))
        yield InputRefused(shown, f"is a sitemap: {addresses}, no text; `qa-service inspect` lists them")


def list_addresses(stream: BinaryIO, shown: str, limits: SitemapLimits) -> Iterator[Listed | InputRefused]:
    """Every address of a stream. Raises what gzip raises where it is damaged."""
    scan = _Scan(shown, limits)
    start = stream.read(2)
    stream.seek(0)
    source = cast("BinaryIO", gzip.GzipFile(fileobj=stream)) if start == GZIP else stream
    total = listed = 0
    while True:
        piece = source.read(_PIECE)
        total += len(piece)
        wrong = scan.feed(piece)
        if total > limits.max_bytes:
            wrong = f"has over {limits.max_bytes:,} bytes, the most that is read of a sitemap"
        for found in scan.take():
            listed += isinstance(found, Listed)
            if listed > limits.max_entries:
                yield InputRefused(shown, f"lists over {limits.max_entries:,} addresses, the most that is read")
                return
            yield found
        if wrong is not None:
            yield InputRefused(shown, wrong if not listed else f"{wrong}; the {listed:,} before were read")
            return
        if not piece:
            break
    if not listed and not scan.refused:
        yield InputRefused(shown, "is a sitemap without addresses")


class _Scan:
    """Reads a sitemap element by element."""

    def __init__(self, shown: str, limits: SitemapLimits) -> None:
        self._shown, self._limits = shown, limits
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
        self._parser.CharacterDataHandler = self._data
        self._parser.EntityDeclHandler = self._entity
        self._path: list[str] = []
        self._fields: dict[str, str] = {}
        self._key = ""
        self._found: list[Listed | InputRefused] = []
        self._entries = 0
        self.refused = False

    def feed(self, piece: bytes) -> str | None:
        """Read on; an empty piece ends it. Why it cannot be read on, or None."""
        try:
            self._parser.Parse(piece, not piece)
        except expat.ExpatError as error:
            return f"is not well-formed XML (line {error.lineno}: {expat.ErrorString(error.code)})"
        except (_TooMuchError, ValueError, LookupError) as error:
            return str(error)
        return None

    def take(self) -> list[Listed | InputRefused]:
        """What was found since the last time."""
        found, self._found = self._found, []
        return found

    def _start(self, name: str, _: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if not self._path and local not in {"urlset", "sitemapindex"}:
            raise _TooMuchError(f"is no sitemap: its root element is <{local[:40]}>")
        if len(self._path) >= _DEEPEST:
            raise _TooMuchError(f"is nested over {_DEEPEST} elements deep")
        self._path.append(local)
        if local in _ENTRIES and len(self._path) == 2:
            self._fields = {}
        # Below a page stand pictures and films with addresses and titles of their own.
        self._key = local if local in _FIELDS and (len(self._path) == 3 or "news" in self._path) else ""
        if self._key:
            self._fields.pop(self._key, None)

    def _data(self, piece: str) -> None:
        if self._key:
            held = self._fields.get(self._key, "")
            if len(held) <= self._limits.max_field:
                self._fields[self._key] = held + piece

    def _end(self, _: str) -> None:
        local = self._path.pop()
        self._key = ""
        if local in _ENTRIES and len(self._path) == 1:
            self._entries += 1
            found = _listed(self._fields, cast("Literal['page', 'sitemap']", _ENTRIES[local]), self._limits)
            if isinstance(found, str):
                self.refused = True
                self._found.append(InputRefused(f"{self._shown}:{self._entries}", found))
            else:
                self._found.append(found)

    def _entity(self, *_: object) -> None:
        raise _TooMuchError("declares entities, which no sitemap needs")


def _listed(fields: dict[str, str], kind: Literal["page", "sitemap"], limits: SitemapLimits) -> Listed | str:
    """What an entry lists, or why nothing."""
    values = {key: " ".join(value.split()) for key, value in fields.items()}
    url = values.get("loc", "")
    if not url:
        return "lists no address"
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web or len(url) > limits.max_field or any(character.isspace() for character in url):
        return f"lists {url[:80]!r}, which is no http or https address"
    language = values.get("language", "").split("-")[0].lower()
    return Listed(
        url=url,
        kind=kind,
        published=_published(values.get("publication_date", "")),
        modified=_moment(values.get("lastmod", "")),
        title=values.get("title", "")[: limits.max_field],
        outlet=values.get("name") or None,
        language=language if 2 <= len(language) <= 3 and language.isascii() and language.isalpha() else None,
    )


def _published(given: str) -> PublishedDate:
    try:
        return parse_published(given)
    except ValueError:
        return PublishedDate()


def _moment(given: str) -> str | None:
    try:
        return parse_moment(given)
    except ValueError:
        return None
