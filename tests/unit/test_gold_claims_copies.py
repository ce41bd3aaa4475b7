"""The hand-made gold sets for claims and copies keep what their READMEs promise."""

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

Row = dict[str, Any]

GOLD = Path(__file__).parents[2] / "eval" / "gold"
CLAIM_KEYS = {
    "kind", "value", "bound", "unit", "counted", "said_by", "denied", "as_of", "vague", "span_text",
}  # fmt: skip
BOUNDS = {"exact", "at_least", "at_most", "about"}
VAGUE = {
    "dozens": 24,
    "scores": 40,
    "hundreds": 200,
    "thousands": 2000,
    "tens of thousands": 20000,
    "hundreds of thousands": 200000,
}
GRADES = {"light": (0.70, 1.0), "medium": (0.40, 0.70), "heavy": (0.25, 0.45)}
COPY_KINDS = {"light", "medium", "heavy"}
DIFFERENT_KINDS = {"independent", "update", "other year", "template", "quotation", "preview"}


def read(name: str) -> list[Row]:
    lines = (GOLD / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def trigrams(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+(?:[.,]\d+)*", text.lower().replace("'", ""))
    return set(zip(words, words[1:], words[2:], strict=False))


def shared(a: str, b: str) -> float:
    left, right = trigrams(a), trigrams(b)
    return len(left & right) / min(len(left), len(right))


def kind(pair: Row) -> str:
    return pair["note"].split(":")[0]


SENTENCES = read("claims/sentences.jsonl")
PAIRS = read("copies/pairs.jsonl")
CLAIMS = [(row, claim) for row in SENTENCES for claim in row["claims"]]


@pytest.mark.parametrize(("rows", "letter"), [(SENTENCES, "c"), (PAIRS, "p")])
def test_ids_are_unique_and_in_line_order(rows: list[Row], letter: str) -> None:
    assert [row["id"] for row in rows] == [f"{letter}{n:03d}" for n in range(1, len(rows) + 1)]


def test_sentences_are_many_and_distinct() -> None:
    assert len(SENTENCES) >= 260
    assert len({row["sentence"] for row in SENTENCES}) == len(SENTENCES)
    assert sum(claim["vague"] for _, claim in CLAIMS) <= 12


@pytest.mark.parametrize("half", [0, 1])
def test_each_half_of_the_claims_covers_the_conventions(half: int) -> None:
    rows = SENTENCES[half::2]
    claims = [claim for row in rows for claim in row["claims"]]
    assert sum(not row["claims"] for row in rows) >= 12
    assert sum(len(row["claims"]) > 1 for row in rows) >= 30
    assert sum(bool(row["before"]) for row in rows) >= 12
    assert min(Counter(claim["bound"] for claim in claims)[bound] for bound in BOUNDS) >= 10
    assert sum(claim["denied"] for claim in claims) >= 10
    assert sum(claim["as_of"] is not None for claim in claims) >= 5
    assert sum(claim["vague"] for claim in claims) >= 4


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row["id"])
def test_sentence_record_is_valid(row: Row) -> None:
    assert set(row) == {"id", "outlet", "published", "before", "sentence", "after", "claims"}
    published = date.fromisoformat(row["published"])
    starts = []
    for claim in row["claims"]:
        assert set(claim) == CLAIM_KEYS
        assert claim["kind"] == "quantity"
        assert type(claim["value"]) in (int, float)
        assert claim["bound"] in BOUNDS
        assert type(claim["denied"]) is bool
        assert type(claim["vague"]) is bool
        assert claim["unit"]
        assert claim["counted"]
        assert claim["span_text"]
        assert claim["span_text"] in row["sentence"]
        speaker = claim["said_by"]
        assert speaker
        assert speaker == row["outlet"] or speaker in row["sentence"] or speaker in row["before"]
        assert not re.match(r"(the|an?) ", speaker, re.IGNORECASE)
        assert claim["as_of"] is None or date.fromisoformat(claim["as_of"]) <= published
        starts.append(row["sentence"].index(claim["span_text"]))
    assert starts == sorted(starts)


def test_vague_plurals_have_their_documented_value() -> None:
    for _, claim in CLAIMS:
        phrase = max((p for p in VAGUE if p in claim["span_text"].lower()), key=len, default=None)
        assert claim["vague"] == (phrase is not None)
        if phrase is not None:
            assert (claim["value"], claim["bound"]) == (VAGUE[phrase], "at_least")


def test_digits_in_a_span_agree_with_the_value() -> None:
    scale = {"million": 10**6, "m": 10**6, "billion": 10**9, "bn": 10**9}
    for row, claim in CLAIMS:
        found = re.findall(r"(\d[\d,]*(?:\.\d+)?)\s*(million|billion|bn|m\b)?", claim["span_text"])
        values = [float(number.replace(",", "")) * scale.get(unit, 1) for number, unit in found]
        values += [float(number.replace(",", "")) for number, _ in found]
        if values:
            near = [abs(abs(claim["value"]) - value) < 1e-6 * max(1.0, value) for value in values]
            # "three of the 11 patients": the value is the word, the digits are the total
            assert any(near) or " of " in claim["span_text"], row["id"]


def test_pairs_are_many_and_balanced_in_each_half() -> None:
    labels = Counter(pair["label"] for pair in PAIRS)
    assert set(labels) == {"copy", "different"}
    assert min(labels.values()) >= 70
    odd, even = PAIRS[0::2], PAIRS[1::2]
    assert Counter(map(kind, odd)) == Counter(map(kind, even))
    for half in (odd, even):
        counts = Counter(pair["label"] for pair in half)
        assert counts["copy"] == counts["different"]


def test_no_text_lies_in_both_halves() -> None:
    odd, even = ({pair[side]["text"] for pair in PAIRS[start::2] for side in "ab"} for start in (0, 1))
    assert not odd & even


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["id"])
def test_pair_record_is_valid(pair: Row) -> None:
    assert set(pair) == {"id", "label", "a", "b", "note"}
    assert kind(pair) in (COPY_KINDS if pair["label"] == "copy" else DIFFERENT_KINDS)
    for side in (pair["a"], pair["b"]):
        assert set(side) == {"source", "date", "title", "text"}
        assert all(side.values())
        date.fromisoformat(side["date"])
        assert 60 <= len(side["text"].split()) <= 140
    assert pair["a"]["source"] != pair["b"]["source"] or pair["a"]["date"] != pair["b"]["date"]
    if pair["label"] == "copy":
        lowest, highest = GRADES[kind(pair)]
        assert lowest <= shared(pair["a"]["text"], pair["b"]["text"]) <= highest


def test_quarter_of_the_copies_is_light_and_a_quarter_heavy() -> None:
    grades = Counter(kind(pair) for pair in PAIRS if pair["label"] == "copy")
    copies = grades.total()
    assert grades["light"] == grades["heavy"] == copies // 4
    assert grades["medium"] == copies // 2


def test_overlap_alone_cannot_separate_copies_from_templates() -> None:
    overlap = {
        name: [shared(p["a"]["text"], p["b"]["text"]) for p in PAIRS if kind(p) == name]
        for name in ("heavy", "template")
    }
    assert max(overlap["template"]) > max(overlap["heavy"])


def test_expected_claims_stand_in_the_dispatches() -> None:
    articles = read("claims/dispatches.jsonl")
    questions = read("claims/dispatch_questions.jsonl")
    text = "\n".join(article["text"] for article in articles)
    assert len({row["id"] for row in articles}) == len(articles)
    for half in (questions[0::2], questions[1::2]):
        assert min(Counter(row["kind"] for row in half).values()) >= 33
    for row in questions:
        claims = row.get("claims", [])
        assert (row["outcome"] == "conflicting") == (len(claims) >= 2) == (row["kind"] == "conflict")
        for claim in claims:
            assert claim["said_by"] in text
            assert not isinstance(claim["value"], str) or claim["value"] in text
