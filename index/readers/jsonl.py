"""JSON records, one a line, plain or gzipped, from a file or standard input."""

from __future__ import annotations

import codecs
import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from index.article import Item, Record
from index.errors import InputRefused
from index.readers.decoding import printable
from index.readers.fields import FIELDS, read_record
from index.readers.resuming import Bookmark

__all__ = ["FIELDS", "read_jsonl", "read_lines", "read_record"]

_LINE_OVERHEAD = 6
"""A JSON line may be so many times as long as the text in it, all of it escaped."""
_GZIP = b"\x1f\x8b"
_PIECE = 64 * 1024
"""Bytes read at once."""


def read_jsonl(path: Path, name: str, max_bytes: int, place: Bookmark | None = None) -> Iterator[Item]:
    """Every record of a file; what is wrong with a line is refused by name and line number."""
    try:
        with path.open("rb") as stream:
            yield from read_lines(stream, printable(str(path)), max_bytes, place)
    except OSError as error:
        yield InputRefused(printable(str(path)), f"cannot be read: {error.strerror or error}")


def read_lines(stream: BinaryIO, name: str, max_bytes: int, place: Bookmark | None = None) -> Iterator[Item]:
    """Every record of a stream of lines, gzipped or not; memory is bounded by the longest line that is accepted.

    A gzip stream that is cut off or damaged gives the records before the damage, then a refusal. With ``place``, lines
    up to its start are passed over, and a checkpoint follows each of the others.
    """
    start = 0 if place is None else place.start
    seen = start > 0
    try:
        for number, line in enumerate(_lines(stream, _LINE_OVERHEAD * max_bytes), start=1):
            where = f"{name}:{number}"
            if number <= start:
                continue
            if line is None:
                yield InputRefused(where, f"is longer than an article of {max_bytes:,} bytes, the most that is read")
            elif line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                yield InputRefused(name, "is UTF-16 text; JSONL is UTF-8")
                return
            elif line.strip(b"\xef\xbb\xbf \t\r"):
                yield _read_line(line, where, max_bytes)
            else:
                continue
            seen = True
            if place is not None:
                yield place.at(number)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield InputRefused(name, f"is a damaged gzip file; what came before the damage was read: {error}")
        seen = True
    if not seen:
        yield InputRefused(name, "is empty")
    if place is not None:
        yield place.end()


def _lines(stream: BinaryIO, limit: int) -> Iterator[bytes | None]:
    """Each line without its end; None for one over ``limit`` bytes, which is never held whole."""
    start = stream.read(2)
    pending = bytearray()
    overlong = False
    for piece in _unzipped(start, stream) if start == _GZIP else _pieces(start, stream):
        *ended, rest = piece.split(b"\n")
        for end in ended:
            overlong = overlong or len(pending) + len(end) > limit
            yield None if overlong else bytes(pending + end)
            pending.clear()
            overlong = False
        overlong = overlong or len(pending) + len(rest) > limit
        if overlong:
            pending.clear()
        else:
            pending += rest
    if pending or overlong:
        yield None if overlong else bytes(pending)


def _pieces(start: bytes, stream: BinaryIO) -> Iterator[bytes]:
    yield start
    while piece := stream.read(_PIECE):
        yield piece


def _unzipped(start: bytes, stream: BinaryIO) -> Iterator[bytes]:
    """The content of a gzip stream of one or several members, in bounded pieces.

    Raises EOFError where it is cut off and zlib.error where it is damaged, after all that came before.
    """
    data = start + stream.read(_PIECE)
    while data:
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            state = member.copy()
            try:
                piece = member.decompress(data, _PIECE)
            except zlib.error:
                yield from _up_to_damage(state.decompress, data)
                raise
            data = member.unconsumed_tail
            if piece:
                yield piece
            elif not data and not member.eof and not (data := stream.read(_PIECE)):
                raise EOFError("it ends before its end mark")
        data = (member.unused_data or stream.read(_PIECE)).lstrip(b"\0")


def _up_to_damage(decompress: Callable[[bytes], bytes], data: bytes) -> Iterator[bytes]:
    """What can be unzipped of ``data``, in which the damage lies, byte by byte."""
    for at in range(len(data)):
        try:
            yield decompress(data[at : at + 1])
        except zlib.error:
            return


def _read_line(line: bytes, where: str, max_bytes: int) -> Record | InputRefused:
    try:
        fields: Any = json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        return InputRefused(where, f"is not UTF-8: byte {error.start} cannot be decoded")
    except RecursionError:
        return InputRefused(where, "is not JSON that can be read: it is nested too deeply")
    except ValueError as error:
        return InputRefused(where, f"is not JSON: {error}")
    if not isinstance(fields, dict):
        return InputRefused(where, 'is no JSON object; one with "text" was expected')
    return read_record(cast("dict[str, Any]", fields), name=where, max_bytes=max_bytes)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON value")
