"""What the page promises of its weight and speed. The bounds on time are loose: other work may share the machine."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.page_figures import largest_paint, page_and_json, weight
from tests.pages_archive import QUESTIONS

MOST_BYTES = 40_000


@pytest.mark.parametrize("name", ["start", "answered", "conflicting", "carriers"])
def test_the_page_of_asking_is_light(where: Callable[[str], str], page: Page, name: str) -> None:
    sizes = weight(page, where(name))
    assert len(sizes) >= 4, "the page, its style, its script and its mark"
    assert all(sizes.values()), sizes
    assert sum(sizes.values()) <= MOST_BYTES, sizes


def test_an_answer_is_painted_as_soon_as_it_is_there(where: Callable[[str], str], browser: Browser) -> None:
    # Warm, since the first page of a browser pays for what the browser itself sets up.
    largest_paint(browser, where("answered"), times=1)
    assert min(largest_paint(browser, where("answered"), times=1) for _ in range(5)) <= 200


def test_drawing_the_page_costs_little_beside_finding_the_answer(site: str) -> None:
    page, answer = page_and_json(site, QUESTIONS["toll"])
    assert page <= 1.5 * answer, f"{page * 1000:.1f} ms for the page, {answer * 1000:.1f} ms for the JSON"
