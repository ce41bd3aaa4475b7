"""As-of dates: where a sentence dates the count itself ("by Tuesday evening", "as of 3 May", "at the end of March")."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

_MONTHS = {
    name: number
    for number, name in enumerate(
        "january february march april may june july august september october november december".split(), 1
    )
}
_WEEKDAYS = {name: n for n, name in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())}
_month = "|".join(_MONTHS)
_weekday = "|".join(_WEEKDAYS)
_FOUND = re.compile(
    rf"""\b(?:by|as\sof|up\sto|until|till|as\sat)\s
         (?:(?:late|early|about|around|the\s(?:afternoon|evening|morning|night)\sof|[\w:.]+\s(?:p\.?m\.?|a\.?m\.?|o.clock)|noon|midnight|midday
            |nightfall|daybreak|dawn|dusk|\d\d?[:.]\d\d|lunchtime|sunset|ten\sat\snight)\s?(?:on\s|in\s)?)*
         (?P<day>(?P<weekday>{_weekday})|(?P<relative>yesterday|today|this\smorning|last\snight)
           |(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<m1>{_month})|(?P<m2>{_month})\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)\b
         (?:,?\s(?P<year>(?:19|20)\d\d)\b)?
      | \b(?:by|at|as\sof|until)\sthe\s(?P<edge>end|start|beginning|middle)\sof\s(?:last\s)?(?P<m3>{_month}
          |the\smonth|the\syear|(?:19|20)\d\d)\b
         (?:,?\s(?P<year3>(?:19|20)\d\d)\b)?""",
    re.VERBOSE | re.IGNORECASE,
)
_LONGEST_AGO = 300
"""Days: an undated "by 1 December" printed in September is a plan, not a count of last year."""


def as_of_dates(sentence: str, published: date | None) -> list[tuple[int, str]]:
    """The as-of dates of ``sentence``: where each stands, and its ISO date, none later than ``published``."""
    dates: list[tuple[int, str]] = []
    for found in _FOUND.finditer(sentence):
        day = _read(found, published)
        if day is not None and (published is None or day <= published):
            dates.append((found.start(), day.isoformat()))
    return dates


def _read(found: re.Match[str], published: date | None) -> date | None:
    if found["edge"]:
        return _edge(found["edge"].lower(), found["m3"].lower(), found["year3"], published)
    if published is None and not found["year"]:
        return None
    if found["weekday"] and published:
        return published - timedelta(days=(published.weekday() - _WEEKDAYS[found["weekday"].lower()]) % 7)
    if found["relative"] and published:
        return published - timedelta(days=found["relative"].lower() in ("yesterday", "last night"))
    month = _MONTHS[(found["m1"] or found["m2"]).lower()]
    return _latest(month, int(found["d1"] or found["d2"]), found["year"], published)


def _edge(edge: str, period: str, year: str | None, published: date | None) -> date | None:
    if period.isdigit():
        return date(int(period), 12, 31) if edge == "end" else None
    if period not in _MONTHS or edge == "middle" or (published is None and not year):
        return None
    month = _MONTHS[period]
    if edge != "end":
        return _latest(month, 1, year, published)
    at = int(year) if year else published.year if published else 1
    last = date(at, month, monthrange(at, month)[1])
    if published and not year and last > published:
        last = date(at - 1, month, monthrange(at - 1, month)[1])
    return last if year or not published or (published - last).days <= _LONGEST_AGO else None


def _latest(month: int, day: int, year: str | None, published: date | None) -> date | None:
    """The latest such day not after ``published``; None where there is no such day or only a remote one."""
    try:
        if year:
            return date(int(year), month, day)
        if published is None:
            return None
        found = date(published.year, month, day)
        found = found if found <= published else date(published.year - 1, month, day)
    except ValueError:
        return None
    return found if (published - found).days <= _LONGEST_AGO else None
