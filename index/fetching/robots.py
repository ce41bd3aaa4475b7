"""What a site's robots.txt allows, read as RFC 9309 says: the longest rule that fits decides, ``*`` and ``$`` count."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote

from index.errors import InputRefused

MOST_BYTES = 500 * 1024
"""What is read of a robots.txt; RFC 9309 asks for at least that."""
_MOST_RULES = 10_000
_KEPT_SECONDS = 24 * 3600.0
_FAILED_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotRules:
    """The rules for one program on one site."""

    rules: tuple[tuple[str, bool], ...] = ()
    """Patterns of paths, and whether they are allowed."""
    crawl_delay: float | None = None
    """Seconds between two requests."""

    def forbids(self, path: str) -> str | None:
        """The rule that forbids a path with its query; None where it is allowed."""
        if path.partition("?")[0] == "/robots.txt":
            return None
        wanted = _plain(path)
        best, is_allowed = "", True
        for pattern, allowed in self.rules:
            longer = len(pattern) > len(best) or (len(pattern) == len(best) and allowed)
            if longer and _fits(pattern, wanted):
                best, is_allowed = pattern, allowed
        return None if is_allowed else best


ALLOW_ALL = RobotRules()


def read_robots(data: bytes, agent: str) -> RobotRules:
    """The rules for the program whose product token is ``agent``, else those for everyone."""
    text = data[:MOST_BYTES].decode("utf-8-sig", "replace")
    groups: dict[str, list[tuple[str, bool]]] = {}
    delays: dict[str, float] = {}
    named: list[str] = []
    in_rules = False
    count = 0
    for line in text.splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if not colon:
            continue
        if key == "user-agent":
            named = [*([] if in_rules else named), _token(value)]
            in_rules = False
            groups.setdefault(named[-1], [])
            continue
        in_rules = in_rules or key in {"allow", "disallow", "crawl-delay"}
        if key in {"allow", "disallow"} and value and count < _MOST_RULES:
            count += 1
            for name in named:
                groups[name].append((_plain(value), key == "allow"))
        elif key == "crawl-delay":
            for name in named:
                _note_delay(delays, name, value)
    name = agent.lower() if agent.lower() in groups else "*"
    return RobotRules(rules=tuple(groups.get(name, ())), crawl_delay=delays.get(name))


def product_token(user_agent: str) -> str:
    """The name by which robots.txt speaks of a program: ``qa-service`` of ``qa-service/1.0 (…)``."""
    found = re.match(r"[A-Za-z_-]+", user_agent)
    return found[0] if found else "*"


class RobotsCache:
    """The rules of each site, kept for a day; that a site could not say what it allows, for five minutes."""

    def __init__(self, fetch: Callable[[str], RobotRules], clock: Callable[[], float] = time.monotonic) -> None:
        """``fetch`` gives the rules of an origin, or raises InputRefused."""
        self._fetch, self._clock = fetch, clock
        self._known: dict[str, tuple[float, RobotRules | InputRefused]] = {}

    def rules(self, origin: str) -> RobotRules:
        """The rules of a site. Raises InputRefused while it cannot say them."""
        until, known = self._known.get(origin, (0.0, None))
        if known is None or self._clock() >= until:
            try:
                known = self._fetch(origin)
            except InputRefused as error:
                known = error
            seconds = _FAILED_SECONDS if isinstance(known, InputRefused) else _KEPT_SECONDS
            self._known[origin] = (self._clock() + seconds, known)
        if isinstance(known, InputRefused):
            raise InputRefused(known.name, known.reason)
        return known


def _token(value: str) -> str:
    return value if value == "*" else product_token(value).lower()


def _note_delay(delays: dict[str, float], name: str, value: str) -> None:
    if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", value):
        delays[name] = float(value)


def _plain(path: str) -> str:
    """A path with every character percent-encoded in one way, ``*`` and ``$`` aside."""
    return quote(unquote(path), safe="/*$?=&:@!'()+,;~-._")


def _fits(pattern: str, path: str) -> bool:
    """Whether a path begins as a pattern says; pieces between stars are sought from left to right, without regress."""
    is_whole = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for number, piece in enumerate(rest, start=1):
        if is_whole and number == len(rest):
            return len(path) - len(piece) >= at and path.endswith(piece)
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return not is_whole or at == len(path)
