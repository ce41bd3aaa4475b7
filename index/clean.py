"""Which parts of an article may be quoted: kept ranges by report, and what was removed, with the reason.

A text is judged paragraph by paragraph. Removed are the date prefix, the headline (it becomes the title), page
furniture (``index.furniture``), captions repeated without their credit, and the rest of a page once a comment form has
begun. Neighbouring kept paragraphs make one range, so that a range spans paragraphs. Crossheads are kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.article import Removed, Section, Span
from index.dates import prefix_date
from index.furniture import appended_furniture, continues_appeal, furniture_reason
from index.headings import MAX_HEADING, is_heading, is_prose, words
from index.paragraphs import paragraph_spans, trim
from index.reports import report_starts
from index.sentences import sentence_spans

_CREDIT = re.compile(r"\(?\b(?:photo|image|picture) credit.{0,160}\Z|\([^()]{1,150}\)\W*\Z", re.IGNORECASE)
_LEAD = 4
"""Paragraphs at the start among which the headline is looked for."""
_PREFIXED_HEADLINE = 110
_RUNNING_START = re.compile(r"(?:This|That|These|Those|It|He|She|They|We|The|A|An|Several|Some|Many)\b")
_PAGE_END_SHARE = 0.25
"""A comment form takes the rest of the text with it when that is at most this share of the text."""
_DASH = re.compile(r"[–−—-]")
_LONGEST_WITH_APPENDAGE = 3000
_APPENDED = re.compile(
    r"newsletter|inbox|whatsapp|telegram|channel|\bapp\b|paper is|offer:|free of charge|subscri|support us|edited by"
    r"|contributed to this|rights reserved|@|sign up|published from",
    re.IGNORECASE,
)
"""What the appended sentences that are recognised have in common; most paragraphs hold none of it."""
_TO_READER = re.compile(r"\b(?:you|your|you[’']re|our)\b", re.IGNORECASE)
_SITE_TAIL = re.compile(r"\s+[|–—-]\s+[^|–—-]{2,40}\Z|\s*(?:\.\.\.|…)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A text with its reports apart from its furniture. ``sections`` is never empty; ``removed`` is ascending."""

    sections: tuple[Section, ...]
    removed: tuple[Removed, ...]


def clean(text: str, title: str, known: Sequence[Removed] = ()) -> Cleaned:
    """The reports and the furniture of ``text``. The first section's title is ``title``, else its headline, else "".

    ``known`` is furniture that the reader recognised by its place; paragraphs inside it are removed for its reason.
    """
    paragraphs, removed = _without_prefix(text)
    paragraphs = [part for span in paragraphs for part in _parts(text, span)]
    reasons = _furniture(text, paragraphs)
    for span in paragraphs:
        reason = next((one.reason for one in known if one.span[0] <= span[0] and span[1] <= one.span[1]), None)
        if reason is not None:
            reasons[span] = reason
    headline = _headline(text, paragraphs, reasons, title, after_prefix=bool(removed))
    if headline is not None:
        reasons[headline] = "headline"
    first_title = title or ("" if headline is None else text[headline[0] : headline[1]])
    titles = {headline: first_title} if headline else {}
    for start in report_starts(text, paragraphs, reasons, first_title):
        reasons[start] = "headline"
        titles[start] = text[start[0] : start[1]]
    sections = _sections(text, paragraphs, reasons, titles, first_title)
    removed += [Removed(span=span, reason=reason) for span, reason in reasons.items()]
    return Cleaned(sections=sections, removed=tuple(sorted(removed, key=lambda item: item.span)))


def _without_prefix(text: str) -> tuple[list[Span], list[Removed]]:
    """All paragraphs, the date prefix taken off the first one, and that prefix."""
    found = prefix_date(text)
    if found is None:
        return list(paragraph_spans(text)), []
    prefix = found[1]
    paragraphs = [trim(text, max(start, prefix[1]), end) for start, end in paragraph_spans(text) if end > prefix[1]]
    return paragraphs, [Removed(span=prefix, reason="date prefix")]


def _parts(text: str, paragraph: Span) -> list[Span]:
    """The paragraph, or its prose and the furniture that a page appended to it without a break."""
    start, end = paragraph
    if end - start > _LONGEST_WITH_APPENDAGE or not _APPENDED.search(text, start, end):
        return [paragraph]
    if furniture_reason(text[start:end]) == "author note":
        return [paragraph]
    sentences = sentence_spans(text, start, end, None)
    appended = appended_furniture([text[a:b] for a, b in sentences])
    if appended is None or appended[0] == 0:
        return [paragraph]
    cut = sentences[appended[0]][0]
    if all(text[b - 1] in "!?" or _TO_READER.search(text, a, b) for a, b in sentences[: appended[0]]):
        return [paragraph]  # "Want more news? We deliver it to you. Sign up for our newsletter."
    return [trim(text, start, cut), (cut, end)]


def _furniture(text: str, paragraphs: Sequence[Span]) -> dict[Span, str]:
    """The reason for each paragraph that is furniture."""
    pieces = [text[start:end] for start, end in paragraphs]
    reasons = [furniture_reason(piece) for piece in pieces]
    for at, reason in enumerate(reasons):
        if reason == "byline" and _DASH.match(pieces[at]) and _in_dashed_list(pieces, at):
            reasons[at] = None
        if reason is None and at and reasons[at - 1] == "appeal" and continues_appeal(pieces[at]):
            reasons[at] = "appeal"
    captions = {_CREDIT.sub("", pieces[at]).strip() for at, reason in enumerate(reasons) if reason == "photo credit"}
    for at, piece in enumerate(pieces):
        if reasons[at] is None and len(piece) > 20 and piece in captions:
            reasons[at] = "photo credit"
    _end_of_page(len(text), paragraphs, pieces, reasons)
    return {span: reason for span, reason in zip(paragraphs, reasons, strict=True) if reason is not None}


def _in_dashed_list(pieces: Sequence[str], at: int) -> bool:
    """Whether the paragraph before or after also begins with a dash: a list, not a signature."""
    return any(0 <= near < len(pieces) and _DASH.match(pieces[near]) for near in (at - 1, at + 1))


def _end_of_page(length: int, paragraphs: Sequence[Span], pieces: Sequence[str], reasons: list[str | None]) -> None:
    """Mark what follows a comment form: all of it near the end of the text, else up to the next prose."""
    for at, reason in enumerate(reasons):
        if reason != "comment form":
            continue
        to_the_end = length - paragraphs[at][0] <= _PAGE_END_SHARE * length
        for later in range(at + 1, len(pieces)):
            if not to_the_end and (is_prose(pieces[later]) or is_heading(pieces[later])):
                break
            reasons[later] = reasons[later] or "comment form"


def _headline(
    text: str, paragraphs: Sequence[Span], reasons: dict[Span, str], title: str, *, after_prefix: bool
) -> Span | None:
    """The paragraph that is the article's headline: the one that says the title, else the first that looks like one."""
    lead = [span for span in paragraphs if span not in reasons][: _LEAD + 1]
    if len(lead) < 2:
        return None
    if title:
        return next((span for span in lead[:_LEAD] if _same_title(text[span[0] : span[1]], title)), None)
    for at, (start, end) in enumerate(lead[:-1]):
        line = text[start:end]
        if not is_heading(line):
            return None
        on_prefix_line = after_prefix and at == 0 and (start, end) == paragraphs[0]
        if on_prefix_line and (len(line) > _PREFIXED_HEADLINE or _RUNNING_START.match(line)):
            return None
        if len(words(line)) >= 3:
            return start, end
    return None


def _same_title(line: str, title: str) -> bool:
    """Whether ``line`` says ``title``, a site's name at its end and an ellipsis aside."""
    if len(line) > 2 * MAX_HEADING:
        return False
    said, wanted = (" ".join(words(_SITE_TAIL.sub("", piece))).casefold() for piece in (line, title))
    return said == wanted or (len(said) > 30 and wanted.startswith(said)) or (len(wanted) > 30 and said == wanted)


def _sections(
    text: str, paragraphs: Sequence[Span], reasons: dict[Span, str], titles: dict[Span, str], first_title: str
) -> tuple[Section, ...]:
    """One section a report, its kept paragraphs merged where only white space lies between them."""
    sections: list[tuple[str, list[Span]]] = [(first_title, [])]
    open_range = False
    for span in paragraphs:
        if span in titles and sections[-1][1]:
            sections.append((titles[span], []))
        if span in reasons:
            open_range = False
            continue
        kept = sections[-1][1]
        if open_range:
            kept[-1] = (kept[-1][0], span[1])
        else:
            kept.append(span)
        open_range = True
    return tuple(Section(title=name, kept=tuple(kept)) for name, kept in sections)
