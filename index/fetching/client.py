"""One address fetched as a guest should: allowed by robots.txt, at the host's pace, only if it has changed.

Redirects are followed by hand, and each hop is a request of its own: checked, allowed and paced again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import version

from index.errors import InputRefused, StoreError
from index.fetching.addresses import Network, Target
from index.fetching.bodies import ACCEPTED
from index.fetching.pacing import Pacing, retry_after
from index.fetching.robots import ALLOW_ALL, MOST_BYTES, RobotRules, RobotsCache, product_token, read_robots

try:
    from index.fetching.connecting import Limits, Response, get
except ImportError as missing:  # pragma: no cover - where the extra is not installed
    raise StoreError("fetching needs the extra fetch: pip install 'qa-service[fetch]'") from missing

MOST_REDIRECTS = 5
_PRODUCT = f"qa-service/{version('qa-service')}"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_LATER = frozenset({429, 503})
_HOLD_SECONDS = 60.0
"""How long a host is left alone that wants to be and does not say how long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What an address said of its state when it was fetched last, to ask only for a change."""

    final_url: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What an address holds now."""

    url: str
    """As it was asked for."""
    content_type: str
    """In lower case, without parameters; empty where the server names none."""
    body: bytes = field(repr=False)
    validators: Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """An address that holds what it held before."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """An address that holds nothing any more: status 404 or 410."""

    url: str
    status: int


Outcome = Fetched | Unchanged | Gone


class Client:
    """Fetches addresses one after the other; not thread-safe."""

    def __init__(
        self, *, contact: str | None, pacing: Pacing, limits: Limits | None = None, network: Network | None = None
    ) -> None:
        """``contact`` is told to every site: whom to write to."""
        self._agent = _PRODUCT if contact is None else f"{_PRODUCT} (+{contact})"
        self._pacing = pacing
        self._limits = limits or Limits()
        self._network = network or Network()
        self._robots = RobotsCache(self._read_robots)

    def fetch(self, url: str, known: Validators | None = None) -> Outcome:
        """What an address holds, unless it is what ``known`` tells of. Raises InputRefused with the reason."""
        target = self._network.target(url)
        seen: list[str] = []
        while True:
            seen.append(target.url)
            answer = self._ask(target, known if known is not None and known.final_url == target.url else None)
            if answer.status not in _REDIRECTS:
                return self._outcome(url, target, answer)
            target = self._next_hop(target, answer, seen)

    def _outcome(self, url: str, target: Target, answer: Response) -> Outcome:
        if answer.status == 200:
            headers = answer.headers
            return Fetched(
                url=url,
                content_type=headers.get("content-type", "").partition(";")[0].strip().lower(),
                body=answer.body,
                validators=Validators(
                    final_url=target.url,
                    etag=_repeatable(headers.get("etag")),
                    last_modified=_repeatable(headers.get("last-modified")),
                ),
            )
        if answer.status == 304:
            return Unchanged(url=url)
        if answer.status in _GONE:
            return Gone(url=url, status=answer.status)
        raise InputRefused(target.url, f"is answered with status {answer.status}")

    def _next_hop(self, target: Target, answer: Response, seen: list[str]) -> Target:
        location = answer.headers.get("location")
        if not location:
            raise InputRefused(target.url, f"redirects (status {answer.status}) without saying where to")
        following = self._network.follow(target, location)
        if following.url in seen:
            raise InputRefused(target.url, f"redirects in a circle, back to {following.url}")
        if len(seen) > MOST_REDIRECTS:
            raise InputRefused(seen[0], f"redirects more than {MOST_REDIRECTS} times")
        return following

    def _ask(self, target: Target, known: Validators | None) -> Response:
        rules = self._robots.rules(target.origin)
        rule = rules.forbids(target.path)
        if rule is not None:
            raise InputRefused(target.url, f"is forbidden by its site's robots.txt (Disallow: {rule[:100]})")
        headers = {"Accept": "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"}
        if known is not None and known.etag:
            headers["If-None-Match"] = known.etag
        if known is not None and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        answer = self._get(target, headers, rules.crawl_delay)
        if answer.status not in _LATER:
            return answer
        # A host that says how soon it wants to be asked again is asked again once.
        self._hold(target, answer)
        answer = self._get(target, headers, rules.crawl_delay)
        if answer.status in _LATER:
            self._hold(target, answer)
            raise InputRefused(target.url, f"is answered with status {answer.status}: its host asks to be left alone")
        return answer

    def _hold(self, target: Target, answer: Response) -> None:
        seconds = retry_after(answer.headers.get("retry-after"))
        self._pacing.hold(target.host, _HOLD_SECONDS if seconds is None else seconds)

    def _get(
        self, target: Target, headers: dict[str, str], delay: float | None = None, limits: Limits | None = None
    ) -> Response:
        self._pacing.take_turn(target.host, target.url, delay)
        own = {"User-Agent": self._agent, "Accept-Encoding": ACCEPTED, "Connection": "close"}
        return get(target, own | headers, self._network, limits or self._limits)

    def _read_robots(self, origin: str) -> RobotRules:
        """A site without a robots.txt allows everything; one that cannot say what it allows is left alone for now."""
        target = self._network.target(f"{origin}/robots.txt")
        seen: list[str] = []
        while True:
            seen.append(target.url)
            answer = self._get(target, {"Accept": "text/plain, */*;q=0.5"}, limits=self._robots_limits())
            if answer.status not in _REDIRECTS:
                break
            target = self._next_hop(target, answer, seen)
        if answer.status == 200:
            return read_robots(answer.body, product_token(self._agent))
        if answer.status >= 500 or answer.status == 429:
            reason = f"is answered with status {answer.status}, so nothing of {origin} is fetched for now"
            raise InputRefused(target.url, reason)
        return ALLOW_ALL

    def _robots_limits(self) -> Limits:
        return Limits(
            max_bytes=2 * MOST_BYTES,
            connect_seconds=self._limits.connect_seconds,
            total_seconds=self._limits.total_seconds,
        )


def _repeatable(value: str | None) -> str | None:
    """A header's value if it can be sent back as it came."""
    return value if value and len(value) <= 500 and value.isascii() and value.isprintable() else None
