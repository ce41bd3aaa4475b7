"""Sentences and paragraphs: exact, complete, never across a paragraph, never too long to quote."""

import time
from itertools import pairwise

import pytest

from index.paragraphs import paragraph_spans
from index.sentences import MAX_SENTENCE, sentence_spans


def sentences(text: str, language: str | None = "en") -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, 0, len(text), language)]


def paragraphs(text: str) -> list[str]:
    return [text[start:end] for start, end in paragraph_spans(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["Mr. Holm sailed on Sept. 5 with the U.S. envoy.", "He paid $3.5 million."],
        ["“We will not go!” she said.", "“Not now.”"],
        ["Was it lost?", "It was not.", "Look!"],
        ["Dr. Lund, of St. Olav's, saw 2.5 per cent of them."],
        ["The toll rose to 27.", "More are missing."],
    ],
)
def test_sentences_end_where_a_reader_would_end_them(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_other_scripts_have_their_own_full_stops() -> None:
    assert sentences("今天下雪。明天放晴。", "zh") == ["今天下雪。", "明天放晴。"]
    assert sentences("Am 3. Mai fiel Schnee. Es war kalt.", "de") == ["Am 3. Mai fiel Schnee.", "Es war kalt."]
    assert sentences("Snow fell. It was cold.", "xx") == ["Snow fell.", "It was cold."]
    assert sentences("Snow fell. It was cold.", None) == ["Snow fell.", "It was cold."]


def test_no_sentence_crosses_a_paragraph() -> None:
    assert sentences("Snow fell on the\n\nroofs. It was cold\nand dark") == [
        "Snow fell on the",
        "roofs.",
        "It was cold",
        "and dark",
    ]


def test_only_what_was_asked_for_is_split() -> None:
    text = "Snow fell. It was cold. The road shut."
    assert [text[a:b] for a, b in sentence_spans(text, 11, 23, "en")] == ["It was cold."]


def test_a_hard_wrapped_block_is_one_paragraph() -> None:
    wrapped = (
        "The ferry Aurelia ran aground off Port Lumen on Monday night with 212\n"
        "people aboard, the coastguard said. All of them were brought ashore by\n"
        "dawn, and the company has stopped its sailings on the route until the\n"
        "hull is inspected."
    )
    assert paragraphs(f"{wrapped}\n\nSnow fell.") == [wrapped, "Snow fell."]
    assert len(sentences(wrapped)) == 2


def test_lines_are_paragraphs_otherwise() -> None:
    text = "Snow fell on the roofs of the lower town.\r\nThe road was shut.\u2028\x0bPumps ran all night.\x85 \n\t\nIt was cold."
    assert paragraphs(text) == [
        "Snow fell on the roofs of the lower town.", "The road was shut.", "Pumps ran all night.", "It was cold.",
    ]  # fmt: skip


def test_a_long_sentence_is_cut_at_its_clauses() -> None:
    clause = "the harbour master of the northern town counted the boats that had come back from the sea"
    parts = sentences(f"{'; '.join([clause] * 9)}.")
    assert len(parts) == 3
    assert all(part.endswith((";", ".")) and len(part) <= MAX_SENTENCE for part in parts)
    commas = sentences(f"{', '.join([clause] * 9)}.")
    assert all(part.endswith((",", ".")) and len(part) <= MAX_SENTENCE for part in commas)
    assert all(len(part) <= MAX_SENTENCE for part in sentences(" ".join([clause] * 9)))
    assert max(map(len, sentences("x" * 5000))) == MAX_SENTENCE


def test_a_cut_never_tears_a_visible_character() -> None:
    text = "e\u0301" * 3000
    assert all(not part.startswith("\u0301") for part in sentences(text))


@pytest.mark.parametrize(
    "hostile", ["a ", "(", "\n", ".", '"', "“", "Mr. ", "—", "。", "\u0301", "a\u200d", "?! ", "1. "]
)
def test_hostile_text_is_split_completely_and_soon(hostile: str) -> None:
    text = hostile * (200_000 // len(hostile))
    started = time.process_time()
    spans = sentence_spans(text, 0, len(text), "en")
    assert time.process_time() - started < 6  # half a second on an idle machine
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert sum(end - start for start, end in spans) + sum(map(str.isspace, text)) >= len(text)
    assert all(0 < end - start <= MAX_SENTENCE for start, end in spans)
