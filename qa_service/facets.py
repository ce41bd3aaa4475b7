"""The things that one question asks about, each in the question's own words.

"Which company, said by TechCrunch to …, is also sued over …?" is answered by several reports, none of which is near the
whole question. So the clauses of a compound question are searched for one by one, beside the whole (query decomposition
without a model; compare Press et al., "Measuring and narrowing the compositionality gap", 2023, which needs one).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

_LEAST = 5
"""Content words that a facet has at least; what is shorter is read on with the clause that follows."""
_MOST = 6
"""Facets searched for at most: what a question asks beyond them is found by the whole question alone."""
_CUT = re.compile(
    r"(?<!\d),(?! \d{4}\b)|[;?!]|(?<=[a-z0-9”’\"')])\.(?=\s+[A-Z“\"‘'])"
    r"|\b(?:while|whereas|compared (?:to|with)|in comparison (?:to|with))\b"
    r"|\band(?= (?:is|was|were|has|had|also|the|by|are|did|does|which|who|that|an?|another|subsequent|with"
    r"|[a-z]{1,20}(?:ed|es|s|ing))\b)"
)
"""Where one clause ends: punctuation that is not inside a number, a date or an abbreviation, or a joining word."""


def facets(question: str, words: Callable[[str], Sequence[str]], names: Iterable[str] = ()) -> tuple[str, ...]:
    """The clauses of a compound question in order, each with at least ``_LEAST`` of its ``words``; () for a simple one.

    ``names`` (outlets with a comma or an "and" in their names) are never cut.
    """
    whole = [match.span() for name in names for match in re.finditer(re.escape(name), question)]
    cuts = [
        match.end() if question[match.start()] in ",;?!." else match.start()
        for match in _CUT.finditer(question)
        if not any(start <= match.start() < end for start, end in whole)
    ]
    found: list[str] = []
    pending = ""
    for start, end in pairwise([0, *cuts, len(question)]):
        pending = f"{pending} {question[start:end].strip(' ,;')}".strip()
        if len(words(pending)) >= _LEAST:
            found.append(pending)
            pending = ""
    if pending and found:
        found[-1] = f"{found[-1]} {pending}"
    return tuple(found[:_MOST]) if len(found) > 1 else ()
