"""Whether anything of an article is left in an archive: in the catalogue, or in what is derived from it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.former import has_former
from index.groups import story_name
from index.refusals import refusals_naming
from index.store import Store
from index.terms import TermIndex
from index.view import View

_OWN = frozenset("articles versions passages former_passages vectors departed story_redirects refusals meta".split())
"""Tables that are looked at by what they mean; any other, by whether a value is the id, or JSON that holds it."""
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """Where an article is found, and why files may still hold what can no longer be found; both empty: it is gone."""

    found: tuple[str, ...]
    pending: tuple[str, ...]
    """What was deleted from the archive since it was compacted last, whichever article it was of."""


def traces(store: Store, article_id: str) -> Traces:
    """What is left of an article."""
    view = store.refresh()
    db = store.catalogue.connection()
    row = db.execute("SELECT aid, story FROM articles WHERE id = ?", (article_id,)).fetchone()
    found = [] if row is None else list(_of_article(store, view, row["aid"], row["story"]))
    found += _of_nobody(store, view)
    found += _named_elsewhere(db, article_id)
    return Traces(found=tuple(found), pending=tuple(_pending(view, db)))


def _of_article(store: Store, view: View, aid: int, story: int | None) -> Iterator[str]:
    db = store.catalogue.connection()
    vids = [row[0] for row in db.execute("SELECT vid FROM versions WHERE aid = ?", (aid,))]
    yield f"catalogue: {len(vids)} versions of it"
    own = "FROM passages JOIN versions USING (vid) WHERE aid = ?"
    keys = np.array([row[0] for row in db.execute(f"SELECT pk {own}", (aid,))], np.int64)
    yield f"catalogue: {len(keys)} passages of it"
    vectors = db.execute(f"SELECT count(DISTINCT vkey) {own}", (aid,)).fetchone()[0]
    yield f"catalogue: {vectors} cached vectors of its passages"
    if has_former(db):
        former = "SELECT count(*) FROM former_passages JOIN versions USING (vid) WHERE aid = ?"
        count = db.execute(former, (aid,)).fetchone()[0]
        if count:
            yield f"catalogue: {count} passages of it as they were before the model was changed"
    groups = db.execute(f"SELECT count(DISTINCT copy_group) {own}", (aid,)).fetchone()[0]
    if groups:
        yield f"copy groups: it carries {groups}"
    if story is not None:
        yield f"stories: it is in {story_name(story)}"
    searched = int(np.isin(view.keys[view.slot >= 0], keys).sum())
    yield f"vector index: {searched} passages of it"
    indexed = int(np.isin(TermIndex(store.folder / "terms").searcher().passage_keys(), keys).sum())
    yield f"lexical index: {indexed} passages of it"


def _of_nobody(store: Store, view: View) -> Iterator[str]:
    """What no article owns any more may have been of this one."""
    db = store.catalogue.connection()
    known = np.array([row[0] for row in db.execute("SELECT pk FROM passages ORDER BY pk")], np.int64)
    searched = view.keys[view.slot >= 0]
    indexed = TermIndex(store.folder / "terms").searcher().passage_keys()
    # A view of before a change of model names passages that are set aside.
    if not store.is_outdated():
        yield from _stray("vector index", np.setdiff1d(searched, known))
    yield from _stray("lexical index", np.setdiff1d(indexed, known))
    orphans = {
        "versions": "SELECT count(*) FROM versions WHERE aid NOT IN (SELECT aid FROM articles)",
        "passages": "SELECT count(*) FROM passages WHERE vid NOT IN (SELECT vid FROM versions)",
    }
    if has_former(db):
        orphans["former passages"] = "SELECT count(*) FROM former_passages WHERE vid NOT IN (SELECT vid FROM versions)"
    for thing, statement in orphans.items():
        count = db.execute(statement).fetchone()[0]
        if count:
            yield f"catalogue: {count} {thing} of no article"


def _stray(where: str, keys: NDArray[np.int64]) -> Iterator[str]:
    if len(keys):
        more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
        yield f"{where}: passages of no article: {', '.join(map(str, keys[:_SHOWN]))}{more}"


def _named_elsewhere(db: sqlite3.Connection, article_id: str) -> Iterator[str]:
    refused = refusals_naming(db, article_id)
    if refused:
        yield f"catalogue: {refused} refusals name it"
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        if table in _OWN or table.startswith("sqlite_"):
            continue
        columns = [f'"{row["name"]}"' for row in db.execute(f'PRAGMA table_info("{table}")')]
        holds = " OR ".join(f"{name} = :id OR instr({name}, :json) OR instr({name}, :ascii)" for name in columns)
        statement = f'SELECT count(*) FROM "{table}" WHERE {holds}'  # noqa: S608 - names from the schema
        given = {"id": article_id, "json": json.dumps(article_id, ensure_ascii=False), "ascii": json.dumps(article_id)}
        count = db.execute(statement, given).fetchone()[0]
        if count:
            yield f"catalogue: {count} rows of {table} name it"


def _pending(view: View, db: sqlite3.Connection) -> Iterator[str]:
    departed = db.execute("SELECT count(*) FROM departed").fetchone()[0]
    if departed:
        yield f"{departed} passages were deleted or replaced since the archive was compacted"
    unused = db.execute("SELECT count(*) FROM vectors WHERE vkey NOT IN (SELECT vkey FROM passages)").fetchone()[0]
    if unused:
        yield f"{unused} cached vectors are those of no passage"
    if view.base is not None:
        dead = int((view.slot[: len(view.base.keys)] < 0).sum())
        if dead:
            yield f"the vector index holds {dead} passages that can no longer be found"
