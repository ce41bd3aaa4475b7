"""The HTTP application: routes, errors and lifecycle put together. Nothing happens at import."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI

from qa_service.http import articles, asking, chat, health, holding, jobs, pipelines
from qa_service.http.layers import install_layers
from qa_service.http.lifecycle import Lifecycle
from qa_service.http.mcp.mounting import McpEndpoint
from qa_service.http.openapi import install_openapi
from qa_service.http.options import HttpOptions
from qa_service.http.pages import archive as archive_page
from qa_service.http.pages import article as article_page
from qa_service.http.pages import ask as ask_page
from qa_service.http.pages import assets, evaluation, sign_in
from qa_service.http.problems import install_problems
from qa_service.http.service_port import Service

DESCRIPTION = """\
Questions over an archive of news, answered with verbatim quotations and their sources.

Every offset counts Unicode code points, half-open, in the article's `text` at the version named.
Errors are `application/problem+json` (RFC 9457); `errors` names each wrong field."""


def create_app(
    service: Service | Callable[[], Service],
    options: HttpOptions | None = None,
    *,
    version: str = "0.1.0",
    on_failure: Callable[[Exception], None] | None = None,
) -> FastAPI:
    """The application over a service, or over what opens one.

    Given a factory, the server listens at once: ``/healthz`` answers, everything else says 503 until it has returned.
    ``on_failure`` is told if it raises. The service is closed on shutdown.
    """
    lifecycle = Lifecycle(service, options or HttpOptions(), on_failure)
    mcp = McpEndpoint(lifecycle, version=version)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with lifecycle.lifespan(app), mcp.running():
            yield

    app = FastAPI(
        title="qa-service",
        summary="Extractive question answering over news archives",
        description=DESCRIPTION,
        version=version,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.lifecycle = lifecycle
    for part in (
        asking,
        chat,
        jobs,
        articles,
        pipelines,
        holding,
        health,
        ask_page,
        archive_page,
        evaluation,
        sign_in,
        article_page,
        assets,
    ):
        app.include_router(part.router)
    mcp.install(app)
    install_problems(app)
    install_openapi(app)
    install_layers(app, lifecycle)
    return app
