"""Date arithmetic on inclusive runs of days, without a word of language in it.

Everything here is a pure function of its arguments on the proleptic Gregorian calendar. A date that does not
exist (30 February) raises `ValueError`; one outside the years 1 to 9999 raises `ValueError` or `OverflowError`.
Weeks are ISO weeks, Monday to Sunday. Seasons are the meteorological ones of the northern hemisphere.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Unit = Literal["day", "week", "weekend", "fortnight", "month", "quarter", "year", "decade"]

_DAYS_IN: dict[Unit, int] = {"day": 1, "week": 7, "weekend": 7, "fortnight": 14}
_MONTHS_IN: dict[Unit, int] = {"month": 1, "quarter": 3, "year": 12, "decade": 120}
_SEASON_STARTS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_LONGEST_CUT_BY_DAYS = 62  # two months; anything longer is cut at month ends
_YEARS_TO_A_LEAP_DAY = 8  # across a century year that is no leap year


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """A run of days, both ends included."""

    start: date
    end: date

    @property
    def length(self) -> int:
        """Number of days, at least 1 for a run in order."""
        return (self.end - self.start).days + 1


def one_day(day: date) -> Days:
    """The run that is just `day`."""
    return Days(start=day, end=day)


def months(year: int, month: int, count: int = 1) -> Days:
    """`count` whole months from the first of `month`."""
    start = date(year, month, 1)
    last = shifted(start, count - 1, "month")
    return Days(start=start, end=last.replace(day=monthrange(last.year, last.month)[1]))


def years(first: int, last: int) -> Days:
    """The whole years `first` to `last`."""
    return Days(start=date(first, 1, 1), end=date(last, 12, 31))


def season(name: str, year: int) -> Days:
    """Three whole months; winter is the one that begins in December of `year`."""
    return months(year, _SEASON_STARTS[name], 3)


def shifted(day: date, count: int, unit: Unit) -> date:
    """`day` moved by `count` units; in a shorter month, that month's last day."""
    if unit in _DAYS_IN:
        return day + timedelta(days=count * _DAYS_IN[unit])
    total = day.year * 12 + day.month - 1 + count * _MONTHS_IN[unit]
    year, month = divmod(total, 12)
    month += 1
    first = date(year, month, 1)
    return first.replace(day=min(day.day, monthrange(year, month)[1]))


def calendar_unit(day: date, unit: Unit) -> Days:
    """The calendar unit that holds `day`; for a weekend, the one of its ISO week; a fortnight counts as a week."""
    if unit == "day":
        return one_day(day)
    if unit == "decade":
        return months(day.year // 10 * 10, 1, _MONTHS_IN[unit])
    if unit in _MONTHS_IN:
        count = _MONTHS_IN[unit]
        return months(day.year, (day.month - 1) // count * count + 1, count)
    monday = day - timedelta(days=day.weekday())
    return Days(start=monday + timedelta(days=5 if unit == "weekend" else 0), end=monday + timedelta(days=6))


def weekday_near(weekday: int, today: date, *, future: bool, today_counts: bool) -> date:
    """The nearest `weekday` (Monday is 0) before or after `today`; `today` itself only if it counts."""
    step = (weekday - today.weekday()) % 7 if future else -((today.weekday() - weekday) % 7)
    if step == 0 and not today_counts:
        step = 7 if future else -7
    return today + timedelta(days=step)


def occurrence(month: int, day: int | None, today: date, *, future: bool) -> Days:
    """The nearest such month (`day` None) or day of a year: begun by `today`, or not yet over if `future`."""
    step = 1 if future else -1
    for year in range(today.year, today.year + step * (_YEARS_TO_A_LEAP_DAY + 1), step):
        if day is not None and day > monthrange(year, month)[1]:
            continue
        days = months(year, month) if day is None else one_day(date(year, month, day))
        if days.end >= today if future else days.start <= today:
            return days
    raise ValueError(f"no day {day} in month {month}")


def portion(days: Days, low: float, high: float) -> Days:
    """The part of `days` between two fractions, cut at whole days up to two months, else at whole months."""
    if days.length <= _LONGEST_CUT_BY_DAYS:
        first, after = round(days.length * low), round(days.length * high)
        start = days.start + timedelta(days=first)
        return Days(start=start, end=max(start, days.start + timedelta(days=after - 1)))
    count = (days.end.year - days.start.year) * 12 + days.end.month - days.start.month + 1
    begin = shifted(days.start, round(count * low), "month")
    final = shifted(days.start, round(count * high) - 1, "month")
    return Days(start=begin, end=calendar_unit(final, "month").end)


def first_units(days: Days, count: int, unit: Unit, *, skip: int = 0) -> Days:
    """`count` units from the start of `days`, after leaving out `skip` of them, within `days`."""
    start = shifted(days.start, skip, unit)
    if start > days.end:
        raise ValueError("the period is too short")
    return Days(start=start, end=min(days.end, shifted(start, count, unit) - timedelta(days=1)))


def last_units(days: Days, count: int, unit: Unit) -> Days:
    """`count` units up to the end of `days`, within `days`."""
    after = days.end + timedelta(days=1)
    return Days(start=max(days.start, shifted(after, -count, unit)), end=days.end)
