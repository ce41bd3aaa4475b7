"""Which statements of the top passages are about what a question asks, as rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from index.article import Span, StoredPassage
from qa_service.claims.asked import CASES, Asked, noun_class, read_asked
from qa_service.claims.candidates import Candidate, counted_in, follow_ups, near, nearest_counts
from qa_service.claims.comparable import CASUALTY
from qa_service.claims.disputes import disputed_statements
from qa_service.claims.extraction import published_day
from qa_service.claims.parties import Titles, counted_party, party_of, same_party, speaker_fits, titles_in
from qa_service.claims.rows import ClaimRow
from qa_service.claims.statement import Kind, Statement
from qa_service.claims.story import (
    Bounds,
    coverage,
    fit,
    in_time,
    passages_about,
    reports_with,
    same_story,
    subject_stems,
)
from qa_service.claims.topic_words import stem
from qa_service.question_time import TimeWindow

_FITTING = 0.75
"""A passage that fits the question nearly as well as the best one may be the newest report of its event."""
_SUBJECT = 0.7
"""Passages that hold less than this share of the question's words that the best one holds are about something else."""
_TELLING = 0.6
"""Disputes are read from passages that fit the question at least so well, as a share of the best fit."""
_MANY_NAMES = 2
"""A disputed statement's passage has all names of the question; of more than so many, one may be missing."""
_EARLIER = re.compile(
    r"\b(?:had|have|has)\s(?:earlier|previously|first|initially)\s|\b(?:earlier|previous|initial|first)\s(?:toll|count|figure|estimate|number)\b"
    r"|\bhad\s(?:spoken|feared)\b",
    re.IGNORECASE,
)
_ADDED = re.compile(r"\b(?:also|another|additional|further|more(?!\sthan)|others)\b", re.IGNORECASE)


def relevant_statements(
    question: str,
    passages: Sequence[StoredPassage],
    independent: Sequence[int | None],
    *,
    kind: Kind | None = None,
    window: TimeWindow | None = None,
    asked_at: date | None = None,
    sentences: Sequence[tuple[int, Span]] = (),
) -> list[ClaimRow]:
    """The claims about what ``question`` asks, a row for each value of each party, in the order of the passages.

    ``passages`` are the top ones, best first; ``independent`` gives each one's copy group (None: a text of its own).
    ``window`` is the time that the question names; ``asked_at`` the caller's day of asking, if given.
    ``sentences`` are those that may answer, likeliest first, each by its passage's place and its span.
    """
    asked = read_asked(question, kind)
    if asked.kind is None or not (asked.stems or asked.event in CASUALTY):
        return []
    bounds = (window.start, window.end) if window is not None else None
    scores = [fit(asked, passage) for passage in passages]
    about = in_time(passages_about(asked, passages), passages, bounds, asked_at)
    if not asked.stems:
        about = [at for at in about if reports_with(passages[at], passages[0])]
    titles = titles_in(passages[at].text for at in about)
    order = {sentence: rank for rank, sentence in enumerate(sentences)}
    if asked.kind == "quantity":
        found = [one for at in about for one in counted_in(asked, at, passages[at], bounds)]
        found = found or nearest_counts(asked, about, passages, bounds, order)
        found += follow_ups(asked, found, passages, bounds, asked_at)
        found = _one_story(_asked_for(asked, found, titles), passages, scores, _moment(asked, bounds, asked_at))
        found = found if _on_subject(asked, found, passages) else []
    else:
        missing = int(len(asked.names) > _MANY_NAMES)
        about = [at for at in about if len(asked.names - subject_stems(passages[at])) <= missing]
        best = max((scores[at] for at in about), default=0.0)
        plain = [len((asked.stems - asked.names) & subject_stems(passage)) for passage in passages]
        fitting = [
            at for at in about if scores[at] >= _TELLING * best and plain[at] >= _TELLING * max(plain, default=0)
        ]
        found = [
            Candidate(statement=one, place=at, sentence="", day=published_day(passages[at].published), moment=None)
            for at, one in disputed_statements(asked, [(at, passages[at]) for at in fitting], order)
        ]
    rows = _rows(found, independent, titles)
    return _newest_stand(rows) if asked.newest else rows


def _on_subject(asked: Asked, found: Sequence[Candidate], passages: Sequence[StoredPassage]) -> bool:
    """Whether the figures' passages hold the question's words nearly as well as the best passage does."""
    held = [coverage(asked, subject_stems(passage)) for passage in passages]
    return any(held[one.place] >= _SUBJECT * max(held) for one in found)


def _asked_for(asked: Asked, candidates: list[Candidate], titles: Titles) -> list[Candidate]:
    """The figures of the speaker and of the dead that the question names, where it names any."""
    if asked.speaker is not None:
        fitting = [one for one in candidates if speaker_fits(asked.speaker, one.statement.said_by, titles)]
        candidates = fitting or [one for one in candidates if not one.statement.attributed]
    if not asked.party:
        return candidates
    parties = [counted_party(one.statement, one.sentence) for one in candidates]
    return [one for one, party in zip(candidates, parties, strict=True) if not party or party & asked.party]


def _moment(asked: Asked, bounds: Bounds | None, asked_at: date | None) -> str:
    """Which of several events is meant: the newest, one with a date, or the one that the words fit best."""
    if asked.newest or (asked_at is not None and bounds is None):
        return "newest"
    return "dated" if bounds is not None else "any"


def _one_story(
    candidates: list[Candidate], passages: Sequence[StoredPassage], scores: Sequence[float], moment: str
) -> list[Candidate]:
    """Those of the same event as the candidate whose passage the question's words fit best, then the best placed."""
    if not candidates:
        return []
    best = max(scores[one.place] for one in candidates)
    pool = [one for one in candidates if scores[one.place] >= best] or candidates
    if moment == "dated":
        pool = [one for one in pool if one.day is not None] or [one for one in candidates if one.day] or pool
    anchor = pool[0]
    if moment == "newest":
        near = [one for one in candidates if scores[one.place] >= _FITTING * best]
        anchor = max(near, key=lambda one: (one.day or date.min, -one.place))
    return [one for one in candidates if same_story(passages[one.place], passages[anchor.place])]


def _rows(candidates: Sequence[Candidate], independent: Sequence[int | None], titles: Titles) -> list[ClaimRow]:
    """One row for each value of each party; further passages that state it are added to its row."""
    rows: list[ClaimRow] = []
    reports: list[set[tuple[str, int]]] = []
    for one in candidates:
        group = independent[one.place]
        report = ("copies", group) if group is not None else ("text", one.place)
        row = _row(one, titles)
        for at, other in enumerate(rows):
            if near(row.day, other.day) and _states_the_same(row, other, copies=report in reports[at]):
                if not one.statement.attributed:
                    reports[at].add(report)
                places = other.passages if one.place in other.passages else (*other.passages, one.place)
                rows[at] = replace(other, passages=places, independent_sources=len(reports[at]))
                break
        else:
            rows.append(row)
            reports.append({report})
    return rows


def _newest_stand(rows: list[ClaimRow]) -> list[ClaimRow]:
    """Where the newest figure is asked for, those of earlier days are superseded, whoever gave them."""
    newest = max((row.day for row in rows if row.day is not None), default=None)
    return [replace(row, superseded=row.superseded or (row.day is not None and row.day != newest)) for row in rows]


def _row(one: Candidate, titles: Titles) -> ClaimRow:
    statement = one.statement
    people = statement.unit in ("people", *CASES)
    return ClaimRow(
        statement=statement,
        passages=(one.place,),
        day=one.day,
        moment=one.moment,
        independent_sources=1,
        of_party=counted_party(statement, one.sentence),
        party=party_of(statement.said_by, titles),
        nouns=noun_class(statement.noun) if people else stem((statement.noun or "").split(" ")[-1]),
        added=_ADDED.search(one.sentence, *_around(statement)) is not None,
        superseded=_EARLIER.search(one.sentence) is not None,
    )


def _around(statement: Statement) -> Span:
    """The value phrase and the words after it, in its sentence."""
    return max(0, statement.span[0] - statement.sentence[0] - 16), statement.span[1] - statement.sentence[0] + 12


def _states_the_same(one: ClaimRow, other: ClaimRow, *, copies: bool) -> bool:
    """Whether two rows are one claim: equal in value and kind, by one party or in copies of one text."""
    left, right = one.statement, other.statement
    if (left.value, left.bound, left.denied, left.unit, one.nouns) != (
        right.value,
        right.bound,
        right.denied,
        right.unit,
        other.nouns,
    ):
        return False
    return copies or (left.attributed == right.attributed and same_party(one.party, other.party))
