"""``/v1/models`` and ``/v1/chat/completions``: the envelope, the stream's framing, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa_service.http import chat_schemas, schemas
from qa_service.http.app import create_app
from qa_service.http.testing import FakeService

STORED = [
    {"id": "courier/1", "text": "The harbour bridge reopened.", "source": "Harbour Courier", "date": "2023-10-02"},
    {"id": "mail/1", "text": "A bridge of boats was built.", "source": "Valley Mail", "url": "https://mail.example/1"},
]
QUESTION = "harbour bridge reopened"
VARIABLE = ("id", "created")


@pytest.fixture
def service() -> FakeService:
    made = FakeService()
    made.ingest_records(STORED)
    return made


@pytest.fixture
def client(service: FakeService) -> TestClient:
    return TestClient(create_app(service))


def body(*messages: Any, **more: Any) -> dict[str, Any]:
    turns = [one if isinstance(one, dict) else {"role": "user", "content": one} for one in messages]
    return {"model": "qa-service", "messages": turns, **more}


def chat(client: TestClient, *messages: Any, **more: Any) -> dict[str, Any]:
    response = client.post("/v1/chat/completions", json=body(*messages, **more))
    assert response.status_code == 200, response.text
    completion = response.json()
    chat_schemas.ChatCompletion.model_validate(completion)
    return completion


def stream(client: TestClient, *messages: Any, **more: Any) -> list[dict[str, Any]]:
    """The stream's chunks, once its framing has been checked."""
    response = client.post("/v1/chat/completions", json=body(*messages, stream=True, **more))
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    lines = response.text.split("\n\n")
    assert lines[-2:] == ["data: [DONE]", ""]
    chunks = [json.loads(line.removeprefix("data: ")) for line in lines[:-2]]
    assert all(line.startswith("data: ") and "\n" not in line for line in lines[:-1])
    assert len({(one["id"], one["created"], one["model"], one["object"]) for one in chunks}) == 1
    assert chunks[0]["object"] == "chat.completion.chunk"
    return chunks


def deltas(chunks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one["choices"][0]["delta"] for one in chunks if one["choices"]]


def test_there_is_one_model(client: TestClient) -> None:
    listed = client.get("/v1/models").json()
    chat_schemas.ModelList.model_validate(listed)
    assert [one["id"] for one in listed["data"]] == ["qa-service"]
    assert client.get("/v1/models/qa-service").json() == listed["data"][0]
    assert 1_500_000_000 < listed["data"][0]["created"] < 2_500_000_000  # seconds, not milliseconds
    missing = client.get("/v1/models/gpt-9")
    assert missing.status_code == 404
    assert "gpt-9" in missing.json()["error"]["message"]


def test_a_reply_quotes_with_link_and_annotation_and_carries_the_answer(client: TestClient) -> None:
    completion = chat(client, QUESTION)
    message = completion["choices"][0]["message"]
    assert completion["choices"][0]["finish_reason"] == "stop"
    link = completion["qa"]["answer"][0]["citation"]["permalink"]
    assert message["content"] == (
        f"The archive says:\n\n> “{STORED[0]['text']}” [1]({link})  \n> — Harbour Courier, 2 October 2023"
    )
    (annotation,) = message["annotations"]
    cited = annotation["url_citation"]
    assert message["content"][cited["start_index"] : cited["end_index"]] == STORED[0]["text"]
    assert cited["url"] == link
    schemas.Answer.model_validate(completion["qa"])
    assert completion["qa"] == client.post("/v1/ask", json={"question": QUESTION}).json()
    used = completion["usage"]
    assert (used["prompt_tokens"], used["total_tokens"]) == (3, 3 + len(message["content"].split()))


def test_a_stream_says_the_same_in_the_order_that_clients_expect(client: TestClient) -> None:
    whole = chat(client, QUESTION)
    chunks = stream(client, QUESTION)
    assert deltas(chunks)[0] == {"role": "assistant", "content": ""}
    assert chunks[-1]["choices"][0]["delta"] == {}
    assert [one["choices"][0]["finish_reason"] for one in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert all("usage" not in one for one in chunks)
    content = [one for one in chunks[1:] if "content" in one["choices"][0]["delta"]]
    message = whole["choices"][0]["message"]
    assert "".join(one["choices"][0]["delta"]["content"] for one in content) == message["content"]
    assert len(content) > 1
    assert [one for one in chunks if "qa" in one] == [content[-1]]
    assert content[-1]["qa"] == whole["qa"]
    assert content[-1]["choices"][0]["delta"]["annotations"] == message["annotations"]


def test_usage_comes_last_and_only_if_asked_for(client: TestClient) -> None:
    chunks = stream(client, QUESTION, stream_options={"include_usage": True})
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"] == chat(client, QUESTION)["usage"]
    assert chunks[-2]["choices"][0]["finish_reason"] == "stop"
    assert all(one["usage"] is None for one in chunks[:-1])
    for options in (None, {}, {"include_usage": False}):
        assert all("usage" not in one for one in stream(client, QUESTION, stream_options=options))


def test_a_stream_names_its_sources_in_events_that_strict_clients_can_read(client: TestClient) -> None:
    chunks = stream(client, QUESTION)
    events = [one for one in chunks if "event" in one]
    assert len(events) == 2
    for chunk, stored in zip(events, STORED, strict=True):
        assert chunk["choices"] == [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": None}]
        assert chunk["event"]["type"] == "source"
        data = chunk["event"]["data"]
        assert data["document"] == [stored["text"]]
        assert len(data["metadata"]) == len(data["distances"]) == 1
        assert data["metadata"][0]["source"] == data["source"]["id"]
        assert "://" not in data["source"]["id"]
        assert data["metadata"][0]["name"] == data["source"]["name"]
        assert data["source"]["name"].startswith(f"{stored['source']} · ")
        assert -1 <= data["distances"][0] <= 1
    assert events[1]["event"]["data"]["metadata"][0]["source_url"] == "https://mail.example/1"
    again = [one["event"]["data"]["source"]["id"] for one in stream(client, QUESTION) if "event" in one]
    assert again == [one["event"]["data"]["source"]["id"] for one in events]


def test_our_own_fields_mean_what_they_mean_in_ask(client: TestClient) -> None:
    own = {
        "asked_at": "2023-10-04",
        "as_of": "2023-10-04",
        "min_confidence": 0,
        "filters": {"sources": ["Valley Mail"]},
        "time": {"from": "2023-09-01", "to": "2023-09-30"},
    }
    asked = client.post("/v1/ask", json={"question": QUESTION, **own}).json()
    assert chat(client, QUESTION, **own)["qa"] == asked
    assert [one["article_id"] for one in asked["passages"]] == ["mail/1"]
    assert chat(client, QUESTION, time="off")["qa"]["interpreted"]["time"] is None


def test_fields_of_openai_without_a_meaning_here_change_nothing(client: TestClient) -> None:
    sent = {
        "temperature": 0.2,
        "top_p": 0.5,
        "top_k": 3,
        "max_tokens": 5,
        "max_completion_tokens": 5,
        "tools": [{"type": "function", "function": {"name": "f"}}],
        "tool_choice": "auto",
        "user": "u1",
        "n": 1,
        "seed": 7,
        "stop": ["."],
        "presence_penalty": 0.1,
        "frequency_penalty": 0.1,
        "logit_bias": {},
        "response_format": {"type": "text"},
        "metadata": {"chat": "c"},
        "chat_id": "c",
    }
    plain, other = chat(client, QUESTION), chat(client, QUESTION, **sent)
    assert {k: v for k, v in plain.items() if k not in VARIABLE} == {
        k: v for k, v in other.items() if k not in VARIABLE
    }


def test_text_parts_are_read_and_pictures_refused(client: TestClient) -> None:
    parts = [{"type": "text", "text": "harbour bridge"}, {"type": "text", "text": "reopened"}]
    assert chat(client, {"role": "user", "content": parts})["qa"]["question"] == "harbour bridge\nreopened"
    picture = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:"}}]}
    refused = client.post("/v1/chat/completions", json=body(picture))
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "messages.0.content.0"


def test_the_last_user_message_is_the_question_and_earlier_ones_its_context(client: TestClient) -> None:
    turns = [
        {"role": "system", "content": "Answer at length."},
        {"role": "user", "content": "Who reopened the harbour bridge?"},
        {"role": "assistant", "content": "The archive says: …", "tool_calls": []},
        {"role": "user", "content": "and when was that?"},
    ]
    assert chat(client, *turns)["qa"]["question"] == "and when was that: reopened the harbour bridge?"
    assert chat(client, *turns[:3], "Who built boats in Goris?")["qa"]["question"] == "Who built boats in Goris?"


def test_a_title_is_given_without_searching(client: TestClient, service: FakeService) -> None:
    prompt = (
        '### Task:\nGenerate a title.\nJSON format: { "title": "x" }\n<chat_history>\nUSER: Who won?\n</chat_history>'
    )
    completion = chat(client, prompt)
    assert json.loads(completion["choices"][0]["message"]["content"]) == {"title": "Who won"}
    assert (completion["qa"], completion["choices"][0]["message"]["annotations"]) == (None, [])
    chunks = stream(client, prompt)
    assert json.loads("".join(one.get("content", "") for one in deltas(chunks))) == {"title": "Who won"}
    assert not any("event" in one for one in chunks)
    assert service.threads == set()


@pytest.mark.parametrize(
    ("sent", "status", "param", "says"),
    [
        (body("Who?", n=2), 422, "n", "less than or equal to 1"),
        (body("Who?") | {"model": "gpt-9"}, 404, None, "There is no model 'gpt-9'"),
        (body(), 422, "messages", "at least 1"),
        (body({"role": "assistant", "content": "x"}), 422, "messages", "nothing is asked"),
        (body("?!"), 422, "messages", "is empty"),
        (body("x " * 2000), 422, "messages", "at most 2000"),
        (body({"role": "robot", "content": "x"}), 422, "messages.0.role", "'system'"),
        (body("Who?", stream="yes"), 422, "stream", "boolean"),
        (body("Who?", sources=["A"]), 422, "sources", "filters.sources"),
        (body("Who?", question="When?"), 422, "question", "last user message"),
        (body("Who?", filter={}), 422, "filter", "filters is"),
        (body("Who?", min_confidense=0), 422, "min_confidense", "min_confidence is"),
        (body("Who?", asked_at="soon"), 422, "asked_at", "ISO 8601"),
        (body("Who?", filters={"source": []}), 422, "filters.source", "is not a known field"),
    ],
)
def test_an_error_is_a_problem_with_openais_object_beside(
    client: TestClient, sent: dict[str, Any], status: int, param: str | None, says: str
) -> None:
    response = client.post("/v1/chat/completions", json=sent)
    assert response.status_code == status
    streamed = client.post("/v1/chat/completions", json={"stream": True} | sent)
    assert (streamed.status_code, streamed.json()["error"]) == (status, response.json()["error"])
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    schemas.Problem.model_validate(problem)
    assert (problem["error"]["param"], problem["error"]["type"]) == (param, "invalid_request_error")
    assert says in problem["error"]["message"]


def test_a_service_that_is_not_ready_says_so_to_both_kinds_of_client() -> None:
    def never() -> FakeService:
        raise OSError("no such folder")

    response = TestClient(create_app(never)).post("/v1/chat/completions", json=body("Who?", stream=True))
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.json()["error"]["type"] == "server_error"
