"""What one party states and another contradicts: claims for questions of yes or no, and for dates, places and persons.

Both sides must be named, and the text must oppose them: one denies, one says "not", "never" or "still" of what the
other states, the text sets them up as blaming each other, or two give another date or place beside each
other. A dispute is the question's own if its sentences hold the question's words better than the rest of the passage.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from index.article import StoredPassage
from qa_service.claims.asked import Asked
from qa_service.claims.events import happenings
from qa_service.claims.extraction import published_day
from qa_service.claims.parties import same_name, same_party
from qa_service.claims.rivals import rivals, values_in
from qa_service.claims.sentences import Order, sentence_at
from qa_service.claims.stances import Stance, stances_in
from qa_service.claims.statement import Kind, Statement
from qa_service.claims.topic_words import content_stems

How = Literal["denial", "negation", "blame", "rival"]
_SHARE = 0.6
"""Of the question's content words that the two sides hold, where a sentence of theirs is one of the likeliest."""
_MOST = 0.65
"""The same for persons, and for questions of nothing but names."""
_SIDE = 0.5
"""Of the question's content words that each side must hold where the two stand in different articles."""
_BEST_PASSAGES = 1
"""Disputes within a passage are read from the first two passages (0-based)."""
_BEST_PAIR = 2
"""Disputes between articles from the first three."""
_LIKELY = 3
_READ = 5
_RANKED = 10
"""Places among the sentences that may answer, 0-based."""
_NEARLY = 0.75
"""Of several disputes those stay that hold nearly as many of the question's words as the best one."""
_REACH = 2
"""Sentences between two sides in one text."""
_DAYS = 3
"""Between a claim in one text and its denial in another."""
_SET_UP = re.compile(
    r"\b(?:each|both|either)\s(?:side|army|camp|party|country|government|team|man|woman|of\sthem|other)s?\b|\bblam\w+|\baccus\w+|\bpoint\w*\sthe\sfinger|\bsuspects?\s(?:an?|the|that)\b|\btraded\b"
    r"|\b(?:two|rival|conflicting|different|differing|competing|contradictory)\s(?:stories|versions|accounts|claims|reports|tales|statements)\b"
    r"|\b(?:disagree|dispute|differ|contradict)\w*\b|\bsplits?\b|\brow\b|\bboth\b.{0,20}\bclaim",
    re.IGNORECASE,
)
"""Words by which a text announces two versions."""
_UNDECIDED = re.compile(
    r"\b(?:who|which|what)\s(?:of\sthem\s|side\s|version\s)?(?:was|is|were|has\sbeen)\s(?:right|true|correct|to\sblame|telling)\b"
    r"|\b(?:neither|no)\s(?:\w+\s)?(?:claim|account|version|report|side|statement)\b|\b(?:could|can)\s?not\s(?:\w+\s)?be\s(?:\w+\s)?(?:verified|confirmed|checked)\b",
    re.IGNORECASE,
)
"""Words by which a text leaves open who is right."""
_POINTS_BACK = re.compile(r"\b(?:it|this|him|her|them|so)\b")
_OTHER_SIDE = re.compile(
    r"\b(?:the\s)?(?:other|opposing|enemy|opposite)\s(?:side|party|army|camp|forces)\b|\bthe\senemy\b", re.IGNORECASE
)
_PRONOUN = re.compile(r"(?:He|She|It|They|His|Her|Its|Their|This)\b")
_DENIES_DOING = re.compile(r"\bden(?:y|ies|ied)\s(?:\w+\s)?\w+ing\b", re.IGNORECASE)
_OWN_PERSON = re.compile(
    r"\b(?:its|his|her|their|an?)\s(?:[\w-]+\s){0,3}?(?:spokes\w+|director|chief|chairman|chairwoman|head|lawyer|secretary|manager|president)\b"
)
"""Who speaks for the party named last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dispute:
    """Two opposed stances and the places of their passages."""

    claim: Stance
    claim_place: int
    answer: Stance
    answer_place: int
    how: How
    set_up: bool = False
    """Whether the text announces two versions."""


def disputed_statements(
    asked: Asked, passages: Sequence[tuple[int, StoredPassage]], order: Order
) -> list[tuple[int, Statement]]:
    """Both sides of each dispute about what is asked, with their passages' places; best passages first.

    ``order`` ranks the sentences that may answer, by passage and span.
    """
    if asked.speaker is not None or asked.kind is None or asked.own:
        return []
    disputes = [
        one for place, passage in passages for one in _within(place, passage) if _asks(asked, one, passage, order)
    ]
    disputes += [one for pair in combinations(passages, 2) for one in _between(asked, *pair, order)]
    scores = [_held(asked, one, dict(passages)) for one in disputes]
    disputes = [one for one, score in zip(disputes, scores, strict=True) if score >= _NEARLY * max(scores)]
    happened = [one for one in disputes if _tells_of(asked.event, one, dict(passages))]
    disputes = happened or disputes
    found: dict[tuple[int, tuple[int, int]], tuple[int, Statement]] = {}
    for one in disputes:
        for place, stance, side in ((one.claim_place, one.claim, 1), (one.answer_place, one.answer, 2)):
            found.setdefault((place, stance.part), (place, _statement(asked.kind, stance, side)))
        supported = _support(one, dict(passages)[one.answer_place])
        for stance in supported:
            key = (one.answer_place, stance.part)
            found.setdefault(key, (one.answer_place, _statement(asked.kind, stance, 2)))
    return list(found.values())


def _within(place: int, passage: StoredPassage) -> list[_Dispute]:
    """The disputes that one passage reports."""
    stances = stances_in(passage)
    found: list[_Dispute] = []
    for one, other in combinations(stances, 2):
        if other.at - one.at > _REACH or _one_voice(one, other):
            continue
        how = _opposed(one, other, passage)
        if how is None:
            continue
        claim, answer = (other, one) if one.denied and not other.denied else (one, other)
        if answer.refers:
            found = [each for each in found if each.answer is not answer]
        found.append(
            _Dispute(
                claim=claim,
                claim_place=place,
                answer=answer,
                answer_place=place,
                how=how,
                set_up=_is_set_up(one, other, passage),
            )
        )
    return found


def _held(asked: Asked, one: _Dispute, passages: Mapping[int, StoredPassage]) -> float:
    """Share of the question's words in the two sides' sentences and the headline; names count half."""
    texts = (
        sentence_at(passages[one.claim_place], one.claim.at),
        sentence_at(passages[one.answer_place], one.answer.at),
        passages[one.answer_place].title,
    )
    held = content_stems(" ".join(texts))
    weight = {word: 0.5 if word in asked.names else 1.0 for word in asked.stems}
    return sum(weight[word] for word in asked.stems & held) / max(1.0, sum(weight.values()))


def _tells_of(event: str | None, one: _Dispute, passages: Mapping[int, StoredPassage]) -> bool:
    """Whether a side's sentence names the kind of event that the question names."""
    sentences = (
        sentence_at(passages[one.claim_place], one.claim.at),
        sentence_at(passages[one.answer_place], one.answer.at),
    )
    return any(happening.event == event for sentence in sentences for happening in happenings(sentence))


def _one_voice(one: Stance, other: Stance) -> bool:
    return one.party.words == other.party.words or same_party(one.party, other.party)


def _opposed(  # noqa: PLR0911 - one way out a rule
    one: Stance, other: Stance, passage: StoredPassage
) -> How | None:
    """How a passage opposes two stances that follow each other, ``one`` first; None where it does not."""
    shared = one.stems & other.stems
    if one.at == other.at:
        return "denial" if one.denied != other.denied else None
    if other.denied and not one.denied:
        acts = other.at - one.at == 1 and _DENIES_DOING.search(other.words) is not None
        named = content_stems(one.words) & other.party.words
        return "denial" if other.refers or shared or acts or named else None
    if one.denied and not other.denied:
        return "denial" if not one.refers and (shared or _POINTS_BACK.search(other.words)) else None
    if one.negative != other.negative and shared:
        return "negation"
    if other.at - one.at == 1 and one.defends != other.defends and (shared or _answers(one, other)):
        return "negation"
    if other.at - one.at > 1:
        return "rival" if shared else None
    return "blame" if _is_set_up(one, other, passage) else "rival"


def _answers(one: Stance, other: Stance) -> bool:
    """Whether a party that says all is well has just been accused, or named."""
    return other.defends and (one.accuses or bool(content_stems(one.words) & other.party.words))


def _is_set_up(one: Stance, other: Stance, passage: StoredPassage) -> bool:
    """Whether the headline, or a sentence up to the two, says that there are two versions; or each names the other."""
    if other.at - one.at <= 1 and _points_at(one, other) and _points_at(other, one):
        return True
    if other.at - one.at != 1:
        return False
    before = " ".join(sentence_at(passage, at) for at in range(max(0, one.at - 2), other.at + 1))
    after = sentence_at(passage, other.at + 1) if other.at + 1 < len(passage.sentences) else ""
    return _SET_UP.search(f"{passage.title} {before}") is not None or _UNDECIDED.search(after) is not None


def _points_at(one: Stance, other: Stance) -> bool:
    """Whether a party speaks of the other one by name, or of "the other side"."""
    words = content_stems(one.words)
    return (
        any(same_name(word, name) for word in words for name in other.party.names)
        or _OTHER_SIDE.search(one.words) is not None
    )


def _asks(  # noqa: PLR0911 - one way out a rule
    asked: Asked, one: _Dispute, passage: StoredPassage, order: Order
) -> bool:
    """Whether a dispute within a passage is what the question asks about.

    The ranking of sentences that may answer, and the question's words, decide: the likeliest sentence may share a word
    only, others must hold most of the question.
    """
    if one.claim_place > _BEST_PASSAGES or not _kind_fits(asked, one, passage):
        return False
    ranks = [_rank(order, one.claim_place, stance) for stance in (one.claim, one.answer)]
    if one.how == "rival" and max(ranks) > _READ:
        return False
    rank = min(ranks)
    sides = [content_stems(sentence_at(passage, stance.at)) for stance in (one.claim, one.answer)]
    held, plain = frozenset[str]().union(*sides), asked.stems - asked.names
    first = min(one.claim.at, one.answer.at)
    if asked.kind != "person":
        held |= asked.names & content_stems(f"{passage.title} {sentence_at(passage, first - 1)}")
    if one.how == "rival" and _PRONOUN.match(sentence_at(passage, first)):
        held |= content_stems(sentence_at(passage, first - 1))
    if asked.fault and one.set_up:
        opening = content_stems(sentence_at(passage, max(0, min(one.claim.at, one.answer.at) - 1)))
        around = held | opening | content_stems(passage.title)
        return rank <= _LIKELY and bool(asked.stems & around)
    named = asked.names & held
    if asked.kind == "cause":
        told = held | content_stems(f"{passage.title} {sentence_at(passage, min(one.claim.at, one.answer.at) - 1)}")
        return rank <= _LIKELY and len(asked.stems & told) >= _SIDE * len(asked.stems)
    if asked.fault and one.how == "denial" and (named or not asked.names):
        return rank <= _LIKELY and bool(asked.stems & held)
    share = len((plain & held) | named) / len(asked.stems)
    if asked.kind == "person" or not plain:
        parties = one.claim.party.words | one.answer.party.words
        told = not plain or bool(plain & (held - parties))  # who the speakers are is not what they dispute
        return told and rank <= _LIKELY and share >= _MOST
    return bool(plain & held) and (rank == 0 or (rank <= _READ and share >= _SHARE))


def _rank(order: Order, place: int, stance: Stance) -> int:
    """Place of a stance's sentence among those that may answer; the first where they are not ranked."""
    return order.get((place, stance.sentence), len(order))


def _kind_fits(asked: Asked, one: _Dispute, passage: StoredPassage) -> bool:
    if asked.fault and (one.how == "blame" or one.set_up):
        return True
    sentences = sentence_at(passage, one.claim.at), sentence_at(passage, one.answer.at)
    if asked.kind == "yes_no" or one.how in ("denial", "negation"):
        valued = asked.kind not in ("date", "place") or any(
            values_in(asked.kind, stance) for stance in (one.claim, one.answer)
        )
        opposed = one.how == "denial" or (one.how == "negation" and asked.kind in ("yes_no", "person", "cause"))
        return (opposed and valued) or rivals(asked, one.claim, one.answer, sentences)
    return rivals(asked, one.claim, one.answer, sentences)


def _between(
    asked: Asked, one: tuple[int, StoredPassage], other: tuple[int, StoredPassage], order: Order
) -> list[_Dispute]:
    """What one article states and another of the same days denies or negates."""
    if (
        max(one[0], other[0]) > _BEST_PAIR
        or asked.kind not in ("yes_no", "person")
        or one[1].article_id == other[1].article_id
        or not _same_days(one[1], other[1])
    ):
        return []
    found: list[_Dispute] = []
    for (place, passage), (second, rival) in ((one, other), (other, one)):
        for answer in stances_in(passage):
            if not (answer.denied or answer.negative) or not _holds(asked, answer):
                continue
            for claim in stances_in(rival):
                if claim.denied or claim.negative or claim.who == answer.who or not _holds(asked, claim):
                    continue
                if max(_rank(order, second, claim), _rank(order, place, answer)) > _RANKED:
                    continue
                shared = asked.stems & claim.stems & answer.stems
                if len(shared) >= min(2, len(asked.stems)) and (shared - asked.names or asked.stems <= asked.names):
                    how: How = "denial" if answer.denied else "negation"
                    found.append(_Dispute(claim=claim, claim_place=second, answer=answer, answer_place=place, how=how))
    return found


def _holds(asked: Asked, stance: Stance) -> bool:
    words = asked.stems & (stance.stems | stance.party.words)
    return len(words) >= _SIDE * len(asked.stems)


def _same_days(one: StoredPassage, other: StoredPassage) -> bool:
    left, right = published_day(one.published), published_day(other.published)
    return left is not None and right is not None and abs((left - right).days) <= _DAYS


def _support(one: _Dispute, passage: StoredPassage) -> list[Stance]:
    """What the denying side says next in its own support: "The sensors worked as they should, its director said"."""
    if one.how != "denial" or not one.answer.denied:
        return []
    return [
        stance
        for stance in stances_in(passage)
        if stance.at == one.answer.at + 1
        and stance.part != one.claim.part
        and (_one_voice(stance, one.answer) or _OWN_PERSON.search(sentence_at(passage, stance.at)))
        and not _one_voice(stance, one.claim)
    ]


def _statement(kind: Kind, stance: Stance, side: int) -> Statement:
    return Statement(
        kind=kind,
        value=stance.words,
        bound="exact",
        unit=None,
        counted=None,
        said_by=stance.who,
        denied=stance.denied,
        as_of=None,
        span=stance.part,
        sentence=stance.sentence,
        vague=False,
        attributed=True,
        side=side,
    )
