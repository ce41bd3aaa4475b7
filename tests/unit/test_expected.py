"""What kind of answer a question expects, and where a sentence holds something of that kind."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.terms import analyze
from qa_service.answer_spans import find_kind, fitness
from qa_service.expected import Detail, Kind, expected_kind, read_expected
from qa_service.names import likeness

KINDS: tuple[Kind, ...] = get_args(Kind)

QUESTIONS: dict[Kind, list[str]] = {
    "person": [
        "Who won the election?",
        "WHO WON THE ELECTION?",
        "Who is the mayor of Valemouth?",
        "Whose boat sank in the harbour?",
        "To whom was the medal given?",
        "Who's the new coach of the team?",
        "Who’s in charge of the rescue?",
        "Who did the police arrest?",
        "Which actor plays the detective?",
        "What president signed the treaty?",
        "Which senator voted against the bill?",
    ],
    "place": [
        "Where did the ferry sink?",
        "Where is the new stadium?",
        "Where's the summit held?",
        "Which country left the union?",
        "What city hosted the games?",
        "In which region did the earthquake strike?",
        "From where did the refugees come?",
        "Which river burst its banks?",
        "What is the capital of Armenia?",
    ],
    "date": [
        "When did the bridge reopen?",
        "when did it end",
        "When was the truce signed?",
        "When will the trial begin?",
        "Since when has the mine been closed?",
        "In what year was the dam built?",
        "What year did the war end?",
        "On what date does the strike start?",
        "What day is the vote?",
        "Which month had the most rain?",
        "The trial begins when?",
    ],
    "number": [
        "How many people fled Nagorno-Karabakh?",
        "How many were killed in the flood?",
        "How long did the blackout last?",
        "How far is the wreck from the shore?",
        "How old was the victim?",
        "How high is the new tower?",
        "How big was the crowd?",
        "How often do the trains run?",
        "How fast was the car going?",
        "How much rain fell on Tuesday?",
        "What percentage of voters turned out?",
        "What is the population of Stepanakert?",
        "What was the magnitude of the earthquake?",
        "What is the unemployment rate?",
        "What is the approximate turbine entry temperature of a gas turbine?",
        "What did the temperature reach?",
    ],
    "money": [
        "How much did the bridge cost?",
        "How much money was raised?",
        "How much was the bank fined?",
        "How much will the minister pay?",
        "How much is the company worth?",
        "What is the price of the ticket?",
        "What was the cost of the repairs?",
        "What fine did the court impose?",
        "What did the price rise to?",
    ],
    "organisation": [
        "Which company built the dam?",
        "What team won the cup?",
        "Which airline cancelled its flights?",
        "Which party leads the polls?",
        "What university ran the study?",
        "Which newspaper broke the story?",
    ],
    "reason": [
        "Why did the bridge close?",
        "Why was the minister dismissed?",
        "What caused the fire?",
        "What was the reason for the delay?",
        "What is the cause of the outage?",
    ],
    "quotation": [
        "What did the mayor say about the fire?",
        "What did Ito say?",
        "How did the chief executive put it?",
        "What does the union say?",
        "What did the company say?",
    ],
    "yes_no": [
        "Did the bridge reopen?",
        "Is the airport closed?",
        "Was anyone hurt?",
        "Has the court ruled?",
        "Will the strike go on?",
        "Can residents return?",
        "Aren't the schools open?",
        "Should the dam be rebuilt?",
    ],
    "thing": [
        "How did the fire start?",
        "How do the new trams work?",
        "What burned down at Lower Weir?",
        "What is a heat pump?",
        "A machine requires what type of time for a solution?",
        "What did the president sign?",
        "What did the city approve?",
        "What will the company build?",
        "Tell me about the flood.",
        "Name the ship that sank.",
        "Կհաղթի՞",
        "2023",
        "?!",
        "",
    ],
}


@pytest.mark.parametrize(("kind", "question"), [(kind, one) for kind, some in QUESTIONS.items() for one in some])
def test_a_questions_kind(kind: Kind, question: str) -> None:
    assert expected_kind(question) == kind


def test_every_kind_is_in_the_table() -> None:
    assert QUESTIONS.keys() == set(KINDS)
    assert sum(map(len, QUESTIONS.values())) >= 60


@pytest.mark.parametrize(
    ("kind", "sentence", "question", "found"),
    [
        ("number", "In all, 12,400 people fled and 30 percent stayed.", "", ["12,400", "30 percent"]),
        ("number", "Twenty-one boats and 3.5 million litres were lost.", "", ["Twenty-one", "3.5 million"]),
        ("number", "It rose to 12,400, he said.", "", ["12,400"]),
        ("number", "It rose to 17.", "", ["17"]),
        ("number", "Of 40 boats, 17 sank.", "How many of the 40 boats sank?", ["17"]),
        ("number", "None was lost.", "", []),
        ("money", "It cost $5.2 million, or 300 rupees a head.", "", ["$5.2 million", "300 rupees"]),
        ("money", "A €40m fine was 12 crowns.", "", ["€40m", "12 crowns"]),
        ("money", "It cost $5.", "", ["$5"]),
        ("money", "In 2023 there were 12 boats.", "", []),
        ("date", "It reopened on 2 October 2023, a Monday.", "", ["2 October 2023", "Monday"]),
        ("date", "It opened on October 2, 2023.", "", ["October 2, 2023"]),
        ("date", "It ended last week, three years ago to the day.", "", ["last week", "three years ago"]),
        ("date", "The march of 500 people may go on.", "", []),
        ("person", "The mayor, Anna de Vries, met Bo Li-Chen.", "", ["Anna de Vries", "Bo Li-Chen"]),
        ("person", "The fled met nobody.", "", []),
        ("person", "Officials said Smith met Jones.", "Who met Smith?", ["Jones"]),
        ("place", "They fled to Goris, Armenia.", "", ["Goris", "Armenia"]),
        ("place", "They left for the U.S.", "", ["U.S."]),
        ("place", "They live in St. Louis now.", "", ["St. Louis"]),
        ("organisation", "It was built by Bank of Valemouth.", "", ["Bank of Valemouth"]),
        ("reason", "It closed because of a leak, citing safety.", "", ["because of a leak, citing safety"]),
        ("reason", "It closed.", "", []),
        ("quotation", "He said: “We will return.”", "", ["“We will return.”"]),
        ("quotation", 'She said "never" twice.', "", ['"never"']),
        ("quotation", "He said nothing.", "", []),
        ("yes_no", "Yes, 5 of them, on Monday.", "", []),
    ],
)
def test_what_a_sentence_holds(kind: Kind, sentence: str, question: str, found: list[str]) -> None:
    assert [sentence[start:end] for start, end in find_kind(kind, sentence, question)] == found


@pytest.mark.parametrize(
    ("question", "detail", "counted"),
    [
        ("How many people fled?", "count", "people fled"),
        ("How many were killed in the flood?", "count", "killed in"),
        ("What percentage of voters turned out?", "share", ""),
        ("How long did the blackout last?", "duration", ""),
        ("How far is the wreck from the shore?", "distance", ""),
        ("How old was the victim?", "age", ""),
        ("In what year was the dam built?", "year", ""),
        ("In which century was it built?", "era", ""),
        ("On what date does the strike start?", "day", ""),
        ("When did it end?", "any", ""),
        ("Who won, and how many years had it taken?", "any", ""),
    ],
)
def test_a_questions_unit_or_precision(question: str, detail: Detail, counted: str) -> None:
    expected = read_expected(question, analyze)
    assert (expected.detail, list(expected.counted)) == (detail, analyze(counted))


@pytest.mark.parametrize(
    ("question", "sentence", "better", "worse"),
    [
        ("How many people fled?", "In 2023 some 400 people fled.", "400", "2023"),
        ("How many bridges fell?", "All 12 bridges and 30 houses fell.", "12", "30"),
        ("What percentage voted?", "In 2019 it was 61 percent.", "61 percent", "2019"),
        ("How long did it last?", "The 3 ships waited 12 days.", "12", "3"),
        ("How high is the tower?", "The 3 towers are 90 metres high.", "90", "3"),
        ("How old was she?", "Of 3 rescued, Ana Ruiz, 41, was the first.", "41", "3"),
        ("In what year was it built?", "In May, as in 1962, it was praised.", "1962", "May"),
        ("On what date did it start?", "Last week it was set for 3 May.", "3 May", "Last week"),
    ],
)
def test_the_better_fit(question: str, sentence: str, better: str, worse: str) -> None:
    expected = read_expected(question, analyze)
    spans = find_kind(expected.kind, sentence, question)
    rated = {sentence[a:b]: fitness(expected, sentence, (a, b), analyze(sentence[b:])[:4]) for a, b in spans}
    assert rated[better] > rated[worse]
    assert all(0 <= value <= 1 for value in rated.values())


@pytest.mark.parametrize(
    ("kind", "sentence", "name"),
    [
        ("person", "The mayor, Anna de Vries, met them.", "Anna de Vries"),
        ("person", "They met President Ito.", "Ito"),
        ("place", "They fled to Goris, Armenia.", "Goris"),
        ("place", "Fire swept Portugal.", "Portugal"),
        ("organisation", "It was built by Weir Motors.", "Weir Motors"),
        ("organisation", "It was built by NASA.", "NASA"),
    ],
)
def test_what_a_name_looks_like(kind: str, sentence: str, name: str) -> None:
    start = sentence.index(name)
    looks = likeness(sentence, (start, start + len(name)))
    assert max(looks, key=lambda one: looks[one]) == kind


sentences = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("ABCabc 0123456789,.-$€%“”\"'’")), max_size=200
)


@given(kind=st.sampled_from(KINDS), sentence=sentences, question=sentences)
def test_ranges_lie_inside_the_sentence_in_order(kind: Kind, sentence: str, question: str) -> None:
    before = 0
    for start, end in find_kind(kind, sentence, question):
        assert before <= start < end <= len(sentence)
        assert sentence[start:end].strip()
        before = end


@given(kind=st.sampled_from(KINDS), sentence=sentences)
def test_what_the_question_says_itself_is_no_answer(kind: Kind, sentence: str) -> None:
    assert find_kind(kind, sentence, f"{sentence} ?") == []


@given(question=sentences)
def test_every_question_has_a_kind(question: str) -> None:
    assert expected_kind(question) in KINDS


def test_hostile_sentences_take_no_time() -> None:
    """Repetition that makes careless patterns try every split."""
    for piece in (
        "A-",
        "A ",
        "Of the ",
        "1,",
        "one ",
        "one-",
        "A of the ",
        "A.",
        "St. ",
        "“",
        "because ",
        "5 million ",
        "$1.",
    ):
        for kind in KINDS:
            find_kind(kind, piece * 200, "x")
