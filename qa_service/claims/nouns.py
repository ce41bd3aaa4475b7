"""The noun phrase after a number: what is being counted, as the sentence words it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa_service.claims.people import is_person, is_plural, plural_of

STATES = {
    **dict.fromkeys(["dead", "killed", "deaths", "fatalities", "lives"], "killed"),
    **dict.fromkeys(["wounded", "injured", "hurt", "injuries"], "wounded"),
    "missing": "missing",
    "arrests": "arrested",
    "redundancies": "cut",
    "homeless": "displaced",
    "arrested": "arrested",
    "displaced": "displaced",
}
"""Words that may stand where the noun is expected, and the event that they name."""
_LONGEST = 6
_STOP = set(
    """
    a an the and or but nor so yet for of in on at to by with from into onto over under above below between
    among amid during since until till after before while when where which who whom whose that this these those
    as if than then because though although against about around near off out up down through across per via
    without within is are was were be been being am has have had having do does did will would can could may
    might shall should must he she it they we you i him her them us me his its their our your my not no never
    also still now already only just each every all any both either neither later earlier ago yesterday today
    tomorrow overnight so far said says told according died die fell fled left lost took came went became saw
    made got took gathered remain remained stood stand lived live worked work joined turned walked worth apart
    here there today hit cost instead altogether together each total long wide deep high tall old
    """.split()
)
_COLLECTIVE = {"crew", "police", "staff", "sports", "arms", "military", "rebel", "separatist", "women", "others"}
_TOKEN = re.compile(r"(?P<gap>\s|,\s(?=[a-z-]+\s[a-z]+))(?P<word>[^\W\d_][\w’'&./-]*)")
_PARTITIVE = re.compile(
    r"\sof\s(?P<whose>(?:the|its|his|her|their|our|your|my|these|those|all)\b(?:\s(?!people\b)[\w-]+[’']s?\b)?"
    r"|[A-Z][\w-]+[’']s?\b)?(?P<them>\s?(?:them|us|own)\b)?"
)
_NUMBER_WORD = re.compile(
    r"\s(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|twenty|thirty|forty|fifty)\b"
)
_WERE_NOUN = re.compile(r"\s(?:were|are|was|being)\s(?P<noun>[a-z]+)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """What a number counts. ``noun`` is None where only a state is said ("18 dead") or a pronoun ("six of them")."""

    noun: str | None
    """With its adjectives, lower-cased except names: ``government fighters``."""
    head: str | None
    end: int
    event: str | None = None
    """From a state word, or from "of the dead"."""
    people: bool = False


def noun_after(sentence: str, end: int, *, one: bool = False) -> Noun | None:
    """The noun phrase that follows a number ending at ``end``; ``one`` allows a singular."""
    partitive = _PARTITIVE.match(sentence, end)
    if partitive:
        return _part_of(sentence, partitive)
    return _phrase(sentence, end, one=one)


def _part_of(sentence: str, partitive: re.Match[str]) -> Noun | None:
    """The noun after "of": "12 of the dead", "six of them", "eleven of the region's 14 bridges"."""
    if partitive["them"]:
        return Noun(noun=None, head=None, end=partitive.end(), people=True)
    start = partitive.end()
    if not partitive["whose"]:
        start -= len(sentence[: partitive.end()]) - len(sentence[: partitive.end()].rstrip())
    number = _NUMBER_WORD.match(sentence, start)
    start = number.end() if number else start
    found = _phrase(sentence, start)
    if found is None:
        return None
    if found.event is not None and found.noun in (None, "people"):
        were = _WERE_NOUN.match(sentence, found.end)
        if were and is_person(were["noun"]):
            return Noun(noun=were["noun"], head=were["noun"], end=found.end, event=found.event, people=True)
    return found


def _phrase(sentence: str, start: int, *, one: bool = False) -> Noun | None:
    words: list[str] = []
    end = start
    head: str | None = None
    event: str | None = None
    for token in _tokens(sentence, start):
        word = token["word"].rstrip(".’'/-")
        state = STATES.get(word.lower()) if head is None else None
        if state is not None and not _qualifies(sentence, token.end()):
            return _state(words, word, state, token.start("word") + len(word))
        if state is not None:
            event = state
            continue
        if head is not None and not (head in _COLLECTIVE and is_plural(word)) and not (one and plural_of(word)):
            break
        words.append(word if word[0].isupper() and not word.isupper() else word.lower())
        end = token.start("word") + len(word)
        if is_plural(word):
            head = word.lower()
        elif one and plural_of(word):
            head = words[-1] = plural_of(word) or word
    if head is None:
        return None
    while is_plural(words[-1]) is False and len(words) > 1:
        words.pop()
    return Noun(noun=" ".join(words), head=head, end=end, event=event, people=is_person(head))


def _tokens(sentence: str, start: int) -> Iterator[re.Match[str]]:
    """The words from ``start`` on that may belong to the noun phrase; "more" is passed over ("three more bodies")."""
    end, first = start, True
    for _ in range(_LONGEST):
        token = _TOKEN.match(sentence, end)
        if token is None or token["word"].lower() in _STOP or (token["gap"] != " " and first):
            return
        if token["word"] != "more":
            yield token
            first = False
        elif sentence.startswith(" than", token.end()):
            return
        end = token.start("word") + len(token["word"].rstrip(".’'/-"))
        if sentence[end : end + 1] not in (" ", "\u00a0"):
            return


def _qualifies(sentence: str, end: int) -> bool:
    """Whether a state word is an adjective of the noun that follows: "340 wounded people"."""
    token = _TOKEN.match(sentence, end)
    return token is not None and token["gap"] == " " and is_person(token["word"]) and token["word"].lower() != "police"


def _state(before: list[str], word: str, event: str, end: int) -> Noun:
    """What a state word counts: "18 dead", "104 military deaths", "350 redundancies"."""
    if word.lower() == "redundancies":
        return Noun(noun="jobs", head="jobs", end=end, event=event)
    noun = None
    if word.lower() in ("deaths", "fatalities", "lives", "arrests", "injuries"):
        kinds = {"military": "soldiers", "civilian": "civilians", "troop": "troops", "combat": "soldiers"}
        noun = next((kinds[w.lower()] for w in before if w.lower() in kinds), "people")
    return Noun(noun=noun, head=noun, end=end, event=event, people=True)
