"""Boosted oblivious trees: every tree asks the same few questions of a row and adds the value of the leaf they lead to.

An oblivious tree asks one question a level, whatever the answers before, so a whole table is scored by a comparison and
a look-up (Prokhorenkova et al., "CatBoost: unbiased boosting with categorical features", 2018, section 3). Growing them
is the matter of ``eval``; here they are data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """``n`` trees of one depth ``d``."""

    columns: NDArray[np.int64]
    """``(n, d)``: which column each level looks at."""
    thresholds: NDArray[np.float64]
    """``(n, d)``: a row goes right where its value is greater."""
    leaves: NDArray[np.float64]
    """``(n, 2 ** d)``: values, leftmost first."""

    def scores(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """``(rows,)``: the sum of one leaf a tree."""
        if not len(self.columns):
            return np.zeros(len(table))
        n, depth = self.columns.shape
        leaf = np.zeros((len(table), n), np.int64)
        for level in range(depth):
            leaf = 2 * leaf + (table[:, self.columns[:, level]] > self.thresholds[:, level])
        return self.leaves[np.arange(n), leaf].sum(axis=1)

    def to_json(self, names: Sequence[str]) -> list[list[Any]]:
        """A list a tree: names of the columns, thresholds, leaves."""
        return [
            [[names[c] for c in columns], thresholds.tolist(), leaves.tolist()]
            for columns, thresholds, leaves in zip(self.columns, self.thresholds, self.leaves, strict=True)
        ]

    @classmethod
    def from_json(cls, stored: list[list[Any]], names: Sequence[str]) -> Trees:
        """Raises KeyError where a tree looks at a column that is not among the names."""
        place = {name: column for column, name in enumerate(names)}
        return cls(
            columns=np.array([[place[name] for name in tree[0]] for tree in stored], np.int64),
            thresholds=np.array([tree[1] for tree in stored], np.float64),
            leaves=np.array([tree[2] for tree in stored], np.float64),
        )
