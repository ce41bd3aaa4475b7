"""From sentences to statements: what is counted, who says so, what is denied."""

from __future__ import annotations

from datetime import date

import pytest

from eval.claims import measures, pairs, read_gold
from qa_service.claims.attribution import Context
from qa_service.claims.extraction import read_sentence
from qa_service.claims.statement import Statement


def read(sentence: str, before: str = "") -> list[Statement]:
    context = Context(outlet="The Outlet", before=before, article=f"{before} {sentence}")
    return list(read_sentence(sentence, context, date(2024, 3, 19)).statements)


SPEAKERS = [
    ("", "The army claimed that 31 tanks were destroyed.", "army"),
    ("", "Twelve people died, according to its director, Pavel Idris.", "Pavel Idris"),
    ("", "Twelve people died, the rescue chief, Torunn Vik, said.", "Torunn Vik"),
    ("", "The agency reported 12 dead, citing the mayor.", "mayor"),
    ("", "The governor was quoted by the agency as saying that 18 villages were flooded.", "governor"),
    ("", "The army rejected the rebels' claim that 150 soldiers had deserted.", "rebels"),
    ("", "An exit poll by Publica puts turnout at 61%.", "Publica"),
    ("", "It is understood that 15 diplomats will go.", "The Outlet"),
    ("", "Pluma has 26 million subscribers, it said on Wednesday.", "Pluma"),
    (
        "Finance minister Paola Deen spoke to deputies.",
        "She said 900 jobs were at risk.",
        "Finance minister Paola Deen",
    ),
    ("“It went well,” said nurse Pilar Onda.", "“We vaccinated 11,000 children in four days.”", "nurse Pilar Onda"),
    ("Arne Kolstad, the governor, was there.", "Mr Kolstad put the dead at 14.", "Arne Kolstad"),
    ("", "The company disputed the report and said 220 jobs were affected.", "company"),
    ("", "The WHO said 94 people were ill.", "WHO"),
]


@pytest.mark.parametrize(("before", "sentence", "speaker"), SPEAKERS, ids=[case[1] for case in SPEAKERS])
def test_who_says_it(before: str, sentence: str, speaker: str) -> None:
    assert {one.said_by for one in read(sentence, before)} == {speaker}


def test_rival_figures_have_their_own_speakers() -> None:
    said = [
        (one.value, one.said_by)
        for one in read("Prison officials spoke of eight escaped inmates, the guards' union of twelve.")
    ]
    assert said == [(8, "Prison officials"), (12, "guards' union")]


@pytest.mark.parametrize(
    ("sentence", "counted"),
    [
        ("At least 14 civilians died and 60 were wounded.", ["civilians killed", "civilians wounded"]),
        ("The storm killed 12 people and left 9 missing.", ["people killed", "people missing"]),
        ("Eight children and two teachers were injured.", ["children wounded", "teachers wounded"]),
        ("Armenia had recorded 104 military deaths.", ["soldiers killed"]),
        ("The toll climbs to eight.", ["people killed"]),
        ("The union said 12 of the dead were children.", ["children killed"]),
        ("Azerbaijan had lost 130 troops.", ["troops killed"]),
    ],
)
def test_what_is_counted(sentence: str, counted: list[str]) -> None:
    assert [one.counted for one in read(sentence)] == counted


def test_a_bare_number_counts_what_the_sentence_before_counts() -> None:
    (found,) = read("Mr Kolstad put it at 140,000.", "The operator reported 88,000 homes without power.")
    assert (found.value, found.unit, found.event) == (140_000, "homes", "without power")


@pytest.mark.parametrize(
    ("sentence", "denied"),
    [
        ("The company denied that it would close five stores.", [True]),
        ("Reports of 35 dead could not be verified.", [True]),
        ("Not 40 but 25 people died, the ministry said.", [True, False]),
        ("Early reports of 30 dead were wrong, the mayor said: the true number was six.", [True, False]),
        ("The union says 14 people died.", [False]),
        ("The company denied 600 layoffs and said only 220 jobs were affected.", [True, False]),
    ],
)
def test_denials(sentence: str, denied: list[bool]) -> None:
    assert [one.denied for one in read(sentence)] == denied


def test_the_span_is_the_value_phrase() -> None:
    sentence = "Police said more than 2,300 homes burned."
    (found,) = read(sentence)
    assert sentence[slice(*found.span)] == "more than 2,300 homes"


def test_the_half_of_the_gold_set_that_was_looked_at() -> None:
    """The other half is for closing figures: see docs/claims.md."""
    found = measures([pair for row in read_gold("even") for pair in pairs(row)])
    assert found["value exact (recall)"] >= 0.98
    assert found["value exact (precision)"] >= 0.98
    assert found["speaker"] >= 0.95
