"""Example requests and answers for the OpenAPI document, in words of our own. A test holds each against its schema."""

from __future__ import annotations

from typing import Any

from qa_service.http.problems import Kind

TEXT = (
    "The harbour bridge reopened to traffic on Monday after nine weeks of repairs, the port authority said. "
    "Lorries above 20 tonnes must still take the northern route."
)
QUOTE = TEXT[: TEXT.index(" Lorries")]
PUBLISHED: dict[str, Any] = {"date": "2023-10-02", "precision": "day", "provenance": "metadata", "inferred": None}
_ARTICLE: dict[str, Any] = {
    "title": "Harbour bridge open again",
    "source": "Harbour Courier",
    "url": "https://courier.example/bridge",
}


def _citation(quote: str) -> dict[str, Any]:
    start = TEXT.index(quote)
    end = start + len(quote)
    return {
        "n": 1,
        "article_id": "courier/bridge",
        "version": 1,
        "newer_version": None,
        "corrected": None,
        **_ARTICLE,
        "permalink": f"/v1/articles/courier/bridge?version=1&span={start}-{end}",
        "quote_url": "https://courier.example/bridge#:~:text=The%20harbour%20bridge,authority%20said.",
        "published": PUBLISHED,
        "span": [start, end],
        "quote": quote,
    }


QUESTION = "When did the harbour bridge reopen?"
ASK: dict[str, Any] = {"question": QUESTION, "asked_at": "2023-10-04", "filters": {"published_from": "2023-09-01"}}
SEARCH: dict[str, Any] = {"question": QUESTION, "by": "article", "top_k": 20}
RECORD: dict[str, Any] = {
    "id": "courier/bridge",
    "text": TEXT,
    **_ARTICLE,
    "date": "2023-10-02",
    "language": "en",
    "tags": ["transport"],
}
_READ: dict[str, Any] = {
    "question": QUESTION,
    "asked_at": "2023-10-04T23:59:59Z",
    "as_of": None,
    "interpreted": {"time": None, "sources": []},
}
PASSAGE_RANKED: dict[str, Any] = {
    "rank": 1,
    "score": 0.91,
    "scores": {"dense": 0.71, "terms": 9.4},
    "passage_id": "p-4f1c2a",
    "article_id": "courier/bridge",
    "language": "en",
    "text": TEXT,
    "highlights": [[4, 18], [19, 27]],
    "story_id": None,
    "independent_sources": 1,
    "copies": [],
    "citation": _citation(TEXT),
}
ANSWER: dict[str, Any] = {
    **_READ,
    "outcome": "answered",
    "confidence": 0.88,
    "answer": [
        {"sentence": QUOTE, "confidence": 0.83, "span_text": "Monday", "passage_rank": 1, "citation": _citation(QUOTE)}
    ],
    "passages": [PASSAGE_RANKED],
    "claims": [],
    "timings_ms": {"retrieval": 6.1, "total": 14.8},
}
FOUND: dict[str, Any] = {
    **_READ,
    "by": "article",
    "articles": [
        {
            "rank": 1,
            "score": 0.91,
            "article_id": "courier/bridge",
            **_ARTICLE,
            "published": PUBLISHED,
            "passage_ids": ["p-4f1c2a"],
        }
    ],
    "passages": [],
    "timings_ms": {"retrieval": 6.1, "total": 7.9},
}
ARTICLE: dict[str, Any] = {
    "id": "courier/bridge",
    "version": 1,
    "versions": [
        {
            "version": 1,
            "valid_from": "2023-10-02T00:00:00Z",
            "valid_to": None,
            "modified": None,
            "ingested_at": "2023-10-03T08:15:00Z",
        }
    ],
    **_ARTICLE,
    "language": "en",
    "tags": ["transport"],
    "published": PUBLISHED,
    "modified": None,
    "text": TEXT,
    "kept": [[0, len(TEXT)]],
    "removed": [],
    "sections": [{"title": "Harbour bridge open again", "kept": [[0, len(TEXT)]]}],
    "notices": [],
    "diff": None,
    "span": None,
    "quote": None,
}
PASSAGE: dict[str, Any] = {
    "passage_id": "p-4f1c2a",
    "article_id": "courier/bridge",
    "version": 1,
    **_ARTICLE,
    "published": PUBLISHED,
    "text": TEXT,
    "span": [0, len(TEXT)],
    "citation": _citation(TEXT),
}
STORY: dict[str, Any] = {
    "id": "s12",
    "redirected_from": None,
    "articles": [
        {
            "article_id": "courier/bridge",
            "version": 1,
            **_ARTICLE,
            "published": PUBLISHED,
            "copies": [],
            "versions": 1,
            "notice": None,
        },
    ],
}
INGESTED: dict[str, Any] = {
    "items": [
        {"id": "courier/bridge", "outcome": "ingested", "version": 1, "passages": 1, "refused": None},
        {"id": None, "outcome": "refused", "version": None, "passages": 0, "refused": "text: is required"},
    ],
    "ingested": 1,
    "updated": 0,
    "unchanged": 0,
    "refused": 1,
}
ALIVE: dict[str, Any] = {"status": "alive"}
READY: dict[str, Any] = {
    "status": "ready",
    "min_confidence": 0.35,
    "model": "all-MiniLM-L6-v2",
    "sequence": 12,
    "articles": 60,
    "passages": 240,
}


_JOB_LINE: dict[str, Any] = {
    "id": "5f0c9a315f0c9a31",
    "state": "done",
    "created": "2023-10-05T12:00:00Z",
    "finished": "2023-10-05T12:00:02Z",
    "total": 1,
    "settled": 1,
    "ingested": 1,
    "updated": 0,
    "unchanged": 0,
    "refused": 0,
    "cancelled": 0,
}
_JOB_ITEM = {"place": 0, "id": "seed-01", "outcome": "ingested", "version": 1, "passages": 3, "refused": None}
JOB = {**_JOB_LINE, "start": 0, "items": [_JOB_ITEM]}
JOBS = {"jobs": [_JOB_LINE]}


def problem_example(kind: Kind, instance: str) -> dict[str, Any]:
    """What a problem of that kind looks like."""
    wrong = [{"field": "filters.published_from", "message": "'soon' is not an ISO 8601 date"}]
    return {
        "type": kind.uri,
        "title": kind.title,
        "status": kind.status,
        "detail": "What was wrong with this request.",
        "instance": instance,
        "request_id": "5f0c9a31",
        "errors": wrong if kind.status == 422 else [],
    }
