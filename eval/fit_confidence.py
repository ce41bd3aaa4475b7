"""Fitting a confidence: a logistic regression, trees that correct it, and both calibrated on folds held out.

The trees and the regression are fitted to all topics; how far to trust their log odds is fitted to what models made
without a topic say of it (Platt, "Probabilistic outputs for support vector machines", 1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from eval.boosting import BoostingOptions, grow_logistic
from qa_service.confidence import Calibration
from qa_service.trees import Trees

Matrix = NDArray[np.float64]
_STRENGTH = 0.02
"""Inverse of the ridge on signals scaled to unit deviation. Chosen, as the trees' options, by cross-validation."""
_TREES = BoostingOptions(rounds=100, depth=3, rate=0.06, topics=0.6, features=0.3, shrinkage=8.0)
_FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What a confidence learns from."""

    signals: Sequence[dict[str, float]]
    labels: NDArray[np.bool_]
    weights: Matrix
    topics: NDArray[np.int64]
    """Number of the topic that each row belongs to."""


def fit_calibration(rows: Rows) -> tuple[Calibration, Matrix]:
    """The fitted function, and the probability ``(rows,)`` that a model fitted without a row's topic gives it."""
    names = tuple(sorted({name for row in rows.signals for name in row}))
    table = np.array([[row.get(name, 0.0) for name in names] for row in rows.signals])
    fold = np.random.default_rng(0).integers(0, _FOLDS, int(rows.topics.max()) + 1)[rows.topics]
    held_out = np.zeros(len(table))
    for one in range(_FOLDS):
        inside = fold != one
        intercept, weights, trees = _fit(table[inside], rows.labels[inside], rows.weights[inside])
        held_out[~inside] = intercept + table[~inside] @ weights + trees.scores(table[~inside])
    platt = LogisticRegression(C=1e6).fit(held_out[:, None], rows.labels, sample_weight=rows.weights)
    slope, shift = float(platt.coef_[0, 0]), float(platt.intercept_[0])
    intercept, weights, trees = _fit(table, rows.labels, rows.weights)
    calibration = Calibration(
        names=names,
        intercept=round(slope * intercept + shift, 4),
        weights=np.round(slope * weights, 4),
        trees=Trees(
            columns=trees.columns,
            thresholds=np.round(trees.thresholds, 4),
            leaves=np.round(slope * trees.leaves, 4),
        ),
    )
    return calibration, 1 / (1 + np.exp(-(slope * held_out + shift)))


def _fit(table: Matrix, labels: NDArray[np.bool_], weights: Matrix) -> tuple[float, Matrix, Trees]:
    scale = table.std(axis=0) + 1e-6
    centre = table.mean(axis=0)
    model = LogisticRegression(C=_STRENGTH, max_iter=3000).fit((table - centre) / scale, labels, sample_weight=weights)
    slopes = model.coef_[0] / scale
    intercept = float(model.intercept_[0] - slopes @ centre)
    return intercept, slopes, grow_logistic(table, labels, weights, intercept + table @ slopes, _TREES)
