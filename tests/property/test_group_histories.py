"""Whatever is ingested, corrected and deleted, copy groups and stories keep their promises, across restarts too."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import NotFound
from index.groups import group_members, read_story
from index.store import Store
from tests.archives import draft, open_store

FERRY = (
    "A ferry with 84 people aboard ran on to rocks off Quill Head on Tuesday night, the coastguard said. Lifeboats from"
    " Sorrel and Marn took off all passengers within two hours. Captain Ines Dole said the rudder had jammed."
)
FERRY_EDITED = FERRY.replace("on to rocks", "aground").replace("took off all passengers", "took off everybody")
FERRY_OTHER = (
    FERRY.replace("84", "61").replace("two", "five").replace("Quill Head", "Gannet Point").replace("Dole", "Brink")
)
COUNCIL = (
    "The council of Tolmere voted on Monday to close three libraries in June and to spend the 4.2 million crowns saved"
    " on a bridge. Mayor Lena Adeyemi called the decision the hardest of her term; readers shouted from the gallery."
)
OWN = "At the harbour café the lights stayed on until morning, and Rosa Tamm handed out blankets, socks and coffee."
TEXTS = (FERRY, FERRY_EDITED, FERRY_OTHER, COUNCIL, OWN)
DATES = ("2024-03-01", "2024-03-02", "2024-03-12", "2021-03-01", None)

bodies = st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3).map("\n\n".join)
ingests = st.tuples(st.just("ingest"), st.integers(0, 5), bodies, st.sampled_from(DATES))
deletes = st.tuples(st.just("delete"), st.integers(0, 5), st.just(""), st.none())
reopens = st.tuples(st.just("reopen"), st.just(0), st.just(""), st.none())
histories = st.lists(
    st.lists(ingests, min_size=1, max_size=3) | st.lists(deletes | reopens, min_size=1, max_size=1), max_size=8
)


def groups_by_passage(store: Store) -> dict[int, int]:
    rows = store.catalogue.connection().execute("SELECT pk, copy_group FROM passages WHERE copy_group IS NOT NULL")
    return {row[0]: row[1] for row in rows}


def stories_by_article(store: Store) -> dict[str, int]:
    return {row[0]: row[1] for row in store.catalogue.connection().execute("SELECT id, story FROM articles")}


def redirects(store: Store) -> dict[int, int]:
    return {row[0]: row[1] for row in store.catalogue.connection().execute("SELECT * FROM story_redirects")}


def check(store: Store) -> None:
    db = store.catalogue.connection()
    twice = db.execute(
        "SELECT 1 FROM passages WHERE copy_group IS NOT NULL GROUP BY copy_group, vid HAVING count(*) > 1"
    ).fetchall()
    assert not twice, "a group holds two passages of one version"
    stories = stories_by_article(store)
    assert all(story is not None for story in stories.values())
    gone = redirects(store)
    assert not set(gone) & set(stories.values()), "a story that redirects has members"
    assert not set(gone) & set(gone.values()), "a redirect leads to a redirect"
    given_out = int(store.catalogue.meta("stories") or 0)
    assert all(0 < number <= given_out for number in [*stories.values(), *gone, *gone.values()])
    given_out = int(store.catalogue.meta("copy_groups") or 0)
    assert all(0 < group <= given_out for group in groups_by_passage(store).values())
    # What a view shows is what the catalogue holds.
    view = store.view()
    rows = np.flatnonzero(view.slot >= 0)
    shown = dict(zip(view.keys[rows].tolist(), view.copy_groups(rows).tolist(), strict=True))
    assert {key: group for key, group in shown.items() if group >= 0} == groups_by_passage(store)
    passages = view.passages(rows.tolist())
    assert [p.story for p in passages] == view.stories(rows).tolist()
    assert all(p.story == stories[p.article_id] for p in passages)
    assert [p.copy_group for p in passages] == [None if g < 0 else g for g in view.copy_groups(rows).tolist()]
    # Timelines and carriers name living articles only, each once.
    for number in set(stories.values()):
        story = read_story(store.catalogue, f"s{number}")
        members = [member.article_id for member in story.members]
        assert sorted(members) == sorted(article for article, its in stories.items() if its == number)
        starts = [interval[0] if (interval := m.published.interval()) else None for m in story.members]
        dated = [start for start in starts if start is not None]
        assert starts == sorted(dated) + [None] * (len(starts) - len(dated))
    for old, target in gone.items():
        if target in stories.values():
            story = read_story(store.catalogue, f"s{old}")
            assert (story.id, story.redirected_from) == (f"s{target}", f"s{old}")
    for members in group_members(store.catalogue, sorted(set(groups_by_passage(store).values()))).values():
        articles = [member.article_id for member in members]
        assert len(articles) == len(set(articles)) and set(articles) <= set(stories)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories)
def test_any_history(history: Sequence[Sequence[tuple[str, int, str, str | None]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder))
        ever: dict[str, int] = {}
        try:
            for step in history:
                kind = step[0][0]
                if kind == "ingest":
                    store.commit([draft(f"a{n}", text, source=f"outlet {n}", date=date) for _, n, text, date in step])
                elif kind == "delete":
                    store.delete([f"a{step[0][1]}"])
                    assert f"a{step[0][1]}" not in stories_by_article(store)
                else:
                    before = (groups_by_passage(store), stories_by_article(store), redirects(store))
                    store.close()
                    store = open_store(Path(folder))
                    assert (groups_by_passage(store), stories_by_article(store), redirects(store)) == before
                check(store)
                counted = int(store.catalogue.meta("stories") or 0)
                assert counted >= ever.get("stories", 0), "a number was given back"
                ever["stories"] = counted
        finally:
            store.close()


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def one_group(store: Store) -> set[str]:
    (members,) = group_members(store.catalogue, sorted(set(groups_by_passage(store).values()))).values()
    return {member.article_id for member in members}


def test_copies_are_found_within_a_commit_and_across_commits(store: Store) -> None:
    done = store.commit([draft("a", FERRY, date="2024-03-01"), draft("b", FERRY_EDITED, date="2024-03-01")])
    assert [one.copied for one in done] == [0, 1]
    (late,) = store.commit([draft("c", f"{FERRY}\n\n{OWN}", date="2024-03-02")])
    assert late.copied == 1
    assert one_group(store) == {"a", "b", "c"}
    assert len(groups_by_passage(store)) == 3, "the paragraph of its own is in no group"


def test_other_figures_other_years_and_far_days_are_no_copies(store: Store) -> None:
    store.commit([draft("a", FERRY, date="2024-03-01")])
    done = store.commit(
        [
            draft("b", FERRY_OTHER, date="2024-03-01"),
            draft("c", FERRY, date="2021-03-01"),
            draft("d", FERRY, date="2024-03-12"),
        ]
    )
    assert [one.copied for one in done] == [0, 0, 0]


def test_an_undated_copy_joins_on_its_text(store: Store) -> None:
    store.commit([draft("a", FERRY, date="2024-03-01"), draft("b", FERRY)])
    assert one_group(store) == {"a", "b"}


def test_a_corrected_article_leaves_and_the_past_keeps_its_copies(store: Store) -> None:
    store.commit([draft("a", FERRY, date="2024-03-01"), draft("b", FERRY, date="2024-03-01")])
    store.commit([draft("b", COUNCIL, date="2024-03-01", modified="2024-03-05")])
    assert one_group(store) == {"a"}
    (group,) = set(groups_by_passage(store).values())
    then = group_members(store.catalogue, [group], as_of=1_709_400_000)
    assert [member.article_id for member in then[group]] == ["a", "b"]


def test_reprocessing_keeps_groups(tmp_path: Path) -> None:
    first = open_store(tmp_path, fingerprint="p1")
    drafts = [draft("a", FERRY, date="2024-03-01"), draft("b", f"{FERRY}\n\n{OWN}", date="2024-03-01")]
    first.commit(drafts)
    before = one_group(first)
    first.close()
    second = open_store(tmp_path, fingerprint="p2")
    second.commit(drafts)
    check(second)
    assert one_group(second) == before
    second.close()


def test_another_process_follows_groups(tmp_path: Path) -> None:
    writer, reader = open_store(tmp_path), open_store(tmp_path)
    writer.commit([draft("a", FERRY, date="2024-03-01")])
    reader.refresh()
    writer.commit([draft("b", FERRY, date="2024-03-01")])
    view = reader.refresh()
    assert view.copy_groups(np.arange(2)).tolist() == [1, 1]
    writer.close()
    reader.close()


def test_the_same_place_years_apart_is_another_story(store: Store) -> None:
    store.commit([draft("a", FERRY, date="2024-03-01"), draft("b", FERRY_EDITED, date="2024-03-02")])
    store.commit([draft("c", FERRY, date="2021-03-01")])
    stories = stories_by_article(store)
    assert stories["a"] == stories["b"] != stories["c"]


def test_an_undated_article_does_not_tie_years_together(store: Store) -> None:
    store.commit([draft("a", FERRY, date="2021-03-01"), draft("b", FERRY, date="2024-03-01")])
    store.commit([draft("undated", FERRY)])
    store.commit([draft("c", FERRY, date="2021-03-02"), draft("d", FERRY, date="2024-03-02")])
    stories = stories_by_article(store)
    assert stories["a"] == stories["c"] != stories["b"] == stories["d"]
    assert stories["undated"] in {stories["a"], stories["b"]}
    assert not redirects(store)


def test_an_undated_article_that_came_first_is_joined_by_one_time_only(store: Store) -> None:
    for name, date in (("undated", None), ("a", "2021-03-01"), ("b", "2024-03-01")):
        store.commit([draft(name, FERRY, date=date)])
    stories = stories_by_article(store)
    assert stories["undated"] == stories["a"] != stories["b"]


def test_numbers_are_not_used_again(store: Store) -> None:
    store.commit([draft("a", FERRY, date="2024-03-01"), draft("b", FERRY, date="2024-03-01")])
    story, group = stories_by_article(store)["a"], set(groups_by_passage(store).values())
    store.delete(["a", "b"])
    store.commit([draft("a", FERRY, date="2024-03-01"), draft("b", FERRY, date="2024-03-01")])
    assert stories_by_article(store)["a"] > story
    assert not group & set(groups_by_passage(store).values())


def test_a_bridge_merges_two_stories_and_the_older_number_stays(store: Store) -> None:
    # Ten days lie between the article and each story, twenty between the stories: only the bridge is near both.
    store.commit([draft("late", FERRY, date="2024-03-21")])
    store.commit([draft("early", FERRY_EDITED, date="2024-03-01")])
    before = stories_by_article(store)
    assert before["late"] != before["early"]
    store.commit([draft("bridge", FERRY, date="2024-03-11")])
    after = stories_by_article(store)
    assert set(after.values()) == {before["late"]}
    story = read_story(store.catalogue, f"s{before['early']}")
    assert (story.id, story.redirected_from) == (f"s{before['late']}", f"s{before['early']}")
    assert [member.article_id for member in story.members] == ["early", "bridge", "late"]
    check(store)


@pytest.mark.parametrize("name", ["s1", "s0", "1", "story", "s01", "s-1", "s" + "9" * 40, ""])
def test_no_such_story(store: Store, name: str) -> None:
    with pytest.raises(NotFound):
        read_story(store.catalogue, name)
