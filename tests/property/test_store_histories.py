"""Any history of ingests, updates, deletes, compactions and reopenings, by two processes, against plain dictionaries."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import index.store
from index.errors import NotFound
from index.ports import Draft, Filters, TermQuery
from index.store import Store
from index.verifying import verify
from tests.archives import EMBEDDER, Clock, draft, open_store
from tests.contract.brute_force import BruteForce

# A history takes a good part of a second: six of them in the quick profile, about sixty in the full one.
HISTORIES = max(6, settings().max_examples // 16)
IDS = ["a", "b", "https://x.example/ü?1"]

drafts = st.builds(
    lambda name, text, date, modified: draft(name, text, date=date, modified=modified),
    st.sampled_from(IDS),
    st.sampled_from(["zorbo one", "zorbo two\n\nzorbo mana", "zorbo three\n\nmana\n\nzorbo one"]),
    st.sampled_from([None, "2023-10-02", "2024-05"]),
    st.sampled_from([None, None, "2023-10-01", "2023-11-05", "2024-02-03T10:00Z"]),
)
steps = st.one_of(
    st.tuples(st.just("commit"), st.lists(drafts, min_size=1, max_size=3)),
    st.tuples(st.just("commit"), st.lists(drafts, min_size=1, max_size=3)),
    st.tuples(st.just("delete"), st.lists(st.sampled_from(IDS), min_size=1, max_size=2)),
    st.tuples(st.sampled_from(["compact", "reopen", "wait", "fold"]), st.just([])),
)
histories = st.lists(st.tuples(st.integers(0, 1), steps), min_size=3, max_size=9)


class Two:
    """Two stores on one folder, as two processes would have it, and the model of what they hold."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self.stores = [open_store(folder), open_store(folder)]
        self.model = BruteForce(clock.time)

    def step(self, which: int, action: str, what: list[Any]) -> None:
        store = self.stores[which]
        if action == "commit":
            self.clock.now += 100
            done = store.commit(what)
            assert [(c.article_id, c.version, c.outcome) for c in done] == [
                (c.article_id, c.version, c.outcome) for c in self.model.commit(what)
            ]
        elif action == "delete":
            assert store.delete(what) == self.model.delete(what)
        elif action == "compact":
            store.compact()
        elif action == "fold":
            store.fold()
        elif action == "reopen":
            store.close()
            self.stores[which] = open_store(self.folder)
        else:
            self.clock.now += 90 * 86400

    def check(self, which: int, moments: list[int | None]) -> None:
        """The store that acted shows it at once; the other after a refresh."""
        for store in (self.stores[which], self.stores[1 - which]):
            view = store.view() if store is self.stores[which] else store.refresh()
            model = self.model.view()
            for moment in moments:
                filters = Filters(as_of=moment)
                wanted = texts(model, model.mask(filters))
                mask = view.mask(filters)
                assert texts(view, mask) == wanted
                question = EMBEDDER.encode_questions(["zorbo one"])[0]
                assert texts(view, view.dense(question, 100, mask).rows) == wanted
                assert texts(view, view.terms(TermQuery(text="zorbo mana"), 100, mask).rows) == wanted
                for name in IDS:
                    assert version_at(view, name, moment) == version_at(model, name, moment)
            for name in IDS:
                assert versions(view, name) == versions(model, name)

    def close(self) -> None:
        for store in self.stores:
            store.close()


def texts(view: Any, found: Any) -> list[tuple[str, int, int, str, int]]:
    rows = np.flatnonzero(found) if found.dtype == bool else found
    return sorted((p.article_id, p.version, p.start, p.text, p.newest_version) for p in view.passages(rows.tolist()))


def versions(view: Any, name: str) -> list[Any]:
    try:
        return [(v.version, v.valid_from, v.valid_to, v.newest, v.article.text) for v in view.versions(name)]
    except NotFound:
        return []


def version_at(view: Any, name: str, moment: int | None) -> int | None:
    try:
        return view.article(name, as_of=moment).version
    except NotFound:
        return None


@contextmanager
def two_stores() -> Iterator[Two]:
    clock = Clock(step=0)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(index.store, "time", clock)
        patch.setattr(index.store, "FOLD_AT", 3)
        two = Two(Path(folder), clock)
        try:
            yield two
        finally:
            two.close()


@given(history=histories, shift=st.integers(-200 * 86400, 10))
@settings(max_examples=HISTORIES)
def test_every_history_equals_the_model(history: list[Any], shift: int) -> None:
    with two_stores() as two:
        for which, (action, what) in history:
            two.step(which, action, what)
            two.check(which, [None, int(two.clock.now), int(two.clock.now) + shift])
        for store in two.stores:
            assert verify(store) == []
        everything: list[Draft] = []
        for name in sorted(two.model.ids()):
            everything += [draft(name, "zorbo last")]
        two.step(0, "commit", everything)
        two.check(0, [None, 0])


def test_the_model_can_tell_a_wrong_store() -> None:
    """The check above fails where the store lacks a commit that the model has."""
    with two_stores() as two:
        two.step(0, "commit", [draft("a", "zorbo one")])
        two.model.commit([draft("b", "zorbo two")])
        with pytest.raises(AssertionError):
            two.check(0, [None])


def test_the_stores_are_apart() -> None:
    """Without a refresh a store shows what it showed, so that the histories do test following."""
    with two_stores() as two:
        first, second = two.stores
        first.commit([draft("a", "zorbo one")])
        assert len(second.view().keys) == 0
        assert isinstance(second, Store) and len(second.refresh().keys) == 1
