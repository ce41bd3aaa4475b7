"""Wrong input is answered with a problem that names it; our own faults are logged and give nothing away."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from fastapi.testclient import TestClient

from index.errors import (
    Busy,
    InputRefused,
    InvalidRequest,
    ModelError,
    NotFound,
    PipelineMismatch,
    QAError,
    StoreDamaged,
)
from qa_service.http.app import create_app
from qa_service.http.options import HttpOptions
from qa_service.http.problems import LONGEST_MESSAGE
from qa_service.http.schemas import Problem
from qa_service.http.testing import FakeService

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(FakeService(), HttpOptions(question_bytes=100_000, ingest_bytes=100_000)))


def expect(response: Any, status: int, kind: str, fields: list[str] | None = None) -> dict[str, Any]:
    """The problem that the response holds, which must be of that status and kind and name those fields."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    Problem.model_validate(body)
    assert body["type"] == f"urn:problem-type:qa-service:{kind}"
    assert body["status"] == status
    if fields is not None:
        assert [error["field"] for error in body["errors"]] == fields
    return body


MALFORMED = [
    b"",
    b"{",
    b"nonsense",
    b'{"question": "a",}',
    b'{"question": "a", "min_confidence": NaN}',
    b'{"question": "a", "min_confidence": -Infinity}',
    b'{"question": "a", "min_confidence": 1e999}',
    b'{"question": "a", "top_k": ' + b"9" * 5000 + b"}",
    b'{"question": "a", "question": "b"}',
    b'{"question": "\xff"}',
    b'{"question": "a\x00b"}',
    b"[" * 40_000,
    b'{"question": "a"} {"question": "b"}',
    '{"question": "a"}'.encode("utf-16"),
]


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search", "/v1/articles"])
@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: repr(body[:30]))
def test_what_is_not_json_is_400(client: TestClient, path: str, body: bytes) -> None:
    expect(client.post(path, content=body, headers=JSON), 400, "malformed-json", [])


INVALID: list[tuple[Any, list[str]]] = [
    (None, ["body"]),
    ([], ["body"]),
    ("What?", ["body"]),
    ({}, ["question"]),
    ({"question": None}, ["question"]),
    ({"question": 7}, ["question"]),
    ({"question": ["a"]}, ["question"]),
    ({"question": ""}, ["question"]),
    ({"question": "  \n "}, ["question"]),
    ({"question": "?!"}, ["question"]),
    ({"question": "a" * 2001}, ["question"]),
    ({"question": "a\0b"}, ["question"]),
    ({"question": "a", "top_k": 0}, ["top_k"]),
    ({"question": "a", "top_k": 101}, ["top_k"]),
    ({"question": "a", "top_k": "5"}, ["top_k"]),
    ({"question": "a", "top_k": True}, ["top_k"]),
    ({"question": "a", "top_k": 2.5}, ["top_k"]),
    ({"question": "a", "top_k": 10**400}, ["top_k"]),
    ({"question": "a", "min_confidence": -0.1}, ["min_confidence"]),
    ({"question": "a", "min_confidence": 10**400}, ["min_confidence"]),
    ({"question": "a", "min_confidence": "0"}, ["min_confidence"]),
    ({"question": "a", "asked_at": 20231002}, ["asked_at"]),
    ({"question": "a", "asked_at": "yesterday"}, ["asked_at"]),
    ({"question": "a", "asked_at": ""}, ["asked_at"]),
    ({"question": "a", "as_of": "2023-13-01"}, ["as_of"]),
    ({"question": "a", "surprise": 1}, ["surprise"]),
    ({"question": "a", "self": 1}, ["self"]),
    ({"question": "a", "filters": None}, ["filters"]),
    ({"question": "a", "filters": {"source": "x"}}, ["filters.source"]),
    ({"question": "a", "filters": {"sources": "x"}}, ["filters.sources"]),
    ({"question": "a", "filters": {"sources": [1]}}, ["filters.sources.0"]),
    ({"question": "a", "filters": {"sources": ["\0"]}}, ["filters.sources.0"]),
    ({"question": "a", "filters": {"include_undated": "yes"}}, ["filters.include_undated"]),
    ({"question": "a", "filters": {"published_from": "soon"}}, ["filters.published_from"]),
    ({"question": "a", "time": "on"}, ["time"]),
    ({"question": "a", "time": {}}, ["time"]),
    ({"question": "a", "time": {"from": "soon", "to": "later"}}, ["time.from", "time.to"]),
    ({"question": "a", "time": {"from": "2023", "mode": "near"}}, ["time.mode"]),
    ({"question": "a", "time": {"since": "2023"}}, ["time.since"]),
    (
        {"question": "a", "filters": {"published_from": "2023-10-02", "published_to": "2023-10-01"}},
        ["filters.published_to"],
    ),
    ({"question": "a", "asked_at": "soon", "filters": {"published_to": "later"}}, ["asked_at", "filters.published_to"]),
]


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search"])
@pytest.mark.parametrize(("body", "fields"), INVALID, ids=lambda value: repr(value)[:50])
def test_each_wrong_field_is_named(client: TestClient, path: str, body: Any, fields: list[str]) -> None:
    if path == "/v1/search" and body == {"question": "a", "top_k": 101}:
        assert client.post(path, json=body).status_code == 200
        return
    expect(client.post(path, content=json.dumps(body), headers=JSON), 422, "invalid-request", fields)


@pytest.mark.parametrize("escape", ["\\ud800", "\\uDFFF", "x\\udc80y"])
def test_half_a_surrogate_pair_is_not_text(client: TestClient, escape: str) -> None:
    ask = '{"question": "ESCAPE", "filters": {"tags": ["ESCAPE"]}}'.replace("ESCAPE", escape)
    body = expect(client.post("/v1/ask", content=ask, headers=JSON), 422, "invalid-request")
    assert {error["field"] for error in body["errors"]} == {"question", "filters.tags.0"}
    name = '{"question": "a", "ESCAPE": 1}'.replace("ESCAPE", escape)
    expect(client.post("/v1/ask", content=name, headers=JSON), 422, "invalid-request")


def test_a_whole_surrogate_pair_is_text(client: TestClient) -> None:
    response = client.post("/v1/ask", content='{"question": "bridge \\ud83c\\udf09"}', headers=JSON)
    assert response.json()["question"] == "bridge 🌉"


QUERIES = [
    ("", ["q"]),
    ("q=", ["question"]),
    ("q=a&question=b", ["q"]),
    ("q=a&q=b", ["q"]),
    ("q=a&surprise=1", ["surprise"]),
    ("q=a&filters.sources=x", ["filters.sources"]),
    ("q=a&top_k=many", ["top_k"]),
    ("q=a&top_k=0", ["top_k"]),
    ("q=a&top_k=" + "9" * 5000, ["top_k"]),
    ("q=a&top_k=3&top_k=4", ["top_k"]),
    ("q=a&min_confidence=nan", ["min_confidence"]),
    ("q=a&min_confidence=inf", ["min_confidence"]),
    ("q=a&include_undated=perhaps", ["include_undated"]),
    ("q=a&published_from=", ["published_from"]),
    ("q=a&published_from=soon", ["published_from"]),
    ("q=a&time=on", ["time"]),
    ("q=a&time=", ["time"]),
    ("q=a&time_from=soon&time_to=", ["time_from", "time_to"]),
    ("q=a&time_from=2024&time_to=2023", ["time_to"]),
    ("q=a&time_mode=near", ["time_mode"]),
    ("q=a&time_mode=up_to", ["time"]),
    ("q=a&time=off&time_to=2023", ["time"]),
    ("q=a&time_to=2023&time_to=2024", ["time_to"]),
    ("q=a&published_from=2023-10-02&published_to=2023-10-01", ["published_to"]),
    ("q=a%00b", ["q"]),
    ("q=%FF", ["query"]),
    ("q=a&sources=%ED%A0%80", ["query"]),
]


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search"])
@pytest.mark.parametrize(("query", "fields"), QUERIES, ids=lambda value: repr(value)[:50])
def test_each_wrong_parameter_is_named(client: TestClient, path: str, query: str, fields: list[str]) -> None:
    expect(client.get(f"{path}?{query}"), 422, "invalid-request", fields)


@pytest.mark.parametrize(
    "target",
    [
        "/v1/articles/a?version=0",
        "/v1/articles/a?version=x",
        "/v1/articles/a?version=99999999999999999999",
        "/v1/articles/a?versions=1",
        "/v1/passages/a?version=1",
    ],
)
def test_wrong_parameters_of_other_routes_are_named_too(client: TestClient, target: str) -> None:
    expect(client.get(target), 422, "invalid-request")


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonl", "application/json; charset=latin-1"],
)
@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search", "/v1/articles"])
def test_another_content_type_is_415(client: TestClient, path: str, content_type: str) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    expect(client.post(path, content=b'{"question": "a"}', headers=headers), 415, "unsupported-media-type", [])


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"', "application/ld+json"]
)
def test_json_by_its_other_names_is_read(client: TestClient, content_type: str) -> None:
    response = client.post("/v1/ask", content=b'\xef\xbb\xbf{"question": "a"}', headers={"Content-Type": content_type})
    assert response.status_code == 200


def test_a_compressed_body_is_415(client: TestClient) -> None:
    headers = {**JSON, "Content-Encoding": "gzip"}
    expect(client.post("/v1/ask", content=b"\x1f\x8b", headers=headers), 415, "unsupported-media-type")


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search", "/v1/articles"])
def test_an_overlong_body_is_413(client: TestClient, path: str) -> None:
    for size in (100_001, 1_000_000):
        expect(client.post(path, content=b" " * size, headers=JSON), 413, "too-large", [])
    expect(client.post(path, content=b" " * 100_000, headers=JSON), 400, "malformed-json", [])


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/ask", "GET, HEAD, POST"),
        ("DELETE", "/v1/search", "GET, HEAD, POST"),
        ("GET", "/v1/articles", "POST"),
        ("POST", "/v1/articles/a", "DELETE, GET, HEAD"),
        ("PATCH", "/v1/articles/a/b", "DELETE, GET, HEAD"),
        ("DELETE", "/v1/passages/a", "GET, HEAD"),
        ("POST", "/readyz", "GET, HEAD"),
        ("POST", "/openapi.json", "GET, HEAD"),
        ("BREW", "/v1/ask", "GET, HEAD, POST"),
    ],
)
def test_a_wrong_method_is_405_and_says_which_are_right(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    response = client.request(method, path)
    expect(response, 405, "method-not-allowed", [])
    assert response.headers["allow"] == allowed


@pytest.mark.parametrize("path", ["/nowhere", "/v1", "/v1/ask/", "/v1/askk", "/healthz/", "/V1/ask"])
def test_an_unknown_path_is_404(client: TestClient, path: str) -> None:
    assert expect(client.get(path), 404, "no-such-path", [])["instance"] == path


def test_the_instance_is_the_path_as_it_was_sent(client: TestClient) -> None:
    assert expect(client.get("/v1/articles/a%2Fb%25"), 404, "not-found")["instance"] == "/v1/articles/a%2Fb%25"


def test_a_long_value_is_not_repeated_whole(client: TestClient) -> None:
    body = expect(client.post("/v1/ask", json={"question": "a", "asked_at": "x" * 50_000}), 422, "invalid-request")
    assert len(body["errors"][0]["message"]) <= LONGEST_MESSAGE


@pytest.mark.parametrize(
    ("failure", "status", "kind"),
    [
        (InvalidRequest(question="is not one"), 422, "invalid-request"),
        (InputRefused("file.txt", "is binary"), 422, "input-refused"),
        (NotFound("no such thing"), 404, "not-found"),
        (Busy("another process writes"), 503, "busy"),
        (StoreDamaged("secret"), 500, "archive-unusable"),
        (PipelineMismatch("secret"), 500, "archive-unusable"),
        (ModelError("secret"), 500, "archive-unusable"),
        (QAError("secret"), 500, "archive-unusable"),
        (RuntimeError("secret"), 500, "internal-error"),
        (KeyError("secret"), 500, "internal-error"),
    ],
)
def test_every_exception_has_its_status(
    failure: Exception, status: int, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    failing = TestClient(create_app(FakeService(failure=failure)))
    with caplog.at_level(logging.ERROR, logger="qa_service.http"):
        response = failing.post("/v1/ask", json={"question": "anything"})
    expect(response, status, kind)
    assert "secret" not in response.text
    assert ("secret" in caplog.text) == (status == 500)
    assert response.headers.get("retry-after") == ("1" if status == 503 else None)


def test_an_answer_with_nan_is_our_fault_and_not_sent(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(FakeService):
        threshold = float("nan")

    expect(TestClient(create_app(Broken())).get("/readyz"), 500, "internal-error")


def test_not_loaded_is_503() -> None:
    response = TestClient(create_app(FakeService(loaded=False))).get("/readyz")
    expect(response, 503, "not-ready")
    assert response.headers["retry-after"] == "1"
