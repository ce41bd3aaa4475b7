"""An ingest that is killed goes on where it was: every article is stored exactly once, however often that happens."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from index.article import Checkpoint, Item, Record
from index.passages import SplitOptions
from index.readers import ReadOptions, read_inputs
from index.testing import HashEmbedder
from index.writer import Writer
from tests.archives import open_store

ROOT = Path(__file__).resolve().parents[2]
SPLIT = SplitOptions(max_tokens=60, overlap_sentences=1)
PROSE = "The ferry at Wendel left the quay at noon. It came back in the evening with the post."

# Ingests one file and says where it began.
FEEDER = """
import sys
from pathlib import Path
from tests.archives import EMBEDDER, open_store
from index.passages import SplitOptions
from index.readers import ReadOptions, read_inputs
from index.writer import Writer
store = open_store(Path(sys.argv[1]))
def resume_from(name, state):
    found = store.progress.position(name, state)
    print("from", found or 0, flush=True)
    return found
options = ReadOptions(max_bytes=1 << 20, resume_from=resume_from)
split = SplitOptions(max_tokens=60, overlap_sentences=1)
report = Writer(store, EMBEDDER, split).ingest(read_inputs([sys.argv[2]], options))
print("done", report.ingested, report.updated, report.unchanged, len(report.refused), flush=True)
store.close()
"""


def lines_of(path: Path, count: int) -> Path:
    chance = random.Random(count)
    with path.open("w") as file:
        for n in range(count):
            names = " ".join("".join(chance.choices("abcdefgh", k=6)) for _ in range(12))
            file.write(
                json.dumps({"id": f"a{n}", "text": f"{names} left the quay. It was crossing number {n}."}) + "\n"
            )
    return path


def feed(archive: Path, source: Path, kill_at: int | None) -> list[list[str]]:
    """What the feeder said; it is killed somewhat after it has stored ``kill_at`` articles."""
    command = [sys.executable, "-c", FEEDER, str(archive), str(source)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as feeder:
        assert feeder.stdout is not None
        said = [feeder.stdout.readline().split()]
        if kill_at is not None:
            while stored(archive) < kill_at:
                time.sleep(0.002)
            time.sleep(random.Random(kill_at).uniform(0, 0.05))
            feeder.send_signal(signal.SIGKILL)
        said += [line.split() for line in feeder.stdout.read().splitlines()]
    assert feeder.returncode in ({0} if kill_at is None else {0, -signal.SIGKILL})
    return said


def stored(archive: Path) -> int:
    """How many articles another process sees."""
    with closing(sqlite3.connect(archive / "catalogue.db", timeout=30)) as db:
        return db.execute("SELECT count(*) FROM articles").fetchone()[0]


def killed_and_resumed(archive: Path, source: Path, wanted: set[str], kills: int) -> list[int]:
    """Kills at random points, then reads to the end; returns where each run began."""
    began: list[int] = []
    for kill_at in sorted(random.Random(kills).sample(range(len(wanted) - 512), kills)):
        said = feed(archive, source, kill_at)
        began.append(int(said[0][1]))
        assert said[-1][0] == "from", "it was killed before it was done"
    said = feed(archive, source, None)
    began.append(int(said[0][1]))
    assert began == sorted(began)
    assert said[-1][:1] == ["done"] and said[-1][2:] == ["0", "0", "0"], "nothing was read twice"
    store = open_store(archive)
    ids = list(store.catalogue.article_ids())
    assert len(ids) == len(set(ids)) and set(ids) == wanted
    assert store.catalogue.counts()["versions"] == len(wanted)
    assert store.catalogue.connection().execute("SELECT count(*) FROM reading_progress").fetchone()[0] == 0
    store.close()
    return began


@pytest.mark.slow
def test_ten_thousand_articles_killed_at_twenty_points_are_each_there_once(tmp_path: Path) -> None:
    source = lines_of(tmp_path / "many.jsonl", 10_000)
    began = killed_and_resumed(tmp_path / "archive", source, {f"a{n}" for n in range(10_000)}, 20)
    print("runs began at", began)
    assert len(set(began)) > 15


def test_an_ingest_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    source = lines_of(tmp_path / "some.jsonl", 2_000)
    killed_and_resumed(tmp_path / "archive", source, {f"a{n}" for n in range(2_000)}, 2)


class Stop(Exception):
    """Reading ends here."""


def read_up_to(archive: Path, source: Path, stop_at: int | None) -> tuple[int | None, list[Item]]:
    """Ingest and stop after so many items; returns where reading began, and what was read."""
    store = open_store(archive)
    began: list[int | None] = []
    read: list[Item] = []

    def resume_from(name: str, state: str) -> int | None:
        began.append(store.progress.position(name, state))
        return began[-1]

    def items():
        for item in read_inputs([str(source)], ReadOptions(max_bytes=1 << 20, resume_from=resume_from)):
            if stop_at is not None and len(read) >= stop_at:
                raise Stop
            read.append(item)
            yield item

    try:
        Writer(store, HashEmbedder(dim=16), SPLIT).ingest(items())
    except Stop:
        pass
    finally:
        store.close()
    return began[0], read


def test_a_file_that_has_changed_is_read_from_its_beginning(tmp_path: Path) -> None:
    source = lines_of(tmp_path / "some.jsonl", 600)
    assert read_up_to(tmp_path / "archive", source, 1_000)[0] is None
    assert read_up_to(tmp_path / "archive", source, 2)[0] == 256, "one whole batch was committed"
    with source.open("a") as file:
        file.write(json.dumps({"id": "late", "text": PROSE}) + "\n")
    assert read_up_to(tmp_path / "archive", source, None)[0] is None
    store = open_store(tmp_path / "archive")
    assert store.catalogue.counts()["articles"] == store.catalogue.counts()["versions"] == 601
    store.close()


def test_an_interrupted_file_is_another_one_to_another_pipeline(tmp_path: Path) -> None:
    store = open_store(tmp_path, fingerprint="p1")
    store.progress.keep([Checkpoint(input="/a", state="s", position=7)])
    assert store.progress.position("/a", "s") == 7
    assert store.progress.position("/a", "other") is store.progress.position("/b", "s") is None
    store.close()
    store = open_store(tmp_path, fingerprint="p2")
    assert store.progress.position("/a", "s") is None
    store.progress.keep([Checkpoint(input="/a", state="s", position=None)])
    store.close()
    store = open_store(tmp_path, fingerprint="p1")
    assert store.progress.position("/a", "s") is None, "it has been read to its end since"
    store.close()


def test_without_resuming_there_are_no_checkpoints(tmp_path: Path) -> None:
    source = lines_of(tmp_path / "some.jsonl", 3)
    assert all(isinstance(item, Record) for item in read_inputs([str(source)], ReadOptions(max_bytes=1 << 20)))
