"""What a page's own metadata says: JSON-LD (schema.org), Open Graph, meta elements, links."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from index.readers.html.tree import Element, elements, squeezed, strings

_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|Review|LiveBlogPosting|NewsArticle)\Z")
_NO_NAME = re.compile(r"https?://|www\.|@", re.IGNORECASE)
_TRAILING = re.compile(r",\s*([\]}])")
_MAX_LD = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the page says about itself; every list is in the order of trust, none of it checked."""

    headlines: tuple[str, ...]
    published: tuple[str, ...]
    modified: tuple[str, ...]
    authors: tuple[str, ...]
    outlet: str | None
    url: str | None
    language: str | None
    kinds: frozenset[str]
    """schema.org types and the Open Graph type."""
    is_free: bool
    """False where the page says that its whole text is paid for."""


def read_facts(tree: Element, url: str | None) -> Facts:
    """The facts of a page that was found at ``url``."""
    things = list(_things(tree))
    articles = [thing for thing in things if any(_ARTICLE.search(kind) for kind in _kinds(thing))]
    return Facts(
        headlines=_once(
            (*_values(articles, "headline"), *_metas(tree, "og:title", "twitter:title", "title", "dc.title"))
        ),
        published=_once(
            (
                *_values(articles, "datePublished"),
                *_metas(tree, "article:published_time", "og:published_time", "datepublished"),
                *_props(tree, "datePublished"),
                *_metas(
                    tree,
                    "pubdate",
                    "publishdate",
                    "publish-date",
                    "publication_date",
                    "date.issued",
                    "dc.date.issued",
                    "dcterms.created",
                    "dc.date",
                    "dcterms.date",
                    "date",
                    "parsely-pub-date",
                    "sailthru.date",
                    "article.published",
                    "originalpublicationdate",
                    "cxenseparse:recs:publishtime",
                    "dc.date.created",
                ),
                *_values(articles, "dateCreated"),
            )
        ),
        modified=_once(
            (
                *_values(articles, "dateModified"),
                *_metas(
                    tree,
                    "article:modified_time",
                    "og:updated_time",
                    "og:modified_time",
                    "lastmod",
                    "last-modified",
                    "dcterms.modified",
                ),
                *_props(tree, "dateModified"),
            )
        ),
        authors=_authors(tree, articles),
        outlet=_outlet(tree, articles),
        url=_canonical(tree, url),
        language=next(
            iter(
                [
                    *_values(articles, "inLanguage"),
                    *strings(tree, "/html/@lang"),
                    *_metas(tree, "og:locale", "language"),
                ]
            ),
            None,
        ),
        kinds=frozenset(kind for thing in things for kind in _kinds(thing)) | frozenset(_metas(tree, "og:type")),
        is_free=not any(str(thing.get("isAccessibleForFree", "")).lower() == "false" for thing in articles),
    )


def _things(tree: Element) -> Iterator[dict[str, Any]]:
    """Every JSON-LD object of the page, graphs and lists opened."""
    for script in elements(tree, "//script[contains(@type,'ld+json')]"):
        raw = (script.text or "").strip().removeprefix("<!--").removesuffix("-->").strip()
        if not raw or len(raw) > _MAX_LD:
            continue
        try:
            found: Any = json.loads(raw, strict=False)
        except (ValueError, RecursionError):
            try:
                found = json.loads(_TRAILING.sub(r"\1", raw), strict=False)
            except (ValueError, RecursionError):
                continue
        yield from _objects(found, 0)


def _objects(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(value, list):
        for one in cast("list[Any]", value):
            yield from _objects(one, depth + 1)
    elif isinstance(value, dict):
        thing = cast("dict[str, Any]", value)
        yield thing
        for name in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement"):
            yield from _objects(thing.get(name), depth + 1)


def _kinds(thing: dict[str, Any]) -> list[str]:
    kinds = thing.get("@type")
    return [str(kind) for kind in cast("list[Any]", kinds if isinstance(kinds, list) else [kinds]) if kind]


def _values(things: Iterable[dict[str, Any]], name: str) -> list[str]:
    found = (thing.get(name) for thing in things)
    return [text for value in found if isinstance(value, str) and (text := squeezed(html.unescape(value)))]


def _metas(tree: Element, *names: str) -> list[str]:
    """Contents of meta elements by name, property or itemprop, in the order of ``names``."""
    given: dict[str, list[str]] = {}
    for meta in elements(tree, "//meta[@content]"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        given.setdefault(name.strip().lower(), []).append(squeezed(html.unescape(meta.get("content"))))
    return [value for name in names for value in given.get(name, ()) if value]


def _props(tree: Element, name: str) -> list[str]:
    """Values of microdata of that name."""
    return [
        value for at in ("content", "datetime") for value in strings(tree, f"//*[contains(@itemprop,'{name}')]/@{at}")
    ]


def _authors(tree: Element, articles: list[dict[str, Any]]) -> tuple[str, ...]:
    named: list[str] = []
    for thing in articles:
        value = thing.get("author")
        for one in cast("list[Any]", value if isinstance(value, list) else [value]):
            name = cast("dict[str, Any]", one).get("name") if isinstance(one, dict) else one
            named += [
                part for part in cast("list[Any]", name if isinstance(name, list) else [name]) if isinstance(part, str)
            ]
    named = named or _metas(tree, "author", "article:author", "dc.creator", "parsely-author", "sailthru.author")
    names = (squeezed(html.unescape(name)) for name in named)
    return _once(name for name in names if 1 < len(name) <= 100 and not _NO_NAME.search(name))


def _outlet(tree: Element, articles: list[dict[str, Any]]) -> str | None:
    names = _metas(tree, "og:site_name")
    for thing in articles:
        publisher = thing.get("publisher")
        if isinstance(publisher, dict):
            name = cast("dict[str, Any]", publisher).get("name")
            names += [squeezed(html.unescape(name))] if isinstance(name, str) else []
    names += _metas(tree, "application-name", "dc.publisher")
    return next((name for name in names if 1 < len(name) <= 80), None)


def _canonical(tree: Element, url: str | None) -> str | None:
    """The address that the page calls its own, if it may be: of the same site, and no front page."""
    given = [*strings(tree, "//link[contains(concat(' ',@rel,' '),' canonical ')]/@href"), *_metas(tree, "og:url")]
    for address in given:
        try:
            absolute = urljoin(url or "", address)
            parts = urlsplit(absolute)
            if (
                parts.scheme not in {"http", "https"}
                or not parts.hostname
                or (parts.path in {"", "/"} and not parts.query)
            ):
                continue
            if url is None or _site(parts.hostname) == _site(urlsplit(url).hostname or ""):
                return absolute.partition("#")[0]
        except ValueError:
            continue
    return url


def _site(host: str) -> str:
    """The last two labels of a host: near enough to tell another site by."""
    return ".".join(host.lower().split(".")[-2:])


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
