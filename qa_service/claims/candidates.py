"""Which figures of the top passages count or measure what a question asks, of the event that it asks about.

Three steps. Figures whose noun, event and unit are the question's stand at once. Where there are none, the nearest one
in the best passages does, if its words or its place in the ranking tie it to the question. Either kind brings along its
rivals: figures that another named party gives beside it for the same thing, in whatever words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from index.article import StoredPassage
from qa_service.claims.asked import CIVILIAN, MILITARY, Asked
from qa_service.claims.background import is_aside, is_background
from qa_service.claims.comparable import CASUALTY, TELLING, alike, comparable, kin, loosely, strictly
from qa_service.claims.extraction import published_day, published_moment, statements_in
from qa_service.claims.parties import Party, party_of, same_party
from qa_service.claims.sentences import Order, sentence_at
from qa_service.claims.speakers import subject
from qa_service.claims.spokesmen import by_subject
from qa_service.claims.statement import Statement
from qa_service.claims.story import Bounds, coverage, in_time, subject_stems
from qa_service.claims.topic_words import content_stems, name_stems, placed_names
from qa_service.claims.units import SPANS

_NEAR = 0.5
"""Share of the question's content words that sentence and neighbour hold, where no event word ties them to it."""
_REPEAT_DAYS = 2
"""A party's figure that is stated again so soon is about the same event."""
_BEST_PASSAGES = 2
"""Where words fail, the ranking ties a figure to the question: in these first passages."""
_BEST_SENTENCES = 3
"""And in these first sentences of those that may answer."""
_FIRM = 3.0
_LOOSE = 1.5
"""How near in kind a figure must be there; less for one in the likeliest sentence of all."""
_REACH = 2
"""A rival figure stands no more sentences away than this."""
_FIGURE = re.compile(r"\b(?:own|earlier|official)\s(?:figure|toll|count|number|tally|estimate)\b", re.IGNORECASE)
_THING = re.compile(
    r"(?:The|A|An|Its|His|Her|Their)\s(?P<thing>[a-z]+)\s(?:took|takes|lasted|lasts|went\son|will|is|was)\b"
)
_RIVAL = re.compile(
    r"\b(?:put|puts|spoke|speaks|counts?|counted|estimate[sd]?|figures?|tally|toll|forecast|reckon\w*|believes?|thought|nearer|closer|insist\w*|"
    r"claim\w*|admits?|acknowledges?|knows?|real|instead|own|only|registered|recorded|treated|expects?|asserts?|total|number)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A statement of the right kind, where it stands and when it was so."""

    statement: Statement
    place: int
    sentence: str
    day: date | None
    moment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A figure in its passage: its sentence, the words of that and the one before, and the names asked for."""

    candidate: Candidate
    at: int
    near: frozenset[str]


def counted_in(asked: Asked, place: int, passage: StoredPassage, bounds: Bounds | None) -> list[Candidate]:
    """The figures of one passage that count what is asked, of this event, with their rivals."""
    told = _told(asked, place, passage, bounds)
    found = [one for one in told if strictly(asked, one.candidate.statement) and _tied(asked, one, told, place)]
    told = [one for one in told if not any(_elsewhere(asked, one, other) for other in found)]
    found = [one for one in found if one in told]
    return _with_rivals(asked, found, told)


def nearest_counts(
    asked: Asked, places: Sequence[int], passages: Sequence[StoredPassage], bounds: Bounds | None, order: Order
) -> list[Candidate]:
    """Where nothing counts what is asked in so many words: the figure nearest to it, with its rivals."""
    best: tuple[float, list[_Told], _Told] | None = None
    for place in places:
        told = _told(asked, place, passages[place], bounds)
        for one in told:
            score = _score(asked, one, place, passages[place], order)
            if score and (best is None or score > best[0]):
                best = (score, told, one)
    return [] if best is None else _with_rivals(asked, [best[2]], best[1])


def follow_ups(
    asked: Asked,
    found: Sequence[Candidate],
    passages: Sequence[StoredPassage],
    bounds: Bounds | None,
    asked_at: date | None,
) -> list[Candidate]:
    """Counts of passages that do not name the subject, but repeat a casualty figure of one that does, days apart."""
    seen = {one.place for one in found}
    known = [statement for at in seen for statement in _figures(passages[at])]
    rest = [at for at in range(len(passages)) if at not in seen]
    added: list[Candidate] = []
    for at in in_time(rest, passages, bounds, asked_at) if known and asked.event in CASUALTY else ():
        if not any(_repeats(one, other) for one in _figures(passages[at]) for other in known):
            continue
        day = published_day(passages[at].published)
        if any(day is not None and one.day is not None and near(one.day, day) for one in found):
            added.extend(counted_in(asked, at, passages[at], bounds))
    return added


def near(one: date | None, other: date | None) -> bool:
    """Whether two days are the same, or so close that a figure may just have been repeated."""
    return one == other or (one is not None and other is not None and abs((one - other).days) <= _REPEAT_DAYS)


def _told(asked: Asked, place: int, passage: StoredPassage, bounds: Bounds | None) -> list[_Told]:
    """The figures of a passage that do not recount another event."""
    published = published_day(passage.published)
    at_of = {span: at for at, span in enumerate(passage.sentences)}
    named = asked.names & subject_stems(passage)
    moment = published_moment(passage.published)
    told: list[_Told] = []
    for statement in statements_in(passage, times=bool(asked.units & SPANS.keys())):
        at = at_of[statement.sentence]
        sentence = sentence_at(passage, at)
        if is_background(sentence, published, bounds):
            continue
        if is_aside(sentence, statement.span[0] - statement.sentence[0], asked.stems):
            continue
        counted = by_subject(statement, sentence)
        day = date.fromisoformat(counted.as_of) if counted.as_of else published
        candidate = Candidate(statement=counted, place=place, sentence=sentence, day=day, moment=moment)
        words = content_stems(f"{sentence_at(passage, at - 1)} {sentence}") | named
        told.append(_Told(candidate=candidate, at=at, near=words))
    return told


def _elsewhere(asked: Asked, one: _Told, other: _Told) -> bool:
    """Whether a figure's own sentence names another place than the question, which the other's sentence names."""
    mine, theirs = _timed_thing(one), _timed_thing(other)
    if mine - asked.stems and not theirs - asked.stems:
        return True
    if theirs & asked.stems and not mine:
        return True
    here, there = (name_stems(f"- {each.candidate.sentence}") for each in (one, other))
    if not (asked.names & there) - here:
        return False
    sentence = one.candidate.sentence
    foreign = placed_names(sentence)
    if one.candidate.statement.unit == "percent":
        foreign |= name_stems(f"- {subject(sentence) or ''}")
    return bool(foreign - asked.names - _party(one).words)


def _timed_thing(one: _Told) -> frozenset[str]:
    """What a span of time or a share is that of, where the sentence begins with it: "The rescue took nine hours"."""
    if one.candidate.statement.unit not in {*SPANS, "percent"}:
        return frozenset()
    found = _THING.match(one.candidate.sentence)
    return content_stems(found["thing"]) if found is not None else frozenset()


def _tied(asked: Asked, one: _Told, told: Sequence[_Told], place: int) -> bool:
    """Whether a figure is about the question's subject: by its event, by the words near it, or as the only such one."""
    statement = one.candidate.statement
    if asked.event is not None and statement.event == asked.event and not asked.money:
        return True
    if coverage(asked, one.near) >= _NEAR:
        return True
    alike = [other for other in told if strictly(asked, other.candidate.statement)]
    return place < _BEST_PASSAGES and asked.noun is not None and not asked.money and len(alike) == 1


def _score(asked: Asked, one: _Told, place: int, passage: StoredPassage, order: Order) -> float:
    """How likely a figure is the one asked for; 0 where nothing ties it to the question."""
    statement = one.candidate.statement
    kind = loosely(asked, statement)
    if not kind:
        return 0.0
    words = coverage(asked, one.near)
    rank = order.get((place, passage.sentences[one.at]))
    ranked = rank is not None and rank < _BEST_SENTENCES
    least = _LOOSE if rank == 0 and place == 0 else _FIRM
    if not (words >= _NEAR and kind >= 2.0) and not (ranked and kind >= least and place < _BEST_PASSAGES):
        return 0.0
    return kind + 2 * words + (1 / (1 + rank) if rank is not None else 0.0) + 1 / (1 + place)


def _with_rivals(asked: Asked, found: Sequence[_Told], told: Sequence[_Told]) -> list[Candidate]:
    """``found`` and what other named parties say beside it of the same thing."""
    kept = list(found)
    for one in found:
        for other in told:
            counts = _counts_too(asked, other.candidate) or _goes_on(one, other)
            if other not in kept and counts and _is_rival(asked, one, other, kept):
                kept.append(other)
    kept.sort(key=lambda one: one.candidate.statement.span)
    return [one.candidate for one in kept]


def _goes_on(one: _Told, other: _Told) -> bool:
    """Whether a bare number follows in the sentence itself: "14 hurt, the clinic said; the brigade knows of nine"."""
    later, span = other.candidate.statement, one.candidate.statement.span
    bare = (
        later.event is None
        and " " not in one.candidate.sentence[later.span[0] - later.sentence[0] : later.span[1] - later.sentence[0]]
    )
    return one.at == other.at and later.span > span and bare


def _counts_too(asked: Asked, candidate: Candidate) -> bool:
    """Whether a figure beside one that answers may count the same: strictly where casualties are asked for."""
    statement = candidate.statement
    if strictly(asked, statement) or not {asked.event, statement.event} & CASUALTY:
        return True
    narrow = bool(asked.party) or asked.noun in MILITARY | CIVILIAN
    if not narrow and kin(asked.event, statement.event) and loosely(asked, statement):
        return True
    return statement.event is None and _FIGURE.search(candidate.sentence) is not None


def _is_rival(asked: Asked, one: _Told, other: _Told, kept: Sequence[_Told]) -> bool:
    """Whether a figure stands beside another as what a different party says of it."""
    left, right = one.candidate.statement, other.candidate.statement
    if not (left.attributed and right.attributed) or abs(one.at - other.at) > _REACH:
        return False
    if asked.event is None and right.event in TELLING and left.event != right.event:
        return False
    if not comparable(left, right) or any(same_party(_party(each), _party(other)) for each in kept):
        return False
    if abs(one.at - other.at) <= 1 and alike(left, right):
        return True
    sentences = one.candidate.sentence, other.candidate.sentence
    shared = content_stems(sentences[0]) & content_stems(sentences[1])
    return bool(shared) or any(_RIVAL.search(sentence) for sentence in sentences)


def _party(one: _Told) -> Party:
    return party_of(one.candidate.statement.said_by)


def _figures(passage: StoredPassage) -> list[Statement]:
    """The casualty figures of a passage that are attributed to somebody."""
    return [one for one in statements_in(passage) if one.attributed and one.event in CASUALTY]


def _repeats(one: Statement, other: Statement) -> bool:
    """Whether a party's figure is stated again."""
    if (one.value, one.event) != (other.value, other.event):
        return False
    return same_party(party_of(one.said_by), party_of(other.said_by))
