"""Storing the records of one body: each is answered for, in order, and none is lost to another's fault."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

from qa_service.http.body import parse_json, unusable_strings
from qa_service.http.problems import REFUSED, Refusal, invalid
from qa_service.http.service_port import Service
from qa_service.jobs import settled

Fields = dict[str, Any]


def feed(service: Service, body: bytes) -> Fields:
    """What became of every record in ``body``. Raises Refusal: 400 if it is not JSON, 422 if nothing was accepted."""
    parsed = parse_json(body)
    single = isinstance(parsed, dict)
    if not isinstance(parsed, (dict, list)) or not parsed:
        raise invalid([("body", "must be an article record, or a list of at least one")])
    given = cast("list[Any]", [parsed] if single else parsed)
    escaped = b"\\ud" in body.lower()
    items: list[Fields | None] = [unusable(record, escaped) for record in given]
    kept = [n for n, item in enumerate(items) if item is None]
    outcomes = service.ingest_records([given[n] for n in kept]) if kept else []
    for n, outcome in zip(kept, outcomes, strict=True):
        items[n] = settled(outcome)
    return _summary([item for item in items if item is not None], single)


def unusable(record: Any, escaped: bool) -> Fields | None:
    """The refusal of what cannot even be handed on."""
    if not isinstance(record, dict):
        return settled({"id": None, "refused": "must be an object with at least a text"})
    wrong = [f"{field}: {message}" for field, message in unusable_strings(record, nul=False)] if escaped else []
    return settled({"id": None, "refused": "; ".join(wrong)[:300]}) if wrong else None


def _summary(items: list[Fields], single: bool) -> Fields:
    counts = Counter(str(item["outcome"]) for item in items)
    if counts["refused"] == len(items):
        wrong = [("body" if single else str(n), str(item["refused"])) for n, item in enumerate(items)]
        raise Refusal(REFUSED, f"All {len(items)} records were refused.", fields=wrong, more={"items": items})
    return {"items": items} | {name: counts[name] for name in ("ingested", "updated", "unchanged", "refused")}
