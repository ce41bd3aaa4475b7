"""One request over one connection, to an address that was checked, within limits. The only importer of httpcore2.

httpcore2 is httpx2's own core. It is used itself because it lets the connection be made by other code: the host is
resolved and checked where the socket is opened, and every wait is cut to what is left of the time for the whole.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore2

from index.errors import InputRefused
from index.fetching.addresses import Network, Target
from index.fetching.bodies import read_body


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one answer may take."""

    max_bytes: int = 25 * 1024 * 1024
    """Of a body, as it comes and decompressed."""
    connect_seconds: float = 10.0
    total_seconds: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A whole answer; the body is there for status 200 alone."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case; of several alike the first."""
    body: bytes


def get(target: Target, headers: Mapping[str, str], network: Network, limits: Limits) -> Response:
    """Ask for a target once; redirects are answers like any other. Raises InputRefused."""
    until = time.monotonic() + limits.total_seconds
    seconds = {"connect": limits.connect_seconds, "read": limits.total_seconds, "write": limits.total_seconds}
    try:
        with (
            httpcore2.ConnectionPool(
                ssl_context=_trust(), network_backend=_CheckedBackend(network, until), max_connections=1
            ) as pool,
            pool.stream(
                "GET",
                httpcore2.URL(
                    scheme=target.scheme, host=target.host, port=target.port, target=target.path.encode("ascii")
                ),
                headers=[(b"Host", target.netloc.encode()), *((k.encode(), v.encode()) for k, v in headers.items())],
                extensions={"timeout": {**seconds, "pool": limits.connect_seconds}},
            ) as answer,
        ):
            found: dict[str, str] = {}
            for name, value in answer.headers:
                found.setdefault(name.decode("latin-1").lower(), _text(value))
            body = b""
            if answer.status == 200:
                body = read_body(answer.iter_stream(), found.get("content-encoding", ""), limits.max_bytes)
            return Response(status=answer.status, headers=found, body=body)
    except InputRefused as error:
        raise InputRefused(target.url, error.reason) from error
    except ValueError as error:
        raise InputRefused(target.url, str(error)) from error
    except httpcore2.ConnectTimeout as error:
        raise InputRefused(target.url, f"could not be connected to within {limits.connect_seconds:g} s") from error
    except httpcore2.TimeoutException as error:
        raise InputRefused(target.url, f"took over {limits.total_seconds:g} s") from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        raise InputRefused(target.url, f"could not be fetched: {error}") from error


class _CheckedBackend(httpcore2.NetworkBackend):
    """Opens connections to checked addresses alone, and ends them when the time is up."""

    def __init__(self, network: Network, until: float) -> None:
        self._network, self._until = network, until
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        addresses = self._network.resolve(host, port)
        for number, address in enumerate(addresses, start=1):
            left = _left(timeout, self._until, httpcore2.ConnectTimeout)
            try:
                stream = self._inner.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if number == len(addresses):
                    raise
                continue
            return _TimedStream(stream, self._until)
        raise httpcore2.ConnectError(f"{host} has no address")

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        raise httpcore2.ConnectError("sockets of this machine are not connected to")


class _TimedStream(httpcore2.NetworkStream):
    """A stream whose waits end when the time for the whole is up, however little at a time comes through it."""

    def __init__(self, inner: httpcore2.NetworkStream, until: float) -> None:
        self._inner, self._until = inner, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, self._until, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout, self._until, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        left = _left(timeout, self._until, httpcore2.ConnectTimeout)
        return _TimedStream(self._inner.start_tls(ssl_context, server_hostname, left), self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(timeout: float | None, until: float, over: type[httpcore2.TimeoutException]) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise over("the time for the whole is up")
    return left if timeout is None else min(timeout, left)


def _text(value: bytes) -> str:
    """A header's value: some servers write addresses of redirects in UTF-8."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _trust() -> ssl.SSLContext:
    """The certificates that this system trusts."""
    return httpcore2.default_ssl_context()
