"""Growing what is learned: boosted oblivious trees that correct a linear model, for sentences and for confidences.

The sentence ranker maximises the likelihood of the sentences that hold the answer, the probability of a sentence being
the softmax of its score over the question's candidates (Cao et al., "Learning to rank: from pairwise to listwise
approach", 2007); a confidence, that of its labels. Trees are fitted to the gradient and the curvature of the loss, one
level at a time (Friedman, "Greedy function approximation", 2001; Prokhorenkova et al., "CatBoost", 2018), on a random
part of the topics and features each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from qa_service.trees import Trees

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """One topic's candidate sentences."""

    table: Matrix
    """``(sentences, features)``"""
    labels: NDArray[np.bool_]
    """Whether each holds the answer."""
    weight: float

    @property
    def tells(self) -> bool:
        """Whether some, but not every, candidate holds the answer."""
        return bool(0 < self.labels.sum() < len(self.labels))


@dataclass(frozen=True, slots=True, kw_only=True)
class BoostingOptions:
    """Chosen by cross-validation on tuning topics."""

    ridge: float = 4.0
    rounds: int = 150
    depth: int = 3
    rate: float = 0.08
    topics: float = 0.6
    """Part of the topics that a tree sees."""
    features: float = 0.3
    """Part of the features that it may look at."""
    shrinkage: float = 4.0
    """Added to the curvature of a leaf."""
    bins: int = 24
    head: int = 30
    """Candidates a topic, the best by the linear model, that trees are grown on."""


class _Lists:
    """All topics' candidates in one table, with the loss's derivatives."""

    def __init__(self, topics: Sequence[Candidates]) -> None:
        sizes = [len(topic.labels) for topic in topics]
        self.table = np.concatenate([topic.table for topic in topics])
        self.labels = np.concatenate([topic.labels for topic in topics]).astype(np.float64)
        self.starts = np.cumsum([0, *sizes[:-1]])
        self.topic = np.repeat(np.arange(len(topics)), sizes)
        self.weights = np.array([topic.weight for topic in topics])

    def chances(self, scores: Matrix) -> tuple[Matrix, Matrix, Matrix]:
        """Softmax within each topic; its part on sentences that hold the answer; that part's sum by topic."""
        powers = np.exp(scores - np.maximum.reduceat(scores, self.starts)[self.topic])
        chances = powers / np.add.reduceat(powers, self.starts)[self.topic]
        right = chances * self.labels
        sums = np.add.reduceat(right, self.starts) + 1e-12
        return chances, right / sums[self.topic], sums


def fit_linear(topics: Sequence[Candidates], ridge: float) -> Matrix:
    """Weights ``(features,)`` of the linear model; ``ridge`` is on features scaled to unit deviation."""
    lists = _Lists([topic for topic in topics if topic.tells])
    scale = lists.table.std(axis=0) + 1e-6
    table = lists.table / scale

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        chances, right, sums = lists.chances(table @ weights)
        pull = lists.weights[lists.topic] * (chances - right)
        value = ridge * float(weights @ weights) - float(lists.weights @ np.log(sums))
        return value, table.T @ pull + 2 * ridge * weights

    return minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B").x / scale


def grow(topics: Sequence[Candidates], linear: Matrix, options: BoostingOptions) -> Trees:
    """Trees that correct the linear model, the same for the same topics."""
    heads = [_head(topic, linear, options.head) for topic in topics]
    lists = _Lists([head for head in heads if head.tells])
    weight = lists.weights[lists.topic]

    def slopes(scores: Matrix) -> tuple[Matrix, Matrix]:
        chances, right, _ = lists.chances(scores)
        return weight * (right - chances), weight * np.maximum(chances * (1 - chances), 1e-4)

    return _boost(lists.table, lists.table @ linear, slopes, lists.topic, options)


def grow_logistic(
    table: Matrix, labels: NDArray[np.bool_], weights: Matrix, scores: Matrix, options: BoostingOptions
) -> Trees:
    """Trees that correct log odds ``scores`` ``(rows,)`` of a table's rows towards their labels."""

    def slopes(scores: Matrix) -> tuple[Matrix, Matrix]:
        chances = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
        return weights * (labels - chances), weights * np.maximum(chances * (1 - chances), 1e-4)

    return _boost(table, scores, slopes, np.arange(len(table)), options)


def _boost(
    table: Matrix,
    scores: Matrix,
    slopes: Callable[[Matrix], tuple[Matrix, Matrix]],
    topic: NDArray[np.int64],
    options: BoostingOptions,
) -> Trees:
    """Trees fitted one after another to the gradient and curvature that ``slopes`` gives at the scores so far.

    ``topic`` numbers the topic of each row: a tree sees all rows of a topic or none.
    """
    edges = [_edges(column, options.bins) for column in table.T]
    binned = np.stack([np.searchsorted(e, column) for e, column in zip(edges, table.T, strict=True)])
    draw = np.random.default_rng(0)
    columns: list[list[int]] = []
    thresholds: list[list[float]] = []
    leaves: list[Matrix] = []
    for _ in range(options.rounds):
        gradient, curvature = slopes(scores)
        rows = np.flatnonzero((draw.random(int(topic.max()) + 1) < options.topics)[topic])
        open_columns = [c for c, e in enumerate(edges) if len(e) and draw.random() < options.features]
        if not open_columns or not len(rows):
            continue
        sums = _Sums(gradient=gradient[rows], curvature=curvature[rows], shrinkage=options.shrinkage)
        levels = _levels(binned[:, rows], [len(e) + 1 for e in edges], open_columns, sums, options.depth)
        values = options.rate * sums.leaf_values(_leaf(binned[:, rows], levels), 1 << options.depth)
        scores = scores + values[_leaf(binned, levels)]
        columns.append([column for column, _ in levels])
        thresholds.append([float(edges[column][place]) for column, place in levels])
        leaves.append(values)
    shape = (len(leaves), options.depth)
    return Trees(
        columns=np.array(columns, np.int64).reshape(shape),
        thresholds=np.array(thresholds, np.float64).reshape(shape),
        leaves=np.array(leaves, np.float64).reshape(len(leaves), 1 << options.depth),
    )


def _head(topic: Candidates, linear: Matrix, size: int) -> Candidates:
    best = np.argsort(-(topic.table @ linear), kind="stable")[:size]
    return Candidates(table=topic.table[best], labels=topic.labels[best], weight=topic.weight)


def _edges(column: Matrix, bins: int) -> Matrix:
    """Thresholds between the values of a column: each of a few, or quantiles of many."""
    values = np.unique(column)
    if len(values) <= bins:
        return (values[1:] + values[:-1]) / 2
    return np.unique(np.quantile(column, np.linspace(0, 1, bins + 1)[1:-1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sums:
    gradient: Matrix
    curvature: Matrix
    shrinkage: float

    def gains(self, keys: NDArray[np.int64], n_leaves: int, n_bins: int) -> Matrix:
        """``(n_bins - 1,)``: what splitting every leaf after each bin is worth."""
        shape = (n_leaves, n_bins)
        g = np.bincount(keys, self.gradient, n_leaves * n_bins).reshape(shape).cumsum(axis=1)
        h = np.bincount(keys, self.curvature, n_leaves * n_bins).reshape(shape).cumsum(axis=1)
        left = g[:, :-1] ** 2 / (h[:, :-1] + self.shrinkage)
        right = (g[:, -1:] - g[:, :-1]) ** 2 / (h[:, -1:] - h[:, :-1] + self.shrinkage)
        return (left + right).sum(axis=0)

    def leaf_values(self, leaf: NDArray[np.int64], n_leaves: int) -> Matrix:
        """A Newton step for each leaf."""
        g = np.bincount(leaf, self.gradient, n_leaves)
        return g / (np.bincount(leaf, self.curvature, n_leaves) + self.shrinkage)


def _levels(
    binned: NDArray[np.int64], n_bins: Sequence[int], columns: Sequence[int], sums: _Sums, depth: int
) -> list[tuple[int, int]]:
    """The column and the bin that each level splits after, chosen one level at a time."""
    levels: list[tuple[int, int]] = []
    for level in range(depth):
        leaf = _leaf(binned, levels)
        found = {c: sums.gains(leaf * n_bins[c] + binned[c], 1 << level, n_bins[c]) for c in columns}
        best = max(columns, key=lambda c: float(found[c].max()))
        levels.append((best, int(found[best].argmax())))
    return levels


def _leaf(binned: NDArray[np.int64], levels: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    leaf = np.zeros(binned.shape[1], np.int64)
    for column, place in levels:
        leaf = 2 * leaf + (binned[column] > place)
    return leaf
