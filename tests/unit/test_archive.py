"""Which archive a service uses while its model changes: the old one to the end of a call, the new one from then on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index.errors import Busy, ModelChanged, ModelError
from index.passages import SplitOptions
from index.reindexing import reindex
from index.store import Store
from index.testing import HashEmbedder
from index.writer import Writer, fingerprint
from qa_service.archive import Archive, CurrentArchive
from qa_service.pipeline import Pipeline
from qa_service.ranking import RankingOptions
from qa_service.request import AskRequest
from qa_service.service import Service

SPLIT = SplitOptions()
OLD, NEW = (HashEmbedder(name=name, digest=name, dim=dim) for name, dim in (("old", 16), ("new", 24)))
BRIDGE = {"id": "bridge", "text": "The harbour bridge reopened to traffic on Monday after nine weeks of repairs."}
MILL = {"id": "mill", "text": "A fire destroyed the old paper mill at Lower Weir on Tuesday night, the brigade said."}


def opened(folder: Path, embedder: HashEmbedder) -> Archive:
    store = Store(
        folder,
        model_name=embedder.name,
        model_digest=embedder.digest,
        dim=embedder.dim,
        fingerprint=fingerprint(embedder.digest, SPLIT),
        wait=2,
    )
    pipeline = Pipeline(embedder, RankingOptions(), public_url="https://archive.example")
    return Archive(store=store, pipeline=pipeline, writer=Writer(store, embedder, SPLIT))


Make = Callable[..., tuple[Service, CurrentArchive]]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """A service over one article, built with the old model."""
    made: list[CurrentArchive] = []

    def service(reopen: Callable[[], Archive] | None = None) -> tuple[Service, CurrentArchive]:
        current = CurrentArchive(opened(tmp_path / "data", OLD), reopen)
        made.append(current)
        one = Service(current, public_url="https://archive.example", max_bytes=1 << 20)
        assert one.ingest_records([BRIDGE])[0]["outcome"] in {"ingested", "unchanged"}
        return one, current

    yield service
    for current in made:
        current.close()


def asked(service: Service) -> list[str]:
    answer = service.ask(AskRequest(question="When did the harbour bridge reopen?", min_confidence=0))
    return [passage.article_id for passage in answer.passages]


def wait_for(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_follower_takes_the_new_model_up_and_lets_the_old_go(make: Make, tmp_path: Path) -> None:
    service, current = make(lambda: opened(tmp_path / "data", NEW))
    before = current.get()
    store = before.store
    reindex(tmp_path / "data", NEW, SPLIT)
    wait_for(lambda: service.status()["model"] == "new")
    assert current.get() is not before
    assert before.pipeline.ask(
        store.view(), AskRequest(question="bridge", min_confidence=0).to_question(_now())
    ).passages, "a call under way may use the old archive to its end"
    assert store.catalogue._connections
    del before
    wait_for(lambda: not store.catalogue._connections)
    assert asked(service) == ["bridge"]
    assert service.ingest_records([MILL])[0]["outcome"] == "ingested"


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)


def test_a_write_in_between_waits_for_the_new_archive(make: Make, tmp_path: Path) -> None:
    go = threading.Event()

    def reopen() -> Archive:
        assert go.wait(20)
        return opened(tmp_path / "data", NEW)

    service, _ = make(reopen)
    reindex(tmp_path / "data", NEW, SPLIT)
    outcomes: list[Any] = []
    writing = threading.Thread(target=lambda: outcomes.extend(service.ingest_records([MILL, BRIDGE])))
    writing.start()
    time.sleep(0.3)
    assert writing.is_alive() and asked(service) == ["bridge"]
    go.set()
    writing.join(20)
    assert [one["outcome"] for one in outcomes] == ["ingested", "unchanged"]
    assert service.status()["model"] == "new"


def test_without_a_follower_a_write_is_refused_at_once_and_questions_are_answered(make: Make, tmp_path: Path) -> None:
    service, _ = make()
    reindex(tmp_path / "data", NEW, SPLIT)
    started = time.monotonic()
    with pytest.raises(ModelChanged):
        service.ingest_records([MILL])
    assert time.monotonic() - started < 5
    assert issubclass(ModelChanged, Busy), "so HTTP says: come back"
    assert asked(service) == ["bridge"]
    assert service.delete(["bridge"]) == ["bridge"]
    assert asked(service) == []


def test_what_cannot_be_opened_is_tried_again(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("qa_service.archive._AGAIN_SECONDS", 0.05)
    tries: list[int] = []

    def reopen() -> Archive:
        tries.append(1)
        if len(tries) < 3:
            raise ModelError("model 'new' is not to be had")
        return opened(tmp_path / "data", NEW)

    service, _ = make(reopen)
    reindex(tmp_path / "data", NEW, SPLIT)
    wait_for(lambda: len(tries) > 0)
    assert asked(service) == ["bridge"]
    wait_for(lambda: service.status()["model"] == "new")
    assert caplog.text.count("model 'new' is not to be had") == 2


def test_closing_while_it_opens_leaves_nothing_open(make: Make, tmp_path: Path) -> None:
    opening, go = threading.Event(), threading.Event()
    newer: list[Archive] = []

    def reopen() -> Archive:
        opening.set()
        assert go.wait(20)
        newer.append(opened(tmp_path / "data", NEW))
        return newer[0]

    _, current = make(reopen)
    old = current.get()
    reindex(tmp_path / "data", NEW, SPLIT)
    assert opening.wait(20)
    closing = threading.Thread(target=current.close)
    closing.start()
    time.sleep(0.1)
    go.set()
    closing.join(20)
    assert not closing.is_alive()
    assert current.get() is old
    assert not newer[0].store.catalogue._connections and not old.store.catalogue._connections
