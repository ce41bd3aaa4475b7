"""Every page for everyone: axe-core finds nothing, nothing scrolls sideways, nothing comes from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.pages_archive import PAGES

PHONE, DESKTOP = 390, 1280
NARROWEST = 320
"""CSS pixels that a window 1,280 wide has at 400%, as WCAG 2.2 asks of reflow (criterion 1.4.10)."""
ZOOMED = 640
"""The same at 200%."""
WIDTHS = (NARROWEST, 360, 390, ZOOMED, 768, 1024, 1280, 1600)
WIDEST = {"filtered", "conflicting", "carriers", "long-headline", "markup", "article-changes", "archive", "evaluation"}
"""Pages that hold what is widest of each kind; the others are left to ``make test-all``."""
# Rules that axe-core leaves out unless they are asked for.
OPTIONS = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}

MAKE = Callable[..., BrowserContext]
WHERE = Callable[[str], str]
CASES = [(name, width, scheme) for name in PAGES for width in (PHONE, DESKTOP) for scheme in ("light", "dark")]


def first_or_slow(cases: list[tuple[str, int, str]]) -> list[Any]:
    """Each page once, phone and light or desktop and dark by turns; the other three ways are left to ``make test-all``."""
    once = {(name, *((PHONE, "light") if number % 2 else (DESKTOP, "dark"))) for number, name in enumerate(PAGES)}
    return [pytest.param(*case, marks=() if case in once else pytest.mark.slow) for case in cases]


COUNT_INLINE = """(html) => new DOMParser().parseFromString(html, "text/html")
  .querySelectorAll("[style], style, script:not([src]), [onclick], [onload], [onerror]").length"""
UNLABELLED = """[...document.querySelectorAll("input:not([type=hidden], [hidden]), select, textarea, button, a[href]")]
  .filter((one) => !one.labels?.length && !one.textContent.trim() && !one.ariaLabel).map((one) => one.outerHTML)"""


def violations(page: Page) -> list[str]:
    found: list[dict[str, Any]] = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{one['impact']}: {one['id']}: {node['target']}: {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(("name", "width", "scheme"), first_or_slow(CASES))
def test_axe_finds_nothing(where: WHERE, context: MAKE, name: str, width: int, scheme: str) -> None:
    page = context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    page.goto(where(name))
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert violations(page) == []


def test_axe_finds_nothing_in_the_list_of_keys(site: str, page: Page) -> None:
    page.goto(site)
    page.get_by_role("button", name="Keyboard").click()
    assert violations(page) == []


def test_axe_would_find_something(site: str, page: Page) -> None:
    page.goto(site)
    page.evaluate("document.querySelector('.brand').before(document.createElement('img'))")
    assert any("image-alt" in one for one in violations(page))


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in WIDEST else pytest.mark.slow) for name in PAGES]
)
def test_nothing_scrolls_sideways_at_any_width_or_zoom(where: WHERE, page: Page, name: str) -> None:
    page.goto(where(name))
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    too_wide: dict[int, list[str]] = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.scrollingElement.scrollWidth > innerWidth"):
            too_wide[width] = page.evaluate(
                "[...document.querySelectorAll('main *, header *, footer *')]"
                ".filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 90))"
            )
    assert too_wide == {}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_sound(where: WHERE, page: Page, name: str) -> None:
    """Nothing comes from elsewhere, the browser complains of nothing, and what Lighthouse asks first is there."""
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    answer = page.goto(where(name))
    assert answer is not None
    origin = where(name).removesuffix(PAGES[name])
    assert [one for one in asked if not one.startswith(f"{origin}/")] == []
    # An error's page is itself "a resource that failed to load".
    assert [one for one in complaints if answer.ok or f"status of {answer.status}" not in one] == []
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "*" not in policy
    assert page.evaluate(COUNT_INLINE, answer.text()) == 0

    assert len(page.title()) > len("· qa-service")
    assert page.locator("html").get_attribute("lang") == "en"
    viewport = page.locator("meta[name=viewport]").get_attribute("content") or ""
    assert "width=device-width" in viewport and "maximum-scale" not in viewport and "user-scalable" not in viewport
    assert page.locator("meta[name=description]").get_attribute("content")
    levels = page.evaluate(
        "[...document.querySelectorAll('main :is(h1, h2, h3, h4, h5, h6)')].map((one) => +one.tagName[1])"
    )
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels)), levels
    assert page.evaluate(UNLABELLED) == []


def test_a_key_opens_the_pages_and_only_a_right_one(where: WHERE, either: Page) -> None:
    either.goto(where("sign-in").replace("/sign-in?to=/", "/archive"))
    expect(either).to_have_url(re.compile("/sign-in"))
    either.get_by_label("key", exact=False).first.fill("qa_wrong")
    either.keyboard.press("Enter")
    expect(either.get_by_role("main")).to_contain_text("No valid key reads like this.")
