"""How many articles near a question each stretch of time has: bars that set the date filter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime

from index.article import date_interval
from qa_service.http.pages.axis import LEFT, RIGHT, Axis, Bin, Tick, axis_over, foot
from qa_service.http.pages.view_state import ViewState
from qa_service.matching import Matching

MOST_BINS = 60
"""Few enough that a bar can be told from the next on a phone."""
LEAST_BINS = 14
"""A few days do not become a few wide blocks."""
TOP, BASE = 20.0, 104.0
"""Where the highest bar ends and where all stand, in pixels."""
_LOWEST = 3.0
"""Pixels of a bar of one article, so that it can be seen beside a high one."""
_GAP = 0.2
"""Part of a bin's width between bars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bin with its articles: ``x`` and widths in per cent of the picture's width, ``y`` and ``height`` in pixels."""

    bin: Bin
    words: str
    """The bin's days; empty, like ``url``, where it has no article."""
    count: int
    x: float
    width: float
    inner: tuple[float, float]
    """Left edge and width of what is drawn: a little of the bin is left free on either side."""
    y: float
    height: float
    kept: bool
    """Whether the date filter lets any of it through."""
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """What ``_histogram.html`` draws and says."""

    axis: Axis
    ticks: tuple[Tick, ...]
    base: float
    """Pixel of the axis."""
    height: float
    bars: tuple[Bar, ...]
    """One a bin, also where there is no article."""
    undated: int
    articles: int
    """All of them."""
    highest: Bar
    shaded: tuple[float, float] | None
    """Left edge and width of what the date filter lets through, in per cent; None without one."""
    chosen: tuple[int, int]
    """Places of the first and last bin that the filter lets through."""
    unfiltered: str
    """The address of the page without a date filter."""


def histogram(matching: Matching, state: ViewState) -> Histogram | None:
    """The picture of those articles under a page's filter; None where none has a day, or all have the same."""
    if len(matching.days) < 2:
        return None
    axis = axis_over(matching.days[0][0], matching.days[-1][0], most=MOST_BINS, least=LEAST_BINS)
    counts = [0] * len(axis.bins)
    for day, count in matching.days:
        counts[axis.place(day)] += count
    most = max(counts)
    filtered = _filtered(state)
    unfiltered = state.url(published_from=None, published_to=None)
    bars = tuple(
        Bar(
            bin=one,
            words=one.words if count else "",
            count=count,
            x=axis.left(place),
            width=round(axis.width, 2),
            inner=(round(axis.left(place) + _GAP / 2 * axis.width, 2), round((1 - _GAP) * axis.width, 2)),
            y=BASE - (height := _height(count, most)),
            height=height,
            kept=filtered is None or (one.last >= filtered[0] and one.first <= filtered[1]),
            url=f"{unfiltered}&published_from={one.first}&published_to={one.last}" if count else "",
        )
        for place, (one, count) in enumerate(zip(axis.bins, counts, strict=True))
    )
    shaded = None
    if filtered is not None:
        left = axis.x(filtered[0])
        right = RIGHT if filtered[1] >= axis.bins[-1].last else max(axis.x(_next(filtered[1])), LEFT)
        shaded = (left, round(max(right - left, 0.0), 2))
    start, end = filtered or (axis.bins[0].first, axis.bins[-1].last)
    return Histogram(
        axis=axis,
        ticks=(ticks := axis.ticks()),
        base=BASE,
        height=BASE + foot(ticks),
        bars=bars,
        undated=matching.undated,
        articles=matching.articles,
        highest=max(bars, key=lambda bar: bar.count),
        shaded=shaded,
        chosen=(axis.place(start), axis.place(end)),
        unfiltered=unfiltered,
    )


def _height(count: int, most: int) -> float:
    return 0.0 if not count else max(_LOWEST, math.floor((BASE - TOP) * count / most))


def _filtered(state: ViewState) -> tuple[date, date] | None:
    """First and last day of the date filter in the address, which has been read without error before."""
    start, end = state.get("published_from"), state.get("published_to")
    if start is None and end is None:
        return None
    first = date.min if start is None else _utc_day(date_interval(start)[0])
    return first, date.max if end is None else max(first, _utc_day(date_interval(end)[1] - 1))


def _utc_day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()


def _next(day: date) -> date:
    return day if day == date.max else date.fromordinal(day.toordinal() + 1)
