from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from eval.data import Topic
from eval.outputs import clear
from eval.report import worst
from eval.run import run_topics
from eval.scoring import headline, score_folder
from eval.testing import FakeAsker

HOSTILE = "Who <img src=x onerror=alert(1)> sank & why?"
TOPICS = [
    Topic(id="a", line=1, question=HOSTILE, answers=("forty people",), answerable=True),
    Topic(id="b", line=2, question="Who emigrated from Zanzibar?", answerable=False, kind="fact"),
    Topic(id="c", line=3, question="What sank off Tolmere?", answers=("the ferry",), answerable=True),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    clear(tmp_path)
    articles = {"x/1": "The ferry sank off Tolmere <script>. It was old.", "x/2": "Who knows?"}
    failures = run_topics(FakeAsker(articles), TOPICS, tmp_path)
    run = {"command": "python -m eval run", "started": "2026-11-22T18:00:00+00:00", "threshold": 0.5}
    score_folder(tmp_path, TOPICS, {"a": {"x/9": 1}, "c": {"x/1": 1}}, run=run, failures=failures)
    return tmp_path


class _Page(HTMLParser):
    """Tags as they nest, and the addresses they name."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str | None] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in {"src", "href", "xlink:href", "action"}]
        if tag not in {"meta", "br", "rect", "line", "polyline"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_fetches_nothing(folder: Path) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    page = _Page()
    page.feed(re.sub(r"/>", ">", text).replace("<circle", "<b").replace("</title></circle>", "</title></b>"))
    assert page.open == []
    assert not page.addresses
    assert not {"script", "img", "link", "iframe"} & set(page.tags)
    assert "url(" not in text
    assert "@import" not in text


def test_the_page_shows_figures_worst_topics_and_how_it_was_run(folder: Path) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    metrics: dict[str, Any] = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert "Who &lt;img src=x onerror=alert(1)&gt; sank &amp; why?" in text
    assert f"{metrics['overall']['measures']['ndcg@10']['mean']:.3f}" in text
    assert "odd lines" in text
    assert "kind: fact" in text
    assert text.count("<svg") == 2
    assert "python -m eval run" in text
    assert "forty people" in text
    assert "ndcg@10" in headline(metrics)


def test_the_worst_come_first_and_the_right_not_at_all() -> None:
    rows = [{"id": str(n), "line": n, "values": {"ndcg@10": n / 100}} for n in range(1, 101)]
    unjudged = {"id": "u", "line": 101, "values": {}}
    assert [row["line"] for row in worst([unjudged, *reversed(rows)])] == list(range(1, 51))
    assert worst([rows[-1], unjudged]) == []
