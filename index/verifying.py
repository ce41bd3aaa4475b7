"""Whether an archive is sound: the catalogue in itself, and the derived files against it."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue
from index.commits import passage_id
from index.embargoes import ends_of
from index.store import Store
from index.terms import TermIndex
from index.view import View

_TRIES = 5
_BATCH = 4096
_NORM_TOLERANCE = 1e-3
_SHOWN = 5
_LATEST = {
    "versions": "SELECT coalesce(max(seq), 0) FROM versions",
    "passages": "SELECT coalesce(max(seq), 0) FROM passages",
    "departed": "SELECT coalesce(max(seq), 0) FROM departed",
}


def verify(store: Store) -> list[str]:
    """What is wrong with the archive, a sentence each; empty where it is sound.

    An archive that is written to meanwhile is looked at again, so that a commit under way is no problem.
    """
    problems: list[str] = []
    for _ in range(_TRIES):
        view = store.refresh()
        problems = list(_problems(store, view))
        if not problems or store.catalogue.sequence() == view.sequence:
            break
    return problems


def _problems(store: Store, view: View) -> Iterator[str]:
    catalogue = store.catalogue
    try:
        yield from _file(catalogue.connection())
        yield from _chains(catalogue.connection())
        yield from _passages(catalogue)
        yield from _vectors(catalogue, view)
        yield from _terms(store, catalogue)
        yield from _sequences(store, view)
    except sqlite3.DatabaseError as error:
        yield f"catalogue: unreadable: {error}"


def _file(db: sqlite3.Connection) -> Iterator[str]:
    for row in db.execute("PRAGMA integrity_check"):
        if row[0] != "ok":
            yield f"catalogue: {row[0]}"
    for row in db.execute("PRAGMA foreign_key_check"):
        yield f"catalogue: row {row[1]} of {row[0]} refers to a row of {row[2]} that is not there"


def _chains(db: sqlite3.Connection) -> Iterator[str]:
    """Every article has versions 1…n, each valid until a later one is, the last without end."""
    under_embargo = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'embargoes'").fetchone() is not None
    joined, order = ("LEFT JOIN embargoes USING (vid)", "coalesce(since, valid_from)") if under_embargo else ("", "2")
    statement = f"SELECT number, valid_from, valid_to FROM versions {joined} WHERE aid = ? ORDER BY {order}, number"  # noqa: S608 - constants
    for article in db.execute("SELECT aid, id FROM articles ORDER BY aid").fetchall():
        rows = db.execute(statement, (article["aid"],)).fetchall()
        name = f"article {article['id']!r}"
        if sorted(row["number"] for row in rows) != list(range(1, len(rows) + 1)):
            yield f"{name}: its versions are not numbered 1 to {len(rows)}"
        current = sum(row["valid_to"] is None for row in rows)
        if current != 1:
            yield f"{name}: {current} versions are valid now; one has to be"
        for place, end in enumerate(ends_of([row["valid_from"] for row in rows])[:-1]):
            if rows[place]["valid_to"] != end:
                after = next(row["number"] for row in rows[place + 1 :] if row["valid_from"] == end)
                yield f"{name}: version {rows[place]['number']} is not valid until version {after} begins"


def _passages(catalogue: Catalogue) -> Iterator[str]:
    """Every passage lies in one kept range of its section, and is named for where it lies."""
    db = catalogue.connection()
    statement = "SELECT id, vid, number, text, sections FROM versions JOIN articles USING (aid) WHERE vid = ?"
    for (vid,) in db.execute("SELECT vid FROM versions ORDER BY vid").fetchall():
        version = db.execute(statement, (vid,)).fetchone()
        if version is None:
            continue
        sections = json.loads(version["sections"])
        for row in db.execute("SELECT * FROM passages WHERE vid = ? ORDER BY pk", (vid,)):
            wrong = _passage(row, version, sections)
            if wrong:
                yield f"passage {row['passage_id']} of article {version['id']!r}: {wrong}"


def _passage(row: sqlite3.Row, version: sqlite3.Row, sections: list[dict[str, Any]]) -> str | None:
    start, end, section = int(row["start"]), int(row["end"]), int(row["section"])
    if not version["text"][start:end].strip():
        return "is empty"
    if not 0 <= section < len(sections):
        return f"names section {section} of {len(sections)}"
    ranges: list[list[int]] = sections[section]["kept"]
    if not any(kept[0] <= start < end <= kept[1] for kept in ranges):
        return f"[{start}, {end}) lies in no kept range of its section"
    edges = [edge for span in json.loads(row["sentences"]) for edge in span]
    if edges != sorted(edges) or (edges and not start <= edges[0] <= edges[-1] <= end):
        return "its sentences are out of order or outside it"
    if row["passage_id"] != passage_id(version["id"], version["number"], start, end):
        return "its id does not derive from article, version and span"
    return None


def _vectors(catalogue: Catalogue, view: View) -> Iterator[str]:
    """Every passage has a normalised vector, and the one that is searched equals it."""
    dim = view.recent.shape[1]
    live = np.flatnonzero(view.slot >= 0)
    searched = view.keys[live]
    seen: list[int] = []
    rows = catalogue.connection().execute("SELECT pk, vector FROM passages LEFT JOIN vectors USING (vkey) ORDER BY pk")
    while batch := rows.fetchmany(_BATCH):
        good: list[tuple[int, NDArray[np.float32]]] = []
        for pk, blob in batch:
            seen.append(pk)
            vector = None if blob is None else np.frombuffer(blob, np.float32)
            wrong = _vector(vector, dim)
            if vector is None or wrong:
                yield f"passage {pk}: its vector {wrong}"
            else:
                good.append((pk, vector))
        keys = np.array([pk for pk, _ in good], np.int64)
        places = np.searchsorted(searched, keys)
        places[places == len(searched)] = 0
        known = searched[places] == keys if len(searched) else np.zeros(len(keys), bool)
        if known.any():
            stored = np.stack([vector for _, vector in good])[known]
            differ = np.any(view.vectors(live[places[known]]) != stored, axis=1)
            yield from _listed("vector index: another vector than the catalogue's for passage", keys[known][differ])
    yield from _listed("vector index: misses passage", np.setdiff1d(np.array(seen, np.int64), searched))
    yield from _listed("vector index: holds what the catalogue does not, passage", np.setdiff1d(searched, seen))


def _vector(vector: NDArray[np.float32] | None, dim: int) -> str | None:
    if vector is None:
        return "is missing"
    if len(vector) != dim:
        return f"has {len(vector)} numbers, not {dim}"
    if not np.isfinite(vector).all():
        return "is not finite"
    if abs(float(np.linalg.norm(vector)) - 1) > _NORM_TOLERANCE:
        return "is not of length 1"
    return None


def _terms(store: Store, catalogue: Catalogue) -> Iterator[str]:
    """Every passage is in the lexical index once, and nothing else is."""
    found = Counter(int(key) for key in TermIndex(store.folder / "terms").searcher().passage_keys())
    wanted = {int(row[0]) for row in catalogue.connection().execute("SELECT pk FROM passages")}
    yield from _listed("lexical index: misses passage", sorted(wanted - found.keys()))
    yield from _listed("lexical index: holds what the catalogue does not, passage", sorted(found.keys() - wanted))
    twice = sorted(key for key, count in found.items() if count > 1)
    yield from _listed("lexical index: holds more than once passage", twice)


def _sequences(store: Store, view: View) -> Iterator[str]:
    """Nothing derived is ahead of the catalogue."""
    sequence = store.catalogue.sequence()
    covered = {"lexical index": TermIndex(store.folder / "terms").sequence}
    if view.base is not None:
        covered["vector index"] = view.base.manifest.sequence
    db = store.catalogue.connection()
    for table, statement in _LATEST.items():
        covered[f"catalogue, {table}"] = db.execute(statement).fetchone()[0]
    for name, reached in covered.items():
        if reached > sequence:
            yield f"{name}: at sequence {reached}, but the catalogue is at {sequence}"


def _listed(what: str, keys: Iterable[int] | NDArray[np.int64]) -> Iterator[str]:
    """One sentence for any number of passages."""
    some = [int(key) for key in keys]
    if some:
        more = f" and {len(some) - _SHOWN} more" if len(some) > _SHOWN else ""
        yield f"{what} {', '.join(map(str, some[:_SHOWN]))}{more}"
