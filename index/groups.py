"""Reading copy groups and stories; :mod:`index.joining` makes them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.article import PublishedDate
from index.catalogue import Catalogue, read_article, read_published
from index.embargoes import Hidden
from index.errors import NotFound
from index.notices import NoticeKind, find_notices, strongest

_MANY = 500
_NOTICES = 20_000
"""Versions whose notices are remembered."""
_MEMBERS = """
SELECT p.copy_group, p.pk, p.passage_id, a.id, v.number, v.source, v.url, v.published
FROM passages p JOIN versions v USING (vid) JOIN articles a USING (aid)
WHERE p.copy_group IN ({groups}) AND {valid} ORDER BY v.pub_start IS NULL, v.pub_start, v.pub_end, p.pk"""
_STORY = """
SELECT a.id, v.number, v.title, v.source, v.url, v.published, v.vid, v.seq, (SELECT COUNT(*) FROM versions o
    WHERE o.aid = v.aid AND {shown_o} AND (:as_of IS NULL OR o.valid_from <= :as_of)) AS known
FROM articles a JOIN versions v USING (aid)
WHERE a.story = :story AND {valid} ORDER BY v.pub_start IS NULL, v.pub_start, v.pub_end, a.aid"""


def _valid(hidden: Hidden) -> str:
    """The SQL condition that a version is the current one, or was valid and published at ``as_of``."""
    until = hidden.valid_to()
    return (
        f"{hidden.shown()} AND ((:as_of IS NULL AND {until} IS NULL)"
        f" OR (v.valid_from <= :as_of AND ({until} IS NULL OR :as_of < {until})"
        " AND (v.pub_start IS NULL OR v.pub_start <= :as_of)))"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMember:
    """A passage of a copy group: one carrier of the text."""

    key: int
    passage_id: str
    article_id: str
    version: int
    source: str | None
    url: str | None
    published: PublishedDate


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMember:
    """An article of a story, at its version valid then."""

    article_id: str
    version: int
    title: str
    source: str | None
    url: str | None
    published: PublishedDate
    copies: tuple[str, ...]
    """Ids of the other articles of the story that carry some of the same text."""
    versions: int = 1
    """How many versions of it were known then."""
    notice: NoticeKind | None = None
    """What the version says of its own correction, if anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Articles on one event, by published date; undated ones last."""

    id: str
    """``s`` and a number, never used for another story."""
    redirected_from: str | None
    """The id that was asked for, where that story has become part of this one."""
    members: tuple[StoryMember, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """Another article that carries some of the same text now."""

    article_id: str
    version: int
    source: str | None
    published: PublishedDate
    shared: int
    """How many of the passages it carries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """What else the archive holds on one version of an article."""

    passages: int
    """How many the version has."""
    carriers: tuple[Carrier, ...]
    """By published date, undated ones last."""
    story: Story | None
    """With the article itself, at its current version; None where it stands alone."""


def story_name(number: int) -> str:
    """A story's id as the outside knows it."""
    return f"s{number}"


def read_story(catalogue: Catalogue, story_id: str, *, as_of: int | None = None) -> Story:
    """A story with its articles, by their current versions or those valid at ``as_of``. Raises NotFound."""
    asked = re.fullmatch(r"s([1-9][0-9]{0,17})", story_id)
    if asked is None:
        raise NotFound(f"no story {story_id!r}")
    db = catalogue.connection()
    number = int(asked[1])
    redirect = db.execute("SELECT target FROM story_redirects WHERE story = ?", (number,)).fetchone()
    target = number if redirect is None else int(redirect[0])
    hidden = catalogue.hidden()
    statement = _STORY.format(valid=_valid(hidden), shown_o=hidden.shown("o"))
    rows = db.execute(statement, {"story": target, "as_of": as_of}).fetchall()
    if not rows:
        raise NotFound(f"no story {story_id!r}")
    carried = _carried(db, [row["vid"] for row in rows])
    notices = _notices(catalogue, rows)
    carriers: dict[int, list[str]] = {}
    for row in rows:
        for group in carried.get(row["vid"], ()):
            carriers.setdefault(group, []).append(row["id"])
    return Story(
        id=story_name(target),
        redirected_from=None if redirect is None else story_id,
        members=tuple(
            StoryMember(
                article_id=row["id"],
                version=row["number"],
                title=row["title"],
                source=row["source"],
                url=row["url"],
                published=read_published(row["published"]),
                copies=tuple(
                    dict.fromkeys(
                        other
                        for group in carried.get(row["vid"], ())
                        for other in carriers[group]
                        if other != row["id"]
                    )
                ),
                versions=row["known"],
                notice=notices.get(row["vid"]),
            )
            for row in rows
        ),
    )


def read_relations(catalogue: Catalogue, article_id: str, version: int) -> Relations:
    """The current carriers of a version's passages and the story of its article. Raises NotFound."""
    db = catalogue.connection()
    found = db.execute(
        "SELECT v.vid, a.story FROM versions v JOIN articles a USING (aid)"  # noqa: S608 - numbers
        f" WHERE a.id = ? AND v.number = ? AND {catalogue.hidden().shown()}",
        (article_id, version),
    ).fetchone()
    if found is None:
        raise NotFound(f"article {article_id!r} has no version {version}")
    rows = db.execute("SELECT copy_group FROM passages WHERE vid = ?", (found["vid"],)).fetchall()
    groups = [row["copy_group"] for row in rows if row["copy_group"] is not None]
    carried: dict[str, set[int]] = {}
    members: dict[str, GroupMember] = {}
    for group, held in group_members(catalogue, groups).items():
        for member in held:
            if member.article_id != article_id:
                members.setdefault(member.article_id, member)
                carried.setdefault(member.article_id, set()).add(group)
    carriers = [
        Carrier(
            article_id=one.article_id,
            version=one.version,
            source=one.source,
            published=one.published,
            shared=sum(group in carried[one.article_id] for group in groups),
        )
        for one in members.values()
    ]
    story = None if found["story"] is None else read_story(catalogue, story_name(found["story"]))
    return Relations(
        passages=len(rows),
        carriers=tuple(sorted(carriers, key=lambda one: _by_date(one.published))),
        story=None if story is None or len(story.members) < 2 else story,
    )


def _by_date(published: PublishedDate) -> tuple[bool, int]:
    interval = published.interval()
    return (True, 0) if interval is None else (False, interval[0])


def _notices(catalogue: Catalogue, rows: Sequence[sqlite3.Row]) -> dict[int, NoticeKind | None]:
    """By version, what it says of its own correction; its text is read the first time it is asked for."""
    known = catalogue.notices
    if len(known) > _NOTICES:
        known.clear()
    read: dict[int, NoticeKind | None] = {}
    unread: list[int] = []
    for row in rows:
        try:
            read[row["vid"]] = known[row["vid"], row["seq"]]
        except KeyError:
            unread.append(row["vid"])
    statement = "SELECT a.id, v.* FROM versions v JOIN articles a USING (aid) WHERE vid IN ({})"
    for start in range(0, len(unread), _MANY):
        some = unread[start : start + _MANY]
        for row in catalogue.connection().execute(statement.format(",".join("?" * len(some))), some):
            notice = strongest(find_notices(read_article(row["id"], row)))
            read[row["vid"]] = known[row["vid"], row["seq"]] = None if notice is None else notice.kind
    return read


def group_members(
    catalogue: Catalogue, groups: Sequence[int], *, as_of: int | None = None
) -> dict[int, tuple[GroupMember, ...]]:
    """The carriers of each copy group, earliest published first, undated last: current ones or those at ``as_of``."""
    found: dict[int, list[GroupMember]] = {}
    for row in _members(catalogue, list(dict.fromkeys(groups)), as_of):
        member = GroupMember(
            key=row["pk"],
            passage_id=row["passage_id"],
            article_id=row["id"],
            version=row["number"],
            source=row["source"],
            url=row["url"],
            published=read_published(row["published"]),
        )
        found.setdefault(row["copy_group"], []).append(member)
    return {group: tuple(members) for group, members in found.items()}


def _members(catalogue: Catalogue, groups: list[int], as_of: int | None) -> Iterator[sqlite3.Row]:
    valid = _valid(catalogue.hidden())
    for start in range(0, len(groups), _MANY):
        some = groups[start : start + _MANY]
        names = {f"g{place}": group for place, group in enumerate(some)}
        statement = _MEMBERS.format(groups=",".join(f":{name}" for name in names), valid=valid)
        yield from catalogue.connection().execute(statement, {**names, "as_of": as_of})


def _carried(db: sqlite3.Connection, vids: list[int]) -> dict[int, list[int]]:
    """The copy groups of each version's passages, in text order."""
    found: dict[int, list[int]] = {}
    for start in range(0, len(vids), _MANY):
        some = vids[start : start + _MANY]
        statement = "SELECT vid, copy_group FROM passages WHERE copy_group IS NOT NULL AND vid IN ({}) ORDER BY pk"
        for vid, group in db.execute(statement.format(",".join("?" * len(some))), some):
            found.setdefault(vid, []).append(group)
    return found
