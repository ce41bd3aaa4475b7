"""The evaluation from end to end: a fake service, in this process and behind HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest

from eval import asker as asker_module
from eval.__main__ import main
from eval.asker import HttpAsker, LocalAsker, ingest
from eval.data import Topic
from eval.errors import EvalError, TopicFailed
from eval.outputs import clear, read_answers, read_run
from eval.run import AskedAt, run_topics
from eval.testing import FakeAsker
from index.errors import InvalidRequest
from qa_service.request import AskRequest, SearchRequest

ARTICLES = {
    "gazette/1": "The ferry sank off Tolmere. Forty people were rescued.",
    "gazette/2": "The mayor of Tolmere resigned. Joris Adeyemi follows her.",
    "echo/<b>3": "A storm closed the harbour.",
}
TOPICS: list[dict[str, Any]] = [
    {
        "id": "a",
        "kind": "fact",
        "question": "How many people were rescued?",
        "asked_at": "2023-10-02",
        "answers": ["forty people"],
        "answerable": True,
        "support": [{"article_id": "gazette/1"}],
    },
    {
        "id": "b",
        "kind": "time",
        "question": "Who is mayor of Tolmere?",
        "as_of": "2023-10-02",
        "answers": ["Joris Adeyemi"],
        "answerable": True,
        "support": [{"article_id": "gazette/2"}],
    },
    {"id": "c", "question": "Why did <script>alert(1)</script> zebras emigrate?", "answerable": False},
]


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    (tmp_path / "topics.jsonl").write_text("".join(json.dumps(t) + "\n" for t in TOPICS), encoding="utf-8")
    (tmp_path / "qrels.txt").write_text("a 0 gazette/1 2\nb 0 gazette/2 2\nb 0 gazette/9 1\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def fake() -> FakeAsker:
    return FakeAsker(ARTICLES)


@pytest.fixture
def url(fake: FakeAsker) -> Iterator[str]:
    """The fake behind HTTP on this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._reply(200, {**fake.describe(), "min_confidence": fake.threshold()})

        def do_POST(self) -> None:
            fields = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                self._reply(200, {"/v1/ask": fake.ask, "/v1/search": fake.search}[self.path](fields))
            except TopicFailed as error:
                self._reply(422, {"title": "Unprocessable", "errors": [{"field": "question", "message": str(error)}]})

        def _reply(self, status: int, value: dict[str, Any]) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def _run(gold: Path, *more: str) -> int:
    topics, qrels, out = (str(gold / name) for name in ("topics.jsonl", "qrels.txt", "out"))
    return main(["run", "--topics", topics, "--qrels", qrels, "--out", out, *more])


def test_a_run_over_http_writes_everything(
    gold: Path, url: str, fake: FakeAsker, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(gold, "--url", url) == 0
    out = gold / "out"
    assert sorted(path.name for path in out.iterdir()) == [
        "answers.jsonl",
        "metrics.json",
        "per_topic.jsonl",
        "report.html",
        "run.txt",
    ]
    assert {(fields["min_confidence"], fields["top_k"]) for fields in fake.asked} == {(0, 10)}
    assert [fields.get("asked_at") for fields in fake.asked] == ["2023-10-02", None, None]
    assert [fields.get("as_of") for fields in fake.asked] == [None, "2023-10-02", None]

    answers = read_answers(out / "answers.jsonl")
    assert [(a.id, a.outcome) for a in answers.values()] == [
        ("a", "answered"),
        ("b", "answered"),
        ("c", "unsupported"),
    ]
    assert answers["a"].answer[0] == "Forty people were rescued."
    assert answers["a"].response["outcome"] == "answered"
    assert answers["a"].seconds is not None
    assert answers["a"].seconds > 0
    assert read_run(out / "run.txt")["a"][0] == "gazette/1"

    metrics = json.loads((out / "metrics.json").read_text(encoding="utf-8"))
    overall = metrics["overall"]
    assert overall["measures"]["success@1"]["mean"] == 1.0
    assert overall["measures"]["recall@10"]["mean"] == 0.75
    assert overall["abstention"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "withheld": 1, "n": 3}
    assert set(metrics["kinds"]) == {"fact", "time"}
    assert metrics["run"]["threshold"] == 0.5
    assert metrics["run"]["command"].startswith("python -m eval run --topics ")
    assert metrics["run"]["machine"]["cores"] >= 1
    printed = capsys.readouterr()
    assert "ndcg@10" in printed.out
    assert printed.err == ""  # no progress bar where there is no terminal


def test_asked_at_is_dropped_or_moved(gold: Path, url: str, fake: FakeAsker) -> None:
    for value, sent in (("none", None), ("+365", "2024-10-01"), ("-2", "2023-09-30"), ("2026-11-24", "2026-11-24")):
        fake.asked.clear()
        assert _run(gold, "--url", url, "--asked-at", value, "--limit", "1") == 0
        assert [fields.get("asked_at") for fields in fake.asked] == [sent]


def test_a_refused_question_counts_as_wrong_and_the_rest_goes_on(
    gold: Path, url: str, fake: FakeAsker, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fake, "_refuse", frozenset({TOPICS[0]["question"]}))
    assert _run(gold, "--url", url) == 1
    assert "topic a failed: HTTP 422: question: " in capsys.readouterr().err
    metrics = json.loads((gold / "out" / "metrics.json").read_text(encoding="utf-8"))
    assert [failure["id"] for failure in metrics["failed"]] == ["a"]
    assert metrics["overall"]["measures"]["success@1"]["mean"] == 0.5
    assert metrics["overall"]["missing"] == 1


def test_an_interrupted_run_is_evident(gold: Path, url: str) -> None:
    assert _run(gold, "--url", url) == 0

    class Pulled(FakeAsker):
        def search(self, fields: Any) -> dict[str, Any]:
            raise KeyboardInterrupt

    topics = [Topic(id="a", line=1, question="ferry")]
    clear(gold / "out")
    with pytest.raises(KeyboardInterrupt):
        run_topics(Pulled(ARTICLES), topics, gold / "out")
    assert sorted(path.name for path in (gold / "out").iterdir()) == ["answers.jsonl.part", "run.txt.part"]


def test_a_reply_that_is_not_the_contracts_ends_the_run(tmp_path: Path) -> None:
    class Odd(FakeAsker):
        def ask(self, fields: Any) -> dict[str, Any]:
            return {"answer": "yes"}

    with pytest.raises(EvalError, match="topic a: the reply is not the contract's"):
        run_topics(Odd(ARTICLES), [Topic(id="a", line=1, question="ferry")], tmp_path, asked_at=AskedAt())


def test_score_and_report_and_compare_on_a_finished_run(
    gold: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(gold, "--url", url) == 0
    out = gold / "out"
    graded = ["--topics", str(gold / "topics.jsonl"), "--qrels", str(gold / "qrels.txt"), "--min-rel", "2"]
    assert main(["score", str(out), *graded]) == 0
    assert (
        json.loads((out / "metrics.json").read_text(encoding="utf-8"))["overall"]["measures"]["recall@10"]["mean"] == 1
    )
    (out / "report.html").unlink()
    assert main(["report", str(out)]) == 0
    assert (out / "report.html").exists()
    capsys.readouterr()
    assert main(["compare", str(out), str(out), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["half"] for row in rows} == {"all", "odd", "even"}
    assert {(row["difference"], row["p"]) for row in rows} == {(0.0, 1.0)}


def test_without_judgments_the_supporting_articles_are_the_gold(gold: Path, url: str) -> None:
    out = str(gold / "out")
    assert main(["run", "--url", url, "--topics", str(gold / "topics.jsonl"), "--out", out]) == 0
    measures = json.loads((gold / "out" / "metrics.json").read_text(encoding="utf-8"))["overall"]["measures"]
    assert measures["recall@10"] == {"mean": 1.0, "n": 2, "low": 1.0, "high": 1.0}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "COMMAND"),
        (["run", "--out", "o"], "--topics"),
        (["run", "--topics", "t.jsonl"], "--out"),
        (["run", "--out", "o", "--topics", "t", "--asked-at", "later"], "'later' is none of: topic, none"),
        (["run", "--out", "o", "--topics", "t", "--limit", "0"], "'0' is not a whole number of 1 or more"),
        (["run", "--out", "o", "--topics", "t", "--min-rel", "x"], "'x' is not a whole number"),
        (["run", "--out", "o", "--topics", "t", "--surprise"], "--surprise"),
        (["run", "--out", "o", "--topics", "t"], "one of --corpus, --url or --data-dir"),
        (["run", "--out", "o", "--topics", "t", "--url", "u", "--corpus", "c"], "--corpus cannot be given"),
        (["run", "--out", "o", "--topics", "t", "--corpus", "absent.jsonl"], "absent.jsonl: no such file"),
        (["run", "--out", "o", "--topics", "t", "--data-dir", "absent"], "absent: no such folder"),
        (
            ["run", "--out", "o", "--topics", "absent.jsonl", "--url", "http://127.0.0.1:1"],
            "absent.jsonl: No such file",
        ),
        (["report", "absent"], "metrics.json: No such file"),
        (["compare", "absent", "other"], "per_topic.jsonl: No such file"),
    ],
)
def test_wrong_usage_exits_2_naming_what_is_wrong(
    arguments: list[str],
    named: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        status = main(arguments)
    except SystemExit as stop:
        status = stop.code
    assert status == 2
    assert named in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_wrong_gold_is_refused_before_anything_is_asked(
    gold: Path, url: str, fake: FakeAsker, capsys: pytest.CaptureFixture[str]
) -> None:
    (gold / "qrels.txt").write_text("z 0 gazette/1 1\n", encoding="utf-8")
    assert _run(gold, "--url", url) == 2
    assert "judges no topic" in capsys.readouterr().err
    (gold / "topics.jsonl").write_text("{}\n", encoding="utf-8")
    assert _run(gold, "--url", url) == 2
    assert "topics.jsonl:1: id is missing" in capsys.readouterr().err
    assert not fake.asked


def test_nobody_answering_exits_2(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(gold, "--url", "http://127.0.0.1:1") == 2
    assert "http://127.0.0.1:1 does not answer" in capsys.readouterr().err
    assert _run(gold, "--url", "127.0.0.1:8000") == 2
    assert "is no http address" in capsys.readouterr().err


def _served(reply: Callable[[httpx2.Request], httpx2.Response]) -> HttpAsker:
    return HttpAsker("http://127.0.0.1:8000/", transport=httpx2.MockTransport(reply))


def test_a_busy_server_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(asker_module.time, "sleep", waits.append)
    replies = [httpx2.Response(503, headers={"Retry-After": "3"}), httpx2.Response(429), httpx2.Response(200, json={})]
    asker = _served(lambda request: replies.pop(0))
    assert asker.ask({"question": "Who?"}) == {}
    assert waits == [3.0, 1.0]
    with pytest.raises(TopicFailed, match="HTTP 503: too much is queued"):
        _served(lambda request: httpx2.Response(503, json={"detail": "too much is queued"})).ask({"question": "Who?"})


def test_a_server_must_name_its_threshold() -> None:
    assert _served(lambda request: httpx2.Response(200, json={"min_confidence": 0.25})).threshold() == 0.25
    with pytest.raises(EvalError, match="readyz names no min_confidence"):
        _served(lambda request: httpx2.Response(200, json={"status": "ready"})).threshold()
    with pytest.raises(EvalError, match="is not ready: HTTP 500: "):
        _served(lambda request: httpx2.Response(500, text="oh")).threshold()
    for body in ("no JSON", "[]"):
        with pytest.raises(TopicFailed, match="answered no JSON"):
            _served(lambda request, body=body: httpx2.Response(200, text=body)).ask({"question": "Who?"})


def test_the_service_in_this_process_is_asked_with_the_contracts_fields() -> None:
    class Service:
        threshold = 0.25
        closed = False

        def ask(self, request: AskRequest) -> dict[str, Any]:
            return {"confidence": request.min_confidence}

        def search(self, request: SearchRequest) -> dict[str, Any]:
            raise InvalidRequest(question=f"by {request.by}, {request.top_k} deep")

        def status(self) -> dict[str, Any]:
            return {"articles": 3}

        def close(self) -> None:
            self.closed = True

    service: Any = Service()
    asker = LocalAsker(service, settings={"model": "m"})
    assert asker.ask({"question": "Who?", "min_confidence": 0}) == {"confidence": 0}
    with pytest.raises(TopicFailed, match="question: by article, 100 deep"):
        asker.search({"question": "Who?", "by": "article", "top_k": 100})
    with pytest.raises(TopicFailed, match="surprise"):
        asker.ask({"question": "Who?", "surprise": 1})
    assert asker.threshold() == 0.25
    assert asker.describe() == {"settings": {"model": "m"}, "status": {"articles": 3}}
    asker.close()
    assert service.closed


def test_the_corpus_goes_through_the_ingest_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "qa_service"
    package.mkdir()
    (package / "__init__.py").touch()
    main_module = package / "__main__.py"
    main_module.write_text(
        "import json, os, sys\nprint(json.dumps({'command': sys.argv[1:], 'model': os.environ['QA_MODEL']}))\nsys.exit(1)"
    )
    monkeypatch.chdir(tmp_path)
    corpus, data = Path("corpus.jsonl"), Path("data")
    report = ingest(corpus, data, {"model": "m", "ranking": {"time": 0.0}})
    assert report == {"command": ["ingest", "corpus.jsonl", "--data-dir", "data", "--json"], "model": "m"}
    main_module.write_text("import sys\nsys.exit(2)")
    with pytest.raises(EvalError, match=r"ingest of corpus\.jsonl ended with status 2"):
        ingest(corpus, data, {})
    main_module.write_text("print('done')")
    with pytest.raises(EvalError, match="printed no report: 'done"):
        ingest(corpus, data, {})
