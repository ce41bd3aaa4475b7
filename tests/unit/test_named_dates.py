"""The days that a passage names, which of them are background, and how they fit a question's window."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.named_dates import AgreementOptions, agreed_fit, named_dates, named_fit
from qa_service.question_time import TimeWindow, read_time

WEDNESDAY = date(2023, 10, 18)
OPTIONS = AgreementOptions()

# The words in square brackets; then the first and last day of each, with ~ before what is background.
NAMED = """
The bridge fell on [2 October 2023].                            | 2023-10-02
The bridge fell on [October 2nd, 2023], the port said.          | 2023-10-02
The bridge fell on [Oct. 2, 2023].                              | 2023-10-02
The bridge fell on the [2nd of October 2023].                   | 2023-10-02
The bridge fell ([2023-10-02]).                                 | 2023-10-02
The bridge fell in [October 2023].                              | 2023-10-01..2023-10-31
The bridge fell in [May].                                       | 2023-05-01..2023-05-31
The bridge fell on [26 September].                              | 2023-09-26
The bridge will open on [4 January].                            | 2024-01-04
The bridge fell in [1998].                                      | 1998-01-01..1998-12-31
The bridge fell on [Monday].                                    | 2023-10-16
The bridge fell on [Wednesday].                                 | 2023-10-18
[Friday]'s storm broke the bridge.                              | 2023-10-13
The bridge will open next [Monday].                             | 2023-10-23
The bridge fell [yesterday], and [today] a boat sank.           | 2023-10-17 2023-10-18
The bridge fell [last week].                                    | 2023-10-09..2023-10-15
The bridge fell [last year].                                    | ~2022-01-01..2022-12-31
The war of [2020] ended on [10 November].                       | 2020-01-01..2020-12-31 2020-11-10
It fell on [Monday]. The old one fell in [March 1999].          | 2023-10-16 ~1999-03-01..1999-03-31
It fell on [Monday], the first to do so since [2021].           | 2023-10-16 ~2021-01-01..2021-12-31
Turnout was lower than in [2019], at 51 per cent.               | ~2019-01-01..2019-12-31
Between [3 May] and [9 May] it rained.                          | 2023-05-03 2023-05-09
May said that 2,020 units and 2019 people had to march.         |
Room 2012a in the March of the Living, at least 1900 crowns.    |
Ann August spoke. At 19:45 the ship sank near Mondayville.      |
They fled on 31 June.                                           |
"""


def cases() -> list[tuple[str, str]]:
    return [tuple(map(str.strip, line.split("|"))) for line in NAMED.strip().splitlines()]  # pyright: ignore[reportReturnType]


def read(text: str, published: date | None = WEDNESDAY) -> list[tuple[str, str]]:
    shown: list[tuple[str, str]] = []
    for one in named_dates(text, published):
        first, last = one.days.start.isoformat(), one.days.end.isoformat()
        days = first if first == last else f"{first}..{last}"
        shown.append((text[slice(*one.span)], ("~" if one.background else "") + days))
    return shown


@pytest.mark.parametrize(("marked", "expected"), cases())
def test_reads_the_days_that_a_text_names(marked: str, expected: str) -> None:
    text = marked.replace("[", "").replace("]", "")
    words = [part.partition("]")[0] for part in marked.split("[")[1:]]
    want = [days if "last year" not in marked else days.lstrip("~") for days in expected.split()]
    assert read(text) == list(zip(words, want, strict=True))


def test_without_a_published_date_only_what_stands_absolutely_is_read() -> None:
    text = "On Monday, 26 September, yesterday and in March it rained; in June 2024 and 2021 it did not."
    assert read(text, None) == [("June 2024", "2024-06-01..2024-06-30"), ("2021", "2021-01-01..2021-12-31")]


def test_a_retrospective_tells_of_the_past_and_is_no_background() -> None:
    text = "In March 2011 the gallery fell. By 5 June 2011 all were found."
    assert [one.background for one in named_dates(text, WEDNESDAY)] == [False, False]
    beside = f"{text} The mine opened again on Tuesday."
    assert [one.background for one in named_dates(beside, WEDNESDAY)] == [True, True, False]


def window(question: str) -> TimeWindow:
    found = read_time(question, datetime(2026, 11, 24, tzinfo=UTC))
    assert found is not None
    return found


def fits(question: str, *texts: str, published: date | None = WEDNESDAY) -> list[float]:
    return named_fit([named_dates(text, published) for text in texts], window(question)).tolist()


def test_a_passage_fits_by_the_best_of_its_days() -> None:
    inside, near, far = fits(
        "Who fled in September 2023?", "On 20 September and in 1994 they fled.", "They fled on 5 October.", "In 2001."
    )
    assert inside == 1.0
    assert 0.3 < near < 1.0
    assert far < 0.01


def test_the_year_that_holds_a_window_fits_nearly() -> None:
    assert fits("Who fled in September 2020?", "The war of 2020 was short.") == [OPTIONS.coarse]
    assert fits("Who fled in 2020?", "They fled in September 2020.") == [1.0]


def test_a_background_mention_does_not_count_like_the_event() -> None:
    told, mentioned = fits(
        "Who won the 2020 war?", "The war of 2020 was short.", "They fled on Monday. The war of 2020 was short."
    )
    assert mentioned == OPTIONS.background * told


def test_a_passage_without_a_day_is_neutral() -> None:
    assert np.isnan(fits("Who fled in 2020?", "They fled.")).all()
    published = np.array([0.8, 0.1])
    same = agreed_fit(published, np.array([np.nan, np.nan]), np.array([False, True]))
    assert same.tolist() == published.tolist()


def test_a_passage_that_tells_of_the_window_is_found_whenever_it_was_published() -> None:
    """In turn: on time, a retrospective, one with a mere mention, an undated one, and the wrong time altogether."""
    published, named = np.array([1.0, 0.0, 0.0, 0.3, 0.0]), np.array([1.0, 1.0, 0.4, 1.0, 0.0])
    undated = np.array([False, False, False, True, False])
    on_time, retrospective, mention, told_undated, wrong = agreed_fit(published, named, undated).tolist()
    assert on_time == 1.0
    assert on_time > retrospective == OPTIONS.told > told_undated == OPTIONS.told_undated > mention > wrong == 0.0


def test_a_passage_of_the_right_time_that_speaks_of_another_loses_what_the_options_say() -> None:
    published, named, undated = np.ones(2), np.array([0.0, 1.0]), np.zeros(2, np.bool_)
    assert agreed_fit(published, named, undated).tolist() == [1.0, 1.0]
    assert agreed_fit(published, named, undated, AgreementOptions(astray=0.4)).tolist() == [0.6, 1.0]


@given(
    st.one_of(
        st.text(),
        st.lists(
            st.sampled_from(
                "31 May 2020 on in since Monday's yesterday last week 2020-13-45 9999 0 Feb . , of Sept. - Jun 30 the"
                " than March next İ \u00a0 \n".split(" ")
            ),
            max_size=20,
        ).map(" ".join),
    ),
    st.one_of(st.none(), st.dates()),
)
def test_any_text_gives_sound_days(text: str, published: date | None) -> None:
    before = 0
    for one in named_dates(text, published):
        assert before <= one.span[0] < one.span[1] <= len(text)
        assert one.days.start <= one.days.end
        before = one.span[1]
        assert 0 <= named_fit([[one]], window("Who fled in 2020?"))[0] <= 1


def test_sixty_passages_take_milliseconds() -> None:
    sentence = "The port said on Monday that {} lorries had crossed since 12 March 2023, and Ann agreed with Thomas. "
    texts = [(sentence.format(n) + "Nobody else who had been there would tell what he had seen that night. " * 12)[:1000]
             for n in range(60)]  # fmt: skip
    best = min(_seconds(texts, round_) for round_ in range(5))
    assert best < 0.02  # measured: under 3 ms on a slow core


def _seconds(texts: list[str], round_: int) -> float:
    fresh = [f"{round_}{text}" for text in texts]
    begun = time.perf_counter()
    for text in fresh:
        named_dates(text, WEDNESDAY)
    return time.perf_counter() - begun
