"""Parquet tables, one article a row, read some rows at a time. Nothing else imports pyarrow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from index.article import Item
from index.errors import InputRefused
from index.readers.decoding import printable
from index.readers.fields import read_record
from index.readers.resuming import Bookmark
from index.readers.tables import find_columns, row_fields

_AT_ONCE = 64
"""Rows held at a time."""


def read_parquet(
    path: Path, max_bytes: int, columns: Mapping[str, str], place: Bookmark | None = None
) -> Iterator[Item]:
    """Every record of a file; a row is refused by name and number. Positions count rows."""
    shown = printable(str(path))
    try:
        import pyarrow as arrow  # pyright: ignore[reportMissingTypeStubs, reportMissingImports]
        from pyarrow import parquet  # pyright: ignore[reportMissingTypeStubs, reportMissingImports]
    except ImportError:
        yield InputRefused(shown, "needs pip install 'qa-service[parquet]'")
        return
    failures = (cast("type[Exception]", cast("Any", arrow).ArrowException), OSError, ValueError, KeyError)
    number = 0
    try:
        with cast("Any", parquet).ParquetFile(path) as file:
            places = find_columns(cast("list[str]", file.schema_arrow.names), columns)
            names = list(dict.fromkeys(file.schema_arrow.names[at] for at in places.values()))
            wanted = {field: names.index(file.schema_arrow.names[at]) for field, at in places.items()}
            start = 0 if place is None else place.start
            if not file.metadata.num_rows:
                yield InputRefused(shown, "is empty")
            for row in _rows(file, names, start):
                number = row[0]
                fields = row_fields([_plain(value) for value in row[1]], wanted)
                yield read_record(fields, name=f"{shown}:{number}", max_bytes=max_bytes)
                if place is not None:
                    yield place.at(number)
    except failures as error:
        where = f"{shown}:{number + 1}" if number else shown
        yield InputRefused(where, _first_line(error))
        return
    if place is not None:
        yield place.end()


def _rows(file: Any, names: list[str], start: int) -> Iterator[tuple[int, list[Any]]]:
    """Each row after the first ``start``, numbered from 1; row groups that lie before are not read."""
    number = 0
    groups: list[int] = []
    for group in range(file.metadata.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        if not groups and number + rows <= start:
            number += rows
        else:
            groups.append(group)
    for batch in file.iter_batches(batch_size=_AT_ONCE, row_groups=groups, columns=names) if groups else ():
        held = [batch.column(name) for name in names]
        for at in range(batch.num_rows):
            number += 1
            if number > start:
                yield number, [column[at].as_py() for column in held]


def _plain(value: Any) -> Any:
    """A cell as JSON would hold it: times in ISO 8601, nothing for what is not a number."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]
