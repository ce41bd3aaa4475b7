"""How well the sentence ranker chooses on topics that it was not fitted on, and what each group of features is worth.

Topics are dealt into folds at random, always the same; every fold is ranked by a model fitted on the others.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from eval.boosting import BoostingOptions, Candidates, fit_linear, grow
from qa_service.evidence import FEATURES, GROUPS

Figures = dict[str, dict[str, float]]
"""Name of a set → ``topics``; ``first``, ``three``: share whose first (three) sentences hold the answer."""


def cross_validate(topics: Sequence[tuple[str, Candidates]], folds: int, *, options: BoostingOptions) -> Figures:
    """Of topics with the names of their sets; a topic none of whose candidates holds the answer counts as missed."""
    fold = np.random.default_rng(0).integers(0, folds, len(topics))
    hits: dict[str, list[tuple[bool, bool]]] = {}
    for one in range(folds):
        training = [topic for (_, topic), f in zip(topics, fold, strict=True) if f != one and topic.tells]
        linear = fit_linear(training, options.ridge)
        trees = grow(training, linear, options)
        for (name, topic), f in zip(topics, fold, strict=True):
            if f == one:
                scores = topic.table @ linear + trees.scores(topic.table)
                best = topic.labels[np.argsort(-scores, kind="stable")]
                hits.setdefault(name, []).append((bool(best[:1].any()), bool(best[:3].any())))
    return {
        name: {
            "topics": len(found),
            "first": round(sum(first for first, _ in found) / len(found), 3),
            "three": round(sum(three for _, three in found) / len(found), 3),
        }
        for name, found in sorted(hits.items())
    }


def ablate(topics: Sequence[tuple[str, Candidates]], folds: int, *, options: BoostingOptions) -> dict[str, Figures]:
    """The figures with all features, with the linear model alone, and without each group in turn."""
    alone = BoostingOptions(ridge=options.ridge, rounds=0)
    figures = {
        "everything": cross_validate(topics, folds, options=options),
        "no trees": cross_validate(topics, folds, options=alone),
    }
    for group, names in GROUPS.items():
        kept = np.array([name not in names for name in FEATURES])
        some = [(name, _narrowed(topic, kept)) for name, topic in topics]
        figures[f"no {group}"] = cross_validate(some, folds, options=options)
    return figures


def _narrowed(topic: Candidates, kept: NDArray[np.bool_]) -> Candidates:
    return Candidates(table=topic.table[:, kept], labels=topic.labels, weight=topic.weight)
