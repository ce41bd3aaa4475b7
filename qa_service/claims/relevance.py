"""Which statements of the top passages are about what a question asks, as rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.article import Span, StoredPassage
from qa_service.claims.asked import CASES, Asked, noun_class, read_asked, same_kind_of_noun
from qa_service.claims.background import is_aside, is_background
from qa_service.claims.disputes import disputed_statements
from qa_service.claims.extraction import published_day, statements_in
from qa_service.claims.parties import Titles, counted_party, party_of, same_party, speaker_fits, titles_in
from qa_service.claims.rows import ClaimRow
from qa_service.claims.statement import Kind, Statement
from qa_service.claims.story import Bounds, coverage, fit, in_time, passages_about, same_story, subject_stems
from qa_service.claims.topic_words import content_stems, stem
from qa_service.claims.units import is_measure, is_money
from qa_service.question_time import TimeWindow

_NEAR = 0.5
"""Share of the question's content words that sentence and neighbour hold, where no event word ties them to it."""
_FITTING = 0.75
"""A passage that fits the question nearly as well as the best one may be the newest report of its event."""
_MANY_NAMES = 2
"""A disputed statement's passage has all names of the question; of more than so many, one may be missing."""
_REPEAT_DAYS = 2
"""A party's figure that is stated again so soon is about the same event."""
_EARLIER = re.compile(
    r"\b(?:had|have|has)\s(?:earlier|previously|first|initially)\s|\b(?:earlier|previous|initial|first)\s(?:toll|count|figure|estimate|number)\b"
    r"|\bhad\s(?:spoken|feared)\b",
    re.IGNORECASE,
)
_ADDED = re.compile(r"\b(?:also|another|additional|further|more(?!\sthan)|others)\b", re.IGNORECASE)
_CASUALTY = frozenset(
    {"killed", "wounded", "missing", "arrested", "displaced", "infected", "captured", "hospitalised", "evacuated"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A statement of the right kind, where it stands and when it was so."""

    statement: Statement
    place: int
    sentence: str
    day: date | None


def relevant_statements(
    question: str,
    passages: Sequence[StoredPassage],
    independent: Sequence[int | None],
    *,
    kind: Kind | None = None,
    window: TimeWindow | None = None,
    asked_at: date | None = None,
) -> list[ClaimRow]:
    """The claims about what ``question`` asks, a row for each value of each party, in the order of the passages.

    ``passages`` are the top ones, best first; ``independent`` gives each one's copy group (None: a text of its own).
    ``window`` is the time that the question names; ``asked_at`` the caller's day of asking, if given.
    """
    asked = read_asked(question, kind)
    if asked.kind is None or not asked.stems:
        return []
    bounds = (window.start, window.end) if window is not None else None
    scores = [fit(asked, passage) for passage in passages]
    about = in_time(passages_about(asked, passages), passages, bounds, asked_at)
    titles = titles_in(passages[at].text for at in about)
    if asked.kind == "quantity":
        found = [one for at in about for one in _candidates(asked, at, passages[at], bounds)]
        found += _follow_ups(asked, found, passages, bounds, asked_at)
        found = _one_story(_asked_for(asked, found, titles), passages, scores, _moment(asked, bounds, asked_at))
    else:
        missing = int(len(asked.names) > _MANY_NAMES)
        about = [at for at in about if len(asked.names - subject_stems(passages[at])) <= missing]
        best = max((scores[at] for at in about), default=0.0)
        fitting = [at for at in about if scores[at] >= _FITTING * best]
        found = [
            _Candidate(statement=one, place=at, sentence="", day=published_day(passages[at].published))
            for at, one in disputed_statements(asked, [(at, passages[at]) for at in fitting])
        ]
    rows = _rows(found, independent, titles)
    return _newest_stand(rows) if asked.newest else rows


def _candidates(asked: Asked, place: int, passage: StoredPassage, bounds: Bounds | None) -> list[_Candidate]:
    """The statements of one passage that count what is asked, of this event."""
    published = published_day(passage.published)
    sentences = [passage.text[start - passage.start : end - passage.start] for start, end in passage.sentences]
    at_of = {span: at for at, span in enumerate(passage.sentences)}
    found: list[_Candidate] = []
    for statement in statements_in(passage):
        at = at_of[statement.sentence]
        sentence = sentences[at]
        if not _same_thing(asked, statement) or is_background(sentence, published, bounds):
            continue
        if is_aside(sentence, statement.span[0] - statement.sentence[0], asked.stems):
            continue
        if not _tied(asked, statement, sentences, at):
            continue
        day = date.fromisoformat(statement.as_of) if statement.as_of else published
        found.append(_Candidate(statement=statement, place=place, sentence=sentence, day=day))
    return found


def _follow_ups(
    asked: Asked,
    found: Sequence[_Candidate],
    passages: Sequence[StoredPassage],
    bounds: Bounds | None,
    asked_at: date | None,
) -> list[_Candidate]:
    """Counts of passages that do not name the subject, but repeat a casualty figure of one that does, days apart."""
    seen = {one.place for one in found}
    known = [statement for at in seen for statement in _figures(passages[at])]
    rest = [at for at in range(len(passages)) if at not in seen]
    added: list[_Candidate] = []
    for at in in_time(rest, passages, bounds, asked_at) if known and asked.event in _CASUALTY else ():
        candidates = _candidates(asked, at, passages[at], bounds)
        day = published_day(passages[at].published)
        near = [one for one in found if day is not None and one.day is not None and _near(one.day, day)]
        if candidates and near and any(_repeats(one, other) for one in _figures(passages[at]) for other in known):
            added.extend(candidates)
    return added


def _figures(passage: StoredPassage) -> list[Statement]:
    """The casualty figures of a passage that are attributed to somebody."""
    return [one for one in statements_in(passage) if one.attributed and one.event in _CASUALTY]


def _near(one: date | None, other: date | None) -> bool:
    return one == other or (one is not None and other is not None and abs((one - other).days) <= _REPEAT_DAYS)


def _repeats(one: Statement, other: Statement) -> bool:
    """Whether a party's figure is stated again."""
    if (one.value, one.event) != (other.value, other.event):
        return False
    return same_party(party_of(one.said_by), party_of(other.said_by))


def _same_thing(asked: Asked, statement: Statement) -> bool:
    """Whether a statement counts or measures what the question asks for."""
    if asked.money:
        return is_money(statement.unit)
    if is_measure(statement.unit):
        return asked.noun is None and asked.event is None and not is_money(statement.unit)
    if asked.event is not None:
        return statement.event == asked.event and same_kind_of_noun(asked.noun, statement.noun)
    if asked.noun is None or statement.event in _CASUALTY:
        return False
    head = (statement.noun or "").split()[-1:] or [""]
    return stem(asked.noun) == stem(head[0])


def _tied(asked: Asked, statement: Statement, sentences: Sequence[str], at: int) -> bool:
    """Whether the sentence and the one before it speak of the question's subject themselves.

    A toll of the right kind is tied by its event; anything else needs more of the question's words near it.
    """
    if asked.event is not None and statement.event == asked.event and not asked.money:
        return True
    near = " ".join(sentences[max(0, at - 1) : at + 1])
    return coverage(asked, content_stems(near)) >= _NEAR


def _asked_for(asked: Asked, candidates: list[_Candidate], titles: Titles) -> list[_Candidate]:
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
    candidates: list[_Candidate], passages: Sequence[StoredPassage], scores: Sequence[float], moment: str
) -> list[_Candidate]:
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


def _rows(candidates: Sequence[_Candidate], independent: Sequence[int | None], titles: Titles) -> list[ClaimRow]:
    """One row for each value of each party; further passages that state it are added to its row."""
    rows: list[ClaimRow] = []
    reports: list[set[tuple[str, int]]] = []
    for one in candidates:
        group = independent[one.place]
        report = ("copies", group) if group is not None else ("text", one.place)
        row = _row(one, titles)
        for at, other in enumerate(rows):
            if _near(row.day, other.day) and _states_the_same(row, other, copies=report in reports[at]):
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


def _row(one: _Candidate, titles: Titles) -> ClaimRow:
    statement = one.statement
    people = statement.unit in ("people", *CASES)
    return ClaimRow(
        statement=statement,
        passages=(one.place,),
        day=one.day,
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
