"""Any history of ingests, corrections, deletes, compactions and reopenings, asked as of any moment, against a model.

The model is a dictionary of lists and knows nothing of the store: what is current, what was valid and published when,
what a citation must say, which carriers and timelines may be shown, and that differences make up the texts.

``HISTORIES=2000 pytest tests/property/test_version_histories.py`` draws as many as the figure in docs/versions.md.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import index.embargoes
import index.store
from index.absence import traces
from index.article import date_interval
from index.errors import NotFound
from index.groups import group_members
from index.verifying import verify
from tests.archives import Clock
from tests.unit.test_pipeline import Archive

HISTORIES = int(os.environ.get("HISTORIES") or max(8, settings().max_examples // 8))
IDS = ["a/ferry", "b?ferry", "ferry-ü"]
SOURCES = ["Valley Echo", "Harbour Courier", None]
PARAGRAPHS = [
    "The Marn ferry ran aground off Quill Head on Tuesday night with 48 people aboard, the coastguard of Sorrel said.",
    "The Marn ferry ran aground off Quill Head on Tuesday night with 84 people aboard, the coastguard of Sorrel said.",
    "Lifeboats from Sorrel reached the ferry within two hours, and nobody was hurt, a spokesman told reporters.",
    "The owner of the ferry said that the rudder had jammed before; an inquiry opens on Monday in Tolmere.",
    "Correction, 5 March: An earlier version of this article gave a wrong number of people aboard the ferry.",
]
TITLES = ["Ferry aground", "Ferry aground with 84 aboard"]
PUBLISHED = [None, "2024-03-05", "2024-03-06T08:00+02:00", "2024-03", "2024-03-09"]
MODIFIED = [None, None, "2024-03-02", "2024-03-06T07:00Z", "2024-03-07", "2024-06-01T12:00:30Z"]
EMBARGO = [None, None, None, "2024-03-01", "2024-03-12T06:00Z", "2024-04-25", "2024-04-25T12:00+02:00"]
QUESTION = "What happened to the ferry?"

records = st.builds(
    lambda name, text, title, source, date, modified, embargo: {
        "id": name,
        "text": "\n\n".join(text),
        "title": title,
        "language": "en",
        **{
            key: value
            for key, value in (("source", source), ("date", date), ("modified", modified), ("embargo", embargo))
            if value
        },
    },
    st.sampled_from(IDS),
    st.lists(st.sampled_from(PARAGRAPHS), min_size=1, max_size=3, unique=True),
    st.sampled_from(TITLES),
    st.sampled_from(SOURCES),
    st.sampled_from(PUBLISHED),
    st.sampled_from(MODIFIED),
    st.sampled_from(EMBARGO),
)
steps = st.one_of(
    st.tuples(st.just("ingest"), st.lists(records, min_size=1, max_size=3)),
    st.tuples(st.just("ingest"), st.lists(records, min_size=1, max_size=3)),
    st.tuples(st.just("ingest"), st.lists(records, min_size=1, max_size=3)),
    st.tuples(st.just("delete"), st.lists(st.sampled_from(IDS), min_size=1, max_size=2, unique=True)),
    st.tuples(st.sampled_from(["compact", "reopen", "wait", "again"]), st.just([])),
)
moments = st.one_of(
    st.integers(-3, 8).map(lambda days: ("day", days)),
    st.integers(0, 40).map(lambda n: ("edge", n)),  # a second before, at or after some version became valid
    st.just(("now", 0)),
)


@dataclass
class Told:
    """A version as the model knows it."""

    record: dict[str, Any]
    ingested: int
    since: int
    """When it would have become valid without an embargo."""
    hidden_until: int
    valid_to: int | None = None

    @property
    def valid_from(self) -> int:
        return max(self.since, self.hidden_until)

    def published(self) -> int | None:
        return date_interval(self.record["date"])[0] if "date" in self.record else None

    def visible(self, moment: int | None) -> bool:
        if moment is None:
            return self.valid_to is None
        published = self.published()
        return (
            self.valid_from <= moment
            and (self.valid_to is None or moment < self.valid_to)
            and (published or 0) <= moment
        )


@dataclass
class Model:
    """What an archive holds, said as plainly as can be."""

    clock: Clock
    stored: dict[str, list[Told]] = field(default_factory=dict)

    @property
    def articles(self) -> dict[str, list[Told]]:
        """What may be known now: what is under embargo is not there, nor does it end what came before."""
        open_now = {
            name: [one for one in told if one.hidden_until <= self.clock.now] for name, told in self.stored.items()
        }
        for told in open_now.values():
            in_time = sorted(told, key=lambda one: one.since)  # stable: ties in order of ingest
            for place, one in enumerate(in_time):
                one.valid_to = min((later.valid_from for later in in_time[place + 1 :]), default=None)
        return {name: told for name, told in open_now.items() if told}

    def number(self, name: str, one: Told) -> int:
        return self.stored[name].index(one) + 1

    def ingest(self, record: dict[str, Any], now: int) -> str:
        told = self.stored.setdefault(record["id"], [])
        current = max(told, key=lambda one: (one.since, told.index(one)), default=None)
        for one in told:
            ordered = "modified" in one.record or (current is not None and "modified" in current.record)
            if one.record == record and (one is current or ordered):
                return "unchanged"
        if "modified" in record:
            since = date_interval(record["modified"])[0]
        elif told:
            since = max(now, *(one.since for one in told))
        else:
            since = date_interval(record["date"])[0] if "date" in record else now
        told.append(Told(record, now, since, date_interval(record["embargo"])[0] if "embargo" in record else 0))
        later = 0  # what has not come out comes out no sooner than what replaces it
        for one in sorted(told, key=lambda one: one.since)[::-1]:
            if one.hidden_until > now:
                later = one.hidden_until = max(later, one.hidden_until)
        return "ingested" if len(told) == 1 else "updated"

    def seen(self, moment: int | None) -> dict[str, int]:
        """The version of each article that is seen."""
        return {
            name: self.number(name, one) for name, told in self.articles.items() for one in told if one.visible(moment)
        }

    def newest(self, name: str) -> int:
        return next(self.number(name, one) for one in self.articles[name] if one.valid_to is None)


class Both:
    """An archive and its model, put through the same steps."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self.archive = Archive(folder)
        self.model = Model(clock)
        self.last: list[dict[str, Any]] = []

    def step(self, action: str, what: list[Any]) -> None:
        if action in {"ingest", "again"}:
            self.clock.now += 100
            self.last = what or self.last
            done = self.archive.service.ingest_records(self.last)
            expected = [self.model.ingest(record, int(self.clock.now)) for record in self.last]
            assert [one["outcome"] for one in done] == expected
        elif action == "delete":
            there = [name for name in what if name in self.model.stored]
            assert self.archive.service.delete(what) == there
            for name in there:
                del self.model.stored[name]
        elif action == "compact":
            self.archive.store.compact()
        elif action == "reopen":
            self.archive.service.close()
            self.archive = Archive(self.folder)
        else:
            self.clock.now += 40 * 86400

    def moment(self, kind: str, number: int) -> int | None:
        edges = sorted({one.valid_from for told in self.model.articles.values() for one in told})
        if kind == "day" or (kind == "edge" and not edges):
            return date_interval("2024-03-03")[0] + 86400 * number + 43200
        return edges[(number // 3) % len(edges)] + number % 3 - 1 if kind == "edge" else None

    def check(self, moment: int | None) -> None:
        seen = self.model.seen(moment)
        as_of = None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat()
        self._check_search(seen, as_of)
        self._check_answer(seen, as_of)
        self._check_groups(seen, moment)
        self._check_stories(seen, as_of)
        for name in IDS:
            if moment is not None:
                assert self._version_at(name, moment) == seen.get(name)

    def _check_search(self, seen: dict[str, int], as_of: str | None) -> None:
        found = self.archive.search(QUESTION, by="passage", as_of=as_of, top_k=200)
        assert {(p["article_id"], p["citation"]["version"]) for p in found["passages"]} == set(seen.items())
        for passage in found["passages"]:
            self._check_citation(passage["citation"])
        echo = self.archive.search(QUESTION, by="article", as_of=as_of, top_k=200, filters={"sources": ["valley echo"]})
        sources = {name: self.model.stored[name][n - 1].record.get("source") for name, n in seen.items()}
        assert {one["article_id"] for one in echo["articles"]} == {n for n, s in sources.items() if s == "Valley Echo"}
        assert set(echo["interpreted"]["sources"]) <= set(filter(None, sources.values()))

    def _check_answer(self, seen: dict[str, int], as_of: str | None) -> None:
        answer = self.archive.ask(QUESTION, as_of=as_of, min_confidence=0, top_k=50)
        cited = [one["citation"] for part in ("answer", "passages", "claims") for one in answer[part]]
        for citation in cited:
            assert seen.get(citation["article_id"]) == citation["version"]
            self._check_citation(citation)
        for passage in answer["passages"]:
            carriers = [passage["article_id"], *(one["article_id"] for one in passage["copies"])]
            assert len(carriers) == len(set(carriers)) and set(carriers) <= set(seen), "nothing invisible is counted"
        shown = {p["article_id"] for p in answer["passages"]} | {
            c["article_id"] for p in answer["passages"] for c in p["copies"]
        }
        assert shown == set(seen), "and nothing visible is lost"

    def _check_citation(self, citation: dict[str, Any]) -> None:
        name, number = citation["article_id"], citation["version"]
        told = self.model.stored[name][number - 1]
        start, end = citation["span"]
        assert told.record["text"][start:end] == citation["quote"] != ""
        newest = self.model.newest(name)
        assert citation["newer_version"] == (None if newest == number else newest)
        corrected = citation["corrected"]
        noticed = [n for n in (newest, number) if PARAGRAPHS[-1] in self.model.stored[name][n - 1].record["text"]]
        if number in noticed or (newest != number and not noticed):
            assert corrected["version"] == (number if number in noticed else newest)
        elif noticed:
            assert (corrected["version"], corrected["kind"]) == (newest, "correction")
        else:
            assert corrected is None

    def _check_groups(self, seen: dict[str, int], moment: int | None) -> None:
        db = self.archive.store.catalogue.connection()
        groups = [row[0] for row in db.execute("SELECT DISTINCT copy_group FROM passages WHERE copy_group IS NOT NULL")]
        for members in group_members(self.archive.store.catalogue, groups, as_of=moment).values():
            pairs = [(member.article_id, member.version) for member in members]
            assert len(pairs) == len(set(pairs)) and set(pairs) <= set(seen.items())

    def _check_stories(self, seen: dict[str, int], as_of: str | None) -> None:
        db = self.archive.store.catalogue.connection()
        lines: list[tuple[str, int]] = []
        for (number,) in db.execute("SELECT DISTINCT story FROM articles").fetchall():
            try:
                story = self.archive.service.story(f"s{number}", as_of)
            except NotFound:
                continue
            lines += [(one["article_id"], one["version"]) for one in story["articles"]]
            assert all(set(one["copies"]) <= set(seen) for one in story["articles"])
        assert sorted(lines) == sorted(seen.items())

    def _version_at(self, name: str, moment: int) -> int | None:
        try:
            return self.archive.store.view().article(name, as_of=moment).version
        except NotFound:
            return None

    def check_versions(self, one: int, other: int) -> None:
        assert set(self.archive.store.catalogue.article_ids()) == set(self.model.stored)
        for name in IDS:
            told = self.model.articles.get(name)
            hidden = set(range(1, len(self.model.stored.get(name, ())) + 1)) - {
                self.model.number(name, one) for one in told or ()
            }
            for number in hidden:
                with pytest.raises(NotFound):
                    self.archive.service.article(name, number)
            if told is None and hidden:
                with pytest.raises(NotFound):
                    self.archive.service.article(name)
                continue
            if told is None:
                assert traces(self.archive.store, name).found == ()
                with pytest.raises(NotFound):
                    self.archive.service.article(name)
                continue
            before, after = one % len(told), other % len(told)
            numbers = [self.model.number(name, one) for one in told]
            article = self.archive.service.article(name, numbers[after], numbers[before])
            assert article["text"] == told[after].record["text"]
            assert self.archive.service.article(name)["version"] == self.model.newest(name)
            assert [(v["version"], v["valid_from"], v["valid_to"], v["ingested_at"]) for v in article["versions"]] == [
                (n, utc(v.valid_from), utc(v.valid_to), utc(v.ingested)) for n, v in zip(numbers, told, strict=True)
            ]
            check_difference(article["diff"], told[before].record, told[after].record)

    def close(self) -> None:
        self.archive.service.close()


def check_difference(diff: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> None:
    assert "".join(one["from_text"] for one in diff["changes"]) == before["text"]
    assert "".join(one["to_text"] for one in diff["changes"]) == after["text"]
    for one in diff["changes"]:
        assert before["text"][slice(*one["from"])] == one["from_text"]
        assert after["text"][slice(*one["to"])] == one["to_text"]
        assert (one["kind"] == "equal") == (one["from_text"] == one["to_text"])
    changed = {one["field"] for one in diff["fields"]}
    same = {"title": "title", "source": "source", "published": "date"}
    for name, given_as in same.items():
        assert (name in changed) == (before.get(given_as) != after.get(given_as))


def utc(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


@contextmanager
def both() -> Iterator[Both]:
    clock = Clock(step=0, now=float(date_interval("2024-03-10")[0]))
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(index.store, "time", clock)
        patch.setattr(index.embargoes, "time", clock)
        patch.setattr(index.store, "FOLD_AT", 4)
        pair = Both(Path(folder), clock)
        try:
            yield pair
        finally:
            pair.close()


@given(
    history=st.lists(steps, min_size=1, max_size=7),
    asked=st.lists(moments, min_size=1, max_size=2),
    compared=st.tuples(st.integers(0, 5), st.integers(0, 5)),
)
@settings(max_examples=HISTORIES)
def test_every_history_asked_as_of_any_moment_equals_the_model(history: Any, asked: Any, compared: Any) -> None:
    with both() as pair:
        for number, (action, what) in enumerate(history):
            pair.step(action, what)
            if number == len(history) // 2:
                pair.check(pair.moment(*asked[0]))
        for kind, number in [*asked, ("now", 0)]:
            pair.check(pair.moment(kind, number))
        pair.check_versions(*compared)
        assert verify(pair.archive.store) == []


PLAIN = {"id": IDS[0], "text": PARAGRAPHS[0], "title": TITLES[0], "language": "en", "date": "2024-03-05"}


def test_the_model_can_tell_a_wrong_archive() -> None:
    """The checks fail where the archive lacks a version, or holds an article, that the model knows nothing of."""
    with both() as pair:
        pair.step("ingest", [PLAIN])
        pair.check(None)
        pair.model.ingest({**PLAIN, "text": PARAGRAPHS[1], "modified": "2024-03-06"}, int(pair.clock.now))
        with pytest.raises(AssertionError):
            pair.check(None)
        with pytest.raises((AssertionError, NotFound)):
            pair.check_versions(0, 1)
        pair.model.stored.clear()
        with pytest.raises(AssertionError):
            pair.check(None)
