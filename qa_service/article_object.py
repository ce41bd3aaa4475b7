"""An article as the contract shows it: one version whole, its versions with their times, its notices, what changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from index.article import Article, Version
from index.errors import NotFound
from index.notices import find_notices
from qa_service.answer import to_json
from qa_service.differences import Change, text_changes

_FIELDS = ("title", "source", "url", "language", "tags", "published", "modified")
"""What can change beside the text."""


def article_object(versions: Sequence[Version], version: int | None, diff: int | None) -> dict[str, Any]:
    """The version asked for, the current one unless told; with ``diff``, what changed since that version.

    Raises NotFound.
    """
    found = version_of(versions, version)
    article = found.article
    return {
        "id": article.id,
        "version": found.version,
        "versions": [_line(one) for one in versions],
        **_fields(article),
        "text": article.text,
        "kept": [list(span) for span in article.kept],
        "removed": [{"span": list(r.span), "reason": r.reason} for r in article.removed],
        "sections": [{"title": s.title, "kept": [list(span) for span in s.kept]} for s in article.sections],
        "notices": [to_json(notice) for notice in find_notices(article)],
        "diff": None if diff is None else _difference(version_of(versions, diff), found),
    }


def version_of(versions: Sequence[Version], number: int | None) -> Version:
    """The version of that number, the current one for None. Raises NotFound."""
    number = versions[-1].newest if number is None else number
    for one in versions:
        if one.version == number:
            return one
    raise NotFound(f"article {versions[0].article.id!r} has no version {number}")


def _fields(article: Article) -> dict[str, Any]:
    return {name: to_json(getattr(article, name)) for name in _FIELDS}


def changed_fields(before: Article, after: Article) -> list[tuple[str, Any, Any]]:
    """What differs beside the text: name, then the JSON form of both values."""
    old, new = _fields(before), _fields(after)
    return [(name, old[name], new[name]) for name in _FIELDS if old[name] != new[name]]


def _line(version: Version) -> dict[str, Any]:
    return {
        "version": version.version,
        "valid_from": moment(version.valid_from),
        "valid_to": None if version.valid_to is None else moment(version.valid_to),
        "modified": version.article.modified,
        "ingested_at": moment(version.ingested_at),
    }


def _difference(before: Version, after: Version) -> dict[str, Any]:
    return {
        "from": before.version,
        "to": after.version,
        "fields": [
            {"field": name, "from": old, "to": new} for name, old, new in changed_fields(before.article, after.article)
        ],
        "changes": [_change(one) for one in text_changes(before.article.text, after.article.text)],
    }


def _change(one: Change) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "from": list(one.before),
        "to": list(one.after),
        "from_text": one.before_text,
        "to_text": one.after_text,
    }


def moment(seconds: int) -> str:
    """ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
