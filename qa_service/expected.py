"""What kind of answer a question expects, and of which unit or precision.

Rules over words, no model: question words and the noun after them tell the kind (Li and Roth, "Learning question
classifiers", 2002, name the coarse classes).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from qa_service.names import TITLES

Kind = Literal["number", "money", "date", "person", "place", "organisation", "reason", "quotation", "yes_no", "thing"]
Detail = Literal["count", "share", "duration", "distance", "age", "year", "era", "day", "any"]

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


_ELSEWHERE: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (
        re.compile(r"\W*(?:\w+ )?(?:wie viele?|combien|cuánt[oa]s|quant[ie]|quant[oa]s|hoeveel)\b", re.IGNORECASE),
        "number",
    ),
    (re.compile(r"\W*(?:qui|quién(?:es)?|quem|chi) ", re.IGNORECASE), "person"),
)
"""How questions in other languages begin where digits, or capitals that only names have, can answer them."""


def expected_kind(question: str) -> Kind:
    """The kind of answer that ``question`` expects; ``thing`` when nothing says more."""
    for pattern, kind in _ELSEWHERE:
        if pattern.match(question):
            return kind
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
    after = words[place + 1 :]
    if word in _QUESTION_WORDS:
        return _QUESTION_WORDS[word]
    if word == "when":
        return "date" if place < 3 or words[-1] == "when" else "thing"
    if word == "how" and after:
        return _how(after)
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
    return "quotation" if after[-2:] == ["put", "it"] else "thing"


def _what(after: list[str]) -> Kind:
    # After "what did", what follows does something and is not what is asked for; only its measure may be.
    does = bool(after) and after[0] in _AUXILIARIES
    if "say" in after[:4]:
        return "quotation"
    for place, word in enumerate(after[:_NOUN_PHRASE]):
        if word in _PREPOSITIONS and after[place - 1] not in ("name", "names", "one"):
            break
        for nouns, kind in _MEASURES if does else _KINDS:
            if word in nouns:
                return kind
    return "thing"


_NOUN_PHRASE = 8
_PREPOSITIONS = frozenset("of in at for to on by with from that who which when".split())
_AUXILIARIES = frozenset("did does do has have had will would can could should may might must".split())
_MEASURES: tuple[tuple[frozenset[str], Kind], ...] = ((_MONEY_NOUNS, "money"), (_NUMBER_NOUNS, "number"))
_KINDS: tuple[tuple[frozenset[str], Kind], ...] = (
    (_DATE_NOUNS, "date"),
    (_MONEY_NOUNS, "money"),
    (_NUMBER_NOUNS, "number"),
    (_PLACE_NOUNS, "place"),
    (_GROUP_NOUNS, "organisation"),
    (TITLES, "person"),
    (frozenset({"reason", "cause", "caused"}), "reason"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a question expects, as exactly as it says."""

    kind: Kind
    detail: Detail = "any"
    counted: tuple[str, ...] = ()
    """Stems of what is to be counted, where the detail is a count."""


_DETAILS: tuple[tuple[Kind, Detail, re.Pattern[str]], ...] = (
    ("number", "share", re.compile(r"\b(?:percent|per cent|percentage|proportion|share|rate)\b")),
    ("number", "duration", re.compile(r"\bhow long\b")),
    ("number", "distance", re.compile(r"\bhow (?:far|tall|high|deep|wide)\b|\b(?:distance|height|length)\b")),
    ("number", "age", re.compile(r"\bhow old\b|\bage\b")),
    ("date", "year", re.compile(r"\byear\b")),
    ("date", "era", re.compile(r"\b(?:century|decade)\b")),
    ("date", "day", re.compile(r"\b(?:what|which) day\b|\bdate\b")),
)
_COUNTED = re.compile(r"\bhow many((?: \w+){1,3})")


def read_expected(question: str, analyze: Callable[[str], list[str]]) -> Expected:
    """The kind of answer, and its unit or precision where the question names one."""
    kind, lowered = expected_kind(question), question.lower()
    counted = _COUNTED.search(lowered) if kind == "number" else None
    if counted:
        nouns = " ".join(word for word in counted.group(1).split() if word not in _FIRST_WORDS_YES_NO)
        return Expected(kind=kind, detail="count", counted=tuple(analyze(nouns)))
    for of, detail, pattern in _DETAILS:
        if of == kind and pattern.search(lowered):
            return Expected(kind=kind, detail=detail)
    return Expected(kind=kind)
