"""Quantities of a sentence: numbers that claim something, with unit and noun, ranges and superseded figures settled."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from qa_service.claims.exclusions import is_no_quantity
from qa_service.claims.nouns import Noun, noun_after
from qa_service.claims.numbers import Number, after_bound, numbers
from qa_service.claims.statement import Bound
from qa_service.claims.units import span_of_time, unit_after, unit_before

_BARE_AFTER = re.compile(
    r"\s(?:(?:still|now|more|others?|also|all|further)\s)?(?:were|was|are|is|have|had|has|remain(?:ed)?|died|survived|escaped|fled|work(?:ed)?|came|voted"
    r"|got|dead|others?\b|as\b|short\b|on\sboard|aboard|in\b|instead\b|promised|expected|abstentions)\b|\s(?:or|but|to|and)\s(?:[\w-]+\s){0,2}[\d]"
)
_BARE_BEFORE = re.compile(
    r"\b(?:killed|killing|kills|injured|injuring|wounded|wounding|arrested|arresting|detained|left|leaving|treated|treating|carrying|built\sfor|counted"
    r"|rescued|saved|lost|counts?|holds?|(?:makes?|made)\sit|numbered|numbering|numbers|accepts?|accepted|acknowledges?d?|admits?|admitted|concedes?d?|recognises?d?|listed|lists|confirmed|reported|claimed|claims|tally\sof|count\sof|toll\s(?:of|to|at)|number\s(?:of|at|to|was|is|was\sonly)|figure\s(?:of|at|to|was|is)|total\s(?:of|to|at)|spoke\sof"
    r"|spoken\sof|speaks\sof|(?:put|puts)\s(?:it|them|this|that|the\s[\w\s]{2,30}?)?\s?at|had|expected|knows?\sof|knew\sof|estimated\sat|stands\sat|stood\sat"
    r"|(?:climbs?|climbed|rises?|rose|risen|grew|grown|jump(?:s|ed)|revised|rais(?:ed|es)|lowered|corrected|cut|reached|reaches|hits?)(?:\s[\w\s]{1,24})?\s(?:to|at)"
    r"|reached|exceeded|surpassed|topped|capacity\sof|room\sfor|space\sfor|thought\sit\swas|it\swas|was|not|is|but|to|by|of|at|said|says|for|with|called|than|last)\s$",
    re.IGNORECASE,
)
_COUNTING = re.compile(
    r"\b(?:toll|number|figure|count|tally|total|estimate|dead|killed|wounded|injured|missing|toll|crowd|turnout|passengers|size)\b",
    re.IGNORECASE,
)
_STRONG_BEFORE = re.compile(
    r"\b(?:killed|killing|injur\w+|wound\w+|arrested|detained|treated|treating|carrying|built\sfor|rescued|saved|registered|admitted|feeding|housing|sheltering|estimated|recorded|found|only|toll\sof|count\sof|tally\sof"
    r"|spoke\sof|spoken\sof|speaks\sof|knows\sof|knew\sof|acknowledge[sd]?|admits|admitted|concede[sd]?|capacity\sof|room\sfor|leaving|left|counted|nearer|(?:put|puts)\s(?:it|this|that|them)\sat)\s$",
    re.IGNORECASE,
)
_ESTIMATED = "estimated"
_FOLLOWS = re.compile(r"[,;]\s(?:[\w’'-]+\s){1,6}$|[\w’]+\s$")
_CLOCK = re.compile(
    r"(?<!put)(?<!puts)(?<!stood)(?<!stands)\b(?:every\s\w+|out|open|opens|close[ds]?|begins?|began|start(?:s|ed)?)(?:\s\w+){0,2}\sat\s$"
)
_REVISED = re.compile(
    r"\b(?:revis|rais|lower|correct|cut|updat|chang|amend)\w*\s(?:it|this|that|them|the\sfigure)\s(?:\w+\s)?to\s$",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(?:rais|ris|rose|grow|grew|grown|climb|jump|increas|lift|slow|fall|fell|drop|cut|lower|reduc|declin|revis|correct|chang|up|down|shr[aiu]nk|eas|"
    r"surg|swell|swollen|went|gone|goes|widen|narrow|mov|updat|bring|brought|tak|adjust|doubl)\w*\b",
    re.IGNORECASE,
)
_RANGING = re.compile(
    r"\b(?:rang(?:e|es|ed|ing)|anything|anywhere|var(?:y|ies|ied|ying)|estimates|between)\s(?:\w+\s)?from\s$|\bbetween\s$",
    re.IGNORECASE,
)
_TO = re.compile(
    r"(?:\s[\w’'%-]+){0,5}?,?\sto\s(?:the\s|an?\s(?:new\s|record\s|total\sof\s)|just\s|only\s|about\s|some\s|nearly\s|at\sleast\s|more\sthan\s|over\s)*$"
)
_SPOKEN = re.compile(
    r"\bhad\s(?:earlier\s|previously\s|first\s|initially\s|originally\s|at\sfirst\s)?(?:spoken|put|given|reported|said|announced|listed|counted)\b[^.;]*$",
    re.IGNORECASE,
)
_CORRECTS = re.compile(r"\b(?:correct|revis|rais|lower|reduc|updat|chang|amend)\w*\b[^.;]*\bto\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with what it counts or measures; ``[start, end)`` is the phrase that a claim quotes."""

    number: Number
    start: int
    end: int
    value: float
    bound: Bound
    unit: str | None
    noun: Noun | None


@lru_cache(maxsize=4096)
def quantities(sentence: str, *, counting: bool = False, times: bool = False) -> tuple[Quantity, ...]:
    """The quantities that ``sentence`` claims, in text order.

    ``counting``: the sentence before was counting, so that a bare number can go on from there.
    ``times``: spans of time and ages instead, which claim nothing unless they are asked for.
    """
    if times:
        return tuple(one for one in (_time(sentence, number) for number in numbers(sentence)) if one is not None)
    found = [one for one in (_quantity(sentence, number) for number in numbers(sentence)) if one is not None]
    found = [one for at, one in enumerate(found) if not _superseded(sentence, found, at)]
    found = _ranges(sentence, found)
    return tuple(one for at, one in enumerate(found) if _claims(sentence, found, at, counting=counting))


def _quantity(sentence: str, number: Number) -> Quantity | None:
    end = number.end
    unit, start = None, number.lead
    noun: Noun | None = None
    before = unit_before(sentence, number.start, number.currency)
    measured = before or (None if number.percent or number.vague else unit_after(sentence, end))
    if before is not None:
        unit, start = before[0], min(start, before[1])
    elif measured is not None:
        unit, end = measured
    elif number.percent:
        unit = "percent"
    else:
        noun = noun_after(sentence, end, one=number.value == 1 and not number.scaled)
    people = noun is not None and noun.people
    if is_no_quantity(sentence, number, measured=measured is not None, counted=noun is not None, people=people):
        return None
    bound = number.bound
    if noun is not None:
        end = noun.end
        unit = "people" if noun.people else noun.head
    if not number.slack and not number.vague:
        after = after_bound(sentence, end)
        if after is not None:
            end, bound = after
    return Quantity(number=number, start=start, end=end, value=number.value, bound=bound, unit=unit, noun=noun)


def _time(sentence: str, number: Number) -> Quantity | None:
    measured = span_of_time(sentence, number.end)
    if measured is None or number.currency or number.percent:
        return None
    unit, end = measured
    return Quantity(
        number=number, start=number.lead, end=end, value=number.value, bound=number.bound, unit=unit, noun=None
    )


def _superseded(sentence: str, found: list[Quantity], at: int) -> bool:
    """Whether a quantity is the old figure of a change: "from X to Y", "up from X", "to Y from X", "of X to Y"."""
    one = found[at]
    before = sentence[: one.start]
    following = found[at + 1] if at + 1 < len(found) else None
    to_next = following is not None and _TO.match(sentence[one.end : following.start] or " ") is not None
    if re.search(r"\bfrom\s(?:the\s|an?\s(?:\w+\s)?|just\s|only\s)?$", before):
        if _RANGING.search(before) or (to_next and not _CHANGE.search(before) and not re.search(r"\bfrom\s$", before)):
            return False
        previous = found[at - 1] if at else None
        after_to = (
            previous is not None
            and re.search(r"\b(?:to|at|is|was)\s(?:\w+\s){0,2}$", sentence[: previous.start]) is not None
        )
        near = previous is not None and one.start - previous.end < 40
        return (
            to_next
            or (after_to and near)
            or re.search(r"\b(?:up|down|rise|fall|increase|drop|decrease|raised|lowered)\sfrom\s$", before) is not None
        )
    if (
        to_next
        and re.search(r"\bof\s$", before)
        and re.search(r"\b(?:rais|lower|revis|correct|cut|increas|reduc|lift|updat)\w*\b[^;]*$", before)
    ):
        return True
    return _SPOKEN.search(before) is not None and _CORRECTS.search(sentence, one.end) is not None


def _ranges(sentence: str, found: list[Quantity]) -> list[Quantity]:
    """Ranges settled: "between 30 and 40 people", "15 to 20 per cent": the lower bound and the upper, one span."""
    settled: list[Quantity] = []
    at = 0
    while at < len(found):
        low = found[at]
        high = found[at + 1] if at + 1 < len(found) else None
        if high is not None and _is_range(sentence, low, high):
            between = re.search(
                r"\b(?:(?:some|about|around|roughly|an\sestimated|anything|anywhere)\s)?(?:between|from)\s$",
                sentence[: low.start],
                re.IGNORECASE,
            )
            start = between.start() if between else low.start
            value = low.value
            if high.number.scaled and not low.number.scaled and value < 1000:
                factor = 10 ** (3 * ((len(str(int(high.value))) - 1) // 3))
                value = value * factor
            settled.append(
                replace(low, start=start, end=high.end, value=value, bound="at_least", unit=high.unit, noun=high.noun)
            )
            settled.append(replace(high, start=start, bound="at_most"))
            at += 2
            continue
        settled.append(low)
        at += 1
    return settled


def _is_range(sentence: str, low: Quantity, high: Quantity) -> bool:
    if high.value <= low.value:
        return False
    between = sentence[low.end : high.start]
    plain = low.noun is None and (low.unit is None or low.unit == high.unit)
    if re.search(r"\bbetween\s(?:about\s|some\s)?$", sentence[: low.start], re.IGNORECASE):
        return re.fullmatch(r"\sand\s", between) is not None
    if (high.noun or high.unit) and re.fullmatch(r"\s?[-–—]\s?|\sto\s", between):
        return plain and (high.noun is None or high.number.start == high.start)
    return False


def _claims(sentence: str, found: list[Quantity], at: int, *, counting: bool) -> bool:
    """Whether a quantity claims something: it has a unit or a noun, or stands bare where a count is meant."""
    one = found[at]
    if one.number.vague and one.noun is None:
        return _vague_counts(sentence, one)
    if one.noun is not None or one.unit is not None or one.number.scaled:
        return True
    before = sentence[: one.start]
    if at == 0 and not one.number.slack and re.search(r"\b(?:the|this)\s$", before, re.IGNORECASE):
        return False
    return _counts_bare(sentence, one, before, at) or _carries_on(sentence, found, at, counting=counting)


def _counts_bare(sentence: str, one: Quantity, before: str, at: int) -> bool:
    """Whether the words next to a bare number make it a count: "killed 12", "12 were hurt", "a toll of over 40"."""
    if one.number.slack and sentence[one.start : one.start + len(_ESTIMATED)].lower() == _ESTIMATED:
        return True
    if _STRONG_BEFORE.search(before) or (one.number.slack and _COUNTING.search(sentence)):
        return True
    return _BARE_AFTER.match(sentence, one.end) is not None and (one.value > 1 or at > 0)


def _carries_on(sentence: str, found: list[Quantity], at: int, *, counting: bool) -> bool:
    """Whether a bare number goes on from a count before it, or is called a toll, a number, a figure."""
    before = sentence[: found[at].start]
    since = before[found[at - 1].end :] if at and found[at - 1].end < len(before) else ""
    if _CLOCK.search(before):
        return False
    if not _BARE_BEFORE.search(before) and not _FOLLOWS.search(since):
        return False
    called = _REVISED.search(before) or _COUNTING.search(sentence) or found[at].number.slack
    return at > 0 or counting or bool(called)


def _vague_counts(sentence: str, one: Quantity) -> bool:
    return (
        re.match(
            r"\s(?:were|was|are|have|had|more|of|dead|hurt|killed|injured|feared|arrested|missing|wounded|die|fled|flee|gathered|remain)\b|\s?[,.;]|\Z",
            sentence[one.end :],
        )
        is not None
    )
