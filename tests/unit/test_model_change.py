"""Another model under an open archive: what was opened before goes on answering, and only what was opened after writes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import index.store
from index import reindexing
from index.errors import Busy, InputRefused, ModelChanged, NotFound
from index.passages import SplitOptions
from index.ports import Filters, TermQuery
from index.readers.jsonl import read_record
from index.reindexing import reindex
from index.store import Store
from index.testing import HashEmbedder
from index.verifying import verify
from index.view import View
from index.writer import Writer, fingerprint

ROOT = Path(__file__).parents[2]
SPLIT = SplitOptions(max_tokens=12)
OLD = HashEmbedder(name="old", digest="old", dim=16)
NEW = HashEmbedder(name="new", digest="new", dim=24)
TOWNS = ("Orsk", "Goris", "Lorn", "Valemouth", "Weir")


def record(town: str, text: str = "") -> Any:
    said = text or f"The bridge at {town} is shut. The mayor of {town} said that crews were pumping. Nobody was hurt."
    fields = {"id": town, "title": f"Flood in {town} 🌊", "text": said, "date": "2023-05-06"}
    made = read_record(fields, name=town, max_bytes=1 << 20)
    assert not isinstance(made, InputRefused)
    return made


def opened(folder: Path, embedder: HashEmbedder) -> Store:
    return Store(
        folder,
        model_name=embedder.name,
        model_digest=embedder.digest,
        dim=embedder.dim,
        fingerprint=fingerprint(embedder.digest, SPLIT),
        wait=2,
    )


def change(folder: Path, embedder: HashEmbedder = NEW, max_tokens: int = 12) -> reindexing.ReindexReport:
    return reindex(folder, embedder, SplitOptions(max_tokens=max_tokens))


def answers(view: View, embedder: HashEmbedder, town: str) -> list[tuple[str, str, str]]:
    """What both legs find and read for a town: article, headline, words."""
    mask = view.mask(Filters())
    dense = view.dense(embedder.encode_questions([f"bridge at {town} shut"])[0], 2, mask).rows
    terms = view.terms(TermQuery(text=f"{town} bridge"), 2, mask).rows
    return [(p.article_id, p.title, p.text) for p in view.passages([*dense.tolist(), *terms.tolist()])]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = opened(tmp_path / "data", OLD)
    Writer(made, OLD, SPLIT).ingest([record(town) for town in TOWNS])
    made.fold()
    Writer(made, OLD, SPLIT).ingest([record("Orsk", "The bridge at Orsk is open again. It was shut for a week.")])
    yield made
    made.close()


def test_what_was_opened_before_answers_as_before(store: Store) -> None:
    before = {town: answers(store.view(), OLD, town) for town in TOWNS}
    assert all(len(found) == 4 and found[0][1].startswith("Flood in") for found in before.values())
    report = change(store.folder, max_tokens=30)
    assert report.versions == 6
    assert not set(store.view().keys) & set(opened_keys(store.folder)), "every passage is a new one"
    for view in (store.view(), store.refresh()):
        assert {town: answers(view, OLD, town) for town in TOWNS} == before
    assert store.is_outdated()
    assert (store.status()["model"], store.status()["model_digest"]) == ("old", "old")


def opened_keys(folder: Path) -> list[int]:
    made = opened(folder, NEW)
    keys = made.view().keys.tolist()
    made.close()
    return keys


def test_what_is_opened_after_has_the_new_model_and_everything(store: Store) -> None:
    change(store.folder)
    made = opened(store.folder, NEW)
    assert verify(made) == []
    assert {name for name, *_ in answers(made.view(), NEW, "Lorn")} >= {"Lorn"}
    assert not made.is_outdated()
    with pytest.raises(index.store.PipelineMismatch, match="'new'"):
        opened(store.folder, OLD)
    made.close()


def test_a_passage_cited_before_is_still_found_by_its_name(store: Store) -> None:
    cited = store.view().passages([0])[0]
    change(store.folder, max_tokens=30)
    assert store.catalogue.passage_by_id(cited.passage_id) == cited
    store.delete([cited.article_id])
    with pytest.raises(NotFound):
        store.catalogue.passage_by_id(cited.passage_id)


def test_writing_with_the_old_model_is_refused_and_deleting_is_not(store: Store, tmp_path: Path) -> None:
    view = store.view()
    change(store.folder)
    for write in (
        lambda: Writer(store, OLD, SPLIT).ingest([record("Late")]),
        store.fold,
        store.compact,
    ):
        with pytest.raises(ModelChanged, match="has changed over to model 'new' meanwhile"):
            write()
    assert store.delete(["Goris"]) == ["Goris"]
    for seen in (view, store.view(), store.refresh()):
        assert "Goris" not in {name for name, *_ in answers(seen, OLD, "Goris")}
    made = opened(store.folder, NEW)
    assert verify(made) == []
    assert sorted(made.catalogue.article_ids()) == sorted(set(TOWNS) - {"Goris"})
    made.close()


def test_a_follower_hears_of_the_change_until_somebody_has_opened_anew(store: Store) -> None:
    heard = threading.Event()
    calls: list[int] = []

    def on_outdated() -> bool:
        calls.append(len(calls))
        if len(calls) == 3:
            heard.set()
        return len(calls) >= 3

    store.follow(every=0.01, on_outdated=on_outdated)
    assert calls == []
    change(store.folder)
    assert heard.wait(10)
    assert store._follower is not None
    store._follower.join(5)
    assert not store._follower.is_alive() and len(calls) == 3


def test_what_was_set_aside_is_forgotten_by_a_compact_after_a_while(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def former() -> int:
        with sqlite3.connect(store.folder / "catalogue.db") as db:
            return db.execute("SELECT count(*) FROM former_passages").fetchone()[0]

    change(store.folder)
    kept = former()
    assert kept == len(store.view().keys)
    made = opened(store.folder, NEW)
    made.compact()
    assert former() == kept, "a server may still be opening the archive"
    assert answers(store.view(), OLD, "Lorn")
    later = index.store.time.time() + 601
    monkeypatch.setattr(index.store.time, "time", lambda: later)
    made.compact()
    assert former() == 0
    assert verify(made) == []
    made.close()


def test_articles_that_arrive_while_it_is_prepared_are_in_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = [[record("Sorrow")], [record("Tide")]]
    real = reindexing._prepare

    def prepare(*given: Any, **options: Any) -> Any:
        done = real(*given, **options)
        if waiting:
            Writer(store, OLD, SPLIT).ingest(waiting.pop())
        return done

    embedder = HashEmbedder(name="new", digest="new", dim=24)
    changing: list[int] = []

    def change_over(*given: Any) -> Any:
        changing.append(len(embedder.encoded))
        return real_change(*given)

    real_change = reindexing._change_over
    monkeypatch.setattr(reindexing, "_prepare", prepare)
    monkeypatch.setattr(reindexing, "_change_over", change_over)
    assert change(store.folder, embedder).versions == 8
    assert changing == [len(embedder.encoded)], "nothing is encoded while others wait"
    made = opened(store.folder, NEW)
    assert verify(made) == []
    assert {"Sorrow", "Tide"} < set(made.catalogue.article_ids())
    made.close()


def test_another_writer_is_waited_for_and_then_named(store: Store) -> None:
    change(store.folder, HashEmbedder(name="other", digest="other", dim=8))
    with store._lock.hold(0), pytest.raises(Busy, match="is being written by"):
        reindex(store.folder, NEW, SPLIT, wait=0.1)


KILLED = """
import os, signal, sys
from pathlib import Path
from index import reindexing
from index.passages import SplitOptions
from index.testing import HashEmbedder
at, calls = sys.argv[2].split(":"), 0
real = getattr(reindexing, at[0])
def dies(*given, **options):
    global calls
    calls += 1
    if calls == int(at[1]):
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*given, **options)
setattr(reindexing, at[0], dies)
reindexing.reindex(Path(sys.argv[1]), HashEmbedder(name="new", digest="new", dim=24), SplitOptions(max_tokens=12))
"""


@pytest.mark.parametrize(
    ("at", "model"),
    [
        ("_prepare:1", OLD),
        ("_change_over:1", OLD),
        ("process_again:1", OLD),
        ("process_again:4", OLD),
        ("set_meta:2", OLD),
        ("_carry_over:1", NEW),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_a_kill_leaves_the_old_archive_or_the_new_one(store: Store, at: str, model: HashEmbedder) -> None:
    before = {town: answers(store.view(), OLD, town) for town in TOWNS}
    run = subprocess.run([sys.executable, "-c", KILLED, str(store.folder), at], cwd=ROOT, check=False, timeout=60)
    assert run.returncode == -9
    assert {town: answers(store.refresh(), OLD, town) for town in TOWNS} == before
    assert store.is_outdated() == (model is NEW)
    made = opened(store.folder, model)
    assert verify(made) == []
    assert made.catalogue.meta("model_name") == model.name
    made.close()
    change(store.folder)
    made = opened(store.folder, NEW)
    assert verify(made) == []
    made.close()
