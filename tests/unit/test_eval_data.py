from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from eval.asker import known, read_config
from eval.data import Topic, read_qrels, read_topics, shift, support_qrels
from eval.errors import EvalError, GoldRefused
from eval.matching import holds, holds_all, usable
from eval.outputs import read_answers, read_run, run_lines
from eval.run import AskedAt


def _topics(tmp_path: Path, *rows: object) -> Path:
    path = tmp_path / "topics.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_topics_keep_their_line_numbers_over_blank_lines(tmp_path: Path) -> None:
    topics = read_topics(_topics(tmp_path, {"id": 7, "question": "Who?"}, "", {"id": "b", "question": "Where?"}))
    assert [(t.id, t.line) for t in topics] == [("7", 1), ("b", 3)]
    assert read_topics(tmp_path / "topics.jsonl", limit=1) == topics[:1]


def test_a_topic_with_everything(tmp_path: Path) -> None:
    row = {
        "id": "a",
        "kind": "copies",
        "question": "Who?",
        "asked_at": "2023-10-02",
        "as_of": "2023-10-02T14:05+04:00",
        "answerable": True,
        "answers": {"gold": ["one"], "wrong": ["two", 3]},
        "support": [{"article_id": "x/1", "version": 1, "quote": "one"}],
        "outcome": "conflicting",
        "claims": [{"value": 4, "said_by": "Baku"}],
        "copies": {"carriers": ["x/1", "y/1"], "independent_sources": 1},
    }
    assert read_topics(_topics(tmp_path, row)) == [
        Topic(
            id="a",
            line=1,
            question="Who?",
            asked_at="2023-10-02",
            as_of="2023-10-02T14:05+04:00",
            kind="copies",
            answerable=True,
            answers=("one",),
            wrong=("two", "3"),
            support=("x/1",),
            outcome="conflicting",
            claims=({"value": 4, "said_by": "Baku"},),
            carriers=("x/1", "y/1"),
            independent_sources=1,
        )
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('{"id": "b", "question"', "is not JSON"),
        ("[]", "is not a JSON object"),
        ({"question": "Who?"}, "id is missing"),
        ({"id": "b c", "question": "Who?"}, "white space"),
        ({"id": True, "question": "Who?"}, "id is missing or is no string"),
        ({"id": "b", "question": " "}, "question is missing or empty"),
        ({"id": "b", "question": 3}, "question is no string"),
        ({"id": "a", "question": "Again?"}, "'a' was given on line 1"),
        ({"id": "b", "question": "Who?", "asked_at": "yesterday"}, "asked_at 'yesterday' is not an ISO 8601"),
        ({"id": "b", "question": "Who?", "answerable": "yes"}, "answerable is neither true nor false"),
        ({"id": "b", "question": "Who?", "answers": "one"}, "answers is no list"),
        ({"id": "b", "question": "Who?", "answers": {"gold": "one"}}, "answers.gold is no list"),
        ({"id": "b", "question": "Who?", "outcome": "maybe"}, "outcome 'maybe'"),
        ({"id": "b", "question": "Who?", "support": ["x"]}, "support is no list of objects"),
        ({"id": "b", "question": "Who?", "claims": [{}]}, "claims: value is missing"),
        ({"id": "b", "question": "Who?", "copies": []}, "copies is no object"),
        ({"id": "b", "question": "Who?", "copies": {"independent_sources": "1"}}, "no whole number"),
    ],
)
def test_a_wrong_topic_is_refused_by_file_and_line(tmp_path: Path, row: Any, reason: str) -> None:
    path = _topics(tmp_path, {"id": "a", "question": "Who?"}, row)
    with pytest.raises(GoldRefused) as refused:
        read_topics(path)
    assert str(refused.value).startswith(f"{path}:2: ")
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("a 0 x", "has 3 fields"),
        ("a 0 x y 1", "has 5 fields"),
        ("a 0 x 1.5", "'1.5' is not a whole number"),
        ("a 0 w 2", "grades 'w' 2 after 1"),
    ],
)
def test_a_wrong_judgment_is_refused_by_file_and_line(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "qrels.txt"
    path.write_text(f"a 0 w 1\n{line}\n", encoding="utf-8")
    with pytest.raises(GoldRefused, match=r"qrels\.txt:2: ") as refused:
        read_qrels(path)
    assert reason in str(refused.value)


def test_judgments_below_the_lowest_grade_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "qrels.txt"
    path.write_text("a 0 x 2\na 0 y 1\nb 0 x 1\nc 0 x 0\nd 0 x -1\n\na 0 x 2\n", encoding="utf-8")
    assert read_qrels(path) == {"a": {"x": 2, "y": 1}, "b": {"x": 1}}
    assert read_qrels(path, min_rel=2) == {"a": {"x": 2}}


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe"])
def test_empty_and_undecodable_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "gold"
    path.write_bytes(content)
    for read in (read_topics, read_qrels):
        with pytest.raises(EvalError, match="gold: "):
            read(path)
        with pytest.raises(EvalError, match="No such file"):
            read(tmp_path / "absent")


def test_support_makes_judgments() -> None:
    topics = [Topic(id="a", line=1, question="Who?", support=("x", "y")), Topic(id="b", line=2, question="Who?")]
    assert support_qrels(topics) == {"a": {"x": 1, "y": 1}}


@pytest.mark.parametrize(
    ("moment", "days", "moved"),
    [
        ("2023-10-02", 365, "2024-10-01"),
        ("2024-03-01", -1, "2024-02-29"),
        ("2023-10-02T14:05+04:00", 1, "2023-10-03T14:05:00+04:00"),
        ("2023-02", 1, "2023-03-01"),
        ("2023", -365, "2022-12-31"),
    ],
)
def test_asked_at_is_moved_by_days(moment: str, days: int, moved: str) -> None:
    assert shift(moment, days) == moved
    assert AskedAt.parse(f"{days:+d}").of(Topic(id="a", line=1, question="?", asked_at=moment)) == moved


def test_asked_at_is_passed_or_not() -> None:
    topic = Topic(id="a", line=1, question="?", asked_at="2023-10-02")
    assert AskedAt.parse("topic").of(topic) == "2023-10-02"
    assert AskedAt.parse("none").of(topic) is None
    assert AskedAt.parse("+1").of(Topic(id="a", line=1, question="?")) is None
    with pytest.raises(EvalError, match="leaves the calendar"):
        shift("9999-12-31", 1)
    for wrong in ("365", "+", "+1.5", "never", ""):
        with pytest.raises(ValueError, match="none of: topic"):
            AskedAt.parse(wrong)


def test_run_lines_decrease_strictly_and_hold_an_article_once() -> None:
    lines = run_lines("q", [("a", 0.5), ("b", 0.5), ("a", 0.4), ("c", 0.4999999), ("d", 7.0), ("e", -3.0)])
    fields = [line.split() for line in lines]
    assert [f[2] for f in fields] == ["a", "b", "c", "d", "e"]
    assert [f[3] for f in fields] == ["1", "2", "3", "4", "5"]
    scores = [float(f[4]) for f in fields]
    assert all(left > right for left, right in pairwise(scores))
    assert scores[-1] == -3.0
    assert len(run_lines("q", ((str(n), 1.0) for n in range(500)))) == 100
    with pytest.raises(EvalError, match="white space"):
        run_lines("q", [("a b", 1.0)])


def test_damaged_outputs_are_refused_by_file_and_line(tmp_path: Path) -> None:
    run, answers = tmp_path / "run.txt", tmp_path / "answers.jsonl"
    run.write_text("q Q0 a 1 0.5 t\nq Q0 b 2 high t\n", encoding="utf-8")
    answers.write_text('{"id": "a"}\n', encoding="utf-8")
    with pytest.raises(GoldRefused, match=r"run\.txt:2"):
        read_run(run)
    with pytest.raises(GoldRefused, match=r"answers\.jsonl:1"):
        read_answers(answers)


def test_matching_is_by_whole_words() -> None:
    assert usable(["Yes", "42", "“Squid Game”", "all of the above", "1,200"]) == ("squid game", "1 200")
    assert holds("They watched Squid\nGame, again.", ["squid game"])
    assert not holds("Squid Games", ["squid game"])
    assert holds_all(["It was 3,559 people.", "Путин"], ["3,559", "путин"])
    assert not holds_all(["one", "two"], ["one two"])


def test_differing_answers_are_told_apart_by_their_words_not_by_spelling() -> None:
    assert holds_all(
        ["Zoltán Korda made it, a play in Wulfsige’s farm"], ["Zoltan Korda", "The play", "Wulfsige's farm"]
    )
    assert holds_all(["There were 3,046 in Manvel."], ["3,046 people"])
    assert not holds_all(["There were 3,046 in Manvel."], ["3,045 people", "3,046"])
    assert not holds_all(["people came"], ["the people of Rome"])


def test_settings_are_read_from_toml_and_json(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("model = 'm'\n", encoding="utf-8")
    (tmp_path / "a.json").write_text('{"model": "m"}', encoding="utf-8")
    (tmp_path / "b.json").write_text("[1]", encoding="utf-8")
    assert read_config(None) == {}
    assert read_config(tmp_path / "a.toml") == read_config(tmp_path / "a.json") == {"model": "m"}
    for wrong in ("b.json", "absent.toml"):
        with pytest.raises(EvalError, match=wrong):
            read_config(tmp_path / wrong)


def test_a_wrong_ranking_option_is_named_with_its_table() -> None:
    outer = Outer(inner=Inner())
    assert known(outer, {"inner": {"weight": 0.5}}, "ranking") == {"inner": {"weight": 0.5}}
    for wrong, reason in (
        ({"surprise": 1}, "ranking has no option surprise"),
        ({"inner": {"surprise": 1}}, "ranking.inner has no option surprise"),
        ({"inner": 3}, "ranking.inner is no table"),
        (3, "ranking is no table"),
    ):
        with pytest.raises(EvalError, match=reason):
            known(outer, wrong, "ranking")


@dataclass(frozen=True, kw_only=True)
class Inner:
    weight: float = 0.1


@dataclass(frozen=True, kw_only=True)
class Outer:
    inner: Inner
