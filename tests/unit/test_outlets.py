"""Outlets that a question names."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from qa_service.outlets import named_outlets, outlet_matches

ARCHIVE = [
    "The Verge",
    "The Week",
    "Harbour Courier",
    "Echo",
    "BBC",
    "BBC News",
    "C++ Daily",
    "eNews",
    "iq",
    "daily",
    "Հետք",
]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What did The Verge report?", ["The Verge"]),
        ("According to The Verge in October, who won?", ["The Verge"]),
        ("Did The Verge's review mention it?", ["The Verge"]),
        ("What did The Verge and Echo say?", ["Echo", "The Verge"]),
        ("What happened in the week of the flood?", []),
        ("What did The Week say?", ["The Week"]),
        ("What does the verge of war mean?", []),
        ("Who echoes Echoes?", []),
        ("Echo: what fell?", ["Echo"]),
        ("What did “Echo” print?", ["Echo"]),
        ("What did BBC News report?", ["BBC", "BBC News"]),
        ("What did the daily say?", []),
        ("Who leads iq?", []),
        ("What did C++ Daily write?", ["C++ Daily"]),
        ("What did eNews write?", ["eNews"]),
        ("Ի՞նչ է գրել Հետք կայքը։", ["Հետք"]),
        ("What did Harbour\nCourier say?", []),
        ("Who fled?", []),
        ("", []),
    ],
)
def test_cases(question: str, named: list[str]) -> None:
    assert list(named_outlets(question, ARCHIVE)) == named


def test_the_order_of_the_archive_does_not_matter() -> None:
    question = "What did Echo, The Verge and BBC News say?"
    assert (
        named_outlets(question, ARCHIVE)
        == named_outlets(question, reversed(ARCHIVE))
        == tuple(sorted(named_outlets(question, set(ARCHIVE))))
    )


def test_names_are_no_patterns() -> None:
    assert named_outlets("What did Daily Mail say?", ["Daily.Mail", "(Daily", "Daily|Mail", "[A-Z]+", "D*"]) == ()
    assert named_outlets("What did (Daily) Mail. say?", ["(Daily) Mail."]) == ("(Daily) Mail.",)


def test_rows_of_a_named_outlet_are_told_from_others() -> None:
    view: Any = SimpleNamespace(
        columns=SimpleNamespace(source=("Echo", None, "The Verge")), slot=np.array([0, 1, 2, 0, 2])
    )
    rows = np.array([4, 0, 1, 2])
    assert outlet_matches(view, rows, ("The Verge",)).tolist() == [1, 0, 0, 1]
    assert outlet_matches(view, rows, ("The Verge", "Echo")).tolist() == [1, 1, 0, 1]
    assert outlet_matches(view, rows, ()).tolist() == [0, 0, 0, 0]
    assert outlet_matches(view, rows[:0], ("Echo",)).tolist() == []
