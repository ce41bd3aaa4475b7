"""Disputes told in many forms, asked about in other words; and figures, dates and places that only look like them."""

from __future__ import annotations

import re

import pytest

from qa_service.claims.agreement import judge
from qa_service.claims.relevance import relevant_statements
from qa_service.claims.rows import Judgement
from tests.claims_passages import passage_of


def ask(question: str, title: str, text: str) -> Judgement:
    """The judgement on one text, with its sentences ranked as they stand in it."""
    sentence = re.compile(r"\S.*?[.](?=\s|\Z)")
    passage = passage_of(0, text, title=title, source="Paper", day="2025-03-04", sentence=sentence)
    return judge(relevant_statements(question, [passage], [None], sentences=[(0, span) for span in passage.sentences]))


FIGURES = [
    (
        "How fast was the tram going at Ostel?",
        (
            "The tram at Ostel had been going at 61 kilometres an hour, investigators believe. The driver's lawyer, Marc Aud, "
            "speaks of 35 kilometres an hour."
        ),
        {(61, "investigators"), (35, "Marc Aud")},
    ),
    (
        "How long was the boy from Brenz held?",
        "The boy from Brenz had been held for three weeks, police said. His aunt says he was in there for seven months.",
        {(3, "police"), (7, "His aunt")},
    ),
    (
        "How many hens were culled around Hessel?",
        (
            "The veterinary office says 140,000 hens have been culled around Hessel. Farmers put the number at a quarter of "
            "a million."
        ),
        {(140000, "veterinary office"), (250000, "Farmers")},
    ),
    (
        "How many soldiers were taken prisoner at Borr?",
        (
            "Tarvia's general staff claimed the capture of 64 Keshite soldiers at Borr. Kesh said that just 11 of its men had "
            "been taken."
        ),
        {(64, "Tarvia's general staff"), (11, "Kesh")},
    ),
    (
        "What was the death toll at the Norden barracks?",
        "The toll at the Norden barracks stands at 12, the army said. A surgeon put the dead at no fewer than 40.",
        {(12, "army"), (40, "surgeon")},
    ),
]


@pytest.mark.parametrize(("question", "text", "wanted"), FIGURES)
def test_both_figures_stand_with_their_speakers(question: str, text: str, wanted: set[tuple[float, str]]) -> None:
    found = ask(question, "News", text)
    assert {(row.statement.value, row.statement.said_by) for row in found.rows} == wanted
    assert found.outcome == "conflicting"


WORDS = [
    (
        "Where did the Lido fire start?",
        (
            "The fire at the Lido started in the kitchen, according to the fire marshal. The owner, Rita Sol, told the Observer "
            "it began in the cloakroom."
        ),
    ),
    (
        "When did the climbers set off for the Grauhorn?",
        (
            "The climbers set off for the Grauhorn on Thursday at dawn, their guide, Beat Rolli, told the rescue service. "
            "The landlord of the hut says they left on Friday around noon."
        ),
    ),
    (
        "Who painted the Girl with Lute?",
        (
            "The museum says its Girl with Lute was painted by Jan Haller. The historian Mira Coste contends that it was painted "
            "by his pupil Anna Roos."
        ),
    ),
    (
        "What caused the Ammersford derailment?",
        (
            "The Ammersford derailment was caused by a broken rail, the train company said. The track owner Railnet said the "
            "driver had been going too fast."
        ),
    ),
    (
        "Is there mould in the school?",
        (
            "The education department insists that the school is free of mould. A surveyor said that he had found mould in nine "
            "classrooms of the school."
        ),
    ),
    (
        "Did Cora Dunn employ her brother?",
        (
            "The member for Brisk, Cora Dunn, employed her own brother at public expense, the weekly Searchlight says. "
            '"I have no brother," Ms Dunn said on Thursday.'
        ),
    ),
]


@pytest.mark.parametrize(("question", "text"), WORDS)
def test_two_named_parties_contradict_each_other(question: str, text: str) -> None:
    found = ask(question, "News", text)
    assert found.outcome == "conflicting"
    assert len({row.statement.said_by for row in found.rows}) == 2


AGREED = [
    (
        "How many people died at Mirow?",
        (
            "Three people died in a crash at Mirow, police said. In Brenz, a lorry hit a bus; five people were killed there, "
            "according to the fire service."
        ),
    ),
    (
        "What is the unemployment rate in Brisk?",
        (
            "Unemployment fell to 5.2 per cent in Ostrava Bay, the labour office said. In Brisk it was 7.9 per cent, according "
            "to the county."
        ),
    ),
    (
        "How long did the rescue take?",
        "They had been stuck for 30 hours, the mountain service said. The rescue took nine hours, a pilot said.",
    ),
    (
        "Until when does Ole Brun stay on the board?",
        "Ole Brun said he would stay on the board until June. The works council said it had been told on 12 February.",
    ),
    (
        "What is the stolen crown worth?",
        (
            "The museum said the stolen crown was worth 3 million euros. Its insurer, Nordia, said it would pay the full 3 "
            "million euros."
        ),
    ),
]


@pytest.mark.parametrize(("question", "text"), AGREED)
def test_another_place_thing_or_matter_is_no_rival(question: str, text: str) -> None:
    assert ask(question, "News", text).outcome == "answered"
