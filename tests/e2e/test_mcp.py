"""The tools through the official SDK's own client, over streamable HTTP and over a real subprocess's stdio."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent

from index.errors import StoreDamaged
from qa_service.http import examples
from qa_service.http.app import create_app
from qa_service.http.options import HttpOptions
from qa_service.http.testing import FakeService, serving
from qa_service.keys import KeyRing

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).resolve().parents[2]
RECORDS: list[dict[str, Any]] = [examples.RECORD, {"id": "seed/01", "text": "The harbour bridge closed in July."}]


def fake(**given: Any) -> FakeService:
    service = FakeService(**given)
    service.ingest_records(RECORDS)
    return service


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(create_app(fake(), HttpOptions(public_url="http://127.0.0.1:8000/"))) as address:
        yield f"{address}/mcp"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mcp")
    lines = "\n".join(json.dumps(record) for record in RECORDS)
    (folder / "in.jsonl").write_text(lines, encoding="utf-8")
    command = [sys.executable, "-m", "qa_service", "ingest", "in.jsonl", "--data-dir", "data"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment())
    return folder / "data"


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}


def stdio(archive: Path) -> StdioServerParameters:
    arguments = ["-m", "qa_service", "mcp", "--data-dir", str(archive)]
    return StdioServerParameters(command=sys.executable, args=arguments, env=environment())


def object_of(result: CallToolResult) -> dict[str, Any]:
    """The result, held to the contract: one text item that is the JSON of the structured content."""
    assert not result.is_error, result.content
    (item,) = result.content
    assert isinstance(item, TextContent)
    assert result.structured_content == json.loads(item.text)
    return result.structured_content


def error_of(result: CallToolResult) -> str:
    assert result.is_error
    assert result.structured_content is None
    (item,) = result.content
    assert isinstance(item, TextContent)
    return item.text


async def check_every_tool(client: Client) -> None:
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"ask", "search", "fetch", "timeline"}
    for tool in tools.values():
        assert tool.description
        assert tool.output_schema is not None
        assert tool.output_schema["type"] == "object"
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.destructive_hint is False
    assert list(tools["search"].input_schema["properties"]) == ["query"]
    assert list(tools["fetch"].input_schema["properties"]) == ["id"]

    answer = object_of(await client.call_tool("ask", {"question": examples.QUESTION, "min_confidence": 0}))
    assert answer["outcome"] == "answered"
    citation = answer["answer"][0]["citation"]

    found = object_of(await client.call_tool("search", {"query": examples.QUESTION}))
    assert set(found) == {"results"}
    assert {hit["id"] for hit in found["results"]} == {"courier/bridge", "seed/01"}
    for hit in found["results"]:
        assert set(hit) == {"id", "title", "url"}
        assert urlsplit(hit["url"]).scheme
        article = object_of(await client.call_tool("fetch", {"id": hit["id"]}))
        assert {"id", "title", "text", "url"} < set(article)
        assert article["id"] == hit["id"]
        assert urlsplit(article["url"]).scheme
    whole = object_of(await client.call_tool("fetch", {"id": citation["article_id"]}))
    start, end = citation["span"]
    assert whole["text"][start:end] == citation["quote"]
    assert whole["title"] == "Harbour Courier · 2023-10-02 · Harbour bridge open again"
    assert whole["url"] == "https://courier.example/bridge"


async def test_every_tool_over_http(url: str) -> None:
    async with Client(url) as client:
        assert client.server_info is not None
        assert client.server_info.name == "qa-service"
        await check_every_tool(client)
        story = object_of(await client.call_tool("timeline", {"story_id": "s1"}))
        assert [line["id"] for line in story["articles"]] == ["courier/bridge", "seed/01"]
        assert all(line["url"] for line in story["articles"])


async def test_every_tool_for_a_client_that_begins_with_a_handshake(url: str) -> None:
    async with Client(url, mode="legacy") as client:
        await check_every_tool(client)


@pytest.mark.slow
async def test_every_tool_over_stdio(archive: Path) -> None:
    async with Client(stdio(archive)) as client:
        await check_every_tool(client)
        unknown = error_of(await client.call_tool("timeline", {"story_id": "nowhere"}))
        assert "nowhere" in unknown


@pytest.mark.slow
def test_stdout_carries_nothing_but_the_protocol(archive: Path) -> None:
    opening = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }
    command = [sys.executable, "-m", "qa_service", "mcp", "--data-dir", str(archive)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(opening) + "\n")
        process.stdin.flush()
        answered = json.loads(process.stdout.readline())
        assert answered["result"]["serverInfo"]["name"] == "qa-service"
        rest, _ = process.communicate(timeout=30)
        assert rest == ""
        assert process.returncode == 0


def test_stdio_without_an_archive_says_so_and_ends(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "qa_service", "mcp", "--data-dir", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "there is no archive" in done.stderr


async def test_an_article_without_an_address_gets_one_that_opens_it() -> None:
    service = FakeService()
    service.ingest_records([RECORDS[1]])
    app = create_app(service, HttpOptions(public_url="http://127.0.0.1:8000/"))
    with serving(app) as address:
        async with Client(f"{address}/mcp") as client:
            hits = object_of(await client.call_tool("search", {"query": "harbour bridge"}))["results"]
            assert hits[0] == {
                "id": "seed/01",
                "title": "undated · seed/01",
                "url": "http://127.0.0.1:8000/v1/articles/seed%2F01",
            }
            article = object_of(await client.call_tool("fetch", {"id": "seed/01"}))
            assert article["url"] == "http://127.0.0.1:8000/v1/articles/seed%2F01?version=1"
            assert article["metadata"]["date"] == "undated"
            opened = httpx2.get(address + article["url"].removeprefix("http://127.0.0.1:8000"))
            assert opened.json()["text"] == article["text"]


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("ask", {"question": "  "}, "question: is empty"),
        ("ask", {}, "question: is required"),
        ("ask", {"question": "bridge?", "published_from": "soon"}, "published_from: 'soon' is not an ISO 8601 date"),
        ("ask", {"question": "bridge?", "top_k": 0}, "top_k: "),
        ("ask", {"question": "bridge?", "since": "2023"}, "since: is not a known argument"),
        ("ask", {"question": "bridge\0?"}, "question: "),
        ("search", {"query": "?"}, "query: is empty"),
        ("fetch", {"id": "nowhere"}, "'nowhere'"),
        ("timeline", {}, "story_id: give either"),
        ("timeline", {"story_id": "s1", "question": "bridge"}, "story_id: give either"),
        ("timeline", {"question": "bridge"}, "no passage on that belongs to a story"),
    ],
)
async def test_errors_are_tool_errors_that_name_the_field(url: str, tool: str, arguments: Any, said: str) -> None:
    async with Client(url) as client:
        text = error_of(await client.call_tool(tool, arguments))
    assert said in text
    assert "filters." not in text
    assert "pydantic" not in text


async def test_our_own_faults_say_little() -> None:
    for failure in (StoreDamaged("/secret/place"), ValueError("/secret/place")):
        with serving(create_app(fake(failure=failure))) as address:
            async with Client(f"{address}/mcp") as client:
                assert "secret" not in error_of(await client.call_tool("ask", {"question": "bridge?"}))


async def test_a_name_pointed_here_from_elsewhere_is_refused(url: str) -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"accept": "application/json, text/event-stream"}
    assert httpx2.post(url, json=call, headers=headers).status_code == 200
    assert httpx2.post(url, json=call, headers=headers | {"host": "evil.example"}).status_code == 421
    assert httpx2.post(url, json=call, headers=headers | {"origin": "https://evil.example"}).status_code == 403


async def test_a_service_that_is_still_loading_says_so() -> None:
    loaded = threading.Event()

    def slowly() -> FakeService:
        loaded.wait(10)
        return fake()

    with serving(create_app(slowly)) as address:
        async with Client(f"{address}/mcp") as client:
            assert "being loaded" in error_of(await client.call_tool("search", {"query": "bridge"}))
            loaded.set()


async def test_questions_leave_the_event_loop_free() -> None:
    service = fake(delay=0.3)
    with serving(create_app(service)) as address:
        async with Client(f"{address}/mcp") as client:
            await client.call_tool("ask", {"question": "bridge?"})
            health = httpx2.get(f"{address}/healthz")
    assert health.status_code == 200
    assert service.threads
    assert threading.get_ident() not in service.threads


def test_only_post_is_answered(url: str) -> None:
    for method in ("HEAD", "GET", "PUT", "DELETE"):
        answer = httpx2.request(method, url, headers={"accept": "text/event-stream"}, timeout=5)
        assert answer.status_code == 405, method
        assert answer.headers["allow"] == "POST"


async def test_with_keys_in_force_a_reading_key_opens_it(tmp_path: Path) -> None:
    clear, _ = KeyRing(tmp_path).add("agent", ["read"])
    with serving(create_app(fake(), HttpOptions(keys=KeyRing(tmp_path)))) as address:
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {clear}"}) as bearing,
            Client(streamable_http_client(f"{address}/mcp", http_client=bearing)) as client,
        ):
            assert object_of(await client.call_tool("search", {"query": "harbour bridge"}))["results"]
        assert httpx2.post(f"{address}/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "ping"}).status_code == 401
