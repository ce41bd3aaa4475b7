"""What the page weighs and how fast it is: ``python -m tests.page_figures [DATA_DIR QUESTION]``."""

from __future__ import annotations

import http.client
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Browser, Page, Request

from qa_service.bootstrap import open_service
from qa_service.http.app import create_app
from qa_service.http.testing import serving
from qa_service.settings import Settings
from tests.page_browser import browsing
from tests.pages_archive import QUESTIONS, open_pages_archive

LARGEST_PAINT = """new Promise((done) => new PerformanceObserver((list) => done(
  list.getEntries().at(-1).startTime - performance.getEntriesByType("navigation")[0].responseEnd
)).observe({ type: "largest-contentful-paint", buffered: true }))"""


def weight(page: Page, address: str) -> dict[str, int]:
    """Bytes of each body that a first visit takes, as they travel, by address."""
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))  # noqa: PLW0108 - Playwright marks what it is given
    page.goto(address)
    page.wait_for_load_state("networkidle")
    sizes = {request.url: request.sizes()["responseBodySize"] for request in requests}
    for request in requests:  # what the browser had at hand already, such as the icon, counts as the whole file
        if sizes[request.url] <= 0 and (answer := request.response()):
            sizes[request.url] = len(answer.body())
    return sizes


def largest_paint(browser: Browser, address: str, times: int = 5) -> float:
    """Median milliseconds from the answer's last byte to the largest contentful paint, with nothing cached."""
    taken: list[float] = []
    for _ in range(times):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(address)
        taken.append(page.evaluate(LARGEST_PAINT))
        context.close()
    return median(taken)


def seconds_of(connection: http.client.HTTPConnection, target: str) -> float:
    """How long one answer takes on an open connection. Raises RuntimeError where it is none."""
    started = time.perf_counter()
    connection.request("GET", target, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{target} answers {answer.status}")
    return time.perf_counter() - started


def page_and_json(site: str, question: str, times: int = 20) -> tuple[float, float]:
    """Median seconds of the page and of the JSON answer to one question, asked by turns of a warm server."""
    query = urlencode({"q": question})
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=60)
    pages: list[float] = []
    answers: list[float] = []
    for number in range(times + 3):
        a, b = seconds_of(connection, f"/?{query}"), seconds_of(connection, f"/v1/ask?{query}")
        if number >= 3:
            pages.append(a)
            answers.append(b)
    connection.close()
    return median(pages), median(answers)


def show(site: str, question: str, say: Callable[[str], None]) -> None:
    """Every figure of one question's page."""
    address = f"{site}/?{urlencode({'q': question})}"
    with browsing() as browser:
        sizes = weight(browser.new_page(), address)
        for url, size in sizes.items():
            say(f"{size:7,} bytes  {url.removeprefix(site).split('?')[0]}")
        elsewhere = sum(not url.startswith(site) for url in sizes)
        say(f"{sum(sizes.values()):7,} bytes in all; requests elsewhere: {elsewhere}")
        say(f"{largest_paint(browser, address):7.0f} ms from the answer to the largest paint")
    page, answer = page_and_json(site, question)
    say(f"{page * 1000:7.1f} ms the page, {answer * 1000:.1f} ms the JSON answer: {page / answer:.2f} times")


if __name__ == "__main__":
    logging.disable(logging.INFO)
    with TemporaryDirectory() as made:
        given = sys.argv[1:]
        service = open_service(Settings(data_dir=Path(given[0]))) if given else open_pages_archive(Path(made))
        with serving(create_app(service)) as running:
            show(running, given[1] if given else QUESTIONS["wire"], print)
