"""Names and addresses of articles for clients that want a title and a link of each, whatever the article has."""

from __future__ import annotations

from urllib.parse import quote


def titled(source: str | None, date: str | None, title: str, article_id: str) -> str:
    """Outlet · date · headline, of what is known; the id stands in for a headline that is missing."""
    return " · ".join(part for part in (source, date or "undated", title or article_id) if part)


def article_url(public_url: str, article_id: str, version: int | None = None) -> str:
    """An address at this service that names the article and, where given, its version."""
    address = f"{public_url.rstrip('/')}/v1/articles/{quote(article_id, safe='')}"
    return address if version is None else f"{address}?version={version}"
