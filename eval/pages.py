"""``python -m eval.pages FOLDER [--half even|odd]``: how well web pages are read, by date, headline and required text.

FOLDER holds ``gold.jsonl`` (``{"file", "url", "date", "title", "must_contain", "must_not_contain"}``) and ``pages/``.
A string is kept where it stands in the kept ranges of the article, white space collapsed; of a page that was refused
nothing is kept.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.assemble import assemble
from index.errors import InputRefused
from index.readers.html import read_page
from index.readers.html.tree import squeezed

_MAX_BYTES = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What one page came to."""

    file: str
    line: int
    refused: str | None
    date: bool
    title: bool
    missing: tuple[str, ...]
    forbidden: tuple[str, ...]
    required: int
    unwanted: int
    got: tuple[str | None, str]


def main() -> int:
    """Print the figures of both halves; ``--each`` names every miss of one half."""
    parser = argparse.ArgumentParser(prog="python -m eval.pages", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=("even", "odd"))
    parser.add_argument("--each", action="store_true", help="name every miss")
    options = parser.parse_args()
    judged = list(judge(options.folder))
    halves = {"even": 0, "odd": 1}
    for name, rest in halves.items():
        if options.half in {None, name}:
            some = [one for one in judged if one.line % 2 == rest]
            print(name, json.dumps(figures(some)))
            if options.each:
                _tell(some)
    if options.half is None:
        print("all", json.dumps(figures(judged)))
    return 0


def judge(folder: Path) -> Iterator[Judged]:
    """Every page of the gold, read."""
    for line, text in enumerate((folder / "gold.jsonl").read_text("utf-8").splitlines(), start=1):
        gold: dict[str, Any] = json.loads(text)
        data = (folder / "pages" / gold["file"]).read_bytes()
        record = read_page(data, name=gold["file"], shown=gold["file"], url=gold["url"], max_bytes=_MAX_BYTES)
        article = None if isinstance(record, InputRefused) else assemble(record)
        kept = "" if article is None else squeezed("\n".join(article.text[start:end] for start, end in article.kept))
        date = None if article is None or article.published.date is None else article.published.date[:10]
        title = "" if article is None else article.title
        yield Judged(
            file=gold["file"],
            line=line,
            refused=record.reason if isinstance(record, InputRefused) else None,
            date=date == gold["date"],
            title=squeezed(title) == squeezed(gold["title"] or ""),
            missing=tuple(one for one in gold["must_contain"] if squeezed(one) not in kept),
            forbidden=tuple(one for one in gold["must_not_contain"] if squeezed(one) in kept),
            required=len(gold["must_contain"]),
            unwanted=len(gold["must_not_contain"]),
            got=(date, title),
        )


def figures(judged: list[Judged]) -> dict[str, float | int]:
    """Shares over those pages, strings counted one by one."""
    pages = max(1, len(judged))
    return {
        "pages": len(judged),
        "date_exact": round(sum(one.date for one in judged) / pages, 3),
        "headline_exact": round(sum(one.title for one in judged) / pages, 3),
        "required_kept": round(
            1 - sum(len(one.missing) for one in judged) / max(1, sum(one.required for one in judged)), 3
        ),
        "forbidden_absent": round(
            1 - sum(len(one.forbidden) for one in judged) / max(1, sum(one.unwanted for one in judged)), 3
        ),
        "refused": sum(one.refused is not None for one in judged),
    }


def _tell(judged: list[Judged]) -> None:
    for one in judged:
        if one.refused:
            print(f"{one.line} {one.file}: refused: {one.refused}", file=sys.stderr)
        if not one.date:
            print(f"{one.line} {one.file}: date {one.got[0]}", file=sys.stderr)
        if not one.title:
            print(f"{one.line} {one.file}: headline {one.got[1]!r}", file=sys.stderr)
        for text in one.missing:
            print(f"{one.line} {one.file}: lost {text!r}", file=sys.stderr)
        for text in one.forbidden:
            print(f"{one.line} {one.file}: kept {text!r}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
