"""API keys: what is kept of them, who may do what over HTTP, and how often."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from index.errors import InvalidRequest, NotFound, StoreDamaged
from qa_service.cli import build
from qa_service.http.access import RateLimit, scope_of
from qa_service.http.app import create_app
from qa_service.http.options import HttpOptions
from qa_service.http.testing import FakeService
from qa_service.keys import KeyRing

BUSES = {"id": "a", "text": "The harbour bridge closed."}


def client(ring: KeyRing | None, **more: object) -> TestClient:
    return TestClient(create_app(FakeService(), HttpOptions(keys=ring, **more)))  # type: ignore[arg-type]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_a_key_is_kept_only_as_a_digest_in_a_file_of_its_owner(tmp_path: Path) -> None:
    clear, key = KeyRing(tmp_path).add("newsroom", ["write", "read"])
    kept = (tmp_path / "keys.json").read_text()
    assert clear.rpartition("_")[2] not in kept and key.digest in kept
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
    assert len(clear) > 50 and key.scopes == ("read", "write")
    assert KeyRing(tmp_path).find(clear) == key
    assert KeyRing(tmp_path).find(clear[:-1]) is None


def test_another_process_adding_and_revoking_is_seen_at_once(tmp_path: Path) -> None:
    server, operator = KeyRing(tmp_path), KeyRing(tmp_path)
    assert server.keys() == ()
    clear, key = operator.add("one")
    other, _ = operator.add("two")
    assert server.find(clear) == key
    operator.revoke(key.id)
    assert server.find(clear) is None and server.find(other) is not None


def test_wrong_scopes_names_and_files_are_named(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path)
    with pytest.raises(InvalidRequest, match="admin given"):
        ring.add("x", ["admin"])
    with pytest.raises(InvalidRequest, match="printable"):
        ring.add(" ")
    with pytest.raises(NotFound, match="no key 'zz'"):
        ring.revoke("zz")
    (tmp_path / "keys.json").write_text('{"a": 1}')
    with pytest.raises(StoreDamaged, match=r"keys\.json"):
        ring.keys()


@pytest.mark.parametrize("header", [{}, bearer("qa_nobody"), {"Authorization": "Basic eDp5"}, bearer("")])
def test_without_a_valid_key_the_answer_is_401(tmp_path: Path, header: dict[str, str]) -> None:
    ring = KeyRing(tmp_path)
    ring.add("x")
    answer = client(ring).get("/v1/ask?q=bridge", headers=header)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith('Bearer realm="qa-service"') and ("invalid_token" in challenge) == bool(header)
    assert answer.json()["type"].endswith("no-valid-key")


def test_a_read_key_asks_and_does_not_write(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path)
    read, write = ring.add("r", ["read"])[0], ring.add("w", ["write"])[0]
    http = client(ring)
    refused = http.post("/v1/articles", json=BUSES, headers=bearer(read))
    assert refused.status_code == 403
    assert 'scope="write"' in refused.headers["www-authenticate"]
    assert http.post("/v1/articles", json=BUSES, headers=bearer(write)).status_code == 200
    assert http.get("/v1/articles/a", headers=bearer(write)).status_code == 403
    assert http.get("/v1/articles/a", headers=bearer(read)).status_code == 200
    assert http.delete("/v1/articles/a", headers=bearer(read)).status_code == 403
    assert http.delete("/v1/articles/a", headers=bearer(write)).status_code == 204


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"])
def test_probes_and_descriptions_need_no_key(tmp_path: Path, path: str) -> None:
    assert client(KeyRing(tmp_path)).get(path).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "/v1/ask", "read"),
        ("POST", "/v1/chat/completions", "read"),
        ("POST", "/mcp", "read"),
        ("POST", "/v1/articles:batch", "write"),
        ("GET", "/v1/jobs/1", "write"),
        ("GET", "/v1/articles/a", "read"),
    ],
)
def test_the_scope_of_a_request(method: str, path: str, scope: str) -> None:
    assert scope_of(method, path) == scope


def test_a_bucket_lets_a_burst_through_and_then_an_even_flow() -> None:
    clock = [0.0]
    limit = RateLimit(per_minute=60, burst=2, now=lambda: clock[0])
    assert [limit.wait("a"), limit.wait("a")] == [0, 0]
    assert limit.wait("a") == pytest.approx(1.0)
    assert limit.wait("b") == 0
    clock[0] = 1.0
    assert limit.wait("a") == 0 and limit.wait("a") > 0


def test_too_many_requests_are_told_when_to_come_back(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path)
    one, two = ring.add("one")[0], ring.add("two")[0]
    http = client(ring, rate_per_minute=1, rate_burst=1)
    assert http.get("/v1/ask?q=bridge", headers=bearer(one)).status_code == 200
    refused = http.get("/v1/ask?q=bridge", headers=bearer(one))
    assert refused.status_code == 429 and 1 <= int(refused.headers["retry-after"]) <= 60
    assert http.get("/v1/ask?q=bridge", headers=bearer(two)).status_code == 200
    assert http.get("/healthz").status_code == 200


def test_keys_on_the_command_line(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        done = CliRunner().invoke(build(), ["keys", *arguments, "--data-dir", str(tmp_path), "--json"])
        assert done.exit_code == 0, done.output
        return done.stdout

    made = json.loads(run("add", "newsroom", "--scope", "read", "--scope", "write"))
    assert KeyRing(tmp_path).find(made["key"])
    (listed,) = json.loads(run("list"))["keys"]
    assert listed == {name: made[name] for name in ("id", "name", "scopes", "created")}
    run("revoke", made["id"])
    assert json.loads(run("list")) == {"keys": []}


def test_serve_refuses_an_address_that_others_reach_without_keys(tmp_path: Path) -> None:
    arguments = ["serve", "--host", "0.0.0.0", "--port", "0", "--data-dir", str(tmp_path)]
    done = CliRunner().invoke(build(), arguments)
    assert done.exit_code == 2
    assert "no API keys" in done.stderr and "QA_REQUIRE_KEYS=never" in done.stderr
    done = CliRunner().invoke(
        build(), ["serve", "--port", "0", "--data-dir", str(tmp_path)], env={"QA_REQUIRE_KEYS": "always"}
    )
    assert done.exit_code == 2 and "QA_REQUIRE_KEYS=always" in done.stderr
