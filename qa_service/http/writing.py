"""Writing answers: the contract's JSON, made in the worker's thread so that the event loop only sends it."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Response

from qa_service.answer import to_json


def json_response(value: Any) -> Response:
    """A 200 with that value, its dataclasses in the contract's shape. Raises ValueError on NaN, which JSON lacks."""
    text = json.dumps(to_json(value), default=_shaped, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(text.encode(), media_type="application/json")


def _shaped(value: Any) -> Any:
    """A dataclass inside a plain dict."""
    if not hasattr(value, "__dataclass_fields__"):
        raise TypeError(f"{type(value).__name__} has no JSON form")
    return to_json(value)
