"""Prometheus metrics of one application: counted as requests end, sizes read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """A registry of its own: nothing is global, so two applications in one process do not mix. Thread-safe."""

    def __init__(self) -> None:
        self._registry = own = CollectorRegistry()
        self._requests = Counter("qa_requests", "Requests answered.", ["method", "route", "status"], registry=own)
        self._seconds = Histogram(
            "qa_request_seconds", "Time to the end of the answer.", ["route"], buckets=_SECONDS, registry=own
        )
        self._stages = Histogram(
            "qa_stage_seconds", "Time of each stage of answering.", ["stage"], buckets=_SECONDS, registry=own
        )
        self._outcomes = Counter("qa_outcomes", "Questions, by outcome of the answer.", ["outcome"], registry=own)
        self._problems = Counter("qa_problems", "Requests refused or failed, by kind.", ["kind"], registry=own)
        self._records = Counter("qa_records", "Articles given, by what became of them.", ["outcome"], registry=own)
        self._calls = Gauge("qa_pool_calls", "Calls running or in line, by pool.", ["pool"], registry=own)
        self._jobs = Gauge("qa_jobs", "Background jobs, by state.", ["state"], registry=own)
        self._sizes = {
            name: Gauge(f"qa_{name}", text, registry=own)
            for name, text in (
                ("articles", "Articles held."),
                ("passages", "Passages that can be quoted."),
                ("vectors_cached", "Vectors kept by content, so that nothing is encoded twice."),
                ("recent_passages", "Passages beside the vector base, searched one by one."),
                ("index_bytes", "Size of the data directory."),
                ("sequence", "Number of the latest commit."),
            )
        }

    def answered(self, *, method: str, route: str, status: int, seconds: float, problem: str | None) -> None:
        """A request that has ended."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        if problem is not None:
            self._problems.labels(problem).inc()

    def asked(self, outcome: str | None, timings_ms: Mapping[str, float]) -> None:
        """A question that was answered, or a search that was done (no outcome)."""
        if outcome is not None:
            self._outcomes.labels(outcome).inc()
        for stage, milliseconds in timings_ms.items():
            self._stages.labels(stage).observe(milliseconds / 1000)

    def fed(self, outcomes: Iterable[Mapping[str, Any]]) -> None:
        """What became of records, as the service says it."""
        for outcome in outcomes:
            self._records.labels(str(outcome.get("outcome", "refused"))).inc()

    def written(self, status: Mapping[str, Any], pools: Mapping[str, int], jobs: Mapping[str, int]) -> bytes:
        """The text that Prometheus reads; sizes that the service does not tell are left out."""
        told = {**status, "index_bytes": status.get("bytes"), "vectors_cached": status.get("vectors")}
        for name, gauge in self._sizes.items():
            size = told.get(name)
            if isinstance(size, int):
                gauge.set(size)
        for pool, taken in pools.items():
            self._calls.labels(pool).set(taken)
        for state, count in jobs.items():
            self._jobs.labels(state).set(count)
        return generate_latest(self._registry)
