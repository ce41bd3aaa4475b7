"""Inputs by format: what a path holds, read one record after the other. A new format adds one row to ``FORMATS``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from index.article import Item
from index.errors import InputRefused
from index.readers.containers import read_tar, read_zip
from index.readers.decoding import printable
from index.readers.feed import read_feed
from index.readers.html import read_html
from index.readers.json_feed import read_json_feed
from index.readers.json_kinds import sniff_json
from index.readers.jsonl import read_jsonl, read_lines
from index.readers.newsml import read_newsml
from index.readers.ninjs import read_ninjs
from index.readers.nitf import read_nitf
from index.readers.parquet import read_parquet
from index.readers.resuming import Bookmark, ResumeFrom, bookmark
from index.readers.sitemap import refuse_sitemap
from index.readers.tables import read_csv
from index.readers.text import read_text
from index.readers.warc import read_warc
from index.readers.xml_kinds import sniff_xml


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What readers may be told."""

    max_bytes: int
    """UTF-8 bytes of the longest article."""
    url: str | None = None
    """Where the one file given was found."""
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    """Which column of a table holds which field of a record, where the names differ."""
    resume_from: ResumeFrom | None = None
    """Where reading of a long input goes on; with it, checkpoints are among the items."""

    def place(self, path: Path, how: str) -> Bookmark | None:
        """Where to go on in a file that is read in a certain way."""
        return bookmark(path, f"{how}/{self.max_bytes}", self.resume_from)


Read = Callable[[Path, str, ReadOptions], Iterator[Item]]
"""From a path, and the name that an id is made of, to items; refuses and never raises."""


def _one_text(path: Path, name: str, options: ReadOptions) -> Iterator[Item]:
    yield read_text(path, name, options.max_bytes)


def _lines(path: Path, name: str, options: ReadOptions) -> Iterator[Item]:
    return read_jsonl(path, name, options.max_bytes, options.place(path, "jsonl"))


def _table(path: Path, name: str, options: ReadOptions) -> Iterator[Item]:
    return read_csv(
        path, options.max_bytes, options.columns, options.place(path, f"csv/{sorted(options.columns.items())}")
    )


def _parquet(path: Path, name: str, options: ReadOptions) -> Iterator[Item]:
    place = options.place(path, f"parquet/{sorted(options.columns.items())}")
    return read_parquet(path, options.max_bytes, options.columns, place)


def _zip(path: Path, name: str, options: ReadOptions) -> Iterator[Item]:
    place = options.place(path, f"zip/{sorted(options.columns.items())}")
    return read_zip(path, partial(_entry, options=options), place)


def _tar(path: Path, name: str, options: ReadOptions) -> Iterator[Item]:
    place = options.place(path, f"tar/{sorted(options.columns.items())}")
    return read_tar(path, partial(_entry, options=options), place)


def _entry(path: Path, name: str, options: ReadOptions) -> Iterator[Item]:
    """A file that was packed into another: everything but one that is packed again."""
    if path.name.lower().endswith((*FORMATS["zip"][0], *FORMATS["tar"][0])):
        yield InputRefused(printable(str(path)), "is an archive inside an archive: unpack it first")
    else:
        yield from read_file(path, name, replace(options, resume_from=None))


def _warc(path: Path, name: str, options: ReadOptions) -> Iterator[Item]:
    return read_warc(path, options.max_bytes, options.place(path, "warc"))


def _one_page(path: Path, name: str, options: ReadOptions) -> Iterator[Item]:
    yield read_html(path, name, options.max_bytes, options.url)


def _feed(path: Path, name: str, options: ReadOptions) -> Iterator[Item]:
    return read_feed(path, name, options.max_bytes)


def _json_feed(path: Path, name: str, options: ReadOptions) -> Iterator[Item]:
    return read_json_feed(path, name, options.max_bytes)


def _sitemap(path: Path, name: str, options: ReadOptions) -> Iterator[Item]:
    return refuse_sitemap(path, name, options.max_bytes)


def _ninjs(path: Path, name: str, options: ReadOptions) -> Iterator[Item]:
    return read_ninjs(path, name, options.max_bytes)


def _newsml(path: Path, name: str, options: ReadOptions) -> Iterator[Item]:
    return read_newsml(path, name, options.max_bytes)


def _nitf(path: Path, name: str, options: ReadOptions) -> Iterator[Item]:
    return read_nitf(path, name, options.max_bytes)


def _xml(path: Path, name: str, options: ReadOptions) -> Iterator[Item]:
    yield from _by_kind(sniff_xml(path), path, name, options)


def _json(path: Path, name: str, options: ReadOptions) -> Iterator[Item]:
    yield from _by_kind(sniff_json(path), path, name, options)


def _by_kind(kind: str | InputRefused, path: Path, name: str, options: ReadOptions) -> Iterator[Item]:
    """Read by the format that a look into the file found."""
    if isinstance(kind, InputRefused):
        yield kind
    else:
        yield from FORMATS[kind][1](path, name, options)


FORMATS: dict[str, tuple[tuple[str, ...], Read]] = {
    "text": ((".txt", ".text"), _one_text),
    "jsonl": ((".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz"), _lines),
    "csv": ((".csv", ".tsv", ".csv.gz", ".tsv.gz"), _table),
    "parquet": ((".parquet",), _parquet),
    "zip": ((".zip",), _zip),
    "tar": ((".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst"), _tar),
    "warc": ((".warc", ".warc.gz", ".warc.zst"), _warc),
    "html": ((".html", ".htm", ".xhtml"), _one_page),
    "feed": ((".rss", ".atom", ".rdf"), _feed),
    "json-feed": ((".jsonfeed",), _json_feed),
    "sitemap": ((), _sitemap),
    "ninjs": ((), _ninjs),
    "newsml-g2": ((), _newsml),
    "nitf": ((".nitf",), _nitf),
    "xml": ((".xml", ".xml.gz"), _xml),
    "json": ((".json",), _json),
}
"""Format → the endings it is known by and its reader; one without endings is found by a look into the file."""


def read_inputs(
    paths: Sequence[str], options: ReadOptions, *, format_name: str | None = None, stdin: BinaryIO | None = None
) -> Iterator[Item]:
    """Every record of files, folders (walked in order of name) and ``-`` (JSONL on standard input).

    What cannot be read is refused by its path, and the rest goes on. ``format_name``, a key of ``FORMATS``, overrides
    what endings say. Hidden files in a folder are skipped.
    """
    for given in paths:
        if given == "-":
            yield from read_lines(stdin or sys.stdin.buffer, "-", options.max_bytes)
        else:
            yield from _read_path(Path(given), options, format_name)


def _read_path(path: Path, options: ReadOptions, format_name: str | None) -> Iterator[Item]:
    try:
        is_folder = path.is_dir()
        if not is_folder and not path.exists():
            yield InputRefused(printable(str(path)), "does not exist")
            return
    except OSError as error:
        yield InputRefused(printable(str(path)), f"cannot be read: {error.strerror or error}")
        return
    if not is_folder:
        yield from read_file(path, path.name, options, format_name)
        return
    for found in _walk(path):
        if isinstance(found, InputRefused):
            yield found
        else:
            yield from read_file(found, found.relative_to(path).as_posix(), options, format_name)


def _walk(folder: Path) -> Iterator[Path | InputRefused]:
    """Files below a folder in order of path, links to folders not followed."""
    try:
        inside = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        folders = {path for path in inside if path.is_dir() and not path.is_symlink()}
    except OSError as error:
        yield InputRefused(printable(str(folder)), f"cannot be read: {error.strerror or error}")
        return
    for path in inside:
        if path in folders:
            yield from _walk(path)
        elif path.is_file():
            yield path
        else:
            yield InputRefused(printable(str(path)), "is no file: a broken link, a linked folder, a socket or a pipe")


def read_file(path: Path, name: str, options: ReadOptions, format_name: str | None = None) -> Iterator[Item]:
    """Every record of one file, under the name that it has in its folder; refuses what is no format that is known."""
    if format_name is not None:
        yield from FORMATS[format_name][1](path, name, options)
        return
    for endings, read in FORMATS.values():
        if path.name.lower().endswith(endings):
            yield from read(path, name, options)
            return
    known = ", ".join(ending for endings, _ in FORMATS.values() for ending in endings)
    yield InputRefused(printable(str(path)), f"format not recognised; known endings are {known}")
