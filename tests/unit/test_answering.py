"""Candidate sentences: verbatim, short enough to quote, with features that say what they claim to say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import PublishedDate, StoredPassage
from index.sentences import sentence_spans
from index.terms import analyze
from qa_service.answering import Sentence, candidate_sentences, score_shares
from qa_service.claims.rows import Judgement
from qa_service.confidence import load_confidence
from qa_service.evidence import FEATURES
from qa_service.question_words import FUNCTION_WORDS, QuestionWords, weigh_words
from qa_service.signals import sentence_signals, support_signals

ARTICLE = (
    "MASTHEAD\n\nThe harbour bridge reopened on Monday. Engineers from Valemouth replaced 48 bolts. "
    "Why did it take nine weeks? “We had to wait for steel,” said Ana Ruiz. They must wait."
)
QUESTION = "Who replaced the bolts of the harbour bridge?"


SILENT = Judgement(outcome="answered", rows=())


def passage(text: str, start: int = 0, end: int | None = None, *, title: str = "", **given: Any) -> StoredPassage:
    end = len(text) if end is None else end
    fields: dict[str, Any] = {
        "key": 1,
        "passage_id": "p",
        "article_id": "a",
        "version": 1,
        "newest_version": 1,
        "section": 0,
        "start": start,
        "end": end,
        "text": text[start:end],
        "sentences": sentence_spans(text, start, end, "en"),
        "title": title,
        "source": None,
        "url": None,
        "published": PublishedDate(),
        "language": "en",
        "copy_group": None,
        "story": None,
        **given,
    }
    return StoredPassage(**fields)


def frequencies_of(texts: Sequence[str]) -> Any:
    held = [set(analyze(text)) for text in texts]
    return lambda words: ([sum(word in some for some in held) for word in words], len(held))


def weigh(question: str, *texts: str) -> QuestionWords:
    return weigh_words(question, analyze, frequencies_of(texts))


def candidates(question: str, *passages: StoredPassage, **given: Any) -> list[Sentence]:
    return candidate_sentences(
        question,
        words=given.pop("words", None) or weigh(question, *(p.text for p in passages)),
        passages=passages,
        scores=given.pop("scores", [1.0 / (1 + place) for place in range(len(passages))]),
        analyze=analyze,
        **given,
    )


def feature(sentence: Sentence, name: str) -> float:
    return float(sentence.features[FEATURES.index(name)])


# -- the question's words ---------------------------------------------------------------------------------------------


def test_rarer_words_weigh_more_and_function_words_nothing() -> None:
    words = weigh("Who replaced the bridge of the bridge?", "bridge", "bridge", "bridge replaced", "x")
    assert words.order == tuple(analyze("replaced bridge"))
    replaced, bridge = (words.weights[word] for word in words.order)
    assert replaced > bridge > 0
    assert words.total == pytest.approx(replaced + bridge)
    assert not words.weights.keys() & FUNCTION_WORDS


@given(df=st.integers(0, 1000), more=st.integers(1, 1000), total=st.integers(0, 10**6))
def test_weights_are_positive_and_fall_with_frequency(df: int, more: int, total: int) -> None:
    total = max(total, df + more)
    rare, common = (
        weigh_words("flood", analyze, lambda words, n=n: ([n] * len(words), total)).weights["flood"]
        for n in (df, df + more)
    )
    assert rare > common > 0
    assert math.isfinite(rare)


def test_a_question_of_function_words_alone_asks_about_nothing() -> None:
    words = weigh("Who is it?", "x")
    assert words.order == ()
    assert words.total == 1.0
    assert words.share(()) == 0.0
    assert [feature(s, "coverage") for s in candidates("Who is it?", passage("It is her. It was he."))] == [0, 0]


def test_shares_add_up() -> None:
    words = weigh(QUESTION, ARTICLE)
    assert words.share(words.order) == pytest.approx(1)
    assert sum(words.share([word]) for word in words.order) == pytest.approx(1)


# -- candidates -------------------------------------------------------------------------------------------------------


def test_every_sentence_is_a_candidate_in_order_and_verbatim() -> None:
    first, second = passage(ARTICLE, 10, 48), passage(ARTICLE, 49)
    found = candidates(QUESTION, second, first)
    assert [s.passage for s in found] == [0] * len(second.sentences) + [1] * len(first.sentences)
    assert [s.span for s in found] == [*second.sentences, *first.sentences]
    assert all(s.text == ARTICLE[s.span[0] : s.span[1]] for s in found)
    assert all(s.features.shape == (len(FEATURES),) for s in found)
    assert len(set(FEATURES)) == len(FEATURES)


@given(
    text=st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from(" .?!\n“”\u0301🌉aB7")), max_size=600),
    question=st.text(max_size=80),
    cut=st.integers(0, 20),
)
def test_hostile_text_is_quoted_as_it_stands(text: str, question: str, cut: int) -> None:
    start = min(cut, len(text))
    for sentence in candidates(question, passage(text, start)):
        first, last = sentence.span
        assert start <= first < last <= len(text)
        assert sentence.text == text[first:last]
        assert 0 < len(sentence.text) <= 400
        assert np.isfinite(sentence.features).all()
        for a, b in sentence.kind_spans:
            assert 0 <= a < b <= len(sentence.text)


def test_a_sentence_too_long_to_quote_is_no_candidate() -> None:
    text = f"Short one. {'word ' * 90}end. Another short one."
    whole = passage(text, sentences=((0, 10), (11, len(text) - 19), (len(text) - 18, len(text))))
    assert [s.text for s in candidates("word?", whole)] == ["Short one.", "Another short one."]
    assert len(candidates("word?", whole, max_length=1000)) == 3
    assert all(len(s.text) <= 400 for s in candidates("word?", passage(text)))


def test_nothing_to_choose_from() -> None:
    assert candidates(QUESTION) == []
    assert candidates(QUESTION, passage("Text.", sentences=())) == []


# -- features ---------------------------------------------------------------------------------------------------------


def test_what_each_feature_says() -> None:
    opened, bolts, asks, quoted, waiting = candidates(QUESTION, passage(ARTICLE, 10))
    assert bolts.matched == set(analyze("replaced bolts"))
    assert feature(bolts, "coverage") == feature(opened, "coverage") == 0.5  # two of four words, all equally rare
    assert feature(waiting, "coverage") == 0
    assert feature(asks, "before") == pytest.approx(feature(bolts, "coverage"))
    assert feature(quoted, "earlier") == pytest.approx(feature(bolts, "coverage"))
    assert feature(waiting, "elsewhere") == pytest.approx(1)
    assert feature(bolts, "missing") == 0
    assert [feature(s, "pronoun") for s in (bolts, waiting)] == [0, 1]
    assert feature(opened, "after") == pytest.approx(feature(bolts, "coverage"))
    assert [feature(s, "asks") for s in (opened, bolts, asks, quoted)] == [0, 0, 1, 0]
    assert [feature(s, "quoted") for s in (opened, bolts, asks, quoted)] == [0, 0, 0, 1]
    assert [feature(s, "digits") for s in (opened, bolts)] == [0, 1]
    assert [feature(s, "short") for s in (bolts, waiting)] == [0, 1]
    assert [feature(s, "position") for s in (opened, bolts, asks)] == pytest.approx([1, 1 / 2, 1 / 3])
    assert feature(bolts, "has_person") == 1 - feature(bolts, "lacks_person") == 1
    assert feature(waiting, "has_person") == 1 - feature(waiting, "lacks_person") == 0
    assert feature(bolts, "has_number") == feature(bolts, "lacks_number") == 0


def test_the_headline_and_the_lead_speak_for_a_sentence() -> None:
    with_title = candidates(QUESTION, passage(ARTICLE, 10, title="Bolts replaced"))[-1]
    without = candidates(QUESTION, passage(ARTICLE, 10))[-1]
    assert feature(with_title, "title") > feature(without, "title") == 0
    late = f"{'The sea is calm today. ' * 20}The bolts were replaced."
    assert feature(candidates(QUESTION, passage(late, len(late) - 24))[0], "lead") == 0
    assert feature(candidates(QUESTION, passage(late, 0, 22))[0], "lead") == 1


def test_the_passages_rank_and_score_speak_for_its_sentences() -> None:
    best, next_one = candidates(QUESTION, passage("Bolts."), passage("Bolts."), scores=[0.8, 0.4])
    assert [feature(s, "first") for s in (best, next_one)] == [1, 0]
    assert [feature(s, "rank") for s in (best, next_one)] == [1, 0.5]
    assert [feature(s, "passage") for s in (best, next_one)] == pytest.approx([1, 0.5])
    assert all(np.isfinite(s.features).all() for s in candidates(QUESTION, passage("Bolts."), scores=[0.0]))


UNBOUNDED = {"length", "fresh", "long", "coverage2", "fits_near", "repeated", "repeated_share"}


@pytest.mark.parametrize(
    ("kind", "question"),
    [
        ("number", "How many bolts were replaced?"),
        ("yes_no", "Did the harbour bridge reopen?"),
        ("thing", "What did the engineers replace?"),
        ("quotation", "What did Ana Ruiz say?"),
    ],
)
def test_features_lie_within_their_range_for_every_kind(kind: str, question: str) -> None:
    for sentence in candidates(question, passage(ARTICLE, 10), passage("In Valemouth 48 bolts broke.")):
        assert all(0 <= feature(sentence, name) <= 1 for name in FEATURES if name not in UNBOUNDED)
        assert feature(sentence, f"has_{kind}") + feature(sentence, f"lacks_{kind}") == 1
        others = [name for name in FEATURES if name.startswith(("has_", "lacks_")) and not name.endswith(kind)]
        assert not any(feature(sentence, name) for name in others)


def test_a_word_in_another_form_is_no_match_but_counts() -> None:
    question = "When did the four ministers sign part III?"
    plain, other = candidates(question, passage("Four ministers sign part III. Part 3 is 4 ministries' work."))
    assert feature(plain, "similar") == 0
    assert feature(other, "similar") > 0
    assert feature(other, "coverage") < feature(plain, "coverage")
    assert other.matched == set(analyze("part"))


def test_a_range_near_the_words_asked_about_is_the_likelier_answer() -> None:
    text = "Bo Lim left early on Friday, the harbour master wrote, and in the end Ana Ruiz replaced the bolts."
    (sentence,) = candidates("Who replaced the bolts?", passage(text))
    assert text[slice(*sentence.kind_spans[0])] == "Ana Ruiz"


def test_a_number_with_the_unit_asked_for_is_the_likelier_answer() -> None:
    text = "In 2020 the 12 engineers replaced 48 bolts within 9 days."
    for question, answer in (
        ("How many engineers replaced the bolts?", "12"),
        ("How many bolts were replaced?", "48"),
        ("How long did the work on the bolts take?", "9"),
    ):
        (sentence,) = candidates(question, passage(text))
        assert text[slice(*sentence.kind_spans[0])] == answer


def test_what_other_passages_repeat_speaks_for_a_sentence() -> None:
    own = passage("Ana Ruiz replaced the bolts.")
    alone = candidates(QUESTION, own, passage("It rained."))[0]
    confirmed = candidates(QUESTION, own, passage("All thanked Ana Ruiz."))[0]
    assert feature(alone, "repeated") == feature(alone, "repeated_share") == 0
    assert feature(confirmed, "repeated") > 0
    assert feature(confirmed, "repeated_share") > 0


@given(scores=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=10), factor=st.floats(0.01, 100))
def test_shares_do_not_depend_on_the_unit_of_the_scores(scores: list[float], factor: float) -> None:
    shares = score_shares(scores)
    assert sum(shares) == pytest.approx(1)
    assert shares[scores.index(max(scores))] == max(shares)
    if max(scores) - min(scores) > 1e-6:
        assert score_shares([factor * score for score in scores]) == pytest.approx(shares, abs=1e-6)


# -- signals ----------------------------------------------------------------------------------------------------------


def test_the_shipped_coefficients_name_only_what_exists() -> None:
    """A misspelt name would weigh nothing, and nobody would notice."""
    found = candidates(QUESTION, passage(ARTICLE, 10))
    shipped = load_confidence()
    scored = [(score, s) for score, s in zip(shipped.sentence.scores(found), found, strict=True)]
    support = support_signals(weigh(QUESTION, ARTICLE), 0.5, scored, SILENT)
    own = sentence_signals(support, *scored[0], scored)
    assert set(shipped.supports.names) <= support.keys()
    assert set(shipped.holds.names) <= own.keys()
    assert shipped.sentence.weights.shape == (len(FEATURES),)
    assert shipped.sentence.trees is not None
    assert shipped.sentence.trees.columns.max() < len(FEATURES)
    assert 0 < shipped.threshold < 1


def test_signals_of_an_archive_that_holds_the_question_and_of_one_that_does_not() -> None:
    words = weigh(QUESTION, ARTICLE)
    held = [(1.0, s) for s in candidates(QUESTION, passage(ARTICLE, 10), words=words)]
    other = [(1.0, s) for s in candidates(QUESTION, passage("It rained in the hills all night."), words=words)]
    one, none = support_signals(words, 0.5, held, SILENT), support_signals(words, 0.5, other, SILENT)
    assert one.keys() == none.keys()
    assert one["coverage"] == pytest.approx(1)
    assert one["absent"] == pytest.approx(0)
    assert none["coverage"] == none["best_coverage"] == 0
    assert none["absent"] == pytest.approx(1)
    assert support_signals(words, 0.5, [], SILENT) == {"similarity": 0.5}


def test_the_margin_is_to_the_best_other_sentence() -> None:
    first, second = candidates(QUESTION, passage(ARTICLE, 10))[:2]
    scored = [(3.0, second), (1.0, first)]
    assert sentence_signals({}, 3.0, second, scored)["margin"] == 2.0
    assert sentence_signals({}, 1.0, first, scored)["margin"] == -2.0
    assert sentence_signals({}, 3.0, second, scored[:1])["margin"] == 3.0


@given(values=st.dictionaries(st.sampled_from(["similarity", "coverage", "kind", "x"]), st.floats(-1e6, 1e6)))
def test_a_probability_lies_strictly_between_0_and_1(values: dict[str, float]) -> None:
    shipped = load_confidence()
    assert 0 < shipped.supports.probability(values) < 1
    assert 0 < shipped.holds.probability(values) < 1
