"""Whether two stances name another date, place, person or cause for one thing, each the value that is asked for."""

from __future__ import annotations

import re

from qa_service.claims.asked import Asked
from qa_service.claims.people import is_plural, plural_of
from qa_service.claims.speakers import is_name
from qa_service.claims.stances import Stance
from qa_service.claims.statement import Kind
from qa_service.claims.topic_words import content_stems, placed_names, stem

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|spring|summer|autumn|winter)"
)
_DATE = re.compile(
    rf"\b(?:(?:\d{{1,2}}\s)?{_MONTH}(?:\s\d{{1,2}}\b)?(?:,?\s(?:19|20)\d\d)?|(?:19|20)\d\d|yesterday|today|midnight|noon|midday|dawn"
    r"|\d{1,2}[:.]\d\d|\d{1,2}\s?[ap]\.?m\b|last\s(?:week|month|year|night|spring|summer|autumn|winter)"
    r"|(?:[\w-]+)\s(?:minutes|hours|days|weeks|months|years)\s(?:ago|earlier|before|later|after|afterwards|previously))\b"
)
_PLACED_THING = re.compile(
    r"\b(?:in|at|on|near|inside|behind|under|outside|beside|aboard)\s(?:an?|the|its|his|her|their)\s(?:[a-z-]+\s)??(?P<thing>[a-z]{3,})\b"
)
_NAME = re.compile(r"\b[A-Z][\w’'-]+")
_GOES_ON = re.compile(
    r"\W*(?:(?:the\s)?[A-Z]\w+\s)?(?:that\s)?(?:(?P<who>they|he|she|it)|(?:[\w’'-]+\s){1,5}?(?P<whom>him|her|them))\b"
)
_NOT_SO = re.compile(r"\bnot\s(?:before|until|so|then|there|in|on|at)\b|\bdoubts?\s(?:it|this|that)\b", re.IGNORECASE)
_MOVED = re.compile(
    r"\b(?:will|would|shall|end(?:s|ed)?|return(?:s|ed)?|reopen\w*|resum\w*|finish\w*|stop\w*|came\sback|went\shome|expects?|plans?|hopes?)\b",
    re.IGNORECASE,
)
_HALF, _NEARLY = 0.5, 0.7
_SELF = re.compile(r"\b(?:he|she|I|him|her|me|us|we|himself|herself)\b")
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_CAUSAL = re.compile(
    r"\b(?:caus(?:e[ds]?|ing)|because|due\sto|owing\sto|blam(?:e[ds]?|ing)|result(?:ed|s)?\s(?:of|from)|led\sto|trigger(?:ed|s)?|sparked|to\sblame|"
    r"fault|responsible|reason|set\soff|brought\sabout|attribut(?:ed?|es)|stem(?:med|s)?\sfrom|behind|down\sto|thanks\sto|through|explained\sby|started\sby)\b",
    re.IGNORECASE,
)
_EXPLAINS = re.compile(
    r"\bhad\s(?:not\s|never\s)?(?:been\b|\w+(?:ed|en|wn|nt)\b|[a-z]+\b)|\bwas\s\w+ing\b", re.IGNORECASE
)
"""The past perfect tells what came before."""


def rivals(asked: Asked, one: Stance, other: Stance, sentences: tuple[str, str]) -> bool:
    """Whether two stances give another value of the kind asked for; ``sentences`` are theirs in full."""
    if asked.kind == "cause":
        return _causes_differ(one, other, sentences)
    if asked.kind == "yes_no":
        plain = asked.stems - asked.names
        return one.negative != other.negative and bool(plain & one.stems) and bool(plain & other.stems)
    shared = one.stems & other.stems
    if not shared and asked.kind in ("date", "place") and _same_subject(other, asked):
        shared = one.stems
    if not shared or (asked.kind == "person" and not _tell_who(asked, one, other)):
        return False
    left, right = (values_in(asked.kind, stance) - asked.names for stance in (one, other))
    if asked.kind == "place" and not (left and right):
        left, right = _things_at(one), _things_at(other)
    return bool(left and right) and not (left <= right or right <= left)


def _tell_who(asked: Asked, one: Stance, other: Stance) -> bool:
    """Whether one of two stances has nearly all words of the question that are no names, and the other half of them."""
    plain = asked.stems - asked.names
    held = sorted(len(plain & stance.stems) / max(1, len(plain)) for stance in (one, other))
    return held[0] >= _HALF and held[1] > _NEARLY


def _same_subject(other: Stance, asked: Asked) -> bool:
    """Whether a stance goes on about the subject of the sentence before it, and of no end, return or plan of it."""
    moved = _MOVED.search(other.words)
    if moved is not None and stem(moved[0]) not in asked.stems:
        return False
    if _NOT_SO.search(other.words):
        return True
    found = _GOES_ON.match(other.words)
    return found is not None and not _is_self((found["who"] or found["whom"]).lower(), other.who)


def _is_self(pronoun: str, who: str) -> bool:
    """Whether a pronoun at the head of what ``who`` says is the speaker: "the council said it", "she said she"."""
    last = who.rsplit(maxsplit=1)[-1]
    person = is_name(who) or plural_of(last) is not None
    if pronoun in ("him", "her", "them"):
        return False
    if pronoun == "they":
        return is_plural(last)
    return person == (pronoun != "it")


def values_in(kind: Kind | None, stance: Stance) -> frozenset[str]:
    """The dates, places or persons that a stance's words name, as stems; none for another kind."""
    if kind == "date":
        return frozenset(found[0].lower() for found in _DATE.finditer(stance.words))
    if kind == "place":
        return placed_names(stance.words)
    if kind == "person":
        named = {
            stem(found[0]) for found in _NAME.finditer(stance.words) if found.start() and not _DATE.match(found[0])
        }
        roles = {stem(word) for word in _WORD.findall(stance.words) if word.islower() and plural_of(word) is not None}
        own = stance.party.names if _SELF.search(stance.words) else frozenset[str]()
        return frozenset(named | roles) | own
    return frozenset()


def _things_at(stance: Stance) -> frozenset[str]:
    """Places without a name: in the kitchen."""
    return frozenset(stem(found["thing"]) for found in _PLACED_THING.finditer(stance.words))


def _causes_differ(one: Stance, other: Stance, sentences: tuple[str, str]) -> bool:
    """Whether one side names a cause, and the other another one, or tells what came before."""
    causal = [_CAUSAL.search(sentence) is not None for sentence in sentences]
    explains = [_EXPLAINS.search(stance.words) is not None for stance in (one, other)]
    if not any(causal) or not all(said or told for said, told in zip(causal, explains, strict=True)):
        return False
    left, right = content_stems(one.words), content_stems(other.words)
    return bool(left - right) and bool(right - left)
