"""``fetch``: articles by their addresses, and the articles that feeds and sitemaps list."""

from __future__ import annotations

from contextlib import closing
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import InputRefused
from qa_service.cli.failing import INTERRUPTED, REFUSED, say
from qa_service.cli.opening import AsJson, DataDir, console, print_json, quiet, read_settings
from qa_service.cli.summary import summary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index.fetching.visiting import Visited
    from index.writer import IngestReport, Settled
    from qa_service.settings import Settings


class WhenGone(StrEnum):
    """What to do about an article whose page is not there any more."""

    REPORT = "report"
    DELETE = "delete"


def fetch(
    urls: Annotated[
        list[str], typer.Argument(metavar="URL", help="Pages; feeds and sitemaps, whose pages are fetched.")
    ],
    data_dir: DataDir = None,
    gone: Annotated[
        WhenGone, typer.Option("--gone", help="What becomes of a stored article whose page is not there any more.")
    ] = WhenGone.REPORT,
    as_json: AsJson = False,
) -> None:
    """Fetch articles from the web and store them; needs the extra `fetch`.

    What has not changed since is not read again. Exits 1 where some addresses were refused; the others are stored.
    """
    settings = read_settings(data_dir)
    fetch_all(urls, settings, gone, as_json=as_json)


def fetch_listed(paths: list[str], settings: Settings, *, as_json: bool) -> None:
    """Fetch and store the articles that feeds and sitemaps list, each a file or an address."""
    from pathlib import Path

    from index.fetching.pages import read_list_file

    urls: list[str] = []
    failed = False
    for path in paths:
        if path.startswith(("http://", "https://")):
            urls.append(path)
            continue
        for found in read_list_file(Path(path), settings.max_bytes, settings.fetch_bytes):
            if isinstance(found, InputRefused):
                failed = True
                say(f"refused {found}")
            else:
                urls.append(found.url)
    most = settings.fetch_most
    if len(urls) > most:
        say(f"left out {len(urls) - most:,} listed addresses: QA_FETCH_MOST says how many are fetched in one run")
    fetch_all(urls[:most], settings, as_json=as_json, failed=failed)


def fetch_all(
    urls: Iterable[str], settings: Settings, gone: WhenGone = WhenGone.REPORT, *, as_json: bool, failed: bool = False
) -> None:
    """Fetch and store the articles of addresses; ``failed``: something was refused before."""
    with quiet():
        from qa_service.bootstrap import open_client, open_service

        client = open_client(settings)
        from index.fetching.conditional import FetchedAddresses
        from index.fetching.visiting import Visit

        with closing(open_service(settings.model_copy(update={"reranker": None, "reader": None}))) as service:
            visit = Visit(
                client=client,
                addresses=FetchedAddresses(service.store.catalogue),
                max_bytes=settings.max_bytes,
                most=settings.fetch_most,
                when_gone=gone.value,
            )

            def heard(done: Settled) -> None:
                visit.heard(done)
                if isinstance(done, InputRefused):
                    say(f"refused {done}")

            try:
                report = service.ingest(visit.pages(urls), heard)
            except KeyboardInterrupt:
                say("interrupted; what is stored is kept: the same command goes on from there")
                raise typer.Exit(INTERRUPTED) from None
    _tell(report, visit.visited, as_json=as_json)
    if report.refused or failed:
        raise typer.Exit(REFUSED)


def _tell(report: IngestReport, visited: Visited, *, as_json: bool) -> None:
    if visited.left_out:
        say(f"left out {visited.left_out:,} listed addresses: QA_FETCH_MOST says how many are fetched in one run")
    if as_json:
        from qa_service.service import report_json

        counts = {"fetched": visited.fetched, "not_changed": len(visited.unchanged), "left_out": visited.left_out}
        print_json({**counts, "gone": visited.gone, **report_json(report)})
        return
    found = f"{visited.fetched:,} fetched, {len(visited.unchanged):,} not changed since"
    console().print(f"{found}: {summary(report)}", soft_wrap=True)
