"""Inputs by format: what a path holds, read one record after the other. A new format adds one row to ``FORMATS``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from index.article import Record
from index.errors import InputRefused
from index.readers.jsonl import read_jsonl, read_lines
from index.readers.text import read_text

Read = Callable[[Path, str, int], Iterator[Record | InputRefused]]


def _one_text(path: Path, name: str, max_bytes: int) -> Iterator[Record | InputRefused]:
    yield read_text(path, name, max_bytes)


FORMATS: dict[str, tuple[tuple[str, ...], Read]] = {
    "text": ((".txt", ".text"), _one_text),
    "jsonl": ((".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz"), read_jsonl),
}
"""Format → the endings it is known by and its reader ``(path, name, max_bytes)``."""


def read_inputs(
    paths: Sequence[str], *, max_bytes: int, format_name: str | None = None, stdin: BinaryIO | None = None
) -> Iterator[Record | InputRefused]:
    """Every record of files, folders (walked in order of name) and ``-`` (JSONL on standard input).

    What cannot be read is refused by name, and the rest goes on. ``format_name`` overrides what endings say.
    """
    for given in paths:
        if given == "-":
            yield from read_lines(stdin or sys.stdin.buffer, "-", max_bytes)
            continue
        path = Path(given)
        if path.is_dir():
            for file in _walk(path):
                yield from _read(file, file.relative_to(path).as_posix(), max_bytes, format_name)
        elif path.exists():
            yield from _read(path, path.name, max_bytes, format_name)
        else:
            yield InputRefused(given, "does not exist")


def _walk(folder: Path) -> Iterator[Path]:
    """Files below a folder, hidden ones left out, in order of path."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        elif path.is_file() or path.is_symlink():
            yield path


def _read(path: Path, name: str, max_bytes: int, format_name: str | None) -> Iterator[Record | InputRefused]:
    if format_name is not None:
        yield from FORMATS[format_name][1](path, name, max_bytes)
        return
    for endings, read in FORMATS.values():
        if path.name.lower().endswith(endings):
            yield from read(path, name, max_bytes)
            return
    known = ", ".join(ending for endings, _ in FORMATS.values() for ending in endings)
    yield InputRefused(name, f"format not recognised; known endings are {known}")
