"""What the routes answer when all is well, in the contract's shape."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from index.article import InferredDate, PublishedDate
from qa_service.answer import Answer, Citation, Claim, Interpreted, TimeReading
from qa_service.http import examples, schemas
from qa_service.http.app import create_app
from qa_service.http.testing import FakeService
from qa_service.http.writing import json_response
from qa_service.request import AskRequest, SearchRequest

STORED = [
    {"id": "courier/1", "text": "The harbour bridge reopened.", "source": "Harbour Courier", "date": "2023-10-02"},
    {"id": "mail/1", "text": "A bridge of boats was built.", "source": "Valley Mail", "url": "https://mail.example/1"},
]


@pytest.fixture
def client() -> TestClient:
    made = TestClient(create_app(FakeService()))
    assert made.post("/v1/articles", json=STORED).json()["ingested"] == 2
    return made


def test_a_question_is_answered_in_the_contracts_shape(client: TestClient) -> None:
    answer = client.post("/v1/ask", json={"question": "harbour bridge reopened"}).json()
    schemas.Answer.model_validate(answer, strict=False)
    assert answer["outcome"] == "answered"
    assert answer["answer"][0]["citation"]["article_id"] == "courier/1"
    withheld = client.post("/v1/ask", json={"question": "who won the regatta in spring"}).json()
    schemas.Answer.model_validate(withheld)
    assert (withheld["outcome"], withheld["answer"], len(withheld["passages"])) == ("unsupported", [], 2)


def test_a_link_asks_the_same_as_a_body(client: TestClient) -> None:
    body = {
        "question": "bridge",
        "asked_at": "2023-10-04",
        "top_k": 1,
        "min_confidence": 0,
        "filters": {"sources": ["Valley Mail", "Nobody"], "published_from": "2023-01-01", "include_undated": True},
    }
    link = "asked_at=2023-10-04&top_k=1&min_confidence=0&sources=Valley+Mail&sources=Nobody&published_from=2023-01-01"
    posted = client.post("/v1/ask", json=body).json()
    assert [passage["article_id"] for passage in posted["passages"]] == ["mail/1"]
    for name in ("q", "question"):
        assert client.get(f"/v1/ask?{name}=bridge&{link}&include_undated=true").json() == posted


@pytest.mark.parametrize("route", ["/v1/ask", "/v1/search"])
@pytest.mark.parametrize(
    ("time", "link"),
    [
        ("off", "time=off"),
        ({"from": "2023-09", "to": "2023-10-02", "mode": "inside"}, "time_from=2023-09&time_to=2023-10-02"),
        ({"from": "2023-09-01"}, "time_from=2023-09-01"),
        ({"to": "2023", "mode": "newest"}, "time_to=2023&time_mode=newest"),
    ],
)
def test_a_link_gives_the_same_time_as_a_body(client: TestClient, route: str, time: Any, link: str) -> None:
    posted = client.post(route, json={"question": "bridge", "asked_at": "2023-10-04", "time": time}).json()
    shown = posted["interpreted"]["time"]
    if time == "off":
        assert shown is None
    else:
        assert shown["expression"] is None
        assert {name: shown[name][: len(value)] for name, value in time.items()} == time
    assert client.get(f"{route}?q=bridge&asked_at=2023-10-04&{link}").json() == posted


def test_a_time_is_documented_as_off_or_a_window(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    for model in ("AskRequest", "SearchRequest"):
        field = document["components"]["schemas"][model]["properties"]["time"]
        either = [one for given in field["anyOf"] for one in given.get("anyOf", [given])]
        assert {"const": "off", "type": "string"} in either
        assert {"$ref": "#/components/schemas/TimeFields"} in either
        assert "off" in field["examples"]
    window = document["components"]["schemas"]["TimeFields"]
    assert window["properties"].keys() == {"from", "to", "mode"}
    for route in ("/v1/ask", "/v1/search"):
        names = {parameter["name"] for parameter in document["paths"][route]["get"]["parameters"]}
        assert {"time", "time_from", "time_to", "time_mode"} <= names


@pytest.mark.parametrize("by", ["article", "passage"])
def test_search_ranks_articles_or_passages(client: TestClient, by: str) -> None:
    posted = client.post("/v1/search", json={"question": "bridge", "by": by, "top_k": 1000}).json()
    schemas.SearchResult.model_validate(posted)
    assert (len(posted["articles"]), len(posted["passages"])) == ((2, 0) if by == "article" else (0, 2))
    assert client.get(f"/v1/search?q=bridge&by={by}&top_k=1000").json() == posted


def test_an_article_has_every_key_and_its_versions(client: TestClient) -> None:
    client.post("/v1/articles", json={**STORED[0], "text": "The harbour bridge closed again."})
    current = client.get("/v1/articles/courier/1").json()
    schemas.Article.model_validate(current)
    assert (current["version"], len(current["versions"])) == (2, 2)
    assert client.get("/v1/articles/courier/1?version=1").json()["text"] == STORED[0]["text"]
    assert client.get("/v1/articles/courier/1?version=3").status_code == 404


def test_each_record_is_answered_for_and_none_lost(client: TestClient) -> None:
    sent: list[Any] = [
        STORED[0],
        {"id": "new", "text": "Something new."},
        {"id": "empty", "text": " "},
        {"text": "x", "surprise": 1},
        "not a record",
        {**STORED[1], "text": "A bridge of barges was built."},
    ]
    answer = client.post("/v1/articles", json=sent).json()
    schemas.Ingested.model_validate(answer)
    outcomes = [item["outcome"] for item in answer["items"]]
    assert outcomes == ["unchanged", "ingested", "refused", "refused", "refused", "updated"]
    assert [answer[name] for name in ("ingested", "updated", "unchanged", "refused")] == [1, 1, 1, 3]
    assert [item["id"] for item in answer["items"]] == ["courier/1", "new", "empty", None, None, "mail/1"]
    assert all(bool(item["refused"]) == (item["outcome"] == "refused") for item in answer["items"])


def test_half_a_surrogate_pair_spoils_its_own_record_only(client: TestClient) -> None:
    body = '[{"id": "good", "text": "Fine \\ud83c\\udf09"}, {"id": "bad", "text": "Broken \\ud83c"}, {"\\udc00": 1}]'
    answer = client.post("/v1/articles", content=body, headers={"Content-Type": "application/json"}).json()
    assert [item["outcome"] for item in answer["items"]] == ["ingested", "refused", "refused"]
    assert client.get("/v1/articles/good").json()["text"] == "Fine 🌉"


def test_when_every_record_is_refused_the_problem_says_why_of_each(client: TestClient) -> None:
    response = client.post("/v1/articles", json=[{"id": "a"}, 7])
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    problem = response.json()
    schemas.Problem.model_validate(problem)
    assert [error["field"] for error in problem["errors"]] == ["0", "1"]
    assert [item["outcome"] for item in problem["items"]] == ["refused", "refused"]
    assert client.post("/v1/articles", json={"id": "a"}).json()["errors"][0]["field"] == "body"


def test_all_unchanged_is_a_success(client: TestClient) -> None:
    response = client.post("/v1/articles", json=STORED)
    assert (response.status_code, response.json()["unchanged"]) == (200, 2)


def test_what_is_ingested_is_found_and_what_is_deleted_is_not(client: TestClient) -> None:
    client.post("/v1/articles", json={"id": "fresh", "text": "Zeppelin lands."})
    ask = {"question": "zeppelin lands."}
    assert client.post("/v1/ask", json=ask).json()["answer"][0]["citation"]["article_id"] == "fresh"
    assert client.delete("/v1/articles/fresh").content == b""
    assert client.post("/v1/ask", json=ask).json()["outcome"] == "unsupported"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/v1/articles/mail/1", "/v1/ask?q=bridge", "/openapi.json"])
def test_head_is_get_without_the_body(client: TestClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]


def test_every_part_of_an_answer_has_the_shape_that_is_documented() -> None:
    published = PublishedDate(inferred=InferredDate(date="2023-09", span=(3, 9)))
    citation = Citation(
        n=1, article_id="a", version=1, newer_version=2, title="", source=None, url=None, permalink="/v1/articles/a",
        quote_url=None, published=published, span=(0, 4), quote="Nine",
    )  # fmt: skip
    claim = Claim(
        kind="quantity", value=9, bound="at_least", unit=None, counted="hurt", said_by="the port", denied=False,
        published=published, as_of=None, passage_ranks=(1,), citation=citation, group=1,
    )  # fmt: skip
    since = TimeReading(start="2023-09-01", end=None, expression="since", mode="from")
    answer = Answer(
        question="q", asked_at="2023-10-04", as_of=None, outcome="conflicting", confidence=1.0, answer=(), passages=(),
        interpreted=Interpreted(time=since, sources=("A",)),
        claims=(claim, claim), timings_ms={},
    )  # fmt: skip
    body = bytes(json_response(answer).body)
    schemas.Answer.model_validate_json(body)
    assert b'"time":{"from":"2023-09-01","to":null' in body


EXAMPLES = [
    (AskRequest, examples.ASK),
    (SearchRequest, examples.SEARCH),
    (schemas.ArticleRecord, examples.RECORD),
    (schemas.Answer, examples.ANSWER),
    (schemas.SearchResult, examples.FOUND),
    (schemas.Article, examples.ARTICLE),
    (schemas.Passage, examples.PASSAGE),
    (schemas.Ingested, examples.INGESTED),
    (schemas.Alive, examples.ALIVE),
    (schemas.Ready, examples.READY),
]


@pytest.mark.parametrize(("model", "example"), EXAMPLES, ids=lambda value: getattr(value, "__name__", ""))
def test_examples_have_the_shape_they_illustrate(model: Any, example: Any) -> None:
    model.model_validate(example)


def test_the_quotations_in_the_examples_are_verbatim() -> None:
    sentence = examples.ANSWER["answer"][0]
    for citation in (sentence["citation"], examples.PASSAGE["citation"]):
        start, end = citation["span"]
        assert examples.ARTICLE["text"][start:end] == citation["quote"]
    assert sentence["sentence"] == sentence["citation"]["quote"]
