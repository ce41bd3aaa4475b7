"""What an archive holds, counted; and the inputs it refused: kept, replaced, forgotten, and gone after a delete."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

import index.store
from index.absence import traces
from index.article import InferredDate, PublishedDate, Record
from index.errors import InputRefused
from index.jobs import JobStore
from index.passages import SplitOptions
from index.readers import ReadOptions, read_inputs
from index.readers.fields import read_record
from index.refusals import KEPT, KeptRefusal
from index.store import Store
from index.testing import HashEmbedder
from index.writer import Writer, fingerprint
from tests.archives import Clock, draft, draft_of, open_store

SPLIT = SplitOptions(max_tokens=40)
PROSE = "The ferry to Marn ran aground off Quill Head on Tuesday night, the coastguard said."
MIDNIGHT = 19_675 * 86_400
MOMENT = 1_700_000_000


@pytest.fixture
def store(tmp_path: Path) -> Any:
    opened = open_store(tmp_path / "data")
    yield opened
    opened.close()


def test_an_empty_archive_holds_nothing(store: Store) -> None:
    held = store.holdings.read()
    assert (held.articles, held.sources, held.months, held.undated) == (0, (), (), 0)
    assert (held.earliest, held.latest, held.last_ingest, held.last_day_versions) == (None, None, None, 0)


def test_current_versions_are_counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(now=MIDNIGHT - 20)
    monkeypatch.setattr(index.store, "time", clock)
    store.commit([draft("a", PROSE, source="Echo", date="2023-10-02", language="en", tags=["sea", "sea", "law"])])
    store.commit([draft("b", PROSE, source="Echo", date="2023-10-03T09:15+04:00", language="fr", tags=["sea"])])
    store.commit([draft("c", PROSE, source="Mail", date="2021"), draft("d", PROSE)])
    found = InferredDate(date="2020-01-02", span=(0, 3))
    store.commit([draft_of(Record(id="e", text=PROSE, published=PublishedDate(provenance="text", inferred=found)))])
    store.commit([draft("a", f"{PROSE} Nobody was hurt.", source="Mail", date="2023-11-02", language="en")])
    held = store.holdings.read()
    assert held.articles == 5
    assert held.sources == (("Mail", 2), ("Echo", 1)) and held.without_source == 2
    assert held.languages == (("en", 1), ("fr", 1)) and held.without_language == 3
    assert held.tags == (("sea", 1),)
    assert held.months == (("2021", 1), ("2023-10", 1), ("2023-11", 1))
    assert held.dates == {"metadata": 3, "prefix": 0, "page": 0, "text": 1, "none": 1} and held.undated == 2
    assert (held.earliest, held.latest) == ("2021", "2023-11-02")
    assert held.last_ingest == int(clock.now)
    assert held.last_day_versions == 5, "the first version was stored on the day before"
    store.delete(["c"])
    assert store.holdings.read().earliest == "2023-10-03"


def test_holdings_are_counted_once_for_each_state(store: Store) -> None:
    store.commit([draft("a", PROSE, source="Echo")])
    first = store.holdings.read()
    assert store.holdings.read() is first
    store.commit([draft("b", PROSE, source="Mail")])
    assert store.holdings.read(within=3600) is first, "a moment ago is good enough"
    assert store.holdings.read().articles == 2


def writer(folder: Path) -> tuple[Store, Writer]:
    embedder = HashEmbedder(dim=16)
    store = Store(
        folder, model_name="m", model_digest=embedder.digest, dim=16, fingerprint=fingerprint(embedder.digest, SPLIT)
    )
    return store, Writer(store, embedder, SPLIT)


def record(article_id: str, text: str, **more: Any) -> Any:
    return read_record({"id": article_id, "text": text, **more}, name=f"feed.jsonl:{article_id}", max_bytes=1 << 20)


def kept(store: Store) -> list[tuple[str, str | None]]:
    return [(one.name, one.article_id) for one in store.refusals.latest()]


def test_what_an_ingest_refuses_is_kept_until_it_is_put_right(tmp_path: Path) -> None:
    folder, (store, feed) = tmp_path / "texts", writer(tmp_path / "data")
    (folder / "in").mkdir(parents=True)
    good, bad, lines = folder / "in" / "good.txt", folder / "in" / "bad.txt", folder / "feed.jsonl"
    good.write_text(PROSE)
    bad.write_bytes(b"")
    lines.write_text(
        '{"id": "x", "text": "A barge sank in the canal on Monday, its owner said.", "date": "soon"}\nno\n'
    )

    def ingest() -> int:
        return len(feed.ingest(read_inputs([str(folder)], ReadOptions(max_bytes=1 << 20))).refused)

    assert ingest() == 3
    first = store.refusals.latest()
    assert {one.name.rpartition("/")[2]: one.article_id for one in first} == {
        "bad.txt": "in/bad.txt",
        "feed.jsonl:1": "x",
        "feed.jsonl:2": None,
    }
    assert all(one.reason and one.at > MOMENT for one in first)
    assert ingest() == 3
    assert sorted(kept(store)) == sorted((one.name, one.article_id) for one in first), "each once"
    bad.write_text(f"{PROSE} Divers went down.")
    lines.write_text(
        '{"id": "x", "text": "A barge sank in the canal on Monday, its owner said.", "date": "2024"}\nno\n'
    )
    assert ingest() == 1
    assert [one.name.rpartition("/")[2] for one in store.refusals.latest()] == ["feed.jsonl:2"]
    assert store.status()["refused"] == 1
    store.close()


def test_an_article_put_back_to_what_is_stored_is_refused_no_more(tmp_path: Path) -> None:
    store, feed = writer(tmp_path)
    assert not feed.ingest([record("x", PROSE)]).refused
    assert feed.ingest([record("x", PROSE, date="soon")]).refused
    assert kept(store) == [("feed.jsonl:x", "x")]
    assert feed.ingest([record("x", PROSE)]).unchanged == 1
    assert kept(store) == []
    # In one go: what is settled last counts.
    feed.ingest([record("x", PROSE, date="soon"), record("x", f"{PROSE} All were saved.")])
    assert kept(store) == []
    feed.ingest([record("x", f"{PROSE} Some were saved."), record("x", PROSE, date="soon")])
    assert kept(store) == [("feed.jsonl:x", "x")]
    store.close()


def test_text_without_prose_is_kept_too(tmp_path: Path) -> None:
    store, feed = writer(tmp_path)
    feed.ingest([Record(id="menu", text="\n")])
    (one,) = store.refusals.latest()
    assert (one.name, one.article_id) == ("menu", "menu") and "nothing in it can be quoted" in one.reason
    store.close()


def test_refusals_are_bounded_newest_first_and_any_text_fits(store: Store) -> None:
    store.refusals.note([InputRefused(f"f:{n}", "why") for n in range(KEPT + 20)], MOMENT)
    assert store.refusals.count() == KEPT
    assert [one.name for one in store.refusals.latest(2)] == [f"f:{KEPT + 19}", f"f:{KEPT + 18}"]
    store.refusals.note([InputRefused("f:\ud800", "r" * 9000, "i" * 9000)], MOMENT + 1)
    (one,) = store.refusals.latest(1)
    assert one == KeptRefusal(name="f:\\ud800", article_id=None, reason="r" * 500, at=MOMENT + 1)
    store.refusals.note([InputRefused("f:500", "another reason")], MOMENT)
    assert [one.reason for one in store.refusals.latest() if one.name == "f:500"] == ["another reason"]


def test_inputs_without_a_name_are_told_apart_by_reason(store: Store) -> None:
    for reason in ("text: is empty", "text: is missing", "text: is empty"):
        store.refusals.note([InputRefused("", reason)], MOMENT)
    assert [one.reason for one in store.refusals.latest()] == ["text: is empty", "text: is missing"]


def test_an_archive_of_before_opens_and_has_no_refusals(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    with sqlite3.connect(tmp_path / "catalogue.db") as db:
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert "refusals" not in tables, "made when it is needed"
    store = open_store(tmp_path)
    assert (store.refusals.count(), store.refusals.latest(), store.refusals.article_ids()) == (0, [], set())
    store.delete(["nobody"])
    assert not traces(store, "nobody").found
    store.close()


def test_after_a_delete_no_refusal_names_the_article(tmp_path: Path) -> None:
    store, feed = writer(tmp_path)
    gone = "quill/it's-gone"
    feed.ingest([record(gone, PROSE), record("stays", f"{PROSE} It was raining.")])
    refused = [
        InputRefused("feed.jsonl:3", "xyzzyplugh is no date", gone),
        InputRefused(gone, "nothing in it"),
        InputRefused("feed.jsonl:9", f"field 'url' {gone!r} is no address"),
        InputRefused("feed.jsonl:4", "field 'text' is missing", "stays"),
    ]
    store.refusals.note(refused, MOMENT)
    assert "catalogue: 3 refusals name it" in traces(store, gone).found
    assert store.delete([gone]) == [gone]
    assert kept(store) == [("feed.jsonl:4", "stays")]
    store.compact()
    assert not traces(store, gone).found
    store.close()
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert b"xyzzyplugh" not in file.read_bytes() and gone.encode() not in file.read_bytes(), file


def test_records_of_jobs_that_cannot_be_read_are_kept(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    jobs = JobStore(tmp_path / "catalogue.db")
    settled = {"id": "x", "outcome": "refused", "version": None, "passages": 0, "refused": "text: is empty"}
    jobs.accept("j", [({"text": "fine"}, None), (None, settled), (None, settled | {"id": None})], now=MOMENT, keep=60)
    assert kept(store) == [("", None), ("x", "x")]
    jobs.close()
    store.close()
