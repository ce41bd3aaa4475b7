"""What a reader makes of token scores: the best span within one sentence, and how far that sentence moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from index.article import PublishedDate, StoredPassage
from qa_service.answering import Sentence
from qa_service.evidence import FEATURES
from qa_service.reading import Reader, ReaderOptions, TokenScores

TEXT = "Crews pumped all night. Forty families left. The mayor of Orsk was away."
SENTENCES = ((0, 23), (24, 44), (45, 72))
START = 1000


class Marks:
    """A span model that scores chosen words; every other word of every text scores 0, and nothing scores 1."""

    def __init__(self, starts: dict[str, float], ends: dict[str, float], *, nothing: float = 1.0) -> None:
        self.starts, self.ends, self.nothing = starts, ends, nothing
        self.texts: list[str] = []

    def read(self, question: str, texts: Sequence[str]) -> list[TokenScores]:
        self.texts.extend(texts)
        return [self._scores(text) for text in texts]

    def _scores(self, text: str) -> TokenScores:
        words = text.split(" ")
        ends = np.cumsum([len(word) + 1 for word in words]) - 1
        offsets = np.array([(end - len(word), end) for word, end in zip(words, ends, strict=True)], np.int64)
        return TokenScores(
            offsets=offsets,
            starts=np.array([self.starts.get(word, 0.0) for word in words]),
            ends=np.array([self.ends.get(word, 0.0) for word in words]),
            nothing=self.nothing,
        )


def passage(text: str = TEXT) -> StoredPassage:
    return StoredPassage(
        key=1,
        passage_id="p",
        article_id="a",
        version=1,
        newest_version=1,
        section=0,
        start=START,
        end=START + len(text),
        text=text,
        sentences=tuple((START + a, START + b) for a, b in SENTENCES),
        title="",
        source=None,
        url=None,
        published=PublishedDate(),
        language=None,
        copy_group=None,
        story=None,
    )


def sentences(*scores: float, place: int = 0) -> list[tuple[float, Sentence]]:
    made = [
        Sentence(
            passage=place,
            span=(START + a, START + b),
            text=TEXT[a:b],
            kind_spans=(),
            features=np.zeros(len(FEATURES)),
            matched=frozenset(),
        )
        for a, b in SENTENCES
    ]
    return sorted(zip(scores, made, strict=True), key=lambda pair: -pair[0])


def marked(found: list[tuple[float, Sentence]]) -> dict[str, str]:
    return {s.text: s.text[s.marked[0] : s.marked[1]] for _, s in found if s.marked is not None}


def test_the_marked_sentence_moves_up_by_how_sure_the_model_is() -> None:
    model = Marks({"Forty": 6.0}, {"families": 6.0})
    ranked = sentences(3.0, 0.0, 1.0)
    found = Reader(model, ReaderOptions(weight=4.0)).prefer("How many?", [passage()], ranked)
    assert [s.text[:5] for _, s in found] == ["Forty", "Crews", "The m"]
    assert [score for score, _ in found] == [0.0, 3.0, 1.0], "scores stay what they were"
    assert marked(found) == {"Forty families left.": "Forty families"}
    unsure = Marks({"Forty": 6.0}, {"families": 6.0}, nothing=13.0)
    found = Reader(unsure, ReaderOptions(weight=4.0)).prefer("How many?", [passage()], ranked)
    assert [s.text[:5] for _, s in found] == ["Crews", "Forty", "The m"], "0 + 4 × 0.27 is less than 3"


def test_a_span_never_reaches_from_one_sentence_into_the_next() -> None:
    model = Marks({"night.": 9.0, "The": 3.0}, {"Forty": 9.0, "Orsk": 3.0})
    found = Reader(model, ReaderOptions()).prefer("?", [passage()], sentences(0.0, 0.0, 0.0))
    assert list(marked(found).values()) in (["night."], ["Forty"]), "each 9, and not the 18 of both"


def test_a_span_begins_before_it_ends_and_is_not_too_long() -> None:
    model = Marks({"families": 5.0}, {"Forty": 5.0})
    found = Reader(model, ReaderOptions()).prefer("?", [passage()], sentences(0.0, 0.0, 0.0))
    assert list(marked(found).values()) in (["families"], ["Forty"], ["families left."])
    long = " ".join(["a"] * 40)
    one = replace(passage(long), sentences=((START, START + len(long)),))
    ranked = [(0.0, replace(sentences(0, 0, 0)[0][1], span=(START, START + len(long)), text=long))]

    class Ends(Marks):
        def _scores(self, text: str) -> TokenScores:
            scores = super()._scores(text)
            scores.starts[0] = scores.ends[-1] = 5.0
            scores.ends[10] = 1.0
            return scores

    found = Reader(Ends({}, {}), ReaderOptions()).prefer("?", [one], ranked)
    assert marked(found)[long].count("a") in {11, 1}
    assert len(marked(found)[long]) < len(long)


def test_white_space_that_a_tokenizer_counts_in_is_left_out() -> None:
    class Spaced(Marks):
        def _scores(self, text: str) -> TokenScores:
            scores = super()._scores(text)
            return replace(scores, offsets=scores.offsets - np.array([[1, 0]]) * (scores.offsets[:, :1] > 0))

    found = Reader(Spaced({"families": 5.0}, {"left.": 5.0}), ReaderOptions()).prefer(
        "?", [passage()], sentences(0.0, 0.0, 0.0)
    )
    assert list(marked(found).values()) == ["families left."]


def test_only_the_first_passages_are_read_and_each_marks_its_own_sentence() -> None:
    model = Marks({"Forty": 6.0}, {"families": 6.0})
    ranked = [*sentences(1.0, 0.5, 0.2), *sentences(0.9, 0.4, 0.1, place=1), *sentences(0.8, 0.3, 0.0, place=2)]
    found = Reader(model, ReaderOptions(passages=2)).prefer("?", [passage(), passage(), passage()], ranked)
    assert model.texts == [TEXT, TEXT]
    assert [s.passage for _, s in found if s.marked] == [0, 1]
    assert len(found) == 9


@pytest.mark.parametrize("number", [float("nan"), float("-inf")])
def test_scores_that_are_no_numbers_mark_nothing(number: float) -> None:
    words: dict[str, float] = {str(word): number for word in TEXT.split(" ")}
    ranked = sentences(2.0, 1.0, 0.0)
    assert Reader(Marks(words, words), ReaderOptions()).prefer("?", [passage()], ranked) == ranked


def test_without_sentences_or_passages_there_is_nothing_to_mark() -> None:
    reader = Reader(Marks({}, {}), ReaderOptions())
    assert reader.prefer("?", [passage()], []) == []
    assert reader.prefer("?", [], []) == []
