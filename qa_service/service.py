"""One archive, ready to be asked and fed: what the command line, HTTP and evaluation call."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from index.article import Item, Record, Span, StoredPassage, Withdrawn
from index.errors import InputRefused, ModelChanged
from index.groups import Relations, read_relations, read_story
from index.holdings import Holdings
from index.readers.jsonl import read_record
from index.refusals import KeptRefusal
from index.store import Store
from index.writer import IngestReport, Settled
from qa_service.answer import Answer, Citation, SearchResult, to_json
from qa_service.archive import Archive, CurrentArchive
from qa_service.article_object import article_object, version_of
from qa_service.citing import cite_passage, cite_version
from qa_service.corrections import Corrections
from qa_service.jobs import Jobs
from qa_service.matching import Explored
from qa_service.pipeline import Examined
from qa_service.request import AskRequest, SearchRequest, read_moment

_CHANGE_SECONDS = 60.0
"""How long a write waits while another model is opened."""


class Service:
    """Thread-safe; every call may block on the model, on files or on another writer."""

    def __init__(self, current: CurrentArchive, *, public_url: str, max_bytes: int) -> None:
        """Composed by :mod:`qa_service.bootstrap`."""
        self._current = current
        self._public_url = public_url
        self._max_bytes = max_bytes
        self.jobs = Jobs(current.get().store.folder, max_bytes=max_bytes)

    @property
    def store(self) -> Store:
        """The store as opened last."""
        return self._current.get().store

    @property
    def threshold(self) -> float:
        """The confidence below which an answer is withheld unless the caller says otherwise."""
        return self._current.get().pipeline.threshold

    def ask(self, request: AskRequest) -> Answer:
        """The answer object. Raises InvalidRequest."""
        archive = self._current.get()
        answer = archive.pipeline.ask(archive.store.view(), request.to_question(datetime.now(UTC)))
        return Corrections(archive.store.catalogue).of_answer(answer)

    def explore(self, request: AskRequest) -> Explored:
        """The answer object, and the days of the articles that it was looked for in. Raises InvalidRequest."""
        archive = self._current.get()
        explored = archive.pipeline.explore(archive.store.view(), request.to_question(datetime.now(UTC)))
        return replace(explored, answer=Corrections(archive.store.catalogue).of_answer(explored.answer))

    def search(self, request: SearchRequest) -> SearchResult:
        """The ranking before collapsing and diversifying. Raises InvalidRequest."""
        archive = self._current.get()
        question = request.to_question(datetime.now(UTC))
        result = archive.pipeline.search(archive.store.view(), question, request.by)
        return Corrections(archive.store.catalogue).of_result(result)

    def examine(self, request: AskRequest) -> Examined:
        """What an answer would be chosen from, for fitting and for looking into a case. Raises InvalidRequest."""
        archive = self._current.get()
        return archive.pipeline.examine(archive.store.view(), request.to_question(datetime.now(UTC)))

    def ingest(
        self,
        inputs: Iterable[Item],
        on_done: Callable[[Settled], None] = lambda _: None,
    ) -> IngestReport:
        """Ingest records; refusals are gathered in the report. Raises Busy."""
        archive = self._current.get()
        return archive.writer.ingest(inputs, on_done)

    def ingest_records(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """One outcome a record, in order, durable and visible on return. Raises Busy."""
        archive = self._current.get()
        try:
            return self._ingest_records(archive, records)
        except ModelChanged:
            return self._ingest_records(self._current.after(archive, _CHANGE_SECONDS), records)

    def _ingest_records(self, archive: Archive, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        outcomes: list[dict[str, Any]] = [{} for _ in records]
        waiting: dict[str, list[int]] = {}
        read: list[Record] = []
        refused: list[InputRefused] = []
        for place, fields in enumerate(records):
            record = read_record(fields, name=f"item {place + 1}", max_bytes=self._max_bytes)
            if isinstance(record, InputRefused):
                given = fields.get("id")
                outcomes[place] = {"id": given if isinstance(given, str) else None, "refused": record.reason}
                refused.append(InputRefused(record.article_id or "", record.reason, record.article_id))
            else:
                waiting.setdefault(record.id, []).append(place)
                read.append(record)

        def settle(done: Settled) -> None:
            if isinstance(done, Withdrawn):
                raise TypeError("records take no article back")
            article_id = done.name if isinstance(done, InputRefused) else done.article_id
            place = waiting[article_id].pop(0)
            if isinstance(done, InputRefused):
                outcomes[place] = {"id": article_id, "refused": done.reason}
            else:
                version = done.version or archive.store.catalogue.newest_number(article_id)
                outcomes[place] = {
                    "id": article_id,
                    "version": version,
                    "outcome": done.outcome,
                    "passages": done.passages,
                }

        archive.store.refusals.note(refused, int(time.time()))
        archive.writer.ingest(read, settle)
        return outcomes

    def delete(self, article_ids: list[str]) -> list[str]:
        """The ids that existed; they are gone from every later answer. Raises Busy."""
        archive = self._current.get()
        return archive.store.delete(article_ids)

    def article(self, article_id: str, version: int | None = None, diff: int | None = None) -> dict[str, Any]:
        """The contract's article object, current version unless asked otherwise; ``diff``: what changed since that one.

        Raises NotFound.
        """
        archive = self._current.get()
        return article_object(archive.store.catalogue.versions(article_id), version, diff)

    def cite(self, article_id: str, version: int | None, span: Span | None) -> Citation:
        """The citation of a span of a version's text; without one that of the article as a whole, its quote empty.

        Raises NotFound.
        """
        catalogue = self._current.get().store.catalogue
        found = version_of(catalogue.versions(article_id), version)
        return Corrections(catalogue).of_citation(cite_version(found, span, self._public_url))

    def relations(self, article_id: str, version: int) -> Relations:
        """Who else carries the text of a version, and the article's story. Raises NotFound."""
        return read_relations(self._current.get().store.catalogue, article_id, version)

    def passage(self, passage_id: str) -> dict[str, Any]:
        """One passage with its citation. Raises NotFound."""
        archive = self._current.get()
        stored: StoredPassage = archive.store.catalogue.passage_by_id(passage_id)
        citation = Corrections(archive.store.catalogue).of_citation(cite_passage(1, stored, self._public_url))
        return {
            "passage_id": stored.passage_id,
            "article_id": stored.article_id,
            "version": stored.version,
            "title": stored.title,
            "source": stored.source,
            "url": stored.url,
            "published": to_json(stored.published),
            "text": stored.text,
            "span": [stored.start, stored.end],
            "citation": to_json(citation),
        }

    def story(self, story_id: str, as_of: str | None = None) -> dict[str, Any]:
        """The articles of a story by date, as published by ``as_of``. Raises NotFound, InvalidRequest."""
        archive = self._current.get()
        story = read_story(archive.store.catalogue, story_id, as_of=read_moment(as_of))
        articles = [to_json(member) for member in story.members]
        return {"id": story.id, "redirected_from": story.redirected_from, "articles": articles}

    def holdings(self, *, within: float = 0.0) -> Holdings:
        """What the archive holds, counted: now, or at most ``within`` seconds ago."""
        return self._current.get().store.holdings.read(within=within)

    def refusals(self, count: int) -> list[KeptRefusal]:
        """The inputs refused lately, newest first."""
        return self._current.get().store.refusals.latest(count)

    def status(self) -> dict[str, Any]:
        """Counts, sequence, model and index of the archive, and the default threshold."""
        archive = self._current.get()
        return {**archive.store.status(), "min_confidence": archive.pipeline.threshold}

    def ready(self) -> bool:
        """Whether questions can be answered now."""
        return True

    def close(self) -> None:
        """Release files and threads."""
        self._current.close()


def report_json(report: IngestReport) -> dict[str, Any]:
    """The object that ``ingest --json`` prints."""
    return {
        "ingested": report.ingested,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "copies": report.copies,
        "withdrawn": report.withdrawn,
        "refused": [{"input": one.name, "reason": one.reason} for one in report.refused],
        "passages": report.passages,
        "seconds": round(report.seconds, 3),
    }
