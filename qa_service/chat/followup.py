"""A follow-up question made whole with the words of the question before it. ``docs/chat.md`` states the rules.

Rules over words, no model. A message that stands alone is left untouched, to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from qa_service.names import find_names
from qa_service.question_time import read_times
from qa_service.request import MAX_QUESTION

_ANY_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
"""Only where a time stands in the words is used here, never which days it means."""
_LONGEST_TOPIC = 300
_MOST_TURNS = 20

_JOINING = r"(?:(?:and|or|but|also|so|then|ok|okay)[\s,]+)"
_OPENER = re.compile(
    rf"{_JOINING}*(?:(?:what|how) (?:about|of)|same (?:question )?(?:for|in|about))\s+|{_JOINING}+",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"(?:(?:hi|hello|hey|thanks|thank you|thx|ok|okay|great|good|yes|no|please|cool|i see|very much|a lot)[\s,.!]*)+",
    re.IGNORECASE,
)
_ASKING = frozenset("who whom whose what which when where why how".split())
_HELPING = frozenset(
    "is are was were be been do does did has have had will would can could should may might must am "
    "isn't wasn't don't doesn't didn't".split()
)
_SMALL = frozenset(
    "a an the of in on at to for from by with and or but as than then there here about into over after before during "
    "since until not no yes so many much any some all also just i me my we us you your please".split()
)
_POINTING = frozenset(
    "he she him her hers his they them their theirs it its this that these those one ones both former latter".split()
)
_GENERAL = frozenset(
    "say says said saying tell told more exactly happen happened happens true really else again mean means meant "
    "source sources sure detail details long soon old far big first why's who's what's when's where's know known call "
    "called called deny denied confirm confirmed explain give show reason reasons cause caused report reported".split()
)
"""Words that say nothing of what a question is about."""
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_PERSONAL = re.compile(r"\b(?:he|she|him|her|hers|his|they|them|their|theirs|it|its)\b", re.IGNORECASE)
_CLOSING = re.compile(r"\b(?:it|this|that|these|those|them|there|then|so)\s*[?.!]*$", re.IGNORECASE)
_CLAUSE = re.compile(r"\b(?:and|before|after|when|because|while|if|but|that|who|which)\b", re.IGNORECASE)
_DEMONSTRATIVE = re.compile(
    r"\b(?:about|of|for|to|after|before|since|on|by|did|does|do|is|was|were|are|with|at|from|what|why|how|when)\s+"
    r"(?:this|that|these|those)\b(?!\s+(?:week|month|year|day|morning|evening|night|spring|summer|autumn|winter|time))"
    r"|^(?:this|that|these|those)\s+(?!week|month|year)|\bthe (?:latter|former|others?|same)\b",
    re.IGNORECASE,
)
_EMPTY_IT = re.compile(
    r"\bit\s+(?:(?:is|was|be)\s+)?(?:\w+ly\s+)?(?:true|likely|possible|known|legal|clear|safe|time|rain"
    r"|snow)\w*\b|\bit\s+\w+\s+(?:that|to)\b",
    re.IGNORECASE,
)
_NOUN = re.compile(r"\b(?:the|a|an|any|some|every|his own|\w+['’]s)\s+[a-z]\w+", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_LEADING = re.compile(r"(?:in|at|for|on|of|from|to|with|by)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    text: str
    """The question, made whole."""
    topic: str
    """What it is about: the words that a question about "that" takes over."""


def resolve(messages: Sequence[str]) -> str:
    """The question that the last of a user's messages asks, oldest message first; it may name what earlier ones named.

    At most ``MAX_QUESTION`` code points are made of a shorter message; a longer one is returned as it is.
    """
    asked: _Asked | None = None
    for message in messages[-_MOST_TURNS:-1]:
        if not _COURTESY.fullmatch(message.strip()):
            asked = _follow(asked, message)
    return _follow(asked, messages[-1]).text


def topic_of(question: str) -> str:
    """A question's words from the first that says what it is about: ``people fled Nagorno-Karabakh``."""
    for word in _WORD.finditer(question):
        if word.group().lower() not in _ASKING | _HELPING | _SMALL | _POINTING:
            return _bare(question[word.start() :])[:_LONGEST_TOPIC]
    return ""


def _follow(before: _Asked | None, message: str) -> _Asked:
    alone = _Asked(text=message, topic=topic_of(message))
    if before is None or not before.topic or len(message) > MAX_QUESTION - _LONGEST_TOPIC - 10:
        return alone
    return _after_opener(before, message.strip()) or _without_opener(before, message.strip()) or alone


def _after_opener(before: _Asked, message: str) -> _Asked | None:
    """Such as ``and in 2020?``, ``what about Armenia?``, ``and who said that?``."""
    opener = _OPENER.match(message)
    if opener is None:
        return None
    rest = _bare(message[opener.end() :])
    if not rest:
        return None
    if _is_time(rest):
        return _other_time(before, rest)
    if _first_word(rest) in _ASKING | _HELPING:
        return None if _own_names(rest) and not _points_back(rest) else _about(before, message)
    return _other_topic(before, rest)


def _without_opener(before: _Asked, message: str) -> _Asked | None:
    """Such as ``In 2020?``, ``Why?``, ``Who said that?``, ``Armenia?``."""
    bare = _bare(message)
    if _is_time(bare):
        return _other_time(before, bare)
    words = [word.lower() for word in _WORD.findall(bare)]
    if not words:
        return None
    if all(word in _ASKING | _HELPING | _SMALL | _POINTING | _GENERAL for word in words) or _points_back(message):
        return _about(before, message)
    if message.endswith("?") and len(words) <= 3 and not _own_small_words(words) and _own_names(bare):
        return _other_topic(before, bare)
    return None


def _points_back(message: str) -> bool:
    """Whether a pronoun in it stands for nothing that the message itself names before."""
    shown = _EMPTY_IT.sub(lambda found: "-" * len(found.group()), message)
    closing = _CLOSING.search(shown)
    if closing and not _CLAUSE.search(shown, 0, closing.start()):
        return True
    if _DEMONSTRATIVE.search(shown):
        return True
    pronoun = _PERSONAL.search(shown)
    if pronoun is None:
        return False
    named = any(start < pronoun.start() for start, _ in find_names(_lowered_opening(shown)))
    return not named and not _NOUN.search(shown, 0, pronoun.start())


def _about(before: _Asked, message: str) -> _Asked:
    """The message with the topic of the question before; a time of its own replaces the topic's."""
    topic = _timeless(before.topic) if read_times(message, _ANY_MOMENT) else before.topic
    return _Asked(text=f"{_bare(message)}: {topic}?", topic=before.topic)


def _other_time(before: _Asked, time: str) -> _Asked:
    time = f"in {time}" if _YEAR.fullmatch(time) else time[0].lower() + time[1:] if _LEADING.match(time) else time
    return _Asked(
        text=f"{_timeless(_bare(before.text))} {time}?",
        topic=f"{_timeless(before.topic)} {time}",
    )


def _other_topic(before: _Asked, topic: str) -> _Asked:
    """The last name of the question before, exchanged for another; without one, the new words beside the old."""
    if read_times(topic, _ANY_MOMENT):
        before = _Asked(text=_timeless(_bare(before.text)), topic=_timeless(before.topic))
    if not _own_names(topic):
        return _Asked(text=f"{_bare(before.text)}: {topic}?", topic=f"{before.topic}, {topic}"[:_LONGEST_TOPIC])
    names = _places(before.text)
    if not names:
        return _Asked(text=f"{_bare(before.text)}: {topic}?", topic=f"{before.topic}, {topic}"[:_LONGEST_TOPIC])
    start, end = names[-1]
    text = _bare(before.text[:start] + _without_preposition(topic) + before.text[end:]) + "?"
    return _Asked(text=text, topic=topic_of(text))


def _without_preposition(topic: str) -> str:
    leading = _LEADING.match(topic)
    return topic[leading.end() :] if leading else topic


def _places(question: str) -> list[tuple[int, int]]:
    """Where a question names somebody or something; a month is no name."""
    times = [window.span for window in read_times(question, _ANY_MOMENT)]
    names = find_names(_lowered_opening(question))
    return [(a, b) for a, b in names if not any(start < b and a < end for start, end in times)]


def _own_names(text: str) -> bool:
    return bool(_places(text))


def _lowered_opening(text: str) -> str:
    """``text`` with the first word in small letters if it is one that opens a question, so that it is no name."""
    first = _first_word(text)
    if first in _ASKING | _HELPING | _SMALL | _POINTING | _GENERAL:
        return text[: text.lower().index(first) + len(first)].lower() + text[text.lower().index(first) + len(first) :]
    return text


def _own_small_words(words: list[str]) -> bool:
    return any(word in _ASKING | _HELPING | _POINTING for word in words)


def _is_time(text: str) -> bool:
    """Whether it names a time and nothing else."""
    if _YEAR.fullmatch(text):
        return True
    left = _timeless(text)
    return left != text and not any(word.lower() not in _SMALL for word in _WORD.findall(left))


def _timeless(text: str) -> str:
    """``text`` without the times that it names."""
    for start, end in sorted((window.span for window in read_times(text, _ANY_MOMENT)), reverse=True):
        text = f"{text[:start].rstrip()} {text[end:].lstrip()}"
    return text.strip(" ,")


def _first_word(text: str) -> str:
    found = _WORD.search(text)
    return found.group().lower() if found else ""


def _bare(text: str) -> str:
    return text.strip().rstrip("?!. ").strip()
