"""From bytes to text, or a refusal that says why not; from names to ids."""

from __future__ import annotations

import codecs
import unicodedata
from pathlib import Path

_CONTROLS = frozenset(chr(code) for code in range(32)) - frozenset("\t\n\r\f\v\x1b")
_BINARY_SHARE = 0.02
"""Share of control characters above which a file is no text."""


def decode(data: bytes) -> str:
    r"""UTF-8, or UTF-16 where a byte-order mark says so; line ends become ``\\n``, a leading mark goes, nothing else.

    The mark is the encoding's, not the text's. Raises ValueError with a reason: empty, binary, or not in one of these
    encodings.
    """
    if not data.strip():
        raise ValueError("is empty")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
        if b"\0" in data:
            raise ValueError("is binary: it holds NUL bytes")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        named = "UTF-8" if encoding == "utf-8-sig" else "UTF-16"
        raise ValueError(f"is not {named} text: byte {error.start} cannot be decoded") from error
    return normalise(text)


def read_whole(path: Path, most: int, of: str = "") -> bytes:
    """A file's bytes. Raises ValueError with the reason where it cannot be read or has over ``most``.

    ``of`` completes the reason: "the most that is read" of what.
    """
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror or error}") from error
    if len(data) > most:
        raise ValueError(f"has over {most:,} bytes, the most that is read{of}")
    return data


def normalise(text: str) -> str:
    r"""The text with line ends as ``\\n``. Raises ValueError where it cannot be stored or is no text."""
    if not text.strip():
        raise ValueError("is empty")
    if "\0" in text or sum(map(text.count, _CONTROLS)) > _BINARY_SHARE * len(text):
        raise ValueError("is binary: it holds NUL or other control characters")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"holds a lone surrogate at character {error.start}") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def derived_id(name: str) -> str:
    """An id made of a path or an address: white space and control characters percent-encoded.

    So are the bytes of a file name that is no UTF-8, so that such names stay apart.
    """
    return "".join(_encoded(character) if is_unfit(character) else character for character in name)


def is_unfit(character: str) -> bool:
    """Whether an id may not hold a character: white space, controls, lone surrogates."""
    return character.isspace() or unicodedata.category(character) in {"Cc", "Cs"}


def printable(name: str) -> str:
    """A file's name as it can be shown and stored, whatever bytes it is made of."""
    return name.encode(errors="surrogateescape").decode(errors="backslashreplace")


def _encoded(character: str) -> str:
    try:
        data = character.encode(errors="surrogateescape")
    except UnicodeEncodeError:
        data = character.encode(errors="surrogatepass")
    return "".join(f"%{byte:02X}" for byte in data)
