"""Passages: runs of whole sentences, at most so many tokens long, each inside one kept range of one section.

langchain-text-splitters does the merging, sized by the embedding model's own token counts, which are taken once for
all sentences of an article. A paragraph stays whole when it fits a passage. Among all capacities that give the fewest
passages, the smallest one is used, so that no range ends in a passage of a few words. Crossheads stay in the text of a
passage, with the paragraph that they head, but are no sentences of it: they are context, not something to quote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from langchain_text_splitters import TextSplitter

from index.article import Article, Passage, Span
from index.headings import crosshead_spans
from index.paragraphs import paragraph_spans, trim
from index.sentences import joins_previous, sentence_spans

CountTokens = Callable[[Sequence[str]], list[int]]
"""Tokens of each text, without the model's special ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitOptions:
    """How an article is split into passages."""

    max_tokens: int = 200
    overlap_sentences: int = 0
    """Sentences of the passage before that a passage repeats, as far as they fit and lie in the same kept range."""

    def __post_init__(self) -> None:
        if self.max_tokens < 1 or self.overlap_sentences < 0:
            raise ValueError(f"expected max_tokens >= 1 and overlap_sentences >= 0, got {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """One sentence, or the crosshead above it."""

    span: Span
    section: int
    kept: Span
    """The kept range that it lies in."""
    tokens: int
    quotable: bool
    closes_paragraph: bool


def split_passages(article: Article, count_tokens: CountTokens, options: SplitOptions) -> tuple[Passage, ...]:
    """The passages of ``article``, in text order; ``article.text[p.start:p.end] == p.text`` for each.

    None is longer than ``options.max_tokens``, provided that the tokens of joined sentences are at most the sum of
    theirs, as they are for tokenizers that split at white space first.
    """
    ranges = [(number, kept) for number, section in enumerate(article.sections) for kept in section.kept]
    units = [unit for number, kept in ranges for unit in _units(article, number, kept)]
    counts = count_tokens([article.text[unit.span[0] : unit.span[1]] for unit in units])
    measured: dict[tuple[int, Span], list[_Unit]] = {}
    for unit, tokens in zip(units, counts, strict=True):
        fitting = _fitting(article.text, replace(unit, tokens=tokens), count_tokens, options.max_tokens)
        measured.setdefault((unit.section, unit.kept), []).extend(fitting)
    return tuple(
        _passage(article.text, section, run)
        for (section, _), of_range in measured.items()
        for run in _overlapping(_balanced(article.text, of_range, options.max_tokens), options)
        if _quotable(article.text, run)
    )


def _units(article: Article, section: int, kept: Span) -> Iterator[_Unit]:
    """The sentences and crossheads of one kept range, not measured yet."""
    paragraphs = paragraph_spans(article.text, *kept)
    crossheads = crosshead_spans(article.text, paragraphs)
    for paragraph in paragraphs:
        sentences = sentence_spans(article.text, *paragraph, article.language)
        for span in sentences:
            yield _Unit(
                span=span,
                section=section,
                kept=kept,
                tokens=0,
                quotable=paragraph not in crossheads,
                closes_paragraph=span == sentences[-1] and paragraph not in crossheads,
            )


def _fitting(text: str, unit: _Unit, count_tokens: CountTokens, max_tokens: int) -> list[_Unit]:
    """The unit, or pieces of it cut by characters where it is longer than a passage may be."""
    start, end = unit.span
    if unit.tokens <= max_tokens or end - start < 2:
        return [unit]
    middle = (start + end) // 2
    while middle > start + 1 and joins_previous(text[middle]):
        middle -= 1
    halves = [span for span in (trim(text, start, middle), trim(text, middle, end)) if span[0] < span[1]]
    counts = count_tokens([text[a:b] for a, b in halves])
    return [
        piece
        for span, tokens in zip(halves, counts, strict=True)
        for piece in _fitting(
            text,
            replace(unit, span=span, tokens=tokens, closes_paragraph=unit.closes_paragraph and span == halves[-1]),
            count_tokens,
            max_tokens,
        )
    ]


def _balanced(text: str, units: list[_Unit], max_tokens: int) -> list[list[_Unit]]:
    """Runs of units of at most ``max_tokens``: as few as possible, then as even as possible."""
    blocks = _blocks(units, max_tokens)
    best = _merged(text, blocks, max_tokens)
    low, high = max(sum(unit.tokens for unit in block) for block in blocks), max_tokens
    while len(best) > 1 and low < high:
        middle = (low + high) // 2
        runs = _merged(text, blocks, middle)
        if len(runs) == len(best):
            best, high = runs, middle
        else:
            low = middle + 1
    return best


def _blocks(units: list[_Unit], max_tokens: int) -> list[list[_Unit]]:
    """What is not torn apart: a paragraph that fits with its crosshead, else a sentence."""
    blocks: list[list[_Unit]] = []
    paragraph: list[_Unit] = []
    for unit in units:
        paragraph.append(unit)
        if unit.closes_paragraph or unit is units[-1]:
            whole = sum(piece.tokens for piece in paragraph) <= max_tokens
            blocks.extend([paragraph] if whole else [[piece] for piece in paragraph])
            paragraph = []
    return blocks


class _BlockMerger(TextSplitter):
    """langchain's merging of splits, sized by token counts that are known already."""

    def __init__(self, tokens: dict[str, int], capacity: int) -> None:
        super().__init__(
            chunk_size=capacity,
            chunk_overlap=0,
            length_function=lambda piece: tokens.get(piece, 0),
            strip_whitespace=False,
        )

    def split_text(self, text: str) -> list[str]:
        """One split: the text itself."""
        return [text]

    def merge(self, splits: list[str]) -> list[str]:
        """Neighbouring splits joined up to the capacity."""
        return self._merge_splits(splits, "")


def _merged(text: str, blocks: list[list[_Unit]], capacity: int) -> list[list[_Unit]]:
    """Neighbouring blocks joined up to the capacity, as runs of units."""
    starts = [block[0].span[0] for block in blocks]
    ends = [*starts[1:], blocks[-1][-1].span[1]]
    splits = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    tokens: dict[str, int] = {}
    for split, block in zip(splits, blocks, strict=True):
        tokens[split] = max(tokens.get(split, 0), sum(unit.tokens for unit in block))
    runs: list[list[_Unit]] = []
    waiting = iter(zip(splits, blocks, strict=True))
    for chunk in _BlockMerger(tokens, capacity).merge(splits):
        run: list[_Unit] = []
        length = 0
        while length < len(chunk):
            split, block = next(waiting)
            length += len(split)
            run.extend(block)
        runs.append(run)
    return runs


def _overlapping(runs: list[list[_Unit]], options: SplitOptions) -> list[list[_Unit]]:
    """The runs, each with up to so many sentences of the one before it, as far as they fit."""
    if not options.overlap_sentences:
        return runs
    overlapping = runs[:1]
    for before, run in pairwise(runs):
        room = options.max_tokens - sum(unit.tokens for unit in run)
        repeated: list[_Unit] = []
        for unit in reversed(before[-options.overlap_sentences :]):
            if unit.tokens > room:
                break
            room -= unit.tokens
            repeated.insert(0, unit)
        overlapping.append(repeated + run)
    return overlapping


def _passage(text: str, section: int, run: list[_Unit]) -> Passage:
    start, end = run[0].span[0], run[-1].span[1]
    return Passage(
        section=section,
        start=start,
        end=end,
        text=text[start:end],
        sentences=_quotable(text, run),
    )


def _quotable(text: str, run: list[_Unit]) -> tuple[Span, ...]:
    """The sentences of a run: its units but for crossheads and what holds no word, such as a row of asterisks."""
    return tuple(unit.span for unit in run if unit.quotable and any(map(str.isalnum, text[slice(*unit.span)])))
