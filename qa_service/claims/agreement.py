"""Groups of agreeing claims, figures that their own party has replaced, and whether what is left conflicts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa_service.claims.asked import CASES
from qa_service.claims.comparable import comparable
from qa_service.claims.parties import same_name, same_party
from qa_service.claims.rows import ClaimRow, Judgement
from qa_service.claims.units import SPANS, is_measure

_NEAR = 0.1
"""A hedged figure agrees with another that lies within this share of it, on the side that the hedge allows."""
_GROWTH_DAYS = 3
"""A count this many days later, and no lower, may have grown: time explains the difference."""
_GROWING = frozenset(
    "killed wounded missing displaced infected arrested evacuated registered hospitalised captured rescued".split()
)
_FINAL = re.compile(
    r"\b(?:correct\w*|revis\w*|final|lower\w*|in\sall|closed\sits\sfirst\scount|accept\w*)\b", re.IGNORECASE
)


def judge(rows: Sequence[ClaimRow], quotes: Sequence[str] = ()) -> Judgement:
    """``rows`` with group numbers and superseded ones marked, and whether independent claims conflict.

    ``quotes`` are the rows' sentences, where words like "corrected" show a later figure to be the final one.
    """
    marked = [replace(row, superseded=row.superseded or _is_superseded(row, rows, quotes)) for row in rows]
    grouped = _grouped(marked)
    parts = _stated_together(grouped)
    conflict = any(
        _conflict(one, other) and frozenset((one.statement.value, other.statement.value)) not in parts
        for at, one in enumerate(grouped)
        for other in grouped[at + 1 :]
    )
    return Judgement(outcome="conflicting" if conflict else "answered", rows=tuple(grouped))


def _stated_together(rows: Sequence[ClaimRow]) -> set[frozenset[float | str]]:
    """Values that one party states in one sentence ("three of the nine"): two things, not two versions."""
    return {
        frozenset((one.statement.value, other.statement.value))
        for at, one in enumerate(rows)
        for other in rows[at + 1 :]
        if one.statement.sentence == other.statement.sentence
        and one.passages[0] == other.passages[0]
        and one.party == other.party
        and one.statement.kind == "quantity"
    }


def agree(one: ClaimRow, other: ClaimRow) -> bool:
    """Whether two rows say the same: equal words; equal numbers of the same thing, or a hedge that covers the other."""
    left, right = one.statement, other.statement
    if (
        left.denied != right.denied
        or not same_unit(left.unit, right.unit)
        or (one.nouns != other.nouns and not is_measure(left.unit))
        or _apart(one, other)
    ):
        return False
    if isinstance(left.value, str) or isinstance(right.value, str):
        return left.value == right.value
    if left.unit in SPANS and right.unit in SPANS and left.unit != right.unit:
        return left.value * SPANS[left.unit] == right.value * SPANS[right.unit]
    if left.value == right.value:
        return True
    return _covers(left.value, left.bound, right.value) or _covers(right.value, right.bound, left.value)


def same_unit(one: str | None, other: str | None) -> bool:
    """Whether two counts can be compared; the infected are counted as people or as cases."""
    return one == other or {one, other} <= SPANS.keys() or {one, other} <= {"people", *CASES}


def _grouped(rows: Sequence[ClaimRow]) -> list[ClaimRow]:
    """Rows with the number of the group of the first row that they agree with."""
    first: list[ClaimRow] = []
    grouped: list[ClaimRow] = []
    for row in rows:
        number = next((n for n, head in enumerate(first, 1) if agree(row, head)), None)
        if number is None:
            first.append(row)
            number = len(first)
        grouped.append(replace(row, group=number))
    return grouped


def _covers(hedged: float, bound: str, value: float) -> bool:
    slack = _NEAR * abs(hedged)
    low = hedged - slack if bound in ("about", "at_most") else hedged
    high = hedged + slack if bound in ("about", "at_least") else hedged
    return bound != "exact" and low <= value <= high


def _apart(one: ClaimRow, other: ClaimRow) -> bool:
    """Whether the two count different parties' dead: listed, never opposed; so is one party's against all."""
    if one.of_party == other.of_party:
        return False
    return not any(same_name(left, right) for left in one.of_party for right in other.of_party)


def _is_superseded(row: ClaimRow, rows: Sequence[ClaimRow], quotes: Sequence[str]) -> bool:
    """A later figure by the same party on the same thing, or a later correction or final count by anyone."""
    for at, other in enumerate(rows):
        if other is row or other.nouns != row.nouns or row.day is None or other.day is None or other.day <= row.day:
            continue
        if (
            agree(row, other)
            or other.statement.denied
            or other.superseded
            or other.statement.unit != row.statement.unit
        ):
            continue
        if same_party(other.party, row.party):
            return True
        final = at < len(quotes) and _FINAL.search(quotes[at]) is not None
        if final and (other.day - row.day).days >= _GROWTH_DAYS:
            return True
    return False


def _conflict(one: ClaimRow, other: ClaimRow) -> bool:
    """Whether two current rows by different parties differ on the same thing in a way that time does not explain."""
    left, right = one.statement, other.statement
    if one.group == other.group or one.superseded or other.superseded or _apart(one, other):
        return False
    if left.kind != "quantity":
        return left.side != right.side and one.party.words != other.party.words
    if not comparable(left, right) or same_party(one.party, other.party):
        return False
    if left.denied or right.denied:
        return left.value == right.value and left.denied != right.denied
    unclear = left.vague or right.vague or one.added or other.added
    one_voice = not (left.attributed or right.attributed) and bool(set(one.passages) & set(other.passages))
    return not (unclear or one_voice or _explained_by_time(one, other))


def _explained_by_time(one: ClaimRow, other: ClaimRow) -> bool:
    """Counts grow: a later one that is no lower does not contradict, from the next hour on in an outlet's own voice."""
    if one.day is None or other.day is None or one.statement.event not in _GROWING:
        return False
    early, late = (one, other) if (one.day, one.moment or "") <= (other.day, other.moment or "") else (other, one)
    days = abs((one.day - other.day).days)
    if one.statement.attributed and other.statement.attributed:
        later = days >= _GROWTH_DAYS
    else:
        later = days >= 1 or (early.moment is not None and late.moment is not None and early.moment < late.moment)
    return later and float(late.statement.value) >= float(early.statement.value)
