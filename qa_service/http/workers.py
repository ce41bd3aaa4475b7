"""A bounded pool for blocking calls: the event loop stays free, and too many callers are told so at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from index.errors import Busy

T = TypeVar("T")


class Workers:
    """Runs blocking calls in at most ``threads`` threads, with at most ``waiting`` callers in line."""

    def __init__(self, *, threads: int, waiting: int) -> None:
        self._limiter = CapacityLimiter(threads)
        self._places = threads + waiting
        self._taken = 0

    @property
    def taken(self) -> int:
        """Calls running or in line."""
        return self._taken

    async def run(self, call: Callable[[], T]) -> T:
        """What ``call`` returns. Raises Busy without waiting when the line is full, and whatever ``call`` raises."""
        if self._taken >= self._places:
            raise Busy(f"{self._taken} requests are being answered or waiting; try again shortly")
        self._taken += 1
        try:
            return await to_thread.run_sync(call, limiter=self._limiter)
        finally:
            self._taken -= 1
