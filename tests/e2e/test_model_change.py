"""Another model under a running server: every question is answered meanwhile, and afterwards by the new model.

Server, reindex and client are processes of their own; the models are tiny, but loaded as any other.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from index.verifying import verify
from qa_service.cli.opening import open_archive
from qa_service.settings import Settings
from tests.models import tiny_embedder

ROOT = Path(__file__).parents[2]
WAIT = 120.0
TOWNS = [
    f"{a}{b}" for a in ("Or", "Gor", "Lor", "Val", "Wes", "Tol", "Mar", "Ash") for b in ("sk", "is", "mouth", "ton")
]
LATE = "Lateford"
KILLED = """
import os, signal
from index import reindexing
from qa_service.cli import main
calls, real = 0, reindexing.process_again
def dies(*given):
    global calls
    calls += 1
    if calls == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    real(*given)
reindexing.process_again = dies
main()
"""

HIDES = """
import os
from index import reindexing
from qa_service.cli import main
real = reindexing._change_over
def hides(db, pipeline):
    done = real(db, pipeline)
    os.rename(pipeline.embedder.name, os.environ["HIDE_AS"])
    return done
reindexing._change_over = hides
main()
"""


def article(town: str) -> dict[str, Any]:
    """No two of them are copies of each other, and each town is named in one article only."""
    n = [*TOWNS, LATE].index(town)
    what, why = ("bridge", "school", "market", "quay")[n % 4], ("flood", "fire", "storm", "strike")[n // 4 % 4]
    who, did = ("mayor", "harbour master", "fire brigade")[n % 3], ("rain", "rats", "ice", "mud", "smoke")[n % 5]
    text = f"The {what} at {town} is shut because of the {why}. The {who} of {town} had warned of {did} {n + 2} times."
    return {"id": town, "title": f"{why.title()} in {town}", "text": text, "date": f"20{10 + n % 12}-0{1 + n % 9}-06"}


def run(*arguments: str, script: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *(("-c", script) if script else ("-m", "qa_service")), *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment(**more), capture_output=True, text=True, check=False, timeout=WAIT
    )


def environment(**more: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    return {**ours, "OMP_NUM_THREADS": "1", **more}


class Server:
    """``qa-service serve`` on a free port; killed at the end whatever happens."""

    def __init__(self, data: Path) -> None:
        command = [sys.executable, "-m", "qa_service", "serve", "--port", "0", "--data-dir", str(data)]
        self.said = (data.parent / "server.log").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=self.said, text=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, f"the server did not come up: {line}{Path(self.said.name).read_text()}"
        self.address = urlsplit(found.group()).netloc

    def call(self, method: str, target: str, body: Any = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(self.address, timeout=30)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, target, sent, {"Content-Type": "application/json"} if sent else {})
            response = connection.getresponse()
            content = response.read()
            return response.status, json.loads(content) if content else None
        finally:
            connection.close()

    def model(self) -> str:
        return self.call("GET", "/readyz")[1]["model"]

    def wait_for(self, model: str) -> None:
        deadline = time.monotonic() + WAIT
        while self.model() != model:
            assert time.monotonic() < deadline, Path(self.said.name).read_text()
            time.sleep(0.05)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.said.close()


@dataclass
class Asking:
    """Asks without a pause until stopped; every wrong answer is written down."""

    server: Server
    asked: int = 0
    slowest: float = 0.0
    wrong: list[Any] = field(default_factory=list[Any])
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list[threading.Thread])

    def __enter__(self) -> Asking:
        for n in range(2):
            self._threads.append(threading.Thread(target=self._ask, args=(n,)))
            self._threads[-1].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, first: int) -> None:
        n = first
        while not self._stop.is_set():
            town = TOWNS[n % len(TOWNS)]
            started = time.monotonic()
            try:
                body = {"question": f"What is shut at {town}, and why?", "min_confidence": 0}
                status, answer = self.server.call("POST", "/v1/ask", body)
            except OSError as error:
                status, answer = 0, {"error": repr(error)}
            self.slowest = max(self.slowest, time.monotonic() - started)
            if not self._is_right(status, answer, town):
                self.wrong.append((town, status, answer))
            self.asked += 1
            n += 2

    @staticmethod
    def _is_right(status: int, answer: Any, town: str) -> bool:
        """The town's article is found, and what is quoted stands in the article that is cited."""
        if status != 200 or not answer["answer"] or town not in {p["article_id"] for p in answer["passages"]}:
            return False
        cited = [one["citation"] for one in answer["answer"] + answer["passages"]]
        return all(article(c["article_id"])["text"][slice(*c["span"])] == c["quote"] != "" for c in cited)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("models")
    texts = [article(town)["text"] for town in TOWNS] + ["What is shut, and why?", article(LATE)["text"]]
    old = tiny_embedder(folder / "old", texts, seed=1)
    new = tiny_embedder(folder / "new", texts, seed=2, width=24)
    return str(old), str(new)


@pytest.fixture(scope="module")
def built(models: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that was built with the old model."""
    folder = tmp_path_factory.mktemp("built")
    lines = folder / "articles.jsonl"
    lines.write_text("".join(json.dumps(article(town)) + "\n" for town in TOWNS), encoding="utf-8")
    done = run("ingest", str(lines), "--data-dir", str(folder / "data"), QA_MODEL=models[0])
    assert done.returncode == 0, done.stderr
    return folder / "data"


@pytest.fixture
def data(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "data")


@pytest.fixture
def server(data: Path) -> Iterator[Server]:
    made = Server(data)
    yield made
    made.kill()


def assert_sound(data: Path, model: str) -> None:
    with closing(open_archive(Settings(data_dir=data))) as store:
        assert verify(store) == []
        assert store.status()["model"] == model


def test_every_question_is_answered_while_the_model_changes(
    server: Server, data: Path, models: tuple[str, str]
) -> None:
    old, new = models
    assert server.model() == old
    with Asking(server) as asking:
        done = run("reindex", "--model", new, "--data-dir", str(data), "--json")
        assert done.returncode == 0, done.stderr
        # A write that comes while the server changes over waits for the new model.
        late = article(LATE)
        status, outcome = server.call("POST", "/v1/articles", late)
        assert (status, outcome["items"][0]["outcome"]) == (200, "ingested")
        server.wait_for(new)
        after = asking.asked
        while asking.asked < after + 20:
            time.sleep(0.05)
    assert asking.wrong == []
    assert asking.asked > 50
    assert asking.slowest < 20
    assert server.call("GET", f"/v1/articles/{LATE}")[0] == 200
    assert_sound(data, new)
    assert server.process.poll() is None


def test_a_reindex_killed_in_the_middle_changes_nothing(server: Server, data: Path, models: tuple[str, str]) -> None:
    old, new = models
    with Asking(server) as asking:
        killed = run("reindex", "--model", new, "--data-dir", str(data), script=KILLED)
        assert killed.returncode == -signal.SIGKILL
        assert server.model() == old
        assert_sound(data, old)
        assert run("reindex", "--model", new, "--data-dir", str(data)).returncode == 0
        server.wait_for(new)
    assert asking.wrong == []


@pytest.mark.slow
def test_a_server_killed_while_it_changes_over_comes_up_with_the_new_model(
    server: Server, data: Path, models: tuple[str, str]
) -> None:
    assert run("reindex", "--model", models[1], "--data-dir", str(data)).returncode == 0
    server.kill()
    again = Server(data)
    try:
        assert again.model() == models[1]
        with Asking(again) as asking:
            time.sleep(1)
        assert asking.asked and asking.wrong == []
    finally:
        again.kill()


@pytest.mark.slow
def test_a_model_that_the_server_cannot_load_leaves_it_answering_with_the_old_one(
    server: Server, data: Path, models: tuple[str, str], tmp_path: Path
) -> None:
    elsewhere = tiny_embedder(tmp_path / "elsewhere", ["bridge", "shut"], seed=3)
    hidden = tmp_path / "hidden"
    with Asking(server) as asking:
        changed = run("reindex", "--model", str(elsewhere), "--data-dir", str(data), script=HIDES, HIDE_AS=str(hidden))
        assert changed.returncode == 0, changed.stderr
        deadline = time.monotonic() + WAIT
        while "has another model that cannot be opened" not in Path(server.said.name).read_text():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert server.model() == models[0]
        after = asking.asked
        while asking.asked < after + 20:
            time.sleep(0.05)
        assert asking.wrong == []
    hidden.rename(elsewhere)
    server.wait_for(str(elsewhere))
