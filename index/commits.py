"""The statements that change the catalogue, each inside the caller's transaction."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, replace

from index.article import Article, Record, date_interval
from index.captures import capture_start, is_ordered_by_capture, repeated_capture
from index.catalogue import set_meta
from index.embargoes import chain, keep_embargo, prepare
from index.jobs import forget_ids
from index.ports import Committed, Draft
from index.raw_inputs import keep_raw
from index.refusals import accept_ids, forget_refusals


def next_sequence(db: sqlite3.Connection) -> int:
    """Bump the sequence that this transaction will publish."""
    sequence = int(db.execute("SELECT value FROM meta WHERE key = 'sequence'").fetchone()[0]) + 1
    set_meta(db, "sequence", str(sequence))
    return sequence


def is_unchanged(db: sqlite3.Connection, record: Record, fingerprint: str) -> bool:
    """Whether a record equals what is stored and was processed by the same pipeline."""
    same = _same_version(db, _version_rows(db, record.id), record)
    return same is not None and same["fingerprint"] == fingerprint


def commit_draft(db: sqlite3.Connection, draft: Draft, *, sequence: int, fingerprint: str, now: int) -> Committed:
    """Store one article as its next version, or process a version again, or leave an unchanged one alone."""
    article = draft.article
    accept_ids(db, [article.id])
    prepare(db)
    rows = _version_rows(db, article.id)
    same = _same_version(db, rows, draft.record)
    if same is not None:
        if same["fingerprint"] != fingerprint:
            process_again(db, same["vid"], draft, sequence, fingerprint)
        outcome = "unchanged" if same["fingerprint"] == fingerprint else "updated"
        return Committed(article_id=article.id, version=same["number"], outcome=outcome, passages=len(draft.passages))
    db.execute("INSERT OR IGNORE INTO articles (id) VALUES (?)", (article.id,))
    aid = db.execute("SELECT aid FROM articles WHERE id = ?", (article.id,)).fetchone()[0]
    number = max((row["number"] for row in rows), default=0) + 1
    interval = article.published.interval()
    if is_ordered_by_capture(draft.record):
        since = capture_start(db, aid, draft.record, sequence)
    else:
        since = _valid_from(article, _starts(db, aid), now)
    vid = db.execute(
        "INSERT INTO versions (aid, number, title, source, url, language, tags, published, pub_start, pub_end,"
        " modified, ingested_at, valid_from, record, content, fingerprint, text, sections, removed, seq)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            aid,
            number,
            article.title,
            article.source,
            article.url,
            article.language,
            json.dumps(article.tags),
            json.dumps(asdict(article.published)),
            *(interval or (None, None)),
            article.modified,
            now,
            since,
            given_beside_text(draft.record),
            record_digest(draft.record),
            fingerprint,
            article.text,
            *_ranges(article),
            sequence,
        ),
    ).lastrowid
    if draft.record.embargo is not None:
        keep_embargo(db, int(vid or 0), until=date_interval(draft.record.embargo)[0], since=since)
    chain(db, aid, sequence=sequence, now=now)
    _insert_passages(db, int(vid or 0), number, draft, sequence)
    if draft.record.raw is not None:
        keep_raw(db, int(vid or 0), draft.record.raw)
    return Committed(
        article_id=article.id,
        version=number,
        outcome="updated" if rows else "ingested",
        passages=len(draft.passages),
    )


def delete_articles(db: sqlite3.Connection, article_ids: Iterable[str], sequence: int) -> list[str]:
    """Delete articles with all their versions; returns the ids that existed."""
    deleted: list[str] = []
    asked = list(dict.fromkeys(article_ids))
    forget_refusals(db, asked)
    for article_id in asked:
        row = db.execute("SELECT aid FROM articles WHERE id = ?", (article_id,)).fetchone()
        if row is not None:
            for version in db.execute("SELECT vid FROM versions WHERE aid = ?", (row[0],)).fetchall():
                _drop_passages(db, version[0], sequence)
            db.execute("DELETE FROM articles WHERE aid = ?", (row[0],))
            deleted.append(article_id)
    forget_ids(db, deleted)
    return deleted


def drop_unused_vectors(db: sqlite3.Connection) -> int:
    """Delete cached vectors that no passage refers to; returns how many."""
    return db.execute("DELETE FROM vectors WHERE vkey NOT IN (SELECT vkey FROM passages)").rowcount


def given_beside_text(record: Record) -> str:
    """What a record says beside its text, as JSON with sorted keys."""
    given = asdict(replace(record, raw=None))
    del given["text"], given["id"], given["raw"]
    for name in (
        "authors",
        "embargo",
        "furniture",
        "captured",
    ):  # they came later: without them a record is what it always was
        if not given[name]:
            del given[name]
    return json.dumps(given, sort_keys=True, ensure_ascii=False)


def record_digest(record: Record) -> bytes:
    """SHA-256 of everything a record says but its id."""
    record = replace(record, captured=None)  # seen again it is the same
    return hashlib.sha256(f"{given_beside_text(record)}\0{record.text}".encode()).digest()


def passage_id(article_id: str, version: int, start: int, end: int) -> str:
    """A passage's name: the same span of the same version has the same name after any re-ingest."""
    return hashlib.sha256(f"{article_id}\0{version}\0{start}\0{end}".encode()).hexdigest()[:24]


def _version_rows(db: sqlite3.Connection, article_id: str) -> list[sqlite3.Row]:
    return db.execute(
        "SELECT vid, number, content, fingerprint, modified, valid_from, valid_to"
        " FROM versions JOIN articles USING (aid) WHERE id = ? ORDER BY number",
        (article_id,),
    ).fetchall()


def _same_version(db: sqlite3.Connection, rows: list[sqlite3.Row], record: Record) -> sqlite3.Row | None:
    """The stored version that a record repeats.

    Equal to the current version: nothing changed. Equal to an older one: an old file read again, if modified times
    tell the order of versions; without them it is an article put back to what it said before, a new version. What a
    crawler saw is compared with the version of that time.
    """
    seen_again = repeated_capture(db, record)
    if seen_again is not None or is_ordered_by_capture(record):
        return next((row for row in rows if row["vid"] == seen_again), None)
    content = record_digest(record)
    current = next((row for row in rows if row["valid_to"] is None), None)
    for row in reversed(rows):
        if row["content"] == content:
            ordered = row["modified"] is not None or (current is not None and current["modified"] is not None)
            return row if row is current or ordered else None
    return None


def _starts(db: sqlite3.Connection, aid: int) -> list[int]:
    """When each version of an article began, embargoes aside."""
    statement = "SELECT coalesce(since, valid_from) FROM versions LEFT JOIN embargoes USING (vid) WHERE aid = ?"
    return [int(row[0]) for row in db.execute(statement, (aid,))]


def _valid_from(article: Article, starts: list[int], now: int) -> int:
    if article.modified is not None:
        return date_interval(article.modified)[0]
    if not starts:
        interval = article.published.interval()
        return now if interval is None else interval[0]
    return max(now, *starts)


def process_again(db: sqlite3.Connection, vid: int, draft: Draft, sequence: int, fingerprint: str) -> None:
    """Replace what the pipeline made of one version; its number, validity and text stay."""
    article = draft.article
    groups = db.execute(
        "SELECT start, end, copy_group FROM passages WHERE vid = ? AND copy_group IS NOT NULL", (vid,)
    ).fetchall()
    _drop_passages(db, vid, sequence)
    db.execute(
        "UPDATE versions SET title = ?, language = ?, published = ?, pub_start = ?, pub_end = ?, sections = ?,"
        " removed = ?, fingerprint = ?, seq = ? WHERE vid = ?",
        (
            article.title,
            article.language,
            json.dumps(asdict(article.published)),
            *(article.published.interval() or (None, None)),
            *_ranges(article),
            fingerprint,
            sequence,
            vid,
        ),
    )
    number = db.execute("SELECT number FROM versions WHERE vid = ?", (vid,)).fetchone()[0]
    _insert_passages(db, vid, number, draft, sequence)
    _keep_groups(db, vid, groups, sequence)


def _keep_groups(db: sqlite3.Connection, vid: int, groups: list[sqlite3.Row], sequence: int) -> None:
    """Hand each copy group of the old passages to the new one that shares most text with it, if that is half."""
    passages = db.execute("SELECT pk, start, end FROM passages WHERE vid = ?", (vid,)).fetchall()
    taken: set[int] = set()
    for old in groups:
        shared = {
            p["pk"]: min(old["end"], p["end"]) - max(old["start"], p["start"]) for p in passages if p["pk"] not in taken
        }
        best = max(shared, key=lambda pk: shared[pk], default=None)
        if best is not None and 2 * shared[best] >= old["end"] - old["start"]:
            taken.add(best)
            db.execute(
                "UPDATE passages SET copy_group = ?, group_seq = ? WHERE pk = ?", (old["copy_group"], sequence, best)
            )


def _ranges(article: Article) -> tuple[str, str]:
    return (
        json.dumps([{"title": s.title, "kept": s.kept} for s in article.sections]),
        json.dumps([{"span": r.span, "reason": r.reason} for r in article.removed]),
    )


def _insert_passages(db: sqlite3.Connection, vid: int, number: int, draft: Draft, sequence: int) -> None:
    db.executemany(
        "INSERT OR IGNORE INTO vectors VALUES (?, ?)",
        [(key, vector.tobytes()) for key, vector in zip(draft.vector_keys, draft.vectors, strict=True)],
    )
    db.executemany(
        "INSERT INTO passages (passage_id, vid, section, start, end, sentences, vkey, seq) VALUES (?,?,?,?,?,?,?,?)",
        [
            (
                passage_id(draft.article.id, number, p.start, p.end),
                vid,
                p.section,
                p.start,
                p.end,
                json.dumps(p.sentences),
                key,
                sequence,
            )
            for p, key in zip(draft.passages, draft.vector_keys, strict=True)
        ],
    )


def _drop_passages(db: sqlite3.Connection, vid: int, sequence: int) -> None:
    db.execute("INSERT INTO departed SELECT pk, ? FROM passages WHERE vid = ?", (sequence, vid))
    db.execute("DELETE FROM passages WHERE vid = ?", (vid,))
