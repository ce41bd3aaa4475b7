"""What a question asks for: the kind of answer, the thing counted, the event, the speaker it wants to hear."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa_service.claims.asked_measure import asks_measure, asks_money, units_asked
from qa_service.claims.events import happenings
from qa_service.claims.people import is_person, is_plural
from qa_service.claims.statement import Kind
from qa_service.claims.topic_words import content_stems, name_stems, stem
from qa_service.claims.units import is_money, unit_after

_HOW_MANY = re.compile(
    r"\b(?:how\smany|(?:what|\A(?:the\s)?)\s?number\sof|(?:what|which)\s(?:is|was|were|"
    r"are)\sthe\s(?:(?:latest|final|last|official|total|current)\s)*(?:number|figure|toll|count|tally|"
    r"death\stoll)"
    r"|what\s(?:toll|number|figure)|(?:what|how\s(?:high|heavy|big|large|great))\b.*\b(?:toll|casualties|body\scount))\b",
    re.IGNORECASE,
)
_TOLL = re.compile(r"\b(?:toll|casualties|body\scount)\Z", re.IGNORECASE)
"""Words for a count that say what is counted."""
_CROWD = re.compile(
    r"\bhow\s(?:big|large)\b.*\b(?:crowd|march|audience|rally|demonstration|protest|turnout|gathering)\b|"
    r"\bwhat\b.*\b(?:attendance|size\sof\s(?:the\s)?\w+)\b",
    re.IGNORECASE,
)
_GATHERING = re.compile(
    r"\b(?:march|rally|demonstration|protest|demonstrators|protesters|marchers|spectators|onlookers|fans)\b",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"\A(?:did|does|do|was|were|is|are|has|have|had|will|would|can|could|should|may|might)\s", re.IGNORECASE
)
_STARTS: tuple[tuple[str, Kind], ...] = (
    (
        r"(?:since\s|by\s|until\s)?when\b|(?:on|in|by|from|since|at)?\s?(?:what|which)\s(?:date|day|month|year|time|hour|evening|morning|night|weekday)\b",
        "date",
    ),
    (
        (
            r"(?:from\s)?where\b|(?:in|at|to|from|on|near)?\s?(?:what|which)\s(?:place|town|city|country|village|region|street|port|island|district|province|"
            r"airport|station|spot|part)\b"
        ),
        "place",
    ),
    (
        (
            r"(?:by\s|to\s|from\s|with\s)?(?:who\b|whom\b|whose\b|which\s(?:side|party|army|country|government|group|team|man|woman|camp|force|person|official|"
            r"minister|company|player|candidate|country)s?\b)"
        ),
        "person",
    ),
    (
        r"why\b|what\s(?:has\s|had\s)?(?:caused?|led\sto|triggered|sparked|started|brought\sdown|made)\b|(?:for\s)?what\s(?:was|is)\sthe\s(?:cause|reason)\b|how\scome\b|what\sis\sblamed\b|(?:for\s)?what\sreason\b",
        "cause",
    ),
)
_ASKED_SPEAKER = re.compile(
    r"\b(?:did|does|do|has|have|had|will)\s(?P<who>(?:the\s)?[\w’'. -]{2,50}?)\s(?:report|say|said"
    r"|announce|count|counted|put|give|given|claim|state|estimate|confirm|admit"
    r"|accept|deny|denied|reported|tell|believe|think|expect|acknowledge|list|listed|record|recorded)\b"
    r"|\baccording\sto\s(?P<by>[\w’'. -]+)|\bby\s(?P<count>[\w’' -]+?)(?:[’']s?)\scount\b",
    re.IGNORECASE,
)
_REPORTS = re.compile(
    r"\s?(?:that|how|whether|any|at|more|fewer|less|about|only|nearly|the\s(?:\w+\s)?(?:number|figure|toll|count)|[\d£$€])"
)
"""What follows where a yes-or-no question asks for what somebody reported, not for what they did."""
_NO_SPEAKER = re.compile(
    r"\b(?:people|sides?|both|each|many|it|he|she|they|there|know|knew|have|see|seen|about|hear|heard|"
    r"anyone|anybody|somebody|someone)\b"
)
_WHOSE = re.compile(
    r"\b[Hh]ow\smany\s(?P<of>(?:[A-Z][\w-]+\s)+)[a-z]+s\b|\b(?:did|has|had|"
    r"have)\s(?:the\s)?(?P<who>[A-Z][\w-]+)\s(?:lose|lost)\b"
)
_FAULT = re.compile(
    r"\b(?:fault|blame\w*|start(?:ed)?|began|begun|first|responsible|responsibility|broke|break|broken|"
    r"violated?|fired|shelled|attacked|cause[ds]?|guilty"
    r"|shot|stole|leaked|hacked|sabotaged|bombed|planted|murdered|poisoned|behind|won|win|winner|provoked?|collapse)\b",
    re.IGNORECASE,
)
_HARM = frozenset({"killed", "wounded", "destroyed", "damaged", "shot down", "captured"})
"""Who did such a thing is a question of fault."""
_PASSIVE = re.compile(r"whom\b|who\s(?:was|were|is|are|has\sbeen|have\sbeen|got|died|did)\b", re.IGNORECASE)
_NEWEST = re.compile(
    r"\b(?:latest|newest|final|last\s(?:figure|count|toll|number)|most\srecent|so\sfar|now|currently|"
    r"in\sthe\send|in\sall|in\stotal|eventually)\b",
    re.IGNORECASE,
)
_FELL = re.compile(
    r"\b(?:soldiers|troops|servicemen|men|fighters)\b.*\bf(?:ell|all|allen)\b|\bf(?:ell|"
    r"allen)\b.*\b(?:soldiers|troops|servicemen)\b|\b(?:soldiers|troops|men|servicemen)\b.*\b(?:lose|lost|"
    r"losses)\b|\blose\b.*\btroops\b",
    re.IGNORECASE,
)
_SICK = re.compile(r"\b(?:fell|fall|fallen|been|made|taken)\s(?:sick|ill)\b|\bpoisoned\b", re.IGNORECASE)
_GONE = re.compile(
    r"\b(?:los[et]|going|go|gone|shed|axed?|disappear|vanish|scrap(?:ped)?|cut|eliminated?|slashed?|abolished?)\b",
    re.IGNORECASE,
)
"""What happens to jobs, in whatever word."""
_DEAD = frozenset("victims deaths fatalities bodies lives dead".split())
"""Nouns that say what happened."""
MILITARY = frozenset(
    """
    soldiers troops servicemen servicewomen fighters militants gunmen combatants conscripts recruits reservists
    peacekeepers personnel rebels
    """.split()
)
CIVILIAN = frozenset("civilians residents villagers children women pensioners".split())
CASES = frozenset({"cases", "infections"})
"""What people are, counted as infected."""
_GENERIC = frozenset(
    "people persons men bodies injuries injured wounded killed victims casualties others lives souls deaths fatalities "
    "ones dead".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as claims see it."""

    kind: Kind | None
    noun: str | None
    """The plural noun counted; None where it is left open ("how many were killed")."""
    event: str | None
    money: bool
    units: frozenset[str]
    """Units of measure that can answer ("how far": lengths); empty where any may, or a count is asked."""
    speaker: str | None
    """Whose figure is asked for ("did the ministry report")."""
    party: frozenset[str]
    """Stems of those whose dead are asked for: "how many Azerbaijani soldiers", "did Azerbaijan lose"."""
    fault: bool
    """Whether it asks who began, broke, caused or won something, which each side may say of the other."""
    own: bool
    """Whether the asker asks what to do ("may I", "how do we"): no matter of dispute."""
    newest: bool
    """Whether the newest figure is asked for, so that older ones are no rivals."""
    stems: frozenset[str]
    """Of the content words that name the event, without the thing counted and what happened to it."""
    names: frozenset[str]


def read_asked(question: str, kind: Kind | None = None) -> Asked:
    """What ``question`` asks; ``kind`` overrules the kind read from its first words."""
    counted = _HOW_MANY.search(question)
    crowd = _CROWD.search(question)
    money = not counted and asks_money(question)
    if counted and (word := _first_word(question[counted.end() :])) and is_money(word):
        counted, money = None, True
    found = kind or _kind(question, quantity=bool(counted or crowd or money or asks_measure(question)))
    if found == "place" and _FAULT.search(question) and re.search(r"\bwhich\scountry\b", question, re.IGNORECASE):
        found = "person"
    events = [one.event for one in happenings(question)]
    if not events and _GATHERING.search(question):
        events = ["attended"]
    event = "killed" if _FELL.search(question) else "infected" if _SICK.search(question) else _event(events)
    noun = None
    if counted and found == "quantity" and not _TOLL.search(counted[0]):
        noun = _noun(question[counted.end() :])
    elif crowd:
        noun, event = "people", "attended"
    speaker = _ASKED_SPEAKER.search(question)
    if speaker and re.search(r"\blives\b.*\bclaim", question):
        speaker = None
    if speaker and found == "yes_no" and not _REPORTS.match(question, speaker.end()):
        speaker = None
    who = speaker and (speaker["who"] or speaker["by"] or speaker["count"])
    left_out = {stem(word) for one in happenings(question) for word in question[one.start : one.end].split()}
    if event is None:
        event = "infected" if noun in CASES else "killed" if noun in _DEAD else None
    if noun is not None and stem(noun) == stem("jobs") and _GONE.search(question):
        event = "cut"
    counted_stem = {stem(noun)} if noun and noun not in _GENERIC else set[str]()
    stems = content_stems(question) - left_out
    return Asked(
        kind=found,
        noun=noun,
        event=event,
        money=money,
        units=frozenset() if crowd or money else _unit_counted(question, counted) if counted else units_asked(question),
        speaker=who.strip() if who and not _NO_SPEAKER.search(who) else None,
        party=_party(question),
        fault=(found in ("person", "yes_no") and _FAULT.search(question) is not None)
        or (found == "person" and bool(_HARM & set(events)) and not _PASSIVE.match(question)),
        own=re.search(r"\b(?:I|my|me|we|our)\b", question) is not None,
        newest=_NEWEST.search(question) is not None,
        stems=frozenset((stems - counted_stem - {stem(noun or "")}) or counted_stem),
        names=name_stems(question),
    )


def _kind(question: str, *, quantity: bool) -> Kind | None:
    if quantity:
        return "quantity"
    if _YES_NO.match(question):
        return "yes_no"
    return next((kind for start, kind in _STARTS if re.match(start, question, re.IGNORECASE)), None)


def _event(events: list[str]) -> str | None:
    """The first event named; taking part is less telling than what in."""
    return next((event for event in events if event != "attended"), next(iter(events), None))


def _unit_counted(question: str, counted: re.Match[str]) -> frozenset[str]:
    """The unit of "how many hectares"; empty where things are counted."""
    unit = unit_after(question, counted.end())
    return (
        frozenset({unit[0]})
        if unit is not None
        and unit[0] in ("hectares", "acres", "tonnes", "tons", "km", "miles", "litres", "MW", "GW", "km2", "percent")
        else frozenset()
    )


def _first_word(text: str) -> str | None:
    found = re.match(r"\s*([a-z]+)", text)
    return found[1] if found else None


def _party(question: str) -> frozenset[str]:
    found = _WHOSE.search(question)
    return frozenset(stem(word) for word in (found["of"] or found["who"]).split()) if found else frozenset()


def _noun(rest: str) -> str | None:
    """The plural noun that "how many" asks for: "how many of the miners", "how many Azerbaijani soldiers"."""
    for word in re.findall(r"[^\W\d_][\w’'-]*", rest)[:6]:
        if word.lower() in ("were", "was", "are", "had", "have", "did", "do", "died", "has", "fell", "fled", "in"):
            return None
        if is_plural(word):
            return word.lower()
    return None


def same_kind_of_noun(  # noqa: PLR0911 - one way out a rule
    asked: str | None, found: str | None, event: str | None = None
) -> bool:
    """Whether a statement's noun can be what was asked: the same, a synonym, a part of it, or unsaid."""
    head = (found or "people").split()[-1].lower()
    if event == "infected":
        return (head in CASES or is_person(head)) and (asked is None or asked in CASES or is_person(asked))
    if head in CASES or asked in CASES:
        return asked is None or asked in CASES or asked in _GENERIC
    if asked is None or asked in _GENERIC:
        return is_person(head) or head in _GENERIC
    if stem(asked) == stem(head):
        return True
    if asked in MILITARY:
        return head in MILITARY or head == "men"
    if asked in CIVILIAN:
        return False
    return is_person(asked) and head in _GENERIC


def noun_class(noun: str | None) -> str:
    """Nouns that count the same: civilians, soldiers, or people at large."""
    head = (noun or "people").split()[-1].lower()
    if head in CASES:
        return "people"
    if head in CIVILIAN:
        return "civilians" if head in ("civilians", "residents", "villagers") else head
    if head in MILITARY:
        return "soldiers"
    return "people" if head in _GENERIC or is_person(head) else stem(head)
