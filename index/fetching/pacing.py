"""How often a host is asked: seconds between two requests, more where it asks for more."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from index.errors import InputRefused

LONGEST_WAIT = 120.0
"""Seconds that a request waits for its turn; a host that wants more time is left alone."""


@dataclass(slots=True, kw_only=True)
class Pacing:
    """When each host may be asked next."""

    seconds: float
    """Between two requests to a host."""
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    _next: dict[str, float] = field(default_factory=dict[str, float])

    def take_turn(self, host: str, url: str, delay: float | None = None) -> None:
        """Wait until the host may be asked; ``delay`` is what its robots.txt asks for. Raises InputRefused."""
        wait = self._next.get(host, 0.0) - self.clock()
        if wait > LONGEST_WAIT:
            raise InputRefused(url, f"its host asks to be left alone for another {wait:.0f} s: try again then")
        if wait > 0:
            self.sleep(wait)
        self._next[host] = self.clock() + max(self.seconds, delay or 0.0)

    def hold(self, host: str, seconds: float) -> None:
        """Leave a host alone for at least that long."""
        self._next[host] = max(self._next.get(host, 0.0), self.clock() + seconds)


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """The seconds that a header Retry-After names, by number or by date; None where it names none."""
    if value is None:
        return None
    given = value.strip()
    if given.isascii() and given.isdigit() and len(given) < 9:
        return float(given)
    try:
        moment = parsedate_to_datetime(given)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())
