"""What changed between two texts, word by word, in time that does not grow with how they differ.

Lines are compared first, then the words of those that differ, each the same way. What both sides share at their ends is
left aside; a long rest is cut at what each side holds once, in the same order on both (Bram Cohen's "patience"
difference); the short pieces between are compared by longest common runs (Ratcliff and Metzener 1988, :mod:`difflib`).
Work is counted, and a piece for which the allowance has run out is one replacement: coarser, never wrong.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, chain
from typing import Literal

from index.article import Span

Kind = Literal["equal", "insert", "delete", "replace"]
Block = tuple[int, int, int, int]
"""``a[i:j]`` and ``b[k:l]``, of tokens."""

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*(?!\w)|\w+|\s+|[^\w\s]")
_PAIRS = 200_000
"""Equal pairs of words in a piece that is compared by common runs; a longer one is cut first."""
_PAIR_COST = 4
"""What an equal pair costs beside a token that is looked at once."""
_ALLOWED = 2_000_000
_ALLOWED_A_TOKEN = 2
_FURTHEST = 100
"""Tokens by which a change is moved at most."""
_SLIGHT = 3
"""An equal run of at most so many characters without a letter or digit does not part two changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A stretch that stayed, came, went or was replaced. Spans are code points of the one text and of the other."""

    kind: Kind
    before: Span
    after: Span
    before_text: str
    after_text: str


def text_changes(before: str, after: str) -> list[Change]:
    """Changes in order that cover both texts whole: joined, their texts are ``before`` and ``after``."""
    if before == after:
        whole = (0, len(before))
        return [Change(kind="equal", before=whole, after=whole, before_text=before, after_text=after)] if before else []
    lines_a, lines_b = before.splitlines(keepends=True), after.splitlines(keepends=True)
    words_a, words_b = [_TOKEN.findall(line) for line in lines_a], [_TOKEN.findall(line) for line in lines_b]
    a, b = list(chain.from_iterable(words_a)), list(chain.from_iterable(words_b))
    first_a, first_b = _starts(words_a), _starts(words_b)
    allowance = _Allowance(_ALLOWED + _ALLOWED_A_TOKEN * (len(a) + len(b)))
    equal: list[Block] = []
    for i, j, k, m in _runs(_equal_blocks(lines_a, lines_b, allowance), len(lines_a), len(lines_b)):
        x, x2, y, y2 = first_a[i], first_a[j], first_b[k], first_b[m]
        if lines_a[i:j] == lines_b[k:m]:
            equal.append((x, x2, y, y2))
        else:
            inside = _equal_blocks(a[x:x2], b[y:y2], allowance)
            equal += [(x + i, x + j, y + k, y + m) for i, j, k, m in inside]
    runs = _settled(list(_runs(equal, len(a), len(b))), a, b)
    at_a, at_b = _starts(a), _starts(b)
    spans = [((at_a[i], at_a[j]), (at_b[k], at_b[m])) for i, j, k, m in runs]
    return [_change(before, after, one, other) for one, other in _joined(spans, before, after)]


def _starts(parts: Sequence[Sequence[str]]) -> list[int]:
    """Where each part begins in all of them joined, and where the last one ends."""
    return [0, *accumulate(map(len, parts))]


def _change(before: str, after: str, one: Span, other: Span) -> Change:
    gone, come = before[slice(*one)], after[slice(*other)]
    kind: Kind = "equal" if gone == come else "insert" if not gone else "delete" if not come else "replace"
    return Change(kind=kind, before=one, after=other, before_text=gone, after_text=come)


def _runs(equal: Iterable[Block], n_a: int, n_b: int) -> Iterator[Block]:
    """The equal blocks with what lies between them, adjacent ones as one."""
    i = k = 0
    held: Block | None = None
    for block in [*equal, (n_a, n_a, n_b, n_b)]:
        if held is not None and (held[1], held[3]) == (block[0], block[2]):
            held = (held[0], block[1], held[2], block[3])
            continue
        if held is not None:
            yield held
            i, k = held[1], held[3]
        if (i, k) != (block[0], block[2]):
            yield i, block[0], k, block[2]
        held = block
    if held is not None and held[0] < held[1]:
        yield held


def _settled(runs: list[Block], a: Sequence[str], b: Sequence[str]) -> list[Block]:
    """What came or went, moved to where a paragraph or a word begins, if that is the same change to the text."""
    for place in range(1, len(runs) - 1):
        i, j, k, m = runs[place]
        before, after = runs[place - 1], runs[place + 1]
        side, start, end = (b, k, m) if i == j else (a, i, j) if k == m else (a, 0, 0)
        # An equal run between two changes stays; the last one may go.
        room = min(_FURTHEST, after[1] - after[0] - (place + 2 < len(runs)))
        if start == end or before[0] == before[1] or before[2] == before[3]:
            continue
        moves = [0]
        while moves[-1] < room and side[start + moves[-1]] == side[end + moves[-1]]:
            moves.append(moves[-1] + 1)
        room, back = min(_FURTHEST, before[1] - before[0] - 1), 0
        while -back < room and side[start + back - 1] == side[end + back - 1]:
            back -= 1
            moves.append(back)
        by = max(moves, key=lambda move: (_begins(side, start + move), -abs(move)))
        runs[place - 1] = (before[0], before[1] + by, before[2], before[3] + by)
        runs[place] = (i + by, j + by, k + by, m + by)
        runs[place + 1] = (after[0] + by, after[1], after[2] + by, after[3])
    return [run for run in runs if run[0] < run[1] or run[2] < run[3]]


def _begins(side: Sequence[str], place: int) -> int:
    """How well a change begins at a token: at the end of a paragraph, of a line, or between words."""
    if "\n" in side[place]:
        return 3 if place == 0 or "\n" not in side[place - 1] else 2
    return int(side[place].isspace())


def _joined(spans: Sequence[tuple[Span, Span]], before: str, after: str) -> Iterator[tuple[Span, Span]]:
    """Two changes with nothing but a space or a stop between them are one."""
    held: tuple[Span, Span] | None = None
    for place, (one, other) in enumerate(spans):
        words = before[slice(*one)]
        equal = words == after[slice(*other)]
        slight = equal and len(words) <= _SLIGHT and not any(map(str.isalnum, words)) and 0 < place < len(spans) - 1
        if equal and not slight:
            if held is not None:
                yield held
            held = None
            yield one, other
        else:
            held = (one, other) if held is None else ((held[0][0], one[1]), (held[1][0], other[1]))
    if held is not None:
        yield held


# -- tokens ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Allowance:
    left: int

    def spend(self, cost: int) -> bool:
        """Whether there is still enough; if so it is taken."""
        if cost > self.left:
            return False
        self.left -= cost
        return True


def _equal_blocks(a: Sequence[str], b: Sequence[str], allowance: _Allowance) -> list[Block]:
    """Runs of equal tokens, ascending in both."""
    found: list[Block] = []
    waiting: list[Block] = [(0, len(a), 0, len(b))]
    while waiting:
        i, j, k, m = waiting.pop()
        start = _alike(a, b, (i, j, k, m), 1)
        if start:
            found.append((i, i + start, k, k + start))
        i, k = i + start, k + start
        end = _alike(a, b, (i, j, k, m), -1)
        if end:
            found.append((j - end, j, m - end, m))
        j, m = j - end, m - end
        if i == j or k == m or not allowance.spend(j - i + m - k):
            continue
        one, other = Counter(a[i:j]), Counter(b[k:m])
        pairs = sum(count * other[word] for word, count in one.items() if not word.isspace())
        if pairs <= _PAIRS:
            if allowance.spend(_PAIR_COST * pairs):
                matcher = SequenceMatcher(str.isspace, a[i:j], b[k:m], autojunk=False)
                found += [
                    (i + x.a, i + x.a + x.size, k + x.b, k + x.b + x.size)
                    for x in matcher.get_matching_blocks()
                    if x.size
                ]
        else:
            once = {word for word, count in one.items() if count == 1 and other[word] == 1}
            waiting += _between(_in_order(a, b, (i, j, k, m), once), (i, j, k, m))
    return sorted(found)


def _alike(a: Sequence[str], b: Sequence[str], block: Block, step: Literal[1, -1]) -> int:
    """How many tokens are equal from the start (1) or from the end (-1) of a block's two sides."""
    i, j, k, m = block
    most = min(j - i, m - k)
    first, second = (i, k) if step == 1 else (j - 1, m - 1)
    count = 0
    while count < most and a[first + step * count] == b[second + step * count]:
        count += 1
    return count


def _in_order(a: Sequence[str], b: Sequence[str], block: Block, once: set[str]) -> list[tuple[int, int]]:
    """The longest series of places of those words that ascends in both."""
    i, j, k, m = block
    place = {b[y]: y for y in range(k, m) if b[y] in once}
    pairs = [(x, place[a[x]]) for x in range(i, j) if a[x] in once]
    tails: list[int] = []
    holders: list[int] = []
    back: list[int] = []
    for number, (_, y) in enumerate(pairs):
        length = bisect_left(tails, y)
        back.append(holders[length - 1] if length else -1)
        tails[length : length + 1] = [y]
        holders[length : length + 1] = [number]
    series: list[tuple[int, int]] = []
    number = holders[-1] if holders else -1
    while number >= 0:
        series.append(pairs[number])
        number = back[number]
    return series[::-1]


def _between(anchors: Sequence[tuple[int, int]], block: Block) -> list[Block]:
    """What the anchors cut a block into, each piece beginning at its anchor; nothing where there is none."""
    if not anchors:
        return []
    i, j, k, m = block
    starts = [(i, k), *anchors]
    ends = [*anchors, (j, m)]
    return [(x, x2, y, y2) for (x, y), (x2, y2) in zip(starts, ends, strict=True) if x < x2 and y < y2]
