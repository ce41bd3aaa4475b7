"""Where a second report begins in a file that holds two, told apart from the crossheads of a single one.

A candidate is a line in headline form, of seven words or more, that is no question or pointer ("How to…"), with two
paragraphs of prose and a tenth of the text on either side and prose right after it. Files with more than three such
lines are live blogs or lists and stay whole. A candidate starts a report when the text after it restates the line, and

- a signature stands at the join: the earlier report ends in an agency note, an appeal or the like, or a byline or
  dateline follows the line; or
- it is *the same event told anew*: the line shares names, and the paragraph after it words, with the opening; people
  already named in full are named in full again, rather than by surname as a report goes on to do; or
- it is *another event*: the line's words are new, the paragraph after it has nothing of the opening, nobody comes back.

The thresholds were set on real articles, most of which are one report with crossheads, against pairs pasted together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.article import Span
from index.headings import is_heading, is_prose, words

_HEADLINE_WORDS = 7
_MOST_CANDIDATES = 3
_PROSE_ON_EITHER_SIDE = 2
_SHARE_ON_EITHER_SIDE = 0.1
_LOOKED_AT = 20_000
"""Characters of each side that are compared."""

_REPORT_ENDS = frozenset(
    {"agency note", "comment form", "appeal", "rights notice", "author note", "messaging invitation"}
)
_REPORT_BEGINS = frozenset({"byline", "dateline"})
_DATELINE = re.compile(r"[A-Z][A-Z]+[\w/., ]{0,40}(?:\([^()]{2,30}\))? ?[–—-] ?[A-Z\"“]")
_CONTINUES = re.compile(
    r"[\"“‘]?(?:He|She|They|It|But|And|Also|Meanwhile|However|That|Those|These|This|His|Her|Their|Still|Yet|So|Then"
    r"|Another|Others?|Both|Some|As for|In addition)\b"
)
_POINTER = re.compile(r"[\"“‘']?(?:How|What|When|Where|Which|Who|Why|READ|WATCH|More:)\b")
_INNER_STOP = re.compile(r"[a-z]{4}[.!?][\"”’]?\s")
_NAME = re.compile(r"[A-Z][a-z’'-]+[\w’'-]*")
_PLAIN_WORD = re.compile(r"[^\W_][\w'’-]*")
_STOP = frozenset(
    "a about after and are as at be been but by can could for from had has have he her his how in into is it its may"
    " more new not of on or our over said say says she that the their these they this those to was we were what when"
    " where who why will with would you your".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """What tells a second report from a crosshead, at one candidate line."""

    restated: float
    """Share of the line's content words that the two paragraphs after it repeat."""
    unseen: float
    """Share of the line's content words that the text before it does not hold."""
    shared_names: int
    """Capitalised words of the line that the title or the three opening paragraphs hold."""
    opening_overlap: int
    """Content words that the paragraph after the line shares with the opening."""
    named_anew: int
    """People named in full before who are named in full when they first come back."""
    surname_only: int
    """People named in full before who come back by surname."""
    signed: bool
    """Whether a signature stands at the join."""

    def starts_report(self) -> bool:
        """Whether the line is the headline of another report."""
        return self.restated >= 0.3 and (self.signed or self._same_event_anew() or self._another_event())

    def _same_event_anew(self) -> bool:
        if self.shared_names < 2 or self.opening_overlap < 4 or self.restated < 0.4:
            return False
        return self.named_anew >= 2 * self.surname_only

    def _another_event(self) -> bool:
        return (
            self.unseen >= 0.6
            and self.opening_overlap <= 2
            and self.shared_names <= 1
            and self.surname_only + self.opening_overlap <= 2
            and self.named_anew <= 1
        )


def report_starts(text: str, paragraphs: Sequence[Span], furniture: Mapping[Span, str], title: str) -> tuple[Span, ...]:
    """The paragraphs that are headlines of a second and later report, ascending.

    ``furniture`` maps the paragraphs that are not prose to their reason; ``title`` is the first report's.
    """
    body = [at for at, span in enumerate(paragraphs) if span not in furniture]
    pieces = [text[start:end] for start, end in (paragraphs[at] for at in body)]
    candidates = [at for at, piece in enumerate(pieces) if is_candidate(piece)]
    if not candidates or len(candidates) > _MOST_CANDIDATES:
        return ()
    prose = [is_prose(piece) for piece in pieces]
    reasons = [furniture.get(span) for span in paragraphs]
    starts: list[Span] = []
    first = 0
    for at in candidates:
        before, after = range(first, at), range(at + 1, len(pieces))
        if not _long_enough(pieces, prose, before, after) or not prose[at + 1] or _CONTINUES.match(pieces[at + 1]):
            continue
        join = join_at(
            " ".join((title, *(pieces[n] for n in before[:3]))),
            [pieces[n] for n in before],
            pieces[at],
            [pieces[n] for n in after],
            signed=_is_signed(reasons, body[at], pieces[at + 1]),
        )
        if join.starts_report():
            starts.append(paragraphs[body[at]])
            first, title = at + 1, pieces[at]
    return tuple(starts)


def is_candidate(piece: str) -> bool:
    """Whether a paragraph could be a report's headline by its form alone."""
    if not is_heading(piece) or _INNER_STOP.search(piece) or _POINTER.match(piece):
        return False
    return not piece.rstrip("\"'”’ ").endswith("?") and len(words(piece)) >= _HEADLINE_WORDS


def join_at(opening: str, before: Sequence[str], line: str, after: Sequence[str], *, signed: bool) -> Join:
    """What speaks for and against a new report at ``line``, between the paragraphs ``before`` and ``after``."""
    earlier, later = " ".join(before)[-_LOOKED_AT:], " ".join(after)[:_LOOKED_AT]
    said = _content(words(line))
    named_anew, surname_only = _returning_people(earlier, later)
    return Join(
        restated=len(said & _content(words(" ".join(after[:2])))) / max(1, len(said)),
        unseen=len(said - _content(words(earlier))) / max(1, len(said)),
        shared_names=sum(name in opening for name in {word for word in _NAME.findall(line) if len(word) >= 4}),
        opening_overlap=len(_content(words(after[0])) & _content(words(opening))),
        named_anew=named_anew,
        surname_only=surname_only,
        signed=signed,
    )


def _long_enough(pieces: Sequence[str], prose: Sequence[bool], before: range, after: range) -> bool:
    total = sum(map(len, pieces))
    return all(
        sum(prose[n] for n in side) >= _PROSE_ON_EITHER_SIDE
        and sum(len(pieces[n]) for n in side) >= _SHARE_ON_EITHER_SIDE * total
        for side in (before, after)
    )


def _is_signed(reasons: Sequence[str | None], at: int, lede: str) -> bool:
    """Whether the paragraph before ends a report, or the one after the headline begins one."""
    return (
        (at > 0 and reasons[at - 1] in _REPORT_ENDS)
        or (at + 1 < len(reasons) and reasons[at + 1] in _REPORT_BEGINS)
        or bool(_DATELINE.match(lede))
    )


def _content(tokens: Iterable[str]) -> set[str]:
    """Content words by their first six letters, which is stem enough to match Armenia with Armenian."""
    lowered = (token.lower().removesuffix("'s").removesuffix("’s") for token in tokens)
    return {token.strip("'’.-")[:6] for token in lowered if token not in _STOP}


def _returning_people(earlier: str, later: str) -> tuple[int, int]:
    """How many of those named in full in ``earlier`` first come back in full in ``later``, and how many by surname.

    Someone is named in full where two capitalised words in a row hold the first mention of the second one.
    """
    people: dict[str, str] = {}
    seen: set[str] = set()
    for previous, word in _with_previous(earlier):
        if word not in seen:
            seen.add(word)
            if _NAME.fullmatch(word) and _NAME.fullmatch(previous):
                people[word] = previous
    anew = by_surname = 0
    back: set[str] = set()
    for previous, word in _with_previous(later):
        if word in people and word not in back:
            back.add(word)
            anew += previous == people[word]
            by_surname += not previous[:1].isupper()
    return anew, by_surname


def _with_previous(text: str) -> Iterator[tuple[str, str]]:
    """Each word, its possessive ending off, with the word that only a space parts it from, else with ""."""
    previous, end = "", -1
    for found in _PLAIN_WORD.finditer(text):
        word = found.group().removesuffix("'s").removesuffix("’s")
        yield (previous if found.start() == end + 1 and text[end] == " " else ""), word
        previous, end = found.group(), found.end()
