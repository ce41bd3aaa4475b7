"""What every implementation of PassageSearch, ArticleReader and ArticleWriter promises."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from index.article import date_interval
from index.errors import NotFound
from index.ports import Draft, Filters, Hits, TermQuery
from tests.archives import EMBEDDER, draft
from tests.contract.brute_force import BruteForce
from tests.contract.conftest import Archive

Place = tuple[str, int, int]
"""Article, version, start: names a passage in every implementation."""

EVERYTHING = Filters()


def places(view: Any, rows: Any) -> list[Place]:
    found = view.passages([int(row) for row in rows])
    assert len(found) == len(rows)
    return [(p.article_id, p.version, p.start) for p in found]


def masked(view: Any, filters: Filters) -> set[Place]:
    return set(places(view, np.flatnonzero(view.mask(filters))))


def dense(view: Any, question: str, k: int = 10, filters: Filters = EVERYTHING) -> Hits:
    return view.dense(EMBEDDER.encode_questions([question])[0], k, view.mask(filters))


def terms(view: Any, question: str, k: int = 10, filters: Filters = EVERYTHING) -> Hits:
    return view.terms(TermQuery(text=question), k, view.mask(filters))


def found_by_both(
    view: Any, question: str, k: int = 10, filters: Filters = EVERYTHING
) -> tuple[set[Place], set[Place]]:
    return (
        set(places(view, dense(view, question, k, filters).rows)),
        set(places(view, terms(view, question, k, filters).rows)),
    )


def day(date: str) -> int:
    return date_interval(date)[0]


# -- an archive without articles ---------------------------------------------------------------------------------


def test_an_empty_archive_finds_nothing(archive: Archive) -> None:
    view = archive.view()
    assert masked(view, EVERYTHING) == set()
    for hits in (dense(view, "zorbo"), terms(view, "zorbo")):
        assert len(hits.rows) == len(hits.scores) == 0
    assert view.frequencies(["zorbo"]) == ([0], 0)
    assert view.passages([]) == []
    for read in (view.article, view.versions):
        with pytest.raises(NotFound, match="nowhere"):
            read("nowhere")
    assert archive.delete("nowhere") == []
    assert archive.commit() == []


def test_an_emptied_archive_is_like_an_empty_one(archive: Archive) -> None:
    archive.commit(draft("a", "zorbo blick"))
    assert archive.delete("a") == ["a"]
    view = archive.view()
    assert masked(view, EVERYTHING) == set()
    assert found_by_both(view, "zorbo") == (set(), set())
    assert view.frequencies(["zorbo"]) == ([0], 0)
    (again,) = archive.commit(draft("a", "zorbo blick"))
    assert (again.version, again.outcome) == (1, "ingested")
    assert found_by_both(archive.view(), "zorbo") == ({("a", 1, 0)},) * 2


# -- reading back ------------------------------------------------------------------------------------------------


def test_what_is_committed_is_read_back(archive: Archive) -> None:
    given = draft(
        "a", "zorbo blick.\n\nmana trel.", title="Zorbo speaks", source="The Lantern", date="2023-10-02T14:05+04:00",
        language="en", tags=("islands", "sea"), url="https://lantern.example/a?b=c#d",
    )  # fmt: skip
    (done,) = archive.commit(given)
    assert (done.article_id, done.version, done.outcome, done.passages) == ("a", 1, "ingested", 2)
    view = archive.view()
    version = view.article("a")
    assert version.article == given.article
    assert (version.version, version.newest, version.valid_to) == (1, 1, None)
    assert version.valid_from == day("2023-10-02T14:05+04:00")
    rows = np.flatnonzero(view.mask(EVERYTHING))
    read = view.passages([int(row) for row in rows])
    assert [(p.section, p.start, p.end, p.text, p.sentences) for p in read] == [
        (p.section, p.start, p.end, p.text, p.sentences) for p in given.passages
    ]
    for p in read:
        assert (p.title, p.source, p.url, p.language, p.published) == (
            "Zorbo speaks", "The Lantern", "https://lantern.example/a?b=c#d", "en", given.article.published
        )  # fmt: skip


def test_passages_come_in_the_order_asked_for(archive: Archive) -> None:
    archive.commit(draft("a", "\n\n".join(f"zorbo {n}" for n in range(9))))
    view = archive.view()
    rows = [int(row) for row in np.flatnonzero(view.mask(EVERYTHING))]
    shuffled = random.Random(7).sample(rows, len(rows))
    assert places(view, shuffled) == [places(view, [row])[0] for row in shuffled]


HOSTILE_IDS = [
    "https://lantern.example/a?b=c&d=%2F#e", "/", "..", "../../etc/passwd", "%", "a'b\"c;--", "Ünïcode/日本語", "👩‍👩‍👧",
    "\u202eevil", "a\u0000b", "a b", "ﬁ", "fi", "é", "e\u0301", "A", "a", "-1", "1" * 4000, "x\n", "*", "NULL",
]  # fmt: skip
HOSTILE_TEXTS = [
    "zorbo \u0000 after a null", "zorbo \U0001f469\u200d\U0001f469 family", "zorbo e\u0301\u0327 marks",
    "\ufeffzorbo mark first", "zorbo \u202eright to left", "زوربو zorbo مانا", "zorbo" + "\u0301" * 500,
    "zorbo " + "x" * 5000, "zorbo 'quoted' \"twice\" \\ ; DROP TABLE passages; --", "zorbo \u2028 lines \u0085 apart \x0b",
    "zorbo \uffff \ufdd0 not characters", "zorbo +title:x AND NOT (body:y) ~2 ^9 *",
]  # fmt: skip


def test_hostile_ids_stay_apart(archive: Archive) -> None:
    archive.commit(*(draft(name, f"zorbo {n}") for n, name in enumerate(HOSTILE_IDS)))
    view = archive.view()
    for n, name in enumerate(HOSTILE_IDS):
        assert view.article(name).article.text == f"zorbo {n}"
    assert {place[0] for place in masked(view, EVERYTHING)} == set(HOSTILE_IDS)
    assert archive.delete(*HOSTILE_IDS[::2]) == HOSTILE_IDS[::2]
    assert {place[0] for place in masked(archive.view(), EVERYTHING)} == set(HOSTILE_IDS[1::2])


def test_hostile_text_keeps_its_offsets(archive: Archive) -> None:
    archive.commit(
        *(draft(f"{n}", f"{text}\n\n{text} mana\n\nzorbo last", title=text, source=text, tags=(text,))
          for n, text in enumerate(HOSTILE_TEXTS))
    )  # fmt: skip
    view = archive.view()
    for n, text in enumerate(HOSTILE_TEXTS):
        filters = Filters(sources=(text,), tags=(text,))
        wanted = {(f"{n}", 1, 0), (f"{n}", 1, len(text) + 2), (f"{n}", 1, 2 * len(text) + 9)}
        assert masked(view, filters) == wanted
        assert found_by_both(view, "zorbo", filters=filters) == (wanted, wanted)
        assert set(places(view, terms(view, "last", filters=filters).rows)) == {max(wanted)}
        assert len(terms(view, text, 50).rows) == 3 * len(HOSTILE_TEXTS), "a text is a query too"
        stored = view.article(f"{n}").article.text
        for passage in view.passages(np.flatnonzero(view.mask(filters)).tolist()):
            assert passage.text == stored[passage.start : passage.end] != ""
            assert passage.title == passage.source == text


# -- versions ----------------------------------------------------------------------------------------------------


def test_the_same_record_again_changes_nothing(archive: Archive) -> None:
    archive.commit(draft("a", "zorbo", date="2023-10-02"))
    before = archive.view()
    (again,) = archive.commit(draft("a", "zorbo", date="2023-10-02"))
    assert (again.version, again.outcome) == (1, "unchanged")
    view = archive.view()
    assert len(view.versions("a")) == 1
    assert view.article("a") == before.article("a")
    assert masked(view, EVERYTHING) == {("a", 1, 0)}


@pytest.mark.parametrize("change", [{"title": "T"}, {"source": "S"}, {"date": "2023"}, {"tags": ("t",)}, {"url": "u"}, {"language": "hy"}])  # fmt: skip
def test_other_metadata_is_a_new_version(archive: Archive, change: dict[str, Any]) -> None:
    archive.commit(draft("a", "zorbo"))
    (done,) = archive.commit(draft("a", "zorbo", **change))
    assert (done.version, done.outcome) == (2, "updated")
    view = archive.view()
    assert [v.version for v in view.versions("a")] == [1, 2]
    assert masked(view, EVERYTHING) == {("a", 2, 0)}


def test_an_update_supersedes_but_stays_searchable_as_of(archive: Archive) -> None:
    archive.commit(draft("a", "zorbo blick", date="2023-10-02"))
    archive.commit(draft("a", "zorbo mana", date="2023-10-02"))
    view = archive.view()
    first, second = view.versions("a")
    assert first.valid_from == day("2023-10-02")
    assert first.valid_to == second.valid_from > first.valid_from
    assert (first.newest, second.newest, second.valid_to) == (2, 2, None)
    assert view.article("a").version == 2
    assert view.article("a", version=1).article.text == "zorbo blick"
    assert view.article("a", as_of=second.valid_from - 1).version == 1
    assert view.article("a", as_of=second.valid_from).version == 2
    with pytest.raises(NotFound):
        view.article("a", as_of=first.valid_from - 1)
    with pytest.raises(NotFound):
        view.article("a", version=3)
    assert found_by_both(view, "zorbo") == ({("a", 2, 0)},) * 2
    assert found_by_both(view, "blick", filters=Filters(as_of=first.valid_to - 1)) == ({("a", 1, 0)},) * 2
    assert found_by_both(view, "zorbo", filters=Filters(as_of=first.valid_to)) == ({("a", 2, 0)},) * 2
    assert found_by_both(view, "zorbo", filters=Filters(as_of=first.valid_from - 1)) == (set(), set())
    old = view.passages(np.flatnonzero(view.mask(Filters(as_of=first.valid_from))).tolist())
    assert [(p.text, p.version, p.newest_version) for p in old] == [("zorbo blick", 1, 2)]


def test_three_versions_in_one_commit(archive: Archive) -> None:
    done = archive.commit(draft("a", "one"), draft("a", "two"), draft("a", "two"), draft("a", "three"))
    assert [(c.version, c.outcome) for c in done] == [(1, "ingested"), (2, "updated"), (2, "unchanged"), (3, "updated")]
    assert masked(archive.view(), EVERYTHING) == {("a", 3, 0)}


def test_what_was_published_later_is_not_seen_however_early_its_modified_time(archive: Archive) -> None:
    archive.commit(draft("a", "zorbo one", date="2023-10-02", modified="2023-09-01"))
    view = archive.view()
    noon = day("2023-09-15") + 43200
    assert found_by_both(view, "zorbo", filters=Filters(as_of=noon)) == (set(), set())
    with pytest.raises(NotFound):
        view.article("a", as_of=noon)
    assert found_by_both(view, "zorbo", filters=Filters(as_of=day("2023-10-02"))) == ({("a", 1, 0)},) * 2
    assert view.article("a", as_of=day("2023-10-02")).version == 1


def test_modified_times_order_versions_whatever_order_they_come_in(archive: Archive) -> None:
    texts = {"2023-10-0" + str(n): f"zorbo {n}" for n in (1, 2, 3, 4)}
    for date in ("2023-10-02", "2023-10-04", "2023-10-01", "2023-10-03"):
        archive.commit(draft("a", texts[date], modified=date))
    view = archive.view()
    assert view.article("a").article.text == "zorbo 4"
    for date, text in texts.items():
        assert view.article("a", as_of=day(date) + 3600).article.text == text
        (row,) = np.flatnonzero(view.mask(Filters(as_of=day(date))))
        assert view.passages([int(row)])[0].text == text
    assert masked(view, EVERYTHING) == {("a", 2, 0)}


def test_an_old_file_read_again_changes_nothing(archive: Archive) -> None:
    old, new = draft("a", "zorbo old", modified="2023-10-01"), draft("a", "zorbo new", modified="2023-10-02")
    archive.commit(old)
    archive.commit(new)
    (again,) = archive.commit(old)
    assert (again.version, again.outcome) == (1, "unchanged")
    view = archive.view()
    assert len(view.versions("a")) == 2
    assert masked(view, EVERYTHING) == {("a", 2, 0)}


def test_an_article_put_back_is_a_new_version(archive: Archive) -> None:
    for text in ("zorbo one", "zorbo two", "zorbo one"):
        archive.commit(draft("a", text))
    view = archive.view()
    assert [v.article.text for v in view.versions("a")] == ["zorbo one", "zorbo two", "zorbo one"]
    assert view.article("a").version == 3
    assert found_by_both(view, "zorbo one") == ({("a", 3, 0)},) * 2


def test_equal_text_under_another_id_is_another_article(archive: Archive) -> None:
    archive.commit(
        draft("a", "zorbo blick", url="https://x.example/1"), draft("b", "zorbo blick", url="https://x.example/1")
    )
    assert found_by_both(archive.view(), "zorbo") == ({("a", 1, 0), ("b", 1, 0)},) * 2


# -- deleting ----------------------------------------------------------------------------------------------------


def test_a_delete_is_seen_at_once_and_takes_every_version(archive: Archive) -> None:
    archive.commit(draft("a", "zorbo one"), draft("b", "zorbo two"))
    archive.commit(draft("a", "zorbo three"))
    middle = archive.view().article("a").valid_from
    assert archive.delete("b", "a", "nowhere", "a") == ["b", "a"]
    view = archive.view()
    for filters in (EVERYTHING, Filters(as_of=middle), Filters(as_of=middle - 1)):
        assert masked(view, filters) == set()
        assert found_by_both(view, "zorbo", filters=filters) == (set(), set())
    for read in (view.article, view.versions):
        with pytest.raises(NotFound):
            read("a")
    assert archive.delete("a") == []


def test_a_view_in_hand_shows_nothing_deleted(archive: Archive) -> None:
    archive.commit(draft("a", "zorbo one"), draft("b", "zorbo two"))
    view = archive.store.view()
    rows = np.flatnonzero(view.mask(EVERYTHING)).tolist()
    archive.delete("a")
    assert [p.article_id for p in view.passages(rows)] == ["b"]


def test_a_view_in_hand_keeps_its_rows(archive: Archive) -> None:
    archive.commit(draft("a", "zorbo one"))
    view = archive.view()
    before = places(view, terms(view, "zorbo").rows)
    archive.commit(draft("b", "zorbo two"), draft("c", "mana"))
    assert places(view, terms(view, "zorbo").rows) == before == places(view, dense(view, "zorbo").rows)


# -- searching ---------------------------------------------------------------------------------------------------


def test_fewer_matches_than_asked_for(archive: Archive) -> None:
    archive.commit(draft("a", "zorbo blick"), draft("b", "zorbo zorbo"), draft("c", "mana trel"))
    view = archive.view()
    for k in (1, 2, 3, 4, 1000):
        assert len(dense(view, "zorbo", k).rows) == min(k, 3)
        assert len(terms(view, "zorbo", k).rows) == min(k, 2), "without any of the words is no hit"
    assert len(terms(view, "").rows) == len(terms(view, "?!").rows) == len(terms(view, "nowhere").rows) == 0
    for hits in (dense(view, "zorbo"), terms(view, "zorbo")):
        assert list(hits.scores) == sorted(hits.scores, reverse=True)
    assert places(view, terms(view, "zorbo").rows)[0][0] == "b", "twice in two words beats once in two"


def test_an_empty_mask_finds_nothing(archive: Archive) -> None:
    archive.commit(draft("a", "zorbo blick"))
    view = archive.view()
    assert found_by_both(view, "zorbo", filters=Filters(sources=("nobody",))) == (set(), set())


def test_titles_count_as_they_are_weighed(archive: Archive) -> None:
    archive.commit(draft("a", "mana trel", title="zorbo"), draft("b", "zorbo trel", title="mana"))
    view, everything = archive.view(), archive.view().mask(EVERYTHING)

    def order(**weights: float) -> list[str]:
        return [name for name, *_ in places(view, view.terms(TermQuery(text="zorbo", **weights), 5, everything).rows)]

    assert order(title_weight=9.0) == ["a", "b"]
    assert order(body_weight=9.0) == ["b", "a"]
    assert order(title_weight=0.0) == ["b"]
    assert order(body_weight=0.0) == ["a"]


def test_ties_go_by_age(archive: Archive) -> None:
    """Copies have equal vectors and equal words: which of them come first must not hang on how files are laid out."""
    for start in range(0, 40, 10):
        archive.commit(*(draft(f"{n:02}", "zorbo blick mana") for n in range(start, start + 10)))
    archive.delete("03", "17")
    view = archive.view()
    left = [f"{n:02}" for n in range(40) if n not in {3, 17}]
    for k in (1, 5, 20, 37):
        for search in (dense, terms):
            hits = search(view, "zorbo", k)
            assert len(set(np.round(hits.scores, 5))) == 1
            assert [name for name, *_ in places(view, hits.rows)] == left[:k]


def test_frequencies_count_passages(archive: Archive) -> None:
    archive.commit(draft("a", "zorbo zorbo\n\nmana zorbo"), draft("b", "trel"))
    view = archive.view()
    assert view.words("Zorbo, MANA-tr\u00e9l!") == ["zorbo", "mana", "trel"]
    assert view.frequencies(["zorbo", "mana", "nowhere", "trel"]) == ([2, 1, 0, 1], 3)
    archive.delete("a")
    counts, total = archive.view().frequencies(["zorbo", "mana", "nowhere", "trel"])
    assert total == 1 and all(count <= total for count in counts)


# -- filters -----------------------------------------------------------------------------------------------------

DATES = ["2023-10-02T14:05+04:00", "2023-10-02", "2023-10", "2023", "2020-09-30T23:59Z", "2020-10-01", None, None]
SOURCES = ["The Lantern", "Küstenbote", "Straße", None]
LANGUAGES = ["en", "de", None]
TAGS = [(), ("sea",), ("sea", "islands"), ("Islands",)]


def mixed(n: int) -> Any:
    chance = random.Random(n)
    return draft(
        f"{n}", "\n\n".join(f"zorbo {chance.choice(['blick', 'mana', 'trel'])} {n}" for _ in range(chance.randint(1, 3))),
        date=chance.choice(DATES), source=chance.choice(SOURCES), language=chance.choice(LANGUAGES),
        tags=chance.choice(TAGS), modified=chance.choice([None, None, "2023-11-01", "2024-02-01T10:00Z"]),
    )  # fmt: skip


def edges() -> list[int | None]:
    bounds = {edge + shift for date in DATES if date for edge in date_interval(date) for shift in (-1, 0, 1)}
    return [None, *sorted(bounds)]


def test_masks_and_dense_scores_equal_brute_force(archive: Archive) -> None:
    """Every filter alone and 150 combinations, on 60 articles, a third of them updated and some deleted."""
    double = BruteForce(archive.clock.time)
    for batch in (
        [mixed(n) for n in range(60)],
        [draft(f"{n}", f"zorbo again {n}", source="The Lantern") for n in range(0, 60, 3)],
    ):
        moment = archive.clock.now
        archive.commit(*batch)
        archive.clock.now = moment
        double.commit(batch)
    for writer in (archive.delete, lambda *names: double.delete(names)):
        writer("4", "5", "6")
    view, model = archive.view(), double.view()
    chance = random.Random(3)
    some_edges, sources, tags = edges(), ["the lantern", "KÜSTENBOTE", "STRASSE", "nobody"], ["SEA", "islands", "none"]
    cases = [Filters(as_of=t) for t in [0, day("2023-11-01"), day("2024-01-01"), int(archive.clock.now), 2**40]]
    cases += [Filters(published_from=a, include_undated=u) for a in some_edges for u in (False, True)]
    cases += [Filters(published_to=b) for b in some_edges]
    cases += [Filters(sources=(s,)) for s in sources] + [Filters(languages=(x,)) for x in ("en", "DE", "fr")]
    cases += [Filters(tags=t) for r in (1, 2) for t in itertools.combinations(tags, r)]
    cases += [
        Filters(
            published_from=chance.choice(some_edges),
            published_to=chance.choice(some_edges),
            include_undated=chance.random() < 0.5,
            sources=tuple(chance.sample(sources, chance.choice([0, 0, 1, 2]))),
            languages=tuple(chance.sample(["en", "de"], chance.choice([0, 0, 1]))),
            tags=tuple(chance.sample(tags, chance.choice([0, 0, 1, 2]))),
            as_of=chance.choice([None, None, day("2023-12-01"), day("2024-03-01"), int(archive.clock.now)]),
        )
        for _ in range(150)
    ]
    sizes: set[int] = set()
    question = EMBEDDER.encode_questions(["zorbo blick 7"])[0]
    for filters in cases:
        wanted = masked(model, filters)
        sizes.add(len(wanted))
        assert masked(view, filters) == wanted, filters
        assert set(places(view, terms(view, "zorbo", 500, filters).rows)) == wanted, filters
        ours, theirs = view.dense(question, 500, view.mask(filters)), model.dense(question, 500, model.mask(filters))
        assert set(places(view, ours.rows)) == wanted, filters
        # Approximate scores are of vectors rounded to 8 bits a number.
        np.testing.assert_allclose(ours.scores, theirs.scores, atol=1e-5)
    assert len(sizes) > 15, "the cases tell the filters apart"
    assert min(sizes) == 0


# -- few among many ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many() -> list[Draft]:
    """5,000 passages of common words, three of them by one outlet and the last in every ranking."""
    chance = random.Random(11)
    words = "zorbo blick mana trel".split()
    common = [
        draft(
            f"{n}", "\n\n".join(f"{' '.join(chance.choices(words, k=6))} {n} {m}" for m in range(119)), source="Daily"
        )
        for n in range(42)
    ]
    few = [draft(f"rare {n}", f"zorbo {'filler ' * 60}{n}", source="Rare", date="2023-10-02") for n in range(3)]
    return [few[0], *common[:20], few[1], *common[20:], few[2]]


@pytest.fixture(scope="module")
def five_thousand(shared_archive: Callable[[], Archive], many: list[Draft]) -> Archive:
    archive = shared_archive()
    archive.commit(*many[:30])
    archive.commit(*many[30:])
    return archive


RARE = {(f"rare {n}", 1, 0) for n in range(3)}


@pytest.mark.parametrize("k", [3, 10, 1000])
def test_a_filter_that_matches_three_of_five_thousand_returns_those(five_thousand: Archive, k: int) -> None:
    view = five_thousand.view()
    assert len(masked(view, EVERYTHING)) == 42 * 119 + 3
    for filters in (
        Filters(sources=("rare",)),
        Filters(published_from=day("2023-10-02"), published_to=day("2023-10-03")),
    ):
        assert found_by_both(view, "zorbo blick mana trel", k, filters) == (RARE, RARE)


def test_two_of_the_three(five_thousand: Archive) -> None:
    view = five_thousand.view()
    for search in (dense, terms):
        hits = search(view, "zorbo", 2, Filters(sources=("rare",)))
        assert len(hits.rows) == 2 and set(places(view, hits.rows)) < RARE


@pytest.mark.parametrize("k", [1, 10, 100])
def test_everything_but_a_little(five_thousand: Archive, k: int) -> None:
    """A mask that keeps most rows costs no hits either."""
    view = five_thousand.view()
    for search in (dense, terms):
        hits = search(view, "zorbo mana", k, Filters(sources=("daily",)))
        assert len(hits.rows) == k
        assert not set(places(view, hits.rows)) & RARE


def test_nearest_of_five_thousand(five_thousand: Archive) -> None:
    """Exact, or approximate with nearly all of the true ten nearest."""
    view = five_thousand.view()
    everything = view.mask(EVERYTHING)
    if five_thousand.name == "approximate":
        assert view.base.manifest.kind == "ivf-sq8"
        assert view.base.manifest.recall_at_10 > 0.8
    if five_thousand.name == "brute force":
        return
    matrix = view.vectors(np.arange(len(everything)))
    for text in ("zorbo blick", "mana 17 33", "trel trel zorbo"):
        question = EMBEDDER.encode_questions([text])[0]
        true = np.sort((matrix @ question)[everything])[::-1][:10]
        hits = view.dense(question, 10, everything)
        if five_thousand.name == "approximate":
            assert len(hits.rows) == 10
            assert (matrix[hits.rows] @ question >= true[-1] - 0.05).sum() >= 8
        else:
            np.testing.assert_allclose(hits.scores, true, atol=1e-5)
