"""``show``, ``verify --absent`` and ``ask --as-of``: versions, what changed, and what is left of an article."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from index.testing import HashEmbedder
from qa_service import bootstrap
from qa_service.answer import Citation, Corrected
from qa_service.cli import build
from qa_service.cli.showing_versions import show_difference
from qa_service.terminal import cited
from tests.unit.test_cli_showing import citation

FIRST = {
    "id": "courier/bridge",
    "title": "Bridge open again",
    "source": "Harbour Courier",
    "date": "2023-10-02",
    "text": "The harbour bridge reopened on Monday after nine weeks of repairs, the port authority said.\n\n"
    "Lorries above 20 tonnes take the northern route.",
}
SECOND = FIRST | {
    "title": "Bridge open again, for some",
    "modified": "2023-10-03T09:00:00Z",
    "text": FIRST["text"].replace("20", "12")
    + "\n\nCorrection: An earlier version of this article gave a wrong weight. It is 12 tonnes.",
}


@pytest.fixture(autouse=True)
def _fake_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QA_DATA_DIR", raising=False)
    monkeypatch.setattr(bootstrap, "open_embedder", lambda settings: HashEmbedder(name=settings.model or "fake"))


@pytest.fixture
def data(tmp_path: Path) -> str:
    lines = "".join(json.dumps(one) + "\n" for one in (FIRST, SECOND))
    folder = str(tmp_path / "data")
    assert CliRunner().invoke(build(), ["ingest", "-", "--data-dir", folder], input=lines).exit_code == 0
    return folder


def run(data: str, *arguments: str) -> Result:
    return CliRunner().invoke(build(), [*arguments, "--data-dir", data])


def one_line(result: Result) -> str:
    return re.sub(r"\s+", " ", result.stdout)


def test_show_prints_the_current_version_its_versions_and_its_notice(data: str) -> None:
    shown = one_line(run(data, "show", "courier/bridge"))
    assert shown.startswith(" Bridge open again, for some Harbour Courier, 2 October 2023")
    assert "version 1: valid from 2 October 2023, 00:00 UTC to 3 October 2023, 09:00 UTC (ingested" in shown
    assert "version 2: valid from 3 October 2023, 09:00 UTC, current (ingested" in shown
    assert "corrected: Correction: An earlier version of this article gave a wrong weight." in shown
    assert "Lorries above 12 tonnes" in shown


def test_show_prints_another_version(data: str) -> None:
    shown = one_line(run(data, "show", "courier/bridge", "--version", "1"))
    assert "Lorries above 20 tonnes" in shown and "Correction" not in shown


def test_show_prints_what_changed_without_colours_too(data: str) -> None:
    shown = one_line(run(data, "show", "courier/bridge", "--diff", "1"))
    assert "What changed from version 1 to version 2:" in shown
    assert "title: [-Bridge open again-]{+Bridge open again, for some+}" in shown
    assert "Lorries above [-20-]{+12+} tonnes take the northern route." in shown
    assert "{+ Correction: An earlier version of this article gave a wrong weight. It is 12 tonnes.+}" in shown
    assert "The text is the same." in one_line(run(data, "show", "courier/bridge", "--diff", "2"))


def test_show_as_json_is_the_article_object(data: str) -> None:
    article = json.loads(run(data, "show", "courier/bridge", "--diff", "1", "--json").stdout)
    assert (article["version"], article["diff"]["from"], article["diff"]["to"]) == (2, 1, 2)
    assert "".join(one["from_text"] for one in article["diff"]["changes"]) == FIRST["text"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "nobody"], "no article 'nobody'"),
        (["show", "courier/bridge", "--version", "3"], "has no version 3"),
        (["show", "courier/bridge", "--diff", "7", "--json"], "has no version 7"),
        (["show", "courier/bridge", "--version", "0"], "greater than or equal to 1"),
    ],
)
def test_show_names_what_is_not_there(data: str, arguments: list[str], message: str) -> None:
    result = run(data, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr and result.stdout == ""


def test_nothing_in_an_article_reaches_the_terminal_as_a_command(data: str) -> None:
    from dataclasses import replace

    from index.catalogue import Catalogue

    catalogue = Catalogue(Path(data) / "catalogue.db")
    first, second = catalogue.versions("courier/bridge")
    catalogue.close()
    hostile = replace(second, article=replace(second.article, title="\x1b[2J[red]x", text="A \x1b]0;x\x07 [bold]b"))
    out = io.StringIO()
    show_difference(Console(file=out, force_terminal=True, color_system=None, markup=False), first, hostile)
    assert "\x1b[2J" not in out.getvalue() and "\x1b]0" not in out.getvalue()
    assert "[bold]b" in out.getvalue()


def test_as_of_prints_the_version_then_valid_and_when_it_was_corrected(data: str) -> None:
    asked = ["ask", "Which lorries take the northern route?", "--min-confidence", "0"]
    then = one_line(run(data, *asked, "--as-of", "2023-10-02"))
    assert "20 tonnes" in then and "12 tonnes" not in then
    assert "(version 1; corrected 3 October 2023 in version 2)" in then
    assert "The archive as it stood on 2 October 2023." in then
    now = one_line(run(data, *asked))
    assert "12 tonnes" in now and "20 tonnes" not in now
    assert "Harbour Courier, 2 October 2023 (corrected 3 October 2023)" in now


CITED = [
    ({}, None, "Harbour Courier, 2 October 2023"),
    ({}, 3, "Harbour Courier, 2 October 2023 (version 1; version 3 has replaced it)"),
    (
        {"kind": "correction", "date": "2023-10-03"},
        3,
        "Harbour Courier, 2 October 2023 (corrected 3 October 2023; version 1; version 3 has replaced it)",
    ),
    ({"kind": "correction", "date": "2023-10-03"}, None, "Harbour Courier, 2 October 2023 (corrected 3 October 2023)"),
    ({"kind": "retraction", "date": None}, None, "Harbour Courier, 2 October 2023 (retracted)"),
    ({"kind": "update", "date": "2023-10-03"}, None, "Harbour Courier, 2 October 2023"),
    (
        {"kind": "update", "date": "2023-10-03"},
        2,
        "Harbour Courier, 2 October 2023 (version 1; updated 3 October 2023 in version 2)",
    ),
]


@pytest.mark.parametrize(("corrected", "newer", "line"), CITED)
def test_a_citation_says_what_became_of_the_article(corrected: dict[str, str], newer: int | None, line: str) -> None:
    given = Corrected(version=2, notice=None, **corrected) if corrected else None  # pyright: ignore[reportArgumentType]
    made: Citation = citation(corrected=given, newer_version=newer)
    assert cited(made) == line


def test_verify_absent_names_what_is_left_then_that_files_may_hold_it_then_nothing(data: str) -> None:
    there = run(data, "verify", "--absent", "courier/bridge")
    assert there.exit_code == 1
    assert "catalogue: 2 versions of it" in there.stdout
    assert run(data, "delete", "courier/bridge").exit_code == 0
    deleted = run(data, "verify", "--absent", "courier/bridge")
    assert deleted.exit_code == 0
    assert (
        "Nothing of courier/bridge can be found; files may still hold it until `qa-service compact`" in deleted.stdout
    )
    told = json.loads(run(data, "verify", "--absent", "courier/bridge", "--json").stdout)
    assert (told["absent"], told["found"], len(told["pending"]) > 0) == (True, [], True)
    assert run(data, "compact").exit_code == 0
    gone = run(data, "verify", "--absent", "courier/bridge")
    assert gone.exit_code == 0
    assert gone.stdout == "Nothing of courier/bridge can be found; no file holds anything that was deleted.\n"
