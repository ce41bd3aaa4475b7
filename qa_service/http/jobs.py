"""Routes for background ingestion: a body is taken now, and what became of it is told later."""

from __future__ import annotations

from typing import Annotated, Any, cast
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from qa_service.http import examples, schemas
from qa_service.http.body import parse_json, read_body
from qa_service.http.feeding import unusable
from qa_service.http.lifecycle import HasLifecycle
from qa_service.http.openapi import answers, json_body
from qa_service.http.problems import (
    BUSY,
    INVALID,
    MALFORMED,
    MEDIA,
    NOT_FOUND,
    NOT_READY,
    REFUSED,
    TOO_LARGE,
    Refusal,
    invalid,
)
from qa_service.http.query import only
from qa_service.http.service_port import Service
from qa_service.http.writing import json_response

router = APIRouter(prefix="/v1", tags=["jobs"])
Fields = dict[str, Any]
LINES = ("application/x-ndjson", "application/jsonl", "application/jsonlines")
JobId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", examples=["5f0c9a315f0c9a31"])]
_READ = (NOT_FOUND, INVALID, BUSY, NOT_READY)


@router.post(
    "/articles:batch",
    status_code=202,
    response_model=schemas.Job,
    responses={202: {"content": {"application/json": {"examples": {"one": {"value": examples.JOB}}}}}}
    | answers(None, MALFORMED, TOO_LARGE, MEDIA, INVALID, REFUSED, BUSY, NOT_READY),
    openapi_extra=json_body("ArticleRecord", examples.RECORD, or_list=True),
    dependencies=[Depends(only())],
)
async def accept_articles(request: Request, lifecycle: HasLifecycle) -> Response:
    """Takes records to be ingested in the background: durable on return, and done even if the process is killed.

    A JSON list, or JSON Lines as `application/x-ndjson`. `Location` is where its progress is told. 422 if all are
    refused at sight; otherwise what is refused is told with the other items.
    """
    service = lifecycle.service()
    options = lifecycle.options
    body = await read_body(request, options.ingest_bytes, options.body_seconds, also=LINES)
    lines = request.headers.get("content-type", "").partition(";")[0].strip().lower() in LINES
    return await lifecycle.writing.run(lambda: _accepted(service, body, lines))


def _accepted(service: Service, body: bytes, lines: bool) -> Response:
    records = _by_line(body) if lines else parse_json(body)
    if not isinstance(records, (dict, list)) or not records:
        raise invalid([("body", "must be an article record, or a list of at least one")])
    if isinstance(records, dict):
        records = [cast("Fields", records)]
    escaped = b"\\ud" in body.lower()
    items: list[tuple[Fields | None, Fields | None]] = []
    for record in cast("list[Any]", records):
        refused = unusable(record, escaped) or service.jobs.refusal(record)
        items.append((record, None) if refused is None else (None, refused))
    if all(record is None for record, _ in items):
        wrong = [(str(n), str((told or {})["refused"])) for n, (_, told) in enumerate(items)]
        raise Refusal(REFUSED, f"All {len(items)} records were refused.", fields=wrong)
    job = service.jobs.accept(items)
    response = json_response(job)
    response.status_code = 202
    response.headers["Location"] = f"/v1/jobs/{quote(job['id'])}"
    return response


def _by_line(body: bytes) -> list[Any]:
    records: list[Any] = []
    for number, line in enumerate(body.split(b"\n"), start=1):
        if line.strip():
            try:
                records.append(parse_json(line))
            except Refusal as error:
                raise Refusal(MALFORMED, f"Line {number}: {error.detail}") from error
    return records


@router.get(
    "/jobs",
    response_model=schemas.Jobs,
    responses=answers(examples.JOBS, INVALID, BUSY, NOT_READY),
    dependencies=[Depends(only())],
)
async def list_jobs(lifecycle: HasLifecycle) -> Response:
    """Every job, newest first; those that ended are listed for a week."""
    service = lifecycle.service()
    return await lifecycle.asking.run(lambda: json_response({"jobs": service.jobs.jobs()}))


@router.get(
    "/jobs/{job_id}",
    response_model=schemas.Job,
    responses=answers(examples.JOB, *_READ),
    dependencies=[Depends(only("start", "count"))],
)
async def read_job(
    job_id: JobId,
    lifecycle: HasLifecycle,
    start: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    count: Annotated[int, Query(ge=0, le=1000)] = 100,
) -> Response:
    """How far a job is, and what became of `count` items from `start` on, in the order in which they were given."""
    service = lifecycle.service()
    return await lifecycle.asking.run(lambda: json_response(service.jobs.job(job_id, start, count)))


@router.delete(
    "/jobs/{job_id}",
    response_model=schemas.Job,
    responses=answers(examples.JOB, *_READ),
    dependencies=[Depends(only())],
)
async def cancel_job(job_id: JobId, lifecycle: HasLifecycle) -> Response:
    """Cancels what is still to be done of a job; what was stored stays."""
    service = lifecycle.service()
    return await lifecycle.writing.run(lambda: json_response(service.jobs.cancel(job_id)))
