"""Which addresses may be fetched: of the web, without credentials, on hosts that anyone on the internet could reach.

A name is resolved once, every address it has is looked at, and the connection goes to one of those: see
:mod:`index.fetching.connecting`. So a name that changes its mind between the check and the connection gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from index.errors import InputRefused
from index.readers.decoding import printable

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
LookUp = Callable[[str, int], Sequence[str]]
"""From a host and a port to the addresses that it has. Raises OSError."""

DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST = 2048
_LONGEST_HOST = 253
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"
_UNICAST = ipaddress.IPv6Network("2000::/3")
_CLOSED = tuple(
    (ipaddress.ip_network(network), why)
    for network, why in (
        ("100.64.0.0/10", "shared by a provider's customers"),
        ("168.63.129.16/32", "a cloud's own service"),
        ("192.0.0.0/24", "reserved"),
        ("192.88.99.0/24", "reserved"),
        ("2001::/23", "reserved"),
        ("2002::/16", "an IPv4 address in disguise"),
        ("64:ff9b::/96", "an IPv4 address in disguise"),
        ("64:ff9b:1::/48", "an IPv4 address in disguise"),
        ("::ffff:0:0/96", "an IPv4 address in disguise"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address taken apart once; checks and the connection see the same parts."""

    scheme: str
    host: str
    """In ASCII and lower case; an IPv6 address without brackets."""
    port: int
    path: str
    """With the query."""

    @property
    def netloc(self) -> str:
        """What the header Host says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if DEFAULT_PORTS[self.scheme] == self.port else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: what robots.txt is for."""
        return f"{self.scheme}://{self.netloc}"

    @property
    def url(self) -> str:
        """The whole, without a fragment."""
        return f"{self.origin}{self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What may be reached. Only code makes one with exceptions: no setting and no caller from outside does."""

    allowed_networks: tuple[IPNetwork, ...] = ()
    """Networks that may be reached although they are not public."""
    ports: frozenset[int] | None = frozenset(DEFAULT_PORTS.values())
    """None: any."""
    look_up: LookUp | None = None
    """Default: the system's resolver."""

    def target(self, url: str) -> Target:
        """The parts of an address that may be fetched as far as can be seen from it. Raises InputRefused."""
        shown = printable(url[:200])
        try:
            return self._target(url)
        except ValueError as error:
            raise InputRefused(shown, str(error)) from error

    def follow(self, target: Target, location: str) -> Target:
        """Where a redirect leads. Raises InputRefused."""
        try:
            joined = urljoin(target.url, location)
        except ValueError as error:
            raise InputRefused(target.url, f"redirects to {location[:200]!r}, which is no address") from error
        try:
            return self.target(joined)
        except InputRefused as error:
            raise InputRefused(target.url, f"redirects to {error.name}, which {error.reason}") from error

    def resolve(self, host: str, port: int) -> list[str]:
        """The addresses of a host, all of them such as may be reached. Raises InputRefused."""
        look_up = self.look_up or _system_look_up
        try:
            found = [host] if _is_ip(host) else list(dict.fromkeys(look_up(host, port)))
        except (OSError, UnicodeError) as error:
            raise InputRefused(host, f"its name cannot be resolved: {error}") from error
        if not found:
            raise InputRefused(host, "its name has no address")
        for address in found:
            why = self._closed(address)
            if why is not None:
                named = f"the address {address}" if address == host else f"{host} has the address {address}"
                raise InputRefused(host, f"{named}, which is {why}: only public addresses are fetched")
        return found

    def _target(self, url: str) -> Target:
        if len(url) > _LONGEST:
            raise ValueError(f"has over {_LONGEST:,} characters, the most that an address may have")
        if any(character.isspace() or ord(character) < 32 or ord(character) == 127 for character in url) or "\\" in url:
            raise ValueError("is no address: it holds white space, control characters or a backslash")
        parts = urlsplit(url)
        scheme = parts.scheme.lower()
        if scheme not in DEFAULT_PORTS:
            raise ValueError(f"is no address of the web: {scheme or 'no scheme'} is neither http nor https")
        if "@" in parts.netloc:
            raise ValueError("holds a user name or a password")
        if not parts.hostname:
            raise ValueError("names no host")
        port = DEFAULT_PORTS[scheme] if parts.port is None else parts.port
        if self.ports is not None and port not in self.ports:
            raise ValueError(f"asks for port {port}; only {', '.join(map(str, sorted(self.ports)))} are fetched")
        query = f"?{quote(parts.query, safe=_PATH_SAFE + '?')}" if parts.query else ""
        path = quote(parts.path or "/", safe=_PATH_SAFE) + query
        return Target(scheme=scheme, host=_ascii_host(parts.hostname), port=port, path=path)

    def _closed(self, address: str) -> str | None:
        """Why an address is not one of the public internet; None where it is."""
        try:
            found = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return "no IP address"
        if any(found in network for network in self.allowed_networks):
            return None
        return why_not_public(found)


def why_not_public(address: IPAddress) -> str | None:
    """Why an address is not one of the public internet; None where it is."""
    for network, why in _CLOSED:
        if address in network:
            return why
    kinds = {
        "unspecified": address.is_unspecified,
        "loopback": address.is_loopback,
        "link-local, where clouds keep their credentials": address.is_link_local,
        "multicast": address.is_multicast,
        "reserved": address.is_reserved,
        "private": address.is_private or not address.is_global,
        "no address of a host on the internet": address.version == 6 and address not in _UNICAST,
    }
    return next((kind for kind, holds in kinds.items() if holds), None)


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _ascii_host(host: str) -> str:
    """Raises ValueError."""
    if "%" in host:
        raise ValueError("names a host that only this machine could mean")
    if ":" in host:
        return str(ipaddress.IPv6Address(host))
    name = host.lower().rstrip(".")
    if not name.isascii():
        import idna

        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise ValueError(f"names a host that cannot exist: {error}") from error
    if not name or len(name) > _LONGEST_HOST or not all(one.isalnum() or one in "-._" for one in name):
        raise ValueError(f"names a host that cannot exist: {host[:100]!r}")
    return name


def _system_look_up(host: str, port: int) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
