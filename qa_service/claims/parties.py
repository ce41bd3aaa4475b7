"""Whose dead are counted, and whether two speakers are one party."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qa_service.claims.asked import MILITARY
from qa_service.claims.statement import Statement
from qa_service.claims.topic_words import stem

_GENERIC = frozenset(
    stem(word)
    for word in """
    sources source officials official authorities authority people side office spokesman spokeswoman
    spokesperson region local senior state national government statement agency group department branch chief
    head director mr ms mrs own
    """.split()
)
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_SMALL = frozenset("the a an of in on at for and by to from its his her their who which".split())
_LOSSES = frozenset({"killed", "wounded", "missing", "captured", "destroyed", "shot down"})
_OWN = re.compile(r"\b(?:its|their|his|her|our)\b", re.IGNORECASE)
_LOST = re.compile(
    r"\b(?P<who>[A-Z][\w’'-]+)\s(?:had\s|has\s|have\s)?(?P<verb>lost|loses|losing|recorded|counted|counts|lists?|listed)\b(?!\sthat)[^;]*\Z"
)
_NAME = r"[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)+"
_APPOSITIONS = (
    re.compile(rf"(?P<title>\b[a-z][\w’'-]*(?:\s[a-z][\w’'-]*){{0,4}}),\s(?P<name>{_NAME}),"),
    re.compile(rf"(?P<name>{_NAME}),\s(?:the|its|an?)\s(?P<title>[\w’' -]{{3,40}}?),"),
    re.compile(rf"(?P<title>\b[a-z][\w’'-]*(?:\s[a-z][\w’'-]*){{0,2}})\s(?P<name>{_NAME})"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """What identifies a speaker: the telling words, and the names among them, as stems."""

    words: frozenset[str]
    names: frozenset[str]


Titles = dict[str, frozenset[str]]
"""The words of the offices that texts give to a person, by the person's full name."""


def titles_in(texts: Iterable[str]) -> Titles:
    """Who holds which office, as ``texts`` say: "the ombudsman, Gegham Stepanyan", "police chief Ana Ruiz"."""
    found: dict[str, set[str]] = {}
    for text in texts:
        for pattern in _APPOSITIONS:
            for match in pattern.finditer(text):
                words = {stem(word) for word in _WORD.findall(match["title"]) if word.lower() not in _SMALL}
                found.setdefault(match["name"], set()).update(words - _GENERIC)
    return {name: frozenset(words) for name, words in found.items()}


def party_of(speaker: str, titles: Titles | None = None) -> Party:
    """The party that speaks as ``speaker``; the office of a named person counts as theirs."""
    parts = [part for word in _WORD.findall(speaker) for part in word.split("-")]
    words = [word for word in parts if word.lower() not in _SMALL and word]
    stems = frozenset(stem(word) for word in words)
    telling = frozenset(stem(word) for word in words if stem(word) not in _GENERIC)
    office = next((held for name, held in (titles or {}).items() if speaker.endswith(name)), frozenset[str]())
    names = frozenset(stem(word) for word in words if word[0].isupper() and stem(word) not in _GENERIC)
    return Party(words=(telling or stems) | office, names=names)


def same_party(one: Party, other: Party) -> bool:
    """Whether two attributions name one party: one's words within the other's, or two shared and no rival names."""
    if one.words == other.words:
        return True
    if one.words <= other.words or other.words <= one.words:
        only = min(one.words, other.words, key=len)
        return bool(only - (one.names | other.names)) or len(only) > 1 or one.names == other.names
    rivals = bool(one.names and other.names and not one.names & other.names)
    return not rivals and len(one.words & other.words) >= 2


def same_name(one: str, other: str) -> bool:
    """Whether two stems are one name or one is made from the other: Keshite, Kesh."""
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) > 3 and long.startswith(short))


def counted_party(statement: Statement, sentence: str) -> frozenset[str]:
    """Stems of the names of those whose dead, troops or tanks are counted; empty where the words name no party.

    "130 Azerbaijani troops", "Azerbaijan had lost 130 troops", "104 of its soldiers" (the speaker's own).
    """
    named = {stem(word) for word in _WORD.findall(statement.noun or "") if word[0].isupper()}
    if named:
        return frozenset(named)
    head = (statement.noun or "").split(" ")[-1].lower()
    start, end = statement.span[0] - statement.sentence[0], statement.span[1] - statement.sentence[0]
    if statement.event in _LOSSES and _OWN.search(sentence[start:end]):
        return party_of(statement.said_by).words
    lost = _LOST.search(sentence[:start])
    if lost and not lost["verb"].startswith("los") and not (statement.event in _LOSSES and head in MILITARY):
        return frozenset()
    return frozenset({stem(lost["who"])}) if lost and stem(lost["who"]) not in _GENERIC else frozenset()


def speaker_fits(asked: str, speaker: str, titles: Titles) -> bool:
    """Whether a speaker can be the one that a question names: a telling word in common."""
    return bool(party_of(asked).words & party_of(speaker, titles).words)
