"""What one party states and another denies: claims for questions of yes or no, and for dates, places and persons.

High precision by design: both sides must be named, the denial must be said in so many words, and its sentence or the
one before must hold most of the question's content words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.article import Span, StoredPassage
from qa_service.claims.asked import Asked
from qa_service.claims.attribution import Context, Said, attributions, resolved
from qa_service.claims.extraction import NO_OUTLET
from qa_service.claims.speakers import strip_article
from qa_service.claims.statement import Statement
from qa_service.claims.topic_words import content_stems

_NEAR = 0.5
_DENIES = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject(?:s|ed)|dismiss(?:es|ed)|disput(?:es|ed)|refut(?:es|ed)"
    r"|call(?:s|ed)\s(?:[\w’'-]+\s){0,5}?[“\"‘]?(?:untrue|false|wrong|absurd|nonsense|a\slie|an\sabsolute\slie|lies|invention|baseless|fabricated))\b",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"(?:den(?:y|ies|ied)|reject(?:s|ed)|dismiss(?:es|ed)|disput(?:es|ed)|call(?:s|ed))\s(?:this|that|it|these|the\s(?:claim|report|accusation|allegation|charge|account)s?)\b",
    re.IGNORECASE,
)
_CLAIM_BY = re.compile(
    r"\b(?:claims?|reports?|accusations?|allegations?|charges?|assertions?)\s(?:by|from|of)\s(?P<who>[^,;.]+?)\s(?P<what>that\s[^;.]+)"
    r"|(?P<owner>(?:the\s)?[\w’' -]{2,40}?)[’']s?\s(?:claims?|accusations?|allegations?|charges?"
    r"|reports?)\s(?P<of>(?:that|of)\s[^;.]+)",
)


def disputed_statements(asked: Asked, passages: Sequence[tuple[int, StoredPassage]]) -> list[tuple[int, Statement]]:
    """Statements on both sides of a dispute about what is asked, each with its passage's place."""
    if asked.speaker is not None or asked.kind is None:
        return []
    stated: list[tuple[int, Statement]] = []
    for place, passage in passages:
        stated.extend((place, one) for one in _of_passage(asked, passage))
    denials = [one for _, one in stated if one.denied]
    claims = [one for _, one in stated if not one.denied]
    opposed = [one for one in claims if any(one.said_by.casefold() != other.said_by.casefold() for other in denials)]
    return [(place, one) for place, one in stated if one.denied or one in opposed]


def _of_passage(asked: Asked, passage: StoredPassage) -> list[Statement]:
    found: list[Statement] = []
    before, before_speaker = "", None
    outlet = passage.source or NO_OUTLET
    for span in passage.sentences:
        sentence = passage.text[span[0] - passage.start : span[1] - passage.start]
        context = Context(
            outlet=outlet, before=before, before_speaker=before_speaker, article=f"{passage.title}. {passage.text}"
        )
        said = attributions(sentence)
        near = f"{before} {sentence}" if _REFERS.search(sentence) else sentence
        if _share(asked, near) >= _NEAR and said:
            found.extend(_read(asked, sentence, span, said, context))
        before, before_speaker = sentence, resolved(said[-1], sentence, context) if said else None
    return found


def _share(asked: Asked, text: str) -> float:
    held = asked.stems & content_stems(text)
    return len(held) / max(1, len(asked.stems)) if len(held) > 1 else 0.0


def _read(asked: Asked, sentence: str, span: Span, said: list[Said], context: Context) -> list[Statement]:
    denial = _DENIES.search(sentence)
    if denial is None:
        return [
            _statement(asked, sentence, span, (0, len(sentence)), resolved(said[-1], sentence, context), denied=False)
        ]
    denier = next((one for one in said if one.verb <= denial.start() < one.end + 1), said[0])
    found = [
        _statement(
            asked, sentence, span, (denial.start(), len(sentence)), resolved(denier, sentence, context), denied=True
        )
    ]
    claim = _CLAIM_BY.search(sentence, denial.end())
    if claim:
        who = strip_article(claim["who"] or claim["owner"])
        what = claim.span("what") if claim["what"] else claim.span("of")
        found.append(_statement(asked, sentence, span, what, who, denied=False))
    return found


def _statement(asked: Asked, sentence: str, span: Span, part: Span, who: str, *, denied: bool) -> Statement:
    assert asked.kind is not None
    return Statement(
        kind=asked.kind,
        value=sentence[part[0] : part[1]].rstrip(" ."),
        bound="exact",
        unit=None,
        counted=None,
        said_by=who,
        denied=denied,
        as_of=None,
        span=(span[0] + part[0], span[0] + len(sentence[: part[1]].rstrip(" ."))),
        sentence=span,
        vague=False,
        attributed=True,
    )
