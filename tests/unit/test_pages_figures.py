"""Time as a picture: geometry that stays inside, bins that cover every day, counts that add up, and the page with both."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from qa_service.answer import to_json
from qa_service.http.app import create_app
from qa_service.http.pages.axis import LEFT, RIGHT, Bin, axis_over
from qa_service.http.pages.histogram import BASE, MOST_BINS, TOP, histogram
from qa_service.http.pages.timeline import MOST_MARKS, MOST_ROWS, timeline
from qa_service.http.pages.view_state import ViewState
from qa_service.http.testing import FakeService
from qa_service.matching import Matching

DAYS = st.dates()


def state(**fields: str) -> ViewState:
    return ViewState(pairs=(("q", "bridge"), *fields.items()))


def member(n: int, published: str | None, **fields: Any) -> dict[str, Any]:
    given = {
        "article_id": f"a/{n}",
        "version": 1,
        "title": f"Headline {n}",
        "source": f"Outlet {n}",
        "url": None,
        "published": {"date": published, "precision": "day", "provenance": "metadata", "inferred": None},
        "copies": [],
        "versions": 1,
        "notice": None,
    }
    return given | fields


# -- axis ------------------------------------------------------------------------------------------------------------


@given(DAYS, DAYS, st.integers(2, 60), st.integers(1, 9))
def test_bins_cover_every_day_once_and_ticks_go_up(one: date, other: date, most: int, least: int) -> None:
    first, last = min(one, other), max(one, other)
    axis = axis_over(first, last, most=most, least=min(least, most))
    assert 1 <= len(axis.bins) <= most
    assert axis.bins[0].first <= first
    assert axis.bins[-1].last >= last
    for before, after in zip(axis.bins, axis.bins[1:], strict=False):
        assert after.first == before.last + timedelta(days=1)
    assert all(axis.bins[axis.place(day)].first <= day <= axis.bins[axis.place(day)].last for day in (first, last))
    assert LEFT <= axis.x(first) <= axis.x(last) <= RIGHT
    places = [tick.x for tick in axis.ticks()]
    assert places == sorted(set(places))
    assert 1 <= len(places) <= 4
    assert all(0 <= x <= 100 for x in places)
    assert all(tick.label for tick in axis.ticks())


@pytest.mark.parametrize(
    ("first", "last", "steps", "bins"),
    [
        ("2023-10-02", "2023-10-02", "by day", 1),
        ("2023-10-02", "2023-10-21", "by day", 20),
        ("2023-10-02", "2023-12-31", "by week", 13),
        ("2023-01-15", "2023-12-31", "by month", 12),
        ("2019-01-15", "2023-12-31", "by quarter", 20),
        ("2004-06-01", "2023-12-31", "by year", 20),
        ("1850-06-01", "2023-12-31", "in steps of 10 years", 18),
    ],
)
def test_the_finest_step_that_fits_is_taken(first: str, last: str, steps: str, bins: int) -> None:
    axis = axis_over(date.fromisoformat(first), date.fromisoformat(last), most=20)
    assert (axis.steps, len(axis.bins)) == (steps, bins)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2023-10-02", "2023-10-02", "2 October 2023"),
        ("2023-10-02", "2023-10-08", "2 to 8 October 2023"),
        ("2023-10-30", "2023-11-05", "30 October to 5 November 2023"),
        ("2023-12-30", "2024-01-05", "30 December 2023 to 5 January 2024"),
        ("2023-02-01", "2023-02-28", "February 2023"),
        ("2023-01-01", "2023-03-31", "January to March 2023"),
        ("2023-10-01", "2024-03-31", "October 2023 to March 2024"),
        ("2023-01-01", "2023-12-31", "2023"),
        ("2000-01-01", "2009-12-31", "2000 to 2009"),
    ],
)
def test_a_bin_says_its_days(first: str, last: str, words: str) -> None:
    assert Bin(first=date.fromisoformat(first), last=date.fromisoformat(last)).words == words


def test_a_year_is_said_once() -> None:
    ticks = axis_over(date(2023, 10, 2), date(2023, 10, 5), most=20).ticks()
    assert [(tick.label, tick.year) for tick in ticks] == [
        ("2 Oct", "2023"),
        ("3 Oct", ""),
        ("4 Oct", ""),
        ("5 Oct", ""),
    ]


# -- histogram -------------------------------------------------------------------------------------------------------


@given(st.dictionaries(DAYS, st.integers(1, 400), min_size=2, max_size=50), st.integers(0, 9))
def test_every_article_is_in_one_bar_inside_the_picture(days: dict[date, int], undated: int) -> None:
    drawn = histogram(Matching(days=tuple(sorted(days.items())), undated=undated), state())
    assert drawn is not None
    assert sum(bar.count for bar in drawn.bars) == sum(days.values()) == drawn.articles - undated
    assert len(drawn.bars) <= MOST_BINS
    for bar in drawn.bars:
        assert LEFT <= bar.x <= bar.inner[0]
        assert bar.inner[0] + bar.inner[1] <= RIGHT + 0.1
        assert TOP <= bar.y <= BASE
        assert bar.y + bar.height == BASE
        assert (bar.height > 0) == (bar.count > 0) == bool(bar.url)
        assert bar.kept


def test_a_bar_leads_to_its_days_and_keeps_all_else() -> None:
    matching = Matching(days=((date(2023, 9, 30), 2), (date(2023, 10, 2), 1)), undated=0)
    drawn = histogram(matching, state(sources="A&B", published_from="2023-10-01"))
    assert drawn is not None
    assert parse_qs(urlsplit(drawn.bars[drawn.axis.place(date(2023, 10, 2))].url).query) == {
        "q": ["bridge"],
        "sources": ["A&B"],
        "published_from": ["2023-10-02"],
        "published_to": ["2023-10-02"],
    }
    begun = drawn.axis.place(date(2023, 10, 1))
    assert [bar.kept for bar in drawn.bars] == [place >= begun for place in range(14)]
    assert drawn.chosen == (begun, 13)
    assert drawn.shaded is not None
    assert drawn.shaded[0] == drawn.axis.left(begun)
    assert sum(drawn.shaded) == pytest.approx(RIGHT, abs=0.05)
    assert "published_from" not in drawn.unfiltered


@given(DAYS, DAYS)
def test_a_filter_is_shaded_inside_the_picture(one: date, other: date) -> None:
    matching = Matching(days=((date(2021, 3, 4), 5), (date(2023, 10, 2), 1)), undated=0)
    first, last = min(one, other).isoformat(), max(one, other).isoformat()
    drawn = histogram(matching, state(published_from=first, published_to=last))
    assert drawn is not None
    assert drawn.shaded is not None
    left, width = drawn.shaded
    assert LEFT <= left <= RIGHT
    assert 0 <= width <= RIGHT - left + 0.01
    assert drawn.chosen[0] <= drawn.chosen[1]


def test_one_day_or_none_is_no_picture() -> None:
    assert histogram(Matching(days=(), undated=4), state()) is None
    assert histogram(Matching(days=((date(2023, 10, 2), 9),), undated=0), state()) is None


# -- timeline --------------------------------------------------------------------------------------------------------


@given(st.lists(st.one_of(st.none(), DAYS.map(str)), min_size=1, max_size=40), st.data())
def test_every_dated_article_is_counted_once_inside_the_picture(dates: list[str | None], data: st.DataObject) -> None:
    times = data.draw(st.sampled_from([1, 13]))
    articles = [member(n, published) for n, published in enumerate(dates * times)]
    drawn = timeline(articles, lit={"a/0"}, as_of=None)
    dated = sum(published is not None for published in dates) * times
    assert len(drawn.items) == len(articles)
    assert len(drawn.undated) == len(articles) - dated
    assert sum(column.count for column in drawn.columns) == dated
    if drawn.barred:
        assert dated > MOST_MARKS
        assert all(mark.item.lit for mark in drawn.marks)
    else:
        assert len(drawn.marks) + sum(column.more for column in drawn.columns) == dated
    for mark in drawn.marks:
        assert LEFT <= mark.x <= RIGHT
        assert 5 <= mark.y <= drawn.base - 5
    for column in drawn.columns:
        assert 12 <= column.label_y < column.top < drawn.base < drawn.height
        assert all(mark.y - 5 > column.label_y for mark in drawn.marks if mark.x == column.x)
    assert dates[0] is None or "a/0" in {mark.item.article_id for mark in drawn.marks}


def test_copies_of_one_text_stand_joined_in_order() -> None:
    copies = {0: [2, 3], 2: [0], 3: [0]}
    articles = [
        member(n, f"2023-10-02T1{n}:00Z", copies=[f"a/{other}" for other in copies.get(n, ())]) for n in range(4)
    ]
    drawn = timeline(articles, lit=(), as_of=None)
    marks = sorted(drawn.marks, key=lambda mark: -mark.y)
    assert [mark.item.article_id for mark in marks] == ["a/0", "a/2", "a/3", "a/1"]
    assert [mark.joined for mark in marks] == [False, True, True, False]
    assert [mark.item.carriers for mark in marks] == [3, 3, 3, 1]
    assert marks[0].item.told == "Outlet 0, 2 October 2023, 10:00 UTC: Headline 0 (same text in 3 articles)"


def test_sixty_copies_on_a_day_are_counted_and_those_shown_keep_their_marks() -> None:
    articles = [member(n, "2023-10-02", copies=[f"a/{other}" for other in range(60)]) for n in range(60)]
    articles[58] |= {"notice": "correction"}
    drawn = timeline(articles, lit={"a/59"}, as_of=None)
    assert not drawn.barred
    (column,) = drawn.columns
    assert (column.count, column.more, column.label) == (60, 60 - MOST_ROWS + 1, "×60")
    shown = {mark.item.article_id for mark in drawn.marks}
    assert len(shown) == MOST_ROWS - 1
    assert {"a/58", "a/59"} <= shown


def test_a_story_of_nothing_dated_is_a_list() -> None:
    drawn = timeline([member(1, None), member(2, None)], lit=(), as_of=None)
    assert drawn.axis is None
    assert [one.article_id for one in drawn.undated] == ["a/1", "a/2"]


def test_as_of_leads_to_the_version_of_then() -> None:
    articles = [member(1, "2023-10-02", version=2, versions=2)]
    assert timeline(articles, lit=(), as_of="2023-10-03").items[0].url.endswith("/articles/a%2F1?version=2")
    assert timeline(articles, lit=(), as_of=None).items[0].url.endswith("/articles/a%2F1")


# -- the page --------------------------------------------------------------------------------------------------------


class OneStory(FakeService):
    """All of it is one story, and its questions are counted."""

    asked = 0

    def ask(self, request: Any) -> Any:
        """The answer, its passages of story ``s1``."""
        type(self).asked += 1
        answer = super().ask(request)
        return replace(answer, passages=tuple(replace(one, story_id="s1") for one in answer.passages))


@pytest.fixture
def client() -> Generator[TestClient]:
    service = OneStory()
    OneStory.asked = 0
    service.ingest_records(
        [
            {
                "id": "a/1",
                "text": "the bridge reopened",
                "title": "<b>Open</b>",
                "source": "Courier",
                "date": "2023-10-02",
            },
            {"id": "a/2", "text": "the bridge was shut", "title": "Shut", "source": "Herald", "date": "2023-09-28"},
            {"id": "a/2", "text": "the bridge is shut", "title": "Shut", "source": "Herald", "date": "2023-09-28"},
            {"id": "a/3", "text": "a bridge stood", "title": "Stood", "source": "Gazette"},
        ]
    )
    with TestClient(create_app(service)) as made:
        yield made


def test_the_page_draws_both_and_asks_once(client: TestClient) -> None:
    page = client.get("/", params={"q": "the bridge", "top_k": 1}).text
    assert OneStory.asked == 1
    assert page.count('class="dot"') >= 2
    assert "Courier, 2 October 2023: &lt;b&gt;Open&lt;/b&gt;" in page
    assert "<b>Open" not in page
    assert "Herald, 28 September 2023: Shut (2 versions)" in page
    assert "3 articles by day, 28 September to 2 October 2023. 1 without a date." in page
    assert "Without a date:" in page
    assert "3 articles near the question by day" in page
    assert re.search(r'<svg class="drawn"[^>]*role="group"', page)
    assert " style=" not in page


def test_a_date_filter_is_shaded_and_can_be_cleared(client: TestClient) -> None:
    page = client.get("/", params={"q": "the bridge", "published_from": "2023-10-01"}).text
    assert '<rect class="shade"' in page
    assert '<a href="/?q=the+bridge">Clear the dates</a>' in page
    assert 'href="/?q=the+bridge&amp;published_from=2023-09-28&amp;published_to=2023-09-28"' in page
    assert "Clear the dates" not in client.get("/", params={"q": "the bridge"}).text


def test_a_story_tells_versions_in_json_too(client: TestClient) -> None:
    lines = {one["article_id"]: one for one in client.get("/v1/stories/s1").json()["articles"]}
    assert (lines["a/2"]["versions"], lines["a/2"]["notice"]) == (2, None)
    assert to_json(lines["a/3"]["published"])["date"] is None
