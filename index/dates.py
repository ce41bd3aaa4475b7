"""Which date an article has, where it comes from and how precise it is.

A *published* date is what the input says about itself: a record's ``date`` (provenance metadata) or the leading
`` date YYYY-MM-DD `` of a text (provenance prefix). A date that the captions or the running text mention is only ever
*inferred*.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from email.utils import parsedate_to_datetime

from index.article import InferredDate, Precision, PublishedDate, Span

_EARLIEST_YEAR, _LATEST_YEAR = 1400, 2999
_EXPECTED = (
    "expected a year, month or day (2023, 2023-10, 2023-10-02), an ISO 8601 time (2023-10-02T14:05+04:00) "
    "or an RFC 2822 one (Mon, 02 Oct 2023 14:05:00 +0400)"
)

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:?[0-9]{2}[0-9:.,]{0,16} ?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
_RFC_2822 = re.compile(
    r"(?:[A-Za-z]{3}, ?)?[0-9]{1,2} [A-Za-z]{3} [0-9]{4} [0-9]{2}:[0-9]{2}(?::[0-9]{2})?"
    r"(?: (?:[+-][0-9]{4}|[A-Z]{1,4}))?"
)
_PREFIX = re.compile(r"\ufeff?\s*(date[ \t]+([0-9]{4}-[0-9]{2}-[0-9]{2}))(?!\S)")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.?"
)
_WEEKDAY = r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?"
_DAY, _YEAR = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?", r"(?P<year>[0-9]{4})"
_MENTIONS = (
    re.compile(rf"\b{_WEEKDAY}{_MONTH} {_DAY}(?:,| of)? {_YEAR}\b"),
    re.compile(rf"\b{_WEEKDAY}{_DAY}(?: of)? {_MONTH},? {_YEAR}\b"),
    re.compile(r"\b(?P<weekday>)(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})\b"),
)


def parse_moment(value: str) -> str:
    """``value`` in ISO 8601 as precisely as it was given. Raises ValueError saying what was expected."""
    value = value.strip()
    if whole := _DATE.fullmatch(value):
        year, month, day = (int(part) for part in whole.groups(default="1"))
        _check_year(year)
        _calendar_date(year, month, day)
        return value
    if _TIMESTAMP.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value.replace(",", ".").upper().replace(" +", "+").replace(" -", "-"))
        except ValueError as error:
            raise ValueError(f"{value!r} is no time of the calendar ({error}); {_EXPECTED}") from error
    elif _RFC_2822.fullmatch(value):
        try:
            moment = parsedate_to_datetime(value)
        except ValueError as error:
            raise ValueError(f"{value!r} is no time of the calendar ({error}); {_EXPECTED}") from error
    else:
        raise ValueError(f"cannot read {value[:80]!r}; {_EXPECTED}")
    _check_year(moment.year)
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")


def parse_published(value: str) -> PublishedDate:
    """A record's ``date`` as a published date of provenance metadata, to the minute at most.

    Raises ValueError saying what was expected.
    """
    moment = parse_moment(value)
    if "T" in moment:
        moment = datetime.fromisoformat(moment).isoformat(timespec="minutes")
        return PublishedDate(date=moment, precision="minute", provenance="metadata")
    precisions: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}
    return PublishedDate(date=moment, precision=precisions[len(moment)], provenance="metadata")


def prefix_date(text: str) -> tuple[PublishedDate, Span] | None:
    """The date of a leading `` date YYYY-MM-DD `` and the span of those two words; None without a real date there."""
    found = _PREFIX.match(text)
    if found is None:
        return None
    try:
        day = parse_moment(found[2])
    except ValueError:
        return None
    return PublishedDate(date=day, precision="day", provenance="prefix"), found.span(1)


def infer_date(text: str, spans: Sequence[Span]) -> InferredDate | None:
    """The full date that ``spans`` of ``text`` mention most, the first one of those mentioned equally often.

    Only dates with day, month and year count; one that names its weekday counts twice, since that is how news names
    the day of the event. None when there is none.
    """
    votes: Counter[str] = Counter()
    first: dict[str, Span] = {}
    for start, end in spans:
        for day, weight, span in _mentions(text, start, end):
            votes[day] += weight
            first.setdefault(day, span)
    if not votes:
        return None
    best = min(votes, key=lambda day: (-votes[day], first[day]))
    return InferredDate(date=best, span=first[best])


def _mentions(text: str, start: int, end: int) -> Iterator[tuple[str, int, Span]]:
    """Each full date in ``text[start:end]`` with its weight and span."""
    for pattern in _MENTIONS:
        for found in pattern.finditer(text, start, end):
            month = found["month"]
            number = int(month) if month.isdigit() else 1 + _MONTHS.index(month[:3].lower())
            try:
                _check_year(int(found["year"]))
                day = _calendar_date(int(found["year"]), number, int(found["day"]))
            except ValueError:
                continue
            yield day.isoformat(), 2 if found["weekday"] else 1, found.span()


def _check_year(year: int) -> None:
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        raise ValueError(f"the year {year:04} is outside {_EARLIEST_YEAR}–{_LATEST_YEAR}; {_EXPECTED}")


def _calendar_date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f"{year:04}-{month:02}-{day:02} is not in the calendar; {_EXPECTED}") from error
