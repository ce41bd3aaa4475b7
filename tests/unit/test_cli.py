"""The commands from outside: what they print where, and how they exit. The model is a fake; nothing else is."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from index.errors import Busy, ModelError
from index.locking import WriteLock
from index.testing import HashEmbedder
from qa_service import bootstrap
from qa_service.cli import build

ROOT = Path(__file__).parents[2]
BRIDGE = {
    "id": "courier/bridge",
    "title": "Harbour bridge open again",
    "source": "Harbour Courier",
    "date": "2023-10-02",
    "url": "https://courier.example/bridge",
    "text": "The harbour bridge reopened to traffic on Monday after nine weeks of repairs, the port authority said. "
    "Lorries above 20 tonnes must still take the northern route until the end of the year.",
}
FIRE = {
    "id": "echo/fire",
    "title": "Mill burns down",
    "source": "Valley Echo",
    "date": "2023-09-12",
    "text": "A fire destroyed the old paper mill at Lower Weir on Tuesday night, the fire brigade said. "
    "Nobody was hurt, and the cause is not known.",
}

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("QA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(bootstrap, "open_embedder", lambda settings: HashEmbedder(name=settings.model or "fake"))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command on one data directory."""

    def command(*arguments: str, stdin: str | None = None) -> Result:
        options = [] if arguments[0] == "inspect" else ["--data-dir", str(tmp_path / "data")]
        return CliRunner().invoke(build(), [*arguments, *options], input=stdin)

    return command


@pytest.fixture
def articles(tmp_path: Path) -> str:
    path = tmp_path / "articles.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in (BRIDGE, FIRE)), encoding="utf-8")
    return str(path)


@pytest.fixture
def fed(run: Run, articles: str) -> Run:
    """The command over an archive of two articles."""
    assert run("ingest", articles).exit_code == 0
    return run


# -- usage ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [["bogus"], ["ask"], ["ask", "x", "--bogus"], ["ask", "x", "--top-k", "many"], ["serve", "--port", "70000"]],
    ids=" ".join,
)
def test_wrong_usage_exits_2(arguments: list[str]) -> None:
    result = CliRunner().invoke(build(), arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr


def test_help_names_every_command_of_the_contract() -> None:
    text = CliRunner().invoke(build(), ["--help"]).stdout
    for name in "ingest ask serve status verify compact reindex export delete inspect".split():
        assert f"\n  {name}" in text


@pytest.mark.parametrize("command", ["ask", "status", "verify", "compact", "reindex", "export", "delete"])
def test_without_an_archive_the_reader_is_told_to_ingest(run: Run, command: str, tmp_path: Path) -> None:
    result = run(command, *(["what happened"] if command in {"ask", "delete"} else []))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "there is no archive in" in result.stderr
    assert "qa-service ingest PATH" in result.stderr
    assert not (tmp_path / "data").exists()


def test_every_wrong_value_is_named_by_its_option(run: Run) -> None:
    result = run("ask", " ", "--from", "soon", "--asked-at", "2023-13-01", "--top-k", "3")
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert [line.split(": ")[1] for line in lines] == ["QUESTION", "--asked-at", "--from"]


@pytest.mark.parametrize("days", ["soon", "", "..", "2024..2023", "2023-09-01...2023-09-30", "2023-09-01T12:00.."])
def test_a_time_that_is_none_is_named_by_its_option(run: Run, days: str) -> None:
    result = run("ask", "what happened", "--time", days)
    assert result.exit_code == 2
    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == ["--time"]


@pytest.mark.parametrize(("option", "value"), [("--top-k", "0"), ("--top-k", "101"), ("--min-confidence", "1.5")])
def test_numbers_out_of_range_are_refused(run: Run, option: str, value: str) -> None:
    result = run("ask", "what happened", option, value)
    assert result.exit_code == 2
    assert option in result.stderr


def test_a_wrong_environment_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_MAX_TOKENS", "many")
    result = run("status")
    assert result.exit_code == 2
    assert result.stderr.startswith("qa-service: QA_MAX_TOKENS: ")


def test_the_option_overrides_the_environment(fed: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QA_DATA_DIR", str(tmp_path / "elsewhere"))
    assert fed("status").exit_code == 0
    assert CliRunner().invoke(build(), ["status"]).exit_code == 2
    monkeypatch.setenv("QA_DATA_DIR", str(tmp_path / "data"))
    assert CliRunner().invoke(build(), ["status"]).exit_code == 0


def test_a_data_directory_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    result = CliRunner().invoke(build(), ["ingest", "x", "--data-dir", str(tmp_path / "data")])
    assert result.exit_code == 2
    assert "is no folder" in result.stderr


@pytest.mark.parametrize("error", [ModelError("the model is gone\x1b[2J"), Busy("held by process 7")])
def test_errors_are_one_line_without_traceback(fed: Run, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(settings: object) -> None:
        raise error

    monkeypatch.setattr(bootstrap, "open_embedder", fail)
    result = fed("ask", "what happened")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"qa-service: {str(error).removesuffix(chr(27) + '[2J')}\n"


def test_a_damaged_catalogue_is_an_error_of_the_environment(fed: Run, tmp_path: Path) -> None:
    (tmp_path / "data" / "catalogue.db").write_bytes(b"not a database at all" * 1000)
    result = fed("status")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1


def test_another_model_is_refused_with_the_way_out(fed: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "open_embedder", lambda _: HashEmbedder(name="other", digest="other"))
    result = fed("ask", "what happened")
    assert result.exit_code == 2
    assert "qa-service reindex" in result.stderr


# -- ingest -----------------------------------------------------------------------------------------------------------


def test_ingest_says_in_a_line_what_it_did(run: Run, articles: str) -> None:
    result = run("ingest", articles)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("2 ingested; 2 passages in ")
    assert len(result.stdout.splitlines()) == 1
    assert run("ingest", articles).stdout.startswith("0 ingested, 2 unchanged; 0 passages")


def test_ingest_json_is_the_object_of_the_contract(run: Run, articles: str) -> None:
    report = json.loads(run("ingest", articles, "--json").stdout)
    assert set(report) == {"ingested", "updated", "unchanged", "copies", "withdrawn", "refused", "passages", "seconds"}
    assert (report["ingested"], report["refused"]) == (2, [])


def test_refused_inputs_are_named_and_the_rest_goes_in(run: Run, tmp_path: Path, articles: str) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    result = run("ingest", str(empty), articles, "missing.txt", "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report["ingested"] == 2
    names = [one["input"] for one in report["refused"]]
    assert [Path(name).name for name in names] == ["empty.txt", "missing.txt"]
    lines = result.stderr.splitlines()
    assert [line.startswith(f"qa-service: refused {name}: ") for line, name in zip(lines, names, strict=True)] == [
        True,
        True,
    ]


def test_records_come_from_standard_input(run: Run) -> None:
    result = run("ingest", "-", stdin=json.dumps(BRIDGE) + "\n")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("1 ingested")


def test_an_unknown_format_exits_2(run: Run, articles: str) -> None:
    result = run("ingest", articles, "--format", "papyrus")
    assert result.exit_code == 2
    assert "--format: 'papyrus' is not known; known are text, jsonl" in result.stderr


def test_a_known_format_overrides_the_name(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "articles.data"
    path.write_text(json.dumps(BRIDGE))
    assert run("ingest", str(path)).exit_code == 1
    assert run("ingest", str(path), "--format", "jsonl").exit_code == 0


def test_ingest_waits_for_another_writer_and_then_names_it(fed: Run, tmp_path: Path) -> None:
    new = tmp_path / "new.txt"
    new.write_text("The lock keeper opened the lower gates at dawn on Thursday, and the barges went through.")
    with WriteLock(tmp_path / "data" / "write.lock").hold(1):
        result = fed("ingest", str(new), "--wait", "0")
    assert result.exit_code == 2
    assert "is being written by process" in result.stderr
    assert "kept: 0 ingested" in result.stderr


def test_an_interrupted_ingest_says_what_it_kept(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.writer._BATCH_ARTICLES", 1)
    third = {**FIRE, "id": "third", "text": FIRE["text"] + " It was the third."}
    encode = HashEmbedder.encode_passages

    def interrupted(self: HashEmbedder, texts: list[str]) -> Any:
        if any("third" in text for text in texts):
            raise KeyboardInterrupt
        return encode(self, texts)

    monkeypatch.setattr(HashEmbedder, "encode_passages", interrupted)
    lines = "".join(json.dumps(one) + "\n" for one in (BRIDGE, FIRE, third))
    result = run("ingest", "-", stdin=lines)
    assert result.exit_code == 130
    assert result.stdout.startswith("2 ingested")
    assert "what is stored is kept (2 new or changed)" in result.stderr
    monkeypatch.setattr(HashEmbedder, "encode_passages", encode)
    assert run("ingest", "-", stdin=lines).stdout.startswith("1 ingested, 2 unchanged")


# -- ask --------------------------------------------------------------------------------------------------------------


def test_ask_json_prints_the_answer_object_and_nothing_else(fed: Run) -> None:
    result = fed("ask", "When did the harbour bridge reopen?", "--min-confidence", "0", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    answer = json.loads(result.stdout)
    assert answer["outcome"] == "answered"
    assert answer["answer"][0]["sentence"].startswith("The harbour bridge reopened")
    assert answer["answer"][0]["citation"]["published"]["date"] == "2023-10-02"


def test_ask_prints_the_quotation_and_its_origin(fed: Run) -> None:
    result = fed("ask", "When did the harbour bridge reopen?", "--min-confidence", "0")
    text = " ".join(result.stdout.split())
    assert "“The harbour bridge reopened to traffic on Monday" in text
    assert "] Harbour Courier, 2 October 2023 Harbour bridge open again https://courier.example/bridge" in text
    assert "\x1b" not in result.stdout


def test_filters_and_times_reach_the_question(fed: Run) -> None:
    def asked(*options: str) -> Any:
        return json.loads(fed("ask", "what did the fire brigade and the port authority say", "--json", *options).stdout)

    assert {p["article_id"] for p in asked()["passages"]} == {BRIDGE["id"], FIRE["id"]}
    assert {p["article_id"] for p in asked("--source", "valley echo")["passages"]} == {FIRE["id"]}
    assert len(asked("--source", "Valley Echo", "--source", "Harbour Courier")["passages"]) == 2
    assert {p["article_id"] for p in asked("--from", "2023-10-01")["passages"]} == {BRIDGE["id"]}
    assert {p["article_id"] for p in asked("--to", "2023-09-30")["passages"]} == {FIRE["id"]}
    assert {p["article_id"] for p in asked("--as-of", "2023-09-20")["passages"]} == {FIRE["id"]}
    assert asked("--language", "fr")["passages"] == []
    assert asked("--tag", "none")["passages"] == []
    assert len(asked("--top-k", "1")["passages"]) == 1
    assert asked("--asked-at", "2023-10-04")["asked_at"].startswith("2023-10-04T23:59")


def test_a_time_given_stands_for_the_one_in_the_words_and_off_for_none(fed: Run) -> None:
    def read(*options: str) -> Any:
        answer = json.loads(fed("ask", "what did the fire brigade say in May 2020", "--json", *options).stdout)
        time = answer["interpreted"]["time"]
        return time and (time["from"], time["to"], time["mode"], time["expression"])

    assert read() == ("2020-05-01", "2020-05-31", "inside", "in May 2020")
    assert read("--time", "off") is None
    assert read("--time", "2023-09") == ("2023-09-01", "2023-09-30", "inside", None)
    assert read("--time", "..2023-09-30") == (None, "2023-09-30", "up_to", None)
    assert read("--time", "2023-09..", "--asked-at", "2023-10-04") == ("2023-09-01", "2023-10-04", "from", None)
    told = " ".join(fed("ask", "what did the fire brigade say in May 2020", "--time", "2023-09").stdout.split())
    assert "Read the time given as 1 September 2023 to 30 September 2023." in told


def test_undated_articles_pass_a_date_filter_only_when_wanted(fed: Run) -> None:
    undated = {
        "id": "undated",
        "text": "Anglers below the harbour bridge caught forty eels in one night, the club said.",
    }
    fed("ingest", "-", stdin=json.dumps(undated))

    def asked(*options: str) -> set[str]:
        answer = json.loads(fed("ask", "harbour bridge", "--json", "--from", "2023-10-01", *options).stdout)
        return {passage["article_id"] for passage in answer["passages"]}

    assert asked() == {BRIDGE["id"]}
    assert asked("--include-undated") == {BRIDGE["id"], "undated"}


def test_an_empty_archive_says_so(fed: Run) -> None:
    assert fed("delete", BRIDGE["id"], FIRE["id"]).exit_code == 0
    result = fed("ask", "When did the harbour bridge reopen?")
    assert result.exit_code == 0
    assert "is empty" in " ".join(result.stdout.split())
    answer = json.loads(fed("ask", "When did the harbour bridge reopen?", "--json").stdout)
    assert (answer["outcome"], answer["answer"], answer["passages"]) == ("unsupported", [], [])


def test_what_libraries_print_stays_off_standard_output(fed: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def noisy(settings: object) -> HashEmbedder:
        print("Loading weights: 100%")
        return HashEmbedder()

    monkeypatch.setattr(bootstrap, "open_embedder", noisy)
    json.loads(fed("ask", "what happened", "--json").stdout)


# -- delete, inspect, and looking after --------------------------------------------------------------------------------


def test_delete_names_unknown_ids_and_deletes_the_others(fed: Run) -> None:
    result = fed("delete", BRIDGE["id"], "no/such\x1b[2J")
    assert result.exit_code == 1
    assert result.stdout == "1 deleted\n"
    assert result.stderr == "qa-service: no article 'no/such\\x1b[2J'\n"
    assert json.loads(fed("status", "--json").stdout)["articles"] == 1


def test_inspect_stores_nothing_and_shows_what_is_kept_out(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text(
        " date 2023-10-02 Bridge open\n\nThe harbour bridge reopened to traffic on Monday, officials said.\n"
    )
    result = run("inspect", str(path), "--json", "--url", "https://courier.example/b")
    shown = json.loads(result.stdout)
    assert set(shown) == {"id", "title", "source", "url", "published", "language", "text", "kept", "removed"}
    assert (shown["id"], shown["url"], shown["published"]["date"]) == (
        "story.txt",
        "https://courier.example/b",
        "2023-10-02",
    )
    assert all(set(one) == {"span", "reason"} for one in shown["removed"])
    text = run("inspect", str(path)).stdout
    assert "story.txt, 2 October 2023 (date from the file's prefix)" in text
    assert "date prefix" in text
    assert not (tmp_path / "data").exists()


def test_inspect_refuses_what_ingest_would(run: Run) -> None:
    result = run("inspect", "missing.txt")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "missing.txt" in result.stderr


def test_status_for_people_and_programs(fed: Run) -> None:
    found = json.loads(fed("status", "--json").stdout)
    assert (found["articles"], found["model"]) == (2, "fake")
    assert "articles      2\n" in fed("status").stdout


def test_verify_exits_1_where_something_is_wrong(fed: Run, tmp_path: Path) -> None:
    import sqlite3

    assert fed("verify").stdout.startswith("No problems: 2 articles")
    assert json.loads(fed("verify", "--json").stdout) == {"problems": []}
    with sqlite3.connect(tmp_path / "data" / "catalogue.db") as db:
        db.execute("UPDATE versions SET valid_to = 5")
    result = fed("verify")
    assert result.exit_code == 1
    assert "0 versions are valid now" in result.stdout
    assert len(json.loads(fed("verify", "--json").stdout)["problems"]) == 2


def test_compact_purges_and_keeps_the_archive_sound(fed: Run, tmp_path: Path) -> None:
    fed("delete", FIRE["id"])
    assert set(json.loads(fed("compact", "--json").stdout)) == {"bytes_before", "bytes_after"}
    assert fed("verify").exit_code == 0
    assert not any(b"paper mill" in path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())


def test_an_export_ingests_again_into_the_same_archive(fed: Run, tmp_path: Path) -> None:
    exported = fed("export").stdout
    assert [json.loads(line)["id"] for line in exported.splitlines()] == [BRIDGE["id"], FIRE["id"]]
    again = ["--data-dir", str(tmp_path / "again")]
    assert CliRunner().invoke(build(), ["ingest", "-", *again], input=exported).exit_code == 0
    assert CliRunner().invoke(build(), ["export", *again]).stdout == exported


def test_reindex_with_nothing_to_do_and_with_another_model(fed: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fed("reindex").stdout.startswith("Processed 0 versions again, 2 were up to date")
    monkeypatch.setattr(
        bootstrap, "open_embedder", lambda s: HashEmbedder(name=s.model, digest="other", dim=16) if s.model else None
    )
    report = json.loads(fed("reindex", "--model", "other", "--json").stdout)
    assert (report["model"], report["versions"], report["passages"]) == ("other", 2, 2)
    assert json.loads(fed("status", "--json").stdout)["model"] == "other"
    assert fed("verify").exit_code == 0


# -- a terminal, a pipe, a server -------------------------------------------------------------------------------------


def test_a_bar_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from qa_service.cli.progress import expected, progress

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    (tmp_path / "two.jsonl").write_text("{}\n\n{}\n")
    (tmp_path / "one.txt").write_text("x")
    for stream, total in ((Terminal(), 3), (io.StringIO(), None)):
        monkeypatch.setattr(sys, "stderr", stream)
        assert expected([str(tmp_path)]) == total
        with progress("Ingesting", "articles") as advance:
            advance(1, total)
            time.sleep(0.2)
        assert bool(stream.getvalue()) == stream.isatty()
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert expected(["-"]) is None


def test_the_module_is_the_command_and_help_is_quick() -> None:
    started = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-m", "qa_service", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("Usage: qa-service [OPTIONS] COMMAND")
    assert time.monotonic() - started < 5, "0.5 s on an idle machine"


SERVE = """
import sys
from index.testing import HashEmbedder
from qa_service import bootstrap
from qa_service.cli import main
bootstrap.open_embedder = lambda settings: HashEmbedder()
sys.argv = ["qa-service", "serve", *sys.argv[1:]]
main()
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", SERVE, "--port", "0", "--data-dir", str(tmp_path / "data")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        watchdog = threading.Timer(60, process.kill)
        watchdog.start()
        yield process
        watchdog.cancel()
        process.kill()


def test_serve_says_where_and_follows_other_commands(fed: Run, server: subprocess.Popen[str], tmp_path: Path) -> None:
    import urllib.request

    assert server.stdout is not None and server.stderr is not None
    line = server.stdout.readline()
    assert line.startswith(f"Serving {tmp_path / 'data'} (2 articles) on http://127.0.0.1:"), server.stderr.read()
    url = line.split()[-1]
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def found() -> tuple[set[str], str]:
        with direct.open(f"{url}/v1/ask?q=harbour+bridge&min_confidence=0", timeout=10) as response:
            passages = json.load(response)["passages"]
        return {p["article_id"] for p in passages}, passages[0]["citation"]["permalink"]

    ids, permalink = found()
    assert BRIDGE["id"] in ids
    assert permalink.startswith(url)
    assert fed("delete", BRIDGE["id"]).exit_code == 0
    deadline = time.monotonic() + 5
    while BRIDGE["id"] in found()[0] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert BRIDGE["id"] not in found()[0]
    port = url.rsplit(":", 1)[1]
    taken = CliRunner().invoke(build(), ["serve", "--port", port, "--data-dir", str(tmp_path / "data")])
    assert taken.exit_code == 2
    assert (
        taken.stderr
        == f"qa-service: cannot listen on 127.0.0.1:{port}: Address already in use (another port: --port N)\n"
    )
    server.send_signal(signal.SIGTERM)
    assert server.wait(30) == 0
    assert server.stderr.read() == ""


def test_serve_ends_with_a_line_when_the_archive_cannot_be_opened(
    tmp_path: Path, server: subprocess.Popen[str]
) -> None:
    assert server.stdout is not None
    server.stdout.readline()
    server.send_signal(signal.SIGTERM)
    assert server.wait(30) == 0
    (tmp_path / "data" / "catalogue.db").write_bytes(b"no database" * 1000)
    command = [sys.executable, "-c", SERVE, "--port", "0", "--data-dir", str(tmp_path / "data")]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (run.returncode, run.stdout) == (2, "")
    assert len(run.stderr.splitlines()) == 1
    assert "is not a readable catalogue" in run.stderr
