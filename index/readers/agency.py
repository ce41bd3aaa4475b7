"""What news agencies say of an item, whatever their format, made into a record or into taking an article back.

The identity is the agency's own, so that a later version of an item becomes a later version of its article, and the
time of the version orders them however they arrive. What the item carries beside its body (a note of the editors, the
dateline) stands in the text as a paragraph of its own and is never quoted; no word is added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from index.article import Item, RawInput, Withdrawn
from index.dates import parse_moment
from index.errors import InputRefused
from index.readers.agency_text import Line
from index.readers.decoding import is_unfit
from index.readers.fields import read_record

_KILL = re.compile(
    r"\W*(?:bulletin\W+)?(?:mandatory\W+kill|kill(?:ed)?\W+(?:advisory|notice|mandatory)|(?:story|advisory|notice)\W+kill)",
    re.IGNORECASE,
)
"""How a headline or a note begins that takes an item back; "kill" alone may be the news."""
_STATUSES = {
    "usable": "usable",
    "embargoed": "embargoed",
    "withheld": "withheld",
    "withhold": "withheld",
    "canceled": "canceled",
    "cancelled": "canceled",
    "kill": "canceled",
    "killed": "canceled",
}
_COMPACT_TIME = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T?([0-9]{2})([0-9]{2})(?:([0-9]{2})(?:[.,][0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyItem:
    """One item as an agency describes it; empty strings where it says nothing."""

    id: str
    status: str = ""
    """As given: ``usable`` where empty."""
    headline: str = ""
    dateline: str = ""
    note: str = ""
    """Of the editors, to those who publish it."""
    body: Sequence[Line] = ()
    authors: Sequence[str] = ()
    source: str = ""
    url: str = ""
    language: str = ""
    created: str = ""
    """When the item was first made."""
    version_created: str = ""
    embargo: str = ""
    subjects: Sequence[str] = ()
    slugline: str = ""
    places: Sequence[str] = ()


def agency_item(item: AgencyItem, *, raw: RawInput | None, name: str, max_bytes: int) -> Iterator[Item]:
    """The record, or the article taken back, or why it is refused under ``name``."""
    status = _STATUSES.get(item.status.rpartition(":")[2].strip().lower() or "usable")
    wrong = _wrong(item, status)
    if wrong is not None:
        yield InputRefused(name, wrong, item.id if is_id(item.id) else None)
        return
    if status == "canceled" or is_kill(item.note) or is_kill(item.headline):
        yield take_back(item.id, item.note or item.headline or "canceled by its provider", item.version_created)
        return
    if status == "withheld":
        yield take_back(item.id, "withheld by its provider", item.version_created)
        yield InputRefused(name, "is withheld by its provider", item.id)
        return
    text, furniture = _text(item)
    if not any(line.reason is None for line in item.body):
        yield InputRefused(name, "has no text", item.id)
        return
    fields: dict[str, Any] = {
        "id": item.id,
        "text": text,
        "title": item.headline,
        "source": item.source,
        "date": iso_time(item.created or item.version_created),
        "modified": iso_time(item.version_created),
        "url": item.url,
        "language": item.language,
        "tags": _tags(item),
        "authors": _names(item.authors),
        "furniture": furniture,
        "embargo": iso_time(item.embargo),
    }
    record = read_record(fields, name=name, max_bytes=max_bytes)
    yield record if isinstance(record, InputRefused) else replace(record, raw=raw)


def _wrong(item: AgencyItem, status: str | None) -> str | None:
    if not item.id:
        return "gives no id, so that its later versions could not be told"
    if not is_id(item.id):
        return f"gives an id with white space or control characters: {item.id[:80]!r}"
    if status is None:
        return f"has the status {item.status[:40]!r}, which is not known"
    if status == "embargoed" and not item.embargo:
        return "is under embargo and does not say until when"
    return None


def is_id(given: str) -> bool:
    """Whether an article can have an id."""
    return bool(given) and not any(is_unfit(character) for character in given)


def take_back(article_id: str, reason: str, moment: str) -> Withdrawn:
    """An article taken back, for a reason that can be shown, by a message of that time, as far as it can be read."""
    try:
        known = parse_moment(iso_time(moment)) if moment else None
    except ValueError:
        known = None
    return Withdrawn(id=article_id, reason=reason.encode(errors="replace").decode(), moment=known)


def is_kill(words: str) -> bool:
    """Whether a headline or a note is that of a message that takes an item back."""
    return _KILL.match(words) is not None


def iso_time(given: str) -> str:
    """A time in ISO 8601, also from NITF's ``20241120T143000-0500``; anything else as it is."""
    found = _COMPACT_TIME.fullmatch(given.strip())
    if found is None:
        return given
    year, month, day, hour, minute, second, offset = found.groups()
    date = f"{year}-{month}-{day}"
    return date if hour is None else f"{date}T{hour}:{minute}:{second or '00'}{offset or ''}"


def http_url(given: str) -> str:
    """An address that can be linked to, or nothing: agencies name items by addresses of many kinds."""
    return given.strip() if re.match(r"https?://[^\s/]", given.strip()) else ""


def _text(item: AgencyItem) -> tuple[str, list[dict[str, Any]]]:
    lines = [Line(text=item.note, reason="editors' note")] if item.note else []
    first = next((line.text for line in item.body if line.reason is None), "")
    if item.dateline and not first.startswith(item.dateline):
        lines.append(Line(text=item.dateline, reason="dateline"))
    text, furniture = "", list[dict[str, Any]]()
    for line in [*lines, *item.body]:
        text += "\n\n" if text else ""
        if line.reason is not None:
            furniture.append({"span": [len(text), len(text) + len(line.text)], "reason": line.reason})
        text += line.text
    return text, furniture


def _tags(item: AgencyItem) -> list[str]:
    slug = [f"slug:{item.slugline}"] if item.slugline.strip() else []
    return [*_names(item.subjects), *slug, *(f"place:{name}" for name in _names(item.places))]


def _names(given: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(" ".join(name.split()) for name in given if name.strip()))
