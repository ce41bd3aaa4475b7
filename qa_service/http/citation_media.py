"""A passage's citation in the formats of :mod:`qa_service.citation_formats`, with their media types."""

from __future__ import annotations

import json
from typing import Any, Literal

from fastapi import Response

from qa_service.answer import to_json
from qa_service.citation_formats import read_citation, to_bibtex, to_csl, to_text
from qa_service.http import pipeline_examples as examples

Format = Literal["json", "csl", "bibtex", "text"]

CSL = "application/vnd.citationstyles.csl+json"
BIBTEX = "application/x-bibtex"
TEXT = "text/plain"
_STRING = {"type": "string"}
_LIST = {"type": "array", "items": {"type": "object"}, "minItems": 1, "maxItems": 1}


def documented() -> dict[str, dict[str, Any]]:
    """The ``content`` of the answer beside JSON, for the OpenAPI document."""
    shown = ((CSL, _LIST, examples.CSL), (BIBTEX, _STRING, examples.BIBTEX), (TEXT, _STRING, examples.TEXT_LINE))
    return {media: {"schema": schema, "examples": {"one": {"value": value}}} for media, schema, value in shown}


def cited_as(passage: dict[str, Any], form: Literal["csl", "bibtex", "text"]) -> Response:
    """The citation of the passage alone."""
    cited = read_citation(to_json(passage["citation"]))
    match form:
        case "csl":
            return Response(json.dumps(to_csl(cited), ensure_ascii=False).encode(), media_type=CSL)
        case "bibtex":
            return Response(to_bibtex(cited).encode(), media_type=f"{BIBTEX}; charset=utf-8")
        case "text":
            return Response(to_text(cited).encode(), media_type=f"{TEXT}; charset=utf-8")
