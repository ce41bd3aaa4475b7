"""Titles, tags and suggestions for front-ends, from the conversation's own words."""

from __future__ import annotations

import json
import re

import pytest

from qa_service.chat import phrases
from qa_service.chat.tasks import LONGEST_TITLE, answer_task, question_in, tags_of, title_of

ASKED = "How many people fled Nagorno-Karabakh in September 2023?"
HISTORY = f"<chat_history>\nUSER: {ASKED}\nASSISTANT: The archive says: “More than 100,000.”\n</chat_history>"


def open_webui(wanted: str, key: str, value: str) -> str:
    shape = f'{{ "{key}": {value} }}'
    return f"### Task:\n{wanted}\n\n### Output:\nJSON format: {shape}\n\n### Chat History:\n{HISTORY}"


def task(prompt: str, *before: str, system: str = "") -> str:
    reply = answer_task(system, [*before, prompt])
    assert reply is not None
    return reply


def test_open_webui_is_given_a_title_in_json() -> None:
    reply = json.loads(task(open_webui("Generate a short title with an emoji.", "title", '"words here"')))
    assert reply == {"title": ASKED.rstrip("?")}


def test_open_webui_is_given_tags_that_were_named() -> None:
    reply = json.loads(task(open_webui("Generate 1-3 broad tags.", "tags", '["one", "two"]')))
    assert reply["tags"][0] == "Nagorno-Karabakh"
    assert all(tag in ASKED for tag in reply["tags"])


def test_open_webui_is_given_follow_ups_of_fixed_openings_and_own_words() -> None:
    reply = json.loads(task(open_webui("Suggest 3-5 follow-ups.", "follow_ups", '["a?", "b?"]')))
    openings = (phrases.MORE_LATEST, phrases.MORE_WHO, phrases.MORE_WHEN)
    assert len(reply["follow_ups"]) == 3
    for line, opening in zip(reply["follow_ups"], openings, strict=True):
        assert line.startswith(opening)
        assert line.removeprefix(opening).strip(" ?") in ASKED


def test_open_webui_is_given_queries_and_nothing_to_complete() -> None:
    assert json.loads(task(open_webui("Write search queries.", "queries", '["q"]'))) == {"queries": [ASKED]}
    assert json.loads(task(open_webui("Complete the text.", "text", '"..."'))) == {"text": ""}
    assert json.loads(task(open_webui("Describe a picture.", "prompt", '"..."'))) == {"prompt": ASKED}


def test_a_task_that_is_none_of_these_is_declined() -> None:
    assert task("### Task:\nReflect the mood with one emoji.\nMessage: well") == phrases.NO_TASK


def test_no_history_gives_an_empty_title_and_no_follow_ups() -> None:
    prompt = '### Task:\nTitle.\nJSON format: { "title": "x" }'
    assert json.loads(task(prompt)) == {"title": phrases.NEW_CHAT}
    assert json.loads(task(prompt.replace('"title"', '"follow_ups"'))) == {"follow_ups": []}


@pytest.mark.parametrize(
    "prompt",
    [
        f"Provide a short title for the conversation, five words at most.\n\nConversation:\nUser: {ASKED}\nAI: More.",
        f'Write in the same language a title for this conversation. No quotes.\n\n||>User:\n"{ASKED}"\n||>Response:\n"M"\n\n||>Title:',
        f"Analyze this conversation and provide its language and a concise title.\n\nUser: {ASKED}\nAI: More.",
    ],
)
def test_librechat_is_given_a_title(prompt: str) -> None:
    assert task(prompt) == ASKED.rstrip("?")


def test_a_title_may_be_asked_for_after_the_conversation_or_by_the_system() -> None:
    assert task("Generate a title for this chat.", ASKED) == ASKED.rstrip("?")
    assert task(ASKED, system="Generate a short title for the conversation; only the title.") == ASKED.rstrip("?")


@pytest.mark.parametrize(
    "question",
    [
        ASKED,
        "Who won the title in 2019?",
        "What is the title of the report on the conversation between Baku and Yerevan?",
        "Did the committee give the town a title after the chat?",
        "Provide the names of the user groups: who led them?",
    ],
)
def test_a_question_is_no_task(question: str) -> None:
    assert answer_task("You are a helpful assistant.", [question]) is None


def test_a_system_prompt_that_speaks_of_titles_asks_for_none() -> None:
    system = "You are in a conversation with a reader. Give the title of each article that you cite."
    assert answer_task(system, [ASKED]) is None
    assert answer_task(system, [ASKED, "What is the title of the first report?"]) is None


def test_a_question_wrapped_with_context_is_unwrapped() -> None:
    rag = "### Task:\nRespond to the query with the context.\n<context>\nA. B.\n</context>\n"
    assert answer_task("", [f"{rag}{ASKED}"]) is None
    assert question_in(f"{rag}{ASKED}") == ASKED
    assert question_in(f"{rag}<user_query>\n{ASKED}\n</user_query>") == ASKED
    assert question_in(ASKED) == ASKED


def test_a_title_is_short_and_of_the_conversations_words() -> None:
    title = title_of(["“" + "Who said that the harbour bridge of Goris would " * 4 + "open?”"])
    assert len(title) <= LONGEST_TITLE
    assert re.fullmatch(r"Who said that.*\w", title)
    assert title_of(["word" * 100]) == ("word" * 100)[:LONGEST_TITLE]
    assert title_of(["  ", "?!"]) == phrases.NEW_CHAT
    assert tags_of(["why did it rain"]) == ["rain"]
