"""The servers that the page is tested on: the archive made for it with a report of its evaluation, and one that asks for keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from eval.__main__ import main as evaluate
from qa_service.http.app import create_app
from qa_service.http.options import HttpOptions
from qa_service.http.testing import FakeService, serving
from qa_service.keys import KeyRing
from tests.pages_archive import PAGES, QUESTIONS, open_pages_archive

_GOLD = {
    "ferry": ("ostervik-post/2024-03-04/ferry", "62 crowns"),
    "market": ("ostervik-post/2024-05-21/market", "38 million crowns"),
    "bare": ("loose/lighthouse", "Anna Tveit"),
    "dam": ("northern-mail/2024-01-15/dam", "7 metres"),
}


@contextmanager
def serving_pages(folder: Path) -> Generator[Callable[[str], str]]:
    """Where each page of ``PAGES`` is, by its name; everything the servers keep is in ``folder``."""
    keys = KeyRing(folder / "locked")
    (folder / "locked").mkdir(parents=True)
    keys.add("reader")
    app = create_app(open_pages_archive(folder / "archive"), HttpOptions(eval_dir=folder / "report"))
    with serving(app) as site, serving(create_app(FakeService(), HttpOptions(keys=keys))) as locked:
        _report(site, folder)
        yield lambda name: f"{locked if name == 'sign-in' else site}{PAGES[name]}"


def _report(site: str, folder: Path) -> None:
    """What ``python -m eval run`` writes about a few questions of known answer."""
    topics, qrels = folder / "topics.jsonl", folder / "qrels.txt"
    with topics.open("w", encoding="utf-8") as gold, qrels.open("w", encoding="utf-8") as judged:
        for name, (article, answer) in _GOLD.items():
            topic = {"id": name, "kind": "fact", "question": QUESTIONS[name], "answerable": True, "answers": [answer]}
            gold.write(json.dumps(topic) + "\n")
            judged.write(f"{name} 0 {article} 1\n")
    given = ["run", "--url", site, "--topics", str(topics), "--qrels", str(qrels), "--out", str(folder / "report")]
    if evaluate(given):
        raise RuntimeError("the evaluation for the page's report failed")
