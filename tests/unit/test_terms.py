"""The lexical leg by itself: a filter is part of the search, never applied after it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import index.terms
from index.ports import TermQuery
from index.terms import TermDocument, TermIndex

MANY = 3000
QUERY = TermQuery(text="the minister said")


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> TermIndex:
    """Many passages with the words in them, the later the longer, so that the last come last."""
    folder: Path = tmp_path_factory.mktemp("terms")
    made = TermIndex(folder)
    made.apply(
        1, (), (TermDocument(key, "", "the minister said " + "more " * (key // 20)) for key in range(1, MANY + 1))
    )
    return made


@pytest.fixture(params=["probing", "a set of keys", "probing alone"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each way of searching under a mask has to give the same."""
    if request.param == "a set of keys":
        monkeypatch.setattr(index.terms, "_PROBE_LIMIT", 0)
    if request.param == "probing alone":
        monkeypatch.setattr(index.terms, "_EXACT_LIMIT", 0)
    return request.param


@pytest.mark.parametrize("k", [1, 3, 10, 500])
def test_few_among_many(terms: TermIndex, k: int) -> None:
    allowed = np.array([MANY - 40, MANY - 20, MANY], np.int64)
    keys, scores = terms.searcher().search(QUERY, k, allowed)
    assert keys.tolist() == allowed.tolist()[:k]
    assert list(scores) == sorted(scores, reverse=True)
    assert (scores > 0).all()


@pytest.mark.parametrize("share", [2, 7, 300])
def test_a_mask_gives_what_is_left_of_the_whole_ranking(terms: TermIndex, share: int) -> None:
    searcher = terms.searcher()
    ranking, scores = searcher.search(QUERY, MANY, np.arange(1, MANY + 1))
    assert len(ranking) == MANY
    allowed = np.arange(share, MANY + 1, share)
    kept = np.isin(ranking, allowed)
    keys, masked_scores = searcher.search(QUERY, 25, allowed)
    # Scores tie within twenty passages: those at the end of the list may be others of the same score.
    np.testing.assert_allclose(masked_scores, scores[kept][:25], rtol=1e-5)
    assert set(keys.tolist()) <= set(allowed.tolist())
    assert len(set(keys.tolist())) == min(25, len(allowed))


def test_nothing_to_find(terms: TermIndex) -> None:
    searcher = terms.searcher()
    for query, k, allowed in (
        (QUERY, 5, []),
        (QUERY, 0, [1, 2]),
        (TermQuery(text="  "), 5, [1, 2]),
        (TermQuery(text="nowhere"), 5, [1, 2]),
        (QUERY, 5, [MANY + 1]),
    ):
        keys, scores = searcher.search(query, k, np.array(allowed, np.int64))
        assert len(keys) == len(scores) == 0
