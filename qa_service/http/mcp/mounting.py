"""The tools over streamable HTTP at ``/mcp``, inside the application. Each request stands alone: no sessions."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar
from urllib.parse import urlsplit

from fastapi import FastAPI
from mcp.server.transport_security import TransportSecuritySettings
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from qa_service.http.lifecycle import Lifecycle
from qa_service.http.mcp.tools import make_server
from qa_service.http.problems import NOT_READY, Refusal, problem
from qa_service.http.service_port import Service

PATH = "/mcp"
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

T = TypeVar("T")


class McpEndpoint:
    """The ASGI application at ``/mcp``; serves while :meth:`running` is entered."""

    def __init__(self, lifecycle: Lifecycle, *, version: str) -> None:
        async def call(read: Callable[[Service], T], /) -> T:
            service = lifecycle.service()
            return await lifecycle.asking.run(lambda: read(service))

        options = lifecycle.options
        self._server = make_server(call, public_url=options.public_url, version=version)
        self._security = _security(options.public_url)
        self._largest = options.question_bytes
        self._serving = False

    def install(self, app: FastAPI) -> None:
        """Adds the route, outside the OpenAPI document: MCP describes itself. POST alone: nothing is sent unasked."""
        app.router.routes.append(Route(PATH, endpoint=self, methods=["POST"]))

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """For the application's lifespan: requests under way end with it."""
        self._server.streamable_http_app(
            streamable_http_path=PATH,
            json_response=True,
            stateless_http=True,
            max_request_body_size=self._largest,
            transport_security=self._security,
        )
        async with self._server.session_manager.run():
            self._serving = True
            try:
                yield
            finally:
                self._serving = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if self._serving:
            await self._server.session_manager.handle_request(scope, receive, send)
            return
        refusal = Refusal(NOT_READY, "The server is starting or stopping.", headers={"Retry-After": "1"})
        await problem(refusal, PATH.encode())(scope, receive, send)


def _security(public_url: str) -> TransportSecuritySettings:
    """On this machine, refuse what a page elsewhere sends through a name it points here (DNS rebinding).

    A service with a public address is guarded by its keys, and is reached by names that only its operator knows.
    """
    host = urlsplit(public_url).netloc
    local = host.rsplit(":", 1)[0] in _LOOPBACK or host in _LOOPBACK
    hosts = [*_LOOPBACK, *(f"{name}:*" for name in _LOOPBACK)]
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=local,
        allowed_hosts=hosts,
        allowed_origins=[f"{scheme}://{name}" for scheme in ("http", "https") for name in hosts],
    )
