"""A caller's question: what is read from it, and that nothing wrong in it is passed over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from index.errors import InvalidRequest
from index.ports import Filters
from qa_service.given_time import time_from_words
from qa_service.question import GivenWindow, Mode, Question
from qa_service.request import MAX_QUESTION, SearchRequest, read_moment, read_request

NOW = datetime(2023, 10, 2, 12, tzinfo=UTC)


def read(**fields: Any) -> Question:
    return read_request({"question": "Who fled?", **fields}).to_question(NOW)


def wrong(**fields: Any) -> dict[str, str]:
    with pytest.raises(InvalidRequest) as caught:
        read(**fields)
    return dict(caught.value.fields)


def seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def test_a_question_alone() -> None:
    question = read()
    assert question.text == "Who fled?"
    assert (question.asked_at, question.asked_at_given) == (NOW, False)
    assert (question.top_k, question.min_confidence, question.as_of) == (5, None, None)
    assert question.filters == Filters()


def test_white_space_around_a_question_is_not_part_of_it() -> None:
    assert read(question="  Who fled?\n").text == "Who fled?"


@pytest.mark.parametrize("question", ["", " ", "\n\t", "?", "?!…", "—", "\u200b", "\u0301"])
def test_a_question_without_a_word_is_refused(question: str) -> None:
    assert wrong(question=question).keys() == {"question"}


@pytest.mark.parametrize("question", ["7", "é", "何", "Ով?", "a" * MAX_QUESTION, "🌉 a"])
def test_a_question_of_any_script_is_read(question: str) -> None:
    assert read(question=question).text == question


def test_an_over_long_question_says_how_long_it_may_be() -> None:
    complaint = wrong(question="a" * (MAX_QUESTION + 1))["question"]
    assert str(MAX_QUESTION) in complaint
    assert str(MAX_QUESTION + 1) in complaint


def test_half_a_character_is_no_text() -> None:
    """What a shell hands over when the bytes typed were not UTF-8."""
    assert wrong(question="Who fled \udcff?").keys() == {"question"}


@pytest.mark.parametrize(
    ("given", "read_as"),
    [
        ("2023-10-02", "2023-10-02T23:59:59+00:00"),
        ("2023-10", "2023-10-31T23:59:59+00:00"),
        ("2024-02", "2024-02-29T23:59:59+00:00"),
        ("2023", "2023-12-31T23:59:59+00:00"),
        ("2023-10-02T14:05", "2023-10-02T14:05:00+00:00"),
        ("2023-10-02T14:05Z", "2023-10-02T14:05:00+00:00"),
        ("2023-10-02 14:05", "2023-10-02T14:05:00+00:00"),
        ("2023-10-02T14:05+04:00", "2023-10-02T14:05:00+04:00"),
        ("2023-10-02T14:05:30-0500", "2023-10-02T14:05:30-05:00"),
        ("2023-10-02T14:05:30.25Z", "2023-10-02T14:05:30.250000+00:00"),
        ("9999-12-31", "9999-12-31T23:59:59+00:00"),
    ],
)
def test_asked_at(given: str, read_as: str) -> None:
    """A date alone means the end of that day; the offset given is kept, for "today" is a local day."""
    question = read(asked_at=given)
    assert question.asked_at_given
    assert question.asked_at.isoformat() == read_as


NO_DATES = [
    "",
    "yesterday",
    "2 October 2023",
    "02/10/2023",
    "2023-13-01",
    "2023-02-29",
    "2023-10-2",
    "20231002",
    "2023-W40-1",
    "2023-10-02T25:00",
    "2023-10-02T14:05+25:00",
    "2023-10-02T14",
    " 2023-10-02",
    "2023-10-02\n",
    "٢٠٢٣-10-02",
    "0000-01-01",
    "1696255500",
    "2023-10-02T14:05[Asia/Yerevan]",
]


@pytest.mark.parametrize("value", NO_DATES)
@pytest.mark.parametrize("field", ["asked_at", "as_of", "published_from", "published_to"])
def test_what_is_no_date_is_named_and_not_ignored(field: str, value: str) -> None:
    if field.startswith("published"):
        assert wrong(filters={field: value}).keys() == {f"filters.{field}"}
    else:
        assert wrong(**{field: value}).keys() == {field}


def test_all_that_is_wrong_is_named_at_once() -> None:
    found = wrong(question=" ", asked_at="soon", as_of="later", filters={"published_from": "x", "published_to": "y"})
    assert set(found) == {"question", "asked_at", "as_of", "filters.published_from", "filters.published_to"}


@pytest.mark.parametrize(
    ("first", "last", "start", "end"),
    [
        ("2023-09-01", "2023-09-30", "2023-09-01T00:00Z", "2023-10-01T00:00Z"),
        ("2023-09-19", "2023-09-19", "2023-09-19T00:00Z", "2023-09-20T00:00Z"),
        ("2023-09", "2023-09", "2023-09-01T00:00Z", "2023-10-01T00:00Z"),
        ("2023", "2023", "2023-01-01T00:00Z", "2024-01-01T00:00Z"),
        ("2023-09-19T13:00", "2023-09-19T13:00", "2023-09-19T13:00Z", "2023-09-19T13:00:01Z"),
        ("2023-09-19T13:00+04:00", "2023-09-19T13:00Z", "2023-09-19T09:00Z", "2023-09-19T13:00:01Z"),
    ],
)
def test_bounds_are_inclusive(first: str, last: str, start: str, end: str) -> None:
    filters = read(filters={"published_from": first, "published_to": last}).filters
    assert filters.published_from == seconds(start)
    assert filters.published_to == seconds(end)


def test_one_bound_may_stand_alone() -> None:
    assert read(filters={"published_from": "2023-09-01"}).filters.published_to is None
    assert read(filters={"published_to": "2023-09-01"}).filters.published_from is None


@pytest.mark.parametrize(
    ("first", "last"), [("2023-09-02", "2023-09-01"), ("2024", "2023"), ("2023-09-19T13:01", "2023-09-19T13:00")]
)
def test_bounds_the_wrong_way_round_are_refused(first: str, last: str) -> None:
    assert wrong(filters={"published_from": first, "published_to": last}).keys() == {"filters.published_to"}


@pytest.mark.parametrize(
    ("as_of", "moment"),
    [
        ("2023-09-19", "2023-09-19T23:59:59Z"),
        ("2023-09", "2023-09-30T23:59:59Z"),
        ("2023-09-19T13:00+04:00", "2023-09-19T09:00Z"),
    ],
)
def test_as_of_is_the_last_second_it_includes(as_of: str, moment: str) -> None:
    question = read(as_of=as_of)
    assert question.as_of == as_of
    assert question.filters.as_of == seconds(moment) == read_moment(as_of)
    assert not question.asked_at_given


def test_read_moment_refuses_and_passes_none() -> None:
    assert read_moment(None) is None
    with pytest.raises(InvalidRequest):
        read_moment("soon")


@pytest.mark.parametrize(
    ("given", "start", "end", "mode"),
    [
        ({"from": "2023-09-01", "to": "2023-09-30"}, "2023-09-01", "2023-09-30", "inside"),
        ({"from": "2023-09", "to": "2023-09"}, "2023-09-01", "2023-09-30", "inside"),
        ({"from": "2022", "to": "2024-02"}, "2022-01-01", "2024-02-29", "inside"),
        ({"from": "2023-09-19", "to": "2023-09-19"}, "2023-09-19", "2023-09-19", "inside"),
        ({"from": "2023-09"}, "2023-09-01", None, "from"),
        ({"to": "2023-09"}, None, "2023-09-30", "up_to"),
        ({"from": "2023-09", "to": None}, "2023-09-01", None, "from"),
        ({"from": "2023-09", "to": "2023-12", "mode": "from"}, "2023-09-01", "2023-12-31", "from"),
        ({"from": "2023-09", "mode": "inside"}, "2023-09-01", None, "inside"),
        ({"to": "2023-09", "mode": "newest"}, None, "2023-09-30", "newest"),
        ({"mode": "newest"}, None, None, "newest"),
        ({"from": "0001", "to": "9999"}, "0001-01-01", "9999-12-31", "inside"),
    ],
)
def test_a_time_given_is_whole_days(given: dict[str, Any], start: str | None, end: str | None, mode: Mode) -> None:
    time = read(time=given).time
    assert isinstance(time, GivenWindow)
    assert (time.start and time.start.isoformat(), time.end and time.end.isoformat(), time.mode) == (start, end, mode)


def test_time_is_read_unless_it_is_given_or_off() -> None:
    assert read().time == read(time=None).time == "read"
    assert read(time="off").time == "off"
    assert read(time={"mode": "newest"}).filters == Filters()


@pytest.mark.parametrize("value", [value for value in NO_DATES if value] + ["", "2023-09-19T13:00", "2023-09-19 13:00"])
@pytest.mark.parametrize("end", ["from", "to"])
def test_a_time_given_is_refused_by_the_field(value: str, end: str) -> None:
    assert wrong(time={end: value}).keys() == {f"time.{end}"}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "time"),
        ({"from": None}, "time"),
        ({"mode": "inside"}, "time"),
        ({"mode": "up_to", "from": "2023"}, "time.to"),
        ({"mode": "up_to", "from": "2022", "to": "2023"}, "time.from"),
        ({"mode": "from", "to": "2023"}, "time.from"),
        ({"mode": "newest", "from": "2023"}, "time.from"),
        ({"mode": "near", "from": "2023"}, "time.mode"),
        ({"from": "2024", "to": "2023"}, "time.to"),
        ({"from": 2023}, "time.from"),
        ({"start": "2023"}, "time.start"),
        ({"off": True}, "time.off"),
        ({"expression": "then", "from": "2023"}, "time.expression"),
        ("on", "time"),
        ("2023-09", "time"),
        ("", "time"),
        (True, "time"),
        (["off"], "time"),
    ],
)
def test_nonsense_as_a_time_is_named(given: Any, named: str) -> None:
    assert wrong(time=given).keys() == {named}


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ("off", "off"),
        ("newest", {"mode": "newest"}),
        ("2023-09", {"from": "2023-09", "to": "2023-09"}),
        ("2023-09-01..2023-09-30", {"from": "2023-09-01", "to": "2023-09-30"}),
        ("2023-09-01..", {"from": "2023-09-01"}),
        ("..2023-09-30", {"to": "2023-09-30"}),
        ("..", {}),
        ("", {"from": "", "to": ""}),
        ("soon", {"from": "soon", "to": "soon"}),
    ],
)
def test_a_time_in_words_of_the_command_line(words: str, field: Any) -> None:
    assert time_from_words(words) == field


def test_filters_are_carried_over() -> None:
    given = {"sources": ["Echo", "Courier"], "languages": ["en"], "tags": ["war"], "include_undated": True}
    assert read(filters=given).filters == Filters(
        sources=("Echo", "Courier"), languages=("en",), tags=("war",), include_undated=True
    )


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"topk": 3}, "topk"),
        ({"published_from": "2023-09-01"}, "published_from"),
        ({"filters": {"source": ["Echo"]}}, "filters.source"),
        ({"filters": {"from": "2023-09-01"}}, "filters.from"),
        ({"by": "article"}, "by"),
        ({"top_k": 0}, "top_k"),
        ({"top_k": 101}, "top_k"),
        ({"top_k": -1}, "top_k"),
        ({"top_k": 2.0}, "top_k"),
        ({"top_k": "5"}, "top_k"),
        ({"top_k": True}, "top_k"),
        ({"top_k": None}, "top_k"),
        ({"min_confidence": 1.01}, "min_confidence"),
        ({"min_confidence": -0.01}, "min_confidence"),
        ({"min_confidence": float("nan")}, "min_confidence"),
        ({"min_confidence": "high"}, "min_confidence"),
        ({"question": None}, "question"),
        ({"question": 7}, "question"),
        ({"question": ["Who?"]}, "question"),
        ({"asked_at": 1696255500}, "asked_at"),
        ({"filters": {"sources": "Echo"}}, "filters.sources"),
        ({"filters": {"sources": [None]}}, "filters.sources.0"),
        ({"filters": {"include_undated": "yes"}}, "filters.include_undated"),
        ({"filters": []}, "filters"),
    ],
)
def test_unknown_and_mistyped_fields_are_named(fields: dict[str, Any], named: str) -> None:
    assert wrong(**fields).keys() == {named}


def test_the_question_is_required() -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_request({})
    assert caught.value.fields.keys() == {"question"}


@pytest.mark.parametrize("top_k", [1, 5, 100])
def test_top_k_within_its_limits(top_k: int) -> None:
    assert read(top_k=top_k).top_k == top_k


@pytest.mark.parametrize("least", [0, 0.0, 0.5, 1, None])
def test_min_confidence_within_its_limits(least: float | None) -> None:
    assert read(min_confidence=least).min_confidence == least


def test_a_search_goes_deeper_and_names_what_it_lists() -> None:
    assert SearchRequest.model_validate({"question": "x"}).top_k == 10
    assert (
        SearchRequest.model_validate({"question": "x", "top_k": 1000, "by": "passage"}).to_question(NOW).top_k == 1000
    )
    for fields in ({"top_k": 1001}, {"by": "story"}, {"unknown": 1}):
        with pytest.raises(ValidationError):
            SearchRequest.model_validate({"question": "x", **fields})


def test_null_filters_are_as_if_not_given() -> None:
    filters = read(asked_at=None, as_of=None, filters={"published_from": None, "published_to": None}).filters
    assert filters == Filters()


def test_asked_at_hides_nothing() -> None:
    earlier = NOW - timedelta(days=4000)
    assert read(asked_at=earlier.isoformat()).filters == Filters()
