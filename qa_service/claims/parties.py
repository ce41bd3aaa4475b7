"""Whose dead are counted, and whether two speakers are one party."""

from __future__ import annotations

import re

from qa_service.claims.statement import Statement
from qa_service.claims.topic_words import stem

_GENERIC = frozenset(
    stem(word)
    for word in "sources source officials official authorities authority people side office spokesman spokeswoman spokesperson region "
    "local senior state national government statement agency group department branch".split()
)
_PEOPLES = re.compile(r"(?:ian|ians|ish|ese|ani|anis|i|ans|an)\Z")
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_SMALL = frozenset("the a an of in on at for and by to from its his her their who which".split())
_OWN = re.compile(r"\b(?:its|their|his|her|our)\b", re.IGNORECASE)
_LOST = re.compile(
    r"\b(?P<who>[A-Z][\w’'-]+|its\sarmy|the\s\w+)\s(?:had\s|has\s|have\s)?(?:lost|los(?:es|ing)|recorded)\b[^;]*\Z"
)


def counted_party(statement: Statement, sentence: str) -> frozenset[str]:
    """Stems of the names of those whose dead, troops or tanks are counted; empty where the words name no party.

    "130 Azerbaijani troops", "Azerbaijan had lost 130 troops", "104 of its soldiers" (the speaker's own).
    """
    start, end = statement.span[0] - statement.sentence[0], statement.span[1] - statement.sentence[0]
    phrase = sentence[start:end]
    named = {stem(word) for word in _WORD.findall(phrase)[0:] if word[0].isupper() and sentence.find(word) != 0}
    if named:
        return frozenset(named)
    if _OWN.search(phrase):
        return party_of(statement.said_by)
    lost = _LOST.search(sentence[:start])
    if lost and lost["who"][0].isupper():
        return frozenset({stem(lost["who"])})
    return frozenset()


def party_of(speaker: str) -> frozenset[str]:
    """The stems that identify a speaker: names and office, without small and generic words."""
    words = [word for word in _WORD.findall(speaker) if word.lower() not in _SMALL]
    stems = frozenset(stem(word) for word in words)
    telling = frozenset(stem(word) for word in words if stem(word) not in _GENERIC and not _is_people(word))
    return telling or stems


def _is_people(word: str) -> bool:
    """A nationality: it says which country's, not which office."""
    return word[0].isupper() and _PEOPLES.search(word.lower()) is not None and len(word) > 4


def same_party(one: str, other: str) -> bool:
    """Whether two attributions name one party: the same words, or one within the other ("the ministry", "labour ministry")."""
    if one.casefold() == other.casefold():
        return True
    left, right = party_of(one), party_of(other)
    return left <= right or right <= left


def speaker_fits(asked: str, speaker: str) -> bool:
    """Whether a speaker can be the one that a question names: all of its telling words, or its office."""
    left, right = party_of(asked), party_of(speaker)
    return bool(left & right)
