"""Two probabilities: that the archive supports an answer, and that a quoted sentence holds it.

Both are logistic functions of signals that exist already. The coefficients are data, fitted on tuning topics by a
script under ``eval/``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from qa_service.answering import FEATURES, Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Coefficients of one logistic function; unnamed signals weigh nothing."""

    intercept: float
    weights: Mapping[str, float]

    def probability(self, signals: Mapping[str, float]) -> float:
        """A probability strictly between 0 and 1."""
        total = self.intercept + sum(self.weights.get(name, 0.0) * value for name, value in signals.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """The fitted model: both functions, the sentence ranker's weights and the default threshold."""

    supports: Calibration
    holds: Calibration
    sentence: Mapping[str, float]
    threshold: float

    def sentence_score(self, sentence: Sentence) -> float:
        """How much speaks for a sentence as the answer; comparable within one question only."""
        return sum(self.sentence.get(name, 0.0) * float(x) for name, x in zip(FEATURES, sentence.features, strict=True))


def load_confidence() -> Confidence:
    """The coefficients shipped with the package."""
    stored = json.loads(resources.files("qa_service").joinpath("confidence.json").read_text("utf-8"))
    return Confidence(
        supports=Calibration(**stored["supports"]),
        holds=Calibration(**stored["holds"]),
        sentence=stored["sentence"],
        threshold=stored["threshold"],
    )
