"""The days that a passage's running text names, and how well they fit the time of a question.

A published date says when an article was written, not what it tells of: a retrospective is printed years later, and a
report of today may recount the war of three years ago. Days named absolutely ("26 September 2023", "in March 2024",
"2019") are read as they stand; those counted from the day of writing ("on Monday", "yesterday", "26 September") only
where the article has a published date.
"""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qa_service import calendar_windows as windows
from qa_service.calendar_windows import Days, Unit
from qa_service.question_time import TimeWindow
from qa_service.question_time.words import COUNTED, WEEKDAYS, pattern

Fit = NDArray[np.float64]

_CAPITAL = re.compile(r"[JFMASONDTW][a-z]{2,8}|[12][0-9]{3}")
_COUNTED = re.compile(r"yesterday|today|tonight|tomorrow|last (?:week|month|year)|this (?:week|month|year)")
"""What every named day holds. Both begin with what few words begin with, so most of a text is passed over quickly."""
_MONTH_OF = {
    **{name[:length]: number for number, name in enumerate(month_name) if number for length in (3, 9)},
    "Sept": 9,
}
_WEEKDAY_OF = {day.capitalize(): number for number, day in enumerate(WEEKDAYS)}
_YEARS = range(1600, 2100)
_GOES_ON = re.compile(r"[\w%/]|[.:,][0-9]|-(?:[0-9]{5}|[0-9]{3}(?![0-9]))")
_DAY_BEFORE = re.compile(r"(?<![\w.,:/-])(0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)?(?: of)? $")
_DAY_AFTER = re.compile(r"\.? (0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)?(?![\w,.:]?[0-9])")
_YEAR_AFTER = re.compile(r"(?:\.|,)?(?: of)? ((?:1[6-9]|20)[0-9]{2})(?![\w%]|[-.:,][0-9])")
_ISO_AFTER = re.compile(r"-(0[1-9]|1[0-2])(?:-([0-2][0-9]|3[01]))?(?![\w-])")
_LEADS = re.compile(
    r"\b(?:in|since|by|until|till|from|to|of|during|before|after|and|between|last|early|late|mid|around|through)[ -]$",
    re.IGNORECASE,
)
_NO_YEAR_BEFORE = re.compile(r"(?:[\w$€£#@+]|[0-9][,.:/-]|\b(?:at least|about|some|nearly|almost|over|than|of the) )$")
_COUNTED_AFTER = pattern(rf"_{COUNTED}\b")
_AHEAD = re.compile(r"\b(?:next|coming) $")
_ASIDE = re.compile(
    r"\b(?:since|than in|than|as in|after the|before the|compared (?:with|to)|unlike(?: in)?|anniversary of the)"
    r"(?: [\w-]{1,15}){0,2} $",
    re.IGNORECASE,
)
_NEAR: dict[str, int] = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}
_UNITS: dict[str, Unit] = {"week": "week", "month": "month", "year": "year"}
_LONGEST_AHEAD = 150
"""Days after the published date that "30 June" may lie, else it was last year's."""
_STOP = re.compile(r"[.!?]\s|\n")
"""Beyond the sentence a year named no longer holds for days without one."""
_WORDS = _MONTH_OF.keys() | _WEEKDAY_OF.keys()
_LOOK_BACK = 40
"""Characters before a date that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDays:
    """Days that a text names."""

    days: Days
    span: tuple[int, int]
    """Where the words stand in the text, half-open, in code points."""
    background: bool
    """Named beside what the passage reports: "the highest since 2020", or 2020 in a report of 2023."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementOptions:
    """What named days weigh; set on tuning topics only."""

    background: float = 0.4
    """Of days that are background, against 1."""
    background_days: int = 180
    """Named so long before the published date they are background, if others are named near it."""
    slack_days: float = 7.0
    """Distance from a window of a month at which the fit has fallen to 1/e."""
    coarse: float = 0.8
    """Of a year or month that only holds the window, against 1 for days within it."""
    told: float = 0.7
    """Fit of an article published at another time whose passage tells of the window: a retrospective."""
    told_undated: float = 0.5
    """The same of an undated article."""
    astray: float = 0.0
    """How much of its fit an article of the right time loses where the passage speaks of other times only. None: a
    background paragraph is often a passage of its own, and its article is the right one all the same."""


@lru_cache(maxsize=8192)
def named_dates(
    text: str, published: date | None, options: AgreementOptions = AgreementOptions()
) -> tuple[NamedDays, ...]:
    """The days that a passage names, in order. ``published`` is the day its article was, None if that is not known."""
    found = [(days, span, _aside(text, span[0])) for days, span in _named(text, published)]
    ages = [0 if published is None else (published - days.end).days for days, _, _ in found]
    reports = any(
        not aside and abs(age) < options.background_days for age, (_, _, aside) in zip(ages, found, strict=True)
    )
    return tuple(
        NamedDays(days=days, span=span, background=aside or (reports and age >= options.background_days))
        for age, (days, span, aside) in zip(ages, found, strict=True)
    )


def named_fit(
    named: Sequence[Sequence[NamedDays]], window: TimeWindow, options: AgreementOptions = AgreementOptions()
) -> Fit:
    """``(n,)`` fits in [0, 1] of each passage's named days to a window: its best one; NaN where it names none."""
    fits = np.full(len(named), np.nan)
    for place, passage in enumerate(named):
        if passage:
            fits[place] = max(
                _closeness(one.days, window, options) * (options.background if one.background else 1.0)
                for one in passage
            )
    return fits


def agreed_fit(
    published: Fit, named: Fit, undated: NDArray[np.bool_], options: AgreementOptions = AgreementOptions()
) -> Fit:
    """``(n,)`` fits of the published dates corrected by the days that the passages name (NaN names none).

    The published date fits and the passage names the window: 1. It fits, and the passage speaks of other times only:
    ``1 - astray``. It does not fit, but the passage tells of the window: ``told``. No day named: as published.
    """
    told = np.where(undated, options.told_undated, options.told)
    corrected = np.maximum(told * named, published * (1 - options.astray * (1 - named)))
    return np.where(np.isnan(named), published, corrected)


def _closeness(days: Days, window: TimeWindow, options: AgreementOptions) -> float:
    low, high = window.start or date.min, window.end or date.max
    if window.mode == "newest" and window.end is not None:
        low = window.end - timedelta(days=min(31, window.end.toordinal() - 1))
    gap = max((low - days.end).days, (days.start - high).days, 0)
    if gap:
        length = (high - low).days + 1 if window.start and window.end else 30
        return float(np.exp(-gap / (options.slack_days * max(0.5, min(4.0, (length / 30) ** 0.5)))))
    return 1.0 if low <= days.start and days.end <= high else options.coarse


def _named(text: str, published: date | None) -> Iterator[tuple[Days, tuple[int, int]]]:
    anchors = [found for found in _CAPITAL.finditer(text) if found[0] in _WORDS or found[0].isdigit()]
    if published is not None:
        anchors += _COUNTED.finditer(text)
        anchors.sort(key=re.Match[str].start)
    position, year = 0, None
    for anchor in anchors:
        start, end = anchor.span()
        if start < position or (start and text[start - 1].isalnum()) or _GOES_ON.match(text, end):
            continue
        if year is not None and _STOP.search(text, position, start):
            year = None
        try:
            read = _days_at(text, anchor, published, year)
        except (ValueError, OverflowError):
            continue  # no such day
        if read is not None:
            days, (start, position) = read
            year = (
                days.start.year
                if days.start.year == days.end.year and text[start:position].endswith(str(days.start.year))
                else year
            )
            yield read


def _days_at(
    text: str, anchor: re.Match[str], published: date | None, year: int | None
) -> tuple[Days, tuple[int, int]] | None:
    word = anchor[0]
    if word in _MONTH_OF:
        return _month_at(text, anchor, published, year)
    if word.isdigit():
        return _year_at(text, anchor)
    if published is None:
        return None
    if word in _NEAR:
        days = windows.one_day(published + timedelta(days=_NEAR[word]))
    elif word in _WEEKDAY_OF:
        ahead = _AHEAD.search(text, max(0, anchor.start() - _LOOK_BACK), anchor.start()) is not None
        days = windows.one_day(windows.weekday_near(_WEEKDAY_OF[word], published, future=ahead, today_counts=not ahead))
    else:
        which, unit = word.split()
        days = windows.calendar_unit(
            windows.shifted(published, -1 if which == "last" else 0, _UNITS[unit]), _UNITS[unit]
        )
    return days, anchor.span()


def _month_at(
    text: str, anchor: re.Match[str], published: date | None, near_year: int | None
) -> tuple[Days, tuple[int, int]] | None:
    month, (start, end) = _MONTH_OF[anchor[0]], anchor.span()
    before = text[max(0, start - _LOOK_BACK) : start]
    found = _DAY_BEFORE.search(before)
    if found:
        start -= len(before) - found.start()
    else:
        found = _DAY_AFTER.match(text, end)
        end = found.end() if found else end
    named = _YEAR_AFTER.match(text, end)
    end = named.end() if named else end
    if found is None and named is None and not _LEADS.search(before):
        return None  # May said, the March on the capital
    day, year = int(found[1]) if found else None, int(named[1]) if named else near_year
    if year is not None:
        return (windows.months(year, month) if day is None else windows.one_day(date(year, month, day))), (start, end)
    if published is None:
        return None
    soon = published if day is None else published + timedelta(days=_LONGEST_AHEAD)
    return windows.occurrence(month, day, soon, future=False), (start, end)


def _year_at(text: str, anchor: re.Match[str]) -> tuple[Days, tuple[int, int]] | None:
    year, (start, end) = int(anchor[0]), anchor.span()
    if year not in _YEARS:
        return None
    if (iso := _ISO_AFTER.match(text, end)) and not text[max(0, start - 1) : start].strip("( "):
        month = int(iso[1])
        days = windows.one_day(date(year, month, int(iso[2]))) if iso[2] else windows.months(year, month)
        return days, (start, iso.end())
    if _NO_YEAR_BEFORE.search(text[max(0, start - 10) : start]) or _COUNTED_AFTER.match(text, end):
        return None
    return windows.years(year, year), (start, end)


def _aside(text: str, start: int) -> bool:
    return _ASIDE.search(text[max(0, start - _LOOK_BACK) : start]) is not None
