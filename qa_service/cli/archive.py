"""``status``, ``verify``, ``compact``, ``reindex``, ``export``: looking after an archive."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from qa_service.cli.failing import REFUSED, say
from qa_service.cli.opening import AsJson, DataDir, console, open_archive, print_json, quiet, read_settings

if TYPE_CHECKING:
    from qa_service.settings import Settings


def status(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Show what the archive holds."""
    settings = read_settings(data_dir)
    with quiet(), closing(open_archive(settings)) as store:
        found = store.status()
    if as_json:
        print_json(found)
        return
    from qa_service.terminal import counted, safe

    base = found["vector_base"]
    searched = "none yet" if base is None else f"{base['kind']}, {base['count']:,} vectors of {base['dim']} numbers"
    if base is not None and base["kind"] != "exact":
        searched += f", recall at 10 {base['recall_at_10']:.3f}"
    rows = {
        "archive": str(settings.data_dir),
        **{name: f"{found[name]:,}" for name in ("articles", "versions", "passages")},
        "model": f"{found['model']} ({found['model_digest'][:12]}…)",
        "vector index": f"{searched}; {found['recent_passages']:,} passages beside it",
        "refused": f"{counted(found['refused'], 'input')} not ingested since",
        "on disk": _size(found["bytes"]),
        "sequence": str(found["sequence"]),
    }
    for name, value in rows.items():
        console().print(f"{name:<14}{safe(value)}", soft_wrap=True)


def verify(
    absent: Annotated[
        str | None,
        typer.Option("--absent", metavar="ARTICLE_ID", help="Check instead that nothing of this article is left."),
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Check that the archive is sound, or that an article is gone; exits 1 if not."""
    settings = read_settings(data_dir)
    if absent is not None:
        _verify_absent(settings, absent, as_json=as_json)
        return
    with quiet(), closing(open_archive(settings)) as store:
        from index.verifying import verify as find_problems

        problems = find_problems(store)
        counts = store.catalogue.counts()
    from qa_service.terminal import counted, safe

    if as_json:
        print_json({"problems": problems})
    elif problems:
        for problem in problems:
            console().print(safe(problem), soft_wrap=True)
    else:
        held = ", ".join(counted(counts[f"{thing}s"], thing) for thing in ("article", "passage"))
        console().print(f"No problems: {held}.")
    if problems:
        raise typer.Exit(REFUSED)


def _verify_absent(settings: Settings, article_id: str, *, as_json: bool) -> None:
    with quiet(), closing(open_archive(settings)) as store:
        from index.absence import traces

        left = traces(store, article_id)
    from qa_service.terminal import safe

    if as_json:
        print_json({"absent": not left.found, "found": left.found, "pending": left.pending})
    elif left.found:
        for trace in left.found:
            console().print(safe(trace), soft_wrap=True)
    else:
        files = "no file holds anything that was deleted"
        if left.pending:
            files = f"files may still hold it until `qa-service compact`: {'; '.join(left.pending)}"
        console().print(f"Nothing of {safe(article_id)} can be found; {files}.", soft_wrap=True)
    if left.found:
        raise typer.Exit(REFUSED)


def compact(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Purge what was deleted from every file.

    Also makes the files small again, and the vector index anew.
    """
    settings = read_settings(data_dir)
    with quiet(), closing(open_archive(settings)) as store:
        before = store.status()["bytes"]
        store.compact()
        after = store.status()["bytes"]
    if as_json:
        print_json({"bytes_before": before, "bytes_after": after})
    else:
        console().print(f"Compacted {settings.data_dir}: {_size(before)} before, {_size(after)} now.")


def reindex(
    model: Annotated[
        str | None,
        typer.Option(
            "--model", metavar="NAME", help="Change over to this embedding model (folder or name); `serve` may run."
        ),
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Process again what another pipeline made.

    That is what an older version of the program, or one with other settings or another model, has stored.
    """
    from qa_service.cli.opening import require_archive
    from qa_service.cli.progress import progress

    settings = read_settings(data_dir, model=model)
    require_archive(settings)
    with quiet(), progress("Reindexing", "versions") as advance:
        from index.passages import SplitOptions
        from index.reindexing import reindex as process_again
        from qa_service.bootstrap import open_embedder

        report = process_again(
            settings.data_dir,
            open_embedder(settings),
            SplitOptions(max_tokens=settings.max_tokens),
            wait=settings.wait,
            on_done=advance,
        )
    if as_json:
        print_json(asdict(report) | {"seconds": round(report.seconds, 3)})
    else:
        from qa_service.terminal import counted

        console().print(
            f"Processed {counted(report.versions, 'version')} again, {report.unchanged:,} were up to date; "
            f"{counted(report.passages, 'passage')} with {report.model} in {report.seconds:.1f} s."
        )


def reread(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Read again, by today's readers, what was kept as it came.

    That is pages. One that reads otherwise than before becomes its article's next version.
    """
    from qa_service.cli.opening import require_archive

    settings = read_settings(data_dir)
    require_archive(settings)
    with quiet():
        from index.rereading import reread as read_again
        from qa_service.bootstrap import open_service
        from qa_service.service import report_json

        with closing(open_service(settings.model_copy(update={"reranker": None, "reader": None}))) as service:
            report = service.ingest(read_again(service.store.catalogue, max_bytes=settings.max_bytes))
    for refused in report.refused:
        say(f"refused {refused}")
    if as_json:
        print_json(report_json(report))
    else:
        console().print(f"Read {report.updated + report.unchanged:,} again; {report.updated:,} read otherwise now.")
    if report.refused:
        raise typer.Exit(REFUSED)


def export(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Print every version of every article as JSONL.

    `ingest` reads it again. --json changes nothing.
    """
    settings = read_settings(data_dir)
    with closing(open_archive(settings)) as store:
        from index.exporting import export_records

        for record in export_records(store.catalogue):
            print_json(record)


def _size(count: int) -> str:
    """A number of bytes as people say it."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
