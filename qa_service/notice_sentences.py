"""Sentences in which an article speaks of its own correction: they name what was wrong, seldom what is right.

"An earlier version of this article misstated the margin of victory" shares a question's words and holds no answer, so
any other candidate is quoted before it, unless the question is about a correction. The sentence after it, "She won by
312 votes, not 1,312", is reporting like any other.
"""

from __future__ import annotations

import re

from index.notices import speaks_of_itself

_ABOUT_CORRECTIONS = re.compile(
    r"\b(?:correct(?:ed|s|ions?)?|clarif\w+|retract\w*|amend\w*|withdr[ae]w\w*|mis(?:stat|report|spel|quot|t[ao]k)\w*"
    r"|errors?|wrong|mistakes?|put right|earlier version|updated?)\b",
    re.IGNORECASE,
)


def comes_last(question: str, sentence: str) -> bool:
    """Whether a candidate sentence stands behind all others."""
    return speaks_of_itself(sentence) and _ABOUT_CORRECTIONS.search(question) is None
