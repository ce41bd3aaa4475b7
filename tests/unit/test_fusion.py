"""Two rankings put together: what must hold whatever the weights are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.ports import Hits
from qa_service.fusion import Fused, fuse_min_max, fuse_reciprocal_ranks

FUSIONS = [fuse_min_max, fuse_reciprocal_ranks]


def hits(scored: dict[int, float]) -> Hits:
    """A leg's hits, best first, ties by row."""
    order = sorted(scored, key=lambda row: (-scored[row], row))
    return Hits(rows=np.array(order, np.int64), scores=np.array([scored[row] for row in order], np.float32))


def by_row(fused: Fused) -> dict[int, float]:
    return dict(zip(fused.rows.tolist(), fused.scores.tolist(), strict=True))


# Distinct scores that float32 holds exactly, so that scaling them by a power of two changes no order.
legs = st.dictionaries(st.integers(0, 60), st.integers(1, 4000).map(lambda n: n / 8), max_size=25).map(
    lambda scored: hits({row: score + row / 16 for row, score in scored.items()})
)
weights = st.tuples(st.floats(0.05, 1), st.floats(0.05, 1))


@pytest.mark.parametrize("fuse", FUSIONS)
@given(dense=legs, terms=legs, weights=weights)
def test_every_candidate_appears_once_best_first(fuse, dense: Hits, terms: Hits, weights: tuple[float, float]) -> None:
    fused = fuse([dense, terms], weights)
    assert sorted(fused.rows.tolist()) == sorted({*dense.rows.tolist(), *terms.rows.tolist()})
    assert fused.legs.shape == (len(fused.rows), 2)
    pairs = list(zip((-fused.scores).tolist(), fused.rows.tolist(), strict=True))
    assert pairs == sorted(pairs)
    assert ((fused.legs >= 0) & (fused.legs <= 1)).all()
    np.testing.assert_allclose(fused.scores, fused.legs @ np.array(weights), rtol=1e-12)


@given(dense=legs, terms=legs, weights=weights, power=st.integers(-6, 6), shift=st.integers(0, 50))
def test_min_max_does_not_change_with_a_legs_scale(
    dense: Hits, terms: Hits, weights: tuple[float, float], power: int, shift: int
) -> None:
    scaled = Hits(rows=terms.rows, scores=(terms.scores + np.float32(shift)) * np.float32(2.0**power))
    before, after = fuse_min_max([dense, terms], weights), fuse_min_max([dense, scaled], weights)
    assert before.rows.tolist() == after.rows.tolist()
    np.testing.assert_allclose(before.scores, after.scores, rtol=1e-9, atol=1e-12)


@given(dense=legs, terms=legs, weights=weights)
def test_reciprocal_ranks_look_at_ranks_alone(dense: Hits, terms: Hits, weights: tuple[float, float]) -> None:
    bent = Hits(rows=terms.rows, scores=np.sqrt(terms.scores) - 100)
    before, after = fuse_reciprocal_ranks([dense, terms], weights), fuse_reciprocal_ranks([dense, bent], weights)
    assert before.rows.tolist() == after.rows.tolist()
    assert before.scores.tolist() == after.scores.tolist()


@pytest.mark.parametrize("fuse", FUSIONS)
@given(dense=legs, terms=legs, weights=weights)
def test_the_order_of_the_legs_does_not_matter(fuse, dense: Hits, terms: Hits, weights: tuple[float, float]) -> None:
    one, other = by_row(fuse([dense, terms], weights)), by_row(fuse([terms, dense], weights[::-1]))
    assert one == pytest.approx(other)


@given(dense=legs, terms=legs, weights=weights, seed=st.randoms(use_true_random=False))
def test_min_max_reads_scores_and_not_the_order_of_the_rows(
    dense: Hits, terms: Hits, weights: tuple[float, float], seed
) -> None:
    places = list(range(len(terms.rows)))
    seed.shuffle(places)
    shuffled = Hits(rows=terms.rows[places], scores=terms.scores[places])
    assert by_row(fuse_min_max([dense, terms], weights)) == by_row(fuse_min_max([dense, shuffled], weights))


@given(dense=legs, terms=legs, weights=weights, k=st.integers(1, 100))
def test_reciprocal_ranks_agree_with_a_naive_sum(
    dense: Hits, terms: Hits, weights: tuple[float, float], k: int
) -> None:
    naive: dict[int, float] = {}
    for leg, weight in zip((dense, terms), weights, strict=True):
        for rank, row in enumerate(leg.rows.tolist(), 1):
            naive[row] = naive.get(row, 0.0) + weight * (k + 1) / (k + rank)
    fused = fuse_reciprocal_ranks([dense, terms], weights, k)
    assert by_row(fused) == pytest.approx(naive)


@given(dense=legs, terms=legs, weights=weights)
def test_min_max_agrees_with_a_naive_sum(dense: Hits, terms: Hits, weights: tuple[float, float]) -> None:
    naive: dict[int, float] = {}
    for leg, weight in zip((dense, terms), weights, strict=True):
        scores = leg.scores.tolist()
        for row, score in zip(leg.rows.tolist(), scores, strict=True):
            span = max(scores) - min(scores)
            naive[row] = naive.get(row, 0.0) + weight * ((score - min(scores)) / span if span else 1.0)
    assert by_row(fuse_min_max([dense, terms], weights)) == pytest.approx(naive, abs=1e-9)


@pytest.mark.parametrize("fuse", FUSIONS)
def test_a_leg_without_hits_says_nothing(fuse) -> None:
    found = hits({4: 3.0, 9: 2.0, 1: 1.0})
    fused = fuse([found, hits({})], (0.5, 0.5))
    assert fused.rows.tolist() == [4, 9, 1]
    assert not fused.legs[:, 1].any()
    assert len(fuse([hits({}), hits({})], (0.5, 0.5)).rows) == 0


@pytest.mark.parametrize("fuse", FUSIONS)
def test_what_both_legs_put_first_comes_first(fuse) -> None:
    fused = fuse([hits({1: 9.0, 2: 8.0, 3: 1.0}), hits({1: 0.3, 3: 0.2, 4: 0.1})], (0.4, 0.6))
    assert fused.rows[0] == 1
    assert fused.legs[0].tolist() == [1.0, 1.0]
    assert fused.scores[0] == pytest.approx(1.0)


def test_equal_scores_are_all_a_legs_best_under_min_max() -> None:
    assert fuse_min_max([hits({7: 2.0, 3: 2.0}), hits({})], (1.0, 0.0)).scores.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("fuse", FUSIONS)
def test_ties_go_by_row_so_that_runs_repeat(fuse) -> None:
    assert fuse([hits({8: 1.0}), hits({2: 1.0})], (0.5, 0.5)).rows.tolist() == [2, 8]


@pytest.mark.parametrize("fuse", FUSIONS)
def test_a_leg_of_weight_one_alone_keeps_its_order(fuse) -> None:
    leg = hits({5: 4.0, 2: 3.5, 8: 3.0, 1: 0.5})
    assert fuse([leg, hits({1: 9.0, 8: 8.0})], (1.0, 0.0)).rows.tolist() == leg.rows.tolist()
