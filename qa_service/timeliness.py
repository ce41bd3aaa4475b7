"""How well an article's date fits the time of a question: a soft score in [0, 1], never a filter.

Two situations. The question names a time: fit falls with the distance between the published date and that window.
It names none, but the caller said when it was asked: news is asked about while it is new, so fit falls with age.
An undated article gets the neutral fit of the candidates' middle, neither favoured nor hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

import numpy as np
from numpy.typing import NDArray

from index.view import UNDATED
from qa_service.question_time import TimeWindow

DAY = 86_400.0
LATER = 0.5
"""Of the fit of an article published after the question was asked: whoever asked cannot have meant it."""
Fit = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinessOptions:
    """Time constants, in days. Set on tuning topics only; see docs/ranking.md."""

    recency_days: float = 10.0
    """Age at which the fit of an article to a question about the present has fallen to 1/e."""
    lag_days: float = 7.0
    """How long after a window its events are still being reported at full fit; no longer than the window lasts."""
    least_lag_days: float = 2.0
    """The same of a day, which next morning's papers report."""
    slack_days: float = 7.0
    """Distance from a window of a month at which the fit has fallen to 1/e; longer windows are blurrier."""
    newest_days: float = 30.0
    """As ``recency_days``, for questions that ask for the newest state."""
    undated: float = 0.3
    """Fit of an article without a published date."""
    later: float = LATER
    """See LATER."""


def present_fit(
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    asked_at: datetime,
    days: float,
    undated: float,
    *,
    later: float = LATER,
) -> Fit:
    """Fit to the moment of asking: ``exp(-age / days)``, and ``later`` times as much for what lies after it.

    ``start`` and ``end`` are ``(n,)`` UTC seconds of published dates, UNDATED where there is none.
    """
    moment = asked_at.timestamp()
    before = np.maximum(0.0, moment - end.astype(np.float64)) / DAY
    after = np.maximum(0.0, start.astype(np.float64) - moment) / DAY
    fit = np.exp(-(before + after) / days) * _known(start, asked_at, later)
    return np.where(start == UNDATED, undated, fit)


def window_fit(
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    window: TimeWindow,
    asked_at: datetime,
    options: TimelinessOptions,
) -> Fit:
    """Fit to the window that a question names, by its mode: inside, up to, from, or the newest."""
    zone = asked_at.tzinfo or UTC
    if window.mode == "newest":
        newest_at = asked_at
        if window.end is not None:
            newest_at = min(asked_at, datetime.combine(window.end, time.max, zone))
        return present_fit(start, end, newest_at, options.newest_days, options.undated, later=options.later)
    low, high = -np.inf, np.inf
    if window.start is not None:
        low = datetime.combine(window.start, time.min, zone).timestamp()
    if window.end is not None:
        high = datetime.combine(window.end, time.min, zone).timestamp() + DAY
    # What is yet to come was announced before, up to the moment of asking.
    if low > asked_at.timestamp():
        return present_fit(start, end, asked_at, options.newest_days, options.undated, later=options.later)
    length = (high - low) / DAY if np.isfinite(high - low) else 30.0
    lag = DAY * min(options.lag_days, max(options.least_lag_days, length)) if window.mode == "inside" else 0.0
    early = np.maximum(0.0, low - end.astype(np.float64))
    late = np.maximum(0.0, start.astype(np.float64) - (high + lag))
    scale = options.slack_days * max(0.5, min(4.0, (length / 30.0) ** 0.5))
    fit = np.exp(-(early + late) / DAY / scale) * _known(start, asked_at, options.later)
    return np.where(start == UNDATED, options.undated, fit)


def _known(start: NDArray[np.int64], asked_at: datetime, later: float) -> Fit:
    """1, or ``later`` for what was published after the day of asking, wherever that day is lived."""
    day = datetime.combine(asked_at.date(), time.min, UTC).timestamp() + DAY
    return np.where(start >= max(day, asked_at.timestamp()), later, 1.0)
