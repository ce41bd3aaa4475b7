"""An entry of a feed, whichever format it came in, and the record that it becomes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from index.article import PublishedDate, RawInput, Record, Removed, date_interval
from index.dates import parse_published
from index.errors import InputRefused
from index.headings import words
from index.paragraphs import ends_sentence
from index.readers.decoding import derived_id
from index.readers.fields import read_record
from index.readers.html.fragment import read_fragment
from index.readers.html.text import PageText

RAW_FORMAT = "json-feed"
_SLACK = timedelta(days=1)
"""How far ahead of now a date may be: time zones, and clocks that run fast."""
_ZERO = (0, 24 * 3600)
"""A program without a date writes the first day of 1970."""
_WORDS = 8
"""Words that make a line a report, even if it is cut off before its sentence ends."""
_SHORT_SENTENCE = 3
_SHORT_CHARACTERS = 12
_FEED_NOTE = re.compile(
    r"(?:The post|Der Beitrag|L[’']article|La entrada|Il post|O post|Het bericht)\b.{1,400}\b(?:appeared first on"
    r"|first appeared on|erschien zuerst auf|est apparu en premier sur|se publicó primero en|proviene da"
    r"|apareceu primeiro em|verscheen eerst op)\b.{1,120}"
    r"|.{1,400} was originally published in .{1,120} on Medium, where people are continuing .*"
    r"|submitted by /?\S+(?: to /?\S+)?|(?:\[link\] ?)?\[\d+ comments\]"
)
"""What programs that make feeds add below an article."""
_NOTES = 4
"""Lines at the end among which such notes stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A text as a feed carries it."""

    value: str
    is_html: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """What a feed says of one article; a string is empty where it says nothing."""

    title: Body
    content: Body
    """The whole article."""
    summary: Body
    url: str
    base: str
    """Address that a relative one is relative to."""
    guid: str
    published: tuple[str, ...]
    """Readings of the published time in the order of trust: as written, then as understood."""
    updated: tuple[str, ...]
    outlet: str
    language: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]


NO_BODY = Body(value="", is_html=False)


def entry_record(entry: FeedEntry, *, name: str, max_bytes: int) -> Record | InputRefused:
    """The record of an entry: its text is the content, else the summary. Refused where it has neither.

    The id is the address, else the guid, else made of the text. Dates that lie ahead are left out.
    """
    title = " ".join(_read(entry.title).text.split())
    url = _address(entry)
    body, text = _chosen(entry)
    known_id = derived_id(url or entry.guid.strip()) or None
    if not any(map(_says_something, text.text.split("\n"))):
        has = " and ".join([*(["a title"] if title else []), *(["a link"] if url else [])])
        shown = f": {text.text[:60]!r} is no sentence" if text.text else ""
        return InputRefused(name, f"has {f'{has} but' if has else 'no title, no link and'} no text{shown}", known_id)
    now = datetime.now(UTC)
    published, updated = _date(entry.published, now), _date(entry.updated, now)
    if not entry.published:
        published, updated = updated, None  # the one time that it states
    fields = {
        "id": known_id if not url else None,
        "text": text.text,
        "title": title,
        "source": " ".join(entry.outlet.split()) or None,
        "date": published and published.date,
        "modified": _later(updated, published),
        "url": url or None,
        "language": _language(entry.language),
        "tags": list(dict.fromkeys(tag for tag in (" ".join(given.split()) for given in entry.tags) if tag)),
    }
    record = read_record(fields, name=name, max_bytes=max_bytes)
    if isinstance(record, InputRefused):
        return record
    authors = tuple(dict.fromkeys(squeezed for one in entry.authors if (squeezed := " ".join(one.split()))))
    record = replace(record, authors=authors, furniture=(*text.furniture, *_notes(text.text)))
    return replace(record, raw=_raw(entry, body, record))


def _read(body: Body) -> PageText:
    if body.is_html:
        return read_fragment(body.value)
    lines = (" ".join(line.split()) for line in body.value.splitlines())
    return PageText(text="\n".join(line for line in lines if line), furniture=())


def _chosen(entry: FeedEntry) -> tuple[Body, PageText]:
    """The content, unless the summary says more: some feeds put only a picture or a link into the content."""
    content, summary = _read(entry.content), _read(entry.summary)
    return (entry.content, content) if len(content.text) >= len(summary.text) else (entry.summary, summary)


def _notes(text: str) -> list[Removed]:
    """The notes at the end of a text that a feed's program added."""
    found: list[Removed] = []
    end = len(text)
    for line in reversed(text.split("\n")[-_NOTES:]):
        start = end - len(line)
        if _FEED_NOTE.fullmatch(line):
            found.append(Removed(span=(start, end), reason="feed note"))
        end = start - 1
    return found


def _says_something(line: str) -> bool:
    count = len(words(line))
    if count >= _WORDS:
        return True
    return ends_sentence(line) and (count >= _SHORT_SENTENCE or len(line) >= _SHORT_CHARACTERS)


def _address(entry: FeedEntry) -> str:
    """The article's address; empty where the entry has none that can be followed."""
    for given in (entry.url.strip(), entry.guid.strip() if "://" in entry.guid else ""):
        if not given or any(character.isspace() for character in given):
            continue
        try:
            url = urljoin(entry.base, given)
            parts = urlsplit(url)
            if parts.scheme in {"http", "https"} and parts.hostname:
                return url
        except ValueError:
            continue
    return ""


def _date(readings: tuple[str, ...], now: datetime) -> PublishedDate | None:
    """The first reading that is a date which has come."""
    for given in readings:
        try:
            found = parse_published(given)
        except ValueError:
            continue
        interval = found.interval()
        if interval is None or _ZERO[0] <= interval[0] < _ZERO[1]:
            continue
        return found if datetime.fromtimestamp(interval[0], UTC) <= now + _SLACK else None
    return None


def _later(updated: PublishedDate | None, published: PublishedDate | None) -> str | None:
    if updated is None or published is None or updated.date is None or published.date is None:
        return None
    return updated.date if date_interval(updated.date)[0] > date_interval(published.date)[0] else None


def _language(given: str) -> str | None:
    """A language code, or None where what the feed says is none."""
    code = given.strip().replace("_", "-")
    first = code.split("-")[0]
    whole = len(code) <= 35 and code.isascii() and code.replace("-", "").isalnum()
    return first.lower() if whole and first.isalpha() and 2 <= len(first) <= 3 else None


def _raw(entry: FeedEntry, body: Body, record: Record) -> RawInput:
    """The entry as a JSON Feed of its own, so that it can be read again without the rest of its feed."""
    item: dict[str, object] = {
        "id": entry.guid or record.id,
        "url": record.url,
        "title": record.title,
        "content_html" if body.is_html else "content_text": body.value,
        "date_published": record.published.date,
        "date_modified": record.modified,
        "authors": [{"name": name} for name in record.authors],
        "tags": list(record.tags),
    }
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": record.source or "",
        "language": record.language,
        "items": [{key: value for key, value in item.items() if value not in (None, "", [])}],
    }
    written = {key: value for key, value in feed.items() if value is not None}
    return RawInput(format=RAW_FORMAT, data=json.dumps(written, ensure_ascii=False).encode(errors="replace"))
