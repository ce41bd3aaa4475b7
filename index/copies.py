"""Whether two passages of different articles are copies of one text, as newsrooms cut and rewrite it.

Shared word runs alone miss edited copies (NEWS-COPY, Silcock et al. 2022: about 30% of 3-grams survive editing) and
take the same bulletin with other figures for one; vectors alone take an update for a copy. So a small logistic weighs
both with agreement of numbers and names and with the days between the two, and its weights are data: ``copies.json``,
fitted by ``eval/fit_copies.py``. Nothing here knows of the archive.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources

DAY = 86_400
DATE_BLOCK_DAYS = 5
"""Passages published further apart are never copies."""
MIN_COSINE = 0.55
"""Below this a pair is not looked at: the lowest copy among the even gold lines has 0.69."""
_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_UNITS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
    " nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_NUMERALS = {word: str(value) for value, word in enumerate(_UNITS, 2)} | {
    word: str(10 * value) for value, word in enumerate(_TENS, 2)
}
_MONTHS = frozenset(
    "january february march april may june july august september october november december"
    " jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_AGENCIES = frozenset("reuters afp ap associated press agence france-presse bbc cnn dpa tass interfax xinhua".split())
"""Carriers put themselves in the place of the one they copy: "told Reuters", "told the BBC"."""
_COMPOUND = re.compile(rf"\b({'|'.join(_TENS)})-(one|{'|'.join(_UNITS[:8])})\b", re.IGNORECASE)

Interval = tuple[int, int]
"""Half-open, UTC seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What comparing needs of a passage's text, made once."""

    words: tuple[str, ...]
    """Case-folded, in order; numbers as digits ("sixty-eight" is 68)."""
    grams: frozenset[tuple[str, str, str]]
    """Distinct word 3-grams."""
    content: frozenset[str]
    """Distinct words of four letters or more."""
    numbers: frozenset[str]
    names: frozenset[str]
    """Distinct capitalised words that do not open a sentence."""
    figures: frozenset[tuple[str, str, str]]
    """The word before a number, the word behind it, the number; days of a month are left out, datelines have them."""
    named: tuple[tuple[str, str, frozenset[str]], ...]
    """The word before a run of names, the word behind it, the names; days, months and agencies are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """How two passages compare; *shorter* is the one with fewer 3-grams. Shares lie between 0 and 1."""

    cosine: float
    held: float
    """Share of the shorter's 3-grams that the longer has."""
    held_back: float
    """Share of the longer's 3-grams that the shorter has."""
    longest_run: float
    """Words of the longest run common to both, over the shorter's words."""
    content: float
    """Share of the shorter's content words that the longer has."""
    names: float
    """Share of the names of the text with fewer names that the other has; 1 where there are none."""
    numbers: float
    """Share of the numbers of the text with fewer numbers that the other has; 1 where there are none."""
    other_numbers: float
    """Numbers that each side has for itself (the fewer of both counts), over the fewer numbers: high in templates."""
    days: float
    """log(1 + days between the published dates); 0 where either has none."""
    length_ratio: float
    """Words of the shorter over those of the longer."""

    def values(self) -> list[float]:
        """In the order of the fields."""
        return [getattr(self, field.name) for field in fields(self)]


def read_wording(text: str) -> Wording:
    """The wording of a passage's text."""
    text = _COMPOUND.sub(_compound, text)
    words: list[str] = []
    numbers: set[str] = set()
    names: set[str] = set()
    capitals: list[bool] = []
    end = 0
    for match in _WORD.finditer(text):
        raw = match[0]
        word = raw.casefold().replace("’", "").replace("'", "")
        word = _NUMERALS.get(word, word).replace(",", "")
        if word[0].isdigit():
            numbers.add(word)
        elif raw[0].isupper() and words and not _opens_sentence(text[end : match.start()]):
            names.add(word)
        capitals.append(word in names and raw[0].isupper())
        words.append(word)
        end = match.end()
    return Wording(
        words=tuple(words),
        grams=frozenset(zip(words, words[1:], words[2:], strict=False)),
        content=frozenset(word for word in words if len(word) > 3 and not word[0].isdigit()),
        numbers=frozenset(numbers),
        names=frozenset(names),
        figures=frozenset(_figures(words)),
        named=tuple(_named(words, capitals)),
    )


def compare(a: Wording, b: Wording, cosine: float, days: int | None) -> Features:
    """Features of a pair; symmetric. ``days`` as :func:`days_between` has it."""
    short, long = (a, b) if (len(a.grams), a.words) <= (len(b.grams), b.words) else (b, a)
    common = len(short.grams & long.grams)
    fewer_numbers = min(len(a.numbers), len(b.numbers))
    own = min(len(a.numbers - b.numbers), len(b.numbers - a.numbers))
    return Features(
        cosine=cosine,
        held=common / max(1, len(short.grams)),
        held_back=common / max(1, len(long.grams)),
        longest_run=_longest_run(short.words, long.words) / max(1, len(short.words)),
        content=len(short.content & long.content) / max(1, len(short.content)),
        names=_overlap(a.names, b.names),
        numbers=_overlap(a.numbers, b.numbers),
        other_numbers=own / max(1, fewer_numbers),
        days=0.0 if days is None else math.log1p(days),
        length_ratio=len(short.words) / max(1, len(long.words)),
    )


def contradict(a: Wording, b: Wording) -> bool:
    """Whether between the same two words stands in each text a number, or a name, that the other text lacks.

    That is what an update changes in a report that otherwise stays as it was ("rises to 10 after", "rises to 11
    after"), and what a text that gives another answer to the same question changes ("born in Leeds and").
    """
    return _other_figures(a, b) or _other_names(a, b)


def _other_figures(a: Wording, b: Wording) -> bool:
    values: dict[tuple[str, str], set[str]] = {}
    for before, after, number in b.figures:
        if number not in a.numbers:
            values.setdefault((before, after), set()).add(number)
    return any((before, after) in values for before, after, number in a.figures if number not in b.numbers)


def _other_names(a: Wording, b: Wording) -> bool:
    between: dict[tuple[str, str], list[frozenset[str]]] = {}
    for before, after, names in b.named:
        if names.isdisjoint(a.words):
            between.setdefault((before, after), []).append(names)
    return any((before, after) in between and names.isdisjoint(b.words) for before, after, names in a.named)


def days_between(a: Interval | None, b: Interval | None) -> int | None:
    """Days (of UTC) between two dates: 0 on one day or where a vaguer date covers the other, None if one is missing."""
    if a is None or b is None:
        return None
    first, last = a[0] // DAY, (a[1] - 1) // DAY
    return max(0, b[0] // DAY - last, first - (b[1] - 1) // DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyModel:
    """A logistic over :class:`Features`."""

    intercept: float
    weights: tuple[float, ...]
    """One a feature, in the order of the fields."""
    threshold: float
    threshold_undated: float
    """Where one of the two has no date, the text has to be stronger evidence."""
    min_shared_grams: int
    """Fewer shared 3-grams than this say nothing: captions, one-line passages."""

    def probability(self, features: Features) -> float:
        """Of being copies."""
        z = self.intercept + sum(w * x for w, x in zip(self.weights, features.values(), strict=True))
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, z))))

    def are_copies(self, a: Wording, b: Wording, cosine: float, days: int | None) -> float | None:
        """The probability where the two are copies by the thresholds and the date block, else None."""
        if cosine < MIN_COSINE or (days is not None and days > DATE_BLOCK_DAYS):
            return None
        if len(a.grams & b.grams) < self.min_shared_grams or contradict(a, b):
            return None
        probability = self.probability(compare(a, b, cosine, days))
        return probability if probability >= (self.threshold_undated if days is None else self.threshold) else None


@cache
def fitted_model() -> CopyModel:
    """The model in ``copies.json``."""
    stored = json.loads(resources.files("index").joinpath("copies.json").read_text("utf-8"))
    return CopyModel(
        intercept=stored["intercept"],
        weights=tuple(stored["weights"][field.name] for field in fields(Features)),
        threshold=stored["threshold"],
        threshold_undated=stored["threshold_undated"],
        min_shared_grams=stored["min_shared_grams"],
    )


def _figures(words: list[str]) -> Iterator[tuple[str, str, str]]:
    for before, number, after in zip(words, words[1:], words[2:], strict=False):
        if number[0].isdigit() and not {before, after} & _MONTHS:
            yield before, after, number


def _named(words: list[str], capitals: list[bool]) -> Iterator[tuple[str, str, frozenset[str]]]:
    start = 1
    while start < len(words) - 1:
        end = start
        while end < len(words) - 1 and capitals[end]:
            end += 1
        names = frozenset(words[start:end])
        if names and not capitals[start - 1] and not capitals[end] and not names & (_MONTHS | _DAYS | _AGENCIES):
            yield words[start - 1], words[end], names
        start = max(end, start + 1)


def _compound(match: re.Match[str]) -> str:
    unit = 1 if match[2].casefold() == "one" else int(_NUMERALS[match[2].casefold()])
    return str(int(_NUMERALS[match[1].casefold()]) + unit)


def _opens_sentence(between: str) -> bool:
    return any(mark in between for mark in '.!?\n"“”„:')


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    fewer = min(len(a), len(b))
    return len(a & b) / fewer if fewer else 1.0


def _longest_run(a: tuple[str, ...], b: tuple[str, ...]) -> int:
    places: dict[str, list[int]] = {}
    for j, word in enumerate(b):
        places.setdefault(word, []).append(j)
    best = 0
    before: dict[int, int] = {}
    for word in a:
        now = {j: before.get(j - 1, 0) + 1 for j in places.get(word, ())}
        best = max(best, max(now.values(), default=0))
        before = now
    return best
