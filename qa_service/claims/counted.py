"""What a quantity counts: noun, unit and event, carried over from its neighbours where the words leave them out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa_service.claims.events import event_before, event_of, happenings
from qa_service.claims.measured import measure_of
from qa_service.claims.people import is_person, is_plural
from qa_service.claims.quantities import Quantity, quantities
from qa_service.claims.units import currency_named, is_measure, is_money

_OTHERS = {"others", "people", "persons", "ones", "souls", "more", "lives"}
_LIST_JOINT = re.compile(r"\s?(?:,|and|,\sand|or|plus|as\swell\sas)\s?\Z")
_PART_JOINT = re.compile(r",?\s(?:including|among\sthem|of\sthem|of\swhom)\s(?:\w+\s)?\Z")
_WORD = re.compile(r"[^\W\d_][\w’'-]+")
_CALLED = re.compile(
    r"\b(?:number|figure|total|toll|count|tally|it|them|this)\s(?:\w+\s){0,2}?(?:at|to|of|was|as)\s\Z", re.IGNORECASE
)
"""Words before a bare number that point back to what the sentence before counts."""
_ABOARD = re.compile(r"\b(?:on\sboard|aboard)\b", re.IGNORECASE)
"""Who was there, not what happened to them."""
_COUNT_NOUNS = re.compile(r"\b(?:number|count|toll|tally)\sof\s(?:the\s)?(?P<noun>[a-z]+)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """What is counted: the noun ("civilians"), its unit ("people"), what happened ("killed")."""

    noun: str | None
    unit: str | None
    event: str | None


def count(sentence: str, before: str, found: Sequence[Quantity]) -> list[Counting]:
    """What each quantity of ``sentence`` counts."""
    events = happenings(sentence)
    starts = [one.start for one in found]
    countings: list[Counting] = []
    for at, one in enumerate(found):
        measured = is_measure(one.unit)
        event = None if one.noun is None or one.noun.event is None else one.noun.event
        if event is None:
            others = [start for place, start in enumerate(starts) if place != at and start != one.start]
            people = one.unit == "people" or (one.unit is None and not measured)
            event = event_of(sentence, events, one.start, one.end, others=others, people=people)
        noun = None if one.noun is None else one.noun.noun
        countings.append(Counting(noun=noun, unit=one.unit, event=event))
    _share_events(sentence, found, countings)
    for at in range(len(countings)):
        countings[at] = _carried(countings, at, found[at], sentence, before)
    for at, counting in enumerate(countings):
        if is_measure(counting.unit):
            twin = next((c.noun for c in countings[:at] if c.unit == counting.unit and c.noun), None)
            of = (twin if found[at].end == found[at].number.end else None) or measure_of(
                sentence, found[at].start, found[at].end, counting.unit
            )
            countings[at] = Counting(noun=of, unit=counting.unit, event=None)
        elif counting.event is None:
            countings[at] = replace(counting, event=_fallback(sentence, before, found, countings, at))
    return countings


def counted_words(counting: Counting) -> str | None:
    """The contract's ``counted``: noun and event, ``civilians killed``; one alone where the other is unknown."""
    words = [word for word in (counting.noun, counting.event) if word]
    return " ".join(words) or None


def _first_of(before: str) -> Counting | None:
    """What the first quantity of the sentence before counts: "Mr Kolstad put it at 140,000" goes on from there."""
    found = quantities(before) if before else ()
    return count(before, "", found)[0] if found else None


def _share_events(sentence: str, found: Sequence[Quantity], countings: list[Counting]) -> None:
    """In a list ("14 civilians and two soldiers were killed") an item without an event has the next one's."""
    for at in range(len(found) - 2, -1, -1):
        joint = sentence[found[at].end : found[at + 1].start]
        if countings[at + 1].event is None and _PART_JOINT.fullmatch(joint):
            countings[at + 1] = replace(countings[at + 1], event=countings[at].event)
        if countings[at].event is None and _LIST_JOINT.fullmatch(joint) and not is_measure(countings[at].unit):
            countings[at] = replace(countings[at], event=countings[at + 1].event)


def _carried(countings: Sequence[Counting], at: int, one: Quantity, sentence: str, before: str) -> Counting:
    """The noun and unit of the claim before, else of the one after, else of the sentence before, where it has none."""
    counting = countings[at]
    if is_measure(counting.unit) or one.number.percent:
        return counting
    if counting.noun is not None:
        return replace(counting, unit="people", noun="people") if counting.noun in _OTHERS else counting
    earlier = countings[:at]
    neighbours = [*reversed(earlier), *countings[at + 1 :]]
    if one.noun is None:
        found = _sum_of_money(counting, neighbours, one, sentence, before)
        found = found or _like_neighbour(
            counting, neighbours, following=not earlier and event_before(happenings(sentence), one.start) is None
        )
        found = found or _like_before(counting, one, sentence, before)
        if found is not None:
            return found
    if one.noun is not None and one.noun.event is None and counting.event is None:
        whole = earlier[-1] if earlier else _first_of(before)
        if whole is not None and whole.noun and not is_measure(whole.unit):
            return replace(whole, event=None)
    person = next((c.noun for c in earlier if c.unit == "people" and c.noun), None)
    return Counting(noun=person or "people", unit="people", event=counting.event)


def _sum_of_money(
    counting: Counting, neighbours: Sequence[Counting], one: Quantity, sentence: str, before: str
) -> Counting | None:
    """A bare "2.5 billion", in the currency that its neighbours or the sentence before name."""
    if not one.number.scaled or one.number.vague:
        return None
    near = next((c.unit for c in neighbours if is_money(c.unit)), None)
    money = near or currency_named(before) or currency_named(sentence)
    return Counting(noun=None, unit=money, event=counting.event) if money else None


def _like_neighbour(counting: Counting, neighbours: Sequence[Counting], *, following: bool) -> Counting | None:
    """What the nearest claim of the sentence counts."""
    if not neighbours or (neighbours[0].unit is None and neighbours[0].noun is None):
        return None
    near = neighbours[0]
    event = counting.event or (near.event if following or near.unit not in ("people", None) else None)
    if happens_to_people(counting.event) and near.unit != "people":
        return Counting(noun="people", unit="people", event=event)
    noun = near.noun or ("people" if near.unit == "people" else None)
    return Counting(noun=noun, unit=near.unit, event=event)


def _like_before(counting: Counting, one: Quantity, sentence: str, before: str) -> Counting | None:
    """What the sentence before counts or announces: "he put it at 140,000", "the number of civilians killed"."""
    first = None if one.number.scaled and not _CALLED.search(sentence, 0, one.start) else _first_of(before)
    if first is not None and is_measure(first.unit):
        return first
    if first is not None and counting.event in (None, first.event):
        return replace(first, event=None) if _ABOARD.search(sentence) else first
    named = None if happens_to_people(counting.event) else _COUNT_NOUNS.search(before)
    noun = named and named["noun"]
    if not noun or not (is_person(noun) or is_plural(noun)):
        return None
    return Counting(noun=noun, unit="people" if is_person(noun) else noun, event=counting.event)


def happens_to_people(event: str | None) -> bool:
    """Whether an event happens to human beings only."""
    return event in ("killed", "wounded", "missing", "arrested", "displaced", "infected", "hospitalised")


def _fallback(
    sentence: str, before: str, found: Sequence[Quantity], countings: Sequence[Counting], at: int
) -> str | None:
    """The event of the toll, the number or the claim that a quantity without a verb of its own goes back to."""
    one = found[at]
    events = happenings(sentence)
    head = sentence[: one.start]
    cut = max(head.rfind("; "), 0)
    near = event_before([h for h in events if h.start >= cut], one.start)
    people = countings[at].unit == "people"
    if one.noun is None:
        if near is not None:
            return near
        if _ABOARD.search(sentence):
            return None
        if at and countings[at - 1].event is not None:
            return countings[at - 1].event
        return event_before(happenings(before), len(before) + 1) if before else None
    if (
        near is not None
        and people
        and happens_to_people(near)
        and re.search(r"\b(?:including|among|toll|number|surpassed|of)\b", head[-60:])
    ):
        return near
    return None
