"""What an operator sees: request ids, log lines, metrics, traces, limits, and the settings in force."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from index.errors import InvalidRequest
from qa_service.cli import build
from qa_service.configuration import MASK, configure, shown
from qa_service.http.app import create_app
from qa_service.http.options import HttpOptions
from qa_service.http.testing import FakeService
from qa_service.logs import configure as configure_logs
from qa_service.tracing import OtlpTracer

QUESTION = {"question": "Which secret bridge closed?"}


def test_an_id_comes_back_and_is_in_problems() -> None:
    http = TestClient(create_app(FakeService()))
    answer = http.post("/v1/ask", json={}, headers={"X-Request-ID": "trace-7"})
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == "trace-7"
    made = http.get("/healthz", headers={"X-Request-ID": 'a"b {}'}).headers["x-request-id"]
    assert len(made) == 32 and made != http.get("/healthz").headers["x-request-id"]


@pytest.mark.parametrize("questions", [False, True])
def test_a_line_for_each_request_without_the_question_unless_asked(
    questions: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.StringIO()
    monkeypatch.setattr("sys.stderr", out)
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", list(root.handlers))
    monkeypatch.setattr(root, "level", root.level)
    for name in ("qa_service", "index", "uvicorn"):
        monkeypatch.setattr(logging.getLogger(name), "level", 0)
    configure_logs(level="info", form="json")
    http = TestClient(create_app(FakeService(), HttpOptions(log_questions=questions)))
    http.post("/v1/ask", json=QUESTION, headers={"X-Request-ID": "r1"})
    http.get("/v1/ask", params={"q": QUESTION["question"]})
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    told = next(line for line in lines if line.get("request_id") == "r1")
    assert {told["method"], told["route"], told["status"], told["outcome"]} == {"POST", "/v1/ask", 200, "unsupported"}
    assert told["level"] == "info" and told["timestamp"].endswith("Z") and told["ms"] >= 0
    assert ("secret" in out.getvalue()) == questions


def test_metrics_count_by_route_and_never_by_path() -> None:
    http = TestClient(create_app(FakeService()))
    http.post("/v1/articles", json=[{"id": "a", "text": "The bridge closed."}, {"text": ""}])
    http.post("/v1/ask", json=QUESTION)
    http.get("/v1/articles/some-name")
    http.get("/nowhere/at-all")
    text = http.get("/metrics").text
    for line in (
        'qa_requests_total{method="POST",route="/v1/ask",status="200"} 1.0',
        'qa_records_total{outcome="refused"} 1.0',
        'qa_problems_total{kind="not-found"} 1.0',
        'qa_stage_seconds_count{stage="total"} 1.0',
        "qa_articles 1.0",
        'qa_pool_calls{pool="asking"} 0.0',
    ):
        assert line in text, text
    assert "some-name" not in text and "nowhere" not in text


def test_an_answer_that_takes_too_long_is_504() -> None:
    http = TestClient(create_app(FakeService(delay=1.0), HttpOptions(answer_seconds=0.1)))
    answer = http.post("/v1/ask", json=QUESTION)
    assert answer.status_code == 504 and answer.json()["type"].endswith("timed-out")


def test_pages_of_named_origins_may_call() -> None:
    http = TestClient(create_app(FakeService(), HttpOptions(cors_origins=("https://news.example",))))
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    allowed = http.options("/v1/ask", headers={"Origin": "https://news.example", **asked})
    assert allowed.headers["access-control-allow-origin"] == "https://news.example"
    refused = http.options("/v1/ask", headers={"Origin": "https://other.example", **asked})
    assert "access-control-allow-origin" not in refused.headers


def test_spans_are_sent_where_an_endpoint_is_set() -> None:
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter").InMemorySpanExporter()
    tracer = OtlpTracer("http://127.0.0.1:9", exporter=memory)
    TestClient(create_app(FakeService(), HttpOptions(tracer=tracer))).post("/v1/ask", json=QUESTION)
    tracer.close()
    (span,) = memory.get_finished_spans()
    assert span.name == "POST /v1/ask" and span.attributes["http.response.status_code"] == 200
    assert "qa.ms.total" in span.attributes and "secret" not in str(span.attributes)


def test_each_setting_says_where_it_comes_from(tmp_path: Path) -> None:
    file = tmp_path / "qa.toml"
    file.write_text('workers = 2\nrate_per_minute = 60\npublic_url = "https://a:b@news.example"\n')
    environment = {"QA_CONFIG": str(file), "QA_WORKERS": "3", "QA_OTEL_HEADERS": "token=x", "HOME": "/"}
    found = configure({"data_dir": tmp_path}, environment)
    told = shown(found)
    assert told["workers"] == {"value": 3, "from": "environment"}
    assert told["rate_per_minute"] == {"value": 60, "from": "file"}
    assert told["data_dir"] == {"value": str(tmp_path), "from": "option"}
    assert told["wait"] == {"value": 10.0, "from": "default"}
    assert told["otel_headers"]["value"] == MASK and told["public_url"]["value"] == f"https://a:{MASK}@news.example"


def test_unknown_names_and_wrong_values_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="QA_DATADIR: is no setting; near: QA_DATA_DIR"):
        configure({}, {"QA_DATADIR": "x"})
    file = tmp_path / "qa.toml"
    file.write_text("worker = 2\n")
    with pytest.raises(InvalidRequest, match=r"qa\.toml: worker: is no setting; near: workers"):
        configure({}, {}, file)
    file.write_text("workers = 0\n")
    with pytest.raises(InvalidRequest, match=r"qa\.toml: workers: Input should be greater"):
        configure({}, {}, file)
    with pytest.raises(InvalidRequest, match="cannot be read"):
        configure({}, {"QA_CONFIG": str(tmp_path / "none.toml")})
    with pytest.raises(InvalidRequest, match=r"QA_CORS_ORIGINS: .* is no origin"):
        configure({}, {"QA_CORS_ORIGINS": "news.example"})


def test_config_prints_what_is_in_force(tmp_path: Path) -> None:
    file = tmp_path / "qa.toml"
    file.write_text("workers = 2\n")
    done = CliRunner().invoke(build(), ["--config", str(file), "config", "--json"])
    assert json.loads(done.stdout)["settings"]["workers"] == {"value": 2, "from": "file"}
    done = CliRunner().invoke(build(), ["config"], env={"QA_WORKER": "2"})
    assert done.exit_code == 2 and "QA_WORKERS" in done.stderr
