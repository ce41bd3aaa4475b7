"""``watch``: a folder mirrored, or feeds read on schedule, until stopped."""

from __future__ import annotations

import signal
import threading
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import Busy, InvalidRequest
from qa_service.cli.failing import REFUSED, say
from qa_service.cli.opening import AsJson, DataDir, console, print_json, quiet, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from index.watching import Event
    from qa_service.service import Service
    from qa_service.settings import Settings

_FOLDER_SECONDS = 5.0
_FEED_SECONDS = 900.0
_LOOKS = 5
"""How often --once waits for files that are still being written."""


def watch(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER]", help="The folder to mirror, with the folders in it.")
    ] = None,
    *,
    feed: Annotated[
        list[str] | None, typer.Option("--feed", metavar="URL", help="A feed to read instead; may be given repeatedly.")
    ] = None,
    data_dir: DataDir = None,
    every: Annotated[
        float | None,
        typer.Option("--every", metavar="SECONDS", min=0.05, help="Between two looks: 5; at feeds: 900."),
    ] = None,
    settle: Annotated[
        float,
        typer.Option("--settle", metavar="SECONDS", min=0, help="How long a file must stay as it is, or away."),
    ] = 2.0,
    once: Annotated[bool, typer.Option("--once", help="Bring the archive up to date and end.")] = False,
    as_json: AsJson = False,
) -> None:
    """Mirror a folder into the archive, or read feeds on schedule, until stopped.

    What is added or changed is stored, what is deleted is deleted here. Feeds need the extra `fetch`. With --once it
    exits 1 where something was refused or could not be read.
    """
    if (folder is None) == (not feed):
        raise InvalidRequest(watch="name either a folder or, with --feed, feeds")
    if folder is not None and not folder.is_dir():
        raise InvalidRequest(FOLDER=f"{folder} is no folder that can be read")
    settings = read_settings(data_dir)
    seconds = every or (_FEED_SECONDS if feed else _FOLDER_SECONDS)
    with _stopped_by_signals() as stop:
        with quiet():
            from qa_service.bootstrap import open_service

            service = open_service(settings.model_copy(update={"reranker": None, "reader": None}), follow=True)
        with closing(service):
            if folder is not None:
                look, is_settled = _folder_looks(folder, service, settings, settle, stop)
            else:
                look, is_settled = _feed_looks(feed or [], service, settings, stop), lambda: True
            between = min(seconds, settle or seconds) if once else seconds
            failed = _run(look, is_settled, stop, seconds=between, once=once, as_json=as_json)
    if once and failed:
        raise typer.Exit(REFUSED)


@contextmanager
def _stopped_by_signals() -> Generator[threading.Event]:
    """Set by SIGTERM and SIGINT: what is being committed is, and then it ends."""
    stop = threading.Event()

    def end(_number: int, _frame: object) -> None:
        stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _run(
    look: Callable[[], Iterator[Event]],
    is_settled: Callable[[], bool],
    stop: threading.Event,
    *,
    seconds: float,
    once: bool,
    as_json: bool,
) -> bool:
    """Look until stopped; returns whether anything was refused or could not be read."""
    failed = False
    looks = 0
    while not stop.is_set():
        looks += 1
        busy = False
        try:
            for event in _quietly(look()):
                failed = failed or bool(event.refused) or event.event == "error"
                _tell(event, as_json=as_json)
        except Busy as error:
            busy = True
            say(f"{error}: the next look tries again")
        if once and not busy and is_settled():
            break
        if once and looks > _LOOKS:
            say("something is still being written: what has settled is stored")
            return True
        stop.wait(seconds)
    return failed


def _quietly(events: Iterator[Event]) -> Iterator[Event]:
    """The same events; what libraries print while one is waited for stays off standard output."""
    while True:
        with quiet():
            event = next(events, None)
        if event is None:
            return
        yield event


def _folder_looks(
    folder: Path, service: Service, settings: Settings, settle: float, stop: threading.Event
) -> tuple[Callable[[], Iterator[Event]], Callable[[], bool]]:
    from index.readers import ReadOptions, read_file
    from index.watched_inputs import WatchedInputs
    from index.watching import FolderWatch

    options = ReadOptions(max_bytes=settings.max_bytes)
    watched = FolderWatch(
        folder=folder.resolve(),
        inputs=WatchedInputs(service.store.catalogue),
        read=lambda path, name: read_file(path, name, options),
        ingest=service.ingest,
        delete=service.delete,
        settle=settle,
        stop=stop.is_set,
    )
    return watched.look, lambda: watched.is_settled


def _feed_looks(
    feeds: list[str], service: Service, settings: Settings, stop: threading.Event
) -> Callable[[], Iterator[Event]]:
    from qa_service.bootstrap import open_client

    client = open_client(settings, stop.wait)
    from index.fetching.conditional import FetchedAddresses
    from index.fetching.visiting import Visit
    from index.watching import Event

    def look() -> Iterator[Event]:
        for url in feeds:
            if stop.is_set():
                return
            visit = Visit(
                client=client,
                addresses=FetchedAddresses(service.store.catalogue),
                max_bytes=settings.max_bytes,
                most=settings.fetch_most,
            )
            event = Event(event="feed", input=url)
            service.ingest(visit.feed(url), event.add)
            visit.settle()
            if not visit.visited.unchanged:
                yield event

    return look


def _tell(event: Event, *, as_json: bool) -> None:
    from qa_service.terminal import safe

    counts = {name: getattr(event, name) for name in ("ingested", "updated", "unchanged", "withdrawn")}
    if as_json:
        refused = [{"input": one.name, "reason": one.reason} for one in event.refused]
        print_json({"event": event.event, "input": event.input, **counts, "refused": refused, "reason": event.reason})
        return
    for one in event.refused:
        say(f"refused {one}")
    if event.event == "error":
        say(f"{event.input}: {event.reason}")
        return
    shown = [f"{count:,} {name}" for name, count in counts.items() if count]
    shown += [f"{len(event.refused):,} refused"] if event.refused else []
    console().print(f"{event.event} {safe(event.input)}: {', '.join(shown) or 'nothing'}", soft_wrap=True)
