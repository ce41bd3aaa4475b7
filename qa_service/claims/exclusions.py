"""Numbers that claim no quantity: dates, ages, durations, names, scores, multiples, denominators."""

from __future__ import annotations

import re

from qa_service.claims.numbers import Number

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b"
)
_TIME_UNIT = (
    r"(?:seconds?|minutes?|hours?|days?|nights?|mornings?|evenings?|weeks?|weekends?|fortnights?|months?|years?|decades?"
    r"|centur(?:y|ies)|generations?|seasons?)\b(?!\sof\s(?:age|work)\s)"
)
_AFTER = re.compile(
    rf"""
      [\s-](?:(?:or\sso|more|further|full|long|straight|consecutive|successive|whole|additional|extra|other|working|calendar
        |short|brief|difficult|minus|and\sa\shalf|to\s\w+|or\s\w+|-)[\s-]){{0,2}}{_TIME_UNIT}
    | -?year-olds?\b | \s?years\sold\b
    | (?:\s*(?:,|and|to|or|&|-|–|—|/)\s*\d{{1,2}})*\s(?:of\s)?{_MONTH}
    | (?:st|nd|rd|th)\b
    | [:.]\d\d(?:[:.]\d\d)?\b(?!\s?(?:million|billion|per|%|met|kilo|km|cm|kg)) | \s?[ap]\.?m\b | \s?o.clock\b
    | \s(?:in\sthe\s(?:morning|afternoon|evening)|at\snight)\b
    | \s(?:times|fold)\b | -?fold\b
    | \s(?:to|past)\s(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s(?:this|in|on|yesterday|,)
    | \s[A-Z][\w’']+(?:\s[A-Z][\w’']+)?\s(?:Street|Road|Lane|Avenue|Square|Place|Drive|Court|Terrace|Way
        |Boulevard|Quay|Close|Row|Crescent|Gardens)\b
    | \s?(?:[/-]|–)\d+\b(?!\s?(?:per|%|people|[a-z]+s\b|million|billion|km|met))
    | \sof\s(?:these|the\sbest)\b(?=\s*$)
    """,
    re.VERBOSE,
)
_DESIGNATOR = re.compile(
    r"(?:\b(?:flight|room|article|page|day|number|no\.?|nos\.?|platform|class|grade|chapter|section|route|highway|motorway"
    r"|interstate|road|line|bus|tram|track|gate|channel|unit|block|level|phase|stage|group|category|round|lap|hole|paragraph"
    r"|resolution|version|apartment|flat|house|floor|lot|item|table|terminal|pier|berth|shaft|ward|pit|reactor|witness|court"
    r"|courtroom|year|week|part|volume|episode|type|model|boeing|airbus|apollo|covid|formula|district|zone|sector|studio"
    r"|point|rule|clause|exhibit|bay|hangar|turn|junction|exit|kilometre|mile|aged?|age\sof|ages|circa|from\sage|born\sin"
    r"|group\sof|gang\sof|council\sof|figure\sskater|under-|over-|iphone|windows|league)[\s-]|\#)$",
    re.IGNORECASE,
)
_MONTH_BEFORE = re.compile(rf"\b{_MONTH}\.?\s(?:the\s)?$")
_DENOMINATOR = re.compile(r"\b(?:per|for\severy|in\severy|out\sof(?:\severy)?|every|each)\s$", re.IGNORECASE)
_AGE_APPOSITION = re.compile(r"[A-Z][\w’'.-]+,\s$")
_AGE_BOUND = re.compile(
    r"\b(?!(?:to|at|by|was|were|is|are|be|put|with|of|for)\b)(?!\w+ed\b)\w+\s(?:under|over|above|below|aged|older\sthan|younger\sthan"
    r"|up\sto)\s$",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(
    r"\b(?:in|since|of|by|until|till|from|to|after|before|early|late|mid|the|and|during|around|circa|spring|summer|autumn"
    r"|fall|winter|last|end)[\s-]$",
    re.IGNORECASE,
)
_NAME_BEFORE = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-Z][\w’'-]+\s$")
_DEFINITE = re.compile(r"\b(?:the|these|those)\s$", re.IGNORECASE)
_TOLL = re.compile(r"\b(?:toll|number|figure|count)\b", re.IGNORECASE)
_OF_THE = re.compile(
    r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|one|most|all|none|half)\sof\s(?:the|these|those)\s$",
    re.IGNORECASE,
)
_ONE_OF = re.compile(
    r"\sof\b|\sanother\b|\sby\sone\b|\sday\b|\sthing\b|\stime\b|\smore\b|\ssuch\b|\swho\b|\sthat\b|-|’s|'s"
)
_ONE_BEFORE = re.compile(
    r"\b(?:no|this|that|the|any|every|some|which|each|last|next|first|only|not|is|was|a)\s$|-$", re.IGNORECASE
)


def is_no_quantity(sentence: str, number: Number, *, measured: bool, counted: bool, people: bool) -> bool:
    """Whether a number is something else than a quantity.

    ``measured``: a unit was found; ``counted``: a noun that it counts; ``people``: a noun for human beings.
    """
    before, after = sentence[: number.start], sentence[number.end :]
    words = sentence[number.start : number.end].lower()
    if _AFTER.match(sentence, number.end) or _DENOMINATOR.search(before):
        return True
    if number.percent or number.vague or number.currency:
        return number.vague and words == "scores" and not (after.startswith(" of ") or not before.strip(" ‘'\"“"))
    if number.digits and not measured:
        return _part_of_a_name(before, after, counted=counted) or _is_year(sentence, number, before, people=people)
    if _points_back(words, before, after, counted=counted) or (
        not measured and re.match(r"[-–][a-z]", after) and not after.startswith("-odd")
    ):
        return True
    return not measured and not counted and (_DESIGNATOR.search(before) is not None or _is_age(before, after, number))


def _points_back(words: str, before: str, after: str, *, counted: bool) -> bool:
    """Whether a number word is a pronoun or recalls what was named: "one of", "the two leaders"."""
    if words == "one":
        return _ONE_OF.match(after) is not None or _ONE_BEFORE.search(before) is not None
    return (
        words in ("two", "three", "four", "five")
        and counted
        and _DEFINITE.search(before) is not None
        and not _OF_THE.search(before)
    )


def _part_of_a_name(before: str, after: str, *, counted: bool) -> bool:
    """Whether digits belong to a name: "Flight 417", "M4", "4b", "0555 2310", "Aurora 2", "64-seat"."""
    if re.search(r"[A-Za-z]-?$|[\d:][:.-]$|\d[ ]$", before) or re.match(r"[A-Za-z]|[ -]\d{3,}", after):
        return True
    if re.match(r"[-–][A-Za-z]", after) and not after.startswith("-odd"):
        return True
    if _DESIGNATOR.search(before):
        return True
    if _MONTH_BEFORE.search(before):
        return not counted or re.search(r"\bin\s\w+\s$", before) is None
    return not counted and (_NAME_BEFORE.search(before) is not None or re.match(r"\)", after) is not None)


def _is_age(before: str, after: str, number: Number) -> bool:
    if number.value > 110 or _TOLL.search(before):
        return False
    if _AGE_APPOSITION.search(before) and re.match(r"[,.;)]|$", after):
        return True
    return number.slack and _AGE_BOUND.search(before) is not None and re.match(r"[,.;)]|\s|$", after) is not None


def _is_year(sentence: str, number: Number, before: str, *, people: bool) -> bool:
    text = sentence[number.start : number.end]
    if re.fullmatch(r"0\d+", text):
        return True
    if _is_age(before, sentence[number.end :], number):
        return True
    if not (re.fullmatch(r"\d{4}", text) and 1500 <= number.value <= 2100):
        return False
    return not people or _YEAR_BEFORE.search(before) is not None
