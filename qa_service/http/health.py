"""Routes for whoever runs the service: is the process alive, can it answer questions."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from qa_service.http import examples, schemas
from qa_service.http.lifecycle import HasLifecycle
from qa_service.http.metrics import CONTENT_TYPE
from qa_service.http.openapi import answers
from qa_service.http.problems import BUSY, NOT_READY, Refusal
from qa_service.http.service_port import Service
from qa_service.http.writing import json_response

router = APIRouter(tags=["health"])


@router.get("/healthz", response_model=schemas.Alive, responses=answers(examples.ALIVE))
async def alive() -> Response:
    """The process is up. Says nothing about the index; `/readyz` does."""
    return json_response({"status": "alive"})


@router.get("/readyz", response_model=schemas.Ready, responses=answers(examples.READY, BUSY, NOT_READY))
async def ready(lifecycle: HasLifecycle) -> Response:
    """The index is loaded and questions are answered."""
    service = lifecycle.service()
    return await lifecycle.probing.run(lambda: json_response(_ready(service)))


@router.get(
    "/metrics",
    response_class=Response,
    include_in_schema=False,  # the text format of Prometheus, not of this service
)
async def metrics(lifecycle: HasLifecycle) -> Response:
    """Counts, times and sizes in the text format that Prometheus reads, also while the index is being loaded."""
    return Response(await lifecycle.probing.run(lifecycle.measured), media_type=CONTENT_TYPE)


def _ready(service: Service) -> dict[str, Any]:
    if not service.ready():
        raise Refusal(NOT_READY, "The index is not loaded.", headers={"Retry-After": "1"})
    status = service.status()
    told = {name: status[name] for name in ("model", "sequence", "articles", "passages")}
    return {"status": "ready", "min_confidence": service.threshold, **told}
