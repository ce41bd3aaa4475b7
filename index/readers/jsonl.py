"""JSON records, one a line, plain or gzipped: ``{"id"?, "text", "title"?, "source"?, "date"?, …}``."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, cast

from index.article import PublishedDate, Record
from index.dates import parse_moment, parse_published
from index.errors import InputRefused
from index.readers.decoding import derived_id, is_unfit, normalise
from index.readers.text import prefixed_date

FIELDS = ("id", "text", "title", "source", "date", "modified", "url", "language", "tags")
_LINE_OVERHEAD = 6
"""A JSON line may be so many times as long as the text in it, all of it escaped."""


def read_jsonl(path: Path, name: str, max_bytes: int) -> Iterator[Record | InputRefused]:
    """Every record of a file; what is wrong with a line is refused by name and line number."""
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if zipped:
                with gzip.GzipFile(fileobj=raw) as unzipped:
                    yield from read_lines(cast(BinaryIO, BufferedReader(unzipped)), name, max_bytes)
            else:
                yield from read_lines(raw, name, max_bytes)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield InputRefused(name, f"is a damaged gzip file; what came before the damage was read: {error}")
    except OSError as error:
        yield InputRefused(name, f"cannot be read: {error.strerror or error}")


def read_lines(stream: BinaryIO, name: str, max_bytes: int) -> Iterator[Record | InputRefused]:
    """Every record of a stream of lines; memory is bounded by the longest line that is accepted."""
    limit = _LINE_OVERHEAD * max_bytes
    number, seen = 0, False
    while line := stream.readline(limit + 1):
        number += 1
        where = f"{name}:{number}"
        if len(line) > limit:
            while line and not line.endswith(b"\n"):
                line = stream.readline(limit + 1)
            yield InputRefused(where, f"has over {limit:,} bytes; articles of at most {max_bytes:,} are read")
        elif line.strip(b"\xef\xbb\xbf \t\r\n"):
            yield _read_line(line, where, max_bytes)
        else:
            continue
        seen = True
    if not seen:
        yield InputRefused(name, "is empty")


def _read_line(line: bytes, where: str, max_bytes: int) -> Record | InputRefused:
    try:
        fields: Any = json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        return InputRefused(where, f"is not UTF-8: byte {error.start} cannot be decoded")
    except (ValueError, RecursionError) as error:
        return InputRefused(where, f"is not JSON: {error}")
    if not isinstance(fields, dict):
        return InputRefused(where, f'is a JSON {type(fields).__name__}; an object with "text" was expected')
    return read_record(cast("dict[str, Any]", fields), name=where, max_bytes=max_bytes)


def read_record(fields: Mapping[str, Any], *, name: str, max_bytes: int) -> Record | InputRefused:
    """A record from its JSON fields, or why it is refused. Null counts as absent; an unknown key is an error."""
    try:
        return _record(fields, max_bytes)
    except ValueError as error:
        return InputRefused(name, str(error))


def _record(fields: Mapping[str, Any], max_bytes: int) -> Record:
    unknown = [key for key in fields if key not in FIELDS]
    if unknown:
        raise ValueError(f"unknown field {unknown[0]!r}; known are {', '.join(FIELDS)}")
    text = _string(fields, "text")
    if text is None:
        raise ValueError("field 'text' is missing")
    if len(text.encode(errors="surrogatepass")) > max_bytes:
        raise ValueError(f"field 'text' has over {max_bytes:,} bytes")
    try:
        text = normalise(text.removeprefix("\ufeff"))
    except ValueError as error:
        raise ValueError(f"field 'text' {error}") from error
    url = _string(fields, "url")
    modified = _string(fields, "modified")
    return Record(
        id=_identity(_string(fields, "id"), url, text),
        text=text,
        title=(_string(fields, "title") or "").strip(),
        source=_string(fields, "source"),
        url=url,
        published=_published(_string(fields, "date"), text),
        modified=None if modified is None else _moment(modified),
        language=_string(fields, "language"),
        tags=_tags(fields.get("tags")),
    )


def _identity(given: str | None, url: str | None, text: str) -> str:
    if given is not None:
        if not given or any(is_unfit(ch) for ch in given):
            raise ValueError(f"field 'id' {given[:80]!r} is empty or holds white space or control characters")
        return given
    if url:
        return derived_id(url)
    return "sha256-" + hashlib.sha256(text.encode()).hexdigest()[:32]


def _published(given: str | None, text: str) -> PublishedDate:
    if given is None:
        return prefixed_date(text)
    try:
        return parse_published(given)
    except ValueError as error:
        raise ValueError(f"field 'date': {error}") from error


def _moment(given: str) -> str:
    try:
        return parse_moment(given)
    except ValueError as error:
        raise ValueError(f"field 'modified': {error}") from error


def _string(fields: Mapping[str, Any], key: str) -> str | None:
    value = fields.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"field {key!r} is a JSON {type(value).__name__}; a string was expected")
    if key != "text":
        try:
            normalise(value or "-")
        except ValueError as error:
            raise ValueError(f"field {key!r} {error}") from error
    return value


def _tags(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ValueError("field 'tags' must be a list of strings")
    tags = cast("list[Any]", value)
    if not all(isinstance(tag, str) and tag for tag in tags):
        raise ValueError("field 'tags' must be a list of strings")
    return tuple(_string({"tags": tag}, "tags") or "" for tag in tags)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON value")
