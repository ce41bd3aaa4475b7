"""Tables of articles: CSV and TSV, plain or gzipped, one article a row, and what columns mean in any table."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

from index.article import Item
from index.errors import InputRefused
from index.readers.decoding import printable
from index.readers.fields import FIELDS, read_record
from index.readers.resuming import Bookmark

ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("article_id", "guid", "uuid"),
    "text": ("body", "content", "article", "full_text", "article_text"),
    "title": ("headline", "heading"),
    "source": ("outlet", "publisher", "publication"),
    "date": ("published", "pub_date", "published_at", "publish_date", "publication_date", "date_published"),
    "modified": ("updated", "updated_at", "modified_at", "last_modified", "date_modified"),
    "url": ("link", "address", "permalink"),
    "language": ("lang",),
    "tags": ("keywords", "categories"),
}
"""Names of columns that stand for a record's field where no column has the field's own name; case does not matter."""
_SAMPLE = 64 * 1024
_CELL_OVERHEAD = 4
"""A row may be so many times as long as the text in it."""
_SEPARATORS = ",;\t|"
_GZIP = b"\x1f\x8b"


def read_columns(given: str) -> dict[str, str]:
    """``text=body,title=headline`` as field → column. Raises ValueError."""
    columns: dict[str, str] = {}
    for pair in given.split(","):
        field, equals, column = (part.strip() for part in pair.partition("="))
        if not equals or not field or not column:
            raise ValueError(f"{pair.strip()!r} is no FIELD=COLUMN, such as text=body")
        if field not in FIELDS:
            raise ValueError(f"{field!r} is no field of a record; known are {', '.join(FIELDS)}")
        if field in columns:
            raise ValueError(f"{field!r} is given twice")
        columns[field] = column
    return columns


def find_columns(header: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Field → place of its column, as ``columns`` says, else by name. Raises ValueError naming what there is."""
    there = ", ".join(repr(name[:80]) for name in header[:40]) or "none"
    places: dict[str, int] = {}
    for field, column in columns.items():
        if column not in header:
            raise ValueError(f"has no column {column!r} for {field}; its columns are {there}")
        places[field] = header.index(column)
    lower = [name.strip().lower().replace(" ", "_") for name in header]
    for field in FIELDS:
        found = next((name for name in (field, *ALIASES.get(field, ())) if name in lower), None)
        if field not in places and found is not None and lower.index(found) not in places.values():
            places[field] = lower.index(found)
    if "text" not in places:
        raise ValueError(f"has no column 'text'; name another with --columns text=COLUMN; its columns are {there}")
    return places


def row_fields(row: Sequence[Any], places: Mapping[str, int]) -> dict[str, Any]:
    """A record's fields of a row; an empty cell is no value, and several tags are separated by ``;`` or ``,``."""
    fields = {field: row[place] for field, place in places.items() if place < len(row)}
    fields = {field: value for field, value in fields.items() if (value is not None and value != "") or field == "text"}
    if isinstance(fields.get("tags"), str):
        separator = ";" if ";" in fields["tags"] else ","
        fields["tags"] = [tag.strip() for tag in cast("str", fields["tags"]).split(separator) if tag.strip()]
    return fields


def read_csv(path: Path, max_bytes: int, columns: Mapping[str, str], place: Bookmark | None = None) -> Iterator[Item]:
    """Every record of a file with a header row; what is wrong with a row is refused by name and line number.

    UTF-8, UTF-16 with a byte-order mark, else Windows-1252 where it can be that. Positions count rows. A row is held
    whole while it is read, up to four times ``max_bytes``.
    """
    shown = printable(str(path))
    try:
        with path.open("rb") as file:
            plain = cast("BinaryIO", gzip.GzipFile(fileobj=file)) if file.peek(2)[:2] == _GZIP else file
            yield from _rows(plain, shown, max_bytes, columns, place)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield InputRefused(shown, f"is a damaged gzip file; what came before the damage was read: {error}")
    except UnicodeDecodeError as error:
        yield InputRefused(shown, f"is not {error.encoding} text as far as it was read: {error.reason}")
    except OSError as error:
        yield InputRefused(shown, f"cannot be read: {error.strerror or error}")
        return
    if place is not None:
        yield place.end()


def _rows(
    stream: BinaryIO, shown: str, max_bytes: int, columns: Mapping[str, str], place: Bookmark | None
) -> Iterator[Item]:
    buffered = io.BufferedReader(cast("io.RawIOBase", stream), buffer_size=_SAMPLE)
    sample = buffered.peek(_SAMPLE)[:_SAMPLE]
    try:
        encoding = _encoding(sample)
        lines = _Lines(io.TextIOWrapper(buffered, encoding=encoding, newline=""), _CELL_OVERHEAD * max_bytes)
        separator = _separator(sample.decode(encoding, errors="ignore"))
        csv.field_size_limit(2**31 - 1)  # what bounds a cell is the length of its row
        rows = csv.reader(lines, delimiter=separator)
        header: list[str] = next(rows, list[str]())
        places = find_columns(header, columns)
    except (ValueError, csv.Error) as error:
        yield InputRefused(shown, str(error))
        return
    start = 0 if place is None else place.start
    for number, (line, row) in enumerate(_numbered(rows, lines), start=1):
        if number <= start:
            continue
        where = f"{shown}:{line}"
        if isinstance(row, str):
            yield InputRefused(where, row)
        elif len(row) > len(header):
            yield InputRefused(where, f"has {len(row)} cells under {len(header)} column names: a separator not quoted?")
        elif any(cell.strip() for cell in row):
            yield read_record(row_fields(row, places), name=where, max_bytes=max_bytes)
        if place is not None:
            yield place.at(number)


def _numbered(rows: Iterator[list[str]], lines: _Lines) -> Iterator[tuple[int, list[str] | str]]:
    """Each row, or why there is none, with the number of its first line."""
    while True:
        lines.begin_row()
        first = lines.number + 1
        try:
            yield first, next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield first, f"is no row of a table: {error}"
        except _TooLongError as error:
            yield first, str(error)
            return


class _TooLongError(Exception):
    """A row is longer than any article."""


class _Lines:
    """The lines of a text, counted, none of them without end and no row of them either."""

    def __init__(self, text: io.TextIOWrapper, limit: int) -> None:
        self._text = text
        self._limit = limit
        self._in_row = 0
        self.number = 0

    def begin_row(self) -> None:
        self._in_row = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._limit + 1)
        if not line:
            raise StopIteration
        self._in_row += len(line)
        if self._in_row > self._limit:
            raise _TooLongError(
                f"has a row of over {self._limit:,} characters, the most that is read: a quotation mark never closed? "
                "Nothing after it was read"
            )
        self.number += 1
        return line.replace("\0", "\ufffd") if "\0" in line else line


def _encoding(sample: bytes) -> str:
    """Raises ValueError where it is unsure."""
    if not sample.strip():
        raise ValueError("is empty")
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in sample:
        raise ValueError("is binary, or UTF-16 without a byte-order mark: it holds NUL bytes")
    try:
        codecs.getincrementaldecoder("utf-8-sig")().decode(sample)
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8-sig"
    try:
        text = sample.decode("windows-1252")
    except UnicodeDecodeError as error:
        raise ValueError("is neither UTF-8 nor Windows-1252 text: save it as UTF-8") from error
    odd = sum(ord(character) > 127 and not character.isalpha() for character in text)
    beyond = sum(ord(character) > 127 for character in text)
    if odd > 0.5 * beyond and beyond > 20:
        raise ValueError("is not UTF-8, and as Windows-1252 it is mostly signs: save it as UTF-8")
    return "windows-1252"


def _separator(sample: str) -> str:
    """The separator that the header row has most of, outside quotation marks."""
    first = next((line for line in sample.splitlines() if line.strip()), "")
    outside = "".join(part for number, part in enumerate(first.split('"')) if number % 2 == 0)
    return max(_SEPARATORS, key=lambda one: (outside.count(one), one == ","))
