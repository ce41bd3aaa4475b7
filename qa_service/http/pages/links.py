"""Addresses of pages."""

from __future__ import annotations

from urllib.parse import quote

from index.article import Span


def article_url(article_id: str, version: int | None = None, span: Span | None = None) -> str:
    """The page of an article, at a version and with a span marked; without them its current version."""
    fields: list[str] = []
    if version is not None:
        fields.append(f"version={version}")
    if span is not None:
        fields.append(f"span={span[0]}-{span[1]}")
    query = f"?{'&'.join(fields)}" if fields else ""
    return f"/articles/{quote(article_id, safe='')}{query}{'#quote' if span else ''}"
