"""Where in an input reading begins, and the checkpoints that say how far it has come."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.article import Checkpoint
from index.readers.decoding import printable

_LOOKED_AT = 1 << 20
"""Bytes at an input's beginning that tell it from another of its size and time."""

ResumeFrom = Callable[[str, str], int | None]
"""From an input's name and state to the position up to which it was read before; None: from its beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """The place in one input. A position is whatever the reader counts in: lines, rows, bytes, entries."""

    input: str
    state: str
    start: int = 0
    """Up to where it has been read before."""

    def at(self, position: int) -> Checkpoint:
        """Everything before ``position`` has been yielded."""
        return Checkpoint(input=self.input, state=self.state, position=position)

    def end(self) -> Checkpoint:
        """Everything has been yielded."""
        return Checkpoint(input=self.input, state=self.state, position=None)


def bookmark(path: Path, how: str, resume_from: ResumeFrom | None) -> Bookmark | None:
    """The place in a file to go on from; None where nobody wants to know, or the file cannot be read.

    ``how`` names everything else that decides what is read: a file read in another way is another input, and so is one
    of another size, time of change or first mebibyte.
    """
    if resume_from is None:
        return None
    try:
        found = path.stat()
        with path.open("rb") as file:
            beginning = hashlib.sha256(file.read(_LOOKED_AT)).hexdigest()[:16]
        name = printable(str(path.resolve()))
    except OSError:
        return None
    state = f"{found.st_size}/{found.st_mtime_ns}/{beginning}/{how}"
    return Bookmark(input=name, state=state, start=resume_from(name, state) or 0)
