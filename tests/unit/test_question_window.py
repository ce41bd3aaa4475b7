"""Which days a question is about: as its words say, as the caller says instead, or none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal

import pytest

from qa_service.question import GivenWindow, Mode, Question
from qa_service.question_time import TimeWindow, read_time
from qa_service.question_window import question_windows

ASKED = datetime(2023, 10, 18, 12, tzinfo=UTC)
TEXT = "What burned last month?"


def window(
    time: GivenWindow | Literal["read", "off"], *, text: str = TEXT, asked_at: datetime = ASKED
) -> TimeWindow | None:
    found = question_windows(Question(text=text, asked_at=asked_at, asked_at_given=True, time=time))
    return found[0] if found else None


def given(start: str | None, end: str | None, mode: Mode) -> GivenWindow:
    days = [None if day is None else date.fromisoformat(day) for day in (start, end)]
    return GivenWindow(start=days[0], end=days[1], mode=mode)


def test_time_is_read_from_the_words_unless_told_otherwise() -> None:
    assert window("read") == read_time(TEXT, ASKED)
    assert window("read", text="What burned?") is None


def test_off_reads_no_time() -> None:
    assert window("off") is None


def test_a_window_given_stands_for_the_one_named_and_has_no_expression() -> None:
    assert window(given("2020-01-01", "2020-03-31", "inside")) == TimeWindow(
        start=date(2020, 1, 1), end=date(2020, 3, 31), expression=None, mode="inside", span=(0, 0), relative=False
    )


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (given("2020-01-01", None, "from"), "What burned since 2020?"),
        (given("2030-01-01", None, "from"), "What burns after 2029?"),
        (given(None, "2020-12-31", "up_to"), "What burned by 2020?"),
        (given(None, None, "newest"), "What burned recently?"),
    ],
)
def test_an_end_left_open_is_as_the_words_would_have_been_read(time: GivenWindow, text: str) -> None:
    ours, theirs = window(time, text=text), read_time(text, ASKED)
    assert ours is not None
    assert theirs is not None
    assert (ours.start, ours.end, ours.mode) == (theirs.start, theirs.end, theirs.mode)


def test_the_newest_of_an_earlier_day() -> None:
    ours = window(given(None, "2022-05-10", "newest"))
    assert ours is not None
    assert (ours.start, ours.end, ours.mode) == (None, date(2022, 5, 10), "newest")


def test_today_is_the_day_where_it_is_asked() -> None:
    late = datetime(2023, 10, 18, 23, 30, tzinfo=timezone(timedelta(hours=-5)))  # the 19th in UTC
    ours = window(given(None, None, "newest"), asked_at=late)
    assert ours is not None
    assert ours.end == date(2023, 10, 18)
