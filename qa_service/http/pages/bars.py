"""Counts as bars: where each stands in a drawing of a given width. Numbers only; templates draw them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

HEIGHT = 150
"""Units from the line that bars stand on to the top of the highest."""
_MOST_MONTHS = 240
"""Months beyond which a bar stands for a year."""
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LABEL = {"month": 66, "year": 44}
"""Units that a label and the gap after it take."""
_LEAST_HEIGHT = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    period: str
    """``2023-10`` or ``2023``."""
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars over time, side by side without gaps in time; periods without articles have none."""

    width: int
    unit: str
    """``month`` or ``year``."""
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    """Where a period begins, and its name."""
    highest: Bar | None


def time_bars(months: Iterable[tuple[str, int]], width: int) -> Chart:
    """Bars of counts by ``2023-10``; by year where there are too many. ``2023`` alone is counted in years only."""
    counted = list(months)
    places = {_place(period): count for period, count in counted if len(period) == 7}
    unit, per_year = "month", 12
    if not places or max(places) - min(places) >= _MOST_MONTHS:
        unit, per_year = "year", 1
        years: Counter[int] = Counter()
        for period, count in counted:
            years[int(period[:4])] += count
        places = dict(years)
    if not places:
        return Chart(width=width, unit=unit, bars=(), ticks=(), highest=None)
    first, last = min(places), max(places)
    if last - first < per_year - 1:  # a bar alone is no picture of time
        last = first + per_year - 1
    step, most = width / (last - first + 1), max(places.values())
    gap = 1.0 if step >= 4 else 0.25
    bars: list[Bar] = []
    for place, count in sorted(places.items()):
        height = max(_LEAST_HEIGHT, HEIGHT * count / most)
        bars.append(
            Bar(
                x=round((place - first) * step, 2),
                y=round(HEIGHT - height, 2),
                width=round(min(step - gap, 48), 2),
                height=round(height, 2),
                period=_name(place, per_year),
                count=count,
            )
        )
    return Chart(
        width=width,
        unit=unit,
        bars=tuple(bars),
        ticks=tuple(_ticks(first, last, step, per_year)),
        highest=max(bars, key=lambda bar: bar.count),
    )


def _ticks(first: int, last: int, step: float, per_year: int) -> list[tuple[float, str]]:
    """Names of periods, as many as have room."""
    for every in _STEPS:
        in_years = every >= per_year
        if every * step < _LABEL["year" if in_years else "month"]:
            continue
        places = [place for place in range(first, last + 1) if place % every == 0]
        if places:
            return [((place - first) * step, _label(place, per_year, in_years=in_years)) for place in places]
    return [(0.0, _label(first, per_year, in_years=per_year == 1))]


def _place(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _name(place: int, per_year: int) -> str:
    return f"{place:04d}" if per_year == 1 else f"{place // 12:04d}-{place % 12 + 1:02d}"


def _label(place: int, per_year: int, *, in_years: bool) -> str:
    if in_years:
        return str(place // per_year)
    return f"{_MONTHS[place % 12]} {place // 12}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A row of a table of counts."""

    name: str
    count: int
    percent: float
    """Of the whole, for words."""
    width: float
    """0–100 of the longest row, for the bar."""


def shares(counts: Iterable[tuple[str, int]], whole: int) -> list[Share]:
    """Rows for counts, in their order."""
    counted = list(counts)
    most = max((count for _, count in counted), default=0)
    return [
        Share(
            name=name,
            count=count,
            percent=100 * count / whole if whole else 0.0,
            width=round(100 * count / most, 2) if most else 0.0,
        )
        for name, count in counted
    ]
