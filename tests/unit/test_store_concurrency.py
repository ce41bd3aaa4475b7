"""Readers beside a writer, two writers, two processes."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import index.store
from index.errors import Busy, NotFound
from index.locking import WriteLock
from index.ports import Filters, TermQuery
from index.store import Store
from index.verifying import verify
from tests.archives import EMBEDDER, draft, open_store

ROOT = Path(__file__).resolve().parents[2]
QUESTION = EMBEDDER.encode_questions(["zorbo"])[0]

HOLDER = """
import sys
from pathlib import Path
from index.locking import WriteLock
with WriteLock(Path(sys.argv[1])).hold(10.0):
    print("held", flush=True)
    sys.stdin.readline()
print("released", flush=True)
"""
OPENER = """
import sys
from pathlib import Path
from tests.archives import draft, open_store
sys.stdin.readline()
store = open_store(Path(sys.argv[1]))
store.commit([draft(sys.argv[2], "zorbo " + sys.argv[2])])
store.close()
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "archive")
    yield opened
    opened.close()


def found(store: Store, words: str = "zorbo") -> tuple[set[str], set[str]]:
    view = store.view()
    mask = view.mask(Filters())
    dense, terms = view.dense(QUESTION, 1000, mask), view.terms(TermQuery(text=words), 1000, mask)
    by_dense, by_terms = ({p.article_id for p in view.passages(hits.rows.tolist())} for hits in (dense, terms))
    return by_dense, by_terms


def started(script: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


# -- readers and a writer ----------------------------------------------------------------------------------------


class Readers:
    """Threads that search, read and check until told to stop."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.deleted: set[str] = set()
        self.problems: list[str] = []
        self.searches = 0
        self._stop = threading.Event()

    def run(self) -> None:
        while not self._stop.is_set():
            try:
                self._search()
            except Exception as error:  # noqa: BLE001 - whatever it is, the test reports it
                self.problems.append(f"{type(error).__name__}: {error}")
            self.searches += 1

    def stop(self) -> None:
        self._stop.set()

    def _search(self) -> None:
        gone = set(self.deleted)
        view = self.store.view()
        mask = view.mask(Filters())
        for hits in (view.dense(QUESTION, 50, mask), view.terms(TermQuery(text="zorbo mana"), 50, mask)):
            if not np.all(mask[hits.rows]):
                self.problems.append("a hit outside the mask")
            for passage in view.passages(hits.rows.tolist()):
                if passage.article_id in gone:
                    self.problems.append(f"{passage.article_id} was found after it had been deleted")
                try:
                    text = view.article(passage.article_id, version=passage.version).article.text
                except NotFound:
                    continue  # deleted between the two reads
                if text[passage.start : passage.end] != passage.text:
                    self.problems.append(f"{passage.text!r} is not what its article says there")


def test_readers_beside_a_writer(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.store, "FOLD_AT", 15)
    readers = Readers(store)
    chance = random.Random(5)
    alive: list[str] = []
    store.follow(every=0.01)
    with ThreadPoolExecutor(3) as threads:
        running = [threads.submit(readers.run) for _ in range(2)]
        try:
            for n in range(12):
                names = [f"{n}-{i}" for i in range(3)]
                store.commit([draft(name, f"zorbo {name}\n\nmana {name * n}") for name in names])
                assert set(names) <= found(store, "zorbo mana")[1], "seen by both legs as soon as commit returns"
                alive += names
                store.commit([draft(chance.choice(alive), f"mana\n\nzorbo once more {n}")])
                gone = alive.pop(chance.randrange(len(alive)))
                store.delete([gone])
                readers.deleted.add(gone)
                if n % 5 == 4:
                    store.compact()
                store.status()
        finally:
            readers.stop()
        for thread in running:
            thread.result()
    assert readers.problems == []
    assert readers.searches > 5
    assert found(store, "zorbo mana") == (set(alive), set(alive))
    assert verify(store) == []


def test_a_follower_in_the_middle_of_a_commit_hides_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The follower may publish after the catalogue's commit and before the lexical one; the commit has to mend that."""
    carry_over = store._carry_over

    def after_the_follower() -> None:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(store.refresh).result()
        carry_over()

    monkeypatch.setattr(store, "_carry_over", after_the_follower)
    store.commit([draft("a", "zorbo one")])
    assert found(store) == ({"a"}, {"a"})


def test_a_follower_outlives_a_long_commit_elsewhere(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not wait for the lock, though there is much to fold, and shows what is committed meanwhile."""
    monkeypatch.setattr(index.store, "FOLD_AT", 1)
    other = open_store(store.folder)
    store.follow(every=0.02)
    with WriteLock(store.folder / "write.lock").hold(5.0):
        # What a writer in another process does while it holds the lock.
        monkeypatch.setattr(other._lock, "hold", WriteLock(store.folder / "another.lock").hold)
        for n in range(3):
            other.commit([draft(f"{n}", "zorbo one\n\nzorbo two")])
            assert eventually(lambda rows=2 * n + 2: len(store.view().keys) >= rows, seconds=8)
    # Words come once the lock is free: who commits writes them, and this one does not wait.
    assert eventually(lambda: found(store) == ({"0", "1", "2"},) * 2)
    other.close()


def test_another_process_is_followed_within_a_second(store: Store) -> None:
    other = open_store(store.folder)
    store.follow()
    delays: list[float] = []
    for n in range(3):  # the best of three: the machine may be busy with other things
        other.commit([draft(f"{n}", f"zorbo {n}")])
        began = time.monotonic()
        assert eventually(lambda name=f"{n}": name in found(store)[1])
        delays.append(time.monotonic() - began)
        other.delete([f"{n}"])
        assert eventually(lambda name=f"{n}": name not in found(store)[0])
    assert min(delays) < 1.0
    other.close()


def eventually(condition: Any, seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.01)
    return False


# -- two writers -------------------------------------------------------------------------------------------------


def test_a_second_process_waits_and_then_names_the_holder(store: Store) -> None:
    with started(HOLDER, str(store.folder / "write.lock")) as holder:
        assert holder.stdout is not None and holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        store.wait = 0.2
        began = time.monotonic()
        for change in (lambda: store.commit([draft("a", "zorbo")]), lambda: store.delete(["a"]), store.compact):
            with pytest.raises(Busy, match=rf"process {holder.pid}\b.*waited 0\.2 s"):
                change()
        assert time.monotonic() - began >= 0.6
        assert found(store) == (set(), set()), "readers go on"
        store.wait = 30.0
        with ThreadPoolExecutor(1) as thread:
            waiting = thread.submit(store.commit, [draft("a", "zorbo")])
            time.sleep(0.2)
            assert not waiting.done()
            holder.stdin.write("\n")
            holder.stdin.flush()
            assert waiting.result()[0].outcome == "ingested"
    assert found(store) == ({"a"}, {"a"})


def test_a_killed_holder_leaves_no_lock(store: Store) -> None:
    with started(HOLDER, str(store.folder / "write.lock")) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        holder.kill()
        holder.wait()
    store.wait = 0.2
    assert store.commit([draft("a", "zorbo")])[0].outcome == "ingested"


def test_a_thread_takes_its_lock_again_and_another_waits(tmp_path: Path) -> None:
    lock = WriteLock(tmp_path / "write.lock")

    def take() -> str:
        with lock.hold(0.05):
            return "taken"

    with ThreadPoolExecutor(1) as thread:
        with lock.hold(0.0), lock.hold(0.0):
            with lock.hold(0.0):
                pass
            with pytest.raises(Busy, match="by this process"):
                thread.submit(take).result()
            with pytest.raises(Busy, match="by process"), WriteLock(tmp_path / "write.lock").hold(0.0):
                pass
        assert thread.submit(take).result() == "taken"
    with pytest.raises(KeyError), lock.hold(0.0):
        raise KeyError
    with WriteLock(tmp_path / "write.lock").hold(0.0):
        assert "process" in (tmp_path / "write.lock").read_text()
    assert (tmp_path / "write.lock").read_text() == ""


def test_processes_that_open_a_new_archive_at_once(tmp_path: Path) -> None:
    openers = [started(OPENER, str(tmp_path / "new"), f"{n}") for n in range(3)]
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.write("\n")
        opener.stdin.flush()
    for opener in openers:
        opener.communicate(timeout=120)
        assert opener.returncode == 0
    store = open_store(tmp_path / "new")
    assert found(store) == ({"0", "1", "2"},) * 2
    assert verify(store) == []
    store.close()
