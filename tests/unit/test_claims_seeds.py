"""Claims over real raw texts, where the development data is at hand: two wars, tolls that differ by source and day."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.article import Record, StoredPassage
from index.assemble import assemble
from index.passages import SplitOptions, split_passages
from index.readers.text import read_text
from qa_service.claims.agreement import judge
from qa_service.claims.relevance import relevant_statements
from qa_service.claims.rows import Judgement
from qa_service.question_time import read_time

SEEDS = Path(__file__).parents[3] / "shared" / "data" / "seeds"
pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the development data (shared/data/seeds) is not here")


@pytest.fixture(scope="module")
def passages() -> list[StoredPassage]:
    stored: list[StoredPassage] = []
    for path in sorted(SEEDS.glob("*.txt")):
        record = read_text(path, path.name, 1_000_000)
        assert isinstance(record, Record)
        article = assemble(record)
        split = split_passages(article, lambda texts: [len(text.split()) for text in texts], SplitOptions())
        stored += [
            StoredPassage(
                key=len(stored) + n,
                passage_id=f"{path.name}#{n}",
                article_id=article.id,
                version=1,
                newest_version=1,
                section=passage.section,
                start=passage.start,
                end=passage.end,
                text=passage.text,
                sentences=passage.sentences,
                title=article.sections[passage.section].title,
                source=article.source,
                url=article.url,
                published=article.published,
                language=article.language,
                copy_group=None,
                story=None,
            )
            for n, passage in enumerate(split)
        ]
    return stored


def ask(question: str, passages: list[StoredPassage]) -> Judgement:
    window = read_time(question, datetime(2026, 11, 1, tzinfo=UTC))
    rows = relevant_statements(question, passages, [None] * len(passages), window=window)
    return judge(rows)


def shown(found: Judgement) -> dict[tuple[float | str, str, str], str | None]:
    return {
        (row.statement.value, row.statement.said_by, row.statement.counted or ""): row.day.isoformat()
        if row.day
        else None
        for row in found.rows
    }


@pytest.mark.parametrize(
    "question",
    [
        "How many people were killed in Nagorno-Karabakh in September 2023?",
        "How many people were killed in Azerbaijan's offensive in Karabakh in September 2023?",
    ],
)
def test_the_tolls_of_2023_conflict_each_with_speaker_and_date(question: str, passages: list[StoredPassage]) -> None:
    found = ask(question, passages)
    said = shown(found)
    assert said[7, "RT", "civilians killed"] == "2023-09-20"
    assert said[27, "Armenian sources", "people killed"] == "2023-09-20"
    official = "separatist Armenian human rights official in the breakaway region"
    assert (said.get((200, official, "people killed")) or "").startswith("2023-09-")
    assert not {value for value, _, _ in said} & {1_000, 30_000, 2_300, 130, 104}
    assert found.outcome == "conflicting"


@pytest.mark.parametrize(
    "question",
    [
        "How many troops were killed in the Karabakh fighting of 2020?",
        "How many troops did each side say it had killed in Karabakh in September 2020?",
    ],
)
def test_each_sides_dead_of_2020_are_listed_and_not_opposed(question: str, passages: list[StoredPassage]) -> None:
    found = ask(question, passages)
    said = {(value, who) for value, who, _ in shown(found)}
    assert {(2_300, "Azerbaijan’s defence ministry"), (130, "Armenia")} <= said
    assert found.outcome == "answered"


def test_every_claim_points_at_its_words(passages: list[StoredPassage]) -> None:
    for row in ask("How many people were killed in Nagorno-Karabakh in September 2023?", passages).rows:
        passage = passages[row.passages[0]]
        start, end = row.statement.span
        assert passage.start <= row.statement.sentence[0] <= start < end <= row.statement.sentence[1] <= passage.end
        assert passage.text[start - passage.start : end - passage.start].strip()
