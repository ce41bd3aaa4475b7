"""``serve``: the HTTP service until it is told to stop."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import QAError
from qa_service.cli.failing import UNUSABLE, say
from qa_service.cli.opening import DataDir, quiet, read_settings

if TYPE_CHECKING:
    from socket import socket

    from qa_service.http.server import Server
    from qa_service.service import Service


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
    url = address(bound)
    for any_address, this_machine in (("0.0.0.0", "127.0.0.1"), ("[::]", "[::1]")):  # noqa: S104 - read, not bound
        url = url.replace(any_address, this_machine)
    if "public_url" not in settings.model_fields_set:
        settings = settings.model_copy(update={"public_url": url})
    _log()
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
        options = HttpOptions(public_url=settings.public_url)
        servers.append(Server(create_app(open_it, options, on_failure=give_up), bound))
        servers[0].serve_until_stopped()
    if failures:
        raise failures[0]


def _log() -> None:
    """Warnings and errors on standard error, but what ends the command is said once, as its last line."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(lambda record: not (record.exc_info and isinstance(record.exc_info[1], (QAError, OSError))))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def _listen(host: str, port: int) -> socket:
    from qa_service.http.server import listen

    try:
        return listen(host, port)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        say(f"cannot listen on {host}:{port}: {reason} (another port: --port N)")
        raise typer.Exit(UNUSABLE) from None
