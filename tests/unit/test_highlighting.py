"""Where a passage holds the question's words: ranges of that passage, whatever characters are in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.terms import analyze
from qa_service.highlighting import highlights


def marked(text: str, *words: str) -> list[str]:
    asked = {part for word in words for part in analyze(word)}
    return [text[start:end] for start, end in highlights(text, asked, analyze)]


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("The bridge fell.", ["bridge"], ["bridge"]),
        ("Bridges fell; the BRIDGE stood.", ["bridge"], ["Bridges", "BRIDGE"]),
        ("The harbour bridge fell.", ["harbour", "bridge"], ["harbour bridge"]),
        ("A bridge-builder", ["bridge", "builder"], ["bridge-builder"]),
        ("The bridge\nBridge closed", ["bridge"], ["bridge", "Bridge"]),
        ("bridge, bridge", ["bridge"], ["bridge", "bridge"]),
        ("abridged bridgehead", ["bridge"], []),
        ("Cafe\u0301 Café", ["café"], ["Cafe\u0301 Café"]),
        ("Cafe\u0301s", ["café"], ["Cafe\u0301s"]),
        ("大桥周二关闭，桥面结冰。", ["大桥"], ["大桥"]),
        ("首都的大桥关闭了", ["大桥关闭"], ["大桥关闭"]),
        ("أُغلق الجسرُ", ["الجسر"], ["الجسرُ"]),
        ("पुल बंद रहा", ["बंद"], ["बंद"]),
        ("Die Brücken sind zu", ["Brucken"], ["Brücken"]),
        ("Ստեփանակերտ fell", ["Ստեփանակերտ"], ["Ստեփանակերտ"]),
        ("🌉bridge🌉", ["bridge"], ["bridge"]),
        ("2,020 units in 2020", ["2020"], ["2020"]),
        ("", ["bridge"], []),
        ("The bridge fell.", [], []),
    ],
)
def test_cases(text: str, words: list[str], found: list[str]) -> None:
    assert marked(text, *words) == found


hostile = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("\u0301\u200d\u202e\u0130\u00df\ufb01\u00ad\u3000\U0001f469\U0001f3fd \n-'’_bridge"),
    ),
    max_size=200,
)


@given(text=hostile, words=st.lists(hostile, max_size=4))
def test_ranges_lie_inside_the_text_ascending_and_apart(text: str, words: list[str]) -> None:
    asked = {part for word in [*words, text[:5]] for part in analyze(word)}
    before = -1
    for start, end in highlights(text, asked, analyze):
        assert before < start < end <= len(text)
        assert set(analyze(text[start:end])) & asked
        assert re.fullmatch(r"\w", text[start])
        assert re.fullmatch(r"\w", text[end - 1])
        before = end


@given(text=hostile, words=st.lists(hostile, max_size=4))
def test_no_word_that_was_asked_is_missed(text: str, words: list[str]) -> None:
    asked = {part for word in words for part in analyze(word)}
    covered = {place for start, end in highlights(text, asked, analyze) for place in range(start, end)}
    for match in re.finditer(r"\w+", text):
        held = bool(asked & set(analyze(match.group())))
        assert (match.start() in covered) == held
