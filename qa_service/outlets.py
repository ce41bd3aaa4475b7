"""Outlets that a question names ("according to The Verge"), matched to the archive's own."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from index.view import View


def named_outlets(question: str, outlets: Iterable[str]) -> tuple[str, ...]:
    """Those outlets whose name stands in the question as written, capitals included ("The Week" is not "the week")."""
    return tuple(
        sorted(
            outlet
            for outlet in outlets
            if len(outlet) > 2
            and outlet in question
            and re.search(rf"(?<!\w){re.escape(outlet)}(?!\w)", question)
            and any(ch.isupper() for ch in outlet)
        )
    )


def outlet_matches(view: View, rows: NDArray[np.int64], outlets: tuple[str, ...]) -> NDArray[np.float64]:
    """1 where a row's article is of one of those outlets, else 0; ``(n,)``."""
    wanted = set(outlets)
    column = view.columns.source
    return np.fromiter((column[slot] in wanted for slot in view.slot[rows]), np.float64, len(rows))
