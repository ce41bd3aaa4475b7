"""The words of the grammar, and the question as its rules see it.

Patterns are written on folded text (`fold`); in them `_` stands for one to three white-space characters, which
together with bounded repetition keeps reading linear in the length of the question.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from qa_service.calendar_windows import Days

Kind = Literal["dated", "counted", "event", "upcoming", "newest"]
"""A named date; one counted from asked-at; the year of a recurring event; what is to come; the newest state."""


def alternatives(listed: str) -> str:
    """The blank-separated words as one group of a pattern."""
    return "(?:" + "|".join(listed.split()) + ")"


def pattern(text: str) -> re.Pattern[str]:
    """`text` compiled, with `_` read as one to three white-space characters."""
    return re.compile(text.replace("_", r"(?:\s{1,3})"))


EVENT = alternatives(
    "elections? midterms vote marathon budget seasons? championships? cups? games olympics paralympics wars? "
    "offensive invasion ceasefire festival awards? oscars grammys emmys globes gala prizes? races? census report "
    "conference summits? tournament polls? finals? playoffs draft contest eurovision euros? wimbledon primary "
    "primaries debates? campaign series parade ceremony earthquakes? hurricanes? floods wildfires "
    "strikes protests edition takeovers? coups? (?:national|party|republican|democratic)_convention"
)
"""What happens again and again, so that a year tells which: the year is a time."""
ONE_OFF = alternatives(
    "crisis crash class act treaty agreement accords? deal referendum attacks? bombings? hearings? riots? "
    "insurrection massacre revolution constitution spirit generation pandemic total population number average "
    "committee sum height altitude price cost room flight route windows model agenda area vision version chapter "
    "section"
)
"""What happened once or is no event: a year beside it belongs to its name."""
COUNTED = alternatives(
    "units? people persons men women children votes dollars euros pounds rupees yen percent per million billion "
    "thousand km kilomet(?:er|re)s metres? meters? miles feet tonnes tons calories points seats troops soldiers "
    "deaths cases jobs homes houses copies rows words pages hectares acres degrees volts watts prices members"
)
"""What numbers between 1500 and 2099 count."""
_FUNCTION_WORDS = frozenset(
    "in on at of to and or but the a an by for from with as that this there how what which who whom whose when "
    "where why after before since until till through according because due during he she it they we you i "
    "than if so while over under into about between onward onwards".split()
)
_VERBS = frozenset("did do does has have had was were is are will would can could".split())

MONTHS: list[str] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
LONG_MONTH = alternatives("january february march april may june july august september october november december")
MONTH = rf"(?:{LONG_MONTH}|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?)"
WEEKDAYS: list[str] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
YEAR = "(?:1[5-9]|20)[0-9]{2}"
_SMALL_NUMBERS: list[str] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"
]  # fmt: skip
COUNT = rf"(?:[1-9][0-9]{{0,2}}|{'|'.join(_SMALL_NUMBERS)}|(?:a_)?couple_of|(?:a_)?few|several|an?)"
_VAGUE = {"couple": (2, 2), "few": (2, 6), "several": (3, 9)}

AFTER = r"(?![\w%°])(?!-[a-z])(?![./:]\w)(?!,[0-9])"
"""Ends every phrase: "2,020", "2020%", "week-long" and "monday.com" are none."""

_NEXT_WORD = pattern(r"(?:'s)?_([a-z\u00c0-\uffff]['\w-]{0,40})")
_WORD_BEFORE = pattern(r"(?<![\w'])(\w['\w-]{0,40})_$")
_EVENT_AFTER = pattern(
    rf"(?:'s)?(?:_(?!(?:{'|'.join(sorted(_FUNCTION_WORDS | _VERBS))}|{ONE_OFF})\b)[\w'&.-]{{1,30}}){{0,4}}?"
    rf"_(?:{EVENT}|(?:word|person)_of_the_year)\b(?!_(?:lines?|veterans?|memorial|era)\b)"
)
_COUNTED_AFTER = pattern(rf"_{COUNTED}\b")
_FOLDED = str.maketrans("’‘“”–‑‒−", "''\"\"----")


def fold(question: str) -> str:
    """The question in lower case with plain quotes and dashes, code point for code point."""
    plain = question.translate(_FOLDED)
    lowered = plain.lower()
    if len(lowered) == len(plain):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in plain)


def span_of_count(words: str) -> tuple[int, int]:
    """The smallest and largest number meant by what `COUNT` matched."""
    first = words.removeprefix("a ").split()[0]
    if first.isdigit():
        return int(first), int(first)
    if first in _SMALL_NUMBERS:
        return _SMALL_NUMBERS.index(first) + 1, _SMALL_NUMBERS.index(first) + 1
    return _VAGUE.get(first, (1, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A question being read: as given, folded to the same length, and seen from which day."""

    raw: str
    text: str
    today: date
    future: bool
    """Whether the question speaks of what is to come ("will", "is expected to")."""

    def next_word(self, end: int) -> str:
        """The raw word after `end` if only white space or a possessive lies between; "" at a stop."""
        found = _NEXT_WORD.match(self.text, end)
        return self.raw[found.start(1) : found.end(1)] if found else ""

    def word_before(self, start: int) -> str:
        """The raw word before `start` with only white space between, or ""."""
        found = _WORD_BEFORE.search(self.text, max(0, start - 30), start)
        return self.raw[found.start(1) : found.end(1)] if found else ""

    def phrase_stops(self, end: int, *, verbs: bool) -> bool:
        """Whether no name goes on at `end`: punctuation, the end, a function word or (if allowed) a verb follows."""
        word = self.next_word(end).lower()
        return not word or word in _FUNCTION_WORDS or (verbs and word in _VERBS)

    def event_end(self, end: int) -> int:
        """Where a noun for something that recurs ("election") ends, if among the few words that follow; else 0."""
        found = _EVENT_AFTER.match(self.text, end)
        return found.end() if found else 0

    def counts_things(self, end: int, *, any_plural: bool) -> bool:
        """Whether the number ending at `end` counts what follows ("2020 votes") rather than naming a year."""
        if _COUNTED_AFTER.match(self.text, end):
            return True
        word = self.next_word(end)
        plural = word.islower() and word.endswith("s") and not word.endswith(("ss", "'s"))
        return any_plural and plural and not self.phrase_stops(end, verbs=True) and not self.event_end(end)

    def tells_a_topic(self, word: str) -> bool:
        """Whether a word before a closing year is what a keyword question is about ("ceasefire 2020")."""
        return word.islower() and len(word) > 3 and word not in _FUNCTION_WORDS | _VERBS

    def capital(self, start: int) -> bool:
        """Whether the word at `start` begins with a capital."""
        return self.raw[start].isupper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intro:
    """What leads into a phrase and where it starts: a preposition or "", a part ("end of") or "", and "the" last."""

    word: str
    the: bool
    part: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """What a time phrase denotes, before its preposition is applied."""

    days: Days
    kind: Kind = "dated"
    relative: bool = False
    current: bool = False
    """Still running at asked-at ("this month"): what is reported of it ends there."""
    yearless: tuple[int, int | None] | None = None
    """Month and day that were given no year and may take one from the end of a range."""
    end: int = 0
    """Where it ends if beyond what the pattern matched: the event that a year belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A pattern, and what it denotes; None or `ValueError` where the words are no time."""

    pattern: re.Pattern[str]
    build: Callable[[re.Match[str], Intro, Reading], Phrase | None]


def rule(text: str, build: Callable[[re.Match[str], Intro, Reading], Phrase | None]) -> Rule:
    """The rule for `text` ending as a phrase must."""
    return Rule(pattern=pattern(f"(?:{text}){AFTER}"), build=build)
