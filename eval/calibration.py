"""How far probabilities can be trusted: calibration error, Brier skill, AUROC, abstention."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.resampling import RESAMPLES, SEED, interval_of

BINS = 15

Floats = NDArray[np.float64]
"""``(n,) float64``"""


def calibration(confidences: Sequence[float], labels: Sequence[bool]) -> dict[str, Any] | None:
    """Expected calibration error over 15 bins of equal mass, Brier score and its skill over the base rate.

    ECE = Σ n_b/n · |mean confidence − share true| (Guo et al. 2017; bins of equal mass: Nguyen and O'Connor 2015).
    Brier skill = 1 − Brier / Brier of always saying the base rate; None where all labels are equal. None without data.
    """
    if not confidences:
        return None
    order = np.argsort(np.asarray(confidences, float), kind="stable")
    p, y = np.asarray(confidences, float)[order], np.asarray(labels, float)[order]
    bins = [
        {"n": len(part), "confidence": float(p[part].mean()), "observed": float(y[part].mean())}
        for part in np.array_split(np.arange(len(p)), BINS)
        if len(part)
    ]
    rate = float(y.mean())
    brier = float(((p - y) ** 2).mean())
    reference = rate * (1 - rate)
    return {
        "n": len(p),
        "base_rate": rate,
        "ece": sum(b["n"] * abs(b["confidence"] - b["observed"]) for b in bins) / len(p),
        "brier": brier,
        "brier_skill": 1 - brier / reference if reference else None,
        "bins": bins,
    }


def auroc(confidences: Sequence[float], labels: Sequence[bool]) -> dict[str, Any] | None:
    """The chance that an answerable topic has more confidence than an unanswerable one, ties counting half.

    With its 95% bootstrap interval, both classes resampled apart. None unless both are there.
    """
    p, y = np.asarray(confidences, float), np.asarray(labels, bool)
    positive, negative = p[y], p[~y]
    if not len(positive) or not len(negative):
        return None
    rng = np.random.default_rng(SEED)
    areas = [_area(rng.choice(positive, len(positive)), rng.choice(negative, len(negative))) for _ in range(RESAMPLES)]
    return {"mean": _area(positive, negative), "n": len(p), **interval_of(np.asarray(areas))}


def _area(positive: Floats, negative: Floats) -> float:
    negative = np.sort(negative)
    below = np.searchsorted(negative, positive, "left") + np.searchsorted(negative, positive, "right")
    return float(below.mean() / (2 * len(negative)))


def abstention(withheld: Sequence[bool], answerable: Sequence[bool]) -> dict[str, Any] | None:
    """Precision, recall and F1 of withholding at the default threshold; None without unanswerable topics.

    Precision is None when nothing was withheld.
    """
    silent, unanswerable = np.asarray(withheld, bool), ~np.asarray(answerable, bool)
    if not unanswerable.any():
        return None
    right = int((silent & unanswerable).sum())
    precision = right / int(silent.sum()) if silent.any() else None
    recall = right / int(unanswerable.sum())
    f1 = 2 * right / (int(silent.sum()) + int(unanswerable.sum()))
    return {"precision": precision, "recall": recall, "f1": f1, "withheld": int(silent.sum()), "n": len(silent)}
