"""Seeded resampling: bootstrap intervals and the paired randomisation test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SEED = 20231002
RESAMPLES = 2_000
PERMUTATIONS = 10_000


def interval_of(resampled: NDArray[np.float64]) -> dict[str, float]:
    """The middle 95% of resampled figures ``(n,) float64``: percentile bootstrap (Efron 1979)."""
    low, high = np.percentile(resampled, [2.5, 97.5])
    return {"low": float(low), "high": float(high)}


def mean_interval(values: Sequence[float]) -> dict[str, float]:
    """Mean, number and 95% bootstrap interval of one figure a topic; ``values`` must not be empty."""
    sample = np.asarray(values, float)
    rng = np.random.default_rng(SEED)
    means = np.concatenate(
        [sample[rng.integers(0, len(sample), (100, len(sample)))].mean(axis=1) for _ in range(RESAMPLES // 100)]
    )
    return {"mean": float(sample.mean()), "n": len(sample), **interval_of(means)}


def randomisation_p(differences: Sequence[float]) -> float:
    """Two-sided p of the paired randomisation test on the mean (Fisher 1935; for retrieval Smucker et al. 2007).

    Signs are flipped at random 10,000 times; p counts flips at least as extreme, the observed one included.
    """
    moved = np.asarray([d for d in differences if d != 0], float)
    if not len(moved):
        return 1.0
    rng = np.random.default_rng(SEED)
    extreme = 1
    for _ in range(PERMUTATIONS // 500):
        signs = rng.choice((-1.0, 1.0), (500, len(moved)))
        extreme += int((np.abs((signs * moved).sum(axis=1)) >= abs(moved.sum()) - 1e-9).sum())
    return extreme / (PERMUTATIONS + 1)
