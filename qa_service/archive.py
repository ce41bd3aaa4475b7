"""The archive as it was opened last: where another process changes its model, it is opened anew beside the old one."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass

from index.errors import ModelChanged, QAError
from index.store import Store
from index.writer import Writer
from qa_service.pipeline import Pipeline

_log = logging.getLogger(__name__)

_AGAIN_SECONDS = 5.0
"""Between two tries to open an archive whose model has changed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Archive:
    """A store with what asks it and what feeds it, all of one model."""

    store: Store
    pipeline: Pipeline
    writer: Writer


class CurrentArchive:
    """Hands out the archive to use; whoever holds one may use it to the end, however often it changes meanwhile."""

    def __init__(self, archive: Archive, reopen: Callable[[], Archive] | None = None) -> None:
        """``reopen`` opens the same folder with the model that it has by then; with it, other processes are followed.

        Without it the archive stays as it was opened, and cannot be written to once its model has changed.
        """
        self._archive = archive
        self._reopen = reopen
        self._closed = False
        self._next_try = 0.0
        self._changed = threading.Condition()
        self._follow(archive)

    def get(self) -> Archive:
        """The archive as opened last: no lock, no waiting. Keep it in a variable for as long as it is used."""
        return self._archive

    def after(self, archive: Archive, wait: float) -> Archive:
        """The archive opened after that one, waited for. Raises ModelChanged where none is within ``wait`` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._archive is not archive, wait if self._reopen else 0.0):
                raise ModelChanged("the archive is changing over to another model: try again")
            return self._archive

    def close(self) -> None:
        """Stop following and release files."""
        with self._changed:
            self._closed = True
        self._archive.store.close()

    def _follow(self, archive: Archive) -> None:
        if self._reopen is not None:
            archive.store.follow(on_outdated=self._open_again)

    def _open_again(self) -> bool:
        """Opens the archive with its new model and hands that out from now on; returns whether it could."""
        if self._reopen is None or time.monotonic() < self._next_try:
            return False
        before = self._archive
        try:
            newer = self._reopen()
        except (QAError, OSError, sqlite3.Error, ValueError) as error:
            _log.error("%s has another model that cannot be opened, trying again: %s", before.store.folder, error)
            self._next_try = time.monotonic() + _AGAIN_SECONDS
            return False
        with self._changed:
            if self._closed:
                newer.store.close()
                return True
            self._archive = newer
            self._changed.notify_all()
        # Calls under way hold on to the old one; it is closed when the last of them lets go.
        weakref.finalize(before, before.store.close).atexit = False
        self._follow(newer)
        _log.warning("%s is answered with model %s now", newer.store.folder, newer.store.status()["model"])
        return True
