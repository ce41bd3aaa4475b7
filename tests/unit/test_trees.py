"""Boosted oblivious trees: scores by comparison and look-up, the same after storing, refused where a column is unknown."""

from __future__ import annotations

import numpy as np
import pytest

from eval.boosting import BoostingOptions, Candidates, fit_linear, grow
from eval.cross_validation import ablate, cross_validate
from qa_service.evidence import FEATURES, GROUPS
from qa_service.trees import Trees

NAMES = ("a", "b", "c")


def two_trees() -> Trees:
    return Trees(
        columns=np.array([[0, 1], [2, 2]]),
        thresholds=np.array([[0.5, 10.0], [1.0, 2.0]]),
        leaves=np.array([[0.0, 1.0, 2.0, 3.0], [10.0, 20.0, 30.0, 40.0]]),
    )


def walk(trees: Trees, row: list[float]) -> float:
    """One row, one question at a time."""
    total = 0.0
    for columns, thresholds, leaves in zip(trees.columns, trees.thresholds, trees.leaves, strict=True):
        leaf = 0
        for column, threshold in zip(columns, thresholds, strict=True):
            leaf = 2 * leaf + int(row[column] > threshold)
        total += leaves[leaf]
    return total


def test_scores_are_those_of_a_walk_through_every_tree() -> None:
    rows = [[0.0, 0.0, 0.0], [1.0, 11.0, 1.5], [0.5, 10.0, 3.0], [0.6, 0.0, 2.0]]
    assert two_trees().scores(np.array(rows)).tolist() == [walk(two_trees(), row) for row in rows] == [10, 33, 40, 32]
    assert two_trees().scores(np.zeros((0, 3))).shape == (0,)


def test_stored_and_read_again_they_score_the_same_whatever_the_order_of_columns() -> None:
    again = Trees.from_json(two_trees().to_json(NAMES), ("c", "b", "a"))
    table = np.random.default_rng(0).normal(1, 3, (50, 3))
    assert np.array_equal(again.scores(table[:, ::-1]), two_trees().scores(table))


def test_a_tree_that_looks_at_an_unknown_column_is_refused() -> None:
    with pytest.raises(KeyError, match="c"):
        Trees.from_json(two_trees().to_json(NAMES), ("a", "b"))


def topics(n: int, rule: str) -> list[Candidates]:
    """Eight candidates each; the one that holds the answer has the largest product (or first value) of two."""
    draw = np.random.default_rng(7)
    made = []
    for _ in range(n):
        table = draw.normal(0, 1, (8, len(FEATURES)))
        worth = table[:, 0] if rule == "linear" else np.sign(table[:, 0]) * np.sign(table[:, 1]) * 3 + table[:, 2]
        made.append(Candidates(table=table, labels=worth == worth.max(), weight=1.0))
    return made


def first_right(topics: list[Candidates], linear: np.ndarray, trees: Trees | None) -> float:
    scores = [t.table @ linear + (trees.scores(t.table) if trees else 0) for t in topics]
    return float(np.mean([t.labels[s.argmax()] for t, s in zip(topics, scores, strict=True)]))


def test_the_linear_model_finds_what_is_linear() -> None:
    made = topics(300, "linear")
    weights = fit_linear(made[:200], 0.5)
    assert int(np.abs(weights).argmax()) == 0
    assert first_right(made[200:], weights, None) > 0.7


def test_trees_find_what_no_weighted_sum_can() -> None:
    made = topics(700, "both signs")
    options = BoostingOptions(rounds=60, rate=0.3, features=0.5)
    weights = fit_linear(made[:500], options.ridge)
    trees = grow(made[:500], weights, options)
    assert first_right(made[500:], weights, trees) > first_right(made[500:], weights, None) + 0.1
    assert np.array_equal(trees.scores(made[0].table), grow(made[:500], weights, options).scores(made[0].table))


def test_topics_that_tell_nothing_are_left_out() -> None:
    made = topics(40, "linear")
    nothing = [Candidates(table=t.table, labels=np.zeros(8, bool), weight=1.0) for t in made]
    assert np.array_equal(fit_linear([*made, *nothing], 1.0), fit_linear(made, 1.0))


def test_figures_of_a_group_left_out() -> None:
    named = [("one", topic) for topic in topics(60, "linear")]
    options = BoostingOptions(rounds=5)
    figures = ablate(named, 3, options=options)
    assert figures.keys() == {"everything", "no trees", *(f"no {group}" for group in GROUPS)}
    assert figures["everything"] == cross_validate(named, 3, options=options)
    assert figures["everything"]["one"]["topics"] == 60
    assert figures["no passage"]["one"]["first"] < figures["everything"]["one"]["first"]  # it holds what decides


def test_the_groups_are_all_features() -> None:
    assert sum(map(len, GROUPS.values())) == len(FEATURES) == len(set(FEATURES))
