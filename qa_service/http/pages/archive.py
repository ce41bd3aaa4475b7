"""``/archive``: what is in the index, in counts and pictures; how fresh it is; what was refused, and why."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from qa_service.http.archive_shapes import archive_object
from qa_service.http.lifecycle import HasLifecycle
from qa_service.http.pages.bars import Share, shares, time_bars
from qa_service.http.pages.page_route import PageRoute
from qa_service.http.pages.rendering import page
from qa_service.http.service_port import Service

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_SHOWN = 30
"""Outlets and tags above the fold-out."""
_WIDTHS = (("wide", 1120), ("narrow", 340))
"""The picture is drawn twice: units are pixels, so that its letters stay as large as all others."""
_KNOWN_BY = {
    "metadata": "the article’s own metadata",
    "prefix": "the file’s first line",
    "page": "the page it came from",
    "text": "undated; its text mentions a date",
    "none": "undated",
}


@router.get("/archive")
async def archive(request: Request, lifecycle: HasLifecycle) -> Response:
    """The archive's page."""
    service = lifecycle.service()
    return await lifecycle.asking.run(lambda: page(request, "archive.html", shown(service)))


def shown(service: Service) -> dict[str, Any]:
    """What the page of the archive shows. Blocks."""
    held = archive_object(service)
    total = held["articles"]
    months = [(one["month"], one["articles"]) for one in held["months"]]
    return {
        "held": held,
        "charts": [(name, time_bars(months, width)) for name, width in _WIDTHS],
        "periods": shares(months, total),
        "tables": [
            table("Outlets", held, "sources", "source", held["without_source"]),
            table("Languages", held, "languages", "language", held["without_language"]),
            table("Tags", held, "tags", "tag", 0),
        ],
        "dates": shares([(_KNOWN_BY[name], count) for name, count in held["dates"].items() if count], total),
    }


def table(title: str, held: dict[str, Any], many: str, one: str, without: int) -> dict[str, Any]:
    """A table of counts: the rows shown at once, those folded away, and what the list leaves out."""
    rows: list[Share] = shares([(row[one], row["articles"]) for row in held[many]], held["articles"])
    return {
        "title": title,
        "one": one,
        "rows": rows[:_SHOWN],
        "folded": rows[_SHOWN:],
        "unlisted": held["distinct"][many] - len(rows),
        "without": without,
        "distinct": held["distinct"][many],
    }
