"""How a pair scorer's numbers become a part of the ranking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.store import Store
from index.view import View
from qa_service.fusion import Scores
from qa_service.ranking import Ranked
from qa_service.reranking import Reranker, RerankOptions
from tests.archives import draft, open_store

ARTICLES = 4
TOPICS = ("levee", "bridge", "mayor", "boats")


class Numbers:
    """A pair scorer that gives the numbers it was told, and remembers what it read."""

    def __init__(self, *numbers: float) -> None:
        self.numbers = numbers
        self.read: list[str] = []

    def score(self, question: str, texts: Sequence[str]) -> Scores:
        self.read = list(texts)
        return np.array(self.numbers[: len(texts)], np.float64)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Four articles of two passages each, rows 0 to 7."""
    made = open_store(tmp_path_factory.mktemp("reranking"))
    made.commit([draft(f"a{n}", f"first {word}\n\nsecond {word}", title=f"On {word}") for n, word in enumerate(TOPICS)])
    yield made
    made.close()


def ranked(view: View) -> Ranked:
    """Rows in order, scores 8 to 1, articles by their first passage."""
    rows = np.arange(2 * ARTICLES)
    articles = view.articles(rows)
    return Ranked(
        rows=rows,
        scores=np.arange(8.0, 0.0, -1.0),
        parts={"dense": np.arange(8.0, 0.0, -1.0)},
        articles=articles[::2],
        article_scores=np.array([8.0, 6.0, 4.0, 2.0]),
        article_of_row=articles,
    )


def test_the_scorer_reads_headline_and_words_of_the_first_passages(store: Store) -> None:
    scorer = Numbers(0.0, 0.0, 1.0)
    Reranker(scorer, RerankOptions(depth=3)).rerank(store.view(), "?", ranked(store.view()))
    assert scorer.read == ["On levee\nfirst levee", "On levee\nsecond levee", "On bridge\nfirst bridge"]


def test_scores_are_scaled_weighted_and_added(store: Store) -> None:
    view = store.view()
    found = Reranker(Numbers(-3.0, 1.0, 5.0, -3.0), RerankOptions(depth=4, weight=10)).rerank(view, "?", ranked(view))
    assert found.rows.tolist() == [2, 1, 0, 3, 4, 5, 6, 7]
    assert found.scores.tolist() == [16.0, 12.0, 8.0, 5.0, 4.0, 3.0, 2.0, 1.0]
    assert found.parts["rerank"].tolist() == [10.0, 5.0, 0, 0, 0, 0, 0, 0]
    assert found.parts["dense"].tolist() == [6.0, 7.0, 8.0, 5.0, 4.0, 3.0, 2.0, 1.0]
    assert np.array_equal(found.article_of_row, view.articles(found.rows))
    first, second = view.articles(np.array([2, 0]))
    assert found.articles[:2].tolist() == [first, second]
    assert found.article_scores.tolist() == [16.0, 13.0, 4.0, 2.0], "an article gains what its best passage gained"


@pytest.mark.parametrize("numbers", [(2.0,) * 8, (float("nan"),) * 8, (float("inf"),) * 8])
def test_scores_that_say_nothing_change_nothing(store: Store, numbers: tuple[float, ...]) -> None:
    before = ranked(store.view())
    found = Reranker(Numbers(*numbers), RerankOptions()).rerank(store.view(), "?", before)
    assert np.array_equal(found.rows, before.rows)
    assert np.array_equal(found.scores, before.scores)
    assert not found.parts["rerank"].any()


def test_a_number_that_is_none_leaves_the_others_alone(store: Store) -> None:
    found = Reranker(Numbers(float("nan"), 1.0, 3.0), RerankOptions(depth=3, weight=100)).rerank(
        store.view(), "?", ranked(store.view())
    )
    assert found.rows[:2].tolist() == [2, 0]
    assert np.isfinite(found.scores).all()


def test_a_passage_deleted_meanwhile_gains_nothing_and_shifts_nobody(tmp_path: Path) -> None:
    own = open_store(tmp_path)
    own.commit([draft(f"a{n}", f"first {word}\n\nsecond {word}") for n, word in enumerate(TOPICS)])
    view = own.view()
    before = ranked(view)
    own.delete(["a0"])
    found = Reranker(Numbers(0.0, 1.0), RerankOptions(depth=4, weight=100)).rerank(view, "?", before)
    assert found.rows[0] == 3
    assert found.parts["rerank"][found.rows < 2].tolist() == [0.0, 0.0]
    own.close()


def test_an_empty_ranking_stays_empty(store: Store) -> None:
    none = ranked(store.view())
    empty = Ranked(
        rows=none.rows[:0],
        scores=none.scores[:0],
        parts={"dense": none.scores[:0]},
        articles=none.articles[:0],
        article_scores=none.article_scores[:0],
        article_of_row=none.article_of_row[:0],
    )
    scorer = Numbers()
    assert len(Reranker(scorer, RerankOptions()).rerank(store.view(), "?", empty).rows) == 0
    assert scorer.read == []


@given(st.lists(st.floats(-20, 20), min_size=8, max_size=8), st.integers(1, 8), st.floats(0.01, 5))
def test_what_was_read_never_falls_below_what_was_not(
    store: Store, numbers: list[float], depth: int, weight: float
) -> None:
    before = ranked(store.view())
    found = Reranker(Numbers(*numbers), RerankOptions(depth=depth, weight=weight)).rerank(store.view(), "?", before)
    assert set(found.rows[:depth].tolist()) == set(range(depth))
    assert sorted(found.rows.tolist()) == before.rows.tolist()
    assert np.all(np.diff(found.scores) <= 0) and np.all(np.diff(found.article_scores) <= 0)
    assert np.allclose(found.scores, found.parts["dense"] + found.parts["rerank"])
