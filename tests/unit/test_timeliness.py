"""How well a date fits a question's time: within [0, 1], falling with distance, neutral where nothing is known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import date_interval
from index.view import UNDATED
from qa_service.question_time import Mode, TimeWindow, read_time
from qa_service.timeliness import TimelinessOptions, present_fit, window_fit

OPTIONS = TimelinessOptions()
ASKED = datetime(2023, 10, 2, 12, tzinfo=UTC)
MODES: tuple[Mode, ...] = ("inside", "up_to", "from", "newest")


def columns(*dates: str | None) -> tuple[np.ndarray, np.ndarray]:
    """Published intervals as the view holds them."""
    pairs = [(UNDATED, UNDATED) if one is None else date_interval(one) for one in dates]
    start, end = np.array(pairs, np.int64).reshape(-1, 2).T
    return start, end


def window(start: str | None, end: str | None, mode: Mode = "inside") -> TimeWindow:
    days = [None if day is None else date.fromisoformat(day) for day in (start, end)]
    return TimeWindow(start=days[0], end=days[1], expression="then", mode=mode, span=(0, 4), relative=False)


def fit(named: TimeWindow, *dates: str | None, asked_at: datetime = ASKED) -> list[float]:
    return window_fit(*columns(*dates), named, asked_at, OPTIONS).tolist()


def present(*dates: str | None, asked_at: datetime = ASKED, days: float = OPTIONS.recency_days) -> list[float]:
    return present_fit(*columns(*dates), asked_at, days, OPTIONS.undated).tolist()


days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.builds(lambda day, zone: datetime(day.year, day.month, day.day, 12, tzinfo=zone), days, offsets)
windows = st.builds(
    lambda a, b, ends, mode: TimeWindow(
        start=min(a, b) if ends != "end" else None,
        end=max(a, b) if ends != "start" else None,
        expression="then",
        mode=mode,
        span=(0, 4),
        relative=False,
    ),
    days,
    days,
    st.sampled_from(["both", "start", "end"]),
    st.sampled_from(MODES),
)


@given(named=windows, published=st.lists(days, max_size=8), asked_at=moments)
def test_fit_lies_between_0_and_1(named: TimeWindow, published: list[date], asked_at: datetime) -> None:
    dates = [None, *(day.isoformat() for day in published)]
    for fits in (fit(named, *dates, asked_at=asked_at), present(*dates, asked_at=asked_at)):
        assert len(fits) == len(dates)
        assert all(0 <= one <= 1 for one in fits)
        assert fits[0] == OPTIONS.undated


@given(asked_at=moments, ages=st.lists(st.integers(0, 4000), min_size=2, max_size=10, unique=True))
def test_older_fits_the_present_less(asked_at: datetime, ages: list[int]) -> None:
    ages.sort()
    fits = present(*((asked_at.date() - timedelta(days=age)).isoformat() for age in ages), asked_at=asked_at)
    assert fits == sorted(fits, reverse=True)


@given(
    asked_at=moments,
    mode=st.sampled_from(MODES),
    steps=st.lists(st.integers(0, 3000), min_size=2, max_size=10, unique=True),
    side=st.sampled_from([-1, 1]),
)
def test_fit_never_rises_with_the_distance_from_a_past_window(
    asked_at: datetime, mode: Mode, steps: list[int], side: int
) -> None:
    first = asked_at.date() - timedelta(days=4000)
    last = first + timedelta(days=29)
    named = TimeWindow(start=first, end=last, expression="then", mode=mode, span=(0, 4), relative=False)
    edge = first if side < 0 and mode != "newest" else last
    dates = [(edge + timedelta(days=side * step)).isoformat() for step in sorted(steps)]
    fits = fit(named, *dates, asked_at=asked_at)
    assert fits == sorted(fits, reverse=True)


def test_days_within_a_window_fit_fully_and_those_far_off_hardly() -> None:
    september = window("2023-09-01", "2023-09-30")
    assert fit(september, "2023-09-01", "2023-09-15", "2023-09-30", "2023-09") == [1, 1, 1, 1]
    before, near, far = fit(september, "2023-08-20", "2023-08-01", "2019-01-01")
    assert 1 > before > near > far
    assert far < 0.01


def test_events_are_still_reported_shortly_after_their_window() -> None:
    inside = window("2023-09-01", "2023-09-30")
    after, mirrored = fit(inside, "2023-10-04", "2023-08-28", asked_at=ASKED + timedelta(days=30))
    assert after == 1.0
    assert after > mirrored


def test_a_single_day_is_reported_that_day_and_the_next_ones_only() -> None:
    tuesday = window("2023-09-19", "2023-09-19")
    same, next_day, week_later = fit(tuesday, "2023-09-19", "2023-09-20", "2023-09-26")
    assert same == next_day == 1.0
    assert week_later < 0.4


@pytest.mark.parametrize("named", [None, window("2023-09-01", "2023-10-02"), window(None, "2023-10-02", "newest")])
def test_what_was_published_after_asking_cannot_have_been_meant(named: TimeWindow | None) -> None:
    asked_at = datetime(2023, 10, 2, 23, 59, 59, tzinfo=UTC)
    dates = ("2023-10-02", "2023-10-03")
    known, later = present(*dates, asked_at=asked_at) if named is None else fit(named, *dates, asked_at=asked_at)
    assert 0.4 < later <= OPTIONS.later < known


def test_todays_paper_is_known_wherever_it_is_read() -> None:
    for zone in (timezone(timedelta(hours=hours)) for hours in (-11, 0, 9, 14)):
        morning = datetime(2023, 10, 2, 8, tzinfo=zone)
        assert present("2023-10-02", asked_at=morning)[0] > 0.9


def test_a_date_that_covers_part_of_the_window_fits() -> None:
    assert fit(window("2023-09-10", "2023-09-12"), "2023", "2023-09", "2023-09-12T08:00+02:00") == [1, 1, 1]


def test_a_bound_is_open_on_its_other_side() -> None:
    up_to = window(None, "2020-12-31", "up_to")
    assert fit(up_to, "1995-05-05", "2020-12-31")[:2] == [1, 1]
    assert fit(up_to, "2023-06-01")[0] < 0.1
    since = window("2020-01-01", None, "from")
    assert fit(since, "2020-01-01", "2023-10-01") == [1, 1]
    assert fit(since, "2017-06-01")[0] < 0.1


def test_the_newest_is_what_lies_nearest_to_asking() -> None:
    new, month, year = fit(window(None, "2023-10-02", "newest"), "2023-10-01", "2023-09-01", "2022-10-01")
    assert new > month > year
    assert new > 0.9


def test_the_newest_of_an_earlier_day_is_what_lies_nearest_to_that_day() -> None:
    then, before, later = fit(window(None, "2022-05-10", "newest"), "2022-05-09", "2022-04-01", "2023-10-01")
    assert then > before > later
    assert then > 0.9


def test_a_longer_window_is_blurrier() -> None:
    off_day = fit(window("2020-09-10", "2020-09-10"), "2020-11-10")[0]
    off_year = fit(window("2020-01-01", "2020-12-31"), "2021-03-09")[0]
    assert off_year > off_day


@pytest.mark.parametrize("mode", ["inside", "from"])
def test_what_is_yet_to_come_was_announced_before(mode: Mode) -> None:
    """Articles dated inside a future window are not there to be found; those nearest to asking announce it."""
    ahead = window("2023-11-01", "2023-11-30", mode)
    recent, old = fit(ahead, "2023-10-01", "2022-10-01")
    assert recent > 0.9
    assert old < recent / 10


@pytest.mark.parametrize("dates", [(), (None,), (None, None)])
def test_no_dates_at_all(dates: tuple[None, ...]) -> None:
    expected = [OPTIONS.undated] * len(dates)
    assert present(*dates) == fit(window("2023-09-01", "2023-09-30"), *dates) == expected


def test_undated_is_neither_favoured_nor_hidden() -> None:
    undated, best, worst = fit(window("2023-09-01", "2023-09-30"), None, "2023-09-10", "2001-01-01")
    assert worst < undated < best


def test_one_moment_written_with_other_offsets_gives_the_same_fit_to_the_present() -> None:
    here = present("2023-09-20", "2023-10-02", "2023-10-05", asked_at=ASKED)
    for hours in (-11, -4, 4, 14):
        there = ASKED.astimezone(timezone(timedelta(hours=hours)))
        assert present("2023-09-20", "2023-10-02", "2023-10-05", asked_at=there) == pytest.approx(here)


def test_a_windows_days_are_those_of_the_askers_clock() -> None:
    """19:00 UTC on 1 October is already 2 October in Tokyo."""
    tokyo, named = timezone(timedelta(hours=9)), window("2023-10-02", "2023-10-02")
    late = "2023-10-01T19:00+00:00"
    assert fit(named, late, asked_at=datetime(2023, 10, 5, tzinfo=tokyo))[0] == 1.0
    assert fit(named, late, asked_at=datetime(2023, 10, 5, tzinfo=UTC))[0] < 1.0


def test_yesterday_is_read_and_fitted_from_the_askers_own_day() -> None:
    yerevan = timezone(timedelta(hours=4))
    asked_at = datetime(2023, 10, 2, 1, tzinfo=yerevan)  # still 1 October in UTC
    named = read_time("What happened yesterday?", asked_at)
    assert named is not None
    assert named.start == named.end == date(2023, 10, 1)
    assert fit(named, "2023-10-01T12:00+04:00", asked_at=asked_at) == [1.0]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00"])
@pytest.mark.parametrize("mode", MODES)
def test_the_calendars_ends_are_no_failure(moment: str, mode: Mode) -> None:
    asked_at = datetime.fromisoformat(moment)
    day = asked_at.date().isoformat()
    fits = fit(window(day, day, mode), "2023-10-02", None, day, asked_at=asked_at)
    assert all(0 <= one <= 1 for one in fits)
    assert fits[2] > 0.5
