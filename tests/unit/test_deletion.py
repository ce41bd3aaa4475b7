"""A deleted article: gone from every answer when the call returns, from every file after compacting.

What is looked for is there before, so each of these tests can fail.
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import index.reindexing
import index.store
from index.absence import traces
from index.errors import Busy, NotFound
from index.jobs import JobStore
from index.passages import SplitOptions
from index.readers.fields import read_record
from index.reindexing import reindex
from index.store import Store
from index.terms import TermIndex, analyze
from index.testing import HashEmbedder
from index.verifying import verify
from index.writer import Writer, fingerprint

SPLIT = SplitOptions(max_tokens=40)
OLD, NEW = HashEmbedder(dim=16), HashEmbedder(name="other", digest="other", dim=24)
GONE = "quillfeather/2024/xyzzyplugh-one"
WORDS = {
    "text": "zanzibrook",
    "old text": "vellumward",
    "title": "thornquist",
    "outlet": "Quillfeather",
    "tag": "mossgable",
}
COMMON = "The ferry to Marn ran aground off Quill Head on Tuesday night with 84 people aboard, the coastguard of Sorrel said."


def record(article_id: str, text: str, **fields: Any) -> Any:
    return read_record({"id": article_id, "text": text, "language": "en", **fields}, name=article_id, max_bytes=1 << 20)


def opened(folder: Path, embedder: HashEmbedder = OLD) -> Store:
    return Store(
        folder, model_name=embedder.name, model_digest=embedder.digest, dim=embedder.dim,
        fingerprint=fingerprint(embedder.digest, SPLIT), wait=5,
    )  # fmt: skip


def fill(store: Store, embedder: HashEmbedder) -> None:
    """Two versions of the article to go, one passage of it carried elsewhere, and others that stay."""
    same = {"title": f"Ferry {WORDS['title']}", "source": WORDS["outlet"], "tags": [WORDS["tag"]], "date": "2024-03-06"}
    inputs = [
        record("stays/ferry", COMMON, source="Valley Echo", date="2024-03-06"),
        record(GONE, f"{COMMON} It was {WORDS['old text']} weather.", **same, url=f"https://{GONE}.example"),
        record(GONE, f"{COMMON}\n\nA {WORDS['text']} was seen at the mill. " * 3, **same, modified="2024-03-07"),
        *(record(f"stays/{n}", f"Barge number {n} carried gravel to quay {n}, its owner said.") for n in range(6)),
    ]
    assert not Writer(store, embedder, SPLIT).ingest(inputs).refused
    store.fold()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def needles(embedder: HashEmbedder) -> dict[str, bytes]:
    """Everything of the article that a file could hold: its words, its id, and halves of its vectors."""
    own = [text for text in embedder.encoded if WORDS["text"] in text or WORDS["old text"] in text]
    assert own
    found = {name: word.encode() for name, word in WORDS.items()} | {"id": GONE.encode()}
    for n, vector in enumerate(embedder.encode_passages(own)):
        assert vector.dtype == np.float32
        found[f"vector {n}, first half"] = vector.tobytes()[: 2 * embedder.dim]
        found[f"vector {n}, second half"] = vector.tobytes()[2 * embedder.dim :]
    return found


def in_files(folder: Path, wanted: dict[str, bytes]) -> dict[str, list[str]]:
    """Which of them are in which files."""
    content = {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    found = {name: [file for file, held in content.items() if needle in held] for name, needle in wanted.items()}
    return {name: files for name, files in found.items() if files}


def indexed_words(folder: Path) -> list[int]:
    """In how many passages each of its words occurs, by the lexical files (whose dictionaries are compressed)."""
    words = [analyze(WORDS[name])[0] for name in ("text", "old text")]
    return TermIndex(folder / "terms").searcher().document_frequencies(words)[0]


def test_after_delete_and_compact_nothing_is_in_any_file(folder: Path) -> None:
    store = opened(folder)
    fill(store, OLD)
    wanted = needles(OLD)
    assert set(in_files(folder, wanted)) == set(wanted)
    assert any("vectors.npy" in file for file in in_files(folder, wanted)["vector 0, first half"])
    assert min(indexed_words(folder)) > 0

    held = store.view()
    assert store.delete([GONE]) == [GONE]
    left = traces(store, GONE)
    assert left.found == () and left.pending
    for view in (held, store.view()):
        rows = np.arange(len(view.keys))
        assert GONE not in {p.article_id for p in view.passages(rows.tolist())}
        with pytest.raises(NotFound):
            view.article(GONE)
        members = view.group_members([int(group) for group in set(view.copy_groups(rows)) if group >= 0])
        assert all(member.article_id != GONE for some in members.values() for member in some)
    assert WORDS["outlet"] not in store.view().sources()
    assert in_files(folder, wanted), "until it is compacted, files hold it"

    store.compact()
    assert in_files(folder, wanted) == {}
    assert indexed_words(folder) == [0, 0]
    assert traces(store, GONE) == type(left)(found=(), pending=())
    assert verify(store) == []
    store.close()
    assert in_files(folder, wanted) == {}


def test_beside_a_process_that_goes_on_reading(folder: Path) -> None:
    store, other = opened(folder), opened(folder)
    fill(store, OLD)
    other.refresh()
    wanted = needles(OLD)
    held = other.view()
    store.delete([GONE])
    store.compact()
    assert in_files(folder, wanted) == {}
    assert GONE not in {p.article_id for p in held.passages(list(range(len(held.keys))))}
    assert WORDS["outlet"] not in other.refresh().sources()
    assert in_files(folder, wanted) == {}
    for one in (store, other):
        one.close()


@pytest.mark.parametrize("when", ["before the model is changed", "after"])
def test_a_changed_model_leaves_neither_former_passages_nor_old_vectors(folder: Path, when: str) -> None:
    before = opened(folder)
    fill(before, OLD)
    wanted = needles(OLD)
    if when != "after":
        before.delete([GONE])
    reindex(folder, NEW, SPLIT)
    if when == "after":
        wanted |= {f"new {name}": needle for name, needle in needles(NEW).items() if name.startswith("vector")}
        former = "SELECT count(*) FROM former_passages JOIN versions USING (vid) JOIN articles USING (aid) WHERE id = ?"
        assert before.catalogue.connection().execute(former, (GONE,)).fetchone()[0] > 0
        assert any("before the model was changed" in trace for trace in traces(before, GONE).found)
    assert set(in_files(folder, wanted)) == set(wanted)
    after = opened(folder, NEW)
    if when == "after":
        # By the process that still answers from the view of before.
        assert before.delete([GONE]) == [GONE]
        assert GONE not in {p.article_id for p in before.view().passages(list(range(len(before.view().keys))))}
    left = traces(after, GONE)
    assert left.found == () and left.pending
    after.compact()
    assert in_files(folder, wanted) == {}
    assert traces(after, GONE).pending == ()
    before.close()
    after.close()


def test_what_is_deleted_while_it_is_encoded_for_another_model_stays_deleted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(folder)
    fill(store, OLD)
    prepare = index.reindexing._drafted

    def deleted_meanwhile(*given: Any) -> Any:
        drafts = prepare(*given)
        store.delete([GONE])
        store.compact()
        return drafts

    with monkeypatch.context() as patch:
        patch.setattr(index.reindexing, "_drafted", deleted_meanwhile)
        patch.setattr(index.reindexing, "_change_over", lambda db, pipeline: (0, 0))
        patch.setattr(index.reindexing, "_carry_over", lambda *given: None)
        reindex(folder, NEW, SPLIT)
    assert in_files(folder, needles(NEW)) == {}
    store.close()


def test_the_last_article_leaves_no_trace_either(folder: Path) -> None:
    store = opened(folder)
    fill(store, OLD)
    wanted = needles(OLD)
    store.delete(list(store.catalogue.article_ids()))
    store.compact()
    assert in_files(folder, wanted) == {} and store.catalogue.counts()["vectors"] == 0
    store.close()


def test_the_vector_that_another_article_shares_stays(folder: Path) -> None:
    store = opened(folder)
    Writer(store, OLD, SPLIT).ingest([record("one", COMMON), record("two", COMMON)])
    assert store.catalogue.counts()["vectors"] == 1
    store.delete(["one"])
    store.compact()
    assert store.catalogue.counts()["vectors"] == 1 and verify(store) == []
    store.close()


def test_a_log_that_cannot_be_emptied_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened(folder)
    fill(store, OLD)
    reader = sqlite3.connect(folder / "catalogue.db")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM articles").fetchone()
    store.delete([GONE])
    monkeypatch.setattr(
        index.store, "time", type("Clock", (), {"time": index.store.time.time, "sleep": lambda _: None})
    )
    store.catalogue.connection().execute("PRAGMA busy_timeout = 1")
    with pytest.raises(Busy, match=re.escape("catalogue.db")):
        store.compact()
    reader.close()
    store.compact()
    assert in_files(folder, needles(OLD)) == {}
    store.close()


# -- verify --absent ---------------------------------------------------------------------------------------------------


def test_where_an_article_is_found_is_named(folder: Path) -> None:
    store = opened(folder)
    fill(store, OLD)
    found = traces(store, GONE).found
    kinds = [re.sub(r"[0-9]+", "N", trace) for trace in found]
    assert kinds[:3] == [
        f"catalogue: N {thing}" for thing in ("versions of it", "passages of it", "cached vectors of its passages")
    ]
    assert any(kind.startswith("copy groups: it carries") for kind in kinds)
    assert any(kind.startswith("stories: it is in s") for kind in kinds)
    passages = {trace.split(": ")[1] for trace in found if "passages of it" in trace}
    assert len(passages) == 1, "catalogue, vector index and lexical index hold as many"
    assert traces(store, "nobody").found == ()
    store.close()


def test_strays_in_derived_files_are_named(folder: Path) -> None:
    store = opened(folder)
    fill(store, OLD)
    lexical = TermIndex(folder / "terms")
    lexical.apply(lexical.sequence, (), [(987, "", WORDS["text"])])  # pyright: ignore[reportArgumentType]
    assert traces(store, "nobody").found == ("lexical index: passages of no article: 987",)
    db = store.catalogue.connection()
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("DELETE FROM articles WHERE id = ?", (GONE,))
    assert "catalogue: 2 versions of no article" in traces(store, GONE).found
    store.close()


def test_jobs_forget_the_ids_of_what_is_deleted(folder: Path) -> None:
    store = opened(folder)
    fill(store, OLD)
    jobs = JobStore(folder / "catalogue.db")
    jobs.accept("j1", [({"id": GONE, "text": "x"}, None), ({"id": "stays/ferry", "text": "x"}, None)], now=1, keep=10)
    assert traces(store, GONE).found[-1] == "catalogue: 1 rows of job_items name it"
    jobs.settle(
        "j1", [(0, {"id": GONE, "outcome": "updated"}), (1, {"id": "stays/ferry", "outcome": "unchanged"})], now=2
    )
    store.delete([GONE])
    assert traces(store, GONE).found == ()
    assert jobs.results("j1", 0, 2) == [
        {"id": None, "outcome": "updated"},
        {"id": "stays/ferry", "outcome": "unchanged"},
    ]
    store.compact()
    assert in_files(folder, {"id": GONE.encode()}) == {}
    jobs.close()
    store.close()
