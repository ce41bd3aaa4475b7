"""Reading a JSON body: the right type, within the limit, and nothing that JSON or Unicode does not have."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, cast

from anyio import fail_after
from fastapi import Request

from qa_service.http.problems import BODY_SLOW, MALFORMED, MEDIA, TOO_LARGE, Refusal


async def read_body(request: Request, limit: int, seconds: float = 60.0, *, also: tuple[str, ...] = ()) -> bytes:
    """The body's bytes.

    Raises Refusal: 415 for another content type, 413 beyond ``limit`` bytes, 408 after ``seconds``.
    ``also`` names further types.
    """
    _check_type(request, also)
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and len(declared) < 20 and int(declared) > 2 * limit:
        raise _too_large(limit)
    body = bytearray()
    received = 0
    try:
        with fail_after(seconds):
            async for part in request.stream():
                received += len(part)
                if received > 2 * limit:
                    raise _too_large(limit)
                if received <= limit:
                    body += part
    except TimeoutError as error:
        detail = f"A body has to arrive within {seconds:g} s."
        raise Refusal(BODY_SLOW, detail, headers={"Connection": "close"}) from error
    if received > limit:  # read to its end, so that the client has stopped sending and sees the answer
        raise _too_large(limit)
    return bytes(body)


def _check_type(request: Request, also: tuple[str, ...]) -> None:
    given = request.headers.get("content-type", "")
    media_type, _, parameters = given.partition(";")
    media_type = media_type.strip().lower()
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    is_json = media_type in ("application/json", *also) or re.fullmatch(r"application/[^\s/]+\+json", media_type)
    if not is_json or (parameters.strip().lower().startswith("charset=") and charset not in ("utf-8", "utf8")):
        detail = f"Send Content-Type: application/json in UTF-8, not {given[:100]!r}."
        raise Refusal(MEDIA, detail, headers={"Accept": "application/json"})
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refusal(MEDIA, "Compressed bodies are not read.", headers={"Accept-Encoding": "identity"})


def _too_large(limit: int) -> Refusal:
    return Refusal(TOO_LARGE, f"At most {limit} bytes are read here.", headers={"Connection": "close"})


def parse_json(body: bytes) -> Any:
    """The value that ``body`` holds. Raises Refusal (400) for what is not JSON, repeats a name, or overflows."""
    try:
        return json.loads(
            body.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_constant, parse_float=_finite
        )
    except RecursionError as error:
        raise Refusal(MALFORMED, "The body is nested too deeply.") from error
    except UnicodeDecodeError as error:
        raise Refusal(MALFORMED, f"The body is not UTF-8 at byte {error.start}.") from error
    except ValueError as error:
        raise Refusal(MALFORMED, f"The body cannot be read as JSON: {str(error)[:200]}.") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("an object names the same field twice")
    return result


def _constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return value


def unusable_strings(value: Any, *, nul: bool) -> Iterator[tuple[str, str]]:
    """Fields whose text (or name) holds half a surrogate pair, or with ``nul`` a NUL: ``(field, message)``."""
    rest: list[tuple[str, Any]] = [("", value)]
    while rest:
        place, item = rest.pop()
        if isinstance(item, dict):
            for name, inner in cast("dict[str, Any]", item).items():
                inside = _joined(place, name.encode("utf-8", "backslashreplace").decode())
                if _surrogate(name):
                    yield inside, "its name holds half a surrogate pair"
                rest.append((inside, inner))
        elif isinstance(item, list):
            rest.extend((_joined(place, str(n)), inner) for n, inner in enumerate(cast("list[Any]", item)))
        elif isinstance(item, str):
            if _surrogate(item):
                yield place or "body", "holds half a surrogate pair, which is not text"
            elif nul and "\0" in item:
                yield place or "body", "holds a NUL character"


def _joined(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
