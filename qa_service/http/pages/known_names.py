"""The outlets, languages and tags that a filter's field suggests: the most frequent, as many as weigh little."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qa_service.http.service_port import Service

_MOST = {"sources": 200, "languages": 40, "tags": 100}
_BYTES = {"sources": 4000, "languages": 400, "tags": 1600}
"""Of names with the markup around them: together no more than 6 kB of a page."""
_AROUND = len('<option value="">')
_WITHIN = 60.0
"""Seconds that suggestions may lag behind, so that an archive which is fed all the time is not counted all the time."""


def known_names(service: Service) -> dict[str, list[str]]:
    """Suggestions for each field. Blocks."""
    held = service.holdings(within=_WITHIN)
    counted = {"sources": held.sources, "languages": held.languages, "tags": held.tags}
    return {field: list(_fitting(field, (name for name, _ in names))) for field, names in counted.items()}


def _fitting(field: str, names: Iterable[str]) -> Iterator[str]:
    left = _BYTES[field]
    for count, name in enumerate(names):
        left -= _AROUND + len(name.encode())
        if count >= _MOST[field] or left < 0:
            return
        yield name
