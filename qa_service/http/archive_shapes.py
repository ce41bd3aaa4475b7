"""The shape of what an archive holds, its example, and how it is made."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import Field

from index.holdings import Holdings
from index.refusals import KeptRefusal
from qa_service.http.service_port import Service
from qa_service.http.shapes import Shape

MOST_NAMES = 1000
"""Outlets, languages and tags that are listed."""
MOST_REFUSALS = 200


class Source(Shape):
    """An outlet."""

    source: str
    articles: int


class Language(Shape):
    """A language."""

    language: str
    articles: int


class Tag(Shape):
    """A tag."""

    tag: str
    articles: int


class Month(Shape):
    """A month, as published."""

    month: str = Field(description="`2023-10`, or `2023` where no month is known.")
    articles: int


class Distinct(Shape):
    """How many there are, listed or not."""

    sources: int
    languages: int
    tags: int


class Dates(Shape):
    """Articles by how their date is known; `text` and `none` have no published date."""

    metadata: int
    prefix: int
    page: int
    text: int
    none: int


class LastIngest(Shape):
    """The last time that something was stored."""

    at: str
    versions_that_day: int = Field(description="Versions stored on that day (UTC).")


class RefusedInput(Shape):
    """An input that was refused and has not been ingested since."""

    input: str | None = Field(description="The file, `file:line`, or article id; null where it had none.")
    article_id: str | None = Field(description="The article that it would have been, where that is known.")
    reason: str
    at: str


class ArchiveHoldings(Shape):
    """What the archive holds, in articles at their current versions."""

    articles: int
    passages: int
    sequence: int
    model: str
    bytes: int | None = Field(description="On disk; null where that is not known.")
    distinct: Distinct
    sources: list[Source] = Field(description="Most first; up to 1,000.")
    without_source: int
    languages: list[Language]
    without_language: int
    tags: list[Tag]
    months: list[Month] = Field(description="Ascending.")
    dates: Dates
    undated: int
    earliest: str | None
    latest: str | None
    last_ingest: LastIngest | None
    refused: int = Field(description="Refusals kept, at most 1,000.")
    refusals: list[RefusedInput] = Field(description="Newest first; up to 200.")


def archive_object(service: Service) -> dict[str, Any]:
    """What ``GET /v1/archive`` answers. Blocks."""
    held, status = service.holdings(), service.status()
    refusals = service.refusals(MOST_REFUSALS)
    return {
        "articles": held.articles,
        "passages": status["passages"],
        "sequence": held.sequence,
        "model": status["model"],
        "bytes": status.get("bytes"),
        "distinct": {"sources": len(held.sources), "languages": len(held.languages), "tags": len(held.tags)},
        "sources": [{"source": name, "articles": count} for name, count in held.sources[:MOST_NAMES]],
        "without_source": held.without_source,
        "languages": [{"language": name, "articles": count} for name, count in held.languages[:MOST_NAMES]],
        "without_language": held.without_language,
        "tags": [{"tag": name, "articles": count} for name, count in held.tags[:MOST_NAMES]],
        "months": [{"month": name, "articles": count} for name, count in held.months],
        "dates": held.dates,
        "undated": held.undated,
        "earliest": held.earliest,
        "latest": held.latest,
        "last_ingest": _last_ingest(held),
        "refused": status.get("refused", len(refusals)),
        "refusals": [_refused(one) for one in refusals],
    }


def _last_ingest(held: Holdings) -> dict[str, Any] | None:
    if held.last_ingest is None:
        return None
    return {"at": moment(held.last_ingest), "versions_that_day": held.last_day_versions}


def _refused(one: KeptRefusal) -> dict[str, Any]:
    return {"input": one.name or None, "article_id": one.article_id, "reason": one.reason, "at": moment(one.at)}


def moment(seconds: int) -> str:
    """UTC, ISO 8601."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


EXAMPLE: dict[str, Any] = {
    "articles": 3,
    "passages": 9,
    "sequence": 12,
    "model": "all-MiniLM-L6-v2",
    "bytes": 1310720,
    "distinct": {"sources": 2, "languages": 1, "tags": 1},
    "sources": [{"source": "Harbour Courier", "articles": 2}, {"source": "Valley Mail", "articles": 1}],
    "without_source": 0,
    "languages": [{"language": "en", "articles": 3}],
    "without_language": 0,
    "tags": [{"tag": "transport", "articles": 1}],
    "months": [{"month": "2023-09", "articles": 1}, {"month": "2023-10", "articles": 1}],
    "dates": {"metadata": 1, "prefix": 1, "page": 0, "text": 0, "none": 1},
    "undated": 1,
    "earliest": "2023-09-30",
    "latest": "2023-10-02",
    "last_ingest": {"at": "2023-10-05T12:00:00Z", "versions_that_day": 3},
    "refused": 1,
    "refusals": [
        {
            "input": "feed.jsonl:7",
            "article_id": "courier/ferry",
            "reason": "field 'text' is missing",
            "at": "2023-10-05T12:00:00Z",
        }
    ],
}
