"""Whether the first article tells of the right event, and that the demo's file of events is whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.data import Topic
from eval.errors import EvalError, GoldRefused
from eval.events import Events, event_values, is_right, read_events
from eval.metrics import score_topics

DEMO = Path(__file__).resolve().parents[2] / "eval" / "gold" / "demo"
EVENTS: Events = {
    "race-24": {"race-2024": ""},
    "race-24-again": {"race-2024": ""},
    "race-25": {"race-2025": ""},
    "toll-7": {"mine": "12-march"},
    "toll-7-too": {"mine": "12-march"},
    "toll-11": {"mine": "13-march"},
    "rescue": {"mine": ""},
    "tablets": {"old-mine": "final", "mine": "final"},
    "toll-10": {"mine": "final"},
}


@pytest.mark.parametrize(
    ("first", "judged", "right"),
    [
        ("race-24", {"race-24": 1}, True),
        ("race-24-again", {"race-24": 2}, True),
        ("race-25", {"race-24": 2}, False),
        ("unknown", {"race-24": 2}, False),
        ("toll-7-too", {"toll-7": 2}, True),
        ("toll-11", {"toll-7": 2}, False),
        ("rescue", {"toll-7": 2}, True),
        ("toll-11", {"rescue": 2}, True),
        ("toll-11", {"toll-11": 1, "toll-7": 1}, True),
        ("race-24-again", {"race-24": 2, "race-25": 1}, True),
        ("race-24-again", {"race-24": 2, "race-25": 2}, False),
        ("toll-10", {"tablets": 1, "toll-10": 2}, True),
        ("rescue", {"tablets": 2, "race-24": 1}, True),
        ("race-24", {"unlisted": 2}, False),
    ],
)
def test_the_right_event_is_what_the_judged_share(first: str, judged: dict[str, int], *, right: bool) -> None:
    assert is_right(first, judged, EVENTS) is right


def topic(question: str, kind: str | None = "time") -> Topic:
    return Topic(id="a", line=1, question=question, kind=kind)


def test_a_topic_is_measured_once_more_where_it_names_a_year() -> None:
    judged = {"race-24": 2}
    assert event_values(topic("Who won?"), ["race-25", "race-24"], judged, EVENTS) == {"right_event@1": 0.0}
    assert event_values(topic("Who won in 2024?"), ["race-24"], judged, EVENTS) == {
        "right_event@1": 1.0,
        "right_event_of_year@1": 1.0,
    }
    assert event_values(topic("Who won?", None), [], judged, EVENTS) == {"right_event@1": 0.0}
    assert event_values(topic("Who won?", "fact"), ["race-24"], judged, EVENTS) == {}


def test_only_judged_topics_are_measured_and_only_with_events() -> None:
    topics = [topic("Who won?")]
    assert "right_event@1" not in score_topics(topics, {"a": {"race-24": 1}}, {"a": ["race-24"]}, {})[0].values
    assert "right_event@1" not in score_topics(topics, {}, {"a": ["race-24"]}, {}, EVENTS)[0].values
    scored = score_topics(topics, {"a": {"race-24": 1}}, {"a": ["race-24-again"]}, {}, EVENTS)
    assert scored[0].values["right_event@1"] == 1.0


def test_a_file_of_events_is_read(tmp_path: Path) -> None:
    path = tmp_path / "events.txt"
    path.write_text("a/1 race-2024 mine@12-march\n\nb/2 race-2025\n", encoding="utf-8")
    assert read_events(path) == {"a/1": {"race-2024": "", "mine": "12-march"}, "b/2": {"race-2025": ""}}


@pytest.mark.parametrize("line", ["a/1", "a/1 race@", "a/1 @12", "first race"])
def test_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "events.txt"
    path.write_text(f"first race\n{line}\n", encoding="utf-8")
    with pytest.raises(GoldRefused, match=r"events\.txt:2: "):
        read_events(path)


def test_an_empty_file_of_events_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "events.txt"
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(EvalError, match="holds no events"):
        read_events(path)


def test_the_demo_says_of_every_article_what_it_tells_of() -> None:
    lines = (DEMO / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    assert read_events(DEMO / "events.txt").keys() == {json.loads(line)["id"] for line in lines}
