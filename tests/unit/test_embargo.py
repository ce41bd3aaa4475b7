"""What is under embargo is nowhere to be found before its time, and comes out at its time without anything done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import index.embargoes
import index.store
from index.article import date_interval
from index.errors import NotFound
from index.exporting import export_records
from index.readers.fields import read_record
from index.verifying import verify
from qa_service.http.app import create_app
from tests.archives import Clock
from tests.unit.test_pipeline import Archive

NOW = float(date_interval("2024-05-06T08:00Z")[0])
UNTIL = "2024-05-06T12:00+02:00"
FREED = float(date_interval(UNTIL)[0])
OLD = "The Marn ferry ran aground off Quill Head with 48 people aboard, the coastguard of Sorrel said on Monday."
NEW = "The Marn ferry ran aground off Quill Head with 84 people aboard, the coastguard of Sorrel said on Monday."
QUESTION = "How many people were aboard the Marn ferry?"
PLACES = ("asked", "later", "search", "story", "carriers")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(step=0, now=NOW)
    monkeypatch.setattr(index.store, "time", clock)
    monkeypatch.setattr(index.embargoes, "time", clock)
    return clock


@pytest.fixture
def archive(tmp_path: Path, clock: Clock) -> Iterator[Archive]:
    opened = Archive(tmp_path / "data")
    yield opened
    opened.service.close()


def item(text: str, **fields: Any) -> dict[str, Any]:
    given = {"id": "ferry", "text": text, "title": "Ferry aground", "language": "en", "date": "2024-05-06", **fields}
    return {key: value for key, value in given.items() if value is not None}


def versions(archive: Archive) -> list[int]:
    try:
        return [one["version"] for one in archive.service.article("ferry")["versions"]]
    except NotFound:
        return []


def test_an_item_is_nowhere_before_its_time_and_everywhere_from_then_on(archive: Archive, clock: Clock) -> None:
    archive.put(item(NEW, embargo=UNTIL, source="Coastal Wire"))
    archive.put(item(NEW, id="copy", source="Valley Echo"))
    passage_id = archive.store.catalogue.connection().execute("SELECT passage_id FROM passages").fetchone()[0]
    story = archive.store.catalogue.connection().execute("SELECT story FROM articles").fetchone()[0]
    client = TestClient(create_app(archive.service))

    def seen() -> dict[str, Any]:
        now, later = (
            {
                one["article_id"]
                for passage in archive.ask(QUESTION, min_confidence=0, as_of=as_of)["passages"]
                for one in [passage, *passage["copies"]]
            }
            for as_of in (None, "2030-01-01")
        )
        found = {
            "asked": now,
            "later": later,
            "search": {p["article_id"] for p in archive.search(QUESTION, by="passage")["passages"]},
            "story": {one["article_id"] for one in client.get(f"/v1/stories/s{story}").json()["articles"]},
            "carriers": {one.article_id for one in archive.service.relations("copy", 1).carriers} | {"copy"},
        }
        assert archive.found(QUESTION, as_of="2024-05-06T09:59:59Z") == ["copy"], "nor was it there then"
        statuses = [
            client.get(path).status_code
            for path in ("/v1/articles/ferry", "/v1/articles/ferry?version=1", f"/v1/passages/{passage_id}")
        ]
        return {**found, "statuses": set(statuses), "sources": [name for name, _ in archive.service.holdings().sources]}

    assert seen() == {
        **{name: {"copy"} for name in PLACES},
        "statuses": {404},
        "sources": ["Valley Echo"],
    }
    clock.now = FREED - 1
    assert seen()["asked"] == {"copy"}
    clock.now = FREED
    assert seen() == {
        **{name: {"copy", "ferry"} for name in PLACES},
        "statuses": {200},
        "sources": ["Coastal Wire", "Valley Echo"],
    }
    valid_from = archive.service.article("ferry")["versions"][0]["valid_from"]
    assert valid_from == datetime.fromtimestamp(FREED, UTC).isoformat().replace("+00:00", "Z")


def test_a_correction_under_embargo_leaves_the_old_version_in_its_place(archive: Archive, clock: Clock) -> None:
    archive.put(item(OLD, modified="2024-05-06T07:00Z"), item(NEW, modified="2024-05-06T07:30Z", embargo=UNTIL))
    for as_of in (None, "2024-05-06T07:45Z", "2024-05-07"):
        [passage] = archive.search(QUESTION, by="passage", as_of=as_of)["passages"]
        assert (passage["text"], passage["citation"]["newer_version"]) == (OLD, None)
        assert passage["citation"]["corrected"] is None
    assert versions(archive) == [1] and archive.service.article("ferry")["versions"][0]["valid_to"] is None
    with pytest.raises(NotFound):
        archive.service.article("ferry", 1, 2)
    clock.now = FREED
    [passage] = archive.search(QUESTION, by="passage")["passages"]
    assert (passage["text"], passage["citation"]["version"]) == (NEW, 2)
    assert archive.found(QUESTION, as_of="2024-05-06T09:00Z") == ["ferry"]
    assert versions(archive) == [1, 2] and verify(archive.store) == []


def test_an_embargo_that_is_lifted_or_put_off(archive: Archive, clock: Clock) -> None:
    archive.put(item(OLD, embargo=UNTIL))
    archive.put(item(OLD, embargo="2024-05-07"))
    clock.now = FREED
    assert versions(archive) == [], "put off by the later version: the earlier one does not come out before it"
    archive.put(item(NEW))
    assert archive.search(QUESTION, by="passage")["passages"][0]["text"] == NEW, "lifted"
    clock.now = float(date_interval("2024-05-08")[0])
    [passage] = archive.search(QUESTION, by="passage")["passages"]
    assert passage["text"] == NEW, "and what was overtaken does not come back"
    assert verify(archive.store) == []


def test_an_older_version_under_embargo_that_comes_late_is_never_current(archive: Archive, clock: Clock) -> None:
    archive.put(item(NEW, modified="2024-05-06T07:30Z"), item(OLD, modified="2024-05-06T07:00Z", embargo=UNTIL))
    clock.now = FREED + 1
    [passage] = archive.search(QUESTION, by="passage")["passages"]
    assert passage["text"] == NEW


def test_the_same_item_again_changes_nothing_and_a_kill_takes_all(archive: Archive, clock: Clock) -> None:
    hidden = item(NEW, embargo=UNTIL)
    assert archive.service.ingest_records([hidden])[0]["outcome"] == "ingested"
    assert archive.service.ingest_records([hidden])[0] | {"passages": 0} == {
        "id": "ferry", "version": 1, "outcome": "unchanged", "passages": 0,
    }  # fmt: skip
    assert archive.service.delete(["ferry"]) == ["ferry"]
    assert archive.store.catalogue.connection().execute("SELECT count(*) FROM embargoes").fetchone()[0] == 0
    clock.now = FREED
    assert versions(archive) == []


def test_an_export_keeps_the_embargo(archive: Archive) -> None:
    archive.put(item(NEW, embargo=UNTIL))
    [exported] = export_records(archive.store.catalogue)
    assert exported["embargo"] == UNTIL
    assert read_record(exported, name="-", max_bytes=1 << 20) == read_record(
        item(NEW, embargo=UNTIL), name="-", max_bytes=1 << 20
    )


def test_another_process_shows_it_at_its_time_too(archive: Archive, clock: Clock) -> None:
    reader = Archive(archive.store.folder)
    archive.put(item(NEW, embargo=UNTIL))
    reader.store.refresh()
    assert reader.found(QUESTION) == []
    clock.now = FREED
    assert reader.found(QUESTION) == ["ferry"]
    reader.service.close()
