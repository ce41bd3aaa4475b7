"""What kind of answer a question expects, and where a sentence holds something of that kind.

Rules over words, no model: question words and the noun after them tell the kind (Li and Roth, "Learning question
classifiers", 2002, name the coarse classes); surface patterns find candidates.
"""

from __future__ import annotations

import re
from typing import Literal

from index.article import Span

Kind = Literal["number", "money", "date", "person", "place", "organisation", "reason", "quotation", "yes_no", "thing"]

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? )?{_MONTH}\b\.?(?: \d{{1,2}}\b)?(?:,? \d{{4}})?"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:1[0-9]|20)\d\d(?:s\b|\b)"
    r"|\b(?:yesterday|today|tomorrow|tonight|(?:last|next|this) (?:week|month|year))\b"
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
_NAME = re.compile(r"(?:\b[A-Z][\w'’.-]*)(?:(?: (?:of|the|de|von|van|al|bin|and|for) | |-)[A-Z][\w'’.-]*)*")
_QUOTED = re.compile(r"“[^”]{2,300}”|\"[^\"]{2,300}\"|‘[^’]{2,300}’")
_REASON = re.compile(
    r"\b(?:because(?: of)?|due to|owing to|after|following|amid|over|as a result of|in order to|so that|citing"
    r"|blamed?|caused? by|to avoid|in response to|since|thanks to)\b[^.;]*",
    re.IGNORECASE,
)
_TITLES = frozenset(
    "president minister chancellor senator mayor governor judge king queen prince princess pope ceo founder actor "
    "actress singer rapper director author coach player quarterback leader spokesman spokeswoman official chief "
    "general secretary lawyer lawmaker congressman congresswoman justice star artist musician comedian host".split()
)
_PLACE_NOUNS = frozenset(
    "country countries state states city cities town place region continent nation province village island capital "
    "county location area river street".split()
)
_GROUP_NOUNS = frozenset(
    "company companies organization organisation team party agency airline club university school bank firm outlet "
    "newspaper network brand retailer group department court automaker carmaker chain band platform".split()
)
_NUMBER_NOUNS = frozenset(
    "percentage percent number amount rate age population score temperature height length distance speed size "
    "magnitude share proportion total".split()
)
_MONEY_NOUNS = frozenset("price cost fine salary budget revenue fee".split())
_DATE_NOUNS = frozenset("year date day month time decade century season".split())
_FIRST_WORDS_YES_NO = frozenset(
    "is are was were do does did has have had will would can could should may might must isn't aren't didn't".split()
)


_QUESTION_WORDS: dict[str, Kind] = {
    "who": "person",
    "whom": "person",
    "whose": "person",
    "who's": "person",
    "who’s": "person",
    "where": "place",
    "where's": "place",
    "why": "reason",
}


def expected_kind(question: str) -> Kind:
    """The kind of answer that ``question`` expects; ``thing`` when nothing says more."""
    words = re.findall(r"[a-z'’]+|\d+", question.lower())
    if not words:
        return "thing"
    if words[0] in _FIRST_WORDS_YES_NO:
        return "yes_no"
    for place, word in enumerate(words):
        kind = _asked_by(word, words, place)
        if kind is not None:
            return kind
    return "thing"


def _asked_by(word: str, words: list[str], place: int) -> Kind | None:
    """The kind that a question word asks for; None for any other word."""
    after = words[place + 1 : place + 5]
    if word in _QUESTION_WORDS:
        return _QUESTION_WORDS[word]
    if word == "when":
        return "date" if place < 3 or words[-1] == "when" else "thing"
    if word == "how" and after:
        return _how(words[place + 1 :])
    return _what(after) if word in ("what", "which", "what's") else None


def _how(after: list[str]) -> Kind:
    if after[0] == "much":
        counted = {
            "money",
            "cost",
            "costs",
            "pay",
            "paid",
            "worth",
            "spend",
            "spent",
            "earn",
            "charge",
            "fine",
            "fined",
        }
        return "money" if counted & set(after) else "number"
    if after[0] in (
        "many",
        "long",
        "far",
        "old",
        "big",
        "tall",
        "high",
        "fast",
        "often",
        "large",
        "heavy",
        "deep",
        "hot",
    ):
        return "number"
    return "thing"


def _what(after: list[str]) -> Kind:
    # After "what did", what follows does something and is not what is asked for; only its measure may be.
    does = bool(after) and after[0] in _AUXILIARIES
    if does and "say" in after:
        return "quotation"
    for word in after:
        for nouns, kind in _MEASURES if does else _KINDS:
            if word in nouns:
                return kind
    return "quotation" if "say" in after else "thing"


_AUXILIARIES = frozenset("did does do has have had will would can could should may might must".split())
_MEASURES: tuple[tuple[frozenset[str], Kind], ...] = ((_MONEY_NOUNS, "money"), (_NUMBER_NOUNS, "number"))
_KINDS: tuple[tuple[frozenset[str], Kind], ...] = (
    (_DATE_NOUNS, "date"),
    (_MONEY_NOUNS, "money"),
    (_NUMBER_NOUNS, "number"),
    (_PLACE_NOUNS, "place"),
    (_GROUP_NOUNS, "organisation"),
    (_TITLES, "person"),
    (frozenset({"reason", "cause", "caused"}), "reason"),
)


def find_kind(kind: Kind, sentence: str, question: str) -> list[Span]:
    """Ranges of ``sentence`` that are of that kind and say something the question does not, in text order."""
    asked = set(re.findall(r"\w+", question.lower()))
    return [
        _trimmed(match, sentence)
        for match in _matches(kind, sentence)
        if not set(re.findall(r"\w+", match.group().lower())) <= asked
    ]


def _trimmed(match: re.Match[str], sentence: str) -> Span:
    """A match's range without a comma at its end, or the sentence's full stop (but "U.S." keeps its own)."""
    start, end = match.span()
    if match.group().endswith("."):
        ends = not re.search(r"\w", sentence[end:]) and not re.search(r"(?:\b\w\.){2}$", match.group())
        return start, end - ends
    return start, start + len(match.group().rstrip(","))


def _matches(kind: Kind, sentence: str) -> list[re.Match[str]]:
    if kind in ("person", "place", "organisation", "thing"):
        return [m for m in _NAME.finditer(sentence) if not _is_opening_word(m, sentence)]
    pattern = {
        "number": _NUMBER,
        "money": _MONEY,
        "date": _DATE,
        "reason": _REASON,
        "quotation": _QUOTED,
    }.get(kind)
    return [] if pattern is None else list(pattern.finditer(sentence))


def _is_opening_word(match: re.Match[str], sentence: str) -> bool:
    """Whether a capital says only that a sentence begins: one common word at its start."""
    if match.start() > 0 and sentence[: match.start()].strip("\"'“‘( "):
        return False
    return " " not in match.group() and match.group().lower() in _OPENERS


_OPENERS = frozenset(
    "the a an in on at it its he she they we i but and or for as after before while when if this that these those "
    "there here what who how why where his her their our my your with from by to of since more most some many "
    "all no not one two three last next according however meanwhile also still now then so yet both each officials "
    "police authorities experts researchers scientists people".split()
)
