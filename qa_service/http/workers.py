"""A bounded pool for blocking calls: the event loop stays free, and too many callers are told so at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, fail_after, to_thread

from index.errors import Busy, TookTooLong

T = TypeVar("T")


class Workers:
    """Runs blocking calls in at most ``threads`` threads, with at most ``waiting`` callers in line."""

    def __init__(self, *, threads: int, waiting: int, seconds: float | None = None) -> None:
        """After ``seconds`` a caller is told that it took too long; the call keeps its place until it returns."""
        self._seconds = seconds
        self._limiter = CapacityLimiter(threads)
        self._places = threads + waiting
        self._taken = 0
        self._guard = threading.Lock()

    @property
    def taken(self) -> int:
        """Calls running or in line."""
        return self._taken

    async def run(self, call: Callable[[], T]) -> T:
        """What ``call`` returns. Raises Busy without waiting when the line is full, and whatever ``call`` raises.

        Raises TookTooLong after the time limit.
        """
        if self._taken >= self._places:
            raise Busy(f"{self._taken} requests are being answered or waiting; try again shortly")
        self._count(1)
        started = False

        def counted() -> T:
            nonlocal started
            started = True
            try:
                return call()
            finally:
                self._count(-1)

        try:
            with fail_after(self._seconds):
                return await to_thread.run_sync(counted, abandon_on_cancel=True, limiter=self._limiter)
        except TimeoutError as error:
            raise TookTooLong(f"there was no answer within {self._seconds:g} s") from error
        finally:
            if not started:
                self._count(-1)

    def _count(self, change: int) -> None:
        with self._guard:
            self._taken += change
