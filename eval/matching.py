"""Whether a text holds an answer: the same words in the same order, whatever the case and punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

MAX_SENTENCE = 400
"""Code points. A longer sentence counts as no answer: quoting everything is not answering."""
_WORD = re.compile(r"[a-z0-9']+")
_APOSTROPHES = str.maketrans("’‘", "''")
_PEOPLE = frozenset({"people", "persons", "inhabitants", "residents"})
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


def same_words(text: str) -> str:
    """As :func:`normalise`, and without accents, articles, and the noun of "3,046 people", which counts as its number.

    Which of several differing answers a text gives is not a matter of spelling; SQuAD's scorer drops articles too.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    folded = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = [word for word in _WORD.findall(folded.lower()) if word not in ("a", "an", "the")]
    if len(words) > 1 and words[-1] in _PEOPLE and all(word.isdigit() for word in words[:-1]):
        words.pop()
    return " ".join(words)


def holds_all(texts: Sequence[str], answers: Iterable[str]) -> bool:
    """Whether every answer stands in one of the texts by :func:`same_words` (as it is, if it has no a–z or digit)."""
    padded = [f" {same_words(text)} " for text in texts]
    return all(
        any(f" {same_words(answer)} " in text for text in padded)
        if same_words(answer)
        else any(answer.casefold() in text.casefold() for text in texts)
        for answer in answers
    )
