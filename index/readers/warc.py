"""Web archives (WARC), plain, gzipped or in zstd frames: every page in them is read as a page of its address.

Nothing else imports fastwarc. Only successful HTTP responses of HTML count; requests, revisits, pictures and errors
are passed over, being no articles.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from index.article import Item, Record
from index.errors import InputRefused
from index.readers.decoding import printable
from index.readers.html import read_page
from index.readers.resuming import Bookmark

if TYPE_CHECKING:
    from fastwarc.warc import HeaderMap, WarcRecord

_PAGE_FACTOR = 8
"""A page may be so many times as large as the most text that is read from it."""
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_WARC, _GZIP, _ZSTD = b"WARC/", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"
_PIECE = 1 << 20
_LOOKED_AT = 4096
_LONGEST_HEADER = 64 * 1024


def read_warc(path: Path, max_bytes: int, place: Bookmark | None = None) -> Iterator[Item]:
    """Every article of a web archive, each with the time of its capture; refused under ``file:offset address``.

    A record that is damaged or cut off is refused, and reading goes on at the next one. Positions are the offsets of
    records. One page is held at a time.
    """
    shown = printable(str(path))
    try:
        with path.open("rb") as file, path.open("rb") as beside:
            yield from _archive(file, beside, shown, max_bytes, place)
    except OSError as error:
        yield InputRefused(shown, f"cannot be read: {error.strerror or error}")
        return
    if place is not None:
        yield place.end()


def _archive(file: BinaryIO, beside: BinaryIO, shown: str, max_bytes: int, place: Bookmark | None) -> Iterator[Item]:
    """``beside`` is the same file once more, to look at other places in it while ``file`` is read."""
    start: int | None = place.start if place is not None and _begins(beside, place.start) else 0
    has_pages = bool(start)
    if start == 0 and not _begins(beside, 0):
        start = _next_start(beside, 0)
        where = shown if start is None else f"{shown}:0"
        is_empty = not beside.seek(0, io.SEEK_END)
        yield InputRefused(where, "is empty" if is_empty else "is no WARC record: none begins where one should")
        if start is None:
            return
    while start is not None:
        reached, damage = start, None
        for offset, found in _responses(file, start):
            if isinstance(found, OSError):
                damage = found
                break
            if place is not None and offset > reached and _begins(beside, offset):
                yield place.at(offset)
            reached = offset
            item = _page(found, f"{shown}:{offset}", max_bytes)
            if item is not None:
                has_pages = True
                yield item
        start = None if damage is None else _next_start(beside, reached + 1)
        if damage is not None:
            where = "to the end of the file" if start is None else f"before offset {start}"
            yield InputRefused(f"{shown}:{reached}", f"is damaged, here or {where}: {damage}")
    if not has_pages:
        yield InputRefused(shown, "holds no web page: no successful HTTP response of HTML is among its records")


def _responses(file: BinaryIO, start: int) -> Iterator[tuple[int, WarcRecord | OSError]]:
    """Each response from an offset on, with its own; last of all the damage that ended reading, if any did."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    file.seek(start)
    records = ArchiveIterator(
        file, record_types=WarcRecordType.response, auto_decode="none", max_header_len=_LONGEST_HEADER
    )
    while True:
        try:
            record = next(records)
        except StopIteration:
            return
        except (OSError, ValueError) as error:
            yield -1, OSError(str(error))
            return
        yield record.stream_pos, record


def _page(record: WarcRecord, where: str, max_bytes: int) -> Item | None:
    """The article of a response; None where it is no page."""
    http = cast("HeaderMap | None", record.http_headers)
    if http is not None and http.status_code is None:
        return InputRefused(where, "is no HTTP response that can be read, or is cut off")
    if http is None or http.status_code != 200 or record.http_content_type not in _HTML:
        return None
    url = (record.headers.get("WARC-Target-URI") or "").strip().strip("<>")
    captured = cast("datetime | None", record.record_date)
    where = f"{where} {printable(url)[:200]}"
    if not url or captured is None:
        return InputRefused(where, "names no address or no time of capture")
    try:
        body = _payload(record, http, _PAGE_FACTOR * max_bytes)
    except (OSError, ValueError, zlib.error) as error:
        return InputRefused(where, str(error))
    seen = captured.astimezone(UTC)
    page = read_page(body, name=url, shown=where, url=url, max_bytes=max_bytes, now=min(seen, datetime.now(UTC)))
    return replace(page, captured=seen.isoformat(timespec="seconds")) if isinstance(page, Record) else page


def _payload(record: WarcRecord, http: HeaderMap, limit: int) -> bytes:
    """The page's bytes. Raises ValueError, OSError or zlib.error where they are too many or cannot be had."""
    too_long = f"has over {limit:,} bytes, the most that is read of a page"
    if record.content_length > limit:
        raise ValueError(too_long)
    body = record.reader.read(record.content_length)
    if len(body) < record.content_length:
        raise ValueError("is cut off")
    try:
        body = _decoded(body, http, limit)
    except (OSError, zlib.error) as error:
        raise ValueError(f"cannot be decoded: {error}") from error
    if len(body) > limit:
        raise ValueError(too_long)
    return body


def _decoded(body: bytes, http: HeaderMap, limit: int) -> bytes:
    """A payload without its transfer and content encodings; some crawlers have undone them and kept the headers."""
    from fastwarc import stream_io

    if body.lstrip()[:1] == b"<":
        return body
    readers = {
        "chunked": stream_io.ChunkedReader,
        "gzip": stream_io.GzipReader,
        "x-gzip": stream_io.GzipReader,
        "br": stream_io.BrotliReader,
        "zstd": stream_io.ZstdReader,
    }
    for header in ("Transfer-Encoding", "Content-Encoding"):
        for name in reversed((http.get(header) or "").lower().split(",")):
            encoding = name.strip()
            if encoding in {"", "identity"}:
                continue
            if encoding == "deflate":
                body = zlib.decompressobj(zlib.MAX_WBITS if body[:1] == b"\x78" else -15).decompress(body, limit + 1)
            elif encoding in readers:
                body = readers[encoding](io.BytesIO(body)).read(limit + 1)
            else:
                raise ValueError(f"its encoding {encoding[:40]!r} is not known")
    return body


def unzstd(file: BinaryIO) -> BinaryIO:
    """What a stream of zstd frames unpacks to, for reading front to back. Raises OSError where it is damaged."""
    from fastwarc.stream_io import ZstdReader

    return cast("BinaryIO", ZstdReader(file))


def _begins(file: BinaryIO, offset: int) -> bool:
    """Whether a record begins at an offset, compressed or not."""
    file.seek(offset)
    return _is_start(file.read(_LOOKED_AT))


def _is_start(data: bytes) -> bool:
    if data.startswith(_GZIP):
        try:
            return zlib.decompressobj(31).decompress(data, len(_WARC)) == _WARC
        except zlib.error:
            return False
    if data.startswith(_ZSTD):
        from fastwarc.stream_io import ZstdReader

        try:
            return ZstdReader(io.BytesIO(data)).read(len(_WARC)) == _WARC
        except OSError:
            return False
    return data.startswith(_WARC)


def _next_start(file: BinaryIO, offset: int) -> int | None:
    """The next offset at which a record begins, looked for a mebibyte at a time."""
    file.seek(offset)
    held = b""
    while piece := file.read(_PIECE):
        at = offset - len(held)
        held += piece
        offset += len(piece)
        places = sorted(place for mark in (b"\nWARC/1", _GZIP, _ZSTD) for place in _places(held, mark))
        for place in places:
            start = at + place + (held[place] == ord("\n"))
            if _begins(file, start):
                return start
        file.seek(offset)
        held = held[-8:]
    return None


def _places(data: bytes, mark: bytes) -> Iterator[int]:
    place = data.find(mark)
    while place >= 0:
        yield place
        place = data.find(mark, place + 1)
