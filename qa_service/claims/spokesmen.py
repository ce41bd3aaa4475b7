"""Who counts without saying so: "Doctors Without Borders has 44 patients", "the coastguard is looking for seven"."""

from __future__ import annotations

import re
from dataclasses import replace

from qa_service.claims.people import is_person
from qa_service.claims.speakers import subject
from qa_service.claims.statement import Statement

_COUNTS = re.compile(
    r"\s(?:(?:is|are|was|were|had|has|have)\s)?(?:now\s|already\s|still\s)?(?:looking|searching|attribut\w+|treat(?:ed|ing|s)?|register(?:ed|s)|admit(?:ted|s)"
    r"|found|finds|measured|measures|counts?|counted|gave|gives|names?|named|lists?|listed|recorded|records|feeding|housing|hous(?:ed|es)|sheltering"
    r"|has|have|had|arrived|identified|traced|puts?|blames?)\b"
)
_BODIES = frozenset(
    """
    ministry police army union mayor government auditor auditors agency hospital hospitals council commission
    prosecutor prosecutors ombudsman regulator operator coastguard navy institute association charity office
    brigade service board authority cross crescent club company party clinic centre center university laboratory
    foundation trust federation league guild observatory prefecture fund bank group organisation organization
    """.split()
)
_NAME = re.compile(r"(?:[A-Z][\w’'&-]*\s?(?:of\s|for\s|and\s|&\s)?){2,}\Z")


def by_subject(statement: Statement, sentence: str) -> Statement:
    """The statement as the count of its sentence's subject, where that can count and nobody is said to speak."""
    if statement.attributed:
        return statement
    who = subject(sentence)
    if who is None or not _is_body(who, statement.noun):
        return statement
    at = sentence.find(who)
    if at < 0 or at > statement.span[0] - statement.sentence[0] or not _COUNTS.match(sentence, at + len(who)):
        return statement
    return replace(statement, said_by=who, attributed=True)


def _is_body(who: str, noun: str | None) -> bool:
    """Whether a subject is an institution, or people of a calling who are not the ones counted."""
    words = who.lower().split()
    head = re.split(r"\s(?:of|in|for|at|by)\s", who.lower())[0].split()[-1]
    if head in _BODIES or words[-1] in _BODIES or _NAME.fullmatch(who):
        return True
    return is_person(head) and head != "people" and head != (noun or "").split(" ")[-1]
