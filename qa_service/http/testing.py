"""Doubles for tests of whatever speaks HTTP: a service without a model, and a real server around an application."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from pydantic import ValidationError

from index.article import PublishedDate, Span, date_interval
from index.errors import NotFound
from qa_service.answer import (
    Answer,
    AnswerSentence,
    Citation,
    FoundArticle,
    Interpreted,
    RankedPassage,
    SearchResult,
    TimeReading,
)
from qa_service.http.schemas import ArticleRecord
from qa_service.http.server import Server, address, listen
from qa_service.jobs import Jobs
from qa_service.question import GivenWindow
from qa_service.request import AskRequest, SearchRequest

MOMENT = "2023-10-05T12:00:00Z"
NOW = datetime(2023, 10, 5, 12, tzinfo=UTC)


class FakeService:
    """Keeps articles in memory, one passage each, and ranks by words in common with the question.

    ``delay`` makes every question take that many seconds of a thread; ``failure`` makes it raise.
    """

    threshold = 0.25

    def __init__(self, *, delay: float = 0.0, failure: Exception | None = None, loaded: bool = True) -> None:
        self.delay = delay
        self.failure = failure
        self.loaded = loaded
        self.closed = 0
        self.threads: set[int] = set()
        """Threads that questions ran on."""
        self._versions: dict[str, list[ArticleRecord]] = {}
        self._sequence = 0
        self._folder = TemporaryDirectory(ignore_cleanup_errors=True)
        self.jobs = Jobs(Path(self._folder.name), max_bytes=1 << 20)

    def ask(self, request: AskRequest) -> Answer:
        """The best passage, quoted whole, if it shares a quarter of the question's words."""
        ranked = self._ranked(request)
        confidence = ranked[0].score if ranked else 0.0
        floor = self.threshold if request.min_confidence is None else request.min_confidence
        supported = bool(ranked) and confidence >= floor
        return Answer(
            question=request.question,
            asked_at=request.asked_at or MOMENT,
            as_of=request.as_of,
            interpreted=_interpreted(request),
            outcome="answered" if supported else "unsupported",
            confidence=confidence,
            answer=(_sentence(ranked[0]),) if supported else (),
            passages=tuple(ranked[: request.top_k]),
            claims=(),
            timings_ms={"total": self.delay * 1000},
        )

    def search(self, request: SearchRequest) -> SearchResult:
        """Articles or passages by words in common."""
        ranked = self._ranked(request)[: request.top_k]
        return SearchResult(
            question=request.question,
            asked_at=request.asked_at or MOMENT,
            as_of=request.as_of,
            interpreted=_interpreted(request),
            by=request.by,
            articles=tuple(_found(passage) for passage in ranked) if request.by == "article" else (),
            passages=tuple(ranked) if request.by == "passage" else (),
            timings_ms={"total": self.delay * 1000},
        )

    def ingest_records(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Stores each record that is one."""
        return [self._ingest(record) for record in records]

    def delete(self, article_ids: list[str]) -> list[str]:
        """Forgets them."""
        self._sequence += 1
        return [one for one in article_ids if self._versions.pop(one, None)]

    def article(self, article_id: str, version: int | None, diff: int | None = None) -> dict[str, Any]:
        """The contract's article object."""
        versions = self._versions.get(article_id, [])
        number = len(versions) if version is None else version
        for wanted in (number, number if diff is None else diff):
            if not 1 <= wanted <= len(versions):
                raise NotFound(f"There is no article {article_id!r} of version {wanted}.")
        record = versions[number - 1]
        kept = [[0, len(record.text)]]
        return {
            "id": article_id,
            "version": number,
            "versions": [_version(n, len(versions), versions[n - 1].modified) for n in range(1, len(versions) + 1)],
            "title": record.title or "",
            "source": record.source,
            "url": record.url,
            "language": record.language,
            "tags": record.tags or [],
            "published": _published(record),
            "modified": record.modified,
            "text": record.text,
            "kept": kept,
            "removed": [],
            "sections": [{"title": record.title or "", "kept": kept}],
            "notices": [],
            "diff": None if diff is None else _difference(diff, versions[diff - 1].text, number, record.text),
        }

    def passage(self, passage_id: str) -> dict[str, Any]:
        """A passage of a current version."""
        for article_id in self._versions:
            if _passage_id(article_id) == passage_id:
                citation = self._cited(article_id, 1)
                own = {name: getattr(citation, name) for name in ("article_id", "version", "title", "source", "url")}
                more = {"published": citation.published, "text": citation.quote, "span": citation.span}
                return {"passage_id": passage_id, **own, **more, "citation": citation}
        raise NotFound(f"There is no passage {passage_id!r}.")

    def story(self, story_id: str, as_of: str | None) -> dict[str, Any]:
        """Every article is of story ``s1``."""
        if story_id != "s1" or not self._versions:
            raise NotFound(f"There is no story {story_id!r}.")
        lines: list[dict[str, Any]] = [
            {
                "article_id": article_id,
                "version": len(versions),
                "title": versions[-1].title or "",
                "source": versions[-1].source,
                "url": versions[-1].url,
                "published": _published(versions[-1]),
                "copies": [],
            }
            for article_id, versions in self._versions.items()
        ]
        return {"id": "s1", "redirected_from": None, "articles": lines}

    def status(self) -> dict[str, Any]:
        """Counts."""
        count = len(self._versions)
        return {"articles": count, "passages": count, "sequence": self._sequence, "model": "words in common"}

    def ready(self) -> bool:
        """As told."""
        return self.loaded

    def close(self) -> None:
        """Counts how often it was called."""
        self.closed += 1

    def _ranked(self, request: AskRequest) -> list[RankedPassage]:
        question = request.to_question(NOW)
        self.threads.add(threading.get_ident())
        time.sleep(self.delay)
        if self.failure is not None:
            raise self.failure
        words = set(question.text.lower().split())
        scored: list[tuple[float, str]] = []
        for article_id, versions in self._versions.items():
            if not question.filters.sources or versions[-1].source in question.filters.sources:
                common = words & set(versions[-1].text.lower().split())
                scored.append((len(common) / len(words), article_id))
        scored.sort(key=lambda pair: (-pair[0], pair[1]))
        return [_ranked_passage(rank, score, self._cited(name, rank)) for rank, (score, name) in enumerate(scored, 1)]

    def _cited(self, article_id: str, n: int) -> Citation:
        versions = self._versions[article_id]
        return _citation(article_id, len(versions), versions[-1], n)

    def _ingest(self, fields: dict[str, Any]) -> dict[str, Any]:
        given = fields.get("id")
        try:
            record = ArticleRecord.model_validate(fields)
            if record.date is not None:
                date_interval(record.date)
        except ValidationError as error:
            reason = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            return {"id": given if isinstance(given, str) else None, "refused": reason}
        except (ValueError, OverflowError):
            return {"id": given, "refused": "date: is not an ISO 8601 date"}
        name = record.id or quote(record.url or sha256(record.text.encode()).hexdigest(), safe=":/?#[]@!$&'()*+,;=%")
        if not record.text.strip() or any(ch.isspace() or not ch.isprintable() for ch in name):
            return {"id": given, "refused": "text: is empty" if not record.text.strip() else "id: holds white space"}
        versions = self._versions.setdefault(name, [])
        outcome = "ingested" if not versions else "unchanged" if versions[-1] == record else "updated"
        if outcome != "unchanged":
            versions.append(record)
            self._sequence += 1
        return {"id": name, "version": len(versions), "outcome": outcome, "passages": 1}


def _interpreted(request: AskRequest) -> Interpreted:
    """The time as given: words are not read here."""
    time = request.to_question(NOW).time
    if not isinstance(time, GivenWindow):
        return Interpreted(time=None, sources=())
    start, end = (None if day is None else day.isoformat() for day in (time.start, time.end))
    return Interpreted(time=TimeReading(start=start, end=end, expression=None, mode=time.mode), sources=())


def _passage_id(article_id: str) -> str:
    return "p-" + sha256(article_id.encode()).hexdigest()[:12]


def _published(record: ArticleRecord) -> PublishedDate:
    if record.date is None:
        return PublishedDate()
    return PublishedDate(date=record.date, precision="day", provenance="metadata")


def _version(number: int, newest: int, modified: str | None) -> dict[str, Any]:
    ended = None if number == newest else MOMENT
    return {"version": number, "valid_from": MOMENT, "valid_to": ended, "modified": modified, "ingested_at": MOMENT}


def _difference(one: int, before: str, other: int, after: str) -> dict[str, Any]:
    """One change: the whole text."""
    kind = "equal" if before == after else "replace"
    spans = {"from": [0, len(before)], "to": [0, len(after)], "from_text": before, "to_text": after}
    return {"from": one, "to": other, "fields": [], "changes": [{"kind": kind, **spans}]}


def _citation(article_id: str, version: int, record: ArticleRecord, n: int) -> Citation:
    span: Span = (0, len(record.text))
    return Citation(
        n=n,
        article_id=article_id,
        version=version,
        newer_version=None,
        title=record.title or "",
        source=record.source,
        url=record.url,
        permalink=f"/v1/articles/{quote(article_id, safe='')}?version={version}&span={span[0]}-{span[1]}",
        quote_url=record.url,
        published=_published(record),
        span=span,
        quote=record.text,
    )


def _ranked_passage(rank: int, score: float, citation: Citation) -> RankedPassage:
    return RankedPassage(
        rank=rank,
        score=score,
        scores={"words": score},
        passage_id=_passage_id(citation.article_id),
        article_id=citation.article_id,
        text=citation.quote,
        highlights=((0, 1),),
        story_id=None,
        independent_sources=1,
        copies=(),
        citation=citation,
    )


def _sentence(passage: RankedPassage) -> AnswerSentence:
    return AnswerSentence(
        sentence=passage.text,
        confidence=passage.score,
        span_text=None,
        passage_rank=passage.rank,
        citation=passage.citation,
    )


def _found(passage: RankedPassage) -> FoundArticle:
    shown = passage.citation
    return FoundArticle(
        rank=passage.rank,
        score=passage.score,
        article_id=shown.article_id,
        title=shown.title,
        source=shown.source,
        url=shown.url,
        published=shown.published,
        passage_ids=(passage.passage_id,),
    )


@contextmanager
def serving(app: FastAPI) -> Generator[str]:
    """A real server on a free loopback port, in a thread; its URL. Stops it, and closes the service, at the end."""
    listening = threading.Event()
    with listen("127.0.0.1", 0) as bound:
        server = Server(app, bound, lambda _: listening.set())
        thread = threading.Thread(target=server.serve_until_stopped)
        thread.start()
        try:
            if not listening.wait(10):
                raise TimeoutError("the server did not start within 10 seconds")
            yield address(bound)
        finally:
            server.should_exit = True
            thread.join()
