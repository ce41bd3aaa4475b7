"""An article that its agency took back stays away, whatever order the messages are read in."""

from __future__ import annotations

import itertools
from contextlib import closing
from pathlib import Path

import pytest

from index.article import Item, Record, Withdrawn
from index.passages import SplitOptions
from index.writer import IngestReport, Writer
from tests.archives import EMBEDDER, open_store, record

TEXT = "The harbour of Tolmere was closed on Monday after a crane fell across its only channel."


def version(hour: int) -> Record:
    return record("urn:wire:7", f"{TEXT} Hour {hour}.", date="2024-05-06", modified=f"2024-05-06T{hour:02}:00Z")


KILL = Withdrawn(id="urn:wire:7", reason="Mandatory kill", moment="2024-05-06T10:00Z")


def ingest(folder: Path, *items: Item) -> tuple[IngestReport, list[str]]:
    with closing(open_store(folder)) as store:
        report = Writer(store, EMBEDDER, SplitOptions()).ingest(items)
        return report, list(store.catalogue.article_ids())


@pytest.mark.parametrize("order", list(itertools.permutations([version(8), version(9), KILL])))
def test_a_kill_and_what_it_kills_in_any_order(tmp_path: Path, order: tuple[Item, ...]) -> None:
    assert ingest(tmp_path, *order)[1] == []


def test_an_older_version_read_later_is_refused_with_the_reason(tmp_path: Path) -> None:
    ingest(tmp_path, version(8), KILL)
    report, left = ingest(tmp_path, version(8), version(10))
    assert [one.reason for one in report.refused] == ["was taken back by a later message"] * 2
    assert left == []


def test_what_is_issued_again_after_a_kill_comes_in_and_stays(tmp_path: Path) -> None:
    report, left = ingest(tmp_path, KILL, version(11))
    assert (report.ingested, left) == (1, ["urn:wire:7"])
    report, left = ingest(tmp_path, KILL)
    assert (report.withdrawn, left) == (0, ["urn:wire:7"]), "the kill is older than what is stored"


def test_a_deletion_without_a_time_keeps_nothing_away(tmp_path: Path) -> None:
    gone = Withdrawn(id="urn:wire:7", reason="its file is gone")
    assert ingest(tmp_path, version(8), gone)[1] == []
    assert ingest(tmp_path, version(8))[1] == ["urn:wire:7"]


def test_nothing_readable_is_kept_of_what_was_taken_back(tmp_path: Path) -> None:
    ingest(tmp_path, version(8), KILL)
    with closing(open_store(tmp_path)) as store:
        store.compact()
    assert not any(b"urn:wire:7" in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
