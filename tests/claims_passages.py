"""A passage of its own article, as the claims' tests make them: the text is all of it."""

from __future__ import annotations

import re

from index.article import PublishedDate, StoredPassage


def passage_of(
    key: int, text: str, *, title: str, source: str, day: str | None, sentence: re.Pattern[str]
) -> StoredPassage:
    """A passage published on that day, undated without one; ``sentence`` matches each of its sentences."""
    return StoredPassage(
        key=key,
        passage_id=f"p{key}",
        article_id=f"a{key}",
        version=1,
        newest_version=1,
        section=0,
        start=0,
        end=len(text),
        text=text,
        sentences=tuple(found.span() for found in sentence.finditer(text)),
        title=title,
        source=source,
        url=None,
        published=PublishedDate(date=day, precision="day", provenance="metadata") if day else PublishedDate(),
        language="en",
        copy_group=None,
        story=None,
    )
