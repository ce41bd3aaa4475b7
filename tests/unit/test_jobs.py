"""Background jobs: taken durably, done once, told item by item, over HTTP and across a killed server."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from index.catalogue import Catalogue
from index.errors import NotFound
from qa_service.http.app import create_app
from qa_service.http.testing import FakeService
from qa_service.jobs import Jobs

Fields = dict[str, Any]


def until(found: Callable[[], Any], seconds: float = 20.0) -> Any:
    deadline = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return value


def records(*names: str) -> list[Fields]:
    return [{"id": name, "text": f"The bridge {name} closed."} for name in names]


def accepted(jobs: Jobs, given: list[Fields]) -> str:
    return str(jobs.accept([(record, None) for record in given])["id"])


def test_a_job_over_http_from_202_to_done() -> None:
    with TestClient(create_app(FakeService())) as http:
        body = [*records("a", "b"), {"text": ""}, "no object"]
        answer = http.post("/v1/articles:batch", json=body)
        assert answer.status_code == 202
        place = answer.headers["location"]
        assert place == f"/v1/jobs/{answer.json()['id']}"
        job = until(lambda: (told := http.get(place).json())["state"] == "done" and told)
        assert [one["outcome"] for one in job["items"]] == ["ingested", "ingested", "refused", "refused"]
        assert (job["total"], job["settled"], job["ingested"], job["refused"]) == (4, 4, 2, 2)
        assert http.get("/v1/articles/a").status_code == 200
        part = http.get(place, params={"start": 2, "count": 1}).json()
        assert [one["place"] for one in part["items"]] == [2]
        assert [one["id"] for one in http.get("/v1/jobs").json()["jobs"]] == [job["id"]]
        assert 'qa_jobs{state="done"} 1.0' in http.get("/metrics").text


def test_json_lines_are_taken_and_a_broken_line_is_named() -> None:
    with TestClient(create_app(FakeService())) as http:
        headers = {"Content-Type": "application/x-ndjson"}
        body = "\n".join(map(json.dumps, records("a", "b"))) + "\n"
        assert http.post("/v1/articles:batch", content=body, headers=headers).json()["total"] == 2
        refused = http.post("/v1/articles:batch", content=body + "{", headers=headers)
        assert refused.status_code == 400 and refused.json()["detail"].startswith("Line 3:")
        assert http.post("/v1/articles:batch", json=[]).status_code == 422
        assert http.get("/v1/jobs/0123456789abcdef").status_code == 404
        assert http.get("/v1/jobs/x").status_code == 422


def test_bodies_are_dropped_once_they_are_done(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path, max_bytes=1000)
    job = accepted(jobs, records("a", "b"))
    db = sqlite3.connect(tmp_path / "catalogue.db")
    kept = "SELECT count(*) FROM job_items WHERE record IS NOT NULL"
    assert db.execute(kept).fetchone() == (2,)
    assert jobs.step(FakeService().ingest_records)
    assert db.execute(kept).fetchone() == (0,)
    assert jobs.job(job)["state"] == "done" and not jobs.step(FakeService().ingest_records)


def test_items_of_one_article_are_never_ingested_together(tmp_path: Path) -> None:
    jobs, calls = Jobs(tmp_path, max_bytes=1000), list[list[str]]()
    service = FakeService()
    job = accepted(jobs, [*records("a", "b"), {"id": "a", "text": "Another text."}, *records("c")])

    def ingest(some: list[Fields]) -> list[Fields]:
        calls.append([one["id"] for one in some])
        return service.ingest_records(some)

    while jobs.step(ingest):
        pass
    assert calls == [["a", "b"], ["a", "c"]]
    assert [one["outcome"] for one in jobs.job(job)["items"]] == ["ingested", "ingested", "updated", "ingested"]


def test_an_item_that_nothing_foresaw_does_not_hold_up_the_others(tmp_path: Path) -> None:
    jobs, service = Jobs(tmp_path, max_bytes=1000), FakeService()
    job = accepted(jobs, records("a", "bad", "c"))

    def ingest(some: list[Fields]) -> list[Fields]:
        if any(one["id"] == "bad" for one in some):
            raise RuntimeError("a bug")
        return service.ingest_records(some)

    assert jobs.step(ingest)
    assert [one["outcome"] for one in jobs.job(job)["items"]] == ["ingested", "refused", "ingested"]


def test_a_cancelled_job_leaves_the_rest_undone(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path, max_bytes=1000)
    job = accepted(jobs, records("a"))
    assert jobs.cancel(job)["state"] == "cancelled"
    assert not jobs.step(FakeService().ingest_records)
    with pytest.raises(NotFound):
        jobs.cancel("none")


def test_an_archive_of_before_opens_and_takes_jobs(tmp_path: Path) -> None:
    Catalogue(tmp_path / "catalogue.db").close()
    jobs = Jobs(tmp_path, max_bytes=1000)
    job = accepted(jobs, records("a"))
    jobs.stop()
    assert Jobs(tmp_path, max_bytes=1000).job(job)["state"] == "queued"
    again = Catalogue(tmp_path / "catalogue.db")
    assert again.counts()["articles"] == 0
    again.close()


SERVE = """
import sys
from index.testing import HashEmbedder
import qa_service.bootstrap
qa_service.bootstrap.open_embedder = lambda settings: HashEmbedder()
from qa_service.cli import main
main()
"""


class Server:
    """``qa-service serve`` in a process of its own, with a fake embedder."""

    def __init__(self, data: Path) -> None:
        command = [sys.executable, "-c", SERVE, "serve", "--port", "0", "--data-dir", str(data)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=Path(__file__).parents[2]
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("Serving "), line
        self.url = line.split()[-1]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        import httpx2

        with httpx2.Client(base_url=self.url, trust_env=False, timeout=30) as client:
            answer = client.request(method, path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.mark.slow
def test_a_killed_server_goes_on_where_it_was_and_stores_every_item_once(tmp_path: Path) -> None:
    given = [{"id": f"n{n}", "text": f"Bridge number {n} closed on Monday. " * 20} for n in range(600)]
    given += [{"id": "n0", "text": "Bridge number 0 opened again."}]
    server = Server(tmp_path)
    job = server.call("POST", "/v1/articles:batch", given)["id"]
    kills = 0
    while True:
        settled = server.call("GET", f"/v1/jobs/{job}?count=0")["settled"]
        if kills == 3 or settled == len(given):
            break
        until(lambda: server.call("GET", f"/v1/jobs/{job}?count=0")["settled"] > settled)  # noqa: B023
        server.kill()
        kills += 1
        server = Server(tmp_path)
    try:
        until(lambda: server.call("GET", f"/v1/jobs/{job}?count=0")["state"] == "done", 120)
        told = server.call("GET", f"/v1/jobs/{job}?count=1000")
        assert kills >= 1
        assert [one["outcome"] for one in told["items"]] == ["ingested"] * 600 + ["updated"]
        assert [one["id"] for one in told["items"]] == [one["id"] for one in given]
    finally:
        server.kill()
    catalogue = Catalogue(tmp_path / "catalogue.db")
    assert (catalogue.counts()["articles"], catalogue.counts()["versions"]) == (600, 601)
    catalogue.close()
