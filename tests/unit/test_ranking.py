"""One order of passages and one of articles: additive parts, evidence that only helps, time only where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import PublishedDate, StoredPassage, date_interval
from index.ports import Hits
from index.view import UNDATED
from qa_service.fusion import add_facets, fuse_min_max
from qa_service.question import Question
from qa_service.question_time import TimeWindow
from qa_service.question_words import QuestionWords
from qa_service.ranking import Asked, Ranked, RankingOptions, rank
from qa_service.retrieval import Candidates, Probe, RetrievalOptions, retrieve

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
    """Stands in for a view: row ``n`` belongs to ``articles[n]``, dated, published and worded as given."""

    def __init__(
        self,
        articles: list[int],
        dates: Sequence[str | None] | None = None,
        sources: list[str | None] | None = None,
        texts: list[str] | None = None,
    ) -> None:
        self.keys = np.arange(len(articles))
        self._texts = texts or [""] * len(articles)
        self._dates = dates or [None] * len(articles)
        self._articles = np.array(articles, np.int64)
        pairs = [(UNDATED, UNDATED) if d is None else date_interval(d) for d in dates or [None] * len(articles)]
        self._published = np.array(pairs, np.int64).reshape(-1, 2)
        self.slot = np.arange(len(articles))
        self.columns = SimpleNamespace(source=tuple(sources or [None] * len(articles)))

    def articles(self, rows: Any) -> Any:
        return self._articles[rows]

    def published(self, rows: Any) -> Any:
        return self._published[rows, 0], self._published[rows, 1]

    def vectors(self, rows: Any) -> Any:
        return np.zeros((len(rows), 2), np.float32)

    def words(self, text: str) -> list[str]:
        return text.lower().split()

    def passages(self, rows: list[int]) -> list[StoredPassage]:
        return [
            StoredPassage(
                key=row,
                passage_id=str(row),
                article_id=str(self._articles[row]),
                version=1,
                newest_version=1,
                section=0,
                start=1000,
                end=1000 + len(self._texts[row]),
                text=self._texts[row],
                sentences=(),
                title="",
                source=None,
                url=None,
                published=PublishedDate(date=self._dates[row], precision="day", provenance="metadata"),
                language=None,
                copy_group=None,
                story=None,
            )
            for row in rows
        ]


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
    words: str = "",
) -> Ranked:
    options = options or RankingOptions()
    legs = leg(dense), leg(terms or {})
    share = options.retrieval.dense_weight
    found = Candidates(fused=add_facets(fuse_min_max(legs, (share, 1 - share)), [], 0.5), dense=legs[0], terms=legs[1])
    question = Question(text="What?", asked_at=ASKED, asked_at_given=given)
    asked = Asked(
        question=question,
        windows=() if window is None else (window,),
        outlets=outlets,
        words=QuestionWords(weights=dict.fromkeys(words.split(), 1.0), order=tuple(words.split())),
        facets=(),
        vector=np.zeros(2, np.float32),
    )
    return rank(view, found, asked, options)  # pyright: ignore[reportArgumentType]


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
    first = (share * parts["dense"] + (1 - share) * parts["terms"]) / (1 + options.wording.scale)
    own = first + parts["wording"] + parts["time"] + parts["outlet"]
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
    options = replace(RankingOptions(), evidence_from=0.0)
    found = ranked(Rows([1, 2, 2, 3]), {0: 0.9, 1: 0.9, 2: 0.8, 3: 0.1}, options=options)
    assert found.articles.tolist() == [2, 1, 3]
    assert found.rows[0] == 1


def test_further_passages_count_ever_less() -> None:
    options = replace(RankingOptions(), evidence_from=0.0)
    scores = [
        ranked(Rows([1] * n + [2]), {**dict.fromkeys(range(n), 0.9), n: 0.1}, options=options).article_scores[0]
        for n in (1, 2, 3, 9)
    ]
    gains = np.diff(scores)
    assert gains[0] > gains[1] > 0
    assert scores[-1] <= scores[0] / (1 - options.evidence) + 1e-9


def test_evidence_can_be_switched_off() -> None:
    options = replace(RankingOptions(), evidence=0.0, article_share=0.0)
    found = ranked(Rows([1, 2, 2]), {0: 0.9, 1: 0.8, 2: 0.8}, options=options)
    assert found.articles.tolist() == [1, 2]
    first = options.retrieval.dense_weight * found.parts["dense"] / (1 + options.wording.scale)
    np.testing.assert_allclose(found.scores, first)


def test_given_a_moment_the_newer_of_equals_comes_first() -> None:
    view = Rows([1, 2, 3], ["2012-01-01", "2023-10-01", None])
    equal = {0: 0.5, 1: 0.5, 2: 0.5}
    assert ranked(view, equal).rows.tolist() == [0, 1, 2]
    found = ranked(view, equal, given=True)
    assert found.rows.tolist() == [1, 2, 0]
    assert found.parts["time"][0] == pytest.approx(RankingOptions().recency_weight, rel=0.2)


def test_of_equals_the_one_that_holds_the_questions_words_side_by_side_comes_first() -> None:
    texts = ["the bridge over the old river", "an old river bridge stands", "a bridge", "nothing of it"]
    found = ranked(Rows([1, 2, 3, 4], None, None, texts), dict.fromkeys(range(4), 0.5), words="old river bridge")
    assert found.rows.tolist() == [1, 0, 2, 3]
    assert found.parts["wording"][-1] == 0


def test_only_the_best_candidates_are_looked_at_and_the_others_stay_behind_them() -> None:
    options = replace(RankingOptions(), looked_at=2)
    texts = ["nothing", "nothing", "old river bridge"]
    found = ranked(
        Rows([1, 2, 3], None, None, texts), {0: 0.9, 1: 0.8, 2: 0.3}, words="old river bridge", options=options
    )
    assert found.rows.tolist() == [0, 1, 2]
    assert not found.parts["wording"].any()


def test_a_retrospective_that_tells_of_the_window_outdoes_an_article_of_another_time() -> None:
    texts = ["They met on 12 May 2022 to talk.", "Shelling began on 27 September 2020 and lasted weeks."]
    found = ranked(Rows([1, 2], ["2022-05-12", "2022-05-12"], None, texts), {0: 0.5, 1: 0.5}, window=WINDOW)
    assert found.rows.tolist() == [1, 0]
    assert found.parts["time"][0] > found.parts["time"][1]


def test_the_date_of_an_article_counts_once_however_many_passages_it_has() -> None:
    """Both are of the right day; a long article's weak passages do not bring the day again."""
    view = Rows([1, 2, 2, 2, 2], ["2023-10-01"] * 5)
    found = ranked(view, {0: 0.9, 1: 0.8, 2: 0.1, 3: 0.1, 4: 0.1}, given=True)
    assert found.articles.tolist() == [1, 2]


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
    found = retrieve(
        search, Probe(words="bridge", vector=np.zeros(4, np.float32)), mask=mask, depth=50, options=options
    )
    assert [(k, m is mask) for _, k, m in search.asked] == [(50, True), (50, True)]
    assert search.asked[1][0].text == "bridge"
    assert set(found.fused.rows.tolist()) == {1, 2, 5}  # 3 points away from the question
    assert found.fused.rows[0] == (2 if fusion == "reciprocal_rank" else found.fused.rows[0])
    assert found.dense.scores[0] == pytest.approx(0.9)
