"""What is acknowledged survives SIGKILL; derived files that are damaged are made again from the catalogue."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import index.store
from index.article import date_interval
from index.errors import StoreDamaged
from index.ports import Filters, TermQuery
from index.store import Store
from index.terms import TermIndex
from index.verifying import verify
from tests.archives import EMBEDDER, draft, open_store

ROOT = Path(__file__).resolve().parents[2]

# Ingests, updates, deletes, folds and compacts without end, and says what has been acknowledged.
WRITER = """
import sys
from pathlib import Path
import index.store
from tests.archives import draft, open_store
index.store.FOLD_AT = 12
store = open_store(Path(sys.argv[1]))
print("ready", flush=True)
for n in range(10_000):
    names = [f"{sys.argv[2]}-{n}-{i}" for i in range(3)]
    store.commit([draft(name, f"zorbo {name}\\n\\nmana {name}") for name in names])
    print("has", *names, flush=True)
    if n % 3 == 2:
        print("deleting", names[0], flush=True)
        store.delete(names[:1])
        print("gone", names[0], flush=True)
    if n % 4 == 3:
        store.compact()
"""


def everything(store: Store) -> tuple[list[tuple[str, int]], list[tuple[str, int]], list[tuple[str, int]]]:
    """Article and start of every current passage: by mask, by the dense leg, by the lexical leg."""
    view = store.view()
    mask = view.mask(Filters())
    legs = (
        np.flatnonzero(mask),
        view.dense(EMBEDDER.encode_questions(["zorbo"])[0], 10_000, mask).rows,
        view.terms(TermQuery(text="zorbo mana"), 10_000, mask).rows,
    )
    one, two, three = (sorted((p.article_id, p.start) for p in view.passages(rows.tolist())) for rows in legs)
    return one, two, three


def killed_while_writing(folder: Path, name: str, after: float) -> tuple[set[str], set[str]]:
    """Runs the writer and kills it; returns what it acknowledged as ingested, and as deleted or being deleted."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), name], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(after)
        writer.send_signal(signal.SIGKILL)
        said = [line.split() for line in writer.stdout.read().splitlines()]
    assert writer.returncode == -signal.SIGKILL
    has = {name for word, *names in said if word == "has" for name in names}
    gone = {name for word, *names in said if word == "gone" for name in names}
    maybe_gone = {name for word, *names in said if word == "deleting" for name in names}
    return has - maybe_gone, gone


@pytest.mark.parametrize("rounds", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_nothing_acknowledged_is_lost_by_a_kill(tmp_path: Path, rounds: int) -> None:
    chance = random.Random(rounds)
    has: set[str] = set()
    gone: set[str] = set()
    for n in range(rounds):
        more, less = killed_while_writing(tmp_path, f"r{n}", chance.uniform(0.05, 1.2))
        has |= more
        gone |= less
        store = open_store(tmp_path)
        try:
            by_mask, by_dense, by_terms = everything(store)
            assert by_mask == by_dense == by_terms
            assert len(by_mask) == len(set(by_mask))
            names = {name for name, _ in by_mask}
            assert has <= names
            assert not gone & names
            assert len(by_mask) == 2 * len(names), "an article is there whole or not at all"
            for name in has:
                assert [v.version for v in store.view().versions(name)] == [1]
            assert verify(store) == []
        finally:
            store.close()
    assert has, "at least one commit was acknowledged"


class Crash(Exception):
    """The process ends here."""


def crash(*_: object, **__: object) -> None:
    raise Crash


CRASHES: dict[str, tuple[object, str]] = {
    "before the derived files": (Store, "_carry_over"),
    "before the lexical files": (TermIndex, "apply"),
    "before the vector files": (index.store, "save_base"),
    "before the new view": (index.store, "follow_view"),
}


@pytest.mark.parametrize("where", CRASHES)
@pytest.mark.parametrize("change", ["commit", "delete"])
def test_a_commit_that_got_no_further_than_the_catalogue_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, change: str
) -> None:
    monkeypatch.setattr(index.store, "FOLD_AT", 1)
    store = open_store(tmp_path)
    store.commit([draft("a", "zorbo one\n\nmana one"), draft("b", "zorbo two\n\nmana two")])
    more = [draft("a", "zorbo one again"), draft("c", "zorbo three\n\nmana three")]
    with monkeypatch.context() as patch:
        patch.setattr(*CRASHES[where], crash)
        folds_again = change == "commit"
        if where == "before the vector files" and not folds_again:
            store.delete(["a"])
        else:
            with pytest.raises(Crash):
                store.commit(more) if change == "commit" else store.delete(["a"])
    wanted = [("a", 0), ("b", 0), ("b", 11), ("c", 0), ("c", 13)] if change == "commit" else [("b", 0), ("b", 11)]
    store.refresh()
    assert everything(store) == (wanted, wanted, wanted), "the same process goes on"
    store.close()
    store = open_store(tmp_path)
    assert everything(store) == (wanted, wanted, wanted), "and so does the next"
    assert verify(store) == []
    store.close()


@pytest.mark.parametrize("listed", [True, False])
def test_what_a_killed_lexical_commit_left_is_in_nobodys_way(tmp_path: Path, listed: bool) -> None:
    """New files are written, the one that names them is not; doing the same again writes files of the same names."""
    folder, before = tmp_path / "archive", tmp_path / "before"
    store = open_store(folder)
    for start in (0, 30):
        store.commit([draft(f"{n}", f"zorbo {n}") for n in range(start, start + 30)])
    store.close()
    shutil.copytree(folder / "terms", before)
    store = open_store(folder)
    store.delete(["5", "35"])
    store.close()
    (folder / "terms" / "meta.json").write_bytes((before / "meta.json").read_bytes())
    if not listed:
        (folder / "terms" / ".managed.json").write_bytes((before / ".managed.json").read_bytes())
    assert len(list((folder / "terms").glob("*.del"))) == 2
    store = open_store(folder)
    assert [len(leg) for leg in everything(store)] == [58, 58, 58]
    assert verify(store) == []
    store.close()


def test_a_batch_is_committed_whole_or_not_at_all(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.commit([draft("a", "zorbo one")])
    before = store.catalogue.sequence()
    wrong = draft("c", "zorbo three", modified="no date")
    with pytest.raises(ValueError, match="no date"):
        store.commit([draft("b", "zorbo two"), wrong])
    assert store.catalogue.sequence() == before
    assert everything(store) == ([("a", 0)],) * 3
    store.commit([draft("b", "zorbo two")])
    assert everything(store) == ([("a", 0), ("b", 0)],) * 3
    store.close()


def test_vectors_of_another_length_are_refused(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    good = draft("a", "zorbo one")
    for vectors in (good.vectors[:, :5], good.vectors.astype(np.float64), good.vectors[:0]):
        bad = type(good)(
            record=good.record,
            article=good.article,
            passages=good.passages,
            vectors=vectors,  # pyright: ignore[reportArgumentType]
            vector_keys=good.vector_keys,
        )
        with pytest.raises(ValueError, match="float32"):
            store.commit([bad])
    assert everything(store) == ([], [], [])
    store.close()


# -- damage ------------------------------------------------------------------------------------------------------


def the(folder: Path, pattern: str) -> Path:
    return min(folder.glob(pattern))


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def scribble(path: Path) -> None:
    path.write_bytes(b"\xde\xad" * 200)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "vectors truncated": lambda folder: truncate(the(folder, "vectors/*/vectors.npy")),
    "vectors empty": lambda folder: the(folder, "vectors/*/vectors.npy").write_bytes(b""),
    "vectors gone": lambda folder: the(folder, "vectors/*/vectors.npy").unlink(),
    "keys truncated": lambda folder: truncate(the(folder, "vectors/*/keys.npy")),
    "keys scribbled": lambda folder: scribble(the(folder, "vectors/*/keys.npy")),
    "manifest gone": lambda folder: the(folder, "vectors/*/manifest.json").unlink(),
    "manifest scribbled": lambda folder: scribble(the(folder, "vectors/*/manifest.json")),
    "manifest of something else": lambda folder: the(folder, "vectors/*/manifest.json").write_text("[1]"),
    "vectors folder gone": lambda folder: shutil.rmtree(folder / "vectors"),
    "lexical meta scribbled": lambda folder: scribble(folder / "terms" / "meta.json"),
    "lexical meta truncated": lambda folder: truncate(folder / "terms" / "meta.json"),
    "lexical meta gone": lambda folder: (folder / "terms" / "meta.json").unlink(),
    "lexical segment truncated": lambda folder: truncate(the(folder, "terms/*.idx")),
    "lexical segment scribbled": lambda folder: scribble(the(folder, "terms/*.fast")),
    "lexical segment gone": lambda folder: the(folder, "terms/*.store").unlink(),
    "terms folder gone": lambda folder: shutil.rmtree(folder / "terms"),
    "all that is derived gone": lambda folder: [shutil.rmtree(folder / name) for name in ("terms", "vectors")],
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a vector base, rows beside it, and a deleted article; closed."""
    folder = tmp_path_factory.mktemp("sound")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index.store, "FOLD_AT", 10)
        store = open_store(folder)
        store.commit([draft(f"{n:02}", f"zorbo {n}\n\nmana {n}") for n in range(20)])
        store.commit([draft("late", "zorbo late\n\nmana late")])
        store.delete(["03"])
        assert verify(store) == []
        store.close()
    return folder


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_derived_files_are_made_again(sound: Path, tmp_path: Path, damage: str) -> None:
    """A store has no embedder: what it shows afterwards was not encoded again."""
    folder = tmp_path / "archive"
    shutil.copytree(sound, folder)
    DAMAGES[damage](folder)
    for _ in range(2):
        store = open_store(folder)
        by_mask, by_dense, by_terms = everything(store)
        assert len(by_mask) == 40
        assert by_mask == by_dense == by_terms
        assert verify(store) == []
        store.commit([draft("late", "zorbo late\n\nmana later")])
        assert everything(store)[2] == by_mask
        store.close()


def test_an_older_catalogue_put_back_is_believed(tmp_path: Path) -> None:
    """Derived files made from a later state are thrown away, though keys come up again for other passages."""
    folder = tmp_path / "archive"
    store = open_store(folder)
    store.commit([draft("a", "zorbo one")])
    store.close()
    backup = (folder / "catalogue.db").read_bytes()
    store = open_store(folder)
    store.commit([draft("b", "zorbo two\n\nmana two"), draft("c", "blick three")])
    store.compact()
    store.close()
    (folder / "catalogue.db").write_bytes(backup)
    store = open_store(folder)
    assert everything(store) == ([("a", 0)],) * 3
    store.commit([draft("d", "zorbo four")])
    assert everything(store) == ([("a", 0), ("d", 0)],) * 3
    assert verify(store) == []
    store.close()


RUINS: dict[str, Callable[[Path], object]] = {
    "garbage": scribble,
    "empty": lambda path: path.write_bytes(b""),
    "gone": lambda path: path.unlink(),
    "cut short": truncate,
    "torn in the middle": lambda path: path.write_bytes(
        path.read_bytes()[:8192] + b"\xff" * (path.stat().st_size - 8192)
    ),
    "of another program": lambda path: path.write_text("<html>no catalogue</html>" * 100),
}


@pytest.mark.parametrize("ruin", RUINS)
def test_a_ruined_catalogue_is_named(sound: Path, tmp_path: Path, ruin: str) -> None:
    folder = tmp_path / "archive"
    shutil.copytree(sound, folder)
    RUINS[ruin](folder / "catalogue.db")
    with pytest.raises(StoreDamaged, match=r"catalogue\.db"):
        open_store(folder)


def test_compacting_leaves_no_trace_of_what_was_deleted(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    secret = "xyzzyplugh"
    store.commit(
        [draft("a", "zorbo one"), draft(secret, f"{secret} mana", title=secret, url=f"https://{secret}.example")]
    )
    vector = EMBEDDER.encode_passages([f"{secret}\n{secret} mana"])[0].tobytes()
    assert {needle for needle in (secret.encode(), vector) if traces(tmp_path, needle)} == {secret.encode(), vector}
    store.delete([secret])
    store.compact()
    assert everything(store) == ([("a", 0)],) * 3
    assert traces(tmp_path, secret.encode()) == traces(tmp_path, vector) == []
    store.close()


def traces(folder: Path, needle: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes()]


def test_processing_again_moves_the_date_that_filters_see(tmp_path: Path) -> None:
    store = open_store(tmp_path, fingerprint="p1")
    store.commit([draft("a", "zorbo one")])
    store.close()
    store = open_store(tmp_path, fingerprint="p2")
    undated, dated = draft("a", "zorbo one"), draft("a", "zorbo one", date="2023-10-02")
    found = type(undated)(
        record=undated.record,
        article=dated.article,
        passages=undated.passages,
        vectors=undated.vectors,
        vector_keys=undated.vector_keys,
    )
    (done,) = store.commit([found])
    assert (done.version, done.outcome) == (1, "updated")
    start, end = date_interval("2023-10-02")
    assert store.view().mask(Filters(published_from=start, published_to=end)).sum() == 1
    assert everything(store) == ([("a", 0)],) * 3
    store.close()
