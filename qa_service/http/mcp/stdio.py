"""The tools over standard input and output, for a client that starts the process itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from qa_service.http.mcp.tools import make_server
from qa_service.http.options import HttpOptions
from qa_service.http.service_port import Service
from qa_service.http.workers import Workers

T = TypeVar("T")


def serve_stdio(service: Service, *, public_url: str, version: str) -> None:
    """Serves until standard input ends. Standard output carries the protocol and nothing else."""
    options = HttpOptions()
    workers = Workers(threads=options.workers, waiting=options.waiting)

    async def call(read: Callable[[Service], T], /) -> T:
        return await workers.run(lambda: read(service))

    make_server(call, public_url=public_url, version=version).run("stdio")
