"""Addresses of pages."""

from __future__ import annotations

import re
from urllib.parse import quote

from index.article import Span


def article_url(
    article_id: str,
    version: int | None = None,
    span: Span | None = None,
    *,
    diff: int | None = None,
    whole: bool = False,
) -> str:
    """The page of an article, at a version and with a span marked; without them its current version.

    With ``diff`` what changed since that version, with ``whole`` in the whole text.
    """
    fields: list[str] = []
    if version is not None:
        fields.append(f"version={version}")
    if diff is not None:
        fields.append(f"diff={diff}")
    if whole:
        fields.append("whole=true")
    if span is not None:
        fields.append(f"span={span[0]}-{span[1]}")
    query = f"?{'&'.join(fields)}" if fields else ""
    place = "#quote" if span and diff is None else ""
    return f"/articles/{quote(article_id, safe='')}{query}{place}"


def web_address(url: str | None) -> str | None:
    """The address if a browser would open it as a page; an article's ``javascript:`` or ``file:`` is no link."""
    return url if url is not None and re.match(r"https?://[^\s/]", url, re.IGNORECASE) else None
