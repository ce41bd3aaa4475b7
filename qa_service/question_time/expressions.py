"""Whole time expressions: bounds, parts and ranges around a phrase, and which of several the question is about."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from qa_service import calendar_windows as windows
from qa_service.calendar_windows import Days, Unit
from qa_service.question import Mode
from qa_service.question_time import named, relative
from qa_service.question_time.words import COUNT, Intro, Phrase, Reading, fold, pattern, span_of_count


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindow:
    """The days a question is about."""

    start: date | None
    """First day, included; None is open."""
    end: date | None
    """Last day, included; None is open."""
    expression: str | None
    """The words read, verbatim from the question; None where the caller gave the days instead."""
    mode: Mode
    """Inside the window; anything up to its end; anything from its start; or the newest there is at its end."""
    span: tuple[int, int]
    """Where the expression stands in the question, half-open, in code points; (0, 0) without one."""
    relative: bool
    """Whether another asked-at would give other days ("last week", "in March"), unlike "in 2020"."""


# Bounds: the mode, and whether the named days themselves belong to it.
_INSIDE = "in on at during over throughout within of for from between around amid".split()
_BOUNDS: dict[str, tuple[Mode, bool]] = {
    **dict.fromkeys(_INSIDE, ("inside", True)),
    **dict.fromkeys(
        ["since", "since at least", "starting", "starting in", "starting on", "starting from"], ("from", True)
    ),
    **dict.fromkeys(["after", "following", "post-"], ("from", False)),
    **dict.fromkeys(["until", "till", "up until", "up to", "by", "as of", "through", "no later than"], ("up_to", True)),
    **dict.fromkeys(["before", "prior to", "ahead of", "earlier than", "pre-"], ("up_to", False)),
}
_PORTIONS = {
    "early": (0, 1 / 3),
    "mid": (1 / 3, 2 / 3),
    "middle of": (1 / 3, 2 / 3),
    "late": (2 / 3, 1),
    "beginning of": (0, 1 / 4),
    "start of": (0, 1 / 4),
    "end of": (3 / 4, 1),
    "first half of": (0, 1 / 2),
    "second half of": (1 / 2, 1),
    "latter half of": (1 / 2, 1),
    "month of": (0, 1),
    **dict.fromkeys(["week of", "day of", "morning of", "evening of", "night of", "early hours of"], (0, 1)),
    "first quarter of": (0, 1 / 4),
    "second quarter of": (1 / 4, 1 / 2),
    "third quarter of": (1 / 2, 3 / 4),
    "fourth quarter of": (3 / 4, 1),
}
_WEEK = timedelta(days=7)
_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1, "final": -1}
_UNITS: dict[str, Unit] = {"day": "day", "week": "week", "weekend": "weekend", "month": "month", "year": "year"}

_bounds = "|".join(rf"{word}_" for word in sorted(_BOUNDS, key=len, reverse=True)).replace("-_", "-").replace(" ", "_")
_portions = "|".join(words for words in _PORTIONS if words.endswith(" of")).replace(" ", "_")
_INTRO = pattern(
    rf"(?P<bound>{_bounds})?(?P<the>the_)?(?P<part>"
    r"(?P<adverb>early(?!_hours_of)|mid|late|earlier|later)(?:_in)?[-_]"
    rf"|(?P<portion>{_portions})_"
    rf"|(?P<nth>{'|'.join(_NTH)})_(?:(?P<count>{COUNT})_)?(?P<unit>day|week|weekend|month|year)s?_of_"
    r")?(?P<inner>(?<!the\s)the_)?".replace("[-_]", "(?:-|_)")
)
_TO = pattern(r"(?:_?-_?|_(?P<word>to|and|until|till|through|up_to)_)")
_TO_NOW = pattern(r"(?:_?-_?|_(?:to|and|until|till|through|up_to)_)(?:the_)?(?:now|today|present|date)\b")
_BETWEEN = pattern("-|_(?:and|to)_")
_ONWARDS = pattern(r"_onwards?\b")

# Words that only look like a time, blanked out before anything is read, as is what stands in double quotes.
_NAMES = pattern(
    r'"[^"]{1,200}"|\b(?:'
    r"(?:usa|india|russia)_today|(?:today|tonight)_show|this_week_with|last_week_tonight|saturday_night_live"
    r"|sunday_(?:times|telegraph|mirror|mail|express|people|post|world|herald|independent|league)"
    r"|(?:mon|thurs|fri|satur|sun)day_night_(?:football|lights|fever|baseball)"
    r"|(?:black|good|bloody|super|cyber|ash|giving|palm|easter|fat|shrove|maundy|sheffield)"
    r"_(?:mon|tues|wednes|thurs|fri|satur|sun)day(?:_agreement)?|friday_the_13th|friday_(?:prayers?|sermons?)"
    r"|(?:arab|prague)_spring|apocalypse_now|march_madness|may_day"
    r"|(?:alternating|direct|electric|electrical|ocean)_current|used_to_date"
    r")"
)
_FUTURE = pattern(
    r"\b(?:will|shall|won't|going_to|(?:is|are|be)_(?:scheduled|due|set|expected|planned|slated)|could_be|upcoming|next_(?:week|month|year))\b|'ll\b"
)
_BASELINE = pattern(r"\b(?:than|compared_(?:to|with)|versus|vs\.?)_$")
_FIRST_SINCE = pattern(
    r"\b(?:first|highest|lowest|biggest|largest|smallest|worst|best|fastest|deadliest|strongest|longest|hottest|"
    r"coldest|most|least|seen|unseen|record|not|never|nothing)(?:_[\w'-]{1,20}){0,4}_$"
)
_WORD = re.compile(r"(?<![\w$€£#@+])(?<!\w[-./:'])(?<![0-9],)(?:[a-z0-9]|'(?=[0-9]0'?s))")
_RULES = (*named.RULES, *relative.RULES)
# One group for each rule, so that the group that matched tells the first rule that fits.
_ANY = re.compile("|".join(f"({re.sub(r'[?]P<[a-z]+>', '?:', rule.pattern.pattern)})" for rule in _RULES))
_SIZES = (1, 10, 31, 92, 366)
_TIERS = {"dated": 0, "counted": 1, "event": 2, "newest": 3, "upcoming": 4}


def read_time(question: str, asked_at: datetime) -> TimeWindow | None:
    """The time `question` is about, as days of asked-at's own time zone; None where it names none.

    Of several expressions the main one is taken (see `read_times`). Never raises, whatever the text.
    """
    return next(iter(read_times(question, asked_at)), None)


def read_times(question: str, asked_at: datetime) -> tuple[TimeWindow, ...]:
    """All times `question` names, the main one first.

    What lies ahead of asked-at comes after the rest: in "which firm said last month that it will close in 2030" the
    reports are of last month. So does background: "after sealing its borders in March 2020". Then: named dates, times
    counted from asked-at, the years of recurring events, "latest". Then the finer (a day before a month), then the
    earlier in the question.
    """
    text = _NAMES.sub(lambda found: "\0" * len(found.group()), fold(question))
    today = asked_at.date()
    asked = Reading(raw=question, text=text, today=today, future=_FUTURE.search(text) is not None)
    return tuple(window for _, window in sorted(_expressions(asked), key=lambda each: each[0]))


_Rank = tuple[bool, int, int, int]


def _expressions(asked: Reading) -> Iterator[tuple[_Rank, TimeWindow]]:
    position = 0
    while (word := _WORD.search(asked.text, position)) is not None:
        read = _expression_at(asked, word.start())
        position = word.end()
        if isinstance(read, int):
            position = max(position, read)
        elif read is not None:
            position = max(position, read[1].span[1])
            yield read


def _expression_at(asked: Reading, start: int) -> tuple[_Rank, TimeWindow] | int | None:
    """The expression that begins at `start`; where to go on from if what stands there is no time; or None."""
    for lead in _leads(asked, start):
        read = _phrase_at(asked, lead.intro, lead.end)
        if read is None:
            continue
        try:
            return _window(asked, lead, *read) or read[1]
        except (ValueError, OverflowError):
            continue  # no such day, or one outside the calendar
    return None


_BACKGROUND = re.compile(r"\b(?:after|since|before|despite|having|following) [a-z]{2,20}ing\b[^,.;:?!]*$")
"""A clause of what had been before: a time in it is not that of what is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lead:
    intro: Intro
    end: int
    found: re.Match[str] | None


def _leads(asked: Reading, start: int) -> Iterator[_Lead]:
    """The lead with all its words, then none: "by" of "by now" belongs to the phrase."""
    found = _INTRO.match(asked.text, start)
    if found is not None and found.end() > start:
        part = found["part"] or ""
        the = bool(found["inner"] if part else found["the"])
        bound = " ".join((found["bound"] or "").split())
        yield _Lead(intro=Intro(word=bound, the=the, part=part, start=start), end=found.end(), found=found)
    yield _Lead(intro=Intro(word="", the=False, part="", start=start), end=start, found=None)


def _phrase_at(asked: Reading, intro: Intro, start: int) -> tuple[Phrase, int] | None:
    fits = _ANY.match(asked.text, start)
    if fits is None or fits.lastindex is None:
        return None
    for rule in _RULES[fits.lastindex - 1 :]:
        found = rule.pattern.match(asked.text, start)
        if found is None:
            continue
        try:
            phrase = rule.build(found, intro, asked)
        except (ValueError, OverflowError):
            continue
        if phrase is not None:
            return phrase, max(phrase.end, found.end())
    return None


def _window(asked: Reading, lead: _Lead, phrase: Phrase, end: int) -> tuple[_Rank, TimeWindow] | None:
    intro, today = lead.intro, asked.today
    if not intro.word and _BASELINE.search(asked.text, max(0, intro.start - 20), intro.start):
        return None  # "more than last year"
    if intro.word == "since" and _FIRST_SINCE.search(asked.text, max(0, intro.start - 90), intro.start):
        return None  # "for the first time since 2020" compares
    days = _narrowed(phrase, lead.found, asked)
    mode, inclusive = _BOUNDS.get(intro.word, ("inside", True))
    if phrase.kind not in {"newest", "upcoming"} and mode == "inside":
        ranged = _range(asked, lead, phrase, days, end)
        if ranged is None and intro.word == "between" and not _BETWEEN.search(asked.text, lead.end, end):
            return None
        if ranged is not None:
            phrase, days, end = ranged
        elif intro.word == "from" and days.start > today and _is_one(days):
            mode = "from"  # "from 1 April", still to come, is when it begins
    if intro.word == "from" and (onwards := _ONWARDS.match(asked.text, end)):
        mode, end = "from", onwards.end()
    if phrase.current and mode != "from" and not intro.part and not asked.future:
        days = Days(start=days.start, end=min(days.end, today))
    holds_event = phrase.kind == "event" or asked.text.startswith("'s", end)  # "before this week's ceremony"
    inclusive = inclusive or holds_event or (mode == "up_to" and intro.part.startswith("end"))
    first, last = _bounded(phrase, days, "newest" if phrase.kind == "newest" else mode, inclusive, today)
    begin = lead.end if intro.word in {"of", "for"} or (phrase.kind == "event" and not intro.word) else intro.start
    window = TimeWindow(
        start=first,
        end=last,
        expression=asked.raw[begin:end],
        mode="newest" if phrase.kind == "newest" else mode,
        span=(begin, end),
        relative=phrase.relative,
    )
    aside = phrase.kind == "upcoming" or days.start > today or _BACKGROUND.search(asked.text, max(0, begin - 90), begin)
    return (bool(aside), _TIERS[phrase.kind], bisect_left(_SIZES, days.length), begin), window


def _bounded(phrase: Phrase, days: Days, mode: Mode, inclusive: bool, today: date) -> tuple[date | None, date | None]:
    """First and last day under a bound; what comes "since" ends at asked-at, as nothing later is reported."""
    match mode:
        case "newest":
            return None, today
        case "up_to":
            return None, days.end if inclusive else days.start - timedelta(days=1)
        case "from":
            start = days.start if inclusive else days.end + timedelta(days=1)
            return start, today if start <= today else None
        case "inside":
            return days.start, None if phrase.kind == "upcoming" else days.end


def _range(asked: Reading, lead: _Lead, phrase: Phrase, days: Days, end: int) -> tuple[Phrase, Days, int] | None:
    """The phrase widened to a second one after "to", a dash, or the "and" of "between"."""
    if lead.intro.word in {"from", "between"} and (now := _TO_NOW.match(asked.text, end)) and days.start <= asked.today:
        return phrase, Days(start=days.start, end=asked.today), now.end()
    to = _TO.match(asked.text, end)
    if to is None or (to["word"] and lead.intro.word not in {"from", "between"}):
        return None
    second = next(_leads(asked, to.end()))
    if second.intro.word:
        return None
    read = _phrase_at(asked, replace(second.intro, word="between"), second.end)
    if read is None or read[0].kind not in {"dated", "counted"}:
        return None
    final = _narrowed(read[0], second.found, asked)
    if phrase.yearless is not None:
        days = windows.occurrence(*phrase.yearless, final.end, future=False)
        days = _narrowed(replace(phrase, days=days), lead.found, asked)
    if days.start > final.end and phrase.kind == "counted" and (days.start - final.end).days < _WEEK.days:
        days = Days(start=days.start - _WEEK, end=days.end - _WEEK)  # "between Monday and Thursday", on a Wednesday
    if days.start > final.end:
        return None
    return read[0], Days(start=days.start, end=final.end), read[1]


def _narrowed(phrase: Phrase, found: re.Match[str] | None, asked: Reading) -> Days:
    """The part of a phrase's days that its lead asks for."""
    days = phrase.days
    if found is None or not found["part"]:
        return days
    if phrase.kind in {"newest", "upcoming"}:
        raise ValueError("there is no part of what has no ends")
    if found["nth"]:
        return _nth_units(days, found)
    words = found["adverb"] or " ".join(found["portion"].split())
    if words in {"earlier", "later"}:
        inside = days.start <= asked.today < days.end
        pivot = asked.today if inside else windows.portion(days, 0, 1 / 2).end
        if words == "earlier" or pivot >= days.end:
            return Days(start=days.start, end=pivot)
        return Days(start=pivot + timedelta(days=1), end=days.end)
    if words == "week of":
        if days.length > 1:
            raise ValueError("only a day tells which week")
        return windows.calendar_unit(days.start, "week")
    if "quarter" in words and not 365 <= days.length <= 366:
        raise ValueError("quarters are of years")
    return windows.portion(days, *_PORTIONS[words])


def _is_one(days: Days) -> bool:
    """Whether these days are one day, month or year, and no range."""
    return days.length == 1 or days in (windows.calendar_unit(days.start, "month"), windows.years(*[days.end.year] * 2))


def _nth_units(days: Days, found: re.Match[str]) -> Days:
    nth, unit = _NTH[found["nth"]], _UNITS[found["unit"]]
    if days.length <= 31 and unit in {"month", "year"}:
        raise ValueError("the period is shorter than its part")
    count = span_of_count(found["count"])[1] if found["count"] else 1
    if nth < 0:
        return windows.last_units(days, count, unit)
    return windows.first_units(days, count, unit, skip=nth - 1)
