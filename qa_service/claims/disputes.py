"""What one party states and another denies: claims for questions of yes or no, and for dates, places and persons.

High precision by design: both sides must be named, the denial must be said in so many words, the two must speak of the
same thing within days, and the denial, with the sentence that it answers, must hold half the question's content words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.article import Span, StoredPassage
from qa_service.claims.asked import Asked
from qa_service.claims.attribution import Context, Said, attributions, resolved
from qa_service.claims.extraction import NO_OUTLET, published_day
from qa_service.claims.parties import party_of
from qa_service.claims.speakers import strip_article
from qa_service.claims.statement import Statement
from qa_service.claims.topic_words import content_stems

_NEAR = 0.5
"""Share of the question's content words that a side must hold, two words at least."""
_DAYS = 3
"""Between a claim in one text and its denial in another."""
_WRONG = r"(?:untrue|false|wrong|absurd|nonsense|a\slie|an\sabsolute\slie|lies|invention|baseless|fabricated)"
_DENIES = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject(?:s|ed)|dismiss(?:es|ed)|disput(?:es|ed)|refut(?:es|ed)"
    rf"|call(?:s|ed)\s(?:[\w’'-]+\s){{0,5}}?[“\"‘]?{_WRONG})\b",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"\b(?:den(?:y|ies|ied)|reject(?:s|ed)|dismiss(?:es|ed)|disput(?:es|ed)|call(?:s|ed))\s(?:\w+\s){0,3}?"
    r"(?:this|that|it|these|them|responsibility|involvement|the\s(?:claim|report|accusation|allegation|charge|account)s?)\b"
    r"|\AThe\s(?:claim|report|accusation|allegation|charge)s?\b",
    re.IGNORECASE,
)
_NOUN = r"(?:claim|accusation|allegation|charge|report|assertion)s?"
_CLAIM_BY = re.compile(
    rf"\b{_NOUN}\s(?:by|from|of)\s(?P<by>[^,;.]+?)\s(?P<by_what>that\s[^;.]+)"
    rf"|(?P<owner>(?:the\s)?[\w’' -]{{2,40}}?)[’']s?\s{_NOUN}\s(?P<owner_what>(?:that|of)\s[^;.]+)"
    rf"|\b(?P<people>[A-Z]\w+)\s{_NOUN}\s(?P<people_what>(?:that|of)\s[^;.]+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """A statement on one side, with the question's words that it holds."""

    place: int
    statement: Statement
    words: frozenset[str]
    answered: Span | None = None
    """The sentence that a denial answers: its own, or the one before."""


def disputed_statements(asked: Asked, passages: Sequence[tuple[int, StoredPassage]]) -> list[tuple[int, Statement]]:
    """The denials of what is asked and the statements that they answer, each with its passage's place."""
    if asked.speaker is not None or asked.kind is None:
        return []
    of_place = dict(passages)
    sides = [side for place, passage in passages for side in _sides(asked, place, passage)]
    denials = [side for side in sides if side.statement.denied]
    kept = [
        side
        for side in sides
        if side.statement.denied
        or any(_answers(asked, denial, side, of_place[denial.place], of_place[side.place]) for denial in denials)
    ]
    return [(side.place, side.statement) for side in kept]


def _answers(asked: Asked, denial: _Side, claim: _Side, one: StoredPassage, other: StoredPassage) -> bool:
    """Whether a denial is about a claim: it answers its very sentence, or shares its subject within days."""
    if party_of(denial.statement.said_by).words == party_of(claim.statement.said_by).words:
        return False
    if one.article_id == other.article_id and denial.answered == claim.statement.sentence:
        return True
    left, right = published_day(one.published), published_day(other.published)
    near = left is not None and right is not None and abs((left - right).days) <= _DAYS
    return near and bool((denial.words & claim.words) - asked.names)


def _sides(asked: Asked, place: int, passage: StoredPassage) -> list[_Side]:
    """The denials and attributed statements of one passage that hold enough of the question's words."""
    found: list[_Side] = []
    before, before_span, before_speaker = "", (0, 0), None
    for span in passage.sentences:
        sentence = passage.text[span[0] - passage.start : span[1] - passage.start]
        context = Context(
            outlet=passage.source or NO_OUTLET,
            before=before,
            before_speaker=before_speaker,
            article=f"{passage.title}. {passage.text}",
        )
        said = attributions(sentence)
        refers = _REFERS.search(sentence) is not None and _DENIES.search(sentence) is not None
        words = asked.stems & content_stems(f"{before} {sentence}" if refers else sentence)
        if said and len(words) > 1 and len(words) >= _NEAR * len(asked.stems):
            answered = before_span if refers else span
            found.extend(
                _Side(place=place, statement=one, words=words, answered=answered if one.denied else None)
                for one in _read(asked, sentence, span, said, context)
            )
            if refers and before_speaker and all(side.statement.sentence != before_span for side in found):
                whole = _statement(asked, before, before_span, (0, len(before)), before_speaker, denied=False)
                found.append(_Side(place=place, statement=whole, words=words))
        before, before_span = sentence, span
        before_speaker = resolved(said[-1], sentence, context) if said else None
    return found


def _read(asked: Asked, sentence: str, span: Span, said: list[Said], context: Context) -> list[Statement]:
    """What a sentence states or denies; a denial that names who made the claim gives both sides."""
    denial = _DENIES.search(sentence)
    if denial is None:
        who = resolved(said[-1], sentence, context)
        return [_statement(asked, sentence, span, (0, len(sentence)), who, denied=False)]
    denier = next((one for one in said if one.verb <= denial.start() < one.end + 1), said[0])
    part = (denial.start(), len(sentence))
    found = [_statement(asked, sentence, span, part, resolved(denier, sentence, context), denied=True)]
    claim = _CLAIM_BY.search(sentence, denial.end())
    if claim:
        how = next(name for name in ("by", "owner", "people") if claim[name])
        found.append(
            _statement(asked, sentence, span, claim.span(f"{how}_what"), strip_article(claim[how]), denied=False)
        )
    return found


def _statement(asked: Asked, sentence: str, span: Span, part: Span, who: str, *, denied: bool) -> Statement:
    assert asked.kind is not None
    words = sentence[part[0] : part[1]].rstrip(" .")
    return Statement(
        kind=asked.kind,
        value=words,
        bound="exact",
        unit=None,
        counted=None,
        said_by=who,
        denied=denied,
        as_of=None,
        span=(span[0] + part[0], span[0] + part[0] + len(words)),
        sentence=span,
        vague=False,
        attributed=True,
    )
