"""Debian's Chromium as the tests of the page drive it: found on PATH, headless, and with no way out of this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

WIDTHS = (390, 834, 1440)
"""Phone, tablet, desktop: as screenshots are kept."""
SCHEMES = ("light", "dark")
_LOOPBACK_ONLY = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


def chromium() -> str | None:
    """Where the browser is, if there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def browsing() -> Generator[Browser]:
    """A browser until the block ends. While it is open, no event loop can be run in this thread."""
    sandbox = [] if os.getuid() else ["--no-sandbox"]  # Chromium refuses its sandbox to root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[_LOOPBACK_ONLY, *sandbox])
        yield browser
        browser.close()
