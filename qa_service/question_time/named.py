"""Times that a question names: days, months, quarters, seasons, years, decades, fixed holidays.

Without a year they are the nearest past ones at asked-at, or the nearest to come if the question speaks of the future.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from qa_service import calendar_windows as windows
from qa_service.calendar_windows import Days
from qa_service.question_time.words import (
    COUNT,
    EVENT,
    LONG_MONTH,
    MONTH,
    MONTHS,
    ONE_OFF,
    WEEKDAYS,
    YEAR,
    Intro,
    Phrase,
    Reading,
    pattern,
    rule,
    span_of_count,
)

_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)?(?![0-9])"
_OF_YEAR = rf"(?:(?:,_?|_)(?:of_|in_)?(?P<year>{YEAR}|'[0-9]{{2}}(?![0-9])|(?:last|this|next)_year))"
_ON_WEEKDAY = rf"(?:(?:{'|'.join(WEEKDAYS)}),?_(?:the_)?)?"
_TO = r"(?:_?-_?|_(?:to|and|until|till|through)_(?:the_)?)"
_DECADES: list[str] = ["twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties"]
_ORDINALS = ("first", "second", "third", "fourth")
_HOLIDAYS = {
    "christmas day": (12, 25, 25),
    "christmas eve": (12, 24, 24),
    "christmas": (12, 24, 26),
    "boxing day": (12, 26, 26),
    "new year's eve": (12, 31, 31),
    "new year's day": (1, 1, 1),
    "valentine's day": (2, 14, 14),
    "halloween": (10, 31, 31),
}
_STRONG = frozenset(["in", "during", "throughout", "within", "up to", "as of"])
_WEAK = frozenset(
    ["since", "before", "after", "by", "until", "till", "from", "following", "through", "between", "prior to"]
)
_COMING_YEARS = 10
"""How far ahead of asked-at a year of two digits may lie before it is one of the last century."""
_FIRST_NAMES = frozenset(["april", "may", "june", "august"])
_EVENT = pattern(rf"{EVENT}$")
_ONE_OFF = pattern(rf"{ONE_OFF}$")


def _number(text: str) -> int:
    return int(re.sub(r"[^0-9]", "", text))


def _month_number(name: str) -> int:
    return MONTHS.index(name[:3]) + 1


def _year_number(words: str, asked: Reading) -> int:
    if words[0] == "'":
        year = 2000 + int(words[1:])
        return year if year <= asked.today.year + _COMING_YEARS else year - 100
    if words[0].isdigit():
        return int(words)
    return asked.today.year + {"last": -1, "this": 0, "next": 1}[words[:4]]


def _counted_year(words: str | None) -> bool:
    """Whether the year is none ("in March") or counted from asked-at ("last year")."""
    return words is None or words[0] in "lnt"


def _in_year(asked: Reading, words: str | None, month: int, day: int | None, last: int | None = None) -> Phrase:
    """A month, a day or the days up to `last`: of the year named, else of the nearest that fits the tense."""
    if words is None:
        days = windows.occurrence(month, day, asked.today, future=asked.future)
    else:
        year = _year_number(words, asked)
        days = windows.months(year, month) if day is None else windows.one_day(date(year, month, day))
    if last is not None:
        days = Days(start=days.start, end=days.start.replace(day=last))
        if days.end < days.start:
            raise ValueError("the days of a range ascend")
    yearless = (month, day) if words is None and last is None else None
    return Phrase(days=days, relative=_counted_year(words), yearless=yearless)


def _iso_day(found: re.Match[str], _intro: Intro, _asked: Reading) -> Phrase:
    return Phrase(days=windows.one_day(date(int(found["y"]), int(found["m"]), int(found["d"]))))


def _numeric_day(found: re.Match[str], _intro: Intro, _asked: Reading) -> Phrase | None:
    first, second = int(found["a"]), int(found["b"])
    if found["sep"] != found["again"]:
        return None
    month_first = second > 12 or (found["sep"] == "/" and first <= 12)
    month, day = (first, second) if month_first else (second, first)
    return Phrase(days=windows.one_day(date(int(found["y"]), month, day)))


def _named_day(found: re.Match[str], intro: Intro, asked: Reading) -> Phrase | None:
    last = found.groupdict().get("last")
    if found["year"] is None:
        if _ONE_OFF.match(asked.next_word(found.end()).lower()) or asked.counts_things(found.end(), any_plural=False):
            return None  # "the September 11 attacks" is a topic, "October 3 and 20 people" holds a count
        verb = found["month"] in {"may", "march"} and not asked.capital(found.start("month"))
        if verb and found["day"].isdigit() and not intro.word:
            return None  # "how many may 5 people bring"
    month, day = _month_number(found["month"]), _number(found["day"])
    return _in_year(asked, found["year"], month, day, _number(last) if last else None)


def _named_month(found: re.Match[str], _intro: Intro, asked: Reading) -> Phrase:
    return _in_year(asked, found["year"], _month_number(found["month"]), None)


def _month_pair(found: re.Match[str], _intro: Intro, asked: Reading) -> Phrase:
    final = _in_year(asked, found["year"], _month_number(found["last"]), None)
    first = windows.occurrence(_month_number(found["month"]), None, final.days.end, future=False)
    return Phrase(days=Days(start=first.start, end=final.days.end), relative=final.relative)


def _months_to(found: re.Match[str], _intro: Intro, asked: Reading) -> Phrase | None:
    """Twelve months for "the year to August", of which August is the last."""
    unit, count = found["unit"], 1
    if found["count"]:
        count = span_of_count(found["count"])[1]
    elif unit.startswith("month"):
        return None
    final = _in_year(asked, found["year"], _month_number(found["month"]), None)
    back = count * {"y": 12, "q": 3, "m": 1}[unit[0]] - 1
    return Phrase(
        days=Days(start=windows.shifted(final.days.start, -back, "month"), end=final.days.end), relative=final.relative
    )


def _bare_month(found: re.Match[str], intro: Intro, asked: Reading) -> Phrase | None:
    month, which = _month_number(found["month"]), " ".join((found["which"] or "").split())
    this = windows.calendar_unit(asked.today, "month")
    if not which:
        return _in_year(asked, None, month, None) if _is_month(found, intro, asked) else None
    if which == "this":
        days = windows.months(asked.today.year, month)
    elif which in {"last", "past", "this past"}:
        days = windows.occurrence(month, None, this.start - timedelta(days=1), future=False)
    else:
        days = windows.occurrence(month, None, this.end + timedelta(days=1), future=True)
    return Phrase(days=days, relative=True)


def _is_month(found: re.Match[str], intro: Intro, asked: Reading) -> bool:
    """Whether "May" or "March" is the month: introduced as one and not going on as a name or a verb."""
    name, capital, following = found["month"], asked.capital(found.start("month")), asked.next_word(found.end())
    if intro.the and not intro.part:
        return capital and _EVENT.match(following.lower()) is not None  # "the May elections"
    if not intro.part and intro.word not in _STRONG | _WEAK:
        return False
    if capital and (intro.part or intro.word in _STRONG) and following.lower() not in {"day", "said"}:
        return name not in _FIRST_NAMES or not following[:1].isupper()
    return asked.phrase_stops(found.end(), verbs=name not in _FIRST_NAMES)


def _quarter(found: re.Match[str], _intro: Intro, asked: Reading) -> Phrase | None:
    part, count = found["part"], 6 if found["part"][0] == "h" else 3
    code = part[1:].isdigit()
    if not code and not found["year"]:
        return None  # "the third quarter" may be of a match
    month = ((int(part[1]) if code else _ORDINALS.index(part.split()[0]) + 1) - 1) * count + 1
    if found["year"]:
        year, relative = _year_number(found["year"], asked), _counted_year(found["year"])
    else:
        year, relative = windows.occurrence(month, None, asked.today, future=asked.future).start.year, True
    return Phrase(days=windows.months(year, month, count), relative=relative)


def _season(found: re.Match[str], _intro: Intro, asked: Reading) -> Phrase | None:
    name, which, today = found["name"], " ".join((found["which"] or "").split()), asked.today
    if found["year"]:
        days = windows.season(name, _year_number(found["year"], asked))
        return Phrase(days=days, relative=_counted_year(found["year"]))
    if not which or asked.next_word(found.end()) in {"in", "of", "up", "from", "back"}:
        return None  # "fall in prices", "spring up"
    near = [windows.season(name, today.year + offset) for offset in (-2, -1, 0, 1)]
    if which == "this":
        days = next((each for each in near if each.start <= today <= each.end), near[2])
    elif which in {"last", "past", "this past"}:
        days = next(each for each in reversed(near) if each.end < today)
    else:
        days = next(each for each in near if each.start > today)
    return Phrase(days=days, relative=True)


def _year_pair(found: re.Match[str], _intro: Intro, asked: Reading) -> Phrase | None:
    first, tail = int(found["first"]), found["last"]
    last = int(tail) if len(tail) == 4 else first // 100 * 100 + int(tail)
    if len(tail) == 2 and last != first + 1 and 1 <= int(tail) <= 12:
        return Phrase(days=windows.months(first, int(tail)))  # 2023-10, the ISO month
    if last <= first or asked.counts_things(found.end(), any_plural=len(tail) == 4):
        return None
    event = asked.event_end(found.end())
    if last == first + 1 and asked.text[found.end() : event].endswith("season"):
        return Phrase(days=windows.months(first, 7, 12), kind="event", end=event)
    return Phrase(days=windows.years(first, last))


def _decade(found: re.Match[str], intro: Intro, asked: Reading) -> Phrase | None:
    text = found["decade"]
    if text[0].isdigit():
        first = int(text[:4])
    elif "the" not in asked.text[intro.start : found.start()].split():
        return None  # "in his sixties"
    elif text[0] == "'":
        first = int(text[1:3]) + (1900 if int(text[1:3]) > 20 else 2000)
    else:
        first = 1920 + 10 * _DECADES.index(text)
    return Phrase(days=windows.years(first, first + 9))


def _year(found: re.Match[str], intro: Intro, asked: Reading) -> Phrase | None:
    days = windows.years(int(found["year"]), int(found["year"]))
    beside_event = intro.the or intro.word in {"", "after", "before", "since", "following", "prior to"}
    beside_event = beside_event and not found["label"] and not intro.part
    if beside_event and not asked.counts_things(found.end(), any_plural=False):
        event = asked.event_end(found.end())
        if event:
            return Phrase(days=days, kind="event", end=event)
    return Phrase(days=days) if _is_year(found, intro, asked) else None


def _is_year(found: re.Match[str], intro: Intro, asked: Reading) -> bool:
    """Whether four digits are a year that says when, not a count, a number or part of a name."""
    end, before = found.end(), asked.word_before(intro.start)
    if found["label"]:
        return True
    if intro.part:
        return not asked.counts_things(end, any_plural=True)
    after_event = _EVENT.match(before.lower()) is not None
    if intro.word and not intro.the:
        if intro.word == "of" and not after_event and (_ONE_OFF.match(before.lower()) or before[:1].isupper()):
            return False  # "Treaty of 1763", "class of 2019"
        loose = intro.word not in {"in", "during", "since", "until", "throughout"}
        return not asked.counts_things(end, any_plural=loose)
    if asked.text.startswith("'s", end):
        return not _ONE_OFF.match(asked.next_word(end).lower())  # "2019's biggest film"
    keyword = end == len(asked.text.rstrip()) and asked.tells_a_topic(before) and not _ONE_OFF.match(before)
    return after_event or keyword


def _holiday(found: re.Match[str], intro: Intro, asked: Reading) -> Phrase | None:
    name, which = " ".join(found["name"].split()), found["which"]
    month, first, last = _HOLIDAYS[name]
    if not (which or found["year"] or intro.word in _STRONG | _WEAK | {"on", "at", "over"}):
        return None
    if " " not in name and not found["year"] and not asked.phrase_stops(found.end(), verbs=True):
        return None  # "Christmas tree"
    if which is None:
        days = _in_year(asked, found["year"], month, first).days
    elif which == "this":
        days = windows.one_day(date(asked.today.year, month, first))
    else:
        day_off = timedelta(days=1 if which == "next" else -1)
        days = windows.occurrence(month, first, asked.today + day_off, future=which == "next")
    relative = _counted_year(found["year"])
    return Phrase(days=Days(start=days.start, end=days.start.replace(day=last)), relative=relative)


_WHICH = r"(?:(?P<which>this_past|this_coming|last|past|this|next|coming)_)?"
RULES = (
    rule(rf"(?P<y>{YEAR})[-/.](?P<m>[0-9]{{1,2}})[-/.](?P<d>[0-9]{{1,2}})", _iso_day),
    rule(rf"(?P<a>[0-9]{{1,2}})(?P<sep>[-/.])(?P<b>[0-9]{{1,2}})(?P<again>[-/.])(?P<y>{YEAR})", _numeric_day),
    rule(rf"(?P<day>{_DAY}){_TO}(?P<last>{_DAY})(?:_of)?_(?P<month>{MONTH}){_OF_YEAR}?", _named_day),
    rule(rf"(?P<month>{MONTH})_(?:the_)?(?P<day>{_DAY}){_TO}(?P<last>{_DAY}){_OF_YEAR}?", _named_day),
    rule(rf"{_ON_WEEKDAY}(?P<day>{_DAY})(?:_of)?_(?P<month>{MONTH}){_OF_YEAR}?", _named_day),
    rule(rf"{_ON_WEEKDAY}(?P<month>{MONTH})_(?:the_)?(?P<day>{_DAY}){_OF_YEAR}?", _named_day),
    rule(
        rf"(?:(?P<count>{COUNT})_)?(?P<unit>months?|quarters?|years?)_(?:to|ended|ending|through)_"
        rf"(?P<month>{MONTH}){_OF_YEAR}?",
        _months_to,
    ),
    rule(rf"(?P<month>{MONTH})_?[-/]_?(?P<last>{MONTH}){_OF_YEAR}", _month_pair),
    rule(rf"(?P<month>{MONTH}){_OF_YEAR}", _named_month),
    rule(rf"{_WHICH}(?P<month>{LONG_MONTH})", _bare_month),
    rule(rf"(?P<part>[qh][12]|q[34]|(?:{'|'.join(_ORDINALS)})_quarter){_OF_YEAR}?", _quarter),
    rule(rf"{_WHICH}(?P<name>spring|summer|autumn|fall|winter)(?:{_OF_YEAR}(?:[-/][0-9]{{2,4}})?)?", _season),
    rule(rf"(?P<first>{YEAR})_?[-/]_?(?P<last>{YEAR}|[0-9]{{2}})(?!-)", _year_pair),
    rule(rf"(?P<decade>(?:1[5-9]|20)[0-9]0(?='?s)|'[0-9]0(?='?s)|{'|'.join(_DECADES)})(?:'?s)?", _decade),
    rule(rf"(?P<label>(?:(?:fiscal|financial|calendar)_)?year_|fiscal_)?(?P<year>{YEAR})(?!-[0-9])", _year),
    rule(rf"(?:(?P<which>last|this|next)_)?(?P<name>{'|'.join(_HOLIDAYS).replace(' ', '_')}){_OF_YEAR}?", _holiday),
)
"""In order: the first that fits at a place is taken, so the fuller pattern stands first."""
