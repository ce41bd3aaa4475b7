"""Who may do what: bearer keys with scopes, and how often, before a request reaches any route."""

from __future__ import annotations

import math
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from qa_service.http.paths import ARTICLES
from qa_service.http.preferring import prefers_html
from qa_service.http.problems import Kind, Refusal, answer_error
from qa_service.http.request_facts import facts
from qa_service.keys import READ, WRITE, Key

UNAUTHENTICATED = Kind(slug="no-valid-key", status=401, title="A valid API key is needed")
FORBIDDEN = Kind(slug="scope-missing", status=403, title="The API key does not allow this")
TOO_MANY = Kind(slug="too-many-requests", status=429, title="Too many requests")

OPEN = frozenset({"/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"})
"""Paths that need no key: for probes, for Prometheus, and to read what there is."""
SIGN_IN = "/sign-in"
COOKIE = "qa_key"
"""Holds the key of a person who signed in: good for looking at pages, and for nothing else."""
SIGNED_IN = "qa_signed_in"
"""True in a request's scope where its key came in that cookie."""
_KEYLESS = (SIGN_IN, "/sign-out")
"""Paths that need no key but are counted: guesses must not be free."""
_NO_PAGES = ("/v1", "/mcp")
_WRITING = ("/v1/articles", "/v1/jobs")
_REDIRECT = {"Cache-Control": "no-store", "Vary": "Authorization, Cookie"}
_PRINCIPALS = 10_000
"""Callers whose buckets are remembered; the one unseen longest is forgotten first, with a full bucket again."""


class Keys(Protocol):
    """Where keys are looked up."""

    def find(self, clear: str) -> Key | None:
        """The valid key of that text, if any."""
        ...


class RateLimit:
    """A token bucket for each caller: ``burst`` requests at once, then ``per_minute`` evenly. Thread-safe."""

    def __init__(self, *, per_minute: int, burst: int, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60
        self._burst = float(burst)
        self._now = now
        self._guard = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, caller: str) -> float:
        """0 where the request may go on, and is counted; else seconds until one may."""
        with self._guard:
            now = self._now()
            left, seen = self._buckets.pop(caller, (self._burst, now))
            left = min(self._burst, left + (now - seen) * self._rate)
            allowed = left >= 1
            left -= allowed
            self._buckets[caller] = (left, now)
            if len(self._buckets) > _PRINCIPALS:
                self._buckets.popitem(last=False)
            return 0.0 if allowed else (1 - left) / self._rate


class Access:
    """Turns away who has no key, whose key lacks the scope, and who comes too often."""

    def __init__(self, app: ASGIApp, *, keys: Keys | None, limit: RateLimit | None) -> None:
        """``keys`` None: nobody is asked for one."""
        self._app = app
        self._keys = keys
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers with 401, 403 or 429."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            if scope["path"] not in OPEN and not scope["path"].startswith("/assets/"):
                self._admit(scope)
        except NotSignedIn as error:
            await RedirectResponse(error.sign_in, 303, headers=_REDIRECT)(scope, receive, send)
            return
        except Refusal as refusal:
            await answer_error(refusal, scope)(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:  # the innermost layer: the router writes into this very scope
            facts().route = getattr(scope.get("route"), "path", facts().route)

    def _admit(self, scope: Scope) -> None:
        """Raises Refusal, NotSignedIn."""
        client: tuple[str, int] | None = scope.get("client")
        key = None if self._keys is None else self._found(scope)
        caller = f"key {key.id}" if key else f"address {client[0] if client else 'unknown'}"
        facts().key = key.id if key else None
        wait = 0.0 if self._limit is None else self._limit.wait(caller)
        if wait:
            seconds = str(math.ceil(wait))
            raise Refusal(TOO_MANY, f"Come back in {seconds} s.", headers={"Retry-After": seconds})
        if self._keys is None or scope["path"] in _KEYLESS:
            return
        if key is None and is_page(scope) and "authorization" not in Headers(scope=scope):
            raise NotSignedIn(scope)
        if key is None:
            error = ', error="invalid_token"' if Headers(scope=scope).get("authorization") else ""
            detail = "Send Authorization: Bearer with a key that `qa-service keys add` made and nobody revoked."
            raise Refusal(UNAUTHENTICATED, detail, headers={"WWW-Authenticate": f'Bearer realm="qa-service"{error}'})
        needed = scope_of(scope["method"], scope["path"])
        if needed not in key.scopes:
            asked = f'Bearer realm="qa-service", error="insufficient_scope", scope="{needed}"'
            raise Refusal(FORBIDDEN, f"This needs a key with the scope {needed}.", headers={"WWW-Authenticate": asked})

    def _found(self, scope: Scope) -> Key | None:
        headers = Headers(scope=scope)
        given = headers.getlist("authorization")
        if self._keys is not None and not given and is_page(scope):
            clear = cookie_parser(headers.get("cookie", "")).get(COOKIE)
            key = None if clear is None else self._keys.find(clear)
            scope[SIGNED_IN] = key is not None
            return key
        token = re.fullmatch(r"bearer +([\x21-\x7e]{1,200})", given[0], re.IGNORECASE) if len(given) == 1 else None
        return None if token is None or self._keys is None else self._keys.find(token[1])


class NotSignedIn(Exception):
    """A person wants a page and has to sign in first."""

    def __init__(self, scope: Scope) -> None:
        """The page is where they go on to afterwards."""
        super().__init__("no valid key")
        wanted: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
        if scope["query_string"]:
            wanted += b"?" + scope["query_string"]
        self.sign_in = SIGN_IN if wanted == b"/" else f"{SIGN_IN}?to={quote(wanted, safe='/')}"


def is_page(scope: Scope) -> bool:
    """Whether a request only looks at a page: what the cookie is good for, so that no other site can use it to act.

    A permalink followed in a browser is one: it is answered with the way to the article's page.
    """
    if scope["method"] not in {"GET", "HEAD"}:
        return False
    if scope["path"].startswith(ARTICLES):
        return prefers_html(Headers(scope=scope).get("accept"))
    return not scope["path"].startswith(_NO_PAGES)


def scope_of(method: str, path: str) -> str:
    """What a key must allow for a request: feeding, deleting and jobs need write, everything else read."""
    if path.startswith("/v1/jobs"):
        return WRITE
    return WRITE if path.startswith(_WRITING) and method not in {"GET", "HEAD", "OPTIONS"} else READ
