"""The layers around the routes, in the order in which a request meets them."""

from __future__ import annotations

import logging

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from qa_service.http.access import Access, RateLimit
from qa_service.http.lifecycle import Lifecycle
from qa_service.http.middleware import HeadAsGet, UnforeseenErrors
from qa_service.http.observing import Observing
from qa_service.http.request_facts import HEADER

logger = logging.getLogger("qa_service.requests")


def install_layers(app: FastAPI, lifecycle: Lifecycle) -> None:
    """Puts the layers around the application: each added one is outside those before it."""
    options = lifecycle.options
    limit = None
    if options.rate_per_minute is not None:
        limit = RateLimit(per_minute=options.rate_per_minute, burst=options.rate_burst)
    app.add_middleware(Access, keys=options.keys, limit=limit)
    app.add_middleware(UnforeseenErrors)
    app.add_middleware(HeadAsGet)
    if options.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=options.cors_origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Authorization", "Content-Type", HEADER],
            expose_headers=[HEADER, "Retry-After", "Location", "WWW-Authenticate"],
        )
    app.add_middleware(
        Observing,
        metrics=lifecycle.metrics,
        log=lambda line: logger.info("request", extra=line),
        questions=options.log_questions,
        tracer=options.tracer,
    )
