"""Pictures of every page, at three widths, light and dark: ``python -m tests.screenshots FOLDER [NAME…]``."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.page_browser import SCHEMES, WIDTHS, browsing, chromium
from tests.page_sites import serving_pages
from tests.pages_archive import PAGES


def take(folder: Path, names: list[str]) -> int:
    """Writes ``NAME-WIDTH-SCHEME.png`` for each page and returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = 0
    with TemporaryDirectory() as data, serving_pages(Path(data)) as where, browsing() as browser:
        for width in WIDTHS:
            for scheme in SCHEMES:
                context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
                page = context.new_page()
                for name in names:
                    page.goto(where(name))
                    page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
                    taken += 1
                context.close()
    return taken


if __name__ == "__main__":
    logging.disable(logging.INFO)
    if chromium() is None:
        sys.exit("chromium is missing (Debian: apt-get install chromium fonts-noto-core)")
    unknown = [name for name in sys.argv[2:] if name not in PAGES]
    if len(sys.argv) < 2 or unknown:
        sys.exit(f"usage: python -m tests.screenshots FOLDER [{' | '.join(PAGES)}]… (unknown: {unknown})")
    print(take(Path(sys.argv[1]), sys.argv[2:] or list(PAGES)), "screenshots in", sys.argv[1])
