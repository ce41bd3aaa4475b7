"""Files packed into one: zip and tar of any format that is read, one level deep.

What an entry claims is never believed: entries are unpacked one at a time into a temporary file of bounded size, under
a name of our own, and counted against limits for the whole file. The entry's path inside the archive is its name.
"""

from __future__ import annotations

import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Literal, cast

from index.article import Checkpoint, Item
from index.errors import InputRefused
from index.readers.decoding import printable
from index.readers.resuming import Bookmark
from index.readers.warc import unzstd

ReadOne = Callable[[Path, str], Iterator[Item]]
"""From an unpacked file and its name to items."""
_DAMAGE = (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, LookupError, zlib.error, lzma.LZMAError)
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpackLimits:
    """How much may come out of one archive, in bytes and entries."""

    entries: int = 1_000_000
    entry_bytes: int = 4 << 30
    total_bytes: int = 64 << 30
    ratio: int = 200
    """Unpacked bytes for each packed one, counted once a mebibyte is out."""


LIMITS = UnpackLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    name: str
    refusal: str | None
    open: Callable[[], IO[bytes]]


class _TooMuchError(Exception):
    """The archive unpacks to more than is read: nothing more of it is."""


def read_zip(
    path: Path, read_one: ReadOne, place: Bookmark | None = None, limits: UnpackLimits = LIMITS
) -> Iterator[Item]:
    """Every item of every file in a zip archive; refused under ``archive.zip!/path``. Positions count entries."""
    yield from _container(path, _zip_entries, read_one, place, limits)


def read_tar(
    path: Path, read_one: ReadOne, place: Bookmark | None = None, limits: UnpackLimits = LIMITS
) -> Iterator[Item]:
    """Every item of every file in a tar archive, compressed or not; refused under ``archive.tar!/path``."""
    yield from _container(path, _tar_entries, read_one, place, limits)


def _container(
    path: Path,
    entries: Callable[[Path, ExitStack], Iterator[_Entry]],
    read_one: ReadOne,
    place: Bookmark | None,
    limits: UnpackLimits,
) -> Iterator[Item]:
    shown = printable(str(path))
    unpacked = _Unpacked(limits)
    start = 0 if place is None else place.start
    number = 0
    try:
        unpacked.packed = path.stat().st_size
        with ExitStack() as stack:
            for number, entry in enumerate(entries(path, stack), start=1):
                if number > limits.entries:
                    raise _TooMuchError(f"holds over {limits.entries:,} entries")
                if number <= start:
                    continue
                yield from _read_entry(entry, f"{shown}!/{printable(entry.name)}", read_one, unpacked)
                if place is not None:
                    yield place.at(number)
    except _TooMuchError as error:
        yield InputRefused(shown, f"{error}: nothing more of it was read")
    except (*_DAMAGE, tarfile.TarError, zipfile.BadZipFile) as error:
        what = "what came before the damage was read" if number else "nothing of it can be read"
        yield InputRefused(shown, f"is a damaged archive, or none; {what}: {error}")
    else:
        if not number:
            yield InputRefused(shown, "is an empty archive")
    if place is not None:
        yield place.end()


def _read_entry(entry: _Entry, where: str, read_one: ReadOne, unpacked: _Unpacked) -> Iterator[Item]:
    refusal = entry.refusal or _unsafe(entry.name)
    if refusal is not None:
        yield InputRefused(where, refusal)
        return
    with tempfile.TemporaryDirectory(prefix="qa-service-") as folder:
        spooled = Path(folder) / f"entry{_ending(entry.name)}"
        try:
            unpacked.spool(entry, spooled)
        except (*_DAMAGE, tarfile.TarError, zipfile.BadZipFile) as error:
            yield InputRefused(where, f"cannot be unpacked: {error}")
            return
        for item in read_one(spooled, entry.name):
            if isinstance(item, InputRefused):
                name = item.name.replace(printable(str(spooled)), where)
                yield InputRefused(name, item.reason, item.article_id)
            elif not isinstance(item, Checkpoint):
                yield item


class _Unpacked:
    """Counts what has come out of one archive."""

    def __init__(self, limits: UnpackLimits) -> None:
        self._limits = limits
        self._total = 0
        self.packed = 0

    def spool(self, entry: _Entry, target: Path) -> None:
        """Unpack into a file. Raises ValueError where the entry is too large, _TooMuchError where the archive is."""
        size = 0
        with closing(entry.open()) as source, target.open("wb") as file:
            while piece := source.read(_PIECE):
                size += len(piece)
                self._total += len(piece)
                if size > self._limits.entry_bytes:
                    raise ValueError(f"has over {self._limits.entry_bytes:,} bytes unpacked, the most that is read")
                if self._total > self._limits.total_bytes:
                    raise _TooMuchError(f"unpacks to over {self._limits.total_bytes:,} bytes")
                if self._total > max(1 << 20, self._limits.ratio * self.packed):
                    raise _TooMuchError(f"unpacks to over {self._limits.ratio} times its size")
                file.write(piece)


def _unsafe(name: str) -> str | None:
    """Why an entry of that name is left alone."""
    path = PurePosixPath(name.replace("\\", "/"))
    if not path.parts or path.is_absolute() or ".." in path.parts or path.parts[0][1:2] == ":":
        return "has a path that leads out of the archive"
    return None


def _ending(name: str) -> str:
    """The last two endings of a name, as far as they are letters and digits."""
    kept = [one for one in PurePosixPath(name).suffixes[-2:] if one[1:].isalnum() and len(one) < 12]
    return "".join(kept)


def _hidden(name: str) -> bool:
    return any(
        part.startswith((".", "__MACOSX"))
        for part in PurePosixPath(name.replace("\\", "/")).parts
        if part not in {".", ".."}
    )


def _zip_entries(path: Path, stack: ExitStack) -> Iterator[_Entry]:
    archive = stack.enter_context(zipfile.ZipFile(path))
    for info in archive.infolist():
        kind = info.external_attr >> 16 & 0o170000
        if info.is_dir() or _hidden(info.filename):
            continue
        refusal = "is encrypted" if info.flag_bits & 1 else None
        if kind not in {0, 0o100000}:
            refusal = "is no file: a link or a device"

        def unpack(info: zipfile.ZipInfo = info) -> IO[bytes]:
            return archive.open(info)

        yield _Entry(name=info.filename, refusal=refusal, open=unpack)


def _tar_entries(path: Path, stack: ExitStack) -> Iterator[_Entry]:
    archive = stack.enter_context(_open_tar(path))
    for info in cast("Iterable[tarfile.TarInfo]", archive):
        cast("Any", archive).members = []  # or it remembers every entry of a long archive
        if info.isdir() or _hidden(info.name):
            continue

        def unpack(info: tarfile.TarInfo = info) -> IO[bytes]:
            found = archive.extractfile(info)
            if found is None:
                raise ValueError("holds no bytes")
            return found

        refusal = None if info.isreg() else "is no file: a link or a device"
        yield _Entry(name=info.name.removeprefix("./"), refusal=refusal, open=unpack)


@contextmanager
def _open_tar(path: Path) -> Generator[tarfile.TarFile]:
    """A tar archive read as a stream, front to back, whatever it is compressed with."""
    with path.open("rb") as file:
        source = unzstd(file) if file.peek(4)[:4] == b"\x28\xb5\x2f\xfd" else file
        mode = "r|*" if source is file else "r|"
        try:
            archive = tarfile.open(fileobj=cast("IO[bytes]", source), mode=cast("Literal['r|*']", mode))  # noqa: SIM115 - below
        except TypeError as error:  # tarfile reads on where a gzip header is cut off
            raise tarfile.ReadError("its gzip header is cut off") from error
        with archive:
            yield archive
