"""The clients people have, unchanged, against a real server on loopback: OpenAI's SDK and LangChain's ChatOpenAI."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import openai
import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from qa_service.http.app import create_app
from qa_service.http.testing import FakeService, serving

STORED = [
    {"id": "courier/1", "text": "The harbour bridge reopened.", "source": "Harbour Courier", "date": "2023-10-02"},
    {"id": "mail/1", "text": "A bridge of boats was built.", "source": "Valley Mail", "url": "https://mail.example/1"},
]
QUESTION = "harbour bridge reopened"
QUOTE = STORED[0]["text"]
KEY = "any: this server asks for none"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    service = FakeService()
    service.ingest_records(STORED)
    with serving(create_app(service)) as address:
        yield f"{address}/v1"


@pytest.fixture
def client(url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=url, api_key=KEY, max_retries=0) as made:
        yield made


@pytest.fixture
async def async_client(url: str) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(base_url=url, api_key=KEY, max_retries=0) as made:
        yield made


def asked(*turns: str) -> list[Any]:
    return [{"role": ("user", "assistant")[n % 2], "content": text} for n, text in enumerate(turns)]


def test_the_sdk_lists_and_finds_the_model(client: openai.OpenAI) -> None:
    assert [one.id for one in client.models.list()] == ["qa-service"]
    assert client.models.retrieve("qa-service").object == "model"
    with pytest.raises(openai.NotFoundError, match="There is no model 'gpt-9'"):
        client.models.retrieve("gpt-9")


def test_the_sdk_reads_a_reply_its_citations_and_our_answer(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(
        model="qa-service",
        messages=asked(QUESTION),
        temperature=0.1,
        max_tokens=10,
        seed=1,
        extra_body={"asked_at": "2023-10-04", "filters": {"sources": ["Harbour Courier"]}, "min_confidence": 0},
    )
    (choice,) = completion.choices
    assert choice.finish_reason == "stop"
    assert choice.message.content
    assert choice.message.annotations
    cited = choice.message.annotations[0].url_citation
    assert choice.message.content[cited.start_index : cited.end_index] == QUOTE
    assert completion.usage
    assert completion.model_extra
    assert completion.model_extra["qa"]["asked_at"] == "2023-10-04"
    assert [one["source"] for one in (p["citation"] for p in completion.model_extra["qa"]["passages"])] == [
        "Harbour Courier"
    ]


def test_the_sdk_reads_a_stream(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(model="qa-service", messages=asked(QUESTION)).choices[0].message.content
    chunks = list(client.chat.completions.create(model="qa-service", messages=asked(QUESTION), stream=True))
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(one.choices[0].delta.content or "" for one in chunks) == whole  # no chunk is without a choice
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert len({one.id for one in chunks}) == 1
    assert sum(bool(one.model_extra and "event" in one.model_extra) for one in chunks) == 2


def test_the_sdk_reads_a_stream_with_usage(client: openai.OpenAI) -> None:
    options: Any = {"include_usage": True}
    made = client.chat.completions.create(
        model="qa-service", messages=asked(QUESTION), stream=True, stream_options=options
    )
    chunks = list(made)
    assert chunks[-1].choices == []
    assert chunks[-1].usage
    assert chunks[-1].usage.total_tokens > 3
    assert all(one.usage is None for one in chunks[:-1])


def test_the_sdks_stream_helper_puts_the_message_together(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(model="qa-service", messages=asked(QUESTION)) as events:
        message = events.get_final_completion().choices[0].message
    assert message.content
    assert QUOTE in message.content


@pytest.mark.anyio
async def test_the_async_sdk_asks_and_streams(async_client: openai.AsyncOpenAI) -> None:
    whole = await async_client.chat.completions.create(model="qa-service", messages=asked(QUESTION))
    stream = await async_client.chat.completions.create(model="qa-service", messages=asked(QUESTION), stream=True)
    said = "".join([one.choices[0].delta.content or "" async for one in stream])
    assert said == whole.choices[0].message.content
    assert QUOTE in said


def test_the_sdk_shows_what_was_wrong(client: openai.OpenAI) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match="n: Input should be less than or equal to 1"):
        client.chat.completions.create(model="qa-service", messages=asked(QUESTION), n=2)
    with pytest.raises(openai.UnprocessableEntityError, match="ISO 8601"):
        client.chat.completions.create(
            model="qa-service", messages=asked(QUESTION), stream=True, extra_body={"asked_at": "soon"}
        )


def test_the_sdk_follows_up_and_asks_for_a_title(client: openai.OpenAI) -> None:
    turns = asked("Who reopened the harbour bridge?", "The archive says: …", "and when was that?")
    followed = client.chat.completions.create(model="qa-service", messages=turns)
    assert followed.model_extra
    assert followed.model_extra["qa"]["question"] == "and when was that: reopened the harbour bridge?"
    prompt = '### Task:\nA title.\nJSON: { "title": "x" }\n<chat_history>\nUSER: Who reopened it?\n</chat_history>'
    titled = client.chat.completions.create(model="qa-service", messages=asked(prompt)).choices[0].message.content
    assert titled
    assert json.loads(titled) == {"title": "Who reopened it"}


def chat_openai(url: str, **more: Any) -> ChatOpenAI:
    return ChatOpenAI(model="qa-service", base_url=url, api_key=SecretStr(KEY), max_retries=0, **more)


def test_langchain_asks_and_streams(url: str) -> None:
    model = chat_openai(url, temperature=0, stream_usage=True)
    reply = model.invoke([SystemMessage("Be brief."), HumanMessage(QUESTION)])
    assert isinstance(reply, AIMessage)
    assert QUOTE in reply.text
    assert reply.usage_metadata
    assert reply.response_metadata["finish_reason"] == "stop"
    chunks = list(model.stream(QUESTION))
    assert "".join(one.text for one in chunks) == reply.text
    assert len([one for one in chunks if one.text]) > 1


@pytest.mark.anyio
async def test_langchain_streams_with_our_fields(url: str) -> None:
    model = chat_openai(url, extra_body={"min_confidence": 0, "filters": {"sources": ["Valley Mail"]}})
    said = "".join([one.text async for one in model.astream(QUESTION)])
    assert STORED[1]["text"] in said
    assert QUOTE not in said
