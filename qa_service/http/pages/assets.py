"""The page's own files: one style sheet, one script, one icon; named by content, so that they may be kept for ever."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request, Response

from index.errors import NotFound

router = APIRouter(include_in_schema=False)

_FOLDER = Path(__file__).parent / "assets"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'",
    "Vary": "Accept-Encoding",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file as it is sent."""

    body: bytes
    gzipped: bytes
    media_type: str


@cache
def asset_url(name: str) -> str:
    """Where a file is found: its name with the first digits of its content's SHA-256."""
    stem, _, ending = name.rpartition(".")
    digest = sha256((_FOLDER / name).read_bytes()).hexdigest()[:12]
    return f"/assets/{stem}-{digest}.{ending}"


@cache
def _assets() -> dict[str, Asset]:
    found: dict[str, Asset] = {}
    for file in sorted(_FOLDER.iterdir()):
        body = file.read_bytes()
        found[asset_url(file.name)] = Asset(
            body=body, gzipped=gzip.compress(body, mtime=0), media_type=_TYPES[file.suffix]
        )
    return found


@router.get("/assets/{name}")
async def read_asset(request: Request, name: str) -> Response:
    """One file."""
    asset = _assets().get(f"/assets/{name}")
    if asset is None:
        raise NotFound(f"There is no file {name!r}.")
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.gzipped, headers=_HEADERS | {"Content-Encoding": "gzip"}, media_type=asset.media_type)
    return Response(asset.body, headers=_HEADERS, media_type=asset.media_type)
