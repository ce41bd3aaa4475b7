"""One writer at a time on a data directory, across processes and threads; readers take no lock."""

from __future__ import annotations

import fcntl
import os
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from index.errors import Busy

_POLL_SECONDS = 0.02


class WriteLock:
    """The lock of one data directory; a thread that holds it may take it again."""

    def __init__(self, path: Path) -> None:
        """``path`` is the lock file; it is created when first taken and then stays."""
        self._path = path
        self._threads = threading.RLock()
        self._depth = 0

    @contextmanager
    def hold(self, wait: float) -> Generator[None]:
        """Hold the lock for one commit. Waits up to ``wait`` seconds, then raises Busy naming the holder."""
        deadline = time.monotonic() + wait
        if not self._threads.acquire(timeout=max(wait, 0.0)):
            raise Busy(f"{self._path.parent} is being written by this process; waited {wait:g} s")
        try:
            self._depth += 1
            if self._depth > 1:
                yield
            else:
                with self._between_processes(deadline, wait):
                    yield
        finally:
            self._depth -= 1
            self._threads.release()

    @contextmanager
    def _between_processes(self, deadline: float, wait: float) -> Generator[None]:
        with self._path.open("a+", encoding="utf-8") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= deadline:
                        file.seek(0)
                        holder = file.read().strip() or "another process"
                        raise Busy(f"{self._path.parent} is being written by {holder}; waited {wait:g} s") from None
                    time.sleep(_POLL_SECONDS)
            self._name_holder(
                file, f"process {os.getpid()} ({Path(sys.argv[0]).name}) since {datetime.now(UTC):%H:%M:%S} UTC"
            )
            try:
                yield
            finally:
                self._name_holder(file, "")
                fcntl.flock(file, fcntl.LOCK_UN)

    @staticmethod
    def _name_holder(file: TextIO, holder: str) -> None:
        file.seek(0)
        file.truncate()
        file.write(holder)
        file.flush()
