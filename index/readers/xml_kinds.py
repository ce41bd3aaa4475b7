"""What an XML file is, by its root element, and its characters whatever it says of its encoding.

A format of XML files adds one row to ``XML_KINDS``.
"""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from index.errors import InputRefused
from index.readers.decoding import printable

XML_KINDS: dict[str, str] = {
    "rss": "feed",
    "feed": "feed",
    "rdf": "feed",
    "urlset": "sitemap",
    "sitemapindex": "sitemap",
    "html": "html",
    "nitf": "nitf",
    "newsitem": "newsml-g2",
    "newsmessage": "newsml-g2",
    "packageitem": "newsml-g2",
    "conceptitem": "newsml-g2",
    "knowledgeitem": "newsml-g2",
    "planningitem": "newsml-g2",
}
"""Local name of the root element, in lower case → the format that reads it."""

GZIP = b"\x1f\x8b"
_HEAD = 64 * 1024
"""Bytes within which the root element begins: before it stand declarations and comments."""
_BEFORE_ROOT = re.compile(
    r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^\[>\"']|\"[^\"]*\"|'[^']*'|\[[^\]]*\])*>", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(r"<(?:[\w.-]{1,100}:)?([A-Za-z_][\w.-]{0,100})[\s/>]")
_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,300}?\?>", re.IGNORECASE)
_ENCODING = re.compile(
    r"us-ascii|ascii|utf-?(?:8|16|32)(?:-?[bl]e)?|latin-?\d{1,2}|iso-?_?8859[-_]\d{1,2}|iso-2022-\w{2}(?:-\d)?|tis-620"
    r"|windows-\d{3,4}|cp-?\d{3,4}|koi8-[ru]|gb2312|gbk|gb18030|big5(?:-?hkscs)?|shift[-_]jis|euc[-_]\w{2}|macintosh",
    re.IGNORECASE,
)
_NO_MARK = ((b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"))
_LATIN = re.compile(r"us-ascii|ascii|latin-?1|iso-?_?8859[-_]1", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """An XML file's characters, without its declaration."""

    text: str
    wrong: str | None
    """How what it declares of its encoding is wrong; None where it is right."""


def decode_xml(data: bytes) -> Decoded:
    """The characters: by the byte-order mark, else as UTF-8 if they are that, else as declared, else Windows-1252.

    Raises ValueError where it is no text.
    """
    if not data.strip():
        raise ValueError("is empty")
    found = _DECLARED.match(data[:_HEAD].removeprefix(codecs.BOM_UTF8))
    declared = found[1].decode("ascii") if found else None
    text, used = _decoded(data, declared)
    if text.count("\0") > 8:
        raise ValueError("is binary: it holds NUL bytes")
    text = _DECLARATION.sub("", text.replace("\0", ""), count=1)
    wrong = None
    if declared is not None and used is not None:
        wrong = f"declares the encoding {declared}, which it is not in; it was read as {used}"
    elif used is not None:
        wrong = f"declares no encoding and is not in UTF-8; it was read as {used}"
    return Decoded(text=text.replace("\r\n", "\n").replace("\r", "\n"), wrong=wrong)


def _decoded(data: bytes, declared: str | None) -> tuple[str, str | None]:
    """The characters, and the encoding used where it is not the one that the file says."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace"), None
    for start, encoding in _NO_MARK:
        if data.startswith(start):
            return data.decode(encoding, "replace"), None
    known = declared.lower() if declared and _ENCODING.fullmatch(declared) else "utf-8"
    says_utf8 = known.replace("-", "") == "utf8"
    if not data.isascii() or says_utf8:
        try:
            return data.decode("utf-8-sig"), None if says_utf8 or data.isascii() else "UTF-8"
        except UnicodeDecodeError:
            pass
    if not says_utf8:
        name = "windows-1252" if _LATIN.fullmatch(known) else known
        try:
            return data.decode(name, "replace" if name == "windows-1252" else "strict"), None
        except (LookupError, UnicodeError):
            pass
    lenient = data.decode("utf-8-sig", "replace")
    if says_utf8 and 10 * lenient.count("\ufffd") < sum(character > "\x7f" for character in lenient):
        return lenient, "UTF-8 with damaged bytes"
    return data.decode("windows-1252", "replace"), "Windows-1252"


def root_name(text: str) -> str | None:
    """The root element's local name in lower case; None where no element stands at the start."""
    at = 1 if text.startswith("\ufeff") else 0
    while found := _BEFORE_ROOT.match(text, at):
        at = found.end()
    root = _ROOT.match(text, at)
    return None if root is None else root[1].lower()


def start_of_root(text: str) -> int:
    """Where the root element begins, behind declarations and comments."""
    at = 1 if text.startswith("\ufeff") else 0
    while found := _BEFORE_ROOT.match(text, at):
        at = found.end()
    return at


def read_start(path: Path, size: int) -> bytes:
    """The first bytes of a file, unzipped if it is gzipped. Raises ValueError with the reason where it cannot be read.

    Of a gzip file that is cut off, what is there.
    """
    try:
        with path.open("rb") as file:
            start = file.read(2)
            file.seek(0)
            if start != GZIP:
                return file.read(size)
            with gzip.GzipFile(fileobj=file) as unzipped:
                return _read_up_to(unzipped, size)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"is a damaged gzip file: {error}") from error
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror or error}") from error


def _read_up_to(unzipped: gzip.GzipFile, size: int) -> bytes:
    found = bytearray()
    try:
        while len(found) < size and (piece := unzipped.read1(size - len(found))):
            found += piece
    except (EOFError, zlib.error, gzip.BadGzipFile):
        if not found:
            raise
    return bytes(found)


def sniff_xml(path: Path) -> str | InputRefused:
    """The format that reads an XML file, gzipped or not: a value of ``XML_KINDS``."""
    shown = printable(str(path))
    try:
        root = root_name(decode_xml(read_start(path, _HEAD)).text)
    except ValueError as error:
        return InputRefused(shown, str(error))
    if root is None:
        return InputRefused(shown, "is no XML: no element stands at its start")
    kind = XML_KINDS.get(root)
    known = ", ".join(dict.fromkeys(XML_KINDS.values()))
    return kind or InputRefused(shown, f"is XML of no kind that is read: its root element is <{root}>; known: {known}")
