"""The OpenAPI document against the application: complete, with examples, and true under fuzzing."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from qa_service.http import examples
from qa_service.http.app import create_app
from qa_service.http.testing import FakeService

SERVICE = FakeService()
SERVICE.ingest_records([examples.RECORD, {"id": "seed-01", "text": "The harbour bridge closed."}])
APP = create_app(SERVICE)
DOCUMENT: dict[str, Any] = APP.openapi()
SEVERAL_MEDIA_TYPES = {"/v1/passages/{passage_id}", "/v1/chat/completions"}
OPERATIONS = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]
SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", APP)

# A string can have the right type and still be no date, or hold no word: such a value is refused, though the document
# allows it. So acceptance of everything that the document allows is not among the checks.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def call(case: Any) -> None:
    case.call_and_validate(checks=CHECKS)
    while SERVICE.jobs.step(SERVICE.ingest_records):  # no lifespan runs here, and a hundred waiting jobs are too many
        pass


@SCHEMA.parametrize()
@settings(max_examples=20, deadline=None, suppress_health_check=QUIET, derandomize=True)
def test_no_request_breaks_the_document(case: Any) -> None:
    call(case)


@pytest.mark.slow
@SCHEMA.parametrize()
@settings(max_examples=400, deadline=None, suppress_health_check=QUIET)
def test_no_request_breaks_the_document_in_thousands(case: Any) -> None:
    call(case)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_operation_is_described_with_examples_and_problems(path: str, method: str) -> None:
    operation = DOCUMENT["paths"][path][method]
    assert operation["summary"]
    assert operation["description"]
    for status, answer in operation["responses"].items():
        if status in {"204", "303"}:
            continue
        assert all(content["examples"] for content in answer["content"].values())
        content = answer["content"]["application/json" if status < "300" else "application/problem+json"]
        assert content["schema"]["$ref"].rsplit("/", 1)[-1] in DOCUMENT["components"]["schemas"]
        assert len(answer["content"]) == 1 or (status == "200" and path in SEVERAL_MEDIA_TYPES)
        if status == "503":
            assert "Retry-After" in answer["headers"]
    if method == "post":
        assert operation["requestBody"]["content"]["application/json"]["examples"]


def test_every_documented_answer_shows_every_key() -> None:
    requests = {
        "AskRequest",
        "SearchRequest",
        "FilterFields",
        "TimeFields",
        "ArticleRecord",
        "ChatRequest",
        "ChatMessage",
        "ChatPart",
        "StreamOptions",
        "ExternalSearch",
    }
    for name, schema in DOCUMENT["components"]["schemas"].items():
        if name not in requests and schema["type"] == "object":
            assert sorted(schema["required"]) == sorted(schema["properties"]), name
