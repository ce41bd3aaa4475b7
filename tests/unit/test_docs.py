"""Every fenced example in README.md and docs/ is executed.

What a fence's language makes of it:

- ``bash``, ``sh``: the whole fence is run by bash and has to succeed.
- ``console``: each line after ``$ `` is run and has to succeed; where output follows, it is compared line by line,
  with ``…`` standing for anything.
- ``python``: run as a script of its own.
- ``json``, ``jsonl``, ``toml``: has to parse.
- ``text``, ``http``, ``mermaid``…: for reading. A fence without a language is a mistake.

A page's examples run in order, in one temporary folder of the page's own, which holds the demo archive as a reader has
it after ``make demo``: ``eval/``, the built ``var/demo``, and (started when a fence names it) the server, whose
``127.0.0.1:8000`` is rewritten to a free port. What needs the network or never ends stands right behind
``<!-- not run: reason -->``; its syntax, and the make targets it names, are still checked. A page that holds
``<!-- slow examples -->`` is left to `make test-all`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
ARTICLES = ROOT / "eval" / "gold" / "demo" / "articles.jsonl"
SERVER = re.compile(r"(?:127\.0\.0\.1|localhost):8000")
FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,}|~{3,}) *(?P<language>[\w+-]*)[^`]*$")
SLOW_PAGE = "<!-- slow examples -->"
NOT_RUN = re.compile(r"<!-- not run: (?P<reason>.+?) -->")
LIMIT = 300
"""Seconds that one example may take."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """A fenced block of a page."""

    page: Path
    line: int
    language: str
    text: str
    not_run: str | None

    @property
    def name(self) -> str:
        """Where a reader finds it, for pytest's output."""
        return f"{self.page.relative_to(ROOT) if self.page.is_relative_to(ROOT) else self.page.name}:{self.line}"


def read_examples(page: Path) -> list[Example]:
    """The fences of a page, in order. Raises ValueError where one is left open."""
    examples: list[Example] = []
    body: list[str] = []
    opened: re.Match[str] | None = None
    start, reason, waiting = 0, None, None
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        if opened is None:
            opened = FENCE.match(line)
            if opened:
                start, reason, waiting, body = number, waiting, None, []
            elif line.strip():
                marked = NOT_RUN.fullmatch(line.strip())
                waiting = marked["reason"] if marked else None
        elif line.strip() == opened["ticks"]:
            indent = len(opened["indent"])
            text = "\n".join(one[indent:] if not one[:indent].strip() else one for one in body) + "\n"
            examples.append(Example(page=page, line=start, language=opened["language"], text=text, not_run=reason))
            opened = None
        else:
            body.append(line)
    if opened:
        raise ValueError(f"{page.name}:{start}: the fence is never closed")
    return examples


# ------------------------------------------------------------------------------------------- where examples run


@dataclass(kw_only=True)
class Workshop:
    """A page's folder, with the demo archive in it and, once an example needs it, its server."""

    folder: Path
    port: int | None = None
    server: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def environment(self) -> dict[str, str]:
        """The commands of this very environment first; nothing of the developer's own settings."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return kept | {"PATH": path, "NO_COLOR": "1", "NO_PROXY": "127.0.0.1,localhost"}

    def run(self, command: list[str], text: str) -> subprocess.CompletedProcess[str]:
        """What the command made of the text; the server is up if the text names it. Raises if it takes too long."""
        if SERVER.search(text):
            text = SERVER.sub(f"127.0.0.1:{self._served()}", text)
        return subprocess.run(
            [*command, text],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT,
            stdin=subprocess.DEVNULL,
        )

    def _served(self) -> int:
        if self.port is not None:
            return self.port
        with socket.create_server(("127.0.0.1", 0)) as free:
            port: int = free.getsockname()[1]
        command = [sys.executable, "-m", "qa_service", "serve", "--data-dir", "var/demo", "--port", str(port)]
        with (self.folder / "server.log").open("wb") as log:
            self.server = subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=log, stderr=log)
        self._wait_until_ready(port)
        self.port = port
        return port

    def _wait_until_ready(self, port: int) -> None:
        assert self.server
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for _ in range(LIMIT * 5):
            assert self.server.poll() is None, (self.folder / "server.log").read_text()
            try:
                with direct.open(f"http://127.0.0.1:{port}/readyz", timeout=5):
                    return
            except OSError:
                time.sleep(0.2)
        pytest.fail(f"the server is not ready after {LIMIT} seconds")

    def close(self) -> None:
        """Stop the server as an operator does."""
        if self.server:
            self.server.terminate()
            self.server.wait(timeout=30)


@pytest.fixture(scope="session")
def demo_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory built from the demo articles, with the real model."""
    if find_spec("qa_service.cli") is None or not ARTICLES.exists():
        pytest.skip("the command line or the demo articles are not there yet")
    built = tmp_path_factory.mktemp("archive") / "demo"
    command = [sys.executable, "-m", "qa_service", "ingest", str(ARTICLES), "--data-dir", str(built)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert run.returncode == 0, run.stderr
    return built


@pytest.fixture(scope="session")
def workshop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Path], Workshop]]:
    """Each page's workshop, made when its first example runs."""
    made: dict[Path, Workshop] = {}

    def for_page(page: Path) -> Workshop:
        if page not in made:
            demo: Path = request.getfixturevalue("demo_archive")
            folder = tmp_path_factory.mktemp(page.stem)
            (folder / "eval").symlink_to(ROOT / "eval")
            shutil.copytree(demo, folder / "var" / "demo")
            made[page] = Workshop(folder=folder)
        return made[page]

    yield for_page
    for one in made.values():
        one.close()


# ---------------------------------------------------------------------------------------------- what is executed


def run_whole(shop: Workshop, command: list[str], text: str) -> None:
    """Run a fence in one piece; it has to succeed."""
    run = shop.run(command, text)
    assert run.returncode == 0, f"exit status {run.returncode}\n{run.stdout}\n{run.stderr}"


def sessions(text: str) -> list[tuple[str, list[str]]]:
    """The commands of a ``console`` fence, each with the output shown under it."""
    steps: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            steps.append((line[2:], []))
        elif steps and line.startswith("> ") and not steps[-1][1]:
            steps[-1] = (f"{steps[-1][0]}\n{line[2:]}", [])
        elif steps:
            steps[-1][1].append(line)
        elif line.strip():
            raise ValueError(f"output before the first command: {line}")
    return steps


def matches(shown: list[str], printed: str) -> bool:
    """Whether what a page shows is what was printed, ``…`` standing for anything, white space at line ends aside."""
    wanted = "\n".join(line.rstrip() for line in shown).strip()
    got = "\n".join(line.rstrip() for line in printed.splitlines()).strip()
    return re.fullmatch(".*".join(map(re.escape, wanted.split("…"))), got, re.DOTALL) is not None


def run_console(shop: Workshop, text: str) -> None:
    """Run a ``console`` fence step by step."""
    for command, shown in sessions(text):
        run = shop.run(["bash", "-euo", "pipefail", "-c"], command)
        assert run.returncode == 0, f"$ {command}\nexit status {run.returncode}\n{run.stdout}\n{run.stderr}"
        if any(line.strip() for line in shown):
            assert matches(shown, run.stdout), f"$ {command}\nprinted:\n{run.stdout}"


def parse_each_line(text: str) -> None:
    """Parse JSON Lines."""
    for line in filter(str.strip, text.splitlines()):
        json.loads(line)


PARSERS: dict[str, Callable[[str], object]] = {"json": json.loads, "jsonl": parse_each_line, "toml": tomllib.loads}
SHELLS = {"bash", "sh"}
RUN = {*SHELLS, "console", "python"}
READ_ONLY = {"text", "http", "mermaid", "html", "css", "javascript", "ini", "yaml", "sql", "diff", "markdown", "nginx"}
EXAMPLES = [example for page in PAGES if page.exists() for example in read_examples(page)]


def each(languages: set[str], *, run: bool) -> list[object]:
    """The examples in these languages that are (not) to be run, as pytest parameters."""
    chosen = [one for one in EXAMPLES if one.language in languages and (one.not_run is None) == run]
    return [pytest.param(one, id=one.name, marks=pytest.mark.slow if run and is_slow(one) else ()) for one in chosen]


def is_slow(example: Example) -> bool:
    """Whether it is executed at all, on a page that says its examples take long."""
    return example.language in RUN and SLOW_PAGE in example.page.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("example", [pytest.param(one, id=one.name) for one in EXAMPLES])
def test_the_language_is_known(example: Example) -> None:
    assert example.language in RUN | PARSERS.keys() | READ_ONLY, "a fence names its language; prose goes in ```text"


@pytest.mark.parametrize("example", each(RUN, run=True))
def test_example(example: Example, workshop: Callable[[Path], Workshop]) -> None:
    if re.search(r"^\s*(?:\$ )?curl\b|\| *curl\b", example.text, re.MULTILINE) and not shutil.which("curl"):
        pytest.skip("curl is not installed")
    shop = workshop(example.page)
    if example.language == "console":
        run_console(shop, example.text)
    elif example.language == "python":
        run_whole(shop, [sys.executable, "-c"], example.text)
    else:
        run_whole(shop, ["bash", "-euo", "pipefail", "-c"], example.text)


@pytest.mark.parametrize("example", each(set(PARSERS), run=True))
def test_data_parses(example: Example) -> None:
    PARSERS[example.language](example.text)


@pytest.mark.parametrize("example", each(RUN, run=False))
def test_what_is_not_run_is_still_sound(example: Example) -> None:
    if example.language == "python":
        compile(example.text, example.name, "exec")
        return
    text = example.text if example.language in SHELLS else "\n".join(command for command, _ in sessions(example.text))
    subprocess.run(["bash", "-n", "-c", text], check=True, capture_output=True)
    targets = set(re.findall(r"^([a-z][\w-]*):(?!=)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z][\w-]*)", text)) <= targets


def test_every_relative_link_leads_somewhere() -> None:
    link = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in filter(Path.exists, PAGES)
        for target in link.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert dead == []


# ---------------------------------------------------------------------------------------- the harness itself


def page_with(folder: Path, text: str) -> Path:
    page = folder / "page.md"
    page.write_text(text, encoding="utf-8")
    return page


def test_fences_are_found_with_language_and_reason(tmp_path: Path) -> None:
    page = page_with(
        tmp_path,
        "<!-- not run: takes for ever -->\n\n```bash\nmake demo\n```\ntext\n```json\n{}\n```\n"
        "- item\n  ```python\n  x = 1\n  ```\n"
        "````markdown\n```bash\nfalse\n```\n````\n",
    )
    found = [(one.language, one.not_run, one.text) for one in read_examples(page)]
    assert found == [
        ("bash", "takes for ever", "make demo\n"),
        ("json", None, "{}\n"),
        ("python", None, "x = 1\n"),
        ("markdown", None, "```bash\nfalse\n```\n"),
    ]


def test_a_reason_counts_only_right_before_the_fence(tmp_path: Path) -> None:
    page = page_with(tmp_path, "<!-- not run: no -->\nprose\n```bash\ntrue\n```\n")
    assert [one.not_run for one in read_examples(page)] == [None]


def test_an_open_fence_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="never closed"):
        read_examples(page_with(tmp_path, "```bash\ntrue\n"))


def test_a_failing_example_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="exit status 1"):
        run_whole(Workshop(folder=tmp_path), ["bash", "-euo", "pipefail", "-c"], "false | true\n")


def test_shown_output_is_compared(tmp_path: Path) -> None:
    shop = Workshop(folder=tmp_path)
    run_console(shop, "$ echo one two\none …\n$ true\n$ echo a &&\n> echo b\na\nb\n")
    with pytest.raises(AssertionError, match="printed"):
        run_console(shop, "$ echo one\ntwo\n")
