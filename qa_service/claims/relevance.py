"""Which statements of the top passages are about what a question asks, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from index.article import StoredPassage
from qa_service.claims.asked import Asked, noun_class, read_asked, same_kind_of_noun
from qa_service.claims.background import is_background
from qa_service.claims.disputes import disputed_statements
from qa_service.claims.extraction import published_day, statements_in
from qa_service.claims.parties import counted_party, same_party, speaker_fits
from qa_service.claims.rows import ClaimRow
from qa_service.claims.statement import Kind, Statement
from qa_service.claims.topic_words import content_stems, stem
from qa_service.claims.units import is_measure, is_money
from qa_service.question_time import TimeWindow

STORY_DAYS = 21
"""Articles published within so many days of each other may report one event."""
_LAG_DAYS = 14
"""So long after a window its events are still being counted."""
_TOPIC = 0.5
"""Share of the question's content words that passage and headline must hold, names counting double."""
_TOPIC_NEAR = 0.5
"""The same for sentence and neighbours, where no event word ties a statement to the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    statement: Statement
    place: int
    sentence: str
    day: date | None
    published: date | None


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

    ``passages`` are the top ones, best first; ``independent`` gives each one's copy group (None: its own text).
    ``window`` is the time that the question names; ``asked_at`` the caller's day of asking, if given.
    """
    asked = read_asked(question, kind)
    if asked.kind is None or not asked.stems:
        return []
    about = [at for at, passage in enumerate(passages) if _on_topic(asked, _context(passage))]
    bounds = (window.start, window.end) if window is not None else None
    about = _in_time(about, passages, bounds, asked_at)
    if asked.kind != "quantity":
        found = disputed_statements(asked, [(at, passages[at]) for at in about])
        days = [published_day(passages[at].published) for at, _ in found]
        return _rows(
            [
                _Candidate(statement=s, place=at, sentence="", day=day, published=day)
                for (at, s), day in zip(found, days, strict=True)
            ],
            independent,
        )
    candidates = [one for at in about for one in _candidates(asked, at, passages[at], bounds)]
    if asked.speaker is not None:
        fitting = [one for one in candidates if speaker_fits(asked.speaker, one.statement.said_by)]
        candidates = fitting or [one for one in candidates if not one.statement.attributed]
    candidates = _of_asked_party(asked, candidates)
    return _rows(_one_story(candidates, passages), independent)


def _context(passage: StoredPassage) -> str:
    return f"{passage.title}. {passage.text}"


def _on_topic(asked: Asked, text: str) -> bool:
    return _coverage(asked, text) >= _TOPIC and (not asked.names or bool(asked.names & content_stems(text)))


def _coverage(asked: Asked, text: str) -> float:
    """Share of the question's content words in ``text``; names count double."""
    held = content_stems(text)
    weight = {word: 2.0 if word in asked.names else 1.0 for word in asked.stems}
    return sum(weight[word] for word in asked.stems & held) / max(1.0, sum(weight.values()))


def _in_time(
    about: list[int],
    passages: Sequence[StoredPassage],
    bounds: tuple[date | None, date | None] | None,
    asked_at: date | None,
) -> list[int]:
    """Without what was published outside the question's window, or after the day of asking."""
    kept: list[int] = []
    for at in about:
        day = published_day(passages[at].published)
        if bounds is not None:
            low, high = bounds
            if day is None:
                if not _names_window(passages[at], bounds):
                    continue
            elif (low and day < low) or (
                high and day > high + timedelta(days=max(_LAG_DAYS, 0)) and not _names_window(passages[at], bounds)
            ):
                continue
        if asked_at is not None and day is not None and day > asked_at:
            continue
        kept.append(at)
    return kept


def _names_window(passage: StoredPassage, bounds: tuple[date | None, date | None]) -> bool:
    """Whether a text names a year of the window: the only sign of time that an undated article gives."""
    years = {str(bound.year) for bound in bounds if bound is not None}
    return any(year in passage.text or year in passage.title for year in years)


def _candidates(
    asked: Asked, place: int, passage: StoredPassage, bounds: tuple[date | None, date | None] | None
) -> list[_Candidate]:
    published = published_day(passage.published)
    found: list[_Candidate] = []
    sentences = [passage.text[start - passage.start : end - passage.start] for start, end in passage.sentences]
    at_of = {span: at for at, span in enumerate(passage.sentences)}
    for statement in statements_in(passage):
        at = at_of[statement.sentence]
        sentence = sentences[at]
        if not _same_thing(asked, statement, sentence) or is_background(sentence, published, bounds):
            continue
        if not _tied(asked, statement, sentences, at):
            continue
        day = date.fromisoformat(statement.as_of) if statement.as_of else published
        found.append(_Candidate(statement=statement, place=place, sentence=sentence, day=day, published=published))
    return found


def _tied(asked: Asked, statement: Statement, sentences: Sequence[str], at: int) -> bool:
    """Whether the sentence and the one before it speak of the question's subject themselves.

    A toll of the right kind is tied by its event; anything else needs more of the question's words near it.
    """
    if asked.event is not None and statement.event == asked.event and not asked.money:
        return True
    near = " ".join(sentences[max(0, at - 1) : at + 1])
    return _coverage(asked, near) >= _TOPIC_NEAR


def _same_thing(asked: Asked, statement: Statement, sentence: str) -> bool:
    """Whether a statement counts or measures what the question asks for."""
    if asked.money:
        return is_money(statement.unit)
    if asked.noun is None and asked.event is None:
        return is_measure(statement.unit) and not is_money(statement.unit)
    if is_measure(statement.unit):
        return False
    if asked.event is not None:
        return statement.event == asked.event and same_kind_of_noun(asked.noun, statement.noun)
    return (
        statement.event is None
        or statement.unit == "people"
        and _same_noun(asked, statement)
        and statement.event not in _CASUALTY
        or (statement.event not in _CASUALTY and _same_noun(asked, statement))
    )


_CASUALTY = frozenset(
    {"killed", "wounded", "missing", "arrested", "displaced", "infected", "captured", "hospitalised", "evacuated"}
)


def _same_noun(asked: Asked, statement: Statement) -> bool:
    if asked.noun is None:
        return statement.unit == "people"
    head = (statement.noun or "").split()[-1:] or [""]
    return stem(asked.noun) == stem(head[0]) or (
        same_kind_of_noun(asked.noun, statement.noun) and statement.unit == "people"
    )


def _of_asked_party(asked: Asked, candidates: list[_Candidate]) -> list[_Candidate]:
    """Without the dead of other parties, where the question names one ("Azerbaijani soldiers")."""
    kept: list[_Candidate] = []
    for one in candidates:
        party = counted_party(one.statement, one.sentence)
        if (
            not party
            or not asked.names
            or party & asked.names
            or not (asked.noun and asked.noun not in ("people", "persons"))
        ):
            kept.append(one)
    return kept


def _one_story(candidates: list[_Candidate], passages: Sequence[StoredPassage]) -> list[_Candidate]:
    """Those of the same event as the best-placed statement: the same story, or published within the story's days.

    Undated articles belong only to the story of their own text.
    """
    if not candidates:
        return []
    anchor = candidates[0]
    story = passages[anchor.place].story
    kept: list[_Candidate] = []
    for one in candidates:
        mine = passages[one.place]
        if mine.article_id == passages[anchor.place].article_id or (story is not None and mine.story == story):
            kept.append(one)
        elif one.published and anchor.published and abs(one.published - anchor.published).days <= STORY_DAYS:
            kept.append(one)
    return kept


def _rows(candidates: Sequence[_Candidate], independent: Sequence[int | None]) -> list[ClaimRow]:
    """One row for each value of each party; further passages that state it are added to its row."""
    rows: list[ClaimRow] = []
    reports: list[set[object]] = []
    for one in candidates:
        report: object = independent[one.place] if independent[one.place] is not None else ("own", one.place)
        nouns = (
            noun_class(one.statement.noun)
            if one.statement.unit == "people"
            else stem((one.statement.noun or "").split(" ")[-1])
        )
        row = ClaimRow(
            statement=one.statement,
            passages=(one.place,),
            day=one.day,
            independent_sources=1,
            of_party=counted_party(one.statement, one.sentence) if one.sentence else frozenset(),
            nouns=nouns,
        )
        for at, other in enumerate(rows):
            if _states_the_same(row, other, copies=report in reports[at]):
                reports[at].add(report if one.statement.attributed is False else next(iter(reports[at])))
                places = other.passages if one.place in other.passages else (*other.passages, one.place)
                rows[at] = replace(other, passages=places, independent_sources=len(reports[at]))
                break
        else:
            rows.append(row)
            reports.append({report})
    return rows


def _states_the_same(one: ClaimRow, other: ClaimRow, *, copies: bool) -> bool:
    left, right = one.statement, other.statement
    if (left.value, left.bound, left.denied, left.unit, one.nouns) != (
        right.value,
        right.bound,
        right.denied,
        right.unit,
        other.nouns,
    ):
        return False
    if left.kind != "quantity" and left.said_by != right.said_by:
        return False
    return copies or (left.attributed == right.attributed and same_party(left.said_by, right.said_by))
