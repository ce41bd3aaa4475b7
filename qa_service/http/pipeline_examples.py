"""Example requests and answers of the pipeline routes, and of citations in other formats."""

from __future__ import annotations

from typing import Any

from qa_service.citation_formats import read_citation, to_bibtex, to_csl, to_text
from qa_service.http.examples import ASK, PASSAGE, QUESTION, QUOTE, TEXT
from qa_service.http.naming import titled

__all__ = ["ASK", "BIBTEX", "CSL", "EXTERNAL_RESULTS", "EXTERNAL_SEARCH", "SEARCH_RESULTS", "TEXT_LINE"]

_TITLE = titled(PASSAGE["source"], PASSAGE["published"]["date"], PASSAGE["title"], PASSAGE["article_id"])
_CITED = read_citation(PASSAGE["citation"])
CSL: list[dict[str, Any]] = to_csl(_CITED)
BIBTEX: str = to_bibtex(_CITED)
TEXT_LINE: str = to_text(_CITED)
EXTERNAL_SEARCH: dict[str, Any] = {"query": QUESTION, "count": 3}
EXTERNAL_RESULTS: list[dict[str, Any]] = [{"link": PASSAGE["url"], "title": _TITLE, "snippet": TEXT}]
SEARCH_RESULTS: dict[str, Any] = {
    "outcome": "answered",
    "confidence": 0.88,
    "content": [
        {
            "type": "search_result",
            "source": PASSAGE["url"],
            "title": _TITLE,
            "content": [{"type": "text", "text": QUOTE}, {"type": "text", "text": TEXT[len(QUOTE) + 1 :]}],
            "citations": {"enabled": True},
        }
    ],
}
