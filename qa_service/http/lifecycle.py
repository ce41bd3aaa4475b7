"""Opening the service while the server already listens, and closing it when the server stops."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, cast

from anyio import create_task_group, to_thread
from fastapi import Depends, FastAPI, Request

from qa_service.http.metrics import Metrics
from qa_service.http.observing import observed
from qa_service.http.options import HttpOptions
from qa_service.http.problems import NOT_READY, Refusal
from qa_service.http.service_port import Service
from qa_service.http.workers import Workers

logger = logging.getLogger(__name__)


class Lifecycle:
    """Holds the service, once it is open, and the threads that may call it."""

    def __init__(
        self,
        service: Service | Callable[[], Service],
        options: HttpOptions,
        on_failure: Callable[[Exception], None] | None = None,
    ) -> None:
        self.options = options
        self.metrics = Metrics()
        self.failure: Exception | None = None
        """Why the service could not be opened."""
        self._factory = service if callable(service) else None
        self._service: Service | None = None if callable(service) else observed(service, self.metrics)
        self._on_failure = on_failure
        self.asking = Workers(threads=options.workers, waiting=options.waiting, seconds=options.answer_seconds)
        self.writing = Workers(threads=options.writers, waiting=options.waiting_writes)
        self.probing = Workers(threads=1, waiting=options.waiting)

    def service(self) -> Service:
        """The open service. Raises Refusal (503) while it is being opened or when that failed."""
        if self._service is None:
            detail = "The index is being loaded." if self.failure is None else "The index could not be loaded."
            raise Refusal(NOT_READY, detail, headers={"Retry-After": "1"})
        return self._service

    def measured(self) -> bytes:
        """The metrics; without sizes while there is no service. Blocks."""
        status = {} if self._service is None else self._service.status()
        pools = {name: getattr(self, name).taken for name in ("asking", "writing", "probing")}
        return self.metrics.written(status, pools, {} if self._service is None else self._service.jobs.counts())

    @asynccontextmanager
    async def lifespan(self, _: FastAPI) -> AsyncGenerator[None]:
        """Opens in a thread beside the running server; on shutdown waits for that and closes."""
        async with create_task_group() as tasks:
            tasks.start_soon(self._open)
            yield
        if self._service is not None:
            await to_thread.run_sync(self._service.jobs.stop)
            await to_thread.run_sync(self._service.close)

    def _started(self, service: Service) -> None:
        """From now on questions are answered, and accepted jobs are worked on."""
        self._service = observed(service, self.metrics)
        self._service.jobs.start(self._service.ingest_records)

    async def _open(self) -> None:
        if self._factory is None:
            if self._service is not None:
                self._service.jobs.start(self._service.ingest_records)
            return
        try:
            self._started(await to_thread.run_sync(self._factory))
        except Exception as error:  # whatever it is, /readyz and the log must say so
            self.failure = error
            logger.exception("the service could not be opened")
            if self._on_failure is not None:
                self._on_failure(error)


def lifecycle_of(request: Request) -> Lifecycle:
    """The lifecycle that the application was made with."""
    return cast("Lifecycle", request.app.state.lifecycle)


HasLifecycle = Annotated[Lifecycle, Depends(lifecycle_of)]
