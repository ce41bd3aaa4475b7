"""What an archive holds, counted: outlets, languages, tags, months, how dates are known, when it was fed last."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from index.catalogue import Catalogue
from index.embargoes import NOTHING, Hidden

PROVENANCES = ("metadata", "prefix", "page", "text", "none")
Counted = tuple[tuple[str, int], ...]
"""Names with how many articles have each, most first, then by name."""
# One pass over the versions: as many rows as there are different days, outlets and so on.
_COUNTED = """
SELECT source, language, tags, substr(json_extract(published, '$.date'), 1, 10),
       json_extract(published, '$.provenance'), json_extract(published, '$.inferred') IS NOT NULL,
       {valid_to} IS NULL AND {shown}, ingested_at / 86400, max(ingested_at), count(*)
FROM versions v GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"""
_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """Counts of articles in their current versions."""

    sequence: int
    articles: int
    sources: Counted
    without_source: int
    languages: Counted
    without_language: int
    tags: Counted
    months: tuple[tuple[str, int], ...]
    """By date as published, ascending: ``2023-10``, or ``2023`` where no month is known."""
    dates: dict[str, int]
    """How the date is known: :data:`PROVENANCES`; ``text`` and ``none`` are undated."""
    earliest: str | None
    """A day, a month or a year, as published."""
    latest: str | None
    last_ingest: int | None
    """UTC seconds."""
    last_day_versions: int
    """Versions stored on the UTC day of the last ingest."""

    @property
    def undated(self) -> int:
        """Articles without a published date."""
        return self.dates["text"] + self.dates["none"]


class HoldingsReader:
    """Counts once for each state of the archive. Thread-safe."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Nothing is read yet."""
        self._catalogue = catalogue
        self._guard = threading.Lock()
        self._counted: Holdings | None = None
        self._hidden = NOTHING
        self._counted_at = 0.0

    def read(self, *, within: float = 0.0) -> Holdings:
        """The holdings as they are, or as they were at most ``within`` seconds ago."""
        with self._guard:
            known = self._counted
            if known is not None and time.monotonic() - self._counted_at <= within:
                return known
            sequence, hidden = self._catalogue.sequence(), self._catalogue.hidden()
            if known is None or known.sequence != sequence or hidden != self._hidden:
                known = self._counted = count_holdings(self._catalogue, sequence, hidden)
                self._hidden = hidden
            self._counted_at = time.monotonic()
            return known


@dataclass(slots=True)
class _Tally:
    """Counts that grow row by row."""

    sources: Counter[str] = field(default_factory=Counter[str])
    languages: Counter[str] = field(default_factory=Counter[str])
    tags: Counter[str] = field(default_factory=Counter[str])
    months: Counter[str] = field(default_factory=Counter[str])
    dates: Counter[str] = field(default_factory=Counter[str])
    without_source: int = 0
    without_language: int = 0
    days: set[str] = field(default_factory=set[str])


def count_holdings(catalogue: Catalogue, sequence: int, hidden: Hidden = NOTHING) -> Holdings:
    """The holdings, read from every version; those ``hidden`` by an embargo are not current."""
    tally = _Tally()
    ingests: Counter[int] = Counter()
    last: int | None = None
    for (
        source,
        language,
        tags,
        day,
        provenance,
        inferred,
        current,
        ingest_day,
        newest,
        count,
    ) in catalogue.connection().execute(_COUNTED.format(valid_to=hidden.valid_to(), shown=hidden.shown())):
        ingests[ingest_day] += count
        last = newest if last is None else max(last, newest)
        if not current:
            continue
        known = "text" if day is None and inferred else provenance if day is not None else "none"
        tally.dates[known] += count
        if day is not None:
            tally.days.add(day)
            tally.months[day[:7]] += count
        if source is None:
            tally.without_source += count
        else:
            tally.sources[source] += count
        if language is None:
            tally.without_language += count
        else:
            tally.languages[language] += count
        for tag in dict.fromkeys(json.loads(tags)):
            tally.tags[tag] += count
    return Holdings(
        sequence=sequence,
        articles=sum(tally.dates.values()),
        sources=_most_first(tally.sources),
        without_source=tally.without_source,
        languages=_most_first(tally.languages),
        without_language=tally.without_language,
        tags=_most_first(tally.tags),
        months=tuple(sorted(tally.months.items())),
        dates={name: tally.dates[name] for name in PROVENANCES},
        earliest=min(tally.days, default=None),
        latest=max(tally.days, default=None),
        last_ingest=last,
        last_day_versions=0 if last is None else ingests[last // _DAY],
    )


def _most_first(counts: Counter[str]) -> Counted:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below a folder; one that a commit replaces meanwhile counts as nothing."""
    return sum(map(_size, folder.rglob("*")))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0
