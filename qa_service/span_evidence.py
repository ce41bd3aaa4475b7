"""The ranges of a sentence that may be the answer: how well each fits, what stands near, which passages repeat it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.article import Span
from qa_service.answer_spans import find_kind, fitness
from qa_service.evidence import Asked
from qa_service.tokens import Tokens

_FALL = 6.0
"""Words of distance over which the weight of an asked word near a range falls to 1/e."""
_FOLLOWING = 4
"""Words after a range in which its unit is looked for."""
_SPANS = 12
"""Ranges rated in one sentence: more are a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedSpan:
    """A range of a sentence with what speaks for it as the answer, each part within [0, 1]."""

    span: Span
    fits: float
    near: float
    repeated: float
    """Share of the other passages that hold it too."""
    repeated_share: float
    """The same, by the passages' share of all scores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageText:
    """A passage's stems as one string, to look ranges up in."""

    stems: str
    share: float

    @classmethod
    def of(cls, sentences: Sequence[Tokens], share: float) -> PassageText:
        """Joined over its sentences."""
        return cls(stems=f" {' '.join(stem for tokens in sentences for stem in tokens.stems)} ", share=share)


def rate_spans(
    asked: Asked, tokens: Tokens, matched: frozenset[str], names: Sequence[Span], others: Sequence[PassageText]
) -> list[RatedSpan]:
    """Ranges of the expected kind that say more than the question, best first."""
    places: dict[str, list[int]] = {}
    for place, stem in enumerate(tokens.stems):
        if stem in matched:
            places.setdefault(stem, []).append(place)
    rated: list[RatedSpan] = []
    for span in find_kind(asked.expected.kind, tokens.text, asked.text, names)[:_SPANS]:
        first, last = tokens.within(span)
        own = tokens.stems[first:last]
        if asked.all_words.issuperset(own):
            continue
        phrase = f" {' '.join(own)} "
        holding = [other.share for other in others if phrase in other.stems]
        rated.append(
            RatedSpan(
                span=span,
                fits=fitness(asked.expected, tokens.text, span, list(tokens.stems[last : last + _FOLLOWING])),
                near=_nearness(asked, places, first, last),
                repeated=len(holding) / (len(others) or 1),
                repeated_share=sum(holding),
            )
        )
    return sorted(rated, key=lambda one: (-one.fits - one.near, one.span))


def _nearness(asked: Asked, places: Mapping[str, list[int]], first: int, last: int) -> float:
    weights = asked.words.weights
    return (
        sum(
            weights[stem] * math.exp(-min(max(first - place, place - last + 1, 0) for place in some) / _FALL)
            for stem, some in places.items()
        )
        / asked.words.total
    )


def span_evidence(asked: Asked, rated: Sequence[RatedSpan]) -> dict[str, float]:
    """The features of what the question expects."""
    kind = asked.expected.kind
    fits = max((one.fits for one in rated), default=0.0)
    return {
        "spans": min(4, len(rated)) / 4,
        "fits": fits,
        "near": max((one.near for one in rated), default=0.0),
        "fits_near": max((one.fits * (one.near + 0.2) for one in rated), default=0.0),
        "repeated": max((one.repeated * (0.3 + one.fits) for one in rated), default=0.0),
        "repeated_share": max((one.repeated_share * (0.3 + one.fits) for one in rated), default=0.0),
        "repeated_near": max((one.repeated_share * one.near for one in rated), default=0.0),
        f"has_{kind}": float(bool(rated)),
        f"lacks_{kind}": float(not rated),
        f"fits_{kind}": fits,
    }
