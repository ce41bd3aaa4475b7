"""Which questions are searched for in parts, and where they are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.facets import facets
from qa_service.fusion import add_facets, fuse_min_max

COMMON = set("which who the a of in and is was by to for on that it did after as at its".split())


def words(text: str) -> list[str]:
    return [word for word in text.lower().replace("?", "").replace(",", "").split() if word not in COMMON]


@pytest.mark.parametrize(
    "question",
    [
        "Who won the marathon?",
        "How many people fled, and where to?",
        "Which firm paid 1,200,000 crowns on October 2, 2023, to settle with the U.S. regulator over brakes?",
    ],
)
def test_a_simple_question_has_no_facets(question: str) -> None:
    assert facets(question, words) == ()


def test_a_compound_question_is_cut_at_its_clauses() -> None:
    question = (
        "Which maker recalled sixty thousand faulty battery packs last spring, while its founder sold shares worth "
        "twelve million crowns, and was fined by the regulator over late safety reports?"
    )
    assert facets(question, words) == (
        "Which maker recalled sixty thousand faulty battery packs last spring",
        "while its founder sold shares worth twelve million crowns",
        "and was fined by the regulator over late safety reports?",
    )


def test_two_sentences_are_two_facets_and_an_abbreviation_ends_none() -> None:
    question = "Gas prices in the U.S. hit a record high this week. How much does a gallon of regular cost drivers now?"
    assert facets(question, words) == (
        "Gas prices in the U.S. hit a record high this week.",
        "How much does a gallon of regular cost drivers now?",
    )


def test_the_name_of_an_outlet_is_never_cut() -> None:
    question = (
        "Did Ticker, Trade and Markets say the mine would close early while unions wanted new safety talks first?"
    )
    found = facets(question, words, ["Ticker, Trade and Markets"])
    assert found[0].startswith("Did Ticker, Trade and Markets say")


@given(st.text(max_size=300))
def test_facets_are_made_of_the_questions_own_text_in_order(question: str) -> None:
    found = facets(question, str.split)
    place = 0
    for facet in found:
        for piece in facet.split():
            place = question.find(piece, place)
            assert place >= 0
    assert len(found) != 1


def hits(scores: dict[int, float]):
    import numpy as np

    from index.ports import Hits

    return Hits(rows=np.array(list(scores), np.int64), scores=np.array(list(scores.values()), np.float32))


def test_the_best_facet_adds_its_share_and_brings_what_the_whole_missed() -> None:
    whole = fuse_min_max([hits({1: 1.0, 2: 0.0})], [1.0])
    parts = [fuse_min_max([hits({3: 0.9, 1: 0.1})], [1.0]), fuse_min_max([hits({2: 0.7})], [1.0])]
    found = add_facets(whole, parts, 0.5)
    assert dict(zip(found.rows.tolist(), found.scores.round(6).tolist(), strict=True)) == {
        1: pytest.approx(1 / 1.5, abs=1e-5),
        2: pytest.approx(0.5 / 1.5, abs=1e-5),
        3: pytest.approx(0.5 / 1.5, abs=1e-5),
    }
    assert found.legs.shape == (3, 2)


def test_without_facets_nothing_changes() -> None:
    whole = fuse_min_max([hits({1: 1.0, 2: 0.5})], [1.0])
    found = add_facets(whole, [], 0.5)
    assert found.rows.tolist() == whole.rows.tolist()
    assert found.scores.tolist() == whole.scores.tolist()
    assert not found.legs[:, -1].any()
