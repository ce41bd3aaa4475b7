"""Every implementation of the store's ports, each under the same three calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import index.store
import index.vectors
from index.store import Store
from tests.archives import Clock, open_store
from tests.contract.brute_force import BruteForce

IMPLEMENTATIONS = ("brute force", "fresh", "reopened", "compacted", "folded", "approximate")


class Archive:
    """One implementation: ``commit`` and ``delete`` change it, ``view`` reads it after whatever it is put through."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder
        self.clock = Clock()
        self._writer: Any = BruteForce(self.clock.time) if name == "brute force" else open_store(folder)
        self._changed = True

    @property
    def store(self) -> Store:
        """The real store; skips the test for the double."""
        if self.name == "brute force":
            pytest.skip("of the real store only")
        return self._writer

    def commit(self, *drafts: Any) -> list[Any]:
        self._changed = True
        return self._writer.commit(drafts)

    def delete(self, *article_ids: str) -> list[str]:
        self._changed = True
        return self._writer.delete(article_ids)

    def view(self) -> Any:
        if self._changed and self.name == "reopened":
            self._writer.close()
            self._writer = open_store(self._folder)
        elif self._changed and self.name == "compacted":
            self._writer.compact()
        self._changed = False
        return self._writer.view()

    def close(self) -> None:
        if self.name != "brute force":
            self._writer.close()


def make_archive(name: str, folder: Path, patch: pytest.MonkeyPatch) -> Archive:
    archive = Archive(name, folder)
    patch.setattr(index.store, "time", archive.clock)
    if name in {"folded", "approximate"}:
        patch.setattr(index.store, "FOLD_AT", 2)
    if name == "approximate":
        # Trained with as few vectors as FAISS takes, and never passed over for the exact search.
        patch.setattr(index.vectors, "EXACT_UP_TO", 24)
        patch.setattr(index.vectors, "_GATHER_UP_TO", 0)
        patch.setattr(index.vectors, "_GATHER_SHARE", 0.0)
        patch.setattr(index.vectors, "_SAMPLE", 20)
    return archive


@pytest.fixture(params=IMPLEMENTATIONS)
def archive(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    made = make_archive(request.param, tmp_path / "archive", monkeypatch)
    yield made
    made.close()


@pytest.fixture(params=IMPLEMENTATIONS, scope="module")
def shared_archive(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Archive]]:
    """One archive for all tests of a module, made when first asked for."""
    with pytest.MonkeyPatch.context() as patch:
        made = make_archive(request.param, tmp_path_factory.mktemp("shared") / "archive", patch)
        yield lambda: made
        made.close()
