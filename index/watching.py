"""A folder mirrored into an archive: what is added, changed or deleted there is, a few seconds later, here.

Looked at again and again, without help from the system, so that it works on every kind of file system. A folder that
cannot be read deletes nothing, nor does one that something else was mounted on before.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from index.article import Item, Record, Withdrawn
from index.errors import InputRefused
from index.readers.decoding import printable
from index.watched_inputs import Stamp, WatchedInputs
from index.writer import IngestReport, Settled

_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".swp", ".swx", ".lock", "~")
"""Endings of names that programs give to what they have not finished writing."""
_GROUP = 256
"""Files that are read into one ingest."""
_AHEAD = 64
"""Records that are noted as coming from a file before they are handed on."""

Read = Callable[[Path, str], Iterator[Item]]
"""From a file and its name in the folder to what it holds."""
Ingest = Callable[[Iterable[Item], Callable[[Settled], None]], IngestReport]


@dataclass(slots=True, kw_only=True)
class Event:
    """What happened to a file, a folder or a feed."""

    event: Literal["added", "changed", "removed", "feed", "error"]
    input: str
    ingested: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    refused: list[InputRefused] = field(default_factory=list[InputRefused])
    reason: str | None = None
    """Of an error."""

    def add(self, done: Settled) -> None:
        """Count what became of one article or entry."""
        if isinstance(done, InputRefused):
            self.refused.append(done)
        elif isinstance(done, Withdrawn):
            self.withdrawn += 1
        elif done.outcome == "ingested":
            self.ingested += 1
        elif done.outcome == "updated":
            self.updated += 1
        else:
            self.unchanged += 1


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One file while it is read and stored."""

    name: str
    stamp: Stamp
    number: int
    event: Event
    is_whole: bool = False


@dataclass(slots=True, kw_only=True)
class _Look:
    """What a look at the folder found."""

    files: dict[str, Stamp] = field(default_factory=dict[str, Stamp])
    unreadable: list[InputRefused] = field(default_factory=list[InputRefused])
    closed: list[str] = field(default_factory=list[str])
    """Names of folders that could not be read, and of files that could not be looked at."""

    def close(self, folder: Path, name: str, reason: str | None) -> None:
        """Note that a name cannot be looked at; without a reason it is gone, or about to be."""
        self.closed.append(name)
        if reason is not None:
            self.unreadable.append(InputRefused(printable(str(folder / name)), reason))

    def hides(self, name: str) -> bool:
        """Whether a file may be there although it was not seen."""
        return any(name == closed or closed in {"", "."} or name.startswith(f"{closed}/") for closed in self.closed)


@dataclass(slots=True, kw_only=True)
class FolderWatch:
    """Mirrors one folder; :meth:`look` does what is to be done, and is called again and again."""

    folder: Path
    inputs: WatchedInputs
    read: Read
    ingest: Ingest
    delete: Callable[[list[str]], list[str]]
    """From ids to those that existed."""
    settle: float
    """Seconds for which a file must have stayed as it is before it is read, or away before it counts as deleted."""
    stop: Callable[[], bool] = lambda: False
    clock: Callable[[], float] = time.monotonic
    _since: dict[str, tuple[Stamp | None, float]] = field(default_factory=dict[str, tuple[Stamp | None, float]])
    _said: set[str] = field(default_factory=set[str])

    @property
    def is_settled(self) -> bool:
        """Whether the last look left nothing to be done by a later one."""
        return not self._since

    def look(self) -> Iterator[Event]:
        """Bring the archive up to what the folder holds; an event for each file that did something. Raises Busy."""
        look = _look_at(self.folder)
        yield from self._errors(look)
        if look.hides(""):
            return
        known = self.inputs.known(self.folder)
        self._follow_devices(look, known)
        due: list[tuple[str, Stamp]] = []
        for name, stamp in look.files.items():
            if known.get(name) == stamp:
                self._since.pop(name, None)
            elif self._has_settled(name, stamp):
                due.append((name, stamp))
        for start in range(0, len(due), _GROUP):
            if self.stop():
                return
            yield from self._take_in(due[start : start + _GROUP], known)
        missing = [name for name in known if name not in look.files and not look.hides(name)]
        settled = [name for name in missing if self._has_settled(name, None)]
        for start in range(0, len(settled), _GROUP):
            if self.stop():
                return
            yield from self._take_out(settled[start : start + _GROUP], known)
        for name in [name for name in self._since if name not in look.files and name not in missing]:
            del self._since[name]

    # -- what is there -------------------------------------------------------------------------------------------

    def _follow_devices(self, look: _Look, known: dict[str, Stamp]) -> None:
        """After a restart of the machine a device may have another number: files that are as they were tell."""
        same = (name for name, stamp in look.files.items() if name in known and known[name].is_same_file(stamp))
        numbers = {known[name].device: look.files[name].device for name in same}
        for name, stamp in known.items():
            device = look.files[name].device if name in look.files else numbers.get(stamp.device, stamp.device)
            if device != stamp.device:
                known[name] = replace(stamp, device=device)
                self.inputs.finish(self.folder, name, known[name])

    def _has_settled(self, name: str, stamp: Stamp | None) -> bool:
        """Whether a file has been as it is, or away, for long enough; by its own time where that is in the past."""
        now = self.clock()
        before, since = self._since.get(name, (stamp, now))
        if name not in self._since or before != stamp:
            since = now
        age = 0.0 if stamp is None else time.time() - stamp.mtime_ns / 1e9
        if now - since >= self.settle or age >= max(self.settle, 0.001):
            self._since.pop(name, None)
            return True
        self._since[name] = (stamp, since)
        return False

    def _errors(self, look: _Look) -> Iterator[Event]:
        """What cannot be read, once for as long as it cannot."""
        texts = {str(error) for error in look.unreadable}
        for error in look.unreadable:
            if str(error) not in self._said:
                yield Event(event="error", input=error.name, reason=error.reason)
        away = {text for text in self._said if text.startswith("\0") and text[1:] not in look.files}
        self._said = texts | away

    def _take_in(self, files: list[tuple[str, Stamp]], known: dict[str, Stamp]) -> Iterator[Event]:
        readings: list[_Reading] = []
        by_article: dict[str, _Reading] = {}

        def items() -> Iterator[Item]:
            for name, stamp in files:
                if self.stop():
                    return
                event = Event(
                    event="changed" if name in known and known[name].is_read else "added", input=printable(name)
                )
                number = self.inputs.begin(self.folder, name, stamp.device)
                reading = _Reading(name=name, stamp=stamp, number=number, event=event)
                readings.append(reading)
                yield from self._items(reading, by_article)

        def heard(done: Settled) -> None:
            reading = by_article.pop(_key(done), readings[-1])
            reading.event.add(done)

        self.ingest(items(), heard)
        for reading in readings:
            if reading.is_whole and self._close(reading):
                yield reading.event

    def _items(self, reading: _Reading, by_article: dict[str, _Reading]) -> Iterator[Item]:
        """What a file holds; which articles it gives is noted before they are stored, so that a crash forgets none."""
        ahead: list[Item] = []

        def handed_on() -> Iterator[Item]:
            ids = [item.id for item in ahead if isinstance(item, Record)]
            self.inputs.note(self.folder, reading.name, reading.number, ids)
            by_article.update(dict.fromkeys(ids, reading))
            yield from ahead
            ahead.clear()

        for item in self.read(self.folder / reading.name, reading.name):
            if self.stop():
                return
            if isinstance(item, InputRefused):
                by_article[item.name] = reading
            ahead.append(item)
            if len(ahead) >= _AHEAD:
                yield from handed_on()
        yield from handed_on()
        reading.is_whole = True

    def _close(self, reading: _Reading) -> bool:
        """Take back what a file gave before and does not give any more; False where it changed while it was read."""
        if not _is_as_it_was(self.folder / reading.name, reading.stamp):
            return False
        if not reading.event.refused:
            stale = self.inputs.stale(self.folder, reading.name, reading.number)
            reading.event.withdrawn += len(self.delete(stale)) if stale else 0
            self.inputs.drop_stale(self.folder, reading.name, reading.number)
        self.inputs.finish(self.folder, reading.name, reading.stamp)
        return True

    # -- what is gone --------------------------------------------------------------------------------------------

    def _take_out(self, names: list[str], known: dict[str, Stamp]) -> Iterator[Event]:
        gone: list[str] = []
        for name in names:
            if _device_above(self.folder, name) == known[name].device:
                gone.append(name)
            elif (text := f"\0{name}") not in self._said:
                self._said.add(text)
                reason = "is gone, and so is the file system that it was on: its articles stay"
                yield Event(event="error", input=printable(name), reason=reason)
        if not self.folder.is_dir():
            return
        given = self.inputs.given_alone(self.folder, gone)
        only = list(dict.fromkeys(article_id for ids in given.values() for article_id in ids))
        deleted = set(self.delete(only)) if only else set[str]()
        self.inputs.forget(self.folder, gone)
        for name in gone:
            own = deleted.intersection(given[name])
            deleted -= own
            yield Event(event="removed", input=printable(name), withdrawn=len(own))


def _key(done: Settled) -> str:
    """What an outcome is known by: the article's id, else the input's name."""
    if isinstance(done, InputRefused):
        return done.name
    return done.id if isinstance(done, Withdrawn) else done.article_id


def _look_at(folder: Path) -> _Look:
    """Every file below a folder in order of name; hidden ones, unfinished ones and links to folders left out."""
    look = _Look()
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        try:
            device = (folder / inside).stat().st_dev
            with os.scandir(folder / inside) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            reason = f"cannot be read, and nothing in it is deleted: {error.strerror or error}"
            look.close(folder, inside, None if inside and isinstance(error, FileNotFoundError) else reason)
            continue
        below: list[str] = []
        for entry in found:
            name = f"{inside}/{entry.name}" if inside else entry.name
            if entry.name.startswith((".", "~$")) or entry.name.lower().endswith(_UNFINISHED):
                continue
            try:
                if entry.is_dir(follow_symlinks=False):
                    below.append(name)
                elif entry.is_symlink() and not (folder / name).exists():
                    look.close(folder, name, "is a broken link; what it gave stays")
                elif entry.is_file():
                    look.files[name] = Stamp.of(entry.stat(), device)
            except FileNotFoundError:
                continue  # gone between the list and the look
            except OSError as error:
                look.close(folder, name, f"cannot be read: {error.strerror or error}")
        waiting += reversed(below)
    look.files = dict(sorted(look.files.items()))
    return look


def _is_as_it_was(path: Path, stamp: Stamp) -> bool:
    try:
        return Stamp.of(path.stat(), stamp.device) == stamp
    except OSError:
        return False


def _device_above(folder: Path, name: str) -> int | None:
    """The device of the nearest folder above a file that is there."""
    for above in (folder / name).parents:
        try:
            return above.stat().st_dev
        except FileNotFoundError:
            if above == folder:
                return None
        except OSError:
            return None
    return None
