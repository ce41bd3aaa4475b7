"""Puts the articles of a commit into stories, inside the commit's transaction.

A new article joins the story of the articles near it, or founds one; nothing is re-clustered. One that belongs
strongly to two stories makes them one: the older number stays and the other redirects to it. A corrected article keeps
its story while it still fits, and a number is never used again. Articles without a day never hold together what lies
years apart: they merge nothing, and lead no dated article into a story whose dated ones are all too far from it.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict

import numpy as np

from index.copies import DAY, read_wording
from index.copy_groups import next_number
from index.neighbours import Near, Newcomer
from index.stories import WINDOW_DAYS, Telling, best_stories, is_dated, likeness, link, mean_vector, to_merge

_LOOKED_AT = 16
"""Articles near the newcomer that are read and compared."""
_LEAD = 1_500
"""Code points of text whose names count."""
_TELLING = """
SELECT v.vid, v.title, v.pub_start, v.pub_end, span_text(v.text, min(p.start), min(p.start) + ?) AS lead
FROM versions v JOIN passages p USING (vid) WHERE v.aid = ? AND v.valid_to IS NULL GROUP BY v.vid"""
_ARTICLES_OF = "SELECT pk, v.aid FROM passages JOIN versions v USING (vid) WHERE v.valid_to IS NULL AND pk IN ({})"


class StoryGroups:
    """Joins articles to stories in one transaction; what it reads of an article it reads once."""

    def __init__(self, db: sqlite3.Connection, sequence: int) -> None:
        """``sequence`` is the one that the transaction will publish."""
        self._db = db
        self._sequence = sequence
        self._tellings: dict[int, Telling] = {}

    def join(self, newcomer: Newcomer, near: dict[int, Near]) -> None:
        """Put a newcomer's article into a story, if this is its current version."""
        if not newcomer.current:
            return
        self._tellings.pop(newcomer.aid, None)
        links, members = self._links(newcomer, near)
        best = best_stories(links)
        mine = newcomer.story
        if mine is not None and (any(story == mine for story, _ in best) or self._is_alone(newcomer.aid, mine)):
            chosen = mine
        elif best:
            chosen = best[0][0]
        else:
            chosen = next_number(self._db, "stories")
        if chosen != mine:
            self._move([newcomer.aid], chosen)
        telling = self._telling(newcomer.aid)
        if telling is not None and is_dated(telling):
            self._merge(chosen, best, members)

    def _links(self, newcomer: Newcomer, near: dict[int, Near]) -> tuple[dict[int, list[float]], dict[int, list[int]]]:
        """Strength of the newcomer's links, and the articles behind them, by story."""
        links: dict[int, list[float]] = defaultdict(list)
        members: dict[int, list[int]] = defaultdict(list)
        new = self._telling(newcomer.aid)
        for aid in self._articles(newcomer, near):
            row = self._db.execute("SELECT story FROM articles WHERE aid = ?", (aid,)).fetchone()
            strength = None if new is None or row[0] is None else self._link(newcomer.aid, aid)
            if strength is not None:
                links[row[0]].append(strength)
                members[row[0]].append(aid)
        for story in [story for story in links if new is not None and not self._in_time(story, new)]:
            del links[story], members[story]
        return links, members

    def _in_time(self, story: int, new: Telling) -> bool:
        """Whether a story has a dated article near the newcomer's day, or none at all, or the newcomer has no day."""
        if new.interval is None or not is_dated(new):
            return True
        dates = "SELECT 1 FROM articles JOIN versions USING (aid) WHERE story = ? AND valid_to IS NULL AND {} LIMIT 1"
        window = WINDOW_DAYS * DAY
        near = "pub_end - pub_start <= 2 * 86400 AND pub_end > ? AND pub_start < ?"
        start, end = new.interval
        if self._db.execute(dates.format(near), (story, start - window, end + window)).fetchone() is not None:
            return True
        return self._db.execute(dates.format("pub_end - pub_start <= 2 * 86400"), (story,)).fetchone() is None

    def _articles(self, newcomer: Newcomer, near: dict[int, Near]) -> list[int]:
        """Other articles with a passage near one of the newcomer's, nearest first."""
        closest: dict[int, float] = {}
        for key in newcomer.keys:
            for other, cosine in near[key]:
                closest[other] = max(cosine, closest.get(other, 0.0))
        keys = list(closest)
        article: dict[int, float] = {}
        for start in range(0, len(keys), 500):
            some = keys[start : start + 500]
            for pk, aid in self._db.execute(_ARTICLES_OF.format(",".join("?" * len(some))), some):
                if aid != newcomer.aid:
                    article[aid] = max(closest[pk], article.get(aid, 0.0))
        return sorted(article, key=lambda aid: (-article[aid], aid))[:_LOOKED_AT]

    def _link(self, one: int, other: int) -> float | None:
        a, b = self._telling(one), self._telling(other)
        return None if a is None or b is None else link(a, b)

    def _telling(self, aid: int) -> Telling | None:
        known = self._tellings.get(aid)
        if known is None:
            row = self._db.execute(_TELLING, (_LEAD, aid)).fetchone()
            if row is None:
                return None
            vectors = self._db.execute(
                "SELECT vector FROM passages JOIN vectors USING (vkey) WHERE vid = ? ORDER BY pk", (row["vid"],)
            )
            known = self._tellings[aid] = Telling(
                vector=mean_vector(np.stack([np.frombuffer(vector[0], np.float32) for vector in vectors])),
                interval=None if row["pub_start"] is None else (row["pub_start"], row["pub_end"]),
                names=read_wording(f"{row['title']}.\n{row['lead']}").names,
            )
        return known

    def _tellings_of(self, aids: list[int]) -> list[Telling]:
        return [telling for aid in aids if (telling := self._telling(aid)) is not None]

    def _is_alone(self, aid: int, story: int) -> bool:
        found = self._db.execute("SELECT 1 FROM articles WHERE story = ? AND aid != ? LIMIT 1", (story, aid))
        return found.fetchone() is None

    def _merge(self, chosen: int, best: list[tuple[int, float]], members: dict[int, list[int]]) -> None:
        if not best or best[0][0] != chosen:
            return
        between: dict[int, float] = {}
        for story, _ in best[1:]:
            ours, theirs = self._tellings_of(members[chosen]), self._tellings_of(members[story])
            between[story] = sum(likeness(a, b) for a in ours for b in theirs) / max(1, len(ours) * len(theirs))
        for story in to_merge(best, between):
            old, other = min(chosen, story), max(chosen, story)
            moved = self._db.execute("SELECT aid FROM articles WHERE story = ?", (other,)).fetchall()
            self._move([row[0] for row in moved], old)
            self._db.execute("UPDATE story_redirects SET target = ? WHERE target = ?", (old, other))
            self._db.execute("INSERT INTO story_redirects VALUES (?, ?)", (other, old))
            chosen = old

    def _move(self, aids: list[int], story: int) -> None:
        for aid in aids:
            self._db.execute("UPDATE articles SET story = ? WHERE aid = ?", (story, aid))
            self._db.execute("UPDATE versions SET seq = ? WHERE aid = ?", (self._sequence, aid))
