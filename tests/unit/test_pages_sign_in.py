"""Signing in where keys are on: who comes to a page, who does not, and what a cookie is not good for."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from qa_service.http.access import COOKIE
from qa_service.http.app import create_app
from qa_service.http.options import HttpOptions
from qa_service.http.pages.assets import asset_url
from qa_service.http.pages.sign_in import same_site
from qa_service.http.testing import FakeService
from qa_service.keys import KeyRing

PAGES = ("/", "/archive", "/evaluation", "/?q=Who+fled%3F&sources=The%20Echo")


def client(ring: KeyRing | None, **more: Any) -> TestClient:
    service = FakeService()
    service.ingest_records([{"id": "a", "text": "The harbour bridge closed."}])
    made = create_app(service, HttpOptions(keys=ring, **more))
    return TestClient(made, base_url=more.get("public_url", "http://testserver"), follow_redirects=False)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    made = KeyRing(tmp_path)
    made.add("somebody else")
    return made


@pytest.mark.parametrize("page", PAGES)
def test_a_page_leads_to_the_sign_in_and_back(ring: KeyRing, page: str) -> None:
    clear, _ = ring.add("reader")
    with client(ring) as browser:
        turned = browser.get(page)
        assert turned.status_code == 303 and turned.headers["cache-control"] == "no-store"
        path, _, query = turned.headers["location"].partition("?to=")
        assert path == "/sign-in" and unquote(query or "/") == page
        form = browser.get(turned.headers["location"])
        assert form.status_code == 200 and 'type="password"' in form.text
        signed = browser.post("/sign-in", data={"key": f" {clear} ", "to": unquote(query or "/")})
        assert (signed.status_code, signed.headers["location"]) == (303, page)
        assert browser.get(page).status_code == 200
        assert "Sign out" in browser.get(page).text


def test_the_cookie_is_for_this_site_this_session_and_no_script(ring: KeyRing) -> None:
    clear, _ = ring.add("reader")
    for url, secure in (("http://archive.example", False), ("https://archive.example", True)):
        with client(ring, public_url=url) as browser:
            given = browser.post("/sign-in", data={"key": clear}).headers["set-cookie"]
            parts = {part.strip().lower() for part in given.split(";")}
            assert given.startswith(f"{COOKIE}={clear};")
            assert {"httponly", "samesite=strict", "path=/"} <= parts and ("secure" in parts) is secure
            assert not any(part.startswith(("max-age", "expires", "domain")) for part in parts)


def test_a_wrong_key_is_told_and_opens_nothing(ring: KeyRing) -> None:
    writer, _ = ring.add("feeder", ["write"])
    with client(ring) as browser:
        for key, told in (("qa_wrong", "No valid key"), ("", "Give a key"), (writer, "does not allow reading")):
            answer = browser.post("/sign-in", data={"key": key, "to": "/archive"})
            assert answer.status_code == 401 and "set-cookie" not in answer.headers
            assert told in answer.text and 'role="alert"' in answer.text and 'value="/archive"' in answer.text
            assert "Bearer" in answer.headers["www-authenticate"]
            assert not key or key not in answer.text, "a key is never shown again"


def test_the_cookie_is_good_for_pages_alone(ring: KeyRing) -> None:
    clear, _ = ring.add("all", ["read", "write"])
    with client(ring) as browser:
        browser.cookies.set(COOKIE, clear)
        assert browser.get("/archive").status_code == 200 and browser.head("/archive").status_code == 200
        for method, path in (
            ("GET", "/v1/ask?q=bridge"),
            ("GET", "/v1/archive"),
            ("GET", "/%761/archive"),
            ("POST", "/v1/ask"),
            ("POST", "/v1/articles"),
            ("DELETE", "/v1/articles/a"),
            ("POST", "/mcp"),
            ("GET", "/mcp"),
            ("POST", "/"),
        ):
            answer = browser.request(method, path)
            assert answer.status_code == 401 and "problem+json" in answer.headers["content-type"], (method, path)
        both = browser.get("/archive", headers={"Authorization": "Bearer qa_wrong"})
        assert both.status_code == 401, "a key that is given counts, not the cookie"


def test_a_revoked_or_made_up_cookie_leads_to_the_sign_in(ring: KeyRing) -> None:
    clear, key = ring.add("reader")
    with client(ring) as browser:
        browser.cookies.set(COOKIE, clear)
        assert browser.get("/").status_code == 200
        ring.revoke(key.id)
        assert browser.get("/").status_code == 303
    writer, _ = ring.add("feeder", ["write"])
    with client(ring) as browser:
        browser.cookies.set(COOKIE, writer)
        assert browser.get("/").status_code == 403


def test_signing_out_forgets_the_key(ring: KeyRing) -> None:
    clear, _ = ring.add("reader")
    with client(ring) as browser:
        browser.post("/sign-in", data={"key": clear})
        assert browser.get("/").status_code == 200
        out = browser.post("/sign-out")
        assert (out.status_code, out.headers["location"]) == (303, "/sign-in") and "Max-Age=0" in out.headers[
            "set-cookie"
        ]
        assert browser.get("/").status_code == 303
        assert browser.get("/sign-out").status_code == 405


def test_a_bearer_still_opens_pages_and_says_no_sign_out(ring: KeyRing) -> None:
    clear, _ = ring.add("reader")
    with client(ring) as browser:
        page = browser.get("/archive", headers={"Authorization": f"Bearer {clear}"})
        assert page.status_code == 200 and "Sign out" not in page.text
        assert browser.get("/archive", headers={"Authorization": "Bearer nonsense"}).status_code == 401


def test_assets_and_the_form_are_open(ring: KeyRing) -> None:
    with client(ring) as browser:
        assert browser.get(asset_url("page.css")).status_code == 200
        assert browser.get("/sign-in").status_code == 200


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        " //evil.example",
        "/a b",
        "javascript:alert(1)",
        "evil.example",
        "",
        "/x\r\nSet-Cookie: a=b",
        "/ünquoted",
        "/sign-in?to=/sign-in",
        "/sign-out",
        "/" + "x" * 5000,
    ],
)
def test_only_paths_of_this_site_are_gone_on_to(ring: KeyRing, to: str) -> None:
    assert same_site(to) == "/"
    clear, _ = ring.add("reader")
    with client(ring) as browser:
        assert browser.post("/sign-in", data={"key": clear, "to": to}).headers.get("location", "/") == "/"


def test_paths_of_this_site_stay_as_they_are() -> None:
    for to in ("/", "/archive", "/?q=a%20b&to=//x", "/articles/a%2Fb?span=1-2", "/sign-ins"):
        assert same_site(to) == to


def test_guessing_is_counted_like_everything_else(ring: KeyRing) -> None:
    with client(ring, rate_per_minute=1, rate_burst=2) as browser:
        assert [browser.post("/sign-in", data={"key": "x"}).status_code for _ in range(3)] == [401, 401, 429]
        assert browser.get(asset_url("page.css")).status_code == 200


def test_another_sites_form_is_refused(ring: KeyRing) -> None:
    clear, _ = ring.add("reader")
    with client(ring) as browser:
        for path in ("/sign-in", "/sign-out"):
            for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 303)):
                answer = browser.post(path, data={"key": clear}, headers={"Sec-Fetch-Site": site})
                assert answer.status_code == status, (path, site)
                assert ("set-cookie" in answer.headers) is (status == 303)


@pytest.mark.parametrize(("body", "status"), [(b"key=" + b"x" * 9000, 413), (b"\xff=1", 422), (b"a=1&" * 20, 422)])
def test_a_form_that_is_none_is_refused_as_a_page(ring: KeyRing, body: bytes, status: int) -> None:
    with client(ring) as browser:
        answer = browser.post("/sign-in", content=body)
        assert answer.status_code == status and "text/html" in answer.headers["content-type"]


def test_without_keys_nothing_is_asked_for() -> None:
    with client(None) as browser:
        for page in PAGES:
            assert browser.get(page).status_code == 200
        for answer in (browser.get("/sign-in"), browser.post("/sign-in", data={"key": "x"}), browser.post("/sign-out")):
            assert answer.status_code == 404
        browser.cookies.set(COOKIE, "anything")
        assert "Sign out" not in browser.get("/").text
