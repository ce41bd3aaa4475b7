"""For every test: no network beyond this machine, no model hub, and the hypothesis profiles."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Read at import time by the libraries, and inherited by the processes that tests start.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"

# quick: the same examples on every run, so that `make test` never fails by chance. full: new examples each time.
_shared = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", _shared, max_examples=40, derandomize=True, database=None)
settings.register_profile("full", _shared, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


class NetworkRefused(RuntimeError):
    """A test tried to leave the loopback interface."""


def _refuse_outside(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or name in {"", "localhost"}:
        return
    try:
        address = ipaddress.ip_address(str(name))
    except ValueError:
        raise NetworkRefused(f"tests may not look up {name!r}") from None
    if not (address.is_loopback or address.is_unspecified):
        raise NetworkRefused(f"tests may not connect to {name}")


def _guarded(method: Any) -> Any:
    def call(self: socket.socket, *args: Any) -> Any:
        address = args[-1]
        if self.family in {socket.AF_INET, socket.AF_INET6} and isinstance(address, tuple):
            _refuse_outside(address[0])
        return method(self, *args)

    return call


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        look_up = socket.getaddrinfo

        def local_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
            _refuse_outside(host)
            return look_up(host, *args, **kwargs)

        patch.setattr(socket, "getaddrinfo", local_getaddrinfo)
        yield


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The server runs on asyncio; so do its tests."""
    return "asyncio"
