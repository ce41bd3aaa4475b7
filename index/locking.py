"""One writer at a time on a data directory, across processes and threads; readers take no lock."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from index.errors import Busy

_POLL_SECONDS = 0.02


@contextmanager
def write_lock(path: Path, wait: float) -> Iterator[None]:
    """Hold the lock for one commit. Waits up to ``wait`` seconds, then raises Busy naming the holder."""
    deadline = time.monotonic() + wait
    with path.open("a+", encoding="utf-8") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    file.seek(0)
                    holder = file.read().strip() or "another process"
                    raise Busy(f"{path.parent} is being written by {holder}; waited {wait:g} s") from None
                time.sleep(_POLL_SECONDS)
        file.seek(0)
        file.truncate()
        command = Path(sys.argv[0]).name or "python"
        file.write(f"process {os.getpid()} ({command}) since {datetime.now(UTC):%H:%M:%S} UTC")
        file.flush()
        try:
            yield
        finally:
            file.seek(0)
            file.truncate()
            file.flush()
            fcntl.flock(file, fcntl.LOCK_UN)
