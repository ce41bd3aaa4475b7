"""An answer as the text of a chat message: quotations with their outlets and dates, and the fixed phrases between them.

Blocks are separated by blank lines; a stream sends one block after another. Offsets are code points of the whole text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from index.article import Span
from qa_service.answer import Answer, AnswerSentence, Carrier, Citation, Claim
from qa_service.chat import phrases
from qa_service.chat.markdown import escaped, link, one_line
from qa_service.terminal import claim_value, published_words

MOST_SENTENCES = 3
MOST_CLAIMS = 8
MOST_NEAREST = 3
MOST_CARRIERS = 3
LONGEST_PASSAGE = 280
"""Code points quoted of a passage that does not answer."""
_SHARE = 0.5
"""A further sentence is quoted if it is at least this much as likely to hold the answer as the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A quotation in the reply and where it comes from."""

    span: Span
    """Of the quotation in the reply's text, without its quotation marks."""
    title: str
    url: str
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A passage that the reply may be checked against."""

    source_id: str
    """The passage's id: stable, and no URL."""
    name: str
    """``Outlet · 2023-10-02 · headline``"""
    url: str
    text: str
    relevance: float
    """Its score against the best passage's, within [-1, 1]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The text of a reply, in the blocks that a stream sends, with its quotations and its sources."""

    blocks: tuple[str, ...]
    annotations: tuple[Annotation, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def text(self) -> str:
        """All blocks."""
        return "".join(self.blocks)


@dataclass(slots=True, kw_only=True)
class _Draft:
    blocks: list[str] = field(default_factory=list[str])
    annotations: list[Annotation] = field(default_factory=list[Annotation])
    length: int = 0

    def block(self, text: str) -> int:
        """Adds a block behind a blank line; where in the reply's text it begins."""
        gap = "\n\n" if self.blocks else ""
        start = self.length + len(gap)
        self.blocks.append(gap + text)
        self.length = start + len(text)
        return start

    def quotation(self, citation: Citation, quote: str, *, cut: bool = False, carriers: Iterable[str] = ()) -> None:
        """A block quotation: the words, their number as a link, and below them outlet and date."""
        url = address(citation)
        shown = escaped(quote)
        rest = f" {phrases.CUT}" if cut else ""
        lines = [f"> “{shown}”{rest} [{citation.n}]({link(url)})", f"> — {_byline(citation)}"]
        also = "; ".join(escaped(name) for name in carriers)
        if also:
            lines.append(f"> {phrases.CARRIED} {also}")
        # Two spaces at the end of a line keep the next one from joining it.
        start = self.block("  \n".join(lines)) + len("> “")
        span = (start, start + len(shown))
        self.annotations.append(Annotation(span=span, title=citation.title, url=url, citation=citation))

    def reply(self, sources: Iterable[Source]) -> Reply:
        """What has been written."""
        return Reply(blocks=tuple(self.blocks), annotations=tuple(self.annotations), sources=tuple(sources))


def compose(answer: Answer) -> Reply:
    """The reply to a question, from its answer alone."""
    draft = _Draft()
    if answer.outcome == "unsupported":
        _unsupported(draft, answer)
        return draft.reply(_sources(answer, MOST_NEAREST))
    if answer.outcome == "conflicting":
        draft.block(phrases.DISAGREE)
        draft.block(_table(_spread(answer.claims)))
        if answer.answer:
            draft.block(phrases.QUOTED)
    else:
        draft.block(phrases.ANSWERED)
    carriers = {passage.rank: passage.copies for passage in answer.passages}
    for one in worth_quoting(answer):
        names = _outlets(carriers.get(one.passage_rank, ()), one.citation.source)
        draft.quotation(one.citation, one.sentence, carriers=names)
    return draft.reply(_sources(answer, len(answer.passages)))


def address(citation: Citation) -> str:
    """Where a reader checks the quotation: the source page at the quote, the page, or else the article kept here."""
    for url in (citation.quote_url, citation.url):
        if url is not None and url.lower().startswith(("https://", "http://")):
            return url
    return citation.permalink


def worth_quoting(answer: Answer) -> list[AnswerSentence]:
    """The answer's sentences that are shown as such: the first, and those nearly as likely to hold the answer."""
    least = _SHARE * answer.answer[0].confidence if answer.answer else 0.0
    return [one for one in answer.answer if one.confidence >= least][:MOST_SENTENCES]


def _unsupported(draft: _Draft, answer: Answer) -> None:
    nearest = answer.passages[:MOST_NEAREST]
    draft.block(phrases.UNSUPPORTED)
    draft.block(phrases.NEAREST if nearest else phrases.NOTHING)
    for passage in nearest:
        quote = beginning(passage.text)
        draft.quotation(passage.citation, quote, cut=len(quote) < len(passage.text.rstrip()))


def beginning(text: str, most: int = LONGEST_PASSAGE) -> str:
    """The first characters of a passage, up to the end of a word."""
    if len(text) <= most:
        return text
    end = max(text.rfind(" ", 0, most + 1), text.rfind("\n", 0, most + 1))
    return text[: max(end, 0)].rstrip() or text[:most]


def _byline(citation: Citation) -> str:
    line = f"{_outlet(citation)}, {published_words(citation.published)}"
    return line if citation.newer_version is None else f"{line} {phrases.REPLACED}"


def _outlet(citation: Citation) -> str:
    return escaped(citation.source or citation.article_id)


def _outlets(copies: Iterable[Carrier], own: str | None) -> list[str]:
    """The other outlets of the same text, each once."""
    names = dict.fromkeys(one.source for one in copies if one.source is not None and one.source != own)
    return list(names)[:MOST_CARRIERS]


def _spread(claims: tuple[Claim, ...]) -> list[Claim]:
    """A few claims: of each group of equal values the first, then the others, in their order."""
    seen: set[tuple[int, bool]] = set()
    first: list[Claim] = []
    rest: list[Claim] = []
    for claim in claims:
        fresh = (claim.group, claim.denied) not in seen
        seen.add((claim.group, claim.denied))
        (first if fresh else rest).append(claim)
    chosen = {id(claim) for claim in (first + rest)[:MOST_CLAIMS]}
    return [claim for claim in claims if id(claim) in chosen]


def _table(claims: Iterable[Claim]) -> str:
    return "\n".join(_rows(claims))


def _rows(claims: Iterable[Claim]) -> Iterator[str]:
    heads = (phrases.VALUE, phrases.SAID_BY, phrases.OUTLET, phrases.DATE, phrases.SOURCE)
    yield f"| {' | '.join(heads)} |"
    yield "|" + " --- |" * len(heads)
    for claim in claims:
        cited = claim.citation
        cells = (
            escaped(claim_value(claim)),
            escaped(claim.said_by),
            _outlet(cited),
            published_words(cited.published),
            f"[{cited.n}]({link(address(cited))})",
        )
        yield f"| {' | '.join(cells)} |"


def _sources(answer: Answer, most: int) -> Iterator[Source]:
    """The passages in their order, so that a front-end's count of sources equals the numbers in the text."""
    best = max((abs(passage.score) for passage in answer.passages), default=0.0) or 1.0
    for passage in answer.passages[:most]:
        cited = passage.citation
        named = (cited.source or cited.article_id, cited.published.date or phrases.UNDATED, cited.title)
        yield Source(
            source_id=passage.passage_id,
            name=" · ".join(one_line(part) for part in named if part),
            url=address(cited),
            text=passage.text,
            relevance=round(passage.score / best, 4),
        )
