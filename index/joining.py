"""The last step of a commit: its new versions join copy groups and stories, in the same transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from index.copies import fitted_model
from index.copy_groups import CopyGroups
from index.neighbours import nearest, newcomers
from index.ports import Committed, Draft
from index.story_groups import StoryGroups
from index.view import View


def last_version(db: sqlite3.Connection) -> int:
    """The highest row number of a version; what a commit adds lies above it."""
    return int(db.execute("SELECT coalesce(max(vid), 0) FROM versions").fetchone()[0])


def join_groups(
    db: sqlite3.Connection,
    view: View,
    drafts: Sequence[Draft],
    done: Sequence[Committed],
    *,
    last_vid: int,
    sequence: int,
) -> list[Committed]:
    """Group what a commit added; returns ``done`` with the copies counted.

    ``view`` is the archive before the commit, ``last_vid`` its last version.
    """
    batch = newcomers(db, drafts, done, last_vid)
    near = nearest(view, batch)
    copies = CopyGroups(db, fitted_model(), sequence)
    stories = StoryGroups(db, sequence)
    settled = list(done)
    for newcomer in batch:
        copied = copies.join(newcomer, near)
        stories.join(newcomer, near)
        settled[newcomer.place] = replace(settled[newcomer.place], copied=copied)
    return settled
