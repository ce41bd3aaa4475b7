"""The route that tells what the archive holds."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from qa_service.http.archive_shapes import EXAMPLE, ArchiveHoldings, archive_object
from qa_service.http.lifecycle import HasLifecycle
from qa_service.http.openapi import answers
from qa_service.http.problems import BUSY, INVALID, NOT_READY
from qa_service.http.query import only
from qa_service.http.writing import json_response

router = APIRouter(prefix="/v1", tags=["archive"])


@router.get(
    "/archive",
    response_model=ArchiveHoldings,
    responses=answers(EXAMPLE, INVALID, BUSY, NOT_READY),
    dependencies=[Depends(only())],
)
async def read_archive(lifecycle: HasLifecycle) -> Response:
    """Counts by outlet, language, tag and month, how dates are known, the last ingest, and inputs refused lately."""
    service = lifecycle.service()
    return await lifecycle.asking.run(lambda: json_response(archive_object(service)))
