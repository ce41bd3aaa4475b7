"""The body of an answer, piece by piece: decompressed without ever holding more than the limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

ACCEPTED = "gzip, deflate"
"""What an answer may be compressed with; anything else was not asked for."""
_PIECE = 64 * 1024


def read_body(pieces: Iterable[bytes], encoding: str, max_bytes: int) -> bytes:
    """The whole body. Raises ValueError where it is larger than ``max_bytes``, cut off or compressed otherwise."""
    body = bytearray()
    for piece in _decoded(pieces, encoding.strip().lower(), max_bytes):
        body += piece
        if len(body) > max_bytes:
            raise ValueError(f"has over {max_bytes:,} bytes, the most that is fetched")
    return bytes(body)


def _decoded(pieces: Iterable[bytes], encoding: str, max_bytes: int) -> Iterator[bytes]:
    if encoding in {"", "identity"}:
        yield from pieces
    elif encoding in {"gzip", "x-gzip", "deflate"}:
        try:
            yield from _inflated(_counted(pieces, max_bytes), bare=encoding == "deflate")
        except zlib.error as error:
            raise ValueError(f"is damaged: it is not {encoding} as it says ({error})") from error
    else:
        raise ValueError(f"is compressed with {encoding[:40]!r}, which was not asked for")


def _counted(pieces: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    """The pieces, while they are not too many: empty blocks decompress to nothing for ever."""
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > max_bytes:
            raise ValueError(f"has over {max_bytes:,} bytes, the most that is fetched")
        yield piece


def _inflated(pieces: Iterable[bytes], *, bare: bool) -> Iterator[bytes]:
    """Gzip in one or several members, or zlib; deflate without a header too, which some servers send."""
    inflate = None
    for piece in pieces:
        waiting = piece
        while True:
            if inflate is None:
                if not waiting.strip(b"\0"):
                    break
                has_header = not bare or waiting[0] & 0x0F == 8
                inflate = zlib.decompressobj(zlib.MAX_WBITS | 32 if has_header else -zlib.MAX_WBITS)
            given = inflate.decompress(waiting, _PIECE)
            yield given
            if inflate.eof:
                waiting, inflate = inflate.unused_data, None
                continue
            waiting = inflate.unconsumed_tail
            if not waiting and len(given) < _PIECE:
                break
    if inflate is not None:
        raise ValueError("is cut off: the end of its compression is missing")
