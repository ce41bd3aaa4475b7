"""Numbers, bounds, units and what is no quantity at all."""

from __future__ import annotations

from datetime import date

import pytest

from qa_service.claims.asof import as_of_dates
from qa_service.claims.quantities import quantities

VALUES = [
    ("One hundred and ninety-two servicemen died.", 192, "exact", "people"),
    ("Two dozen people were hurt.", 24, "exact", "people"),
    ("An estimated 1.2 million people fled.", 1_200_000, "about", "people"),
    ("Nearly 100 houses burned down.", 100, "about", "houses"),
    ("A quarter of a million people marched.", 250_000, "exact", "people"),
    ("Two and a half million people voted.", 2_500_000, "exact", "people"),
    ("Up to €3.4bn is missing.", 3_400_000_000, "at_most", "EUR"),
    ("No fewer than 30 tanks were destroyed.", 30, "at_least", "tanks"),
    ("No more than 30 tanks were destroyed.", 30, "at_most", "tanks"),
    ("Hundreds of thousands of people left.", 200_000, "at_least", "people"),
    ("One in five homes is empty.", 20, "exact", "percent"),
    ("Two thirds of the crew are ill.", 66.7, "exact", "percent"),
    ("It was minus 31 degrees in Tarn.", -31, "exact", "C"),
    ("The bridge is 430 metres long.", 430, "exact", "m"),
    ("Twelve lorries or more were burned.", 12, "at_least", "lorries"),
    ("He paid 15,000 francs.", 15_000, "exact", "francs"),
    ("A quake of magnitude 4.8 followed.", 4.8, "exact", "magnitude"),
    ("Some 200-odd sheep died.", 200, "about", "sheep"),
]
NOTHING = [
    "Highway 61 stays shut until Thursday at 18:30.",
    "Flight 417 left on 12 January 2024.",
    "He was jailed for 12 years in 2019.",
    "Tarn won 3-1 after three weeks of rain.",
    "The rate is twice the average, per 100,000.",
    "Call 0555 2310 for the newsroom.",
    "Mia Holt, 34, of 9 Mill Lane, was there.",
    "A man was killed and several were hurt.",
    "The novelist under 40 met the two leaders.",
    "It happened in the 1990s, on day 40.",
]


@pytest.mark.parametrize(("sentence", "value", "bound", "unit"), VALUES, ids=[case[0] for case in VALUES])
def test_value_bound_and_unit(sentence: str, value: float, bound: str, unit: str) -> None:
    (found,) = quantities(sentence)
    assert (found.value, found.bound, found.unit) == (value, bound, unit)


@pytest.mark.parametrize("sentence", NOTHING)
def test_what_is_no_quantity(sentence: str) -> None:
    assert quantities(sentence) == ()


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Between 30 and 40 people were trapped.", [(30, "at_least"), (40, "at_most")]),
        ("Turnout was 15 to 20 per cent.", [(15, "at_least"), (20, "at_most")]),
        ("The toll rose from 12 to 15 people.", [(15, "exact")]),
        ("Profit was €3bn, up from €2bn.", [(3e9, "exact")]),
        ("Six of the region's eleven bridges are shut.", [(6, "exact"), (11, "exact")]),
        ("Not 40 but 25 people died.", [(40, "exact"), (25, "exact")]),
    ],
)
def test_ranges_changes_and_parts(sentence: str, expected: list[tuple[float, str]]) -> None:
    assert [(one.value, one.bound) for one in quantities(sentence)] == expected


def test_a_range_is_one_phrase() -> None:
    sentence = "Police saw between 30 and 40 people."
    assert {sentence[one.start : one.end] for one in quantities(sentence)} == {"between 30 and 40 people"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("By Tuesday evening 58 had come.", "2024-03-19"),
        ("As of 3 May, 58 had come.", "2023-05-03"),
        ("It was 7% at the end of February.", "2024-02-29"),
        ("By yesterday 58 had come.", "2024-03-18"),
        ("It happened on Tuesday.", None),
        ("The decree takes effect by 1 December 2024.", None),
    ],
)
def test_as_of(words: str, expected: str | None) -> None:
    found = as_of_dates(words, date(2024, 3, 19))
    assert [day for _, day in found] == ([expected] if expected and expected >= "2023-06" else [])
