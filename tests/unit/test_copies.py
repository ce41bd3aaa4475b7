"""The decision whether two passages are copies, on texts of its own."""

from __future__ import annotations

import itertools

import pytest

from eval.copies import measure, read_pairs
from index.article import date_interval
from index.copies import DATE_BLOCK_DAYS, Wording, compare, days_between, fitted_model, read_wording

WIRE = (
    "A ferry with 84 people aboard ran on to rocks off Quill Head on Tuesday night, the coastguard said. Lifeboats from"
    " Sorrel and Marn took off all passengers within two hours. Captain Ines Dole said that the rudder had jammed in a"
    " swell of three metres. The company, Northern Lines, has withdrawn two ships of the same type."
)
EDITED = (
    "SORREL (own report) - All 84 people aboard a ferry that ran on to rocks off Quill Head on Tuesday night were taken"
    " off by lifeboats from Sorrel and Marn within 2 hours. The rudder had jammed in a swell of three metres, captain"
    " Ines Dole said. Northern Lines has withdrawn two ships of the same type."
)
OWN = (
    "At the harbour café the lights stayed on until morning. Rosa Tamm, who has served coffee there for forty years,"
    " handed out blankets and dry socks."
)
TEMPLATE = (
    "A ferry with 61 people aboard ran on to rocks off Gannet Point on Friday night, the coastguard said. Lifeboats from"
    " Velden and Tarn took off all passengers within five hours. Captain Olav Brink said that the engine had failed in a"
    " swell of six metres. The company, Blue Funnel, has withdrawn four ships of the same type."
)
LATER = (
    "The captain of the ferry that struck rocks off Quill Head has been suspended, Northern Lines said on Thursday."
    " Divers found a hole of nine metres. All 84 passengers are well; the wreck will be towed to Marn next week."
)


def likely(a: str, b: str, *, cosine: float = 0.85, days: int | None = 0) -> bool:
    return fitted_model().are_copies(read_wording(a), read_wording(b), cosine, days) is not None


def test_a_copy_is_a_copy_verbatim_edited_cut_or_lengthened() -> None:
    assert likely(WIRE, WIRE, cosine=1.0)
    assert likely(WIRE, EDITED)
    assert likely(WIRE, WIRE[: WIRE.index("The company")])
    assert likely(WIRE, f"{WIRE} {OWN}", days=1)


def test_what_only_looks_alike_is_no_copy() -> None:
    assert not likely(WIRE, TEMPLATE, cosine=0.93)
    assert not likely(WIRE, LATER, cosine=0.85, days=2)
    assert not likely(WIRE, OWN, cosine=0.5)


def test_one_changed_figure_is_an_update() -> None:
    assert not likely(WIRE, WIRE.replace("84 people", "86 people"), cosine=0.99)
    assert not likely(WIRE, WIRE.replace("three metres", "four metres"), cosine=0.99)
    assert likely(f"SORREL, 3 May (Kestrel) - {WIRE}", f"SORREL, 4 May (Kestrel) - {WIRE}", cosine=0.99)
    assert likely(WIRE, WIRE.replace("84 people aboard", "84 people on it").replace("three", "3"), cosine=0.99)


def test_copies_lie_within_the_date_block() -> None:
    assert likely(WIRE, WIRE, cosine=1.0, days=DATE_BLOCK_DAYS)
    assert not likely(WIRE, WIRE, cosine=1.0, days=DATE_BLOCK_DAYS + 1)


def test_without_a_date_the_text_has_to_be_stronger_evidence() -> None:
    assert likely(WIRE, WIRE, cosine=1.0, days=None)
    model = fitted_model()
    assert model.threshold_undated > model.threshold


def test_a_few_words_in_common_say_nothing() -> None:
    assert not likely("Read more here today.", "Read more here today.", cosine=1.0)


@pytest.mark.parametrize(("a", "b"), list(itertools.combinations([WIRE, EDITED, OWN, TEMPLATE, LATER, ""], 2)))
def test_comparing_is_symmetric_and_shares_are_shares(a: str, b: str) -> None:
    one, other = read_wording(a), read_wording(b)
    features = compare(one, other, 0.5, 1)
    assert features == compare(other, one, 0.5, 1)
    assert all(0 <= value <= 1 for value in features.values())


def test_numbers_are_read_in_words_and_digits() -> None:
    assert read_wording("Sixty-eight died, 1,140 fled, nine-year-old").numbers == {"68", "1140", "9"}
    assert read_wording("The twenty-first of 7.5 and ninety-one").numbers >= {"7.5", "91"}


def test_names_are_capitalised_words_inside_sentences() -> None:
    wording: Wording = read_wording("Divers met Ines Dole in Marn. She said: “Nothing.” Then Rosa left.")
    assert wording.names == {"ines", "dole", "marn", "rosa"}


@pytest.mark.parametrize(
    ("a", "b", "days"),
    [
        ("2024-03-01", "2024-03-01", 0),
        ("2024-03-01", "2024-03-02", 1),
        ("2024-02-28T23:59Z", "2024-03-01T00:00Z", 2),
        ("2024-03", "2024-03-09", 0),
        ("2024", "2023-12-30", 2),
    ],
)
def test_days_between(a: str, b: str, days: int) -> None:
    assert days_between(date_interval(a), date_interval(b)) == days
    assert days_between(date_interval(b), date_interval(a)) == days
    assert days_between(date_interval(a), None) is None


@pytest.mark.slow
def test_the_gold_copies_are_told_from_the_near_misses() -> None:
    from index.embedding import SentenceTransformerEmbedder

    embedder = SentenceTransformerEmbedder()
    for half in ("even", "odd"):
        assert measure(read_pairs(half), embedder, fitted_model()).f1 >= 0.92


def test_one_changed_name_is_another_report() -> None:
    assert not likely(WIRE, WIRE.replace("Captain Ines Dole said", "Captain Olav Brink said"), cosine=0.99)
    assert likely(WIRE, WIRE.replace("Captain Ines Dole", "Captain Dole"), cosine=0.99)
    assert likely(WIRE.replace("coastguard said", "coastguard told Reuters in the night"), WIRE, cosine=0.99)
    told = "the coastguard told {} in the night"
    a, b = (WIRE.replace("the coastguard said", told.format(agency)) for agency in ("Reuters", "AFP"))
    assert likely(a, b, cosine=0.99)
