"""Where a sentence holds something of the expected kind, and how well that fits: by unit, precision, looks of a name.

Surface patterns, no model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.article import Span
from qa_service.expected import Detail, Expected, Kind
from qa_service.names import find_names, likeness

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? )?{_MONTH}\b\.?(?: \d{{1,2}}\b)?(?:,? \d{{4}})?"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:1[0-9]|20)\d\d(?:s\b|\b)"
    r"|\b(?i:yesterday|today|tomorrow|tonight|(?:last|next|this) (?:week|month|year))\b"
    r"|\b(?:spring|summer|autumn|winter) (?:of )?\d{4}\b|\b\d{1,2}(?::\d\d)? ?[ap]\.?m\b"
    r"|\b(?:\w+|\d+) (?:years|months|weeks|days|hours) ago\b|\b\d{1,2}th century\b"
)
_WORD_NUMBER = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|dozens?"
    r"|half|third|quarter|twice|double|one|single|zero|billions?|trillions?)"
)
_NUMBER = re.compile(
    r"(?<![\w.])[$€£]?\d[\d,]*(?:\.\d+)?(?:-\w+)?"
    r"(?: ?(?:%|percent|per cent|million|billion|trillion|thousand|hundred))*"
    rf"|\b{_WORD_NUMBER}(?:[ -]{_WORD_NUMBER})*\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"(?:[$€£¥]|US\$|A\$|C\$|Rs\.? ?)\d[\d,.]*(?: ?(?:million|billion|trillion|thousand|[mkb]n?))?"
    r"|\d[\d,.]*(?: (?:million|billion|trillion|thousand))?"
    r" (?:dollars|euros?|pounds|rupees|yen|yuan|cents|crowns|roubles|rubles)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]{2,300}”|\"[^\"]{2,300}\"|‘[^’]{2,300}’")
_REASON = re.compile(
    r"\b(?:because(?: of)?|due to|owing to|after|following|amid|over|as a result of|in order to|so that|citing"
    r"|blamed?|caused? by|to avoid|in response to|since|thanks to)\b[^.;]*",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"[ -](?:\w+ )?(?:century|centurie|decade|year|month|week|day|hour|minute|second)s?\b", re.IGNORECASE
)
_LENGTHS = re.compile(r"[ -](?:\w+ )?(?:mile|kilomet|met(?:er|re)|km|f[eo]+t|inch|yard|light)", re.IGNORECASE)
_AGE = re.compile(r"[ -]years?[ -]old", re.IGNORECASE)
_PERCENT = re.compile(r"%|per ?cent", re.IGNORECASE)
_FRACTION = re.compile(r"third|quarter|half|fifth", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_ERA = re.compile(r"centur|decade|\d0s")
_VAGUE = frozenset("one first single half".split())


def fitness(expected: Expected, sentence: str, span: Span, following: list[str]) -> float:
    """How well a range that :func:`find_kind` found fits, between 0 and 1; ``following`` holds the stems after it."""
    kind = expected.kind
    if kind in ("person", "place", "organisation"):
        return likeness(sentence, span)[kind]
    if kind == "number":
        return _number_fits(expected, sentence, span, following)
    if kind == "date":
        return _date_fits(expected.detail, sentence, span)
    return 0.3 if kind == "thing" else 1.0


def _number_fits(expected: Expected, sentence: str, span: Span, following: list[str]) -> float:
    text, after = sentence[slice(*span)], sentence[span[1] : span[1] + 24]
    percent = bool(_PERCENT.search(text))
    year = _YEAR.fullmatch(text) is not None
    match expected.detail:
        case "count":
            return _count_fits(expected.counted, following, implausible=year or percent, text=text)
        case "share":
            return 1.0 if percent else 0.5 if _FRACTION.search(text) else 0.1
        case "duration":
            return 1.0 if _TIMES.match(after) or _TIMES.search(text) else 0.1
        case "distance":
            return 1.0 if _LENGTHS.match(after) or _LENGTHS.search(text) else 0.15
        case "age":
            aged = _AGE.match(after) or _AGE.search(text) or sentence[: span[0]].endswith(("aged ", "age of "))
            set_off = text.isdigit() and sentence[: span[0]].endswith(", ") and after.startswith(",")
            return 1.0 if aged or set_off else 0.2
        case _:
            return 0.2 if year else 0.6


def _count_fits(counted: tuple[str, ...], following: list[str], *, implausible: bool, text: str) -> float:
    reach = 1 if implausible else len(following)  # "in 2023 some 400 people" counts people by 400
    if counted and counted[0] in following[: min(3, reach)]:
        return 1.0
    if set(counted) & set(following[:reach]):
        return 0.8
    return 0.1 if implausible or text[0] in "$€£" or text.lower() in _VAGUE else 0.4


def _date_fits(detail: Detail, sentence: str, span: Span) -> float:
    text = sentence[slice(*span)]
    year = _YEAR.search(text) is not None
    match detail:
        case "year":
            return 1.0 if year else 0.2
        case "era":
            return 1.0 if _ERA.search(text + sentence[span[1] : span[1] + 12]) else 0.4
        case "day":
            return 1.0 if text.endswith("day") or any(ch.isdigit() for ch in text) else 0.4
        case _:
            return 1.0 if any(ch.isdigit() for ch in text) else 0.6


_PATTERNS: dict[Kind, re.Pattern[str]] = {
    "number": _NUMBER,
    "money": _MONEY,
    "date": _DATE,
    "reason": _REASON,
    "quotation": _QUOTED,
}


def find_kind(kind: Kind, sentence: str, question: str, names: Sequence[Span] | None = None) -> list[Span]:
    """Ranges of ``sentence`` that are of that kind and say something the question does not, in text order.

    ``names`` are the sentence's, where they are known already.
    """
    if kind in ("person", "place", "organisation", "thing"):
        spans = find_names(sentence) if names is None else names
    else:
        pattern = _PATTERNS.get(kind)
        spans = [_trimmed(match, sentence) for match in pattern.finditer(sentence)] if pattern else []
    asked = set(re.findall(r"\w+", question.lower()))
    return [(start, end) for start, end in spans if not set(re.findall(r"\w+", sentence[start:end].lower())) <= asked]


def _trimmed(match: re.Match[str], sentence: str) -> Span:
    """A match's range without a comma at its end, or the sentence's full stop (but "U.S." keeps its own)."""
    start, end = match.span()
    if match.group().endswith("."):
        ends = not re.search(r"\w", sentence[end:]) and not re.search(r"(?:\b\w\.){2}$", match.group())
        return start, end - ends
    return start, start + len(match.group().rstrip(","))
