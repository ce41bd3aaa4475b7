"""What a service without a catalogue says that it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from index.holdings import PROVENANCES, Holdings
from index.refusals import KeptRefusal
from qa_service.http.schemas import ArticleRecord

FED_AT = 1_696_507_200
"""5 October 2023, 12:00 UTC."""


def refusal_of(outcome: Mapping[str, Any]) -> KeptRefusal:
    """What is kept of a record that was refused."""
    known = outcome["id"]
    return KeptRefusal(name=known or "", article_id=known, reason=outcome["refused"], at=FED_AT)


def holdings_of(versions: Mapping[str, list[ArticleRecord]], sequence: int) -> Holdings:
    """Counts of the current versions, all stored at one moment."""
    current = [stored[-1] for stored in versions.values()]
    dates = sorted(one.date for one in current if one.date is not None)
    sources = Counter(one.source for one in current if one.source)
    languages = Counter(one.language for one in current if one.language)
    tags = Counter(tag for one in current for tag in one.tags or [])
    return Holdings(
        sequence=sequence,
        articles=len(current),
        sources=tuple(sources.most_common()),
        without_source=len(current) - sources.total(),
        languages=tuple(languages.most_common()),
        without_language=len(current) - languages.total(),
        tags=tuple(tags.most_common()),
        months=tuple(sorted(Counter(day[:7] for day in dates).items())),
        dates=dict.fromkeys(PROVENANCES, 0) | {"metadata": len(dates), "none": len(current) - len(dates)},
        earliest=dates[0] if dates else None,
        latest=dates[-1] if dates else None,
        last_ingest=FED_AT if current else None,
        last_day_versions=sum(map(len, versions.values())),
    )
