"""Probabilities from signals: calibrated on what the fit had not seen, the same after storing, silent about strangers."""

from __future__ import annotations

import json

import numpy as np
import pytest

from eval.calibration import calibration
from eval.fit_confidence import Rows, fit_calibration
from qa_service.confidence import Calibration


def rows(count: int, seed: int = 0) -> Rows:
    """Chances that hang on one signal smoothly and on two others together; a fourth says nothing."""
    draw = np.random.default_rng(seed)
    signals = [dict(zip("abcd", map(float, draw.random(4)), strict=True)) for _ in range(count)]
    odds = np.array([3 * s["a"] - 3 + 3 * ((s["b"] > 0.5) != (s["c"] > 0.5)) for s in signals])
    labels = draw.random(count) < 1 / (1 + np.exp(-odds))
    return Rows(signals=signals, labels=labels, weights=np.ones(count), topics=np.arange(count) // 2)


@pytest.fixture(scope="module")
def fitted() -> tuple[Calibration, np.ndarray]:
    return fit_calibration(rows(2000))


def test_probabilities_of_rows_not_fitted_on_are_calibrated_and_better_than_the_base_rate(
    fitted: tuple[Calibration, np.ndarray],
) -> None:
    fresh = rows(2000, seed=1)
    measured = calibration([fitted[0].probability(s) for s in fresh.signals], fresh.labels.tolist())
    assert measured is not None
    assert measured["ece"] < 0.06
    assert measured["brier_skill"] > 0.2


def test_what_is_held_out_of_the_fit_is_judged_no_better_than_fresh_rows(
    fitted: tuple[Calibration, np.ndarray],
) -> None:
    model, held_out = fitted
    own, fresh = rows(2000), rows(2000, seed=1)
    inside = calibration(held_out.tolist(), own.labels.tolist())
    outside = calibration([model.probability(s) for s in fresh.signals], fresh.labels.tolist())
    assert inside is not None
    assert outside is not None
    assert inside["brier_skill"] < outside["brier_skill"] + 0.05


def test_trees_see_what_a_weighted_sum_cannot(fitted: tuple[Calibration, np.ndarray]) -> None:
    apart = {"a": 0.5, "b": 0.9, "c": 0.1, "d": 0.5}
    alike = {"a": 0.5, "b": 0.9, "c": 0.9, "d": 0.5}
    assert fitted[0].probability(apart) > fitted[0].probability(alike) + 0.3


def test_what_is_stored_says_the_same(fitted: tuple[Calibration, np.ndarray]) -> None:
    model = fitted[0]
    again = Calibration.from_json(json.loads(json.dumps(model.to_json())))
    for signals in rows(20, seed=2).signals:
        assert again.probability(signals) == pytest.approx(model.probability(signals))


def test_signals_it_does_not_know_change_nothing_and_absent_ones_are_zero(
    fitted: tuple[Calibration, np.ndarray],
) -> None:
    model = fitted[0]
    signals = {"a": 0.5, "b": 0.2, "c": 0.0, "d": 0.0}
    assert model.probability(signals | {"stranger": 99.0}) == model.probability(signals)
    assert model.probability({"a": 0.5, "b": 0.2}) == model.probability(signals)
    assert 0 < model.probability({}) < 1


def test_a_tree_over_a_signal_without_a_weight_is_refused(fitted: tuple[Calibration, np.ndarray]) -> None:
    stored = fitted[0].to_json()
    del stored["weights"]["b"]
    with pytest.raises(KeyError, match="b"):
        Calibration.from_json(stored)
