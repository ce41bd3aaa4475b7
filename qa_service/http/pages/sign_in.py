"""``/sign-in``: where keys are asked for, a person gives theirs once and the browser keeps it until it is closed."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from anyio import fail_after
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from qa_service.http.access import COOKIE, UNAUTHENTICATED
from qa_service.http.lifecycle import HasLifecycle, Lifecycle
from qa_service.http.pages.page_route import PageRoute
from qa_service.http.pages.rendering import page
from qa_service.http.problems import BODY_SLOW, INVALID, NO_ROUTE, TOO_LARGE, Kind, Refusal
from qa_service.http.request_facts import facts
from qa_service.keys import READ

router = APIRouter(include_in_schema=False, route_class=PageRoute)

FOREIGN = Kind(slug="foreign-form", status=403, title="This form was sent from another site")
_MOST_BYTES = 8192
_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
"""A path on this site: ASCII without blanks, control characters or backslashes, and not ``//host``."""


@router.get("/sign-in")
async def sign_in(request: Request, lifecycle: HasLifecycle) -> Response:
    """The form."""
    _asked_for(lifecycle)
    return _form(request, same_site(request.query_params.get("to", "/")))


@router.post("/sign-in")
async def check_key(request: Request, lifecycle: HasLifecycle) -> Response:
    """Keeps the key in a cookie and goes on to the page that was wanted; a wrong one is told."""
    options = _asked_for(lifecycle)
    fields = await _fields(request, options.options.body_seconds)
    to = same_site(fields.get("to", "/"))
    clear = fields.get("key", "").strip()
    ring = options.options.keys
    # Keys are read from a file, and each guess costs the same: never on the loop's own thread.
    key = None if ring is None or not clear else await lifecycle.probing.run(lambda: ring.find(clear))
    if key is None:
        return _form(request, to, wrong="Give a key." if not clear else "No valid key reads like this.")
    if READ not in key.scopes:
        return _form(request, to, wrong="This key does not allow reading.")
    facts().key = key.id
    answer = RedirectResponse(to, 303, headers={"Cache-Control": "no-store"})
    answer.set_cookie(COOKIE, clear, path="/", httponly=True, samesite="strict", secure=_is_https(lifecycle))
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, lifecycle: HasLifecycle) -> Response:
    """Forgets the key."""
    _asked_for(lifecycle)
    _own_form(request)
    answer = RedirectResponse("/sign-in", 303, headers={"Cache-Control": "no-store"})
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=_is_https(lifecycle))
    return answer


def same_site(to: str) -> str:
    """Where to go on: that path if it is one on this site, else the first page."""
    usable = _PATH.fullmatch(to) and len(to) <= 4096 and not re.match(r"/(sign-in|sign-out)\b", to)
    return to if usable else "/"


def _asked_for(lifecycle: Lifecycle) -> Lifecycle:
    """Raises Refusal (404) where nobody is asked for a key."""
    if lifecycle.options.keys is None:
        raise Refusal(NO_ROUTE, "No key is asked for here.")
    return lifecycle


def _form(request: Request, to: str, *, wrong: str | None = None) -> Response:
    answer = page(request, "sign_in.html", {"to": to, "wrong": wrong}, status=401 if wrong else 200)
    if wrong:
        facts().problem = UNAUTHENTICATED.slug
        answer.headers["WWW-Authenticate"] = 'Bearer realm="qa-service", error="invalid_token"'
    return answer


async def _fields(request: Request, seconds: float) -> dict[str, str]:
    """The form's fields. Raises Refusal."""
    _own_form(request)
    body = bytearray()
    try:
        with fail_after(seconds):
            async for part in request.stream():
                body += part
                if len(body) > _MOST_BYTES:
                    detail = f"At most {_MOST_BYTES} bytes are read here."
                    raise Refusal(TOO_LARGE, detail, headers={"Connection": "close"})
    except TimeoutError as error:
        raise Refusal(BODY_SLOW, "The form took too long to arrive.", headers={"Connection": "close"}) from error
    try:
        given = parse_qs(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=10)
    except ValueError as error:
        raise Refusal(INVALID, "The form cannot be read.") from error
    return {name: values[0] for name, values in given.items()}


def _own_form(request: Request) -> None:
    """Raises Refusal where a browser says that another site's page sent the form."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise Refusal(FOREIGN, "Sign in and out on this site's own page.")


def _is_https(lifecycle: Lifecycle) -> bool:
    return lifecycle.options.public_url.lower().startswith("https://")
