"""The page of what the archive holds, its JSON, its bars, and the suggestions that filters make of it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa_service.http.app import create_app
from qa_service.http.archive_shapes import EXAMPLE, ArchiveHoldings
from qa_service.http.pages.bars import HEIGHT, shares, time_bars
from qa_service.http.pages.known_names import known_names
from qa_service.http.testing import FakeService

STORED = [
    {"id": "a", "text": "The bridge.", "source": "Courier", "date": "2023-10-02", "language": "en", "tags": ["sea"]},
    {"id": "b", "text": "A bridge.", "source": "Courier", "date": "2023-12-02", "language": "fr", "tags": ["sea"]},
    {"id": "c", "text": "No bridge.", "source": "<b>Mail</b> & Sons"},
    {"id": "<i>d</i>", "text": " "},
]


def client(records: list[dict[str, Any]]) -> TestClient:
    service = FakeService()
    service.ingest_records(records)
    return TestClient(create_app(service))


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def test_the_archive_is_told_as_json() -> None:
    told = client(STORED).get("/v1/archive")
    ArchiveHoldings.model_validate(told.json())
    assert told.json() | {"refusals": []} == {
        "articles": 3,
        "passages": 3,
        "sequence": 3,
        "model": "words in common",
        "bytes": None,
        "distinct": {"sources": 2, "languages": 2, "tags": 1},
        "sources": [{"source": "Courier", "articles": 2}, {"source": "<b>Mail</b> & Sons", "articles": 1}],
        "without_source": 0,
        "languages": [{"language": "en", "articles": 1}, {"language": "fr", "articles": 1}],
        "without_language": 1,
        "tags": [{"tag": "sea", "articles": 2}],
        "months": [{"month": "2023-10", "articles": 1}, {"month": "2023-12", "articles": 1}],
        "dates": {"metadata": 2, "prefix": 0, "page": 0, "text": 0, "none": 1},
        "undated": 1,
        "earliest": "2023-10-02",
        "latest": "2023-12-02",
        "last_ingest": {"at": "2023-10-05T12:00:00Z", "versions_that_day": 3},
        "refused": 1,
        "refusals": [],
    }
    (refused,) = told.json()["refusals"]
    assert refused["input"] == refused["article_id"] == "<i>d</i>" and refused["reason"]


def test_the_example_is_of_its_shape_and_documented() -> None:
    ArchiveHoldings.model_validate(EXAMPLE)
    documented = client([]).get("/openapi.json").json()["paths"]["/v1/archive"]["get"]
    assert documented["responses"]["200"]["content"]["application/json"]["examples"]["one"]["value"] == EXAMPLE


def test_unknown_parameters_are_refused() -> None:
    assert client([]).get("/v1/archive?month=2023-10").status_code == 422


def test_the_page_shows_counts_dates_and_refusals() -> None:
    answer = client(STORED).get("/archive")
    assert answer.status_code == 200 and "script-src 'self'" in answer.headers["content-security-policy"]
    html, text = answer.text, words(answer.text)
    for said in (
        "3 articles from 2 outlets, published 2 October 2023 to 2 December 2023",
        "5 October 2023 12:00 UTC",
        "Courier 2 67%",
        "1 article without a language",
        "December 2023 1",
        "undated 1 33%",
        "Refused inputs 1",
    ):
        assert said in text, said
    assert "most in October 2023: 1" in html
    assert "<b>Mail" not in html and "<i>d" not in html, "names are no markup"
    assert " style=" not in html and "<style" not in html and "javascript:" not in html
    assert len(re.findall(r"<h1[ >]", html)) == 1


def test_an_empty_archive_says_how_to_fill_it() -> None:
    text = words(client([]).get("/archive").text)
    assert "Nothing yet" in text and "Last fed never" in text and "Refused inputs 0" in text
    assert "Articles by" not in text


def test_many_outlets_fold_away_behind_the_first_thirty() -> None:
    many = [{"id": f"n{n}", "text": "x", "source": f"Outlet {n:02}"} for n in range(45)]
    html = client(many).get("/archive").text
    shown, folded = html.split("and 15 more", 1)
    assert "Outlet 29" in shown and "Outlet 30" not in shown and "Outlet 44" in folded


def test_a_service_that_is_not_loaded_is_told_as_a_page() -> None:
    def never() -> FakeService:
        raise OSError("no disk")

    answer = TestClient(create_app(never)).get("/archive")
    assert answer.status_code == 503 and "text/html" in answer.headers["content-type"]


def test_months_become_bars_side_by_side_in_time() -> None:
    chart = time_bars([("2023-10", 4), ("2023-12", 1), ("2021", 9)], 1200)
    assert [(bar.period, bar.count) for bar in chart.bars] == [("2023-10", 4), ("2023-12", 1)]
    assert (chart.unit, chart.bars[0].x, chart.bars[1].x) == ("month", 0, 200), "a month of twelve takes 100"
    assert (chart.bars[0].height, chart.bars[0].y) == (HEIGHT, 0)
    assert chart.bars[1].height == HEIGHT / 4 and chart.bars[1].y + chart.bars[1].height == HEIGHT
    assert chart.highest == chart.bars[0]
    assert chart.ticks[0] == (0.0, "Oct 2023") and chart.ticks[2][1] == "Dec 2023"


def test_long_times_are_drawn_by_year() -> None:
    chart = time_bars([("1990-05", 1), ("2021", 9), ("2021-03", 1)], 960)
    assert chart.unit == "year"
    assert [(bar.period, bar.count) for bar in chart.bars] == [("1990", 1), ("2021", 10)]
    assert chart.bars[1].x == 31 * 30


@pytest.mark.parametrize("width", [340, 1120])
@pytest.mark.parametrize("months", [1, 5, 30, 100, 239, 300, 3000])
def test_labels_never_touch_and_bars_stay_inside(width: int, months: int) -> None:
    chart = time_bars([(f"{1700 + n // 12:04}-{n % 12 + 1:02}", n + 1) for n in range(months)], width)
    assert all(bar.x >= 0 and bar.x + bar.width <= width and bar.height <= HEIGHT for bar in chart.bars)
    assert all(bar.width > 0 for bar in chart.bars)
    places = [x for x, _ in chart.ticks]
    least = 66 if len(chart.ticks[0][1]) > 4 else 44
    assert all(after - before >= least for before, after in pairwise(places))


def test_nothing_makes_no_bars() -> None:
    assert time_bars([], 1000).bars == () and shares([], 0) == []


def test_filters_suggest_what_there_is_most_frequent_first() -> None:
    html = client(STORED).get("/").text
    assert re.findall(r'<option value="([^"]*)">', html) == [
        "Courier", "&lt;b&gt;Mail&lt;/b&gt; &amp; Sons", "en", "fr", "sea",
    ]  # fmt: skip
    for field in ("sources", "languages", "tags"):
        assert f'list="known-{field}"' in html and f'id="known-{field}"' in html
    assert 'id="known-sources"' in client(STORED).get("/?q=bridge").text
    assert "known-" not in client([]).get("/").text


def test_suggestions_weigh_little() -> None:
    service = FakeService()
    service.ingest_records([{"id": f"n{n}", "text": "x", "source": f"Outlet {n:04}"} for n in range(400)])
    assert len(known_names(service)["sources"]) == 142, "what fits into 4,000 bytes"
    service = FakeService()
    service.ingest_records([{"id": f"n{n}", "text": "x", "source": f"{n}", "tags": ["t" * 200]} for n in range(400)])
    names = known_names(service)
    assert len(names["sources"]) <= 200 and sum(len(f'<option value="{one}">') for one in names["sources"]) <= 4000
    assert names["tags"] == ["t" * 200]
