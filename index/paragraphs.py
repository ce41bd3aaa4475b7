"""Where the paragraphs of a text are.

A blank line always ends a paragraph. A single line break ends one too, since news text commonly puts one paragraph on
one line, except inside a hard-wrapped block: three lines or more without a blank one, all but the last between 40 and
100 characters long, at least half of which stop in mid-sentence. Such a block is one paragraph.
"""

from __future__ import annotations

from index.article import Span

_WRAPPED_LINES = 3
_WRAPPED_WIDTH = (40, 100)
SENTENCE_ENDS = frozenset(".!?…。！？؟।")
"""Characters that end a sentence."""
_CLOSERS = "\"'”’»)]} \t"


def paragraph_spans(text: str, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
    """The paragraphs of ``text[start:end]``, ascending, white space trimmed off both ends, none empty."""
    spans: list[Span] = []
    block: list[Span] = []
    for line in _line_spans(text, start, len(text) if end is None else end):
        if line[0] == line[1]:
            spans.extend(_paragraphs_of(text, block))
            block = []
        else:
            block.append(line)
    spans.extend(_paragraphs_of(text, block))
    return tuple(spans)


def ends_sentence(text: str) -> bool:
    """Whether ``text`` stops at the end of a sentence, closing quotes and brackets aside."""
    stripped = text.rstrip(_CLOSERS)
    return stripped[-1:] in SENTENCE_ENDS if stripped else False


def trim(text: str, start: int, end: int) -> Span:
    """``[start, end)`` without the white space at both ends; empty at ``start`` when there is nothing else."""
    piece = text[start:end]
    stripped = piece.lstrip()
    if not stripped:
        return start, start
    start += len(piece) - len(stripped)
    return start, start + len(stripped.rstrip())


def _line_spans(text: str, start: int, end: int) -> list[Span]:
    """Lines of ``text[start:end]``, trimmed; a blank line is an empty span."""
    spans: list[Span] = []
    position = start
    for line in text[start:end].splitlines(keepends=True):
        spans.append(trim(text, position, position + len(line)))
        position += len(line)
    return spans


def _paragraphs_of(text: str, block: list[Span]) -> list[Span]:
    """The paragraphs in a run of lines without a blank one: one when it is hard-wrapped, else a line each."""
    if len(block) < _WRAPPED_LINES:
        return block
    low, high = _WRAPPED_WIDTH
    body = block[:-1]
    if not all(low <= stop - begin <= high for begin, stop in body):
        return block
    in_mid_sentence = sum(not ends_sentence(text[begin:stop]) for begin, stop in body)
    return [(block[0][0], block[-1][1])] if 2 * in_mid_sentence >= len(body) else block
