"""One order of passages and one of articles: additive parts, evidence that only helps, time only where there is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import date_interval
from index.ports import Hits
from index.view import UNDATED
from qa_service.fusion import fuse_min_max
from qa_service.question import Question
from qa_service.question_time import TimeWindow
from qa_service.ranking import Ranked, RankingOptions, rank
from qa_service.retrieval import Candidates, RetrievalOptions, retrieve

ASKED = datetime(2023, 10, 2, 12, tzinfo=UTC)
WINDOW = TimeWindow(
    start=date(2020, 9, 1),
    end=date(2020, 9, 30),
    expression="in September 2020",
    mode="inside",
    span=(0, 17),
    relative=False,
)


class Rows:
    """Stands in for a view: row ``n`` belongs to ``articles[n]``, dated and published as given."""

    def __init__(
        self, articles: list[int], dates: list[str | None] | None = None, sources: list[str | None] | None = None
    ) -> None:
        self._articles = np.array(articles, np.int64)
        pairs = [(UNDATED, UNDATED) if d is None else date_interval(d) for d in dates or [None] * len(articles)]
        self._published = np.array(pairs, np.int64).reshape(-1, 2)
        self.slot = np.arange(len(articles))
        self.columns = SimpleNamespace(source=tuple(sources or [None] * len(articles)))

    def articles(self, rows: Any) -> Any:
        return self._articles[rows]

    def published(self, rows: Any) -> Any:
        return self._published[rows, 0], self._published[rows, 1]


def leg(scores: dict[int, float]) -> Hits:
    rows = sorted(scores, key=lambda row: (-scores[row], row))
    return Hits(rows=np.array(rows, np.int64), scores=np.array([scores[row] for row in rows], np.float32))


def ranked(
    view: Rows,
    dense: dict[int, float],
    terms: dict[int, float] | None = None,
    *,
    given: bool = False,
    window: TimeWindow | None = None,
    outlets: tuple[str, ...] = (),
    options: RankingOptions | None = None,
) -> Ranked:
    options = options or RankingOptions()
    legs = leg(dense), leg(terms or {})
    share = options.retrieval.dense_weight
    found = Candidates(fused=fuse_min_max(legs, (share, 1 - share)), dense=legs[0], terms=legs[1])
    question = Question(text="What?", asked_at=ASKED, asked_at_given=given)
    return rank(view, found, question=question, window=window, outlets=outlets, options=options)  # pyright: ignore[reportArgumentType]


scored = st.dictionaries(st.integers(0, 11), st.integers(1, 64).map(lambda n: n / 64), max_size=12)
views = st.builds(
    Rows,
    st.lists(st.integers(0, 4), min_size=12, max_size=12),
    st.lists(st.sampled_from([None, "2023-10-01", "2023-09", "2020-09-12", "2012"]), min_size=12, max_size=12),
    st.lists(st.sampled_from([None, "Echo", "Courier"]), min_size=12, max_size=12),
)
times = st.sampled_from([(False, None), (True, None), (False, WINDOW), (True, WINDOW)])


@given(view=views, dense=scored, terms=scored, time=times)
def test_a_rows_score_is_the_sum_that_its_parts_say(view: Rows, dense: Any, terms: Any, time: Any) -> None:
    options = RankingOptions()
    found = ranked(view, dense, terms, given=time[0], window=time[1], outlets=("Echo",))
    parts, share = found.parts, options.retrieval.dense_weight
    own = share * parts["dense"] + (1 - share) * parts["terms"] + parts["time"] + parts["outlet"]
    total = (own + options.article_share * parts["article"]) / (1 + options.article_share)
    np.testing.assert_allclose(found.scores, total, rtol=1e-9)


@given(view=views, dense=scored, terms=scored, time=times)
def test_both_orders_are_whole_and_best_first(view: Rows, dense: Any, terms: Any, time: Any) -> None:
    found = ranked(view, dense, terms, given=time[0], window=time[1])
    assert sorted(found.rows.tolist()) == sorted({*dense, *terms})
    assert (np.diff(found.scores) <= 0).all()
    assert (np.diff(found.article_scores) <= 0).all()
    assert sorted(found.articles.tolist()) == sorted(set(view.articles(found.rows).tolist()))
    assert found.article_of_row.tolist() == view.articles(found.rows).tolist()
    assert all(len(part) == len(found.rows) for part in found.parts.values())


@given(view=views, dense=scored, terms=scored, time=times)
def test_the_same_question_ranks_the_same(view: Rows, dense: Any, terms: Any, time: Any) -> None:
    one, other = (ranked(view, dense, terms, given=time[0], window=time[1]) for _ in range(2))
    assert one.rows.tolist() == other.rows.tolist()
    assert one.scores.tolist() == other.scores.tolist()
    assert one.articles.tolist() == other.articles.tolist()


@given(view=views, dense=scored, terms=scored)
def test_without_a_time_no_date_counts(view: Rows, dense: Any, terms: Any) -> None:
    found = ranked(view, dense, terms)
    assert not found.parts["time"].any()
    undated = Rows(view._articles.tolist(), None, list(view.columns.source))
    assert ranked(undated, dense, terms).rows.tolist() == found.rows.tolist()


@given(view=views, dense=scored, terms=scored)
def test_evidence_never_makes_an_article_worth_less_than_its_best_passage(view: Rows, dense: Any, terms: Any) -> None:
    found = ranked(view, dense, terms)
    own = found.scores * (1 + RankingOptions().article_share) - RankingOptions().article_share * found.parts["article"]
    for article, score in zip(found.articles, found.article_scores, strict=True):
        assert score >= own[found.article_of_row == article].max() - 1e-9


def test_an_article_with_more_evidence_stands_above_one_with_less() -> None:
    """Both best passages are equally good; the second article has another that is nearly so."""
    found = ranked(Rows([1, 2, 2, 3]), {0: 0.9, 1: 0.9, 2: 0.8, 3: 0.1})
    assert found.articles.tolist() == [2, 1, 3]
    assert found.rows[0] == 1


def test_further_passages_count_ever_less() -> None:
    options = RankingOptions()
    scores = [
        ranked(Rows([1] * n + [2]), {**dict.fromkeys(range(n), 0.9), n: 0.1}).article_scores[0] for n in (1, 2, 3, 9)
    ]
    gains = np.diff(scores)
    assert gains[0] > gains[1] > 0
    assert scores[-1] <= scores[0] / (1 - options.evidence) + 1e-9


def test_evidence_can_be_switched_off() -> None:
    options = replace(RankingOptions(), evidence=0.0, article_share=0.0)
    found = ranked(Rows([1, 2, 2]), {0: 0.9, 1: 0.8, 2: 0.8}, options=options)
    assert found.articles.tolist() == [1, 2]
    np.testing.assert_allclose(found.scores, options.retrieval.dense_weight * found.parts["dense"])


def test_given_a_moment_the_newer_of_equals_comes_first() -> None:
    view = Rows([1, 2, 3], ["2012-01-01", "2023-10-01", None])
    equal = {0: 0.5, 1: 0.5, 2: 0.5}
    assert ranked(view, equal).rows.tolist() == [0, 1, 2]
    found = ranked(view, equal, given=True)
    assert found.rows.tolist() == [1, 2, 0]
    assert found.parts["time"][0] == pytest.approx(RankingOptions().recency_weight, rel=0.2)


def test_a_named_window_outdoes_the_moment_of_asking() -> None:
    view = Rows([1, 2], ["2023-10-01", "2020-09-12"])
    for given_moment in (False, True):
        assert ranked(view, {0: 0.5, 1: 0.5}, given=given_moment, window=WINDOW).rows.tolist() == [1, 0]


def test_a_named_outlet_counts_and_hides_nothing() -> None:
    view = Rows([1, 2, 3], None, ["Courier", "Echo", None])
    found = ranked(view, {0: 0.5, 1: 0.5, 2: 0.5}, outlets=("Echo",))
    assert found.rows.tolist() == [1, 0, 2]
    assert (found.parts["outlet"] > 0).tolist() == [True, False, False]


def test_no_candidates_rank_as_none() -> None:
    found = ranked(Rows([1]), {})
    assert len(found.rows) == len(found.articles) == len(found.scores) == 0


class Legs:
    """A search whose legs find what they are told."""

    def __init__(self, dense: dict[int, float], terms: dict[int, float]) -> None:
        self._dense, self._terms = leg(dense), leg(terms)
        self.asked: list[Any] = []

    def dense(self, question: Any, k: int, mask: Any) -> Hits:
        self.asked.append((question, k, mask))
        return self._dense

    def terms(self, query: Any, k: int, mask: Any) -> Hits:
        self.asked.append((query, k, mask))
        return self._terms


@pytest.mark.parametrize("fusion", ["min_max", "reciprocal_rank"])
def test_the_first_stage_asks_both_legs_under_one_mask(fusion: Any) -> None:
    options = RetrievalOptions(fusion=fusion)
    search: Any = Legs({1: 0.9, 2: 0.4, 3: -0.2}, {2: 7.0, 5: 3.0})
    mask = np.ones(6, bool)
    found = retrieve(search, "bridge", np.zeros(4, np.float32), mask=mask, depth=50, options=options)
    assert [(k, m is mask) for _, k, m in search.asked] == [(50, True), (50, True)]
    assert search.asked[1][0].text == "bridge"
    assert set(found.fused.rows.tolist()) == {1, 2, 5}  # 3 points away from the question
    assert found.fused.rows[0] == (2 if fusion == "reciprocal_rank" else found.fused.rows[0])
    assert found.dense.scores[0] == pytest.approx(0.9)
