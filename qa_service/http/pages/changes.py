"""What changed between two versions, to be read: stretches that came and went among those that stayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from index.article import PublishedDate
from qa_service.http.pages.wording import day_words
from qa_service.terminal import date_words

CONTEXT = 180
"""Characters of unchanged text shown on each side of a change."""
_LEAST_SKIPPED = 120
"""Fewer are shown rather than counted."""
_NAMES = {
    "title": "Headline",
    "source": "Outlet",
    "url": "Address",
    "language": "Language",
    "tags": "Tags",
    "published": "Published",
    "modified": "Changed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A run of text that stayed, came or went; or one that stayed and is only counted."""

    kind: Literal["same", "gone", "new", "skipped"]
    text: str
    """Empty where skipped."""
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """What changed beside the text, in words."""

    name: str
    before: str
    after: str


def stretches(changes: Sequence[Mapping[str, Any]], *, whole: bool) -> list[Stretch]:
    """The changes of an article object's ``diff`` in order; unless ``whole``, unchanged text is cut to its ends."""
    found: list[Stretch] = []
    for place, change in enumerate(changes):
        if change["kind"] != "equal":
            gone, new = change["from_text"], change["to_text"]
            changed = (
                Stretch(kind="gone", text=gone, length=len(gone)),
                Stretch(kind="new", text=new, length=len(new)),
            )
            found += [one for one in changed if one.length]
        elif whole:
            found.append(_same(change["to_text"]))
        else:
            found += _shortened(change["to_text"], first=place == 0, last=place == len(changes) - 1)
    return found


def field_changes(fields: Sequence[Mapping[str, Any]]) -> list[FieldChange]:
    """The ``fields`` of an article object's ``diff`` in words."""
    return [
        FieldChange(
            name=_NAMES[one["field"]],
            before=_words(one["field"], one["from"]),
            after=_words(one["field"], one["to"]),
        )
        for one in fields
    ]


def _same(text: str) -> Stretch:
    return Stretch(kind="same", text=text, length=len(text))


def _shortened(text: str, *, first: bool, last: bool) -> list[Stretch]:
    """An unchanged text between two changes: the words next to them, and how much lies between."""
    after = 0 if first else _word_end(text, min(CONTEXT, len(text)))
    before = len(text) if last else _word_start(text, max(len(text) - CONTEXT, 0))
    if before - after < _LEAST_SKIPPED:
        return [_same(text)]
    parts = [_same(text[:after]), Stretch(kind="skipped", text="", length=before - after), _same(text[before:])]
    return [one for one in parts if one.length]


def _word_end(text: str, place: int) -> int:
    """The end of the last whole word before ``place``."""
    space = max(text.rfind(" ", 0, place), text.rfind("\n", 0, place))
    return space if space > place - CONTEXT // 2 else place


def _word_start(text: str, place: int) -> int:
    """The start of the first whole word after ``place``."""
    spaces = [at for at in (text.find(" ", place), text.find("\n", place)) if at >= 0]
    return min(spaces) + 1 if spaces and min(spaces) < place + CONTEXT // 2 else place


def _words(field: str, value: Any) -> str:
    if not value:
        return "none"
    match field:
        case "tags":
            return ", ".join(value)
        case "published":
            return day_words(value) if isinstance(value, PublishedDate) else _published_words(value)
        case "modified":
            return date_words(value)
        case _:
            return str(value)


def _published_words(value: Mapping[str, Any]) -> str:
    return "undated" if value["date"] is None else date_words(value["date"])
