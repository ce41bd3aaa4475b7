"""What a front-end asks on its own account, such as a title for the chat: answered from the conversation's own words.

Open WebUI sends ``### Task:`` with the JSON key that it wants and the conversation in ``<chat_history>``; LibreChat and
others send an instruction that asks for a title, and the conversation as ``User: … AI: …``. Nothing is searched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from qa_service.chat import phrases
from qa_service.chat.followup import topic_of
from qa_service.names import find_names

LONGEST_TITLE = 60
MOST_TAGS = 3

_TASK = "### Task:"
_CONTEXT = re.compile(r"<context>.*</context>", re.DOTALL)
_QUERY = re.compile(r"<user_query>(.*?)</user_query>", re.DOTALL)
_HISTORY = re.compile(r"<chat_history>(.*?)</chat_history>", re.DOTALL)
_KEY = re.compile(r"[\"“](title|tags|follow_ups|queries|text|prompt)[\"”]\s*:")
_SPEAKER = re.compile(
    r"^\s*(?:\|\|>)?\s*(user|human|assistant|ai|response|title|system)\s*:\s*", re.IGNORECASE | re.MULTILINE
)
_TITLING = re.compile(
    r"\b(?:generate|write|create|provide|give|make|suggest|analy[sz]e|detect|summari[sz]e|return|name)\b"
    r"(?:(?!\n\n).){0,300}?\btitle\b",
    re.IGNORECASE | re.DOTALL,
)
_OF_A_CHAT = re.compile(r"\b(?:conversation|chat|dialogue|exchange)\b", re.IGNORECASE)
_TITLE_OF_A_CHAT = re.compile(
    r"\btitle\b[^.\n]{0,30}\b(?:for|of|to|summari[sz]ing|describing|that captures)\b[^.\n]{0,40}"
    r"\b(?:conversation|chat|dialogue|exchange)\b",
    re.IGNORECASE,
)
_OPENING = 800
"""Characters of a message in which an instruction stands."""


def answer_task(system: str, messages: Sequence[str]) -> str | None:
    """The reply to a front-end's own request; None where the last of the user's messages is a question."""
    last = messages[-1]
    if last.lstrip().startswith(_TASK) and not _CONTEXT.search(last):
        return _open_webui(last)
    if _asks_for_a_title(last) and _SPEAKER.search(last):
        return title_of(_said(last))
    if len(messages) > 1 and len(last) < _OPENING and _asks_for_this_title(last):
        return title_of(messages[:-1])
    if _asks_for_this_title(system):
        return title_of(_said(last) or messages)
    return None


def question_in(message: str) -> str:
    """The user's own words where a front-end has wrapped them into a prompt with its own context."""
    if not message.lstrip().startswith(_TASK):
        return message
    inside = _QUERY.search(message)
    if inside:
        return inside[1].strip()
    return message[message.rindex("</context>") + len("</context>") :].strip() if "</context>" in message else message


def title_of(said: Sequence[str]) -> str:
    """The first thing asked, cut at a word."""
    first = next((" ".join(one.split()) for one in said if one.strip()), phrases.NEW_CHAT)
    first = first.strip(" \"“”'#*`?!.")
    if len(first) <= LONGEST_TITLE:
        return first or phrases.NEW_CHAT
    return (first[: LONGEST_TITLE + 1].rpartition(" ")[0] or first[:LONGEST_TITLE]).rstrip(",;:")


def tags_of(said: Sequence[str]) -> list[str]:
    """The names in what was asked, else the first words of its topic."""
    text = "\n".join(said)
    names = dict.fromkeys(text[start:end] for start, end in find_names(text))
    return list(names)[:MOST_TAGS] or [word for word in topic_of(text).split()[:1] if word]


def _open_webui(prompt: str) -> str:
    history = _HISTORY.search(prompt)
    said = _said(history[1]) if history else []
    key = _KEY.search(prompt)
    match key[1] if key else None:
        case "title":
            reply: dict[str, object] = {"title": title_of(said)}
        case "tags":
            reply = {"tags": tags_of(said)}
        case "follow_ups":
            reply = {"follow_ups": _follow_ups(said)}
        case "queries":
            reply = {"queries": said[-1:]}
        case "text":
            reply = {"text": ""}
        case "prompt":
            reply = {"prompt": said[-1] if said else ""}
        case _:
            return phrases.NO_TASK
    return json.dumps(reply, ensure_ascii=False)


def _follow_ups(said: Sequence[str]) -> list[str]:
    topic = topic_of(said[-1]) if said else ""
    if not topic:
        return []
    names = [topic[start:end] for start, end in find_names(topic)]
    latest = [f"{phrases.MORE_LATEST} {names[-1]}?"] if names else []
    return [*latest, f"{phrases.MORE_WHO} {topic}?", f"{phrases.MORE_WHEN} {topic}?"]


def _said(transcript: str) -> list[str]:
    """What the user said in a written-out conversation, in order."""
    parts = _SPEAKER.split(transcript)
    turns = zip(parts[1::2], parts[2::2], strict=True)
    return [text.strip().strip('"').strip() for who, text in turns if who.lower() in ("user", "human") and text.strip()]


def _asks_for_a_title(text: str) -> bool:
    opening = text[:_OPENING]
    return bool(_TITLING.search(opening) and _OF_A_CHAT.search(opening))


def _asks_for_this_title(text: str) -> bool:
    """The same where no conversation is written out beside it, so that nothing else shows what is meant."""
    opening = text[:_OPENING]
    return bool(_TITLING.search(opening) and _TITLE_OF_A_CHAT.search(opening))
