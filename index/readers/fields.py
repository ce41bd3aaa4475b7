"""From the fields of a JSON record to a record, or why it is refused.

``{"id"?, "text", "title"?, "source"?, "date"?, "modified"?, "url"?, "language"?, "tags"?,
"authors"?, "furniture"?, "embargo"?}``. Null counts as absent, and so does an empty string, except for ``id`` and
``text``. An unknown key is an error, so that a misspelt one is noticed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast
from urllib.parse import urlsplit

from index.article import PublishedDate, Record, Removed
from index.dates import parse_moment, parse_published
from index.errors import InputRefused
from index.readers.decoding import derived_id, is_unfit, normalise
from index.readers.text import prefixed_date

FIELDS = (
    *("id", "text", "title", "source", "date", "modified", "url", "language", "tags", "authors", "furniture"),
    "embargo",
)
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8}){0,5}")


def read_record(fields: Mapping[str, Any], *, name: str, max_bytes: int) -> Record | InputRefused:
    """A record from its JSON fields, or why it is refused; ``max_bytes`` bounds its text in UTF-8.

    Without ``id`` the id is the URL, else ``sha256-`` and 32 hexadecimal digits of the outlet and the text, so that one
    text carried by two outlets is two articles.
    """
    try:
        return _record(fields, max_bytes)
    except ValueError as error:
        return InputRefused(name, str(error), _known_id(fields))


def _known_id(fields: Mapping[str, Any]) -> str | None:
    """The id that refused fields would have had, where they tell."""
    given, url, source, text = (fields.get(key) for key in ("id", "url", "source", "text"))
    if isinstance(given, str):
        return given or None
    if isinstance(url, str) and url.strip():
        return derived_id(url.strip())
    if not isinstance(text, str) or not isinstance(source, str | None):
        return None
    with suppress(ValueError):
        return _identity(None, None, source and source.strip(), _normalised(text.removeprefix("\ufeff"), "text"))
    return None


def _record(fields: Mapping[str, Any], max_bytes: int) -> Record:
    unknown = [key for key in fields if key not in FIELDS]
    if unknown:
        raise ValueError(f"unknown field {unknown[0][:80]!r}; known are {', '.join(FIELDS)}")
    text = _text(fields, max_bytes)
    source, url = _optional(fields, "source"), _url(fields)
    language = _optional(fields, "language")
    return Record(
        id=_identity(_string(fields, "id"), url, source, text),
        text=text,
        title=" ".join((_optional(fields, "title") or "").split()),
        source=None if source is None else source.strip(),
        url=url,
        published=_published(_optional(fields, "date"), text),
        modified=_moment(fields, "modified"),
        language=None if language is None else _language(language),
        tags=_strings(fields, "tags"),
        authors=_strings(fields, "authors"),
        furniture=_furniture(fields.get("furniture"), len(text)),
        embargo=_moment(fields, "embargo"),
    )


def _text(fields: Mapping[str, Any], max_bytes: int) -> str:
    text = _string(fields, "text")
    if text is None:
        raise ValueError("field 'text' is missing")
    if len(text.encode(errors="surrogatepass")) > max_bytes:
        raise ValueError(f"field 'text' has over {max_bytes:,} bytes, the most that is read")
    return _normalised(text.removeprefix("\ufeff"), "text")


def _identity(given: str | None, url: str | None, source: str | None, text: str) -> str:
    if given is not None:
        if not given or any(is_unfit(character) for character in given):
            raise ValueError(f"field 'id' {given[:80]!r} is empty or holds white space or control characters")
        return given
    if url is not None:
        return derived_id(url)
    return "sha256-" + hashlib.sha256(f"{source or ''}\n{text}".encode()).hexdigest()[:32]


def _url(fields: Mapping[str, Any]) -> str | None:
    """The address, which citations link to: a script's must not come in as one."""
    url = _optional(fields, "url")
    if url is None:
        return None
    url = url.strip()
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"field 'url' {url[:80]!r} is no http or https address")
    return url


def _published(given: str | None, text: str) -> PublishedDate:
    if given is None:
        return prefixed_date(text)
    try:
        return parse_published(given)
    except ValueError as error:
        raise ValueError(f"field 'date': {error}") from error


def _moment(fields: Mapping[str, Any], key: str) -> str | None:
    given = _optional(fields, key)
    try:
        return None if given is None else parse_moment(given)
    except ValueError as error:
        raise ValueError(f"field {key!r}: {error}") from error


def _language(given: str) -> str:
    """The language's own part of a code, in lower case: ``en`` of ``en-GB``, as filters and sentence rules want it."""
    found = _LANGUAGE.fullmatch(given.strip())
    if found is None:
        raise ValueError(f"field 'language' {given[:80]!r} is no language code such as 'en'")
    return found[1].lower()


def _strings(fields: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = fields.get(key)
    if value is None:
        return ()
    given = cast("list[Any]", value) if isinstance(value, list) else []
    strings = [one for one in given if isinstance(one, str) and one.strip()]
    if not isinstance(value, list) or len(strings) < len(given):
        raise ValueError(f"field {key!r} must be a list of strings, none of them empty")
    return tuple(dict.fromkeys(_normalised(one, key) for one in strings))


def _furniture(value: Any, length: int) -> tuple[Removed, ...]:
    """Ranges of the text that are no part of the report: ``[{"span": [start, end], "reason": "caption"}]``."""
    removed: list[Removed] = []
    for one in cast("list[Any]", value if isinstance(value, list) else [value] if value is not None else []):
        match one:
            case {"span": [int(start), int(end)], "reason": str(reason)} if (
                0 <= start < end <= length and reason.strip()
            ):
                removed.append(Removed(span=(start, end), reason=reason.strip()))
            case _:
                raise ValueError(
                    f'field \'furniture\' must be a list of {{"span": [start, end], "reason": …}} within the text\'s'
                    f" {length:,} characters"
                )
    return tuple(removed)


def _optional(fields: Mapping[str, Any], key: str) -> str | None:
    """A string that may be absent, empty or null, all of which say the same."""
    value = _string(fields, key)
    return None if value is None or not value.strip() else _normalised(value, key)


def _string(fields: Mapping[str, Any], key: str) -> str | None:
    value = fields.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"field {key!r} is a JSON {_json_type(value)}; a string was expected")
    return value


def _normalised(value: str, key: str) -> str:
    try:
        return normalise(value)
    except ValueError as error:
        raise ValueError(f"field {key!r} {error}") from error


def _json_type(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "array" if isinstance(value, list) else "object"
