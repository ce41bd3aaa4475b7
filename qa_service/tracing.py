"""Traces by OpenTelemetry, where an endpoint is set: the one importer of what the extra ``otel`` brings."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Protocol

from index.errors import InvalidRequest


class Tracer(Protocol):
    """Where spans go."""

    def span(self, name: str, seconds: float, attributes: Mapping[str, str | int | float]) -> None:
        """A span that ends now and took that long."""
        ...

    def close(self) -> None:
        """Send what is left."""
        ...


class OtlpTracer:
    """Sends spans to a collector in the background (OTLP over HTTP)."""

    def __init__(self, endpoint: str, headers: str | None = None, *, exporter: object | None = None) -> None:
        """``exporter`` stands in for the network in tests. Raises InvalidRequest where the extra is missing."""
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
        except ImportError:
            raise InvalidRequest(QA_OTEL_ENDPOINT="needs the extra otel: pip install 'qa-service[otel]'") from None
        pairs = dict(part.strip().split("=", 1) for part in (headers or "").split(",") if "=" in part)
        out = exporter if isinstance(exporter, SpanExporter) else OTLPSpanExporter(endpoint=endpoint, headers=pairs)
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": "qa-service"}), shutdown_on_exit=False
        )
        self._provider.add_span_processor(BatchSpanProcessor(out))
        self._tracer = self._provider.get_tracer("qa_service")

    def span(self, name: str, seconds: float, attributes: Mapping[str, str | int | float]) -> None:
        """A span that ends now and took that long."""
        end = time.time_ns()
        begun = self._tracer.start_span(name, start_time=end - int(seconds * 1e9), attributes=dict(attributes))
        begun.end(end)

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()
