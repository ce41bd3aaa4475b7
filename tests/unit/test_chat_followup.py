"""Follow-up questions made whole, and messages that stand alone left as they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.chat.followup import resolve, topic_of
from qa_service.request import MAX_QUESTION

FLED = "How many people fled Nagorno-Karabakh in September 2023?"
TOPIC = "people fled Nagorno-Karabakh in September 2023"
LEADER = "Who is Nikol Pashinyan?"
ELECTION = "Who won the election?"
SAID = "What did Pashinyan say about Russia?"

CASES = [
    # another time
    (FLED, "and in 2020?", "How many people fled Nagorno-Karabakh in 2020?"),
    (FLED, "In 2020?", "How many people fled Nagorno-Karabakh in 2020?"),
    (FLED, "2019?", "How many people fled Nagorno-Karabakh in 2019?"),
    (FLED, "ok, and in 2020?", "How many people fled Nagorno-Karabakh in 2020?"),
    (FLED, "what about October 2023?", "How many people fled Nagorno-Karabakh October 2023?"),
    (FLED, "How about last week?", "How many people fled Nagorno-Karabakh last week?"),
    (FLED, "yesterday", "How many people fled Nagorno-Karabakh yesterday?"),
    (FLED, "But since March 2021?", "How many people fled Nagorno-Karabakh since March 2021?"),
    (LEADER, "And in 2018?", "Who is Nikol Pashinyan in 2018?"),
    # another topic
    (FLED, "what about Armenia?", "How many people fled Armenia in September 2023?"),
    (FLED, "Armenia?", "How many people fled Armenia in September 2023?"),
    (FLED, "What about Armenia in 2020?", "How many people fled Armenia in 2020?"),
    (FLED, "same question for Georgia", "How many people fled Georgia in September 2023?"),
    (FLED, "and from Georgia?", "How many people fled Georgia in September 2023?"),
    (FLED, "what about the injured?", f"{FLED[:-1]}: the injured?"),
    (SAID, "and Turkey?", "What did Pashinyan say about Turkey?"),
    (ELECTION, "what about Tolmere?", "Who won the election: Tolmere?"),
    # the same topic, asked otherwise
    (FLED, "Who said that?", f"Who said that: {TOPIC}?"),
    (FLED, "and who said that?", f"and who said that: {TOPIC}?"),
    (FLED, "when was that?", f"when was that: {TOPIC}?"),
    (FLED, "Why?", f"Why: {TOPIC}?"),
    (FLED, "And why?", f"And why: {TOPIC}?"),
    (FLED, "How many exactly?", f"How many exactly: {TOPIC}?"),
    (FLED, "Tell me more.", f"Tell me more: {TOPIC}?"),
    (FLED, "Since when?", f"Since when: {TOPIC}?"),
    (FLED, "Was it denied?", f"Was it denied: {TOPIC}?"),
    (FLED, "Is there a source for that?", f"Is there a source for that: {TOPIC}?"),
    (FLED, "Where did they go?", f"Where did they go: {TOPIC}?"),
    (FLED, "How long did it take?", f"How long did it take: {TOPIC}?"),
    (FLED, "Which of those stayed?", f"Which of those stayed: {TOPIC}?"),
    (FLED, "What did Macron say about it?", f"What did Macron say about it: {TOPIC}?"),
    (FLED, "But did Baku deny it?", f"But did Baku deny it: {TOPIC}?"),
    (FLED, "So who was blamed?", f"So who was blamed: {TOPIC}?"),
    (FLED, "Who confirmed it in 2021?", "Who confirmed it in 2021: people fled Nagorno-Karabakh?"),
    (LEADER, "When was he elected?", "When was he elected: Nikol Pashinyan?"),
    (LEADER, "What did he say about Russia?", "What did he say about Russia: Nikol Pashinyan?"),
]
ALONE = [
    "Who won the Tolmere mayoral election in 2019?",
    "How many people live in Tolmere?",
    "When did the harbour bridge reopen?",
    "And who won the Tolmere election in 2019?",
    "Did Azerbaijan say why it attacked?",
    "Has the mayor said whether he will resign?",
    "Is it true that Armenia withdrew?",
    "How long does it take to fly to Paris?",
    "What happened this week?",
    "What is the latest on the bridge?",
    "What did Macron say during his visit to Armenia?",
    "Nagorno-Karabakh exodus",
    "Harbour bridge",
    "  Who  runs the port\nof Goris ? ",
]


@pytest.mark.parametrize(("before", "message", "whole"), CASES)
def test_a_follow_up_is_made_whole(before: str, message: str, whole: str) -> None:
    assert resolve([before, message]) == whole


@pytest.mark.parametrize("message", ALONE)
def test_what_stands_alone_is_left_to_the_letter(message: str) -> None:
    assert resolve([FLED, message]) == message


@pytest.mark.parametrize("message", [message for _, message, _ in CASES])
def test_without_an_earlier_question_nothing_is_carried(message: str) -> None:
    assert resolve([message]) == message


def test_follow_ups_follow_each_other() -> None:
    assert resolve([FLED, "and in 2020?", "who said that?"]) == "who said that: people fled Nagorno-Karabakh in 2020?"
    assert resolve([FLED, "who said that?", "and when?"]) == f"and when: {TOPIC}?"
    assert resolve([FLED, "and in 2020?", "what about Armenia?"]) == "How many people fled Armenia in 2020?"


def test_thanks_are_no_question_to_follow() -> None:
    assert resolve([FLED, "Thanks, great!", "who said that?"]) == f"who said that: {TOPIC}?"


def test_a_new_question_ends_the_old_topic() -> None:
    assert resolve([FLED, "Who leads Goris?", "since when?"]) == "since when: leads Goris?"


def test_there_are_enough_cases() -> None:
    assert len(CASES) + len(ALONE) >= 40


def test_a_topic_begins_where_the_question_says_what_it_is_about() -> None:
    assert topic_of("How many of the people did flee?") == "people did flee"
    assert topic_of("Why?") == ""


@given(st.lists(st.text(max_size=80), min_size=1, max_size=5))
def test_any_text_is_read(messages: list[str]) -> None:
    whole = resolve(messages)
    assert whole == messages[-1] or whole.strip()


def test_what_is_made_can_still_be_asked() -> None:
    long = "Why did " + "the mayor " * 150 + "leave Tolmere?"
    assert len(resolve([long, "and who said that?"])) <= MAX_QUESTION
    assert len(resolve([long, "what about Goris?"])) <= MAX_QUESTION
    filled = "who said that " * 142
    assert resolve([long, filled]) == filled
