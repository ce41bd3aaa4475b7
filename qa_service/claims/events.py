"""What happened to what is counted: one word per kind of event, found by position in a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_EVENTS: dict[str, str] = {
    "killed": r"killed|kill|kills|killing|died|die|dies|dying|dead|deaths?|tolls?|fatalities"
    r"|los(?:t|ing|es?) (?:their|his|her) li(?:ves|fe)|slain|perished|massacred|murdered|drowned|lives|bodies",
    "wounded": r"wounded|wounding|injured|injuring|injures?|injuries|hurt|wounds|harm(?:ed)?|bruised|maimed|casualties",
    "missing": r"missing|unaccounted for",
    "displaced": r"displaced|displacing|fled|flee|flees|fleeing|homeless|los(?:t|e|ing) their "
    "homes|forced (?:from|out of) (?:their )?homes?"
    r"|uprooted|left (?:their homes|for \w+)|gone from|exodus",
    "evacuated": r"evacuated|evacuating|evacuate|led out|moved out|moved to safety",
    "arrested": r"arrested|arresting|arrests?|detained|detaining|in custody|into custody",
    "captured": r"captured|capturing|capture|taken prisoner"
    r"|been taken(?! (?:to|out|ill|in|back|over|up|off|on|from|by|away|down|aback|for))"
    r"|were taken(?! (?:to|out|ill|in|back|over|up|off|on|from|by|away|down|aback|for))",
    "infected": r"infected|infecting|fell (?:ill|sick)|fall(?:en)? (?:ill|sick)|sickened"
    r"|tested positive|taken ill|sick|ill|sickness|illness",
    "destroyed": r"destroyed|destroying|destroys?|gutted|burned[ -]out|burnt[ -]out|burned down|ruined|razed|wrecked",
    "damaged": r"damaged|damaging",
    "shot down": r"shot down|downed(?! tools)|brought down|bring(?:s|ing)? down",
    "on strike": r"walked out|walk-?out|on strike|stopped work|downed tools|striking|joined the "
    "(?:strike|stoppage)|absences",
    "cut": r"redundanc\w+|axe[ds]?|axing|jobs? (?:to go|would go|will go|cut|lost)|posts? (?:to go|would "
    "go|will go|cut|lost)|positions? (?:to go|would go|will go|cut|lost)|shed(?:ding)?"
    r"|cutting|loss of|job (?:losses|cuts)|do(?:es|ing)? away with|scrap(?:ped|ping)?|slash(?:ed|ing)?",
    "escaped": r"escap(?:ed?|ees?|ing)|got (?:away|out)|broke out|breakout|on the run|absconded",
    "laid off": r"sack(?:ed|ing)?|laid off|lay(?:ing)? off|let(?:ting)? go|made redundant"
    r"|los(?:t|e|es|ing) (?:their|his|her) jobs?",
    "hospitalised": r"hospitali[sz]ed|taken to hospital|in hospital|admitted|discharged",
    "rescued": r"rescued|rescuing|saved|pulled (?:out|to safety|alive)|picked up|brought out alive",
    "registered": r"registered",
    "recalled": r"recalled|recalling|recall|called back",
    "trapped": r"trapped|cut off|stranded",
    "treated": r"treated|treating",
    "without power": r"without (?:power|electricity|current|light)|in (?:the )?dark(?:ness)?|los[te] "
    "(?:power|electricity|current)|blacked out"
    r"|black-?outs?|power cuts?|electricity (?:was )?cut|power (?:was )?out|no (?:power|electricity)|"
    r"lights (?:go|went|goes|gone) out|power (?:go|went|goes|gone) out",
    "attended": r"lined|attended|gathered|march(?:ed|ers|ing)|crowds?|demonstrators"
    r"|turned (?:up|out)|watch(?:ed|ing)|rallied|took part|taken part|attendance|attendees|admissions|spectators|"
    r"onlookers|turn-?out of|audience"
    r"|walked (?:from|through|along|to)",
    "cost": r"costs?|costing|price tag|bill of|priced",
}
_FIND = re.compile("|".join(rf"(?P<e{n}>\b(?:{words})\b)" for n, words in enumerate(_EVENTS.values())), re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_KEY = 3
_KEYS = frozenset(word[:_KEY] for words in _EVENTS.values() for word in re.findall(r"(?:\A|\|)([a-z]+)", words))
"""The first letters of the words, so that the pattern is tried only where an event can begin."""
_NAMES = tuple(_EVENTS)
_LOST_PEOPLE = re.compile(r"\blost\b|\bclaim(?:ed|ing|s)\b", re.IGNORECASE)
_BREAK = re.compile(
    r"[;:]|,\s|\b(?:while|but|and|as|after|when|before|where|which|including|until|since)\b", re.IGNORECASE
)
_FILLER = re.compile(
    r"\s*(?:(?:off|down|up|out|the|all|another|its|some|over|a|an|total|of|left|as|many|at|or|and\s\w+ed)\s)*\Z"
)
_PASSIVE = re.compile(
    r"\s(?:(?:were|was|are|is|be|been|being|had|has|have|will|to|still|now|also|said|confirmed|feared|"
    r"reported|thought|believed)\s)+"
    r"(?:(?:still|now|also|all|already|each|then|not|be|been)\s)*(?P<word>[a-z]+(?:ed|en|wn|nt|ut|ept|old|ing))\b"
)
_PARENTHESIS = re.compile(r",\s(?:(?:[\w-]+\sof\s(?:them|whom))|including|among\sthem|most|many|mostly|some)\b[^,;]*,")
_NOT_EVENTS = {"put", "sent", "said", "seen", "been", "being", "taken", "brought", "given"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event word in a sentence."""

    event: str
    start: int
    end: int


def happenings(text: str) -> list[Happening]:
    """The event words of ``text``, in order."""
    return list(_happenings(text))


@lru_cache(maxsize=4096)
def _happenings(text: str) -> tuple[Happening, ...]:
    found: list[Happening] = []
    end = 0
    for word in _WORD.finditer(text):
        if word.start() < end or word[0].lower()[:_KEY] not in _KEYS:
            continue
        match = _FIND.match(text, word.start())
        if match is not None:
            end = match.end()
            found.append(Happening(event=_NAMES[int((match.lastgroup or "e0")[1:])], start=word.start(), end=end))
    return tuple(found)


def event_of(
    sentence: str, found: list[Happening], lead: int, end: int, *, others: list[int], people: bool
) -> str | None:
    """What happened to the quantity at ``[lead, end)``; ``others`` are where the sentence's other quantities begin.

    An active verb right before it wins ("killed 12 people"), then a verb that follows in its clause ("12 people were
    killed"), then the last event word before it ("the toll climbs to eight").
    """
    text = _PARENTHESIS.sub(lambda match: " " * len(match[0]), sentence[end:])
    active = next((h for h in found if h.end <= lead and _FILLER.match(sentence, h.end, lead)), None)
    if active is not None:
        return active.event
    if people and _LOST_PEOPLE.search(sentence[max(0, lead - 10) : lead]):
        return "killed"
    stop = min((at - end for at in others if at >= end and sentence[end:at].strip() != ""), default=len(text))
    stop = stop if text[:stop].strip() else len(text)
    passive = _PASSIVE.match(text)
    broken = _BREAK.search(text)
    limit = min(stop, broken.start() if broken else len(text))
    following = next((h for h in found if end <= h.start < end + limit), None)
    if following is not None:
        return following.event
    if passive and passive["word"] not in _NOT_EVENTS:
        return passive["word"]
    return None


def is_event(word: str | None) -> bool:
    """Whether a verb is one of the kinds of event, so that it tells counts apart."""
    return word in _EVENTS


def event_before(found: list[Happening], lead: int) -> str | None:
    """The last event word before ``lead``."""
    return next((h.event for h in reversed(found) if h.end <= lead), None)
