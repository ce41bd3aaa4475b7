"""Background ingestion: bodies accepted now and ingested later, each item exactly once, whatever stops the process.

Some items at a time are ingested and then settled. If the process ends in between, they are ingested again, which
changes nothing: no id is twice among them, so each is found stored as it is. What it was then (new, or changed) is told
by the commits since.
"""

from __future__ import annotations

import fcntl
import logging
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.errors import Busy, InputRefused, QAError
from index.jobs import JobState, JobStore
from index.readers.jsonl import read_record

Fields = dict[str, Any]
Ingest = Callable[[list[Fields]], list[Fields]]

_AT_ONCE = 32
"""Items that are ingested together; progress is told in such steps."""
_KEPT_SECONDS = 7 * 86_400
"""How long what became of a job can be read after its end."""
_WAITING = 100
"""Jobs that may be unfinished."""
_LOOK_SECONDS = 1.0
"""Between two looks for what another process accepted."""
_log = logging.getLogger(__name__)


class Jobs:
    """The jobs of one data directory; of all processes that serve it, one works on them. Thread-safe."""

    def __init__(self, folder: Path, *, max_bytes: int) -> None:
        """Nothing is opened before it is needed."""
        self._folder = folder
        self._max_bytes = max_bytes
        self._opened: JobStore | None = None
        self._guard = threading.Lock()
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def accept(self, items: Sequence[tuple[Fields | None, Fields | None]]) -> Fields:
        """The job of ``(record, result)`` pairs, durable on return. Raises Busy where too many wait."""
        store = self._store()
        if sum(job.finished is None for job in store.states()) >= _WAITING:
            raise Busy(f"{_WAITING} jobs are waiting to be ingested; try again later")
        job = secrets.token_hex(8)
        store.accept(job, items, now=int(time.time()), keep=_KEPT_SECONDS)
        if all(record is None for record, _ in items):
            store.settle(job, [], now=int(time.time()))
        self._wake.set()
        return self.job(job)

    def refusal(self, fields: Fields) -> Fields | None:
        """What is told of a record that cannot be read; None where it can."""
        record = read_record(fields, name="item", max_bytes=self._max_bytes)
        if not isinstance(record, InputRefused):
            return None
        given = fields.get("id")
        return settled({"id": given if isinstance(given, str) else None, "refused": record.reason})

    def job(self, job: str, start: int = 0, count: int = 100) -> Fields:
        """A job with its items from ``start`` on. Raises NotFound."""
        store = self._store()
        state = store.state(job)
        items = store.results(job, start, count)
        return _shown(state) | {"start": start, "items": [_item(start + n, one) for n, one in enumerate(items)]}

    def jobs(self) -> list[Fields]:
        """Every job without its items, newest first."""
        return [_shown(state) for state in self._store().states()]

    def counts(self) -> dict[str, int]:
        """Jobs by state."""
        return dict.fromkeys(("queued", "running", "done", "cancelled"), 0) | Counter(
            state.state for state in self._store().states()
        )

    def cancel(self, job: str) -> Fields:
        """The job, its items still to be done cancelled; what is being ingested just now is stored. Raises NotFound."""
        outcome = {"id": None, "outcome": "cancelled", "version": None, "passages": 0, "refused": None}
        self._store().cancel(job, outcome, now=int(time.time()))
        return self.job(job)

    def start(self, ingest: Ingest) -> None:
        """Begins to work, in a thread, on what was accepted: also by processes that have ended."""
        self._thread = threading.Thread(target=self._work, args=(ingest,), name="jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the work after the items under way, and releases the file."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        with self._guard:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def step(self, ingest: Ingest) -> bool:
        """Ingests and settles some items of the oldest job; False where there is nothing to do. Raises Busy."""
        store = self._store()
        job = store.oldest()
        if job is None:
            return False
        some = self._apart(store.pending(job, _AT_ONCE))
        before = store.begin(job)
        outcomes = _ingested([record for _, record in some], ingest)
        results: list[tuple[int, Fields]] = []
        for (place, _), outcome in zip(some, outcomes, strict=True):
            result = settled(outcome)
            version = result["version"]
            repeated = before is not None and result["outcome"] == "unchanged"
            if repeated and store.changed_since(result["id"], version, before or 0):
                result["outcome"] = "ingested" if version == 1 else "updated"
            results.append((place, result))
        store.settle(job, results, now=int(time.time()))
        return True

    def _apart(self, pending: list[tuple[int, Fields]]) -> list[tuple[int, Fields]]:
        """As many of them, from the first on, as name no article twice."""
        seen: set[str] = set()
        for n, (_, fields) in enumerate(pending):
            record = read_record(fields, name="item", max_bytes=self._max_bytes)
            if not isinstance(record, InputRefused):
                if record.id in seen:
                    return pending[:n]
                seen.add(record.id)
        return pending

    def _work(self, ingest: Ingest) -> None:
        with (self._folder / "jobs.lock").open("a") as lock:
            while not self._stopping:
                self._wake.clear()
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    while not self._stopping and self.step(ingest):
                        pass
                except BlockingIOError:
                    pass  # another process works on them
                except QAError as error:
                    _log.warning("jobs wait: %s", error)
                except Exception:  # noqa: BLE001 - the thread must live: what was accepted is owed
                    _log.exception("jobs wait: unforeseen")
                self._wake.wait(_LOOK_SECONDS)

    def _store(self) -> JobStore:
        with self._guard:
            if self._opened is None:
                self._opened = JobStore(self._folder / "catalogue.db")
            return self._opened


def settled(outcome: Fields) -> Fields:
    """What is told about one record, from what the service says became of it."""
    if "refused" in outcome:
        given, reason = outcome["id"], outcome["refused"]
        return {"id": given, "outcome": "refused", "version": None, "passages": 0, "refused": reason}
    return {name: outcome[name] for name in ("id", "outcome", "version", "passages")} | {"refused": None}


def _ingested(records: list[Fields], ingest: Ingest) -> list[Fields]:
    """One outcome a record; a record that nothing foresaw is refused, and the others go on. Raises QAError."""
    try:
        return ingest(records) if records else []
    except QAError:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, one record's fault is no other's
        _log.exception("a job's items failed together; each is tried alone")
    outcomes: list[Fields] = []
    for record in records:
        try:
            outcomes += ingest([record])
        except QAError:
            raise
        except Exception:  # noqa: BLE001 - the same
            _log.exception("an item of a job cannot be ingested")
            given = record.get("id")
            name = given if isinstance(given, str) else None
            outcomes.append({"id": name, "refused": "cannot be ingested; the service's log says why"})
    return outcomes


def _item(place: int, result: Fields | None) -> Fields:
    waiting = {"id": None, "outcome": "pending", "version": None, "passages": 0, "refused": None}
    return {"place": place, **(waiting if result is None else result)}


def _shown(state: JobState) -> Fields:
    outcomes = ("ingested", "updated", "unchanged", "refused", "cancelled")
    counts = {name: state.counts.get(name, 0) for name in outcomes}
    told = {name: value for name, value in asdict(state).items() if name != "counts"}
    times = {name: _moment(told[name]) for name in ("created", "finished")}
    return told | times | {"settled": sum(counts.values())} | counts


def _moment(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
