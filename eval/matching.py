"""Whether a text holds an answer: the same words in the same order, whatever the case and punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

MAX_SENTENCE = 400
"""Code points. A longer sentence counts as no answer: quoting everything is not answering."""
_WORD = re.compile(r"[a-z0-9']+")
_TRIVIAL = frozenset({"true", "false", "yes", "no", "all of the above", "none of the above"})


def normalise(text: str) -> str:
    """Lower-case words of letters a–z, digits and apostrophes, joined by single spaces."""
    return " ".join(_WORD.findall(text.lower()))


def usable(answers: Iterable[str]) -> tuple[str, ...]:
    """The normalised answers whose presence in a text says something: no yes or no, none under three characters."""
    normalised = (normalise(answer) for answer in answers)
    return tuple(answer for answer in normalised if len(answer) > 2 and answer not in _TRIVIAL)


def holds(text: str, normalised_answers: Iterable[str]) -> bool:
    """Whether any of the normalised answers stands in the text as whole words."""
    padded = f" {normalise(text)} "
    return any(f" {answer} " in padded for answer in normalised_answers)


def holds_all(texts: Sequence[str], answers: Iterable[str]) -> bool:
    """Whether every answer stands in one of the texts as whole words (as it is, if it has no a–z or digit)."""
    padded = [f" {normalise(text)} " for text in texts]
    return all(
        any(f" {normalise(answer)} " in text for text in padded)
        if normalise(answer)
        else any(answer.casefold() in text.casefold() for text in texts)
        for answer in answers
    )
