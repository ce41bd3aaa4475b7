"""Verify, export and reindex over real stores with a fake model."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import writer as writing
from index.catalogue import Catalogue
from index.errors import InputRefused
from index.exporting import export_records
from index.passages import SplitOptions
from index.ports import Filters
from index.readers.jsonl import read_record
from index.reindexing import reindex
from index.store import Store
from index.terms import TermDocument, TermIndex
from index.testing import HashEmbedder
from index.verifying import verify
from index.writer import Writer, fingerprint

SPLIT = SplitOptions(max_tokens=40)
ROOT = Path(__file__).parents[2]
STORY = (
    "The lock keeper opened the lower gates at dawn on Thursday and the first barges went through before breakfast. "
    "Two of them carried gravel for the new quay. A third, laden with timber, had waited since Sunday. "
    "The canal office expects ordinary traffic by the weekend."
)


def record(name: str, **fields: Any) -> Any:
    made = read_record({"id": name, "text": STORY, **fields}, name=name, max_bytes=1 << 20)
    assert not isinstance(made, InputRefused)
    return made


def opened(folder: Path, embedder: HashEmbedder, split: SplitOptions = SPLIT) -> Store:
    return Store(
        folder,
        model_name=embedder.name,
        model_digest=embedder.digest,
        dim=embedder.dim,
        fingerprint=fingerprint(embedder.digest, split),
        wait=1,
    )


def ingest(store: Store, *records: Any, embedder: HashEmbedder | None = None) -> None:
    for one in records:
        report = Writer(store, embedder or HashEmbedder(), SPLIT).ingest([one])
        assert not report.refused


RECORDS = [
    record(
        "a", title="Canal open again", source="Canal Post", date="2023-10-02", tags=["water", "trade"], language="en"
    ),
    record("b/c?d", url="https://post.example/1", date="2023-10-02T14:05+04:00", modified="2023-10-02T15:00Z"),
    record("prefixed", text=f" date 2023-09-20 Barges move\n\n{STORY}"),
    record("undated", text=STORY.replace("Thursday", "19 September 2023")),
    record("a", title="Canal open again, for now", source="Canal Post", date="2023-10-02"),
    record("b/c?d", text=STORY + " It rained.", date="2023-10-02", modified="2023-10-02T12:00Z"),
    record(
        "a", title="Canal open again", source="Canal Post", date="2023-10-02", tags=["water", "trade"], language="en"
    ),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three versions of one article, two of another whose second is older, two more, and one deleted."""
    folder = tmp_path_factory.mktemp("built") / "data"
    made = opened(folder, HashEmbedder())
    ingest(made, record("gone", text=STORY * 2), *RECORDS)
    made.delete(["gone"])
    made.close()
    return folder


@pytest.fixture
def store(built: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of that archive, open."""
    copied = shutil.copytree(built, tmp_path / "data")
    made = opened(copied, HashEmbedder())
    yield made
    made.close()


def facts(catalogue: Catalogue) -> dict[str, list[tuple[Any, ...]]]:
    """What identifies each article's versions, apart from when they were ingested."""
    return {
        name: [(v.version, v.article, v.valid_from if v.article.modified else None) for v in catalogue.versions(name)]
        for name in catalogue.article_ids()
    }


# -- verify -----------------------------------------------------------------------------------------------------------


def test_a_sound_archive_has_no_problems_whatever_was_done_to_it(store: Store) -> None:
    assert verify(store) == []
    store.fold()
    ingest(store, record("late"))
    assert verify(store) == []
    store.delete(["a"])
    assert verify(store) == []
    store.compact()
    assert verify(store) == []


def test_an_empty_archive_is_sound(tmp_path: Path) -> None:
    store = opened(tmp_path / "data", HashEmbedder())
    assert verify(store) == []
    store.close()


def _blob(vector: Any) -> bytes:
    return np.asarray(vector, np.float32).tobytes()


DAMAGE = {
    "UPDATE versions SET valid_to = NULL": "versions are valid now; one has to be",
    "UPDATE versions SET valid_to = valid_to + 1 WHERE valid_to IS NOT NULL": "is not valid until version",
    "UPDATE versions SET number = number + 1 WHERE number = (SELECT max(number) FROM versions)": "not numbered 1 to",
    "UPDATE passages SET start = end WHERE pk = (SELECT min(pk) FROM passages)": "is empty",
    "UPDATE passages SET start = start + 1 WHERE pk = (SELECT min(pk) FROM passages)": "sentences are out of order",
    "UPDATE passages SET start = start + 1, sentences = '[]'": "id does not derive from",
    "UPDATE passages SET section = 7": "names section 7 of 1",
    """UPDATE versions SET sections = '[{"title": "", "kept": [[5, 9]]}]'""": "lies in no kept range of its section",
    "UPDATE passages SET seq = 1000": "at sequence 1000, but the catalogue is at",
}


@pytest.mark.parametrize(("statement", "problem"), DAMAGE.items())
def test_damage_in_the_catalogue_is_found(store: Store, statement: str, problem: str) -> None:
    with store.catalogue.write() as db:
        db.execute(statement)
    assert any(problem in one for one in verify(store))


@pytest.mark.parametrize(
    ("vector", "problem"),
    [
        (_blob([float("nan")] * 32), "is not finite"),
        (_blob([1.0] * 32), "is not of length 1"),
        (_blob([1.0]), "has 1 numbers, not 32"),
        (_blob(np.eye(1, 32)[0]), "another vector than the catalogue's"),
    ],
)
@pytest.mark.parametrize("folded", [True, False])
def test_damaged_vectors_are_found(store: Store, vector: bytes, problem: str, folded: bool) -> None:
    if folded:
        store.fold()
    with store.catalogue.write() as db:
        db.execute("UPDATE vectors SET vector = ?", (vector,))
    assert any(problem in one for one in verify(store))


def test_a_missing_vector_is_found(store: Store) -> None:
    with sqlite3.connect(store.folder / "catalogue.db") as db:
        db.execute("DELETE FROM vectors")
    problems = verify(store)
    assert any("its vector is missing" in one for one in problems)
    assert any("refers to a row of vectors that is not there" in one for one in problems)


def test_lexical_files_that_miss_or_add_passages_are_found(store: Store) -> None:
    terms = TermIndex(store.folder / "terms")
    keys = terms.searcher().passage_keys().tolist()
    terms.apply(terms.sequence, keys[:1], [TermDocument(999, "", "not there")])
    problems = verify(store)
    assert any(f"lexical index: misses passage {keys[0]}" in one for one in problems)
    assert any("holds what the catalogue does not, passage 999" in one for one in problems)


# -- export -----------------------------------------------------------------------------------------------------------


def test_an_export_gives_the_same_archive_again(store: Store, tmp_path: Path) -> None:
    exported = [json.loads(json.dumps(one)) for one in export_records(store.catalogue)]
    assert len(exported) == 7
    again = opened(tmp_path / "again", HashEmbedder())
    read = [read_record(fields, name="line", max_bytes=1 << 20) for fields in exported]
    Writer(again, HashEmbedder(), SPLIT).ingest(read)
    assert facts(again.catalogue) == facts(store.catalogue)
    assert list(export_records(again.catalogue)) == exported
    assert verify(again) == []
    again.close()


def test_a_record_has_a_date_only_where_it_was_given_one(store: Store) -> None:
    dates = {one["id"]: one.get("date") for one in export_records(store.catalogue)}
    assert dates == {"a": "2023-10-02", "b/c?d": "2023-10-02", "prefixed": None, "undated": None}


# -- reindex ----------------------------------------------------------------------------------------------------------


def numbers(catalogue: Catalogue) -> list[tuple[Any, ...]]:
    rows = catalogue.connection().execute("SELECT vid, number, valid_from, valid_to, ingested_at, text FROM versions")
    return [tuple(row) for row in rows]


def found(store: Store, embedder: HashEmbedder, words: str) -> set[str]:
    view = store.refresh()
    rows = view.dense(embedder.encode_questions([words])[0], 3, view.mask(Filters())).rows
    return {passage.article_id for passage in view.passages(rows.tolist())}


def test_nothing_is_done_where_nothing_changed(store: Store) -> None:
    embedder = HashEmbedder()
    sequence = store.catalogue.sequence()
    report = reindex(store.folder, embedder, SPLIT)
    assert (report.versions, report.unchanged, embedder.encoded) == (0, 7, [])
    assert store.catalogue.sequence() == sequence


def test_another_way_of_splitting_replaces_passages_and_nothing_else(store: Store) -> None:
    before = numbers(store.catalogue)
    wide = SplitOptions(max_tokens=200)
    heard: list[tuple[int, int]] = []
    report = reindex(store.folder, HashEmbedder(), wide, on_done=lambda done, total: heard.append((done, total)))
    assert (report.versions, report.unchanged) == (7, 0)
    assert heard[-1] == (7, 7)
    assert numbers(store.catalogue) == before
    assert store.catalogue.counts()["passages"] == report.passages == 7
    assert verify(store) == [], "an open store follows"
    assert len(store.refresh().recent[store.refresh().slot >= 0]) == 7


def test_another_model_replaces_every_vector(store: Store, tmp_path: Path) -> None:
    before = numbers(store.catalogue)
    store.fold()
    store.close()
    other = HashEmbedder(name="other", digest="other", dim=16)
    report = reindex(store.folder, other, SPLIT)
    assert report.versions == 7
    changed = opened(store.folder, other)
    assert numbers(changed.catalogue) == before
    assert verify(changed) == []
    assert changed.status()["model"] == "other"
    assert found(changed, other, "lock keeper gates barges") <= {"a", "b/c?d", "prefixed", "undated"}
    ingest(changed, record("new", text=STORY + " New."), embedder=other)
    assert verify(changed) == []
    changed.compact()
    assert verify(changed) == []
    changed.close()


@pytest.mark.parametrize("at", ["index.reindexing.process_again", "index.reindexing.set_meta"])
def test_a_change_that_fails_leaves_the_old_archive(store: Store, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    store.close()
    before = {path: path.read_bytes() for path in store.folder.rglob("*") if path.is_file() and "terms" in str(path)}

    def fail(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(at, fail)
    with pytest.raises(KeyboardInterrupt):
        reindex(store.folder, HashEmbedder(name="other", digest="other", dim=16), SPLIT)
    old = opened(store.folder, HashEmbedder())
    assert verify(old) == []
    assert all(path.read_bytes() == data for path, data in before.items())
    old.close()


CRASH = """
import os, sys
from pathlib import Path
from index import reindexing
from index.passages import SplitOptions
from index.testing import HashEmbedder
calls = 0
real = reindexing.process_again
def dies(*given):
    global calls
    calls += 1
    if calls == 5:
        os._exit(9)
    real(*given)
reindexing.process_again = dies
reindexing.reindex(Path(sys.argv[1]), HashEmbedder(name="other", digest="other", dim=16), SplitOptions(max_tokens=40))
"""


def test_a_crash_in_the_middle_leaves_the_old_archive(store: Store) -> None:
    store.close()
    run = subprocess.run([sys.executable, "-c", CRASH, str(store.folder)], cwd=ROOT, check=False, timeout=60)
    assert run.returncode == 9
    old = opened(store.folder, HashEmbedder())
    assert verify(old) == []
    old.close()
    assert reindex(store.folder, HashEmbedder(name="other", digest="other", dim=16), SPLIT).versions == 7


def test_an_ingest_after_a_change_of_pipeline_and_a_reindex_agree(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PIPELINE", writing.PIPELINE + 1)
    report = reindex(store.folder, HashEmbedder(), SPLIT)
    assert report.versions == 7
    later = opened(store.folder, HashEmbedder())
    done = Writer(later, HashEmbedder(), SPLIT).ingest([RECORDS[2]])
    assert done.unchanged == 1
    later.close()


# -- the double -------------------------------------------------------------------------------------------------------


def test_the_fake_embedder_ranks_by_words_in_common() -> None:
    embedder = HashEmbedder()
    vectors = embedder.encode_passages(["the canal opened at dawn", "a fire destroyed the mill", ""])
    assert vectors.shape == (3, 32) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    scores = vectors @ embedder.encode_questions(["when was the canal opened"])[0]
    assert scores[0] > scores[1]
    assert np.array_equal(
        vectors, HashEmbedder().encode_passages(["the canal opened at dawn", "a fire destroyed the mill", ""])
    )
    assert embedder.encode_passages([]).shape == (0, 32)
