"""Running the application with uvicorn until it is told to stop."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType

import uvicorn
from fastapi import FastAPI

GRACE_SECONDS = 30
"""How long requests under way may take after the signal to stop."""


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one. Raises OSError when the address is taken or not ours."""
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    return socket.create_server((host, port), family=family, backlog=2048)


def address(bound: socket.socket) -> str:
    """The URL of a bound socket."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """uvicorn on a socket that is already bound; says when it listens."""

    def __init__(self, app: FastAPI, bound: socket.socket, on_listening: Callable[[str], None] | None = None) -> None:
        config = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=GRACE_SECONDS
        )
        super().__init__(config)
        self._bound = bound
        self._on_listening = on_listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, then says so."""
        await super().startup(sockets)
        if self.started and self._on_listening is not None:
            self._on_listening(address(self._bound))

    def serve_until_stopped(self) -> None:
        """Returns after SIGTERM or SIGINT, once requests under way are answered and the service is closed."""
        with _stopping_is_no_failure():
            self.run(sockets=[self._bound])


@contextmanager
def _stopping_is_no_failure() -> Generator[None]:
    """Meets the signal, which uvicorn raises again after its clean shutdown, with a handler that does nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def nothing(number: int, frame: FrameType | None) -> None:
        """The shutdown has already happened."""

    before = {number: signal.signal(number, nothing) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)
