"""Times counted from asked-at: "yesterday", "last week", "two years ago", "upcoming", "latest"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from qa_service import calendar_windows as windows
from qa_service.calendar_windows import Days, Unit
from qa_service.question_time.words import COUNT, WEEKDAYS, Intro, Phrase, Reading, pattern, rule, span_of_count

_UNITS: dict[str, Unit] = {
    "day": "day",
    "week": "week",
    "weekend": "weekend",
    "fortnight": "fortnight",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
    "decade": "decade",
}
_RECENT = {"day": 7, "week": 4, "month": 6, "year": 5, "decade": 3}  # how far "recent months" reach
_NEAR_DAYS = {
    "day before yesterday": -2,
    "day after tomorrow": 2,
    "last night": -1,
    "yesterday": -1,
    "this morning": 0,
    "this afternoon": 0,
    "this evening": 0,
    "tonight": 0,
    "today": 0,
    "tomorrow": 1,
}
_FOR = pattern(r"\bfor_(?:the_)?$")
_SATURDAY = 5
_COMING = frozenset(["next", "coming", "this coming", "following"])


def _counted(days: Days, *, current: bool = False) -> Phrase:
    return Phrase(days=days, kind="counted", relative=True, current=current)


def _near_day(found: re.Match[str], intro: Intro, asked: Reading) -> Phrase | None:
    words = " ".join(found["words"].split())
    if intro.word in {"in", "on"}:
        return None  # "what is on" tonight: the preposition is no part of it
    if found.start() > 0 and " " not in words and asked.capital(found.start()):
        return None  # a name: the Today programme
    if asked.text.startswith("'s", found.end()) and asked.next_word(found.end()).endswith("s"):
        return None  # "today's teens" are those of the age
    return _counted(windows.one_day(asked.today + timedelta(days=_NEAR_DAYS[words])))


def _weekday(found: re.Match[str], intro: Intro, asked: Reading) -> Phrase | None:
    weekday, which = WEEKDAYS.index(found["weekday"]), " ".join((found["which"] or "").split())
    if not which and not _is_weekday(found, intro, asked):
        return None
    if which == "this":
        day = windows.calendar_unit(asked.today, "week").start + timedelta(days=weekday)
    else:
        future = which in _COMING or (not which and asked.future)
        day = windows.weekday_near(weekday, asked.today, future=future, today_counts=not which)
    return _counted(windows.one_day(day))


def _is_weekday(found: re.Match[str], intro: Intro, asked: Reading) -> bool:
    """Whether "Monday" is a day: "on Monday", or bare as in "fined Tuesday for", and no part of a name."""
    following = asked.next_word(found.end())
    if intro.word not in {"", "in", "at"} and not intro.the:
        return intro.word == "on" or not following[:1].isupper()
    before = asked.word_before(found.start())
    name = before[:1].isupper() or following[:1].isupper() or not asked.capital(found.start())
    return not name and before not in {"", "a", "each", "every", "any", "one", "per", "the"}


def _unit(found: re.Match[str], intro: Intro, asked: Reading) -> Phrase | None:
    unit, which, today = _UNITS[found["unit"]], " ".join(found["which"].split()), asked.today
    if asked.next_word(found.end()) == "of":
        return None  # "the last week of October" is read as a part of October
    if unit == "weekend":
        return _counted(_weekend(which, asked))
    if which in {"this", "current"}:
        days = windows.calendar_unit(today, unit)
        if unit == "week":  # a weekly question looks back over a whole week on whatever day it is asked
            days = Days(start=today - timedelta(days=7), end=days.end)
        return _counted(days, current=True)
    trailing = which in {"past", "this past"} or (which == "last" and (intro.the or unit == "decade"))
    if trailing and unit != "quarter":
        return _counted(Days(start=windows.shifted(today, -1, unit), end=today))
    return _counted(windows.calendar_unit(windows.shifted(today, 1 if which in _COMING else -1, unit), unit))


def _weekend(which: str, asked: Reading) -> Days:
    just_over = which == "this" and asked.today.weekday() == 0 and not asked.future
    weeks = 1 if which == "next" else -1 if just_over or which in {"last", "past", "previous", "this past"} else 0
    return windows.calendar_unit(windows.shifted(asked.today, weeks, "week"), "weekend")


def _running_unit(found: re.Match[str], intro: Intro, asked: Reading) -> Phrase | None:
    if found["unit"] == "weekend" and intro.the and intro.word in {"at", "over", "during"}:
        over = asked.today.weekday() < _SATURDAY and not asked.future
        return _counted(_weekend("last" if over else "this", asked))
    if not (intro.part and intro.the) or asked.next_word(found.end()) == "of":
        return None  # only "the end of the year" means this one
    return _counted(windows.calendar_unit(asked.today, _UNITS[found["unit"]]))


def _before_last(found: re.Match[str], _intro: Intro, asked: Reading) -> Phrase:
    unit = _UNITS[found["unit"]]
    weeks_or_units = windows.shifted(asked.today, -2, "week" if unit == "weekend" else unit)
    return _counted(windows.calendar_unit(weeks_or_units, unit))


def _to_date(found: re.Match[str], _intro: Intro, asked: Reading) -> Phrase:
    return _counted(Days(start=windows.calendar_unit(asked.today, _UNITS[found["unit"]]).start, end=asked.today))


def _overnight(found: re.Match[str], intro: Intro, asked: Reading) -> Phrase | None:
    if intro.word or intro.the or not asked.phrase_stops(found.end(), verbs=True):
        return None  # "an overnight stay"
    return _counted(Days(start=asked.today - timedelta(days=1), end=asked.today))


def _several(found: re.Match[str], intro: Intro, asked: Reading) -> Phrase | None:
    which, unit, today = found["which"], found["unit"], asked.today
    if asked.next_word(found.end()) == "of" or (which == "recent") == bool(found["count"]):
        return None
    count = span_of_count(found["count"])[1] if found["count"] else _RECENT.get(unit, 1)
    if unit == "hour":
        count, unit = -(-count // 24), "day"
    if which not in _COMING:
        return _counted(Days(start=windows.shifted(today, -count, _UNITS[unit]), end=today))
    if intro.word == "for" or _FOR.search(asked.text, max(0, found.start() - 10), found.start()):
        return None  # a duration: banned for the next five years
    return _counted(Days(start=today, end=windows.shifted(today, count, _UNITS[unit])))


def _ago(found: re.Match[str], _intro: Intro, asked: Reading) -> Phrase:
    low, high = span_of_count(found["count"])
    unit = found["unit"]
    if found["exact"] and unit != "hour":
        return _counted(windows.one_day(windows.shifted(asked.today, -high, _UNITS[unit])))
    if unit == "hour":
        low, high, unit = low // 24, -(-high // 24), "day"
    earliest = windows.calendar_unit(windows.shifted(asked.today, -high, _UNITS[unit]), _UNITS[unit])
    latest = windows.calendar_unit(windows.shifted(asked.today, -low, _UNITS[unit]), _UNITS[unit])
    if unit == "decade":  # ten years ago, not somewhere in that decade
        earliest = latest = windows.calendar_unit(windows.shifted(asked.today, -high, "decade"), "year")
    return _counted(Days(start=earliest.start, end=latest.end))


def _upcoming(_found: re.Match[str], intro: Intro, asked: Reading) -> Phrase | None:
    if intro.word or intro.the or intro.part:
        return None
    return Phrase(days=Days(start=asked.today, end=date.max), kind="upcoming", relative=True)


def _newest(found: re.Match[str], intro: Intro, asked: Reading) -> Phrase | None:
    if intro.word or intro.the or intro.part or (found.start() > 0 and asked.capital(found.start())):
        return None
    return Phrase(days=windows.one_day(asked.today), kind="newest", relative=True)


_WHICH = "this_past|this_coming|last|this|past|previous|next|coming|current"
_NEWEST = (
    "(?:up_(?:to|until)|until|till|by|as_of|right|for)_now(?!_that)",
    "now(?!_that)|nowadays|currently|presently|as_things_stand|these_days|lately",
    "at_(?:the_moment|present|this_moment)",
    "last(?=_(?:figure|toll|tally|count|estimate)s?\\b)",
    "latest|newest|most_recent(?:ly)?|recently",
    "recent(?!_(?:history|memory|memories|record|times|decades|years|months|weeks|days))",
    "current(?!_(?:account|accounts|affairs)|_?[,.?!]|$)",
    "still(?!_(?:life|lifes|image|images|water|waters|photo|birth))",
    "so_far(?!_(?:as|from|away|right|left))",
    "to_date(?=[?.,;!)]|$|_(?:in|on|by|from|about)|_?$)",
)
RULES = (
    rule(rf"(?P<words>{'|'.join(_NEAR_DAYS).replace(' ', '_')})", _near_day),
    rule(
        rf"(?:(?P<which>this_past|this_coming|last|past|this|next|coming)_)?(?P<weekday>{'|'.join(WEEKDAYS)})", _weekday
    ),
    rule(rf"(?P<which>{_WHICH})_(?P<unit>weekend|week|fortnight|month|quarter|year|decade)", _unit),
    rule(
        rf"(?P<which>last|past|previous|preceding|recent|next|coming|following)_(?:(?P<count>{COUNT})_)?"
        r"(?P<unit>hour|day|week|fortnight|month|year|decade)s?",
        _several,
    ),
    rule(
        rf"(?P<count>{COUNT})_(?P<unit>hour|day|week|fortnight|month|year|decade)s?_ago(?P<exact>_(?:today|to_the_day))?",
        _ago,
    ),
    rule("(?P<unit>weekend|week|month|year)_before_last", _before_last),
    rule("(?P<unit>week|month|quarter|year)_to_date", _to_date),
    rule("overnight", _overnight),
    rule("(?P<unit>weekend|week|month|quarter|year|decade)", _running_unit),
    rule("upcoming|forthcoming", _upcoming),
    rule("|".join(f"(?:{words})" for words in _NEWEST), _newest),
)
"""In order: the first that fits at a place is taken, so the fuller pattern stands first."""
