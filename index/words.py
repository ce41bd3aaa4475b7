"""Words in any script: where they are in a text, and the form in which the lexical leg compares them.

A text of words with spaces between them is left as it is. Chinese, Japanese, Korean, Thai, Lao, Burmese and Khmer runs
become overlapping pairs of characters (Lucene's CJK analysis does the same); marks that writers may leave out (accents
as characters of their own, Arabic and Hebrew vowel points) are dropped; letters and digits that are written in more
than one way become one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from index.article import Span

_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecf\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u1780-\u17d3\u17d7\u17dc"
    "\u1100-\u11ff\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa"
    "\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_COMPATIBLE = re.compile("[\ufb1d-\ufdff\ufe70-\ufefc\uff66-\uff9f]+")
"""Forms kept for old encodings: Arabic and Hebrew presentation forms, half-width kana."""
_SAME_LETTERS = {
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("ىیے", "ي"),
    **dict.fromkeys("ةہۀ", "ه"),
    "ک": "ك",
    "ؤ": "و",
    "ئ": "ي",
    "ـ": "",
    "ё": "е",
    "Ё": "Е",
    "İ": "I",
    "ς": "σ",
}
_VOWELS_BELOW = frozenset({103, 118})
"""Combining classes of Thai and Lao vowels, which tell words apart."""


def fold(text: str) -> str:
    """The text as the lexical leg divides and compares it; unchanged where its scripts need nothing."""
    if text.isascii() or not _patterns().touched.search(text):
        return text
    patterns = _patterns()
    text = _COMPATIBLE.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text)
    text = patterns.dropped.sub("", unicodedata.normalize("NFC", text)).translate(patterns.letters)
    return patterns.unspaced.sub(lambda found: f" {' '.join(_pairs(found.group()))} ", text)


def word_spans(text: str) -> Iterator[Span]:
    """Where the words of ``text`` are, ascending; pairs of characters overlap where words are not spaced."""
    patterns = _patterns()
    for word in patterns.word.finditer(text):
        if text.isascii() or not patterns.unspaced.search(text, *word.span()):
            yield word.span()
            continue
        for part in patterns.part.finditer(text, *word.span()):
            yield from _pair_spans(text, part) if part["unspaced"] else (part.span(),)


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(max(1, len(run) - 1))]


def _pair_spans(text: str, run: re.Match[str]) -> Iterator[Span]:
    """Spans of neighbouring characters, each with its marks."""
    characters = [found.span() for found in _patterns().character.finditer(text, *run.span())]
    if len(characters) == 1:
        yield characters[0]
    for before, after in pairwise(characters):
        yield before[0], after[1]


class _Patterns:
    """Made once, of the character data that Python brings."""

    def __init__(self) -> None:
        marks = [c for c in map(chr, _MARKED) if unicodedata.category(c) in ("Mn", "Mc")]
        points = [c for c in marks if unicodedata.combining(c) not in (0, *_VOWELS_BELOW)]
        letters = {ord(c): same for c, same in _SAME_LETTERS.items()}
        letters |= {n: unicodedata.normalize("NFD", chr(n))[0] for n in _GREEK if chr(n).isalpha() and chr(n) != "ς"}
        letters |= {n: str(unicodedata.decimal(chr(n))) for n in _MARKED if unicodedata.category(chr(n)) == "Nd"}
        changed = "".join(chr(n) for n, same in letters.items() if chr(n) != same)
        dropped, mark = "".join(points), "".join(marks)
        self.letters = letters
        self.dropped = re.compile(f"[{dropped}]+")
        self.unspaced = re.compile(f"[{_UNSPACED}]+")
        self.touched = re.compile(f"[{_UNSPACED}{dropped}{changed}]|{_COMPATIBLE.pattern}")
        self.word = re.compile(rf"[^\W_](?:[^\W_]|[{mark}])*")
        self.part = re.compile(rf"(?P<unspaced>(?:[{_UNSPACED}][{dropped}]*)+)|[^{_UNSPACED}]+")
        self.character = re.compile(rf"[{_UNSPACED}][{dropped}]*")


_MARKED = (*range(0x300, 0x1B00), *range(0x1DC0, 0x1E00), *range(0x20D0, 0x2100))
_GREEK = range(0x370, 0x400)


@cache
def _patterns() -> _Patterns:
    return _Patterns()
