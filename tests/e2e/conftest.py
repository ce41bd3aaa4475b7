"""The page over its archive, and a browser to open it in; both are made when a test first asks for one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.page_browser import browsing, chromium
from tests.page_sites import serving_pages


@pytest.fixture(scope="session")
def where(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """The address of each page by its name in ``PAGES``: the packaged model, the real pipeline, a real server."""
    with serving_pages(tmp_path_factory.mktemp("pages")) as found:
        yield found


@pytest.fixture(scope="session")
def site(where: Callable[[str], str]) -> str:
    """Where the archive of ``tests/pages_archive.py`` is served."""
    return where("start").rstrip("/")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; only for a module, since no other test can run an event loop while it is open."""
    if chromium() is None:
        missing = "chromium is missing (Debian: apt-get install chromium fonts-noto-core)"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    with browsing() as opened:
        yield opened


@pytest.fixture
def context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes contexts that end with the test; options as for Playwright's ``new_context``."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        made.append(browser.new_context(**options))
        made[-1].set_default_timeout(10_000)
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def page(context: Callable[..., BrowserContext]) -> Page:
    """A page 1280 wide, with scripts."""
    return context().new_page()


@pytest.fixture(params=["scripts", "no scripts"])
def either(request: pytest.FixtureRequest, context: Callable[..., BrowserContext]) -> Page:
    """A page with scripts, and then one without: what it does has to be the same."""
    return context(java_script_enabled=request.param == "scripts").new_page()
