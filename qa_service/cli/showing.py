"""An answer as a person reads it: the quotation first, then where it comes from, then the passages behind it."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from index.article import Span
from qa_service.answer import Answer, AnswerSentence, Citation, RankedPassage
from qa_service.terminal import (
    QUIET,
    SPAN,
    TERM,
    byline,
    cited,
    claim_value,
    confidence_words,
    date_words,
    print_wrapped,
    safe,
    shortened,
    styled,
    time_words,
)

_SHORT = 280
"""Characters of a supporting passage that are shown."""
_COPIES = 3
_INDENT = 4


def show_answer(console: Console, answer: Answer, *, explain: bool, asked_at_given: bool) -> None:
    """Print the whole answer."""
    console.print()
    if answer.outcome == "unsupported":
        console.print(Text("Nothing in the archive supports an answer to this question.", "bold"))
    if answer.outcome == "conflicting":
        console.print(Text("The archive gives conflicting answers.", "bold"))
        console.print()
    if len(answer.claims) > 1:
        _show_claims(console, answer)
    for place, sentence in enumerate(answer.answer):
        _show_sentence(console, answer, sentence, first=place == 0)
    print_wrapped(console, _reading(answer, asked_at_given=asked_at_given))
    if answer.passages:
        console.print()
        title = "Nearest passages" if answer.outcome == "unsupported" else "Passages"
        console.print(Text(title, "bold"))
    for passage in answer.passages:
        console.print()
        _show_passage(console, passage, explain=explain)
    if explain:
        console.print()
        parts = " · ".join(f"{safe(name)} {value:.1f} ms" for name, value in answer.timings_ms.items())
        console.print(Text(f"Time taken: {parts}"), style=QUIET)
    console.print()


def _show_sentence(console: Console, answer: Answer, sentence: AnswerSentence, *, first: bool) -> None:
    """The best sentence with all there is about its origin; of a further one, what its passage below does not say."""
    marks: list[tuple[Span, str]] = []
    passage = next((p for p in answer.passages if p.rank == sentence.passage_rank), None)
    if passage is not None:
        marks = _moved(passage, sentence.sentence)
    if sentence.span_text:
        start = sentence.sentence.find(sentence.span_text)
        marks.append(((start, start + len(sentence.span_text)), SPAN))
    print_wrapped(console, Text.assemble("“", styled(sentence.sentence, marks), "”"))
    _show_origin(console, sentence.citation, brief=not first and passage is not None)
    console.print()


def _moved(passage: RankedPassage, sentence: str) -> list[tuple[Span, str]]:
    """The passage's highlights that lie in one of its sentences, as ranges of the sentence."""
    start = passage.text.find(sentence)
    if start < 0:
        return []
    end = start + len(sentence)
    return [((s - start, e - start), TERM) for s, e in passage.highlights if start <= s and e <= end]


def _show_origin(console: Console, citation: Citation, *, brief: bool) -> None:
    print_wrapped(console, Text.assemble(f"[{citation.n}] ", (cited(citation), "bold")), indent=_INDENT)
    if brief:
        return
    if citation.title:
        print_wrapped(console, Text(safe(citation.title), "italic"), indent=_INDENT)
    _show_address(console, citation)


def _show_address(console: Console, citation: Citation) -> None:
    """On a line of its own, never broken, so that it can be copied."""
    console.print(Text(" " * _INDENT + safe(citation.url or citation.permalink), QUIET), soft_wrap=True)


def _show_passage(console: Console, passage: RankedPassage, *, explain: bool) -> None:
    citation = passage.citation
    head = Text.assemble(f"[{citation.n}] ", (cited(citation), "bold"))
    if citation.title:
        head.append(f" · {safe(citation.title)}", "italic")
    print_wrapped(console, head, indent=_INDENT, hanging=True)
    highlights = [(span, TERM) for span in passage.highlights]
    print_wrapped(console, shortened(passage.text, highlights, _SHORT), indent=_INDENT)
    if passage.copies:
        carriers = [byline(one.source, one.article_id, one.published) for one in passage.copies]
        more = f"; and {len(carriers) - _COPIES} more" if len(carriers) > _COPIES else ""
        also = f"also carried by {'; '.join(carriers[:_COPIES])}{more}"
        print_wrapped(console, Text(also, QUIET), indent=_INDENT)
    _show_address(console, citation)
    if explain:
        console.print(Padding(_scores(passage), (0, 0, 0, _INDENT)))


def _scores(passage: RankedPassage) -> Table:
    """Every part of a passage's score."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style=QUIET)
    table.add_column(justify="right")
    for name, value in passage.scores.items():
        table.add_row(Text(safe(name)), f"{value:.4f}")
    table.add_row(Text("score"), f"{passage.score:.4f}", style="bold")
    table.add_row(Text("independent sources"), str(passage.independent_sources))
    return table


def _show_claims(console: Console, answer: Answer) -> None:
    """Who says what, those who agree together."""
    table = Table(pad_edge=False)
    for name in ("Says", "Value", "Reported by", "Passages"):
        table.add_column(name, overflow="fold")
    claims = sorted(answer.claims, key=lambda claim: claim.group)
    for claim, after in zip(claims, [*claims[1:], None], strict=True):
        told = byline(claim.citation.source, claim.citation.article_id, claim.published)
        as_of = f", as of {date_words(claim.as_of)}" if claim.as_of else ""
        ranks = ", ".join(map(str, claim.passage_ranks))
        table.add_row(
            Text(safe(claim.said_by)),
            Text(claim_value(claim), "bold"),
            Text(told + as_of),
            ranks,
            end_section=after is not None and after.group != claim.group,
        )
    console.print(table)
    console.print()


def _reading(answer: Answer, *, asked_at_given: bool) -> Text:
    """How sure the archive is, and how the question was read."""
    likely = confidence_words(answer.confidence)
    lines = [f"That the archive supports an answer is {likely}."]
    reading = answer.interpreted
    if reading.time is not None:
        lines.append(f"Read {time_words(reading.time)}.")
    if asked_at_given:
        lines.append(f"Asked as of {date_words(answer.asked_at)}.")
    if answer.as_of is not None:
        lines.append(f"The archive as it stood on {date_words(answer.as_of)}.")
    if reading.sources:
        lines.append(f"Outlets named: {', '.join(safe(name) for name in reading.sources)}.")
    return Text(" ".join(lines), QUIET)
