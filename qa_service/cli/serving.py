"""``serve``: the HTTP service until it is told to stop."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import QAError
from qa_service.cli.failing import UNUSABLE, say
from qa_service.cli.opening import DataDir, quiet, read_settings
from qa_service.keys import KeyRing

if TYPE_CHECKING:
    from socket import socket

    from qa_service.http.server import Server
    from qa_service.service import Service
    from qa_service.settings import Settings
    from qa_service.tracing import Tracer


_HTTP = (
    "workers",
    "body_seconds",
    "answer_seconds",
    "question_bytes",
    "ingest_bytes",
    "rate_per_minute",
    "rate_burst",
    "cors_origins",
    "log_questions",
    "eval_dir",
)
"""Settings that the HTTP layer takes under the same name."""


def serve(
    host: Annotated[str, typer.Option("--host", metavar="HOST", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="Port; 0 takes a free one.")
    ] = 8000,
    data_dir: DataDir = None,
) -> None:
    """Serve the archive over HTTP until SIGTERM or Ctrl-C."""
    settings = read_settings(data_dir)
    from qa_service.http.app import create_app
    from qa_service.http.options import HttpOptions
    from qa_service.http.server import Server, address

    bound = _listen(host, port)
    keys = _keys(settings, bound)
    url = address(bound)
    for any_address, this_machine in (("0.0.0.0", "127.0.0.1"), ("[::]", "[::1]")):  # noqa: S104 - read, not bound
        url = url.replace(any_address, this_machine)
    if "public_url" not in settings.model_fields_set:
        settings = settings.model_copy(update={"public_url": url})
    _log(settings)
    tracer = _tracer(settings)
    failures: list[Exception] = []
    servers: list[Server] = []
    out = sys.stdout

    def open_it() -> Service:
        from qa_service.bootstrap import open_service
        from qa_service.terminal import counted

        service = open_service(settings, follow=True)
        held = counted(service.status()["articles"], "article")
        out.write(f"Serving {settings.data_dir} ({held}) on {url}\n")
        out.flush()
        return service

    def give_up(error: Exception) -> None:
        failures.append(error)
        for server in servers:
            server.should_exit = True

    with quiet():
        given = {name: getattr(settings, name) for name in _HTTP}
        options = HttpOptions(public_url=settings.public_url, keys=keys, tracer=tracer, **given)
        servers.append(Server(create_app(open_it, options, on_failure=give_up), bound))
        servers[0].serve_until_stopped()
        if tracer is not None:
            tracer.close()
    if failures:
        raise failures[0]


def _keys(settings: Settings, bound: socket) -> KeyRing | None:
    """Whose keys are asked for. Exits where the archive would lie open on an address that others can reach."""
    from ipaddress import ip_address

    loopback = ip_address(bound.getsockname()[0]).is_loopback
    if settings.require_keys == "never" or (settings.require_keys == "auto" and loopback):
        return None
    ring = KeyRing(settings.data_dir)
    if not ring.keys():
        bound.close()
        add = f"qa-service keys add NAME --data-dir {settings.data_dir}"
        if loopback:
            say(f"QA_REQUIRE_KEYS=always, and there are no API keys: run `{add}` first")
        else:
            say(f"others can reach this address and there are no API keys: run `{add}` first, or listen on 127.0.0.1")
            say("to serve without keys all the same, where something else guards the door: QA_REQUIRE_KEYS=never")
        raise typer.Exit(UNUSABLE)
    return ring


def _tracer(settings: Settings) -> Tracer | None:
    """Where spans go, if anywhere. Raises InvalidRequest where the extra is missing."""
    if settings.otel_endpoint is None:
        return None
    from qa_service.tracing import OtlpTracer

    headers = settings.otel_headers
    return OtlpTracer(settings.otel_endpoint, headers.get_secret_value() if headers else None)


def _log(settings: Settings) -> None:
    """The log on standard error, but what ends the command is said once, as its last line."""
    from qa_service.logs import configure

    configure(
        level=settings.log_level,
        form=settings.log_format,
        leave_out=lambda one: bool(one.exc_info and isinstance(one.exc_info[1], (QAError, OSError))),
    )


def _listen(host: str, port: int) -> socket:
    from qa_service.http.server import listen

    try:
        return listen(host, port)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        say(f"cannot listen on {host}:{port}: {reason} (another port: --port N)")
        raise typer.Exit(UNUSABLE) from None
