"""Collapsing, diversifying and counting voices, on arrays."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.article import PublishedDate
from index.groups import GroupMember
from qa_service.grouping import CLOSE, collapse, diversify, other_carriers

UNDATED = np.iinfo(np.int64).max


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def test_a_group_appears_once_by_the_carrier_that_supports_best() -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.6])
    assert collapse(scores, ints(4, -1, 4, -1), ints(20, 1, 10, 1)).tolist() == [0, 1, 3]


def test_among_carriers_that_support_alike_the_earliest_dated_is_shown_at_its_own_place() -> None:
    scores = np.array([0.9, 0.895, 0.9 - CLOSE / 2, 0.5])
    assert collapse(scores, ints(4, -1, 4, 4), ints(20, 1, 10, 5)).tolist() == [1, 2]
    assert collapse(scores, ints(4, -1, 4, 4), ints(20, 1, UNDATED, 5)).tolist() == [0, 1]


def test_equal_support_and_date_keep_the_ranking() -> None:
    assert collapse(np.array([0.5, 0.5]), ints(1, 1), ints(3, 3)).tolist() == [0]
    assert collapse(np.array([]), ints(), ints()).tolist() == []


ranked = st.lists(st.tuples(st.floats(0, 1), st.integers(-1, 3), st.integers(0, 5)), min_size=1, max_size=12).map(
    lambda rows: sorted(rows, reverse=True)
)


@given(ranked)
def test_collapsing_keeps_every_group_and_everything_outside_groups(rows: list[tuple[float, int, int]]) -> None:
    scores, groups, dates = (np.array(column) for column in zip(*rows, strict=True))
    kept = collapse(scores, groups.astype(np.int64), dates.astype(np.int64))
    assert kept.tolist() == sorted(set(kept.tolist()))
    assert sorted(set(groups[kept].tolist())) == sorted(set(groups.tolist()))
    inside = [group for group in groups[kept].tolist() if group >= 0]
    assert len(inside) == len(set(inside))
    assert int((groups[kept] < 0).sum()) == int((groups < 0).sum())


def unit(*values: float) -> list[float]:
    return (np.array(values) / np.linalg.norm(values)).tolist()


def test_a_second_telling_makes_room_for_another_sentence() -> None:
    vectors = np.array([unit(1, 0, 0), unit(1, 0.01, 0), unit(0, 1, 0), unit(0, 0, 1)], np.float32)
    scores = np.array([1.0, 0.95, 0.9, 0.5])
    assert diversify(scores, vectors).tolist() == [0, 2, 1, 3]
    assert diversify(scores, vectors, penalty=0.0).tolist() == [0, 1, 2, 3]


def test_passages_that_differ_keep_their_order() -> None:
    vectors = np.eye(4, dtype=np.float32)
    assert diversify(np.array([0.4, 0.3, 0.2, 0.1]), vectors).tolist() == [0, 1, 2, 3]


@given(st.integers(0, 9), st.integers(0, 10_000))
def test_diversifying_drops_nothing_and_keeps_the_first(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((count, 3)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) if count else 1
    scores = np.sort(rng.random(count))[::-1]
    order = diversify(scores, vectors).tolist()
    assert sorted(order) == list(range(count))
    assert order[:1] == [0][:count]


def test_other_carriers_come_once_each_without_the_one_shown() -> None:
    members = [
        GroupMember(
            key=key, passage_id=str(key), article_id=name, version=1, source=name, url=None, published=PublishedDate()
        )
        for key, name in enumerate(("a", "b", "b", "c"))
    ]
    assert [carrier.article_id for carrier in other_carriers(members, "a")] == ["b", "c"]
