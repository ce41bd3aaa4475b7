"""Whether a statement can be what a question asks for, and whether two statements count the same thing.

A question says "houses in the dark" where the text has "homes without power", "casualties" where it has "injured". So
counts are compared by classes: of the noun (any people, soldiers, civilians, a noun and its synonyms), of the event
(one word per kind) and of the unit. Killed is never wounded, soldiers are never civilians.
"""

from __future__ import annotations

from qa_service.claims.asked import CASES, CIVILIAN, MILITARY, Asked, same_kind_of_noun
from qa_service.claims.events import is_event
from qa_service.claims.people import is_person
from qa_service.claims.statement import Statement
from qa_service.claims.topic_words import stem
from qa_service.claims.units import SPANS, is_measure, is_money

CASUALTY = frozenset(
    {"killed", "wounded", "missing", "arrested", "displaced", "infected", "captured", "hospitalised", "evacuated"}
)
_KIN = (
    frozenset({"displaced", "evacuated"}),
    frozenset({"destroyed", "damaged"}),
    frozenset({"arrested", "captured"}),
    frozenset({"cut", "laid off"}),
    frozenset({"wounded", "treated"}),
    frozenset({"hospitalised", "treated"}),
    frozenset({"on strike", "attended"}),
)
"""Events near enough that two parties may count one thing under both words."""
_STAND_FOR_PEOPLE = frozenset(
    "bodies absences admissions attendances tickets entries arrivals departures registrations visits escapees".split()
)
"""Nouns that count people by what they did."""
_LIVE_IN_HOMES = frozenset({"customers", "consumers", "families", "people", "users", "subscribers"})
_RATIO_OF_SPANS = 100
"""Of two spans in different units beyond which they measure different things."""
_UNSAID = 0.5
"""What a casualty counts for where the question names no kind of event: it may say it in a word that is not known."""
TELLING = CASUALTY | {
    "without power",
    "cut",
    "laid off",
    "recalled",
    "destroyed",
    "damaged",
    "escaped",
    "rescued",
    "trapped",
}
"""Events that a question which names none does not ask about."""


def strictly(asked: Asked, statement: Statement) -> bool:
    """Whether noun, event and unit are those of the question, by synonyms at most."""
    if asked.money:
        return is_money(statement.unit)
    if is_measure(statement.unit):
        return statement.unit in asked.units if asked.units else _bare(asked) and not is_money(statement.unit)
    if asked.units:
        return False
    if asked.event is not None:
        return statement.event == asked.event and same_kind_of_noun(asked.noun, statement.noun, asked.event)
    if asked.noun is None or statement.event in TELLING:
        return False
    return stem(asked.noun) == stem(_head(statement))


def loosely(asked: Asked, statement: Statement) -> float:
    """How near a statement is to what is asked, in [0, 4]; 0 where unit, noun or event rule it out."""
    if asked.money or asked.units or is_measure(statement.unit):
        return 3.0 if strictly(asked, statement) else 0.0
    noun, event = _noun(asked, statement), _event(asked, statement)
    return noun + event if noun and event else 0.0


def comparable(one: Statement, other: Statement) -> bool:
    """Whether two statements may count one thing: one unit class, no opposed nouns, no two kinds of event."""
    if is_measure(one.unit) or is_measure(other.unit):
        return one.unit == other.unit or _spans_of_one_thing(one, other)
    if not (_people(one) and _people(other)) and not _same_noun(_head(one), _head(other)):
        return False
    if _opposed(_head(one), _head(other)):
        return False
    return _same_event(one.event, other.event)


def _spans_of_one_thing(one: Statement, other: Statement) -> bool:
    """Whether two spans of time may measure one thing: two years without a ferry are no crossing of 35 minutes."""
    if one.unit not in SPANS or other.unit not in SPANS:
        return False
    if isinstance(one.value, str) or isinstance(other.value, str):
        return False
    shorter, longer = sorted((one.value * SPANS[one.unit], other.value * SPANS[other.unit]))
    return longer <= _RATIO_OF_SPANS * shorter


def _same_noun(one: str, other: str) -> bool:
    """Whether two nouns are synonyms; who lives in homes is counted as a home."""
    homes = stem("homes")
    in_homes = [stem(noun) == homes or noun in _LIVE_IN_HOMES for noun in (one, other)]
    return stem(one) == stem(other) or (all(in_homes) and homes in (stem(one), stem(other)))


def alike(one: Statement, other: Statement) -> bool:
    """Whether two comparable statements count one thing by their own words: one noun, or people of a sort."""
    left, right = _head(one), _head(other)
    loose = {"people", *CASES, *_STAND_FOR_PEOPLE, "others", "persons"}
    return (
        stem(left) == stem(right) or bool({left, right} & loose) or (one.event == other.event and is_event(one.event))
    )


def kin(one: str | None, other: str | None) -> bool:
    """Whether two parties may count one thing under these two kinds of event."""
    return one is not None and (one == other or any({one, other} <= pair for pair in _KIN))


def _bare(asked: Asked) -> bool:
    return asked.noun is None and asked.event is None


def _noun(asked: Asked, statement: Statement) -> float:
    head = _head(statement)
    if same_kind_of_noun(asked.noun, statement.noun) or (asked.noun and stem(asked.noun) == stem(head)):
        return 2.0
    if asked.noun is not None and _opposed(asked.noun, head):
        return 0.0
    if asked.noun is not None and _same_noun(asked.noun, head):
        return 1.0
    asks_people = asked.noun is None or is_person(asked.noun)
    return 1.0 if asks_people and _people(statement) else 0.0


def _event(asked: Asked, statement: Statement) -> float:
    if asked.event is None:
        return _UNSAID if statement.event in CASUALTY else 1.0
    if statement.event == asked.event:
        return 2.0
    return 1.0 if _same_event(asked.event, statement.event) else 0.0


def _same_event(one: str | None, other: str | None) -> bool:
    """Whether two kinds of event are one, near kin, or left open: a verb that names no kind rules nothing out."""
    if one == other or not is_event(one) or not is_event(other):
        return True
    return any({one, other} <= kin for kin in _KIN)


def _opposed(one: str, other: str) -> bool:
    """Whether two nouns count people of opposed sorts: soldiers are no civilians, cases are no dead."""
    left, right = (_sort(noun) for noun in (one, other))
    return left != right and "" not in (left, right)


def _sort(noun: str) -> str:
    if noun in MILITARY:
        return "soldiers"
    return "civilians" if noun in CIVILIAN else "cases" if noun in CASES else ""


def _people(statement: Statement) -> bool:
    return statement.unit == "people" or _head(statement) in (*_STAND_FOR_PEOPLE, *CASES)


def _head(statement: Statement) -> str:
    return (statement.noun or "people").split()[-1].lower()
