"""What HTTP needs of the service behind it. Every call may block and must be safe from several threads."""

from __future__ import annotations

from typing import Any, Protocol

from index.article import Span
from index.groups import Relations
from index.holdings import Holdings
from index.refusals import KeptRefusal
from qa_service.answer import Answer, Citation, SearchResult
from qa_service.jobs import Jobs
from qa_service.matching import Explored
from qa_service.request import AskRequest, SearchRequest


class Service(Protocol):
    """Questions and articles of one archive."""

    @property
    def threshold(self) -> float:
        """The confidence below which an answer is withheld unless the caller says otherwise."""
        ...

    @property
    def jobs(self) -> Jobs:
        """Bodies accepted to be ingested in the background."""
        ...

    def ask(self, request: AskRequest) -> Answer:
        """The answer object. Raises InvalidRequest."""
        ...

    def explore(self, request: AskRequest) -> Explored:
        """The answer object, and the days of the articles that it was looked for in. Raises InvalidRequest."""
        ...

    def search(self, request: SearchRequest) -> SearchResult:
        """The ranking before collapsing and diversifying. Raises InvalidRequest."""
        ...

    def ingest_records(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """One outcome a record, in order, durable and visible on return.

        ``{"id", "version", "outcome": "ingested" | "updated" | "unchanged", "passages"}``, or
        ``{"id" | None, "refused": reason}``.
        """
        ...

    def delete(self, article_ids: list[str]) -> list[str]:
        """The ids that existed; they are gone from every later answer."""
        ...

    def article(self, article_id: str, version: int | None, diff: int | None = None) -> dict[str, Any]:
        """The contract's article object, current version unless asked otherwise; ``diff``: what changed since that one.

        Raises NotFound.
        """
        ...

    def cite(self, article_id: str, version: int | None, span: Span | None) -> Citation:
        """The citation of a span of a version's text; without one that of the article as a whole, its quote empty.

        Raises NotFound.
        """
        ...

    def relations(self, article_id: str, version: int) -> Relations:
        """Who else carries the text of a version, and the article's story. Raises NotFound."""
        ...

    def passage(self, passage_id: str) -> dict[str, Any]:
        """One passage with its citation. Raises NotFound."""
        ...

    def story(self, story_id: str, as_of: str | None) -> dict[str, Any]:
        """The articles of a story by date, as published by ``as_of``. Raises NotFound, InvalidRequest."""
        ...

    def holdings(self, *, within: float = 0.0) -> Holdings:
        """What the archive holds, counted: now, or at most ``within`` seconds ago."""
        ...

    def refusals(self, count: int) -> list[KeptRefusal]:
        """The inputs refused lately, newest first."""
        ...

    def status(self) -> dict[str, Any]:
        """At least ``model``, ``articles``, ``passages`` and ``sequence``."""
        ...

    def ready(self) -> bool:
        """Whether questions can be answered now."""
        ...

    def close(self) -> None:
        """Release files and threads. Called once, after the last request."""
        ...
