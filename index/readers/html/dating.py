"""When a page says it was published and last modified. Nothing is invented: a guess must be written on the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from index.article import PublishedDate, date_interval
from index.dates import parse_published
from index.readers.html.facts import Facts
from index.readers.html.tree import Element, elements, strings, text_of

_SLACK = timedelta(days=1)
"""How far ahead of now a date may be: time zones, and clocks that run fast."""
_FIRST = 1995
"""The web has no older pages; an older day is one that the text tells of."""
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
"""A cache writes there when it served the page."""
_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?:[/-]|\b)")


def published_date(tree: Element, facts: Facts, url: str | None, source: str, now: datetime) -> PublishedDate:
    """The published date, of provenance ``page``; none where the page has none that can be true."""
    for value in (*facts.published, *_marked(tree), *_from_url(url)):
        found = _usable(value, now)
        if found is not None:
            return found
    found = _usable(_guessed(source, url) or "", now)
    return found if found is not None and _is_written(found, tree, source) else PublishedDate()


def modified_time(facts: Facts, published: PublishedDate, now: datetime) -> str | None:
    """When the page says it was last modified, if that is later than it was published and not in the future."""
    interval = published.interval()
    for value in facts.modified:
        found = _usable(value, now)
        if found is not None and found.date is not None and interval is not None:
            return found.date if date_interval(found.date)[0] > interval[0] else None
    return None


def _usable(value: str, now: datetime) -> PublishedDate | None:
    """The date that a value says; None where it says none, or one that cannot be a page's."""
    try:
        found = parse_published(_iso(value))
    except ValueError:
        return None
    interval = found.interval()
    if found.date is None or interval is None or int(found.date[:4]) < _FIRST:
        return None
    if datetime.fromtimestamp(interval[0], UTC) > now + _SLACK:
        return None
    return PublishedDate(date=found.date, precision=found.precision, provenance="page")


def _iso(value: str) -> str:
    """ISO 8601 of the forms that pages write it in: no seconds' fractions, no double offsets, slashes, a space."""
    value = value.strip()
    value = re.sub(r"^(\d{4})/(\d{1,2})/(\d{1,2})", lambda m: f"{m[1]}-{int(m[2]):02}-{int(m[3]):02}", value)
    value = re.sub(r"^(\d{4})(\d\d)(\d\d)(?=T|$)", r"\1-\2-\3", value)
    value = re.sub(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})", lambda m: f"{m[3]}-{int(m[2]):02}-{int(m[1]):02}", value)
    value = re.sub(r"(T\d\d:\d\d(?::\d\d)?)\.\d{1,9}", r"\1", value)
    value = re.sub(r"\s*(?:UTC|GMT)$", "Z", value)
    return re.sub(r"([+-]\d\d)$", r"\g<1>:00", value) if "T" in value else value


def _marked(tree: Element) -> Sequence[str]:
    """Dates of ``time`` elements, where they are all of one day: of several, most are those of other articles."""
    marked = strings(tree, "//time[@pubdate or contains(@class,'publish') or contains(@class,'entry-date')]/@datetime")
    marked = marked or strings(tree, "//article//time/@datetime | //main//time/@datetime | //header//time/@datetime")
    return marked if len({value[:10] for value in marked}) == 1 else ()


def _from_url(url: str | None) -> Sequence[str]:
    found = _IN_URL.search(url or "")
    return () if found is None else (f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}",)


def _guessed(source: str, url: str | None) -> str | None:
    """What htmldate finds in the page's text."""
    from htmldate import find_date  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

    try:
        return find_date(source, url=url, original_date=True)  # pyright: ignore[reportUnknownVariableType]
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError):
        return None


def _is_written(found: PublishedDate, tree: Element, source: str) -> bool:
    """Whether the page says the day: in its text, with the year near it, or as a whole date anywhere in its source."""
    if found.date is None:
        return False
    year, day = found.date[:4], int(found.date[8:10] or 0)
    near = re.compile(
        rf"(?<!\d)0?{day}(?!\d)[^\n]{{1,25}}?{year}|{year}[^\n]{{1,25}}?(?<!\d)0?{day}(?!\d)"
        rf"|(?<!\d)0?{day}[./-]\d{{1,2}}[./-](?:{year}|{year[2:]})(?!\d)"
    )
    body = elements(tree, "//body")
    return found.date[:10] in _COMMENT.sub("", source) or bool(near.search(text_of(body[0]) if body else ""))
