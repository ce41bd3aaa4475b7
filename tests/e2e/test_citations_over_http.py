"""The promise, checked from outside: whatever is quoted stands, word for word, in the version that is cited.

A server, a writer beside it and this client are three processes that share a data directory and nothing else. Only the
model is a double: an embedder that hashes words, put in the place that opens the embedder for every command.
"""

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
from urllib.parse import quote, urlencode, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
SEEN_WITHIN = 1.0
"""Seconds after another process has finished its write."""

FAKED = """
import json, sys
from index.testing import HashEmbedder
from qa_service import bootstrap
from qa_service.cli import main
bootstrap.open_embedder = lambda settings: HashEmbedder(dim=48)
"""
SERVE = f"{FAKED}\nmain()\n"
WRITE = f"""{FAKED}
for line in sys.stdin:  # one command a line; its exit status once it is done
    sys.argv = ["qa-service", *json.loads(line)]
    try:
        main()
        status = 0
    except SystemExit as left:
        status = left.code or 0
    print("DONE", status, flush=True)
"""

IDS = [
    "plain",
    "outlet/2023/10/bridge",
    "https://outlet.example/a?b=c&d=e#f",
    "100%/50%25",
    "Ստեփանակերտ/1",
    "e\u0301-\u00e9-🌉",
    "what?#",
    "a+b&c;d=e",
]
TOWNS = ["Orsk", "Valemouth", "Lower Weir", "Goris", "Cape Sorrow", "Sankt Élan", "Ōtsu", "Lorn"]


def story(article_id: str, place: int, number: int, *, lead: str = "") -> dict[str, Any]:
    """A report with code points that count as one here and as two elsewhere, and page furniture around its prose."""
    town = TOWNS[place]
    return {
        "id": article_id,
        "title": f"Flood reaches {town}",
        "source": f"Outlet {place}",
        "date": f"2023-0{place + 1}-15",
        "url": f"https://outlet-{place}.example/flood?n={number}",
        "language": "en",
        "text": f"{lead}🌊 The flood in {town} drove {number} families from their homes, the mayor of {town} said.\n\n"
        f"“We have never seen such water”, said Zoe\u0301 of {town} — 👩🏽\u200d🚒 and crews pumped for {number} hours.\n"
        f"ADVERTISEMENT\nThe bridge at {town} has been shut since. A levee built in {1900 + place} gave way first.\n\n"
        "Read more: https://outlet.example/more\n",
    }


FORMS = ("How many families left {}?", "What did the mayor of {} say?", "Why is the bridge at {} shut?")
QUESTIONS = [
    *(FORMS[place % 3].format(town) for place, town in enumerate(TOWNS)),
    "What happened in March 2023?",
    "When was the levee built? 🌊 é",
]


class Client:
    """Talks HTTP with the standard library and believes nothing it has not fetched."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)

    def call(self, method: str, target: str, body: Any = None) -> tuple[int, Any]:
        sent = None if body is None else json.dumps(body)
        self._connection.request(method, target, sent, {"Content-Type": "application/json"} if sent else {})
        response = self._connection.getresponse()
        content = response.read()
        return response.status, json.loads(content) if content else None

    def ask(self, question: str, **fields: Any) -> dict[str, Any]:
        body = {"question": question, "min_confidence": 0, "top_k": 20, **fields}
        status, answer = self.call("POST", "/v1/ask", body)
        assert status == 200, answer
        return answer

    def put(self, *records: dict[str, Any]) -> list[dict[str, Any]]:
        status, answer = self.call("POST", "/v1/articles", list(records))
        assert status == 200, answer
        return answer["items"]

    def article(self, article_id: str, version: int | None = None) -> tuple[int, Any]:
        query = "" if version is None else f"?version={version}"
        return self.call("GET", f"/v1/articles/{quote(article_id, safe='')}{query}")

    def check(self, *answers: dict[str, Any]) -> set[tuple[str, int]]:
        """Fetch every article cited at its version and compare each quote; the (id, version) pairs cited."""
        fetched: dict[tuple[str, int], str] = {}
        for answer in answers:
            for part in ("answer", "passages", "claims"):
                for one in answer[part]:
                    citation = one["citation"]
                    named = (citation["article_id"], citation["version"])
                    if named not in fetched:
                        status, article = self.article(*named)
                        assert status == 200, citation
                        assert (article["id"], article["version"]) == named
                        fetched[named] = article["text"]
                    start, end = citation["span"]
                    assert fetched[named][start:end] == citation["quote"] != ""
                    said = {"answer": "sentence", "passages": "text"}.get(part)
                    assert said is None or one[said] == citation["quote"]
        return set(fetched)

    def check_all(self) -> set[tuple[str, int]]:
        return self.check(*(self.ask(question) for question in QUESTIONS))


class Process:
    """A child of this test, killed at its end whatever happens."""

    def __init__(self, script: str, *arguments: str) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
        self._child = subprocess.Popen(
            [sys.executable, "-c", script, *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._watchdog = threading.Timer(120, self._child.kill)
        self._watchdog.start()

    def line(self) -> str:
        assert self._child.stdout is not None
        found = self._child.stdout.readline()
        if not found:
            assert self._child.stderr is not None
            raise AssertionError(self._child.stderr.read())
        return found.rstrip("\n")

    def say(self, line: str) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(line + "\n")
        self._child.stdin.flush()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self._child.send_signal(how)
        return self._child.wait(40)

    def end(self) -> None:
        self._watchdog.cancel()
        self._child.kill()
        self._child.communicate()


class Writer(Process):
    """The command line in a process of its own, one command after another."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(WRITE)
        self._data_dir = str(data_dir)

    def run(self, *arguments: str) -> float:
        """Returns when the command has ended well: the moment, on the monotonic clock."""
        self.say(json.dumps([*arguments, "--data-dir", self._data_dir]))
        while not (line := self.line()).startswith("DONE"):
            pass
        assert line == "DONE 0"
        return time.monotonic()


class Archive:
    """A data directory with a server on it, which may be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self.data_dir = folder / "data"
        self._folder = folder
        self._processes: list[Process] = []
        self._server: Process | None = None

    def serve(self) -> Client:
        self._server = Process(SERVE, "serve", "--port", "0", "--data-dir", str(self.data_dir))
        self._processes.append(self._server)
        line = self._server.line()
        assert line.startswith("Serving "), line
        return Client(line.split()[-1])

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self._server is not None
        return self._server.stop(how)

    def writer(self) -> Writer:
        writer = Writer(self.data_dir)
        self._processes.append(writer)
        return writer

    def file(self, name: str, *records: dict[str, Any]) -> str:
        path = self._folder / name
        path.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
        return str(path)

    def end(self) -> None:
        for process in self._processes:
            process.end()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive(tmp_path)
    yield opened
    opened.end()


def test_every_quote_stands_in_the_article_cited_through_ingest_update_delete_and_restart(archive: Archive) -> None:
    client = archive.serve()
    assert client.check_all() == set()  # nothing there, nothing cited

    # Ingest.
    outcomes = client.put(*(story(one, n, 100 + n) for n, one in enumerate(IDS)))
    assert [one["id"] for one in outcomes] == IDS
    assert client.check_all() == {(one, 1) for one in IDS}

    # Update: what stands before every quote grows, so that offsets of the old version would be wrong.
    client.put(*(story(one, n, 700 + n, lead="UPDATED — ") for n, one in enumerate(IDS[:4])))
    assert client.check_all() == {(one, 2) for one in IDS[:4]} | {(one, 1) for one in IDS[4:]}
    assert client.article(IDS[1], 1)[1]["text"] != client.article(IDS[1], 2)[1]["text"]

    # What was valid before is still cited from its own version.
    then = client.ask(QUESTIONS[0], as_of="2023-02-01")
    assert client.check(then) == {(IDS[0], 1)}
    assert {p["citation"]["newer_version"] for p in then["passages"]} == {2}

    # Delete: gone from every answer, with all versions.
    assert client.call("DELETE", f"/v1/articles/{quote(IDS[2], safe='')}")[0] == 204
    assert client.call("DELETE", f"/v1/articles/{IDS[1]}")[0] == 204  # a slash need not be encoded
    left = {(IDS[0], 2), (IDS[3], 2)} | {(one, 1) for one in IDS[4:]}
    assert client.check_all() == left
    assert all(client.article(IDS[2], version)[0] == 404 for version in (None, 1, 2))

    # Restart, once in order and once by force.
    before = [client.ask(q, asked_at="2023-10-02") for q in QUESTIONS[:6]]
    for how, status in ((signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)):
        assert archive.stop(how) == status
        client = archive.serve()
        assert client.check_all() == left
    after = [client.ask(q, asked_at="2023-10-02") for q in QUESTIONS[:6]]
    for one, other in zip(before, after, strict=True):
        assert [(p["article_id"], p["text"]) for p in one["passages"]] == [
            (p["article_id"], p["text"]) for p in other["passages"]
        ]

    # The same over GET, by its links.
    status, answer = client.call("GET", "/v1/ask?" + urlencode({"q": QUESTIONS[8], "min_confidence": 0}))
    assert status == 200
    for passage in answer["passages"]:
        link = urlsplit(passage["citation"]["permalink"])
        assert client.call("GET", f"{link.path}?{link.query}")[1]["quote"] == passage["text"]


def test_a_write_by_another_process_is_seen_and_cited_within_a_second(archive: Archive) -> None:
    writer = archive.writer()
    writer.run("ingest", archive.file("first.jsonl", *(story(one, n, 100 + n) for n, one in enumerate(IDS))))
    client = archive.serve()
    assert client.check_all() == {(one, 1) for one in IDS}

    def cited(place: int) -> set[tuple[str, int]]:
        """No look at the articles: one may go between an answer and that."""
        answer = client.ask(QUESTIONS[place])
        return {(p["article_id"], p["citation"]["version"]) for p in answer["passages"]}

    def seen(since: float, place: int, wanted: tuple[str, int], *, there: bool = True) -> None:
        while (wanted in cited(place)) != there:
            assert time.monotonic() - since < SEEN_WITHIN, wanted
            time.sleep(0.02)

    since = writer.run("ingest", archive.file("update.jsonl", story(IDS[4], 4, 900, lead="🌉🌉 ")))
    seen(since, 4, (IDS[4], 2))
    since = writer.run("ingest", archive.file("new.jsonl", story("new/one", 6, 901)))
    seen(since, 6, ("new/one", 1))
    since = writer.run("delete", IDS[5])
    seen(since, 5, (IDS[5], 1), there=False)
    assert client.article(IDS[5])[0] == 404

    left = {(one, 1) for one in IDS if one not in (IDS[4], IDS[5])} | {(IDS[4], 2), ("new/one", 1)}
    assert client.check_all() == left

    # Both write, and each sees the other.
    client.put(story("http/one", 7, 902))
    since = writer.run("delete", "http/one", "new/one")
    seen(since, 7, ("http/one", 1), there=False)
    since = writer.run("compact")
    assert client.check_all() == left - {("new/one", 1)}


def test_quotes_hold_while_another_process_rewrites_the_articles(archive: Archive) -> None:
    """Every version ever cited stays to be fetched, however fast the next one comes."""
    writer = archive.writer()
    writer.run("ingest", archive.file("first.jsonl", *(story(one, n, 100 + n) for n, one in enumerate(IDS))))
    client = archive.serve()
    files = [
        archive.file(f"{turn}.jsonl", *(story(one, n, 10 * turn + n, lead="… " * turn) for n, one in enumerate(IDS)))
        for turn in range(2, 6)
    ]
    rewriting = threading.Thread(target=lambda: [writer.run("ingest", name) for name in files])
    rewriting.start()
    versions: set[int] = set()
    while rewriting.is_alive():
        for question in QUESTIONS[::3]:
            versions |= {version for _, version in client.check(client.ask(question))}
    rewriting.join()
    time.sleep(SEEN_WITHIN)
    assert client.check_all() == {(one, 5) for one in IDS}
    assert versions
