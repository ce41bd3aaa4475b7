"""Two probabilities: that the archive supports an answer, and that a quoted sentence holds it.

Both are logistic functions of signals that exist already: a weighted sum, corrected by boosted trees, and calibrated on
topics held out of the fit (Platt 1999). The coefficients are data, fitted on tuning topics by a script under ``eval/``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa_service.answering import Sentence
from qa_service.evidence import FEATURES
from qa_service.trees import Trees


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A logistic function of a weighted sum of signals and of what boosted trees add to it."""

    names: tuple[str, ...]
    """The signals it looks at, in the order of its columns; others weigh nothing, absent ones are 0."""
    intercept: float
    weights: NDArray[np.float64]
    """``(len(names),)``"""
    trees: Trees

    def probability(self, signals: Mapping[str, float]) -> float:
        """A probability strictly between 0 and 1."""
        row = np.array([signals.get(name, 0.0) for name in self.names])
        total = self.intercept + float(row @ self.weights) + float(self.trees.scores(row[None])[0])
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

    def to_json(self) -> dict[str, Any]:
        """What ``from_json`` reads."""
        return {
            "intercept": self.intercept,
            "weights": dict(zip(self.names, self.weights.tolist(), strict=True)),
            "trees": self.trees.to_json(self.names),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Calibration:
        """Raises KeyError where a tree looks at a signal that has no weight."""
        names = tuple(stored["weights"])
        return cls(
            names=names,
            intercept=stored["intercept"],
            weights=np.array(list(stored["weights"].values()), np.float64),
            trees=Trees.from_json(stored["trees"], names),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceRanker:
    """How much speaks for a sentence: a weighted sum of its features and what boosted trees add to it."""

    weights: NDArray[np.float64]
    """``(len(FEATURES),)``"""
    trees: Trees | None
    """None where the weighted sum is all."""

    def scores(self, sentences: Sequence[Sentence]) -> list[float]:
        """One score a sentence, comparable within one question only."""
        if not sentences:
            return []
        table = np.stack([sentence.features for sentence in sentences])
        return self.table_scores(table).tolist()

    def table_scores(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same for a table of features, ``(sentences, len(FEATURES))``."""
        linear = table @ self.weights
        return linear if self.trees is None else linear + self.trees.scores(table)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """The fitted model: both functions, the sentence ranker and the default threshold."""

    supports: Calibration
    holds: Calibration
    sentence: SentenceRanker
    threshold: float


def load_confidence() -> Confidence:
    """The coefficients shipped with the package. Raises KeyError where they name a feature that does not exist."""
    stored = json.loads(resources.files("qa_service").joinpath("confidence.json").read_text("utf-8"))
    sentence, place = stored["sentence"], {name: column for column, name in enumerate(FEATURES)}
    weights = np.zeros(len(FEATURES))
    for name, weight in sentence["weights"].items():
        weights[place[name]] = weight
    return Confidence(
        supports=Calibration.from_json(stored["supports"]),
        holds=Calibration.from_json(stored["holds"]),
        sentence=SentenceRanker(
            weights=weights, trees=Trees.from_json(sentence["trees"], FEATURES) if sentence["trees"] else None
        ),
        threshold=stored["threshold"],
    )
