"""Whether articles tell of one event, on made vectors."""

from __future__ import annotations

import numpy as np
import pytest

from index.article import date_interval
from index.stories import JOIN, MERGE, STRONG, Telling, best_stories, likeness, link, mean_vector, to_merge


def telling(angle: float, date: str | None = "2024-03-01", names: str = "") -> Telling:
    vector = np.array([np.cos(angle), np.sin(angle)], np.float32)
    interval = None if date is None else date_interval(date)
    return Telling(vector=vector, interval=interval, names=frozenset(names.split()))


def test_likeness_is_cosine_moved_by_names() -> None:
    assert likeness(telling(0), telling(1)) == pytest.approx(np.cos(1))
    same, other = telling(1, names="karsk ridge vik rask"), telling(1, names="tolmere krige edda brandvik")
    here = telling(0, names="karsk ridge vik rask")
    assert likeness(here, other) < np.cos(1) < likeness(here, same)


def test_dates_too_far_apart_forbid_a_link() -> None:
    assert link(telling(0), telling(0, "2024-03-15")) is not None
    assert link(telling(0), telling(0, "2024-03-16")) is None
    assert link(telling(0), telling(0, "2021-03-01")) is None


@pytest.mark.parametrize("vague", [None, "2024", "2024-03"])
def test_without_a_day_only_strong_evidence_links(vague: str | None) -> None:
    assert link(telling(0), telling(0.1, vague)) is not None
    assert link(telling(0), telling(float(np.arccos(STRONG - 0.05)), vague)) is None


def test_a_story_is_joined_on_its_strongest_links() -> None:
    assert best_stories({1: [JOIN + 0.1, JOIN - 0.05, 0.0], 2: [JOIN - 0.01], 3: [0.9], 4: []}) == [
        (3, pytest.approx(0.9)),
        (1, pytest.approx(JOIN + 0.025)),
    ]


def test_only_stories_that_are_alike_merge() -> None:
    strong = [(1, MERGE + 0.2), (2, MERGE + 0.1), (3, MERGE - 0.05)]
    assert to_merge(strong, {2: JOIN, 3: JOIN}) == [2]
    assert to_merge(strong, {2: JOIN - 0.1}) == []
    assert to_merge([(1, MERGE - 0.01), (2, MERGE - 0.02)], {2: 1.0}) == []
    assert to_merge([], {}) == []


def test_the_mean_vector_has_length_one() -> None:
    assert np.linalg.norm(mean_vector(np.array([[1, 0], [0, 1]], np.float32))) == pytest.approx(1)
    assert np.isfinite(mean_vector(np.array([[1, 0], [-1, 0]], np.float32))).all()
