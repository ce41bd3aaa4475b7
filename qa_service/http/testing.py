"""Doubles for tests of whatever speaks HTTP: a service without a model, and a real server around an application."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from pydantic import ValidationError

from index.article import Span, date_interval
from index.errors import NotFound
from index.groups import Carrier, Relations, Story
from index.holdings import Holdings
from index.refusals import KeptRefusal
from qa_service.answer import (
    Answer,
    Citation,
    RankedPassage,
    SearchResult,
    to_json,
)
from qa_service.http.schemas import ArticleRecord
from qa_service.http.server import Server, address, listen
from qa_service.http.testing_holdings import holdings_of, refusal_of
from qa_service.http.testing_values import (
    MOMENT,
    NOW,
    citation_of,
    difference_of,
    found_article,
    interpreted_of,
    member_of,
    passage_id_of,
    published_of,
    ranked_passage,
    sentence_of,
    version_line,
)
from qa_service.jobs import Jobs
from qa_service.matching import Explored, Matching
from qa_service.request import AskRequest, SearchRequest


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
        self._refused: list[KeptRefusal] = []
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
            interpreted=interpreted_of(request),
            outcome="answered" if supported else "unsupported",
            confidence=confidence,
            answer=(sentence_of(ranked[0]),) if supported else (),
            passages=tuple(ranked[: request.top_k]),
            claims=(),
            timings_ms={"total": self.delay * 1000},
        )

    def explore(self, request: AskRequest) -> Explored:
        """The answer, and the days of every article ranked for it, whatever the dates filtered by."""
        answer = self.ask(request)
        days: Counter[date] = Counter()
        undated = 0
        for passage in self._ranked(request, pause=False):
            interval = passage.citation.published.interval()
            if interval is None:
                undated += 1
            else:
                days[datetime.fromtimestamp(interval[0], UTC).date()] += 1
        return Explored(answer=answer, matching=Matching(days=tuple(sorted(days.items())), undated=undated))

    def search(self, request: SearchRequest) -> SearchResult:
        """Articles or passages by words in common."""
        ranked = self._ranked(request)[: request.top_k]
        return SearchResult(
            question=request.question,
            asked_at=request.asked_at or MOMENT,
            as_of=request.as_of,
            interpreted=interpreted_of(request),
            by=request.by,
            articles=tuple(found_article(passage) for passage in ranked) if request.by == "article" else (),
            passages=tuple(ranked) if request.by == "passage" else (),
            timings_ms={"total": self.delay * 1000},
        )

    def ingest_records(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Stores each record that is one."""
        outcomes = [self._ingest(record) for record in records]
        self._refused += [refusal_of(one) for one in outcomes if "refused" in one]
        return outcomes

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
            "versions": [version_line(n, len(versions), versions[n - 1].modified) for n in range(1, len(versions) + 1)],
            "title": record.title or "",
            "source": record.source,
            "url": record.url,
            "language": record.language,
            "tags": record.tags or [],
            "published": published_of(record),
            "modified": record.modified,
            "text": record.text,
            "kept": kept,
            "removed": [],
            "sections": [{"title": record.title or "", "kept": kept}],
            "notices": [],
            "diff": None if diff is None else difference_of(diff, versions[diff - 1].text, number, record.text),
        }

    def cite(self, article_id: str, version: int | None, span: Span | None) -> Citation:
        """The citation of a span, or of the article as a whole."""
        number: int = self.article(article_id, version)["version"]
        versions = self._versions[article_id]
        newer = len(versions) if number < len(versions) else None
        cited = citation_of(article_id, number, versions[number - 1], 1, span or (0, 0))
        return replace(cited, newer_version=newer)

    def relations(self, article_id: str, version: int) -> Relations:
        """Articles of the same text carry it; every article is of story ``s1``."""
        text = self.article(article_id, version)["text"]
        current = {name: versions[-1] for name, versions in self._versions.items()}
        carriers = [
            Carrier(article_id=name, version=1, source=one.source, published=published_of(one), shared=1)
            for name, one in current.items()
            if one.text == text and name != article_id
        ]
        members = [member_of(name, len(self._versions[name]), one) for name, one in current.items()]
        story = Story(id="s1", redirected_from=None, members=tuple(members)) if len(members) > 1 else None
        return Relations(passages=1, carriers=tuple(carriers), story=story)

    def passage(self, passage_id: str) -> dict[str, Any]:
        """A passage of a current version."""
        for article_id in self._versions:
            if passage_id_of(article_id) == passage_id:
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
                "published": to_json(published_of(versions[-1])),
                "copies": [],
                "versions": len(versions),
                "notice": None,
            }
            for article_id, versions in self._versions.items()
        ]
        return {"id": "s1", "redirected_from": None, "articles": lines}

    def holdings(self, *, within: float = 0.0) -> Holdings:
        """Counts of the current versions."""
        return holdings_of(self._versions, self._sequence)

    def refusals(self, count: int) -> list[KeptRefusal]:
        """The records refused, newest first."""
        return self._refused[: -count - 1 : -1]

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

    def _ranked(self, request: AskRequest, *, pause: bool = True) -> list[RankedPassage]:
        question = request.to_question(NOW)
        self.threads.add(threading.get_ident())
        time.sleep(self.delay if pause else 0)
        if self.failure is not None:
            raise self.failure
        words = set(question.text.lower().split())
        scored: list[tuple[float, str]] = []
        for article_id, versions in self._versions.items():
            if not question.filters.sources or versions[-1].source in question.filters.sources:
                common = words & set(versions[-1].text.lower().split())
                scored.append((len(common) / len(words), article_id))
        scored.sort(key=lambda pair: (-pair[0], pair[1]))
        return [ranked_passage(rank, score, self._cited(name, rank)) for rank, (score, name) in enumerate(scored, 1)]

    def _cited(self, article_id: str, n: int) -> Citation:
        versions = self._versions[article_id]
        return citation_of(article_id, len(versions), versions[-1], n)

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
