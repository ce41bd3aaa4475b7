"""Time cut into equal steps of the calendar, for pictures: bins that cover every day, and labels for some of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Anchor = Literal["start", "middle", "end"]
LEFT, RIGHT = 3.0, 97.0
"""Where the first bin begins and the last one ends, in per cent of a picture's width."""
_MOST_TICKS = 4
_NEAR_EDGE = 10.0
"""Per cent from an edge within which a label is set towards the middle."""
_MONTHS = (1, 3, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 120000)
"""Months of the steps longer than a week."""
_LAST_MONTH = 9999 * 12 + 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """A step of the calendar, both days included."""

    first: date
    last: date

    @property
    def words(self) -> str:
        """``2 October 2023``, ``October 2023``, ``2019``; two days where it is no such unit."""
        first, last = self.first, self.last
        if first == last:
            return _day(first)
        if first.day == 1 and (last == date.max or (last + timedelta(days=1)).day == 1):
            if (first.month, last.month) == (1, 12):
                return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
            if (first.year, first.month) == (last.year, last.month):
                return f"{first:%B} {first.year}"
            begun = f"{first:%B}" if first.year == last.year else f"{first:%B} {first.year}"
            return f"{begun} to {last:%B} {last.year}"
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day} to {_day(last)}"
        return (
            f"{first.day} {first:%B} to {_day(last)}" if first.year == last.year else f"{_day(first)} to {_day(last)}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A label of the axis, and where it points."""

    x: float
    """Middle of the bin, in per cent."""
    text_x: float
    """Where the label is anchored: at the picture's edge if near it."""
    anchor: Anchor
    label: str
    year: str
    """Said below the label; empty where the label before said the same, or the label is a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Equally wide bins, without gaps, in order."""

    bins: tuple[Bin, ...]
    days: int
    """Days of a bin; 0 where it is a number of months."""
    months: int

    @property
    def width(self) -> float:
        """Of a bin, in per cent."""
        return round((RIGHT - LEFT) / len(self.bins), 4)

    @property
    def steps(self) -> str:
        """What a bin is, in words: ``by week``."""
        if self.days:
            return "by day" if self.days == 1 else "by week"
        named = {1: "by month", 3: "by quarter", 12: "by year"}
        return named.get(self.months, f"in steps of {self.months // 12} years")

    def left(self, place: int) -> float:
        """Where the bin of that place begins, in per cent."""
        return round(LEFT + place * (RIGHT - LEFT) / len(self.bins), 2)

    def middle(self, place: int) -> float:
        """The middle of the bin of that place, in per cent."""
        return round(LEFT + (place + 0.5) * (RIGHT - LEFT) / len(self.bins), 2)

    def place(self, day: date) -> int:
        """The bin of a day; of one outside, the nearest."""
        found = bisect_right(self.bins, day, key=lambda one: one.first) - 1
        return min(max(found, 0), len(self.bins) - 1)

    def x(self, day: date) -> float:
        """Where a day begins, in per cent; one outside lies at the edge."""
        if day < self.bins[0].first:
            return LEFT
        if day > self.bins[-1].last:
            return RIGHT
        place = self.place(day)
        own = self.bins[place]
        return round(self.left(place) + self.width * (day - own.first).days / ((own.last - own.first).days + 1), 2)

    def ticks(self) -> tuple[Tick, ...]:
        """At most a few labels, evenly spread, in order."""
        named = _labelled(self)
        ticks: list[Tick] = []
        said = ""
        for place in named:
            first, x = self.bins[place].first, self.middle(place)
            label = _label(self, first, january_is_year=len(named) > 1)
            year = "" if label == str(first.year) else str(first.year)
            anchor: Anchor = "start" if x < _NEAR_EDGE else "end" if x > 100 - _NEAR_EDGE else "middle"
            text_x = {"start": LEFT, "middle": x, "end": RIGHT}[anchor]
            ticks.append(Tick(x=x, text_x=text_x, anchor=anchor, label=label, year="" if year == said else year))
            said = year or str(first.year)
        return tuple(ticks)


def axis_over(first: date, last: date, *, most: int, least: int = 1) -> Axis:
    """The finest axis of at most ``most`` bins over those days; where shorter than ``least``, with bins around them."""
    for days in (1, 7):
        start = first - timedelta(days=first.weekday()) if days == 7 and first.toordinal() > 7 else first
        count = (last - start).days // days + 1
        if count <= most:
            return _days(start, days, count, least)
    spans = [(_month(first) // step, _month(last) // step, step) for step in _MONTHS]
    low, high, step = next((one for one in spans if one[1] - one[0] < most), spans[-1])
    return Axis(
        bins=tuple(_month_bin(place * step, step) for place in range(low, high + 1)),
        days=0,
        months=step,
    )


def foot(ticks: Sequence[Tick]) -> float:
    """Pixels that labels take below an axis: a line, or two."""
    return 36.0 if any(tick.year for tick in ticks) else 22.0


def _days(start: date, days: int, count: int, least: int) -> Axis:
    missing = max(0, least - count)
    before = min(missing // 2, (start - date.min).days // days)
    after = min(missing - missing // 2, (date.max - start).days // days + 1 - count)
    begin = start.toordinal() - before * days
    edges = range(begin, begin + (before + count + after) * days, days)
    latest = date.max.toordinal()
    bins = tuple(
        Bin(first=date.fromordinal(edge), last=date.fromordinal(min(edge + days - 1, latest))) for edge in edges
    )
    return Axis(bins=bins, days=days, months=0)


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of(month: int) -> date:
    return date(max(month // 12, 1), month % 12 + 1, 1) if month >= 12 else date.min


def _month_bin(month: int, step: int) -> Bin:
    end = month + step
    last = date.max if end > _LAST_MONTH else _first_of(end) - timedelta(days=1)
    return Bin(first=_first_of(month), last=last)


def _labelled(axis: Axis) -> Sequence[int]:
    """Places of the bins that get a label: the most that are evenly spread and not too many."""
    for wanted in _rhythms(axis):
        places = [place for place, one in enumerate(axis.bins) if wanted(place, one)]
        if min(2, len(axis.bins)) <= len(places) <= _MOST_TICKS:
            return places
    return (0, len(axis.bins) - 1)


def _rhythms(axis: Axis) -> Iterator[Callable[[int, Bin], bool]]:
    """Ever fewer bins: every one, then such as begin something."""
    if len(axis.bins) <= _MOST_TICKS:
        yield lambda _, one: True
    if axis.months == 0:
        if axis.days == 1:
            yield lambda place, _: place % 2 == len(axis.bins) // 2 % 2
            yield lambda _, one: one.first.weekday() == 0
        yield lambda _, one: any(
            (one.first + timedelta(days=n)).day == 1 for n in range((one.last - one.first).days + 1)
        )
        for step in (2, 3, 4, 5, 6, 8, 10, 14, 20):
            yield lambda place, _, step=step: place % step == step // 2
        return
    for months in (3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 36000):
        if months > axis.months or axis.months >= 12:
            yield lambda _, one, months=months: _month(one.first) % months == 0


def _label(axis: Axis, first: date, *, january_is_year: bool) -> str:
    if axis.months >= 12:
        return str(first.year)
    if axis.months:
        return str(first.year) if january_is_year and first.month == 1 else f"{first:%b}"
    return f"{first.day} {first:%b}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"
