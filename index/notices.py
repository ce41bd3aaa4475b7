"""Notices in an article's text that it was corrected, clarified, retracted or updated.

Read from the text whenever an article is shown, not stored: it takes microseconds, archives made before have them
too, and a better rule needs no processing again. Only what an article says of itself counts: "this article", "an
earlier version of this story", or a label such as "Correction:" before a paragraph. In a column that corrects other
articles nothing does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index.article import Article, Span

NoticeKind = Literal["correction", "clarification", "retraction", "update"]
STRONGEST_FIRST: tuple[NoticeKind, ...] = ("retraction", "correction", "clarification", "update")

_STEMS = (
    *("orrect", "ORRECT", "larif", "LARIF", "etract", "ETRACT", "ithdr", "mended", "MENDED", "pdate", "PDATE"),
    *("ersion of", "ERSION OF"),
)
"""One of them is in every notice; all but a few articles have none."""
_LONGEST = 1_000
"""Code points of a notice, and of a line before what makes it one, that are looked at."""
_AT_EACH_END = 100
"""Lines with a stem that are looked at from the top, and as many from the bottom: notices stand there."""

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})|(?P<month2>{_MONTH}) (?P<day2>\d{{1,2}})"
    r"(?:st|nd|rd|th)?)(?!\d)(?:,? (?P<year>[12]\d{3}))?|\b(?P<iso>[12]\d{3}-\d{2}-\d{2})\b",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_WORK = r"(?:article|story|report|post|piece|column|page|blog|headline|caption|transcript|obituary|review|version)"
_LABEL = re.compile(
    r"[\W_]{0,4}(?:(?:editor['’]?s?['’]?|publisher['’]s) note[\W_]{1,4})?"
    r"(?P<label>correct(?:ions?|ed)(?: (?:and|&) clarifications?)?|clarifi(?:cations?|ed)|retract(?:ion|ed)"
    r"|update[ds]?)\b"
    rf"(?P<date>(?: ?(?:to|on|of|in) (?:this|our) {_WORK})?[^:\n—–]{{0,45}}?)(?::(?!\d)| ?[—–]| - )\s*(?=\S+ \S+ \S)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    rf"(?:\W|\d|\b(?:{_MONTH}|of|on|at|to|in|this|our|{_WORK}|(?:mon|tues|wednes|thurs|fri|satur|sun)day|[ap]\.?m\.?"
    r"|[ecmp][sd]?t|gmt|bst|utc|st|nd|rd|th)\b)*",
    re.IGNORECASE,
)
"""All that may stand between a label and its colon."""
_HEADING = re.compile(r"[\W_]{0,4}(?P<label>correction|clarification|retraction)[\W_]{0,3}", re.IGNORECASE)
_VERB = r"(?P<verb>corrected|amended|clarified|retracted|withdrawn|updated)"
_OF_ITSELF = re.compile(
    rf"(?:(?:an|the|our)? ?(?:earlier|previous|prior|original)(?: online)? versions? of (?:this|our) {_WORK}"
    rf"|\bthis (?:{_WORK}|news {_WORK})(?:['’]s headline)? (?:has|have|was|were|is)(?: since| now)?(?: been| being)?"
    rf"(?: since)? {_VERB}\b"
    rf"|\bthis (?:{_WORK}|version of (?:this|the) {_WORK}) (?P<corrects>corrects|clarifies)\b"
    rf"|\bthis {_WORK}\b[^.\n]{{0,80}}\. It (?:has|was)(?: since| been){{0,2}} (?P<it>updated|corrected|amended)\b"
    rf"|\bthis is an? (?P<adjective>corrected|updated) version of\b"
    rf"|\b(?:a|the) (?P<made>correction|clarification) (?:was made|has been made|was issued) "
    rf"(?:to this {_WORK}|on (?={_MONTH} \d|\d{{1,2}} {_MONTH}))"
    rf"|\bwe (?:have )?(?P<we>corrected|retracted|withdrawn|withdrew|amended|clarified|updated) this {_WORK}\b)",
    re.IGNORECASE,
)
_ONLY_REPUBLISHED = re.compile(
    r"['’]?s? ?(?:was |were |has |had |have |been )*(?:first |originally |previously |also )*"
    r"(?:appeared|published|ran|aired|posted)\b",
    re.IGNORECASE,
)
_ON = re.compile(
    r"(?:[\s,(]|\b(?:on|at|by|late|early|[a-z]{3,6}day|[ecmp][sd]?t|gmt|bst|utc)\b"
    r"|\d{1,2}(?:[.:]\d{2})? ?[ap]\.?m\b\.?)*",
    re.IGNORECASE,
)
"""What may stand between a notice's verb and its date."""
_TO_CORRECT = re.compile(r"\bto (?P<verb>correct|clarify|fix|accurately|properly)\b", re.IGNORECASE)
_COLUMN = re.compile(
    r"\W*(?:corrections?|clarifications?)(?: (?:and|&) (?:corrections?|clarifications?))?\b.{0,30}", re.IGNORECASE
)
_QUOTES = "\"“„«‘'"

_KINDS: dict[str, NoticeKind] = {
    "corr": "correction",
    "amen": "correction",
    "fix": "correction",
    "accu": "correction",
    "prop": "correction",
    "clar": "clarification",
    "retr": "retraction",
    "with": "retraction",
    "upda": "update",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What an article says about its own change."""

    kind: NoticeKind
    span: Span
    """Of the article's text: the notice with its label, to the end of its paragraph."""
    text: str
    date: str | None
    """ISO day that the notice names for itself; a year left out is that of the article."""


def find_notices(article: Article) -> tuple[Notice, ...]:
    """The notices in an article's text, in order."""
    if _COLUMN.fullmatch(article.title.strip()):
        return ()
    found: list[Notice] = []
    lines = list(_lines(article.text))
    for start, end in lines if len(lines) <= 2 * _AT_EACH_END else lines[:_AT_EACH_END] + lines[-_AT_EACH_END:]:
        if found and start < found[-1].span[1]:
            continue
        notice = _notice(article, start, end)
        if notice is not None:
            found.append(notice)
    return tuple(found)


def speaks_of_itself(sentence: str) -> bool:
    """Whether a sentence says of the article it stands in that it was changed, or what an earlier version said."""
    return _of_itself(sentence, 0, len(sentence)) is not None


def strongest(notices: tuple[Notice, ...]) -> Notice | None:
    """The one that a reader must know first: a retraction before a correction, and of several the last."""
    return min(reversed(notices), key=lambda notice: STRONGEST_FIRST.index(notice.kind), default=None)


def _lines(text: str) -> Iterator[Span]:
    """Lines, or what is near in a long one, that hold a stem."""
    places: set[int] = set()
    for stem in _STEMS:
        at = text.find(stem)
        while at >= 0:
            places.add(at)
            at = text.find(stem, at + 1)
    done = -1
    for at in sorted(places):
        if at < done:
            continue
        line = text.rfind("\n", max(0, at - _LONGEST), at) + 1
        start = line if line or at <= _LONGEST else text.find(" ", at - _LONGEST, at) + 1
        end = text.find("\n", at, at + _LONGEST)
        done = end if end >= 0 else min(len(text), at + _LONGEST)
        yield start, done


def _notice(article: Article, start: int, end: int) -> Notice | None:
    text = article.text
    label = _LABEL.match(text, start, end)
    if label is not None and _BETWEEN.fullmatch(label["date"]):
        kind = _kind(label["label"])
        said = _of_itself(text, label.end(), end) if kind == "update" else None
        kind = kind if said is None else said[0]
        return _made(article, kind, (start, end), label["date"])
    heading = _HEADING.fullmatch(text, start, end)
    if heading is not None:
        below = re.compile(r"\s*(\S[^\n]*)").match(text, end)
        if below is None:
            return None
        return _made(article, _kind(heading["label"]), (start, min(below.end(1), below.start(1) + _LONGEST)), "")
    said = _of_itself(text, start, end)
    if said is None:
        return None
    kind, place, named = said
    return _made(article, kind, (_sentence_start(text, start, place), end), named)


def _of_itself(text: str, start: int, end: int) -> tuple[NoticeKind, int, str] | None:
    """What a line says of the article it stands in: kind, place, and the words that may hold the date."""
    for found in _OF_ITSELF.finditer(text, start, end):
        if found.start() > start and text[found.start() - 1] in _QUOTES:
            continue
        verb = next((value for value in found.groupdict().values() if value), None)
        if verb is None and _ONLY_REPUBLISHED.match(text, found.end(), end):
            continue
        kind: NoticeKind = "correction" if verb is None else _kind(verb)
        behind = _ON.match(text, found.end(), end)
        dated = _DATE.match(text, found.end() if behind is None else behind.end(), end) if verb else None
        purpose = _TO_CORRECT.search(text, found.end(), min(end, found.end() + 60)) if kind == "update" else None
        return kind if purpose is None else _kind(purpose["verb"]), found.start(), dated[0] if dated else ""
    return None


def _kind(word: str) -> NoticeKind:
    word = word.lower()
    return next(kind for stem, kind in _KINDS.items() if word.startswith(stem))


def _sentence_start(text: str, start: int, place: int) -> int:
    before = max(text.rfind(mark, start, place) for mark in (". ", "? ", "! ", ".” ", '." '))
    return start if before < 0 else text.index(" ", before) + 1


def _made(article: Article, kind: NoticeKind, span: Span, named: str) -> Notice:
    start, end = span
    words = article.text[start:end]
    start, end = start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
    return Notice(kind=kind, span=(start, end), text=article.text[start:end], date=_date(article, named))


def _date(article: Article, named: str) -> str | None:
    found = _DATE.search(named)
    if found is None:
        return None
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"]).isoformat()
        month = 1 + _MONTHS.index((found["month"] or found["month2"])[:3].lower())
        day = int(found["day"] or found["day2"])
        if found["year"]:
            return date(int(found["year"]), month, day).isoformat()
        return _year_left_out(article, month, day)
    except ValueError:
        return None


def _year_left_out(article: Article, month: int, day: int) -> str | None:
    """The day nearest to the article's modified time; else the first one from its published day on."""
    changed, published = article.modified and article.modified[:10], article.published.day
    known = date.fromisoformat(changed) if changed and len(changed) == 10 else published
    if known is None:
        return None
    days = [date(year, month, day) for year in range(known.year - 1, known.year + 2)]
    if known is published:
        return next(one for one in days if one >= known).isoformat()
    return min(days, key=lambda one: abs((one - known).days)).isoformat()
