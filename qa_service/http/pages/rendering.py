"""Templates become pages: escaped, under a strict policy, compressed. The only importer of Jinja2."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from qa_service.http.access import SIGNED_IN
from qa_service.http.pages import wording
from qa_service.http.pages.assets import asset_url
from qa_service.http.pages.links import article_url

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Vary": "Accept-Encoding, Cookie",
}
"""No page may run, style, load or frame anything but its own files: article text can never become markup."""
_LEAST_COMPRESSED = 600
"""Bytes below which compressing gains nothing."""


@cache
def environment() -> Environment:
    """The templates beside this module: everything is escaped, and an unknown name is an error."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(asset=asset_url, article_url=article_url)  # pyright: ignore[reportUnknownMemberType]
    made.filters.update(wording.FILTERS)  # pyright: ignore[reportUnknownMemberType]
    return made


def page(request: Request, template: str, context: Mapping[str, Any], *, status: int = 200) -> Response:
    """The page that a template and its values make."""
    facts = {"path": request.url.path, "signed_in": bool(request.scope.get(SIGNED_IN))}
    body = environment().get_template(template).render(**facts, **context).encode()
    return compressed(request, body, "text/html; charset=utf-8", HEADERS, status=status)


def compressed(
    request: Request, body: bytes, media_type: str, headers: Mapping[str, str], *, status: int = 200
) -> Response:
    """An answer, gzipped where the client takes that and it gains something."""
    headers = dict(headers)
    if len(body) >= _LEAST_COMPRESSED and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, compresslevel=5, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(body, status, headers=headers, media_type=media_type)
