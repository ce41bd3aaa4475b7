"""Passages: whole sentences, sized by tokens, exact, inside one kept range, with crossheads but never quoting them."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from index.article import Article, Passage, Record
from index.assemble import assemble
from index.passages import SplitOptions, split_passages
from index.readers import ReadOptions, read_inputs

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "data" / "seeds"

SENTENCES = [f"Boat number {n} came back to the harbour before the storm broke." for n in range(60)]


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def split(article: Article, max_tokens: int = 50, overlap: int = 0) -> tuple[Passage, ...]:
    passages = split_passages(article, count_words, SplitOptions(max_tokens=max_tokens, overlap_sentences=overlap))
    assert all(article.text[p.start : p.end] == p.text for p in passages)
    assert all(p.start <= s and e <= p.end for p in passages for s, e in p.sentences)
    return passages


def article(text: str) -> Article:
    return assemble(Record(id="a", text=text))


def test_sentences_stay_whole_and_passages_even() -> None:
    passages = split(article(" ".join(SENTENCES)), max_tokens=100)
    sizes = count_words([p.text for p in passages])
    assert len(sizes) == 8
    assert max(sizes) <= 100
    assert min(sizes) > 40
    assert all(p.text.startswith("Boat") and p.text.endswith("broke.") for p in passages)


def test_no_passage_of_a_few_words_ends_a_text() -> None:
    for length in range(9, 40):
        sizes = count_words([p.text for p in split(article(" ".join(SENTENCES[:length])), max_tokens=90)])
        assert min(sizes) > 20, sizes


def test_a_paragraph_stays_whole_where_it_fits() -> None:
    paragraphs = [" ".join(SENTENCES[n : n + 3]) for n in range(0, 30, 3)]
    passages = split(article("\n\n".join(paragraphs)), max_tokens=80)
    assert all(any(p.text.endswith(paragraph) for paragraph in paragraphs) for p in passages)
    assert [line for p in passages for line in p.text.split("\n\n")] == paragraphs


def test_a_passage_lies_in_one_kept_range() -> None:
    text = f"{SENTENCES[0]}\n\nADVERTISEMENT\n\n{SENTENCES[1]}\n\n{SENTENCES[2]}"
    assert [p.text for p in split(article(text))] == [SENTENCES[0], f"{SENTENCES[1]}\n\n{SENTENCES[2]}"]


def test_a_crosshead_is_context_with_the_paragraph_below_it() -> None:
    text = f"{SENTENCES[0]}\n\nWhy did the boats turn back?\n\n{SENTENCES[1]}\n\nThe harbour lights\n\n{SENTENCES[2]}"
    passages = split(article(text), max_tokens=18)
    assert [p.text for p in passages] == [
        SENTENCES[0],
        f"Why did the boats turn back?\n\n{SENTENCES[1]}",
        f"The harbour lights\n\n{SENTENCES[2]}",
    ]
    assert [p.text[slice(*(at - p.start for at in p.sentences[0]))] for p in passages] == SENTENCES[:3]


def test_a_list_is_quoted_line_by_line() -> None:
    text = f"{SENTENCES[0]}\n\nAurelia\n\nBoreas\n\nCassiope\n\n{SENTENCES[1]}"
    (passage,) = split(article(text))
    assert len(passage.sentences) == 5


@pytest.mark.parametrize("monster", ["x" * 5000, "雪" * 5000, "e\u0301" * 2500, "👩‍🚀" * 1500])
def test_what_has_no_sentences_is_cut_by_characters(monster: str) -> None:
    def count_characters(texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    made = article(f"{SENTENCES[0]} {monster} {SENTENCES[1]}")
    passages = split_passages(made, count_characters, SplitOptions(max_tokens=90))
    assert max(len(p.text) for p in passages) <= 90
    assert all(made.text[p.start : p.end] == p.text for p in passages)


def test_the_overlap_repeats_sentences_as_far_as_they_fit() -> None:
    passages = split(article(" ".join(SENTENCES[:7])), max_tokens=60, overlap=1)
    assert len(passages) == 2
    assert all(before.sentences[-1] == after.sentences[0] for before, after in pairwise(passages))
    assert max(count_words([p.text for p in passages])) <= 60


def test_sections_are_told_apart() -> None:
    second = "Museum opens its vaults to schools after a record gift"
    prose = [
        "Schools may visit the vaults of the museum from May after a record gift, its director announced on Monday.",
        "The vaults hold 40,000 drawings, of which visitors have seen a few hundred so far.",
        "The gift came from a family of brewers.",
    ]
    made = article("\n\n".join(["Storm holds the fleet at sea", *SENTENCES[:6], second, *prose]))
    passages = split(made)
    assert {p.section for p in passages} == {0, 1}
    assert all(("Boat" in p.text) == (p.section == 0) for p in passages)


def test_tokens_are_counted_once_for_all_sentences() -> None:
    calls: list[int] = []

    def count(texts: Sequence[str]) -> list[int]:
        calls.append(len(texts))
        return count_words(texts)

    split_passages(article(" ".join(SENTENCES)), count, SplitOptions(max_tokens=50))
    assert calls == [60]


def test_nothing_to_quote_makes_no_passage() -> None:
    assert split(article("Share Via\n\nADVERTISEMENT")) == ()
    assert split(article("* * *\n\n🚢🚢🚢")) == ()


@pytest.mark.parametrize("bad", [{"max_tokens": 0}, {"overlap_sentences": -1}])
def test_options_that_make_no_sense_are_refused(bad: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="expected max_tokens"):
        SplitOptions(**bad)


def test_seed_passages_hold_no_furniture_and_no_two_reports() -> None:
    if not SEEDS.is_dir():
        pytest.skip("the shared development data is not here")
    furniture = ("photo credit", "afp armenians", "whatsapp", "newsletter", "telegram", "share via", "leave a reply")
    for record in read_inputs([str(SEEDS)], ReadOptions(max_bytes=1 << 20)):
        assert isinstance(record, Record)
        made = assemble(record)
        passages = split(made, max_tokens=150)
        assert passages
        assert not any(word in p.text.lower() for p in passages for word in furniture)
        assert not any("vs Azerbaijan conflict" in p.text or "Vow To Keep" in p.text for p in passages)
        assert len({p.section for p in passages}) == len(made.sections)
