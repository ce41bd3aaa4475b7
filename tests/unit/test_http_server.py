"""Over a real socket: names with any character, a live event loop, opening and stopping."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from index.errors import StoreDamaged
from qa_service.http.app import create_app
from qa_service.http.options import HttpOptions
from qa_service.http.schemas import Passage
from qa_service.http.testing import FakeService, serving

ROOT = Path(__file__).parents[2]


def call(url: str, method: str, target: str, body: Any = None) -> tuple[int, Any, Any]:
    """Status, JSON (None when empty) and headers of one request whose target is sent as it is."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        sent = None if body is None else json.dumps(body)
        connection.request(method, target, sent, {"Content-Type": "application/json"} if sent else {})
        response = connection.getresponse()
        content = response.read()
        return response.status, json.loads(content) if content else None, response.headers
    finally:
        connection.close()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(create_app(FakeService())) as address:
        yield address


NAMES = [
    "plain",
    "outlet/2023/10/story",
    "/leading",
    "trailing/",
    "//both//",
    "a/../b",
    "../..",
    "..",
    "./x",
    "a//b",
    "https://outlet.example/a?b=c&d=e#f",
    "what?",
    "a#b",
    "100%",
    "a%2Fb",
    "a%252Fb",
    "%",
    "%zz",
    "a;b=c",
    "a+b",
    "a&b=c",
    "a:b@c",
    "[1]",
    "Ստեփանակերտ",
    "Степанакерт/1",
    "e\u0301",
    "\u00e9",
    "🌉",
    "a\\b",
    '"quoted"',
    "{id}",
    "a|b^c`d",
]


@pytest.mark.parametrize("slash_encoded", [True, False])
@pytest.mark.parametrize("name", NAMES)
def test_an_id_of_any_characters_arrives_as_it_was_sent(url: str, name: str, slash_encoded: bool) -> None:
    target = "/v1/articles/" + quote(name, safe="" if slash_encoded else "/")
    assert call(url, "POST", "/v1/articles", {"id": name, "text": "The bridge is open."})[0] == 200
    assert call(url, "GET", target)[1]["id"] == name
    assert call(url, "GET", target + "?version=1")[1]["id"] == name
    assert call(url, "DELETE", target)[0] == 204
    assert call(url, "GET", target)[0] == 404
    assert call(url, "DELETE", target)[0] == 404


def test_names_that_decode_alike_only_twice_are_different_articles(url: str) -> None:
    call(url, "POST", "/v1/articles", [{"id": "x/y", "text": "Slash."}, {"id": "x%2Fy", "text": "Percent."}])
    assert call(url, "GET", "/v1/articles/x%2Fy")[1]["text"] == "Slash."
    assert call(url, "GET", "/v1/articles/x%252Fy")[1]["text"] == "Percent."
    assert call(url, "DELETE", "/v1/articles/x/y")[0] == 204
    assert call(url, "GET", "/v1/articles/x%252Fy")[0] == 200


@pytest.mark.parametrize("tail", ["%0A", "%0D", "%00", "%20", "%E2%80%A8"])
def test_a_name_with_something_more_at_its_end_is_not_that_name(url: str, tail: str) -> None:
    call(url, "POST", "/v1/articles", {"id": "kept", "text": "Still here."})
    assert call(url, "DELETE", f"/v1/articles/kept{tail}")[0] == 404
    assert call(url, "GET", "/v1/articles/kept")[0] == 200


@pytest.mark.parametrize("target", ["/v1/articles/%FF", "/v1/articles/a%C3", "/v1/passages/%ED%A0%80"])
def test_a_name_that_is_not_utf8_is_the_callers_error(url: str, target: str) -> None:
    status, body, headers = call(url, "GET", target)
    assert (status, headers["Content-Type"]) == (422, "application/problem+json")
    assert body["errors"][0]["message"] == "is not percent-encoded UTF-8"


@pytest.mark.parametrize(
    "target", ["/v1%2Farticles/kept", "/v1/%61rticles/kept", "/v1/articles/", "/v1/articles/kept/../../ask"]
)
def test_other_spellings_of_the_route_name_nothing(url: str, target: str) -> None:
    call(url, "POST", "/v1/articles", {"id": "kept", "text": "Still here."})
    assert call(url, "DELETE", target)[0] == 404


def test_a_passage_is_found_by_the_id_that_an_answer_names(url: str) -> None:
    call(url, "POST", "/v1/articles", {"id": "cited/1", "text": "Divers found the anchor."})
    answer = call(url, "POST", "/v1/ask", {"question": "Who found the anchor?"})[1]
    passage = call(url, "GET", f"/v1/passages/{quote(answer['passages'][0]['passage_id'], safe='')}")[1]
    Passage.model_validate(passage)
    article = call(url, "GET", f"/v1/articles/cited/1?version={passage['version']}")[1]
    start, end = passage["span"]
    assert article["text"][start:end] == passage["text"] == passage["citation"]["quote"]


def test_the_event_loop_answers_while_every_thread_is_busy_and_the_line_is_bounded() -> None:
    service = FakeService(delay=1.0)
    options = HttpOptions(workers=2, waiting=1)
    statuses: list[tuple[int, Any]] = []

    def ask() -> None:
        status, _, headers = call(url, "GET", "/v1/ask?q=anything")
        statuses.append((status, headers["Retry-After"]))

    with serving(create_app(service, options)) as url:
        askers = [threading.Thread(target=ask) for _ in range(6)]
        for asker in askers:
            asker.start()
        deadline = time.monotonic() + 5
        while len(statuses) < 3 and time.monotonic() < deadline:  # those turned away answer at once
            time.sleep(0.01)
        taken: list[float] = []
        for _ in range(5):
            started = time.monotonic()
            assert call(url, "GET", "/healthz")[0] == 200
            assert call(url, "GET", "/readyz")[0] == 200
            taken.append(time.monotonic() - started)
        still_asking = len(statuses) == 3
        for asker in askers:
            asker.join()
    assert still_asking
    assert min(taken) < 0.1
    assert sorted(statuses, key=str) == [(200, None)] * 3 + [(503, "1")] * 3
    assert len(service.threads) <= 2


def test_feeding_does_not_wait_for_asking() -> None:
    with serving(create_app(FakeService(delay=1.5), HttpOptions(workers=1, waiting=4))) as url:
        askers = [threading.Thread(target=call, args=(url, "GET", "/v1/ask?q=anything")) for _ in range(2)]
        for asker in askers:
            asker.start()
        time.sleep(0.2)
        started = time.monotonic()
        assert call(url, "POST", "/v1/articles", {"id": "now", "text": "Stored meanwhile."})[0] == 200
        assert time.monotonic() - started < 1.0
        for asker in askers:
            asker.join()


def test_the_server_listens_while_the_index_is_loaded_and_closes_it_at_the_end() -> None:
    loaded = threading.Event()
    service = FakeService()

    def opening() -> FakeService:
        loaded.wait(10)
        return service

    with serving(create_app(opening)) as url:
        assert call(url, "GET", "/healthz")[0] == 200
        for target in ("/readyz", "/v1/ask?q=anything", "/v1/articles/x"):
            status, body, headers = call(url, "GET", target)
            assert (status, body["type"][-9:], headers["Retry-After"]) == (503, "not-ready", "1")
        loaded.set()
        deadline = time.monotonic() + 5
        while call(url, "GET", "/readyz")[0] != 200 and time.monotonic() < deadline:
            time.sleep(0.02)
        ready = call(url, "GET", "/readyz")[1]
        assert ready.pop("model") == "words in common"
        assert ready == {"status": "ready", "min_confidence": 0.25, "sequence": 0, "articles": 0, "passages": 0}
        assert service.closed == 0
    assert service.closed == 1


def test_a_failure_to_open_is_told_to_who_started_it_and_not_to_callers() -> None:
    told: list[Exception] = []

    def opening() -> FakeService:
        raise StoreDamaged("/secret/place/catalogue.db is not a database")

    with serving(create_app(opening, on_failure=told.append)) as url:
        deadline = time.monotonic() + 5
        while not told and time.monotonic() < deadline:
            time.sleep(0.02)
        status, body, _ = call(url, "GET", "/readyz")
        assert call(url, "GET", "/healthz")[0] == 200
    assert status == 503
    assert "secret" not in json.dumps(body)
    assert isinstance(told[0], StoreDamaged)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_answered_and_not_cut_off(chunked: bool) -> None:
    with serving(create_app(FakeService(), HttpOptions(question_bytes=400_000))) as url:
        body = json.dumps({"question": "x" * 600_000}).encode()
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
        sent = iter([body[:300_000], body[300_000:]]) if chunked else body
        connection.request("POST", "/v1/ask", sent, {"Content-Type": "application/json"}, encode_chunked=chunked)
        response = connection.getresponse()
        assert (response.status, json.loads(response.read())["status"]) == (413, 413)
        connection.close()


SERVED = """
import sys
from qa_service.http.app import create_app
from qa_service.http.server import Server, listen
from qa_service.http.testing import FakeService

class Closing(FakeService):
    def close(self):
        print("closed", flush=True)

with listen("127.0.0.1", 0) as bound:
    Server(create_app(lambda: Closing(delay=1.0)), bound, lambda url: print(url, flush=True)).serve_until_stopped()
print("stopped", flush=True)
"""


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_answers_what_it_has_begun_closes_and_exits_0(stop: signal.Signals) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", SERVED], stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        deadline = time.monotonic() + 10
        while call(url, "GET", "/readyz")[0] != 200 and time.monotonic() < deadline:
            time.sleep(0.02)
        statuses: list[int] = []
        asker = threading.Thread(target=lambda: statuses.append(call(url, "GET", "/v1/ask?q=anything")[0]))
        asker.start()
        time.sleep(0.4)
        process.send_signal(stop)
        asker.join()
        rest = process.stdout.read()
        assert process.wait(10) == 0
        assert statuses == [200]
        assert rest.split() == ["closed", "stopped"]
    finally:
        process.kill()
        process.wait()
