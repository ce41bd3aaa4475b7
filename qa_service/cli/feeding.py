"""``ingest``, ``delete``, ``inspect``: what goes into an archive, what leaves it, and how a file would be read."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.errors import InputRefused, InvalidRequest, QAError
from qa_service.cli.failing import INTERRUPTED, REFUSED, say
from qa_service.cli.opening import AsJson, DataDir, console, open_archive, print_json, quiet, read_settings
from qa_service.cli.summary import summary

if TYPE_CHECKING:
    from index.article import Article, Item
    from index.readers.resuming import ResumeFrom
    from index.writer import IngestReport, Settled
    from qa_service.settings import Settings

Paths = Annotated[
    list[str], typer.Argument(metavar="PATH", help="Files, folders (walked), or - for JSONL on standard input.")
]
Format = Annotated[
    str | None, typer.Option("--format", metavar="NAME", help="Read every PATH as this format. Default: recognised.")
]


Columns = Annotated[
    str | None,
    typer.Option("--columns", metavar="FIELD=COLUMN,…", help="Which columns of a table hold text, title, date…"),
]


def ingest(
    paths: Paths,
    *,
    data_dir: DataDir = None,
    format_name: Format = None,
    columns: Columns = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Read every PATH from its beginning, also where it was interrupted.")
    ] = False,
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Fetch the articles that the feeds and sitemaps given list.")
    ] = False,
    wait: Annotated[
        float | None, typer.Option("--wait", metavar="SECONDS", min=0, help="How long to wait for another writer.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read articles and store them.

    What is stored already is left alone. Exits 1 where some inputs were refused; the others are stored.
    """
    from qa_service.cli.progress import expected, progress

    settings = read_settings(data_dir, wait=wait)
    if fetch:
        from qa_service.cli.fetching import fetch_listed

        fetch_listed(paths, settings, as_json=as_json)
        return
    interrupted = False
    with quiet(), progress("Ingesting", "articles") as advance:
        _check(format_name)
        mapped = _columns(columns)
        from qa_service.bootstrap import open_service

        so_far = _SoFar()
        total = expected(paths)

        def heard(done: Settled) -> None:
            so_far.add(done)
            advance(so_far.settled, total)
            if isinstance(done, InputRefused):
                say(f"refused {done}")

        unasked = settings.model_copy(update={"reranker": None, "reader": None})
        with closing(open_service(unasked)) as service:

            def resume_from(name: str, state: str) -> int | None:
                found = None if restart else service.store.progress.position(name, state)
                if found is not None:
                    say(f"{name}: goes on where it was interrupted; --restart reads it from its beginning")
                return found

            inputs = _inputs(paths, format_name, settings, columns=mapped, resume_from=resume_from)
            try:
                report = service.ingest(inputs, heard)
            except KeyboardInterrupt:
                interrupted, report = True, so_far.report()
            except QAError:
                say(f"stopped; kept: {summary(so_far.report())}")
                raise
    _tell(report, as_json=as_json)
    if interrupted:
        kept = f"{so_far.stored:,} new or changed"
        say(f"interrupted; what is stored is kept ({kept}): the same command goes on from there")
        raise typer.Exit(INTERRUPTED)
    if report.refused:
        raise typer.Exit(REFUSED)


@dataclass(slots=True)
class _SoFar:
    """What is known to be settled while an ingest runs."""

    counts: dict[str, int] = field(default_factory=lambda: {"ingested": 0, "updated": 0, "unchanged": 0})
    refused: list[InputRefused] = field(default_factory=list[InputRefused])
    passages: int = 0
    withdrawn: int = 0

    def add(self, done: Settled) -> None:
        from index.article import Withdrawn

        if isinstance(done, InputRefused):
            self.refused.append(done)
            return
        if isinstance(done, Withdrawn):
            self.withdrawn += 1
            return
        self.counts[done.outcome] += 1
        if done.outcome != "unchanged":
            self.passages += done.passages

    @property
    def stored(self) -> int:
        return self.counts["ingested"] + self.counts["updated"]

    @property
    def settled(self) -> int:
        return sum(self.counts.values()) + len(self.refused) + self.withdrawn

    def report(self) -> IngestReport:
        from index.writer import IngestReport

        return IngestReport(**self.counts, withdrawn=self.withdrawn, refused=self.refused, passages=self.passages)


def _check(format_name: str | None) -> None:
    from index.readers import FORMATS

    if format_name is not None and format_name not in FORMATS:
        raise InvalidRequest(**{"--format": f"{format_name!r} is not known; known are {', '.join(FORMATS)}"})


def _columns(given: str | None) -> dict[str, str]:
    from index.readers.tables import read_columns

    try:
        return {} if given is None else read_columns(given)
    except ValueError as error:
        raise InvalidRequest(**{"--columns": str(error)}) from error


def _inputs(
    paths: list[str],
    format_name: str | None,
    settings: Settings,
    *,
    url: str | None = None,
    columns: dict[str, str] | None = None,
    resume_from: ResumeFrom | None = None,
) -> Iterable[Item]:
    from index.readers import ReadOptions, read_inputs

    options = ReadOptions(max_bytes=settings.max_bytes, url=url, columns=columns or {}, resume_from=resume_from)
    return read_inputs(paths, options, format_name=format_name)


def _tell(report: IngestReport, *, as_json: bool) -> None:
    if as_json:
        from qa_service.service import report_json

        print_json(report_json(report))
    else:
        console().print(summary(report), soft_wrap=True)


def delete(
    article_ids: Annotated[list[str], typer.Argument(metavar="ARTICLE_ID", help="Ids, as citations show them.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Delete articles with all their versions.

    Exits 1 where an id is unknown; the others are deleted.
    """
    settings = read_settings(data_dir)
    with quiet(), closing(open_archive(settings)) as store:
        deleted = store.delete(article_ids)
    unknown = [one for one in dict.fromkeys(article_ids) if one not in deleted]
    for one in unknown:
        say(f"no article {one!r}")
    if as_json:
        print_json({"deleted": deleted, "unknown": unknown})
    else:
        console().print(f"{len(deleted):,} deleted")
    if unknown:
        raise typer.Exit(REFUSED)


def inspect(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file that ingest would read.")],
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help="Where the page came from.")] = None,
    columns: Columns = None,
    as_json: AsJson = False,
) -> None:
    """Show how a file would be read, and store nothing.

    Of a sitemap, the addresses that it lists.
    """
    from qa_service.cli.showing_listed import inspect_sitemap

    settings = read_settings(None)
    refused = inspect_sitemap(file, as_json=as_json)
    if refused is not None:
        raise typer.Exit(REFUSED if refused else 0)
    refused = False
    from index.article import Checkpoint, Withdrawn
    from index.assemble import assemble

    for item in _inputs([file], None, settings, url=url, columns=_columns(columns)):
        if isinstance(item, Checkpoint):
            continue
        if isinstance(item, Withdrawn):
            say(f"takes back {item.id}: {item.reason}")
            continue
        if isinstance(item, InputRefused):
            refused = True
            say(f"refused {item}")
            continue
        with quiet():
            article = assemble(item if url is None or item.url else replace(item, url=url))
        if as_json:
            print_json(_article_json(article))
        else:
            from qa_service.cli.showing_article import show_article

            show_article(console(), article)
    if refused:
        raise typer.Exit(REFUSED)


def _article_json(article: Article) -> dict[str, Any]:
    from qa_service.answer import to_json

    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "url": article.url,
        "published": to_json(article.published),
        "language": article.language,
        "text": article.text,
        "kept": [list(span) for span in article.kept],
        "removed": [{"span": list(one.span), "reason": one.reason} for one in article.removed],
    }
