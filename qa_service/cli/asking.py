"""``ask``: a question, and the answer as a person reads it or as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.errors import InvalidRequest
from qa_service.cli.opening import AsJson, DataDir, console, print_json, quiet, read_settings, require_archive

if TYPE_CHECKING:
    from qa_service.request import AskRequest

_OPTIONS = {
    "question": "QUESTION",
    "asked_at": "--asked-at",
    "as_of": "--as-of",
    **dict.fromkeys(("time", "time.from", "time.to"), "--time"),
    "top_k": "--top-k",
    "min_confidence": "--min-confidence",
    "filters.published_from": "--from",
    "filters.published_to": "--to",
}


def ask(
    *,
    question: Annotated[str, typer.Argument(help="What you want to know, in words.")],
    asked_at: Annotated[
        str | None,
        typer.Option("--asked-at", metavar="DATE", help='When it is asked: "today" and "last week" mean that day\'s.'),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Only what had been published by then.")
    ] = None,
    time: Annotated[
        str | None,
        typer.Option(
            "--time",
            metavar="DAYS",
            help="The days asked about, whatever the words say: 2023-09, 2023-09-01..2023-09-30, 2023.., newest, off.",
        ),
    ] = None,
    published_from: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Only articles published on that day or later.")
    ] = None,
    published_to: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Only articles published on that day or earlier.")
    ] = None,
    sources: Annotated[
        list[str] | None, typer.Option("--source", metavar="NAME", help="Only this outlet (may be repeated).")
    ] = None,
    languages: Annotated[
        list[str] | None, typer.Option("--language", metavar="L", help="Only this language (may be repeated).")
    ] = None,
    tags: Annotated[
        list[str] | None, typer.Option("--tag", metavar="T", help="Only with this tag (may be repeated).")
    ] = None,
    include_undated: Annotated[
        bool, typer.Option("--include-undated", help="With --from or --to: undated articles too.")
    ] = False,
    top_k: Annotated[int, typer.Option("--top-k", metavar="N", help="Passages shown, 1 to 100.")] = 5,
    min_confidence: Annotated[
        float | None,
        typer.Option("--min-confidence", metavar="P", help="Below it an answer is withheld; 0 never withholds."),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show how every passage was scored.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Ask a question; the answer is quoted, word for word."""
    from qa_service.given_time import time_from_words

    settings = read_settings(data_dir)
    request = _request(
        {
            "question": question,
            "asked_at": asked_at,
            "as_of": as_of,
            "time": None if time is None else time_from_words(time),
            "top_k": top_k,
            "min_confidence": min_confidence,
            "filters": {
                "published_from": published_from,
                "published_to": published_to,
                "sources": sources or [],
                "languages": languages or [],
                "tags": tags or [],
                "include_undated": include_undated,
            },
        }
    )
    require_archive(settings)
    with quiet():
        from qa_service.answer import to_json
        from qa_service.bootstrap import open_service

        service = open_service(settings)
        try:
            answer = service.ask(request)
            empty = not service.store.view().keys.size
        finally:
            service.close()
    if as_json:
        print_json(to_json(answer))
    elif empty:
        console().print(f"The archive in {settings.data_dir} is empty: `qa-service ingest PATH` puts articles into it.")
    else:
        from qa_service.cli.showing import show_answer

        show_answer(console(), answer, explain=explain, asked_at_given=asked_at is not None)


def _request(fields: dict[str, Any]) -> AskRequest:
    """The request, checked before anything heavy is loaded. Raises InvalidRequest in terms of the options."""
    from qa_service.request import read_request

    try:
        request = read_request(fields)
        request.to_question(datetime.now(UTC))
    except InvalidRequest as error:
        raise InvalidRequest(**{_OPTIONS.get(name, name): text for name, text in error.fields.items()}) from None
    return request
