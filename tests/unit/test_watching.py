"""A watched folder: what is added, changed, renamed or deleted there, and what must never delete anything."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from index.errors import Busy
from index.passages import SplitOptions
from index.readers import ReadOptions, read_file
from index.store import Store
from index.testing import HashEmbedder
from index.watched_inputs import WatchedInputs
from index.watching import Event, FolderWatch
from index.writer import Writer, fingerprint
from qa_service import bootstrap
from qa_service.cli import build

ROOT = Path(__file__).parents[2]
LONG_AGO = 1_600_000_000


def words(topic: str) -> str:
    return f"The {topic} committee met on Monday and agreed on a new plan for the harbour. Work begins in the spring."


@dataclass
class Mirror:
    """A folder, an archive, and a watch over both whose clock the test moves."""

    folder: Path
    data: Path
    settle: float = 2.0
    now: float = 0.0
    stopped: bool = False
    read: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.open()

    def open(self) -> None:
        """Anew, as after a restart."""
        embedder, split = HashEmbedder(), SplitOptions(max_tokens=200)
        self.store = Store(
            self.data,
            model_name=embedder.name,
            model_digest=embedder.digest,
            dim=embedder.dim,
            fingerprint=fingerprint(embedder.digest, split),
        )
        self.writer = Writer(self.store, embedder, split)
        options = ReadOptions(max_bytes=1 << 20)

        def read(path: Path, name: str) -> Iterator[Any]:
            self.read.append(name)
            return read_file(path, name, options)

        self.watch = FolderWatch(
            folder=self.folder,
            inputs=WatchedInputs(self.store.catalogue),
            read=read,
            ingest=self.writer.ingest,
            delete=self.store.delete,
            settle=self.settle,
            stop=lambda: self.stopped,
            clock=lambda: self.now,
        )

    def put(self, name: str, text: str, *, age: float = 100.0) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        moment = time.time() - age
        os.utime(path, (moment, moment))
        return path

    def look(self) -> list[Event]:
        return list(self.watch.look())

    def look_long(self) -> list[Event]:
        """Two looks, far enough apart for anything to settle."""
        first = self.look()
        self.now += self.settle + 1
        return first + self.look()

    def ids(self) -> list[str]:
        rows = self.store.catalogue.connection().execute("SELECT id FROM articles ORDER BY id")
        return [row[0] for row in rows]


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    made = Mirror(tmp_path / "folder", tmp_path / "data")
    yield made
    made.store.close()


def told(events: list[Event]) -> list[tuple[str, str]]:
    return [(one.event, one.input) for one in events]


def test_added_changed_deleted(mirror: Mirror) -> None:
    mirror.put("a.txt", words("ferry"))
    mirror.put("sub/b.txt", words("tram"))
    first = mirror.look()
    assert told(first) == [("added", "a.txt"), ("added", "sub/b.txt")]
    assert [one.ingested for one in first] == [1, 1]
    assert mirror.ids() == ["a.txt", "sub/b.txt"]
    assert mirror.look() == []

    mirror.put("a.txt", words("bridge"), age=50)
    changed = mirror.look()
    assert told(changed) == [("changed", "a.txt")]
    assert changed[0].updated == 1

    (mirror.folder / "a.txt").unlink()
    assert mirror.look() == [], "it may come back at once"
    mirror.now += 3
    removed = mirror.look()
    assert told(removed) == [("removed", "a.txt")]
    assert removed[0].withdrawn == 1
    assert mirror.ids() == ["sub/b.txt"]


def test_a_file_that_is_replaced_keeps_its_versions(mirror: Mirror) -> None:
    path = mirror.put("a.txt", words("ferry"))
    mirror.look()
    path.unlink()
    assert mirror.look() == []
    mirror.put("a.txt", words("tram"))
    assert told(mirror.look()) == [("changed", "a.txt")]
    assert [one.version for one in mirror.store.catalogue.versions("a.txt")] == [1, 2]


def test_a_renamed_file_and_a_renamed_container(mirror: Mirror) -> None:
    mirror.put("a.txt", words("ferry"))
    mirror.put("all.jsonl", json.dumps({"id": "x/1", "text": words("tram")}) + "\n")
    mirror.look()
    (mirror.folder / "a.txt").rename(mirror.folder / "b.txt")
    (mirror.folder / "all.jsonl").rename(mirror.folder / "every.jsonl")
    events = mirror.look_long()
    assert told(events) == [
        ("added", "b.txt"),
        ("added", "every.jsonl"),
        ("removed", "a.txt"),
        ("removed", "all.jsonl"),
    ]
    assert mirror.ids() == ["b.txt", "x/1"], "an article that another file gives stays"
    assert [one.withdrawn for one in events] == [0, 0, 1, 0]


def test_two_files_of_one_article_that_go_together(mirror: Mirror) -> None:
    for name in ("one.jsonl", "two.jsonl", "three.jsonl"):
        mirror.put(name, json.dumps({"id": "x/1", "text": words("tram")}) + "\n")
    mirror.look()
    (mirror.folder / "one.jsonl").unlink()
    assert [one.withdrawn for one in mirror.look_long()] == [0]
    assert mirror.ids() == ["x/1"]
    for name in ("two.jsonl", "three.jsonl"):
        (mirror.folder / name).unlink()
    assert [one.withdrawn for one in mirror.look_long()] == [1, 0]
    assert mirror.ids() == []


def test_an_entry_that_leaves_its_file_is_withdrawn(mirror: Mirror) -> None:
    lines = [json.dumps({"id": f"x/{number}", "text": words(f"plan {number}")}) for number in range(200)]
    mirror.put("all.jsonl", "\n".join(lines))
    assert mirror.look()[0].ingested == 200
    mirror.put("all.jsonl", "\n".join(lines[1:]), age=50)
    event = mirror.look()[0]
    assert (event.withdrawn, event.unchanged) == (1, 199)
    assert "x/0" not in mirror.ids()
    # Where a line cannot be read nobody knows what it was: everything stays.
    mirror.put("all.jsonl", "\n".join([*lines[10:], "{broken"]), age=40)
    event = mirror.look()[0]
    assert (event.withdrawn, len(event.refused)) == (0, 1)
    assert len(mirror.ids()) == 199
    # Once it is whole again, it counts.
    mirror.put("all.jsonl", "\n".join(lines[10:]), age=30)
    assert mirror.look()[0].withdrawn == 9


def test_a_file_that_becomes_unreadable_keeps_its_article(mirror: Mirror) -> None:
    mirror.put("a.txt", words("ferry"))
    mirror.look()
    (mirror.folder / "a.txt").write_bytes(b"\x00\xff\x00 binary")
    os.utime(mirror.folder / "a.txt", (LONG_AGO, LONG_AGO))
    event = mirror.look()[0]
    assert event.refused[0].reason.startswith("is binary")
    assert mirror.ids() == ["a.txt"]
    assert mirror.look() == [], "refused once, not again at every look"
    mirror.put("a.txt", "Advertisement", age=40)
    assert "nothing in it can be quoted" in mirror.look()[0].refused[0].reason
    assert mirror.ids() == ["a.txt"]
    (mirror.folder / "a.txt").unlink()
    assert told(mirror.look_long()) == [("removed", "a.txt")]
    assert mirror.ids() == []


def test_half_written_files_settle(mirror: Mirror) -> None:
    mirror.put("a.txt", words("ferry")[:30], age=0)
    assert mirror.look() == []
    mirror.now += 1.5
    mirror.put("a.txt", words("ferry"), age=-3600)  # a clock ahead of ours
    assert mirror.look() == []
    assert not mirror.watch.is_settled
    mirror.now += 1.5
    assert mirror.look() == [], "it changed 1.5 s ago"
    mirror.now += 1.0
    assert told(mirror.look()) == [("added", "a.txt")]
    assert mirror.watch.is_settled


@pytest.mark.parametrize("name", ["a.txt.part", "a.tmp", "a.txt~", ".a.txt", "~$a.txt", "b.crdownload", ".sub/a.txt"])
def test_unfinished_names_are_left_alone(mirror: Mirror, name: str) -> None:
    mirror.put(name, words("ferry"))
    assert mirror.look_long() == []
    assert mirror.read == []


def test_a_file_that_changes_while_it_is_read_is_read_again(mirror: Mirror) -> None:
    path = mirror.put("a.txt", words("ferry"))
    whole = mirror.watch.read

    def read(given: Path, name: str) -> Iterator[Any]:
        yield from whole(given, name)
        mirror.put("a.txt", words("tram"), age=20)

    mirror.watch.read = read
    assert mirror.look() == []
    mirror.watch.read = whole
    mirror.look()
    assert "tram" in mirror.store.catalogue.versions("a.txt")[-1].article.text
    assert path.exists()


def test_a_folder_that_vanishes_deletes_nothing(mirror: Mirror) -> None:
    mirror.put("a.txt", words("ferry"))
    mirror.look()
    mirror.folder.rename(mirror.folder.with_name("elsewhere"))
    events = mirror.look_long()
    assert [one.event for one in events] == ["error"], "said once"
    assert "cannot be read, and nothing in it is deleted: No such file" in (events[0].reason or "")
    assert mirror.ids() == ["a.txt"]
    mirror.folder.with_name("elsewhere").rename(mirror.folder)
    assert mirror.look_long() == []
    assert mirror.read == ["a.txt"]


def test_a_folder_in_it_that_cannot_be_read(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror.put("a.txt", words("ferry"))
    mirror.put("sub/b.txt", words("tram"))
    mirror.look()
    scan = os.scandir

    def refuse(path: Path) -> Any:
        if Path(path).name == "sub":
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    (mirror.folder / "a.txt").unlink()
    assert told(mirror.look_long()) == [("error", str(mirror.folder / "sub")), ("removed", "a.txt")]
    assert mirror.ids() == ["sub/b.txt"]


def test_an_unmounted_file_system_deletes_nothing(mirror: Mirror) -> None:
    """The mount point is there, empty and of another device than the files were on."""
    for name in ("a.txt", "sub/b.txt"):
        mirror.put(name, words(name))
    mirror.look()
    with mirror.store.catalogue.write() as db:
        db.execute("UPDATE watched_inputs SET device = device + 1 WHERE path LIKE '%/sub/b.txt'")
    shutil.rmtree(mirror.folder / "sub")
    (mirror.folder / "sub").mkdir()
    events = mirror.look_long()
    assert told(events) == [("error", "sub/b.txt")]
    assert "the file system that it was on" in (events[0].reason or "")
    (mirror.folder / "a.txt").unlink()
    assert told(mirror.look_long()) == [("removed", "a.txt")]
    assert mirror.ids() == ["sub/b.txt"]


def test_a_device_with_another_number_after_a_restart(mirror: Mirror) -> None:
    for name in ("a.txt", "b.txt"):
        mirror.put(name, words(name))
    mirror.look()
    with mirror.store.catalogue.write() as db:
        db.execute("UPDATE watched_inputs SET device = device + 1")
    (mirror.folder / "b.txt").unlink()
    assert told(mirror.look_long()) == [("removed", "b.txt")]
    assert mirror.read == ["a.txt", "b.txt"], "nothing is read again"


def test_a_broken_link_deletes_nothing(mirror: Mirror, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.txt"
    target.write_text(words("ferry"))
    os.utime(target, (LONG_AGO, LONG_AGO))
    (mirror.folder / "a.txt").symlink_to(target)
    mirror.look()
    target.unlink()
    assert [one.event for one in mirror.look_long()] == ["error"]
    assert mirror.ids() == ["a.txt"]


def test_a_restart_knows_what_was_there(mirror: Mirror) -> None:
    for name in ("a.txt", "b.txt"):
        mirror.put(name, words(name))
    mirror.look()
    mirror.store.close()
    (mirror.folder / "b.txt").unlink()
    mirror.put("c.txt", words("c"))
    mirror.read.clear()
    mirror.open()
    assert told(mirror.look_long()) == [("added", "c.txt"), ("removed", "b.txt")]
    assert mirror.read == ["c.txt"]


def test_what_was_deleted_here_stays_deleted(mirror: Mirror) -> None:
    mirror.put("a.txt", words("ferry"))
    mirror.look()
    mirror.store.delete(["a.txt"])
    assert mirror.look_long() == []
    from index.absence import traces

    assert traces(mirror.store, "a.txt").found == ()


def test_two_folders_do_not_know_each_other(mirror: Mirror, tmp_path: Path) -> None:
    mirror.put("a.txt", words("ferry"))
    mirror.look()
    mirror.store.close()
    other = Mirror(tmp_path / "other", tmp_path / "data")
    with closing(other.store):
        assert other.look_long() == []
        assert other.ids() == ["a.txt"]


def test_a_stop_leaves_what_is_committed(mirror: Mirror) -> None:
    for number in range(5):
        mirror.put(f"{number}.txt", words(f"plan {number}"))
    whole = mirror.watch.read

    def read(path: Path, name: str) -> Iterator[Any]:
        mirror.stopped = name == "2.txt"
        return whole(path, name)

    mirror.watch.read = read
    assert told(mirror.look()) == [("added", "0.txt"), ("added", "1.txt")]
    mirror.watch.read = whole
    mirror.stopped = False
    assert told(mirror.look()) == [("added", f"{number}.txt") for number in (2, 3, 4)]


def test_a_writer_in_the_way_is_tried_again(mirror: Mirror) -> None:
    mirror.put("a.txt", words("ferry"))
    ingest = mirror.watch.ingest

    def busy(items: Any, heard: Any) -> Any:
        list(items)
        raise Busy("another process")

    mirror.watch.ingest = busy
    with pytest.raises(Busy):
        mirror.look()
    mirror.watch.ingest = ingest
    assert told(mirror.look()) == [("added", "a.txt")]


def test_names_that_are_no_unicode(mirror: Mirror) -> None:
    path = os.fsencode(mirror.folder) + b"/caf\xe9.txt"
    Path(os.fsdecode(path)).write_text(words("ferry"))
    os.utime(path, (LONG_AGO, LONG_AGO))
    assert len(mirror.look()) == 1
    assert mirror.look() == []
    Path(os.fsdecode(path)).unlink()
    assert [one.withdrawn for one in mirror.look_long()] == [1]
    assert mirror.ids() == []


@pytest.mark.parametrize("seed", range(8))
def test_the_archive_ends_as_the_folder_does(mirror: Mirror, seed: int) -> None:
    """Whatever is done to the files, with looks in between, restarts included."""
    draw = random.Random(seed)
    for _ in range(25):
        name = f"{draw.randrange(4)}.txt"
        action = draw.choice(["write", "write", "delete", "rename", "look", "restart"])
        path = mirror.folder / name
        if action == "write":
            mirror.put(name, words(f"plan {draw.randrange(1000)}"), age=draw.uniform(10, 90))
        elif action == "delete":
            path.unlink(missing_ok=True)
        elif action == "rename" and path.exists():
            path.rename(mirror.folder / f"{draw.randrange(4)}.txt")
        elif action == "look":
            mirror.look()
            mirror.now += draw.choice([0.5, 3])
        elif action == "restart":
            mirror.store.close()
            mirror.open()
    mirror.look_long()
    there = sorted(path.name for path in mirror.folder.iterdir())
    assert mirror.ids() == there
    for name in there:
        assert mirror.store.catalogue.versions(name)[-1].article.text == (mirror.folder / name).read_text()


# --------------------------------------------------------------------------------------------------- the command


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr(bootstrap, "open_embedder", lambda settings: HashEmbedder())
    return lambda *given: CliRunner().invoke(build(), [*given, "--data-dir", str(tmp_path / "data")])


def test_once_brings_the_archive_up_to_date(run: Callable[..., Result], tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text(words("ferry"))
    (folder / "b.xyz").write_text("?")
    first = run("watch", str(folder), "--once", "--settle", "0.1", "--json")
    assert first.exit_code == 1
    events = [json.loads(line) for line in first.stdout.splitlines()]
    assert [(one["event"], one["input"], one["ingested"]) for one in events] == [
        ("added", "a.txt", 1),
        ("added", "b.xyz", 0),
    ]
    assert "format not recognised" in events[1]["refused"][0]["reason"]
    (folder / "a.txt").unlink()
    second = run("watch", str(folder), "--once", "--settle", "0.1")
    assert (second.exit_code, second.stdout) == (0, "removed a.txt: 1 withdrawn\n")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ((), "name either a folder or"),
        (("nowhere",), "nowhere is no folder"),
        ((".", "--feed", "http://x.example"), "name either"),
    ],
)
def test_what_to_watch_has_to_be_named(run: Callable[..., Result], given: tuple[str, ...], reason: str) -> None:
    result = run("watch", *given)
    assert result.exit_code == 2
    assert reason in result.stderr


WATCH = textwrap.dedent(
    """
    from index.testing import HashEmbedder
    from qa_service import bootstrap
    from qa_service.cli import main
    bootstrap.open_embedder = lambda settings: HashEmbedder()
    main()
    """
)


def start(folder: Path, data: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WATCH, "watch", str(folder), "--data-dir", str(data)]
    options = ["--every", "0.05", "--settle", "0.1", "--json"]
    return subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_sigterm_ends_it_cleanly(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    process = start(tmp_path / "folder", tmp_path / "data")
    try:
        assert process.stdout
        (tmp_path / "folder" / "a.txt").write_text(words("ferry"))
        assert json.loads(process.stdout.readline())["ingested"] == 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
def test_killed_anywhere_it_ends_as_the_folder_does(tmp_path: Path) -> None:
    """Twelve kills while files come, change and go; then a last run, and every file is there exactly once."""
    folder, data = tmp_path / "folder", tmp_path / "data"
    folder.mkdir()
    draw = random.Random(7)
    for turn in range(12):
        for _ in range(20):
            name = folder / f"{draw.randrange(60)}.txt"
            if draw.random() < 0.25:
                name.unlink(missing_ok=True)
            else:
                name.write_text(words(f"plan {turn} {draw.randrange(1000)}"))
        process = start(folder, data)
        time.sleep(draw.uniform(1.0, 3.0))
        process.kill()
        process.communicate()
    process = start(folder, data)
    mirror = Mirror(folder, data)
    with closing(mirror.store):
        there = sorted(path.name for path in folder.iterdir())
        for _ in range(200):
            if mirror.ids() == there and all(
                mirror.store.catalogue.versions(name)[-1].article.text == (folder / name).read_text() for name in there
            ):
                break
            time.sleep(0.1)
        process.terminate()
        _, errors = process.communicate(timeout=20)
        assert mirror.ids() == there, errors
        assert process.returncode == 0
