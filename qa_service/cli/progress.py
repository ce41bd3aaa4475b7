"""A progress bar on standard error where that is a terminal; nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

Advance = Callable[[int, int | None], None]
"""Told how many are done, of how many if that is known."""


@contextmanager
def progress(doing: str, things: str) -> Generator[Advance]:
    """Shows how far the block has come while it runs, and leaves no trace."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    from qa_service.cli.opening import console

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[count]}", markup=False),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    # Lines written meanwhile appear above the bar.
    with Progress(*columns, console=console(stderr=True), transient=True, redirect_stdout=False) as bar:
        task = bar.add_task(doing, total=None, count="")

        def advance(done: int, total: int | None) -> None:
            count = f"{done:,} {things}" if total is None else f"{done:,} of {total:,} {things}"
            bar.update(task, completed=done, total=total, count=count)

        yield advance


def expected(paths: list[str]) -> int | None:
    """How many articles these inputs hold, where a bar is shown and a look at the files tells; else None."""
    if not sys.stderr.isatty() or "-" in paths:
        return None
    total = 0
    for given in map(Path, paths):
        for path in given.rglob("*") if given.is_dir() else (given,):
            if path.suffix == ".gz":
                return None
            if path.is_file():
                total += _lines(path) if path.suffix in {".jsonl", ".ndjson"} else 1
    return total


def _lines(path: Path) -> int:
    try:
        with path.open("rb") as file:
            return sum(not line.isspace() for line in file)
    except OSError:
        return 1
