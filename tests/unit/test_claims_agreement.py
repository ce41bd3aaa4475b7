"""From passages to rows: the same event, grouped, superseded, opposed or merely listed."""

from __future__ import annotations

import re
from datetime import date

from index.article import StoredPassage
from qa_service.claims.agreement import judge
from qa_service.claims.relevance import relevant_statements
from qa_service.claims.rows import Judgement
from tests.claims_passages import passage_of

MINE = "How many people were killed in the explosion at Karsk mine?"


def passage(
    key: int, text: str, *, source: str, day: str | None, title: str = "Explosion at Karsk mine"
) -> StoredPassage:
    return passage_of(key, text, title=title, source=source, day=day, sentence=re.compile(r"\S[^.]*\."))


def ask(question: str, *texts: tuple[str, str, str | None], copies: tuple[int | None, ...] | None = None) -> Judgement:
    passages = [passage(n, text, source=source, day=day) for n, (source, text, day) in enumerate(texts)]
    rows = relevant_statements(question, passages, copies or (None,) * len(passages))
    return judge(rows)


def values(found: Judgement) -> list[float | str]:
    return [row.statement.value for row in found.rows]


def test_different_parties_on_one_day_conflict() -> None:
    found = ask(
        MINE,
        ("A", "The explosion at Karsk mine killed seven people, the ministry said.", "2024-03-12"),
        ("B", "The explosion at Karsk mine killed 14 people, the miners' union said.", "2024-03-12"),
    )
    assert (found.outcome, values(found)) == ("conflicting", [7, 14])
    assert len({row.group for row in found.rows}) == 2


def test_at_least_7_and_at_least_200_differ() -> None:
    found = ask(
        MINE,
        ("A", "At least seven people were killed at Karsk, the ministry said.", "2024-03-12"),
        ("B", "At least 200 people were killed at Karsk, the union said.", "2024-03-12"),
    )
    assert found.outcome == "conflicting"


def test_a_later_figure_of_the_same_party_supersedes() -> None:
    found = ask(
        MINE,
        ("A", "The explosion at Karsk killed seven people, the labour ministry said.", "2024-03-12"),
        ("B", "The explosion at Karsk killed 11 people, the ministry said.", "2024-03-13"),
    )
    assert found.outcome == "answered"
    assert [row.superseded for row in found.rows] == [True, False]


def test_a_count_that_had_days_to_grow_is_no_conflict() -> None:
    found = ask(
        MINE,
        ("A", "The explosion at Karsk killed seven people, the ministry said.", "2024-03-12"),
        ("B", "The explosion at Karsk killed 11 people, the coroner said.", "2024-03-18"),
    )
    assert found.outcome == "answered"


def test_a_subset_against_the_whole_differs_and_shows_what_was_counted() -> None:
    found = ask(
        MINE,
        ("A", "Seven civilians were killed at Karsk, the ministry said.", "2024-03-12"),
        ("B", "At least 27 people were killed at Karsk, the union said.", "2024-03-12"),
    )
    assert found.outcome == "conflicting"
    assert [row.statement.counted for row in found.rows] == ["civilians killed", "people killed"]


def test_each_sides_dead_are_listed_not_opposed() -> None:
    found = ask(
        "How many soldiers were killed in the fighting over Karsk?",
        ("A", "Ardenia said it had killed 2,300 Borovian soldiers in the fighting at Karsk.", "2024-03-12"),
        ("B", "Borovia said Ardenia had lost 130 soldiers in the fighting at Karsk.", "2024-03-12"),
    )
    assert (found.outcome, sorted(map(float, values(found)))) == ("answered", [130.0, 2300.0])


def test_copies_count_once() -> None:
    text = "At least seven people were killed in the explosion at Karsk mine."
    found = ask(MINE, ("A", text, "2024-03-12"), ("B", text, "2024-03-12"), ("C", text, "2024-03-13"), copies=(4, 4, 4))
    (row,) = found.rows
    assert (row.passages, row.independent_sources) == ((0, 1, 2), 1)


def test_hedges_that_cover_the_other_agree() -> None:
    found = ask(
        MINE,
        ("A", "More than 100 people were killed at Karsk mine, the ministry said.", "2024-03-12"),
        ("B", "The explosion at Karsk killed 104 people, the union said.", "2024-03-12"),
    )
    assert (found.outcome, {row.group for row in found.rows}) == ("answered", {1})


def test_killed_is_not_wounded() -> None:
    found = ask(MINE, ("A", "The explosion at Karsk killed seven people and wounded 26, police said.", "2024-03-12"))
    assert values(found) == [7]


def test_another_time_is_another_event() -> None:
    text = (
        "The explosion at Karsk mine killed seven people, police said. "
        "It was the worst accident since 2011, when a roof fall killed 23 miners. "
        "A war in the early 1990s claimed 30,000 lives."
    )
    assert values(ask(MINE, ("A", text, "2024-03-12"))) == [7]


def test_an_article_of_another_year_is_another_event() -> None:
    found = ask(
        MINE,
        ("A", "The explosion at Karsk killed seven people, the ministry said.", "2024-03-12"),
        ("B", "The explosion at Karsk killed 23 people, the union said.", "2011-06-04"),
    )
    assert (found.outcome, values(found)) == ("answered", [7])


def test_what_one_party_says_and_another_denies_conflicts() -> None:
    text = "The owner denied a claim by the union that the gas alarm at Karsk had been switched off."
    found = ask("Was the gas alarm at Karsk switched off?", ("A", text, "2024-03-13"))
    assert found.outcome == "conflicting"
    assert {(row.statement.said_by, row.statement.denied) for row in found.rows} == {("owner", True), ("union", False)}


def test_a_question_for_one_partys_figure_has_that_figure_alone() -> None:
    found = ask(
        "How many dead did the ministry report after the explosion at Karsk mine?",
        ("A", "The explosion at Karsk mine killed seven people, the ministry said.", "2024-03-12"),
        ("B", "The explosion at Karsk mine killed 14 people, the miners' union said.", "2024-03-12"),
    )
    assert (found.outcome, values(found)) == ("answered", [7])


def test_rows_carry_the_day_that_the_text_gives() -> None:
    found = ask(
        MINE, ("A", "By Tuesday evening the explosion at Karsk had killed nine people, police said.", "2024-03-14")
    )
    assert [row.day for row in found.rows] == [date(2024, 3, 12)]


def test_nothing_asked_nothing_claimed() -> None:
    assert ask("???", ("A", "Seven people died at Karsk.", "2024-03-12")).rows == ()
    assert ask("How many people live there?", ("A", "Seven people died.", None)).rows == ()


def test_a_toll_asked_for_without_a_subject_is_that_of_the_best_passage() -> None:
    found = ask(
        "How many died?",
        ("A", "Seven people were killed at Karsk, the ministry said.", "2024-03-12"),
        ("B", "The quake in Osmar killed 90 people, the governor said.", "2021-01-05"),
    )
    assert values(found) == [7]
