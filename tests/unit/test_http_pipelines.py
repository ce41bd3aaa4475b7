"""The shapes of retrieval pipelines, and citations in other formats, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa_service.http import examples, pipeline_shapes
from qa_service.http.app import create_app
from qa_service.http.testing import FakeService

UNNAMED: dict[str, Any] = {"id": "seed/01", "text": "The harbour bridge closed. Ferries ran instead!"}


@pytest.fixture
def client() -> TestClient:
    service = FakeService()
    service.ingest_records([examples.RECORD, UNNAMED])
    return TestClient(create_app(service))


def test_open_webui_gets_a_bare_list_of_link_title_and_snippet(client: TestClient) -> None:
    asked = {"query": "harbour bridge", "count": 2}
    found = client.post("/v1/external-search", json=asked, headers={"User-Agent": "Open WebUI"}).json()
    assert found == [
        {
            "link": "https://courier.example/bridge",
            "title": "Harbour Courier · 2023-10-02 · Harbour bridge open again",
            "snippet": examples.TEXT,
        },
        {
            "link": f"/v1/articles/seed%2F01?version=1&span=0-{len(UNNAMED['text'])}",
            "title": "undated · seed/01",
            "snippet": UNNAMED["text"],
        },
    ]
    assert len(client.post("/v1/external-search", json=asked | {"count": 1}).json()) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"query": " ", "count": 1}, "query"),
        ({"count": 1}, "query"),
        ({"query": "bridge", "count": 0}, "count"),
        ({"query": "bridge", "limit": 3}, "limit"),
    ],
)
def test_a_wrong_external_search_names_the_field(client: TestClient, body: dict[str, Any], field: str) -> None:
    refused = client.post("/v1/external-search", json=body)
    assert refused.status_code == 422
    assert [one["field"] for one in refused.json()["errors"]] == [field]


def test_anthropic_blocks_hold_one_sentence_each_word_for_word(client: TestClient) -> None:
    made = client.post("/v1/search-results", json={"question": "harbour bridge", "top_k": 2}).json()
    pipeline_shapes.SearchResults.model_validate(made)
    assert made["outcome"] == "answered"
    first, second = made["content"]
    assert [block["text"] for block in first["content"]] == [examples.QUOTE, examples.TEXT[len(examples.QUOTE) + 1 :]]
    assert [block["text"] for block in second["content"]] == ["The harbour bridge closed.", "Ferries ran instead!"]
    assert first["source"] == "https://courier.example/bridge"
    assert second["source"].startswith("/v1/articles/seed%2F01")
    assert all(block["citations"] == {"enabled": True} and block["title"] for block in made["content"])
    wrong = client.post("/v1/search-results", json={"question": "bridge", "filters": {"published_to": "soon"}})
    assert [one["field"] for one in wrong.json()["errors"]] == ["filters.published_to"]


def passage_of(client: TestClient, article_id: str) -> str:
    passages = client.post("/v1/ask", json={"question": "harbour bridge"}).json()["passages"]
    return next(one["passage_id"] for one in passages if one["article_id"] == article_id)


@pytest.mark.parametrize(
    ("form", "media_type", "begins"),
    [
        ("csl", "application/vnd.citationstyles.csl+json", '[{"id": "courier/bridge@1:0-'),
        ("bibtex", "application/x-bibtex; charset=utf-8", "@misc{courier-bridge-2023-"),
        ("text", "text/plain; charset=utf-8", "Harbour Courier, “Harbour bridge open again”, 2 October 2023: “"),
        ("json", "application/json", '{"passage_id":'),
    ],
)
def test_a_passage_is_cited_in_every_format(client: TestClient, form: str, media_type: str, begins: str) -> None:
    answer = client.get(f"/v1/passages/{passage_of(client, 'courier/bridge')}", params={"format": form})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert answer.text.startswith(begins)
    assert examples.TEXT in answer.text


def test_an_unknown_format_and_an_unknown_passage_are_refused(client: TestClient) -> None:
    refused = client.get(f"/v1/passages/{passage_of(client, 'seed/01')}?format=ris")
    assert refused.status_code == 422
    assert [one["field"] for one in refused.json()["errors"]] == ["format"]
    assert client.get("/v1/passages/nowhere?format=bibtex").status_code == 404
