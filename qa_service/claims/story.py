"""Which passages and candidates belong to the event that a question is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from index.article import StoredPassage
from qa_service.claims.asked import Asked
from qa_service.claims.background import LAG_DAYS
from qa_service.claims.extraction import published_day
from qa_service.claims.topic_words import content_stems, event_stems

STORY_DAYS = 21
"""Articles published within so many days of each other may report one event."""
_TOPIC = 0.5
"""Share of the question's content words that passage and headline must hold, names counting double."""
_PLAIN = 0.5
"""This share of the words that are no names must be there too, where there are several."""
_BEST_PLACED = 3
"""The first passages are about the subject by the ranking's word, whatever the question's wording, if a name fits."""

Bounds = tuple[date | None, date | None]


def passages_about(asked: Asked, passages: Sequence[StoredPassage]) -> list[int]:
    """The places of passages on the question's subject, by their own words or as follow-ups in the same story.

    A follow-up shares the stored story of a passage on the subject and names no event of another kind.
    """
    texts = [subject_stems(passage) for passage in passages]
    own = [at for at, held in enumerate(texts) if _on_topic(asked, held, placed=at < _BEST_PLACED)]
    stories = {passages[at].story for at in own[:1]} - {None}
    named = event_stems(asked.stems)
    follow = [
        at
        for at, held in enumerate(texts)
        if at not in own and asked.event is not None and passages[at].story in stories and event_stems(held) <= named
    ]
    return sorted([*own, *follow])


def subject_stems(passage: StoredPassage) -> frozenset[str]:
    """The content words of a passage, its headline and its outlet, which for a local paper names the place."""
    return content_stems(f"{passage.title}. {passage.text} {passage.source or ''}")


def fit(asked: Asked, passage: StoredPassage) -> float:
    """How well the question's words fit a passage, in [0, 1.5]: what its headline names is what it is about."""
    return coverage(asked, subject_stems(passage)) + 0.5 * coverage(asked, content_stems(passage.title))


def coverage(asked: Asked, held: frozenset[str]) -> float:
    """Share of the question's content words in ``held``; names count double."""
    weight = {word: 2.0 if word in asked.names else 1.0 for word in asked.stems}
    return sum(weight[word] for word in asked.stems & held) / max(1.0, sum(weight.values()))


def _on_topic(asked: Asked, held: frozenset[str], *, placed: bool) -> bool:
    events, held_events = event_stems(asked.stems), event_stems(held)
    fitting = not events or bool(events & held_events) or (placed and (not held_events or asked.kind != "quantity"))
    if placed and asked.kind == "quantity" and fitting:
        return not asked.names or bool(asked.names & held)
    plain = asked.stems - asked.names
    if coverage(asked, held) < _TOPIC or (asked.names and not asked.names & held and not plain <= held):
        return False
    if asked.kind == "quantity" and len(plain) > 1 and len(plain & held) < _PLAIN * len(plain):
        return False
    return fitting


def in_time(
    about: Sequence[int], passages: Sequence[StoredPassage], bounds: Bounds | None, asked_at: date | None
) -> list[int]:
    """Without what was published outside the question's window, or after the day of asking; undated texts stay."""
    kept: list[int] = []
    for at in about:
        day = published_day(passages[at].published)
        if bounds is not None and not _fits(passages[at], day, bounds):
            continue
        if asked_at is not None and day is not None and day > asked_at:
            continue
        kept.append(at)
    return kept


def _fits(passage: StoredPassage, day: date | None, bounds: Bounds) -> bool:
    low, high = bounds
    named = any(str(bound.year) in f"{passage.title} {passage.text}" for bound in bounds if bound is not None)
    if day is None:
        return True
    if low is not None and day < low:
        return False
    return high is None or named or day <= high + timedelta(days=LAG_DAYS)


def same_story(one: StoredPassage, other: StoredPassage) -> bool:
    """Whether two passages report one event: one article, one stored story, or published within the story's days."""
    return (one.story is not None and one.story == other.story) or reports_with(one, other)


def reports_with(one: StoredPassage, other: StoredPassage) -> bool:
    """Whether two passages are of one article or were published within the story's days; undated texts are alone."""
    if one.article_id == other.article_id:
        return True
    left, right = published_day(one.published), published_day(other.published)
    return left is not None and right is not None and abs((left - right).days) <= STORY_DAYS
