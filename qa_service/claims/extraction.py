"""From the sentences of a passage to statements: what is counted, who says so, whether it is denied, as of when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from index.article import PublishedDate, StoredPassage
from qa_service.claims.asked import CASES
from qa_service.claims.asof import as_of_dates
from qa_service.claims.attribution import Context, attributions, resolved, speaker_of
from qa_service.claims.counted import count, counted_words
from qa_service.claims.denial import is_denied
from qa_service.claims.quantities import Quantity, quantities
from qa_service.claims.sentences import words_of
from qa_service.claims.speakers import PRONOUNS
from qa_service.claims.statement import Statement

_IMPLIED = {**dict.fromkeys(CASES, "infected"), "bodies": "killed", "deaths": "killed"}
"""What happened to what such nouns count."""
NO_OUTLET = "unnamed outlet"
"""Speaker of what nobody is said to have said, in an article without a source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A sentence's statements, and who speaks in it: the next sentence's "he" or "it"."""

    statements: tuple[Statement, ...]
    speaker: str | None


def statements_in(passage: StoredPassage, before: str = "", *, times: bool = False) -> list[Statement]:
    """All quantity statements of ``passage``, in text order; ``before`` is the sentence before its first one.

    ``times``: spans of time and ages too, which are asked for by "how long" and "how old".
    """
    found = list(_read_passage(passage, before, False))
    return sorted([*found, *_read_passage(passage, before, True)], key=lambda one: one.span) if times else found


@lru_cache(maxsize=2048)
def _read_passage(passage: StoredPassage, before: str, times: bool) -> tuple[Statement, ...]:
    day = published_day(passage.published)
    context = Context(outlet=passage.source or NO_OUTLET, before=before, article=f"{passage.title}. {passage.text}")
    found: list[Statement] = []
    for start, end in passage.sentences:
        sentence = words_of(passage, (start, end))
        reading = read_sentence(sentence, context, day, offset=start, times=times)
        found.extend(reading.statements)
        context = Context(
            outlet=context.outlet, before=sentence, before_speaker=reading.speaker, article=context.article
        )
    return tuple(found)


def read_sentence(
    sentence: str, context: Context, published: date | None, *, offset: int = 0, times: bool = False
) -> Reading:
    """The quantity statements of one sentence that begins at ``offset`` of its article."""
    said = attributions(sentence)
    speaker = resolved(said[-1], sentence, context) if said else None
    found = quantities(sentence, counting=bool(context.before and quantities(context.before)), times=times)
    if not found:
        return Reading(statements=(), speaker=None if (speaker or "").lower() in PRONOUNS else speaker)
    countings = count(sentence, context.before, found)
    dates = as_of_dates(sentence, published)
    statements: list[Statement] = []
    for at, (quantity, counting) in enumerate(zip(found, countings, strict=True)):
        who = speaker_of(sentence, said, quantity.start, quantity.end)
        following = next((q.start for q in found[at + 1 :] if q.start >= quantity.end), None)
        denied = is_denied(sentence, quantity.start, quantity.end, following)
        statements.append(
            Statement(
                kind="quantity",
                value=quantity.value,
                bound=quantity.bound,
                unit=counting.unit,
                counted=counted_words(counting),
                said_by=resolved(who, sentence, context),
                denied=denied,
                as_of=_as_of(dates, quantity, found),
                span=(offset + quantity.start, offset + quantity.end),
                sentence=(offset, offset + len(sentence)),
                vague=quantity.number.vague,
                noun=counting.noun,
                event=counting.event or _IMPLIED.get(counting.noun or ""),
                attributed=who is not None,
            )
        )
    if speaker is not None and PRONOUNS.get(speaker.lower()) is not None:
        speaker = None
    return Reading(statements=tuple(statements), speaker=speaker)


def published_day(published: PublishedDate) -> date | None:
    """The day of publication; the inferred one where there is no better; None when less precise."""
    text = published.date or (published.inferred.date if published.inferred else None)
    return date.fromisoformat(text[:10]) if text and len(text) >= 10 else None


def published_moment(published: PublishedDate) -> str | None:
    """The minute of publication in UTC as ISO 8601; None where only a day is known."""
    text = published.date
    if text is None or published.precision != "minute":
        return None
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _as_of(dates: Sequence[tuple[int, str]], quantity: Quantity, found: Sequence[Quantity]) -> str | None:
    """The as-of date nearest to a quantity, with no other date nearer to another one."""
    if not dates:
        return None
    return min(dates, key=lambda one: abs(one[0] - quantity.start))[1]
