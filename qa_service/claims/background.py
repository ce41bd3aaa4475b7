"""Sentences that recount another event: earlier wars, last year's floods, the worst accident since 2011."""

from __future__ import annotations

import re
from datetime import date, timedelta

from qa_service.claims.topic_words import content_stems

_YEAR = re.compile(r"(?<![\d,.-])(?:1[5-9]|20)\d\d(?:s\b|\b)(?![,.]\d)")
_ELSEWHEN = re.compile(
    r"\bthe\slast\stime\b|\b(?:two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|\d+|several|many|some)\s(?:years|decades)\s(?:ago|earlier|before)"
    r"|\b(?:a|one)\s(?:year|decade|century)\s(?:ago|earlier|before)|\blast\syear\b|\bthe\s(?:previous|earlier|first|last)\s(?:war|disaster|accident|conflict|outbreak|explosion|quake)\b"
    r"|\b(?:in|during|of)\sthe\s(?:early|late|mid-?)?\s?(?:19|20)\d0s\b|\bsince\s(?:the\s)?(?:19|20)\d\d\b|\bworst\s[\w\s]{0,30}\ssince\b|\bdecades\sof\b"
    r"|\bin\s(?:the\s)?past\s(?:years|decades|conflicts|wars)\b|\bthe\sbackground\sis\b",
    re.IGNORECASE,
)


_IN_THAT = re.compile(r"\bin\sthat\s(?P<noun>\w+)\b")
_IN_WHICH = re.compile(r"\b(?P<noun>[a-z]+)(?:\s[\w\s]{0,40}?)?\sin\swhich\s[^,;]*\Z")


def is_aside(sentence: str, at: int, stems: frozenset[str]) -> bool:
    """Whether position ``at`` stands in an "in which" clause about something that the question does not name."""
    other = _IN_THAT.search(sentence)
    if other and not content_stems(other["noun"]) & stems:
        return True
    found = _IN_WHICH.search(sentence[:at])
    return found is not None and not content_stems(found[0]) & stems


def years_named(sentence: str) -> set[int]:
    """The years that a sentence names; a decade by its first year."""
    return {int(found[0].rstrip("s")) for found in _YEAR.finditer(sentence)}


LAG_DAYS = 14
"""So long after a window its events are still being counted."""


def is_background(sentence: str, published: date | None, window: tuple[date | None, date | None] | None) -> bool:
    """Whether a sentence speaks of another time than its article and the question.

    A year that lies in the question's window is the question's own; otherwise a sentence that names another year than
    its article's, or that says "the last time" or "thirty years ago", is background.
    """
    years = years_named(sentence)
    if window is not None:
        low, high = (bound.year if bound else None for bound in window)
        inside = {year for year in years if (low is None or year >= low) and (high is None or year <= high)}
        if inside:
            return False
        late = published is not None and window[1] is not None and published > window[1] + timedelta(days=LAG_DAYS)
        if years or late:
            return True
    elif (
        years and published is not None and any(year < published.year for year in years) and published.year not in years
    ) or (years and published is None and _ELSEWHEN.search(sentence)):
        return True
    return _ELSEWHEN.search(sentence) is not None
