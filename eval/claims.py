"""``python -m eval.claims [--half odd|even|all]``: how well claims are read from the sentences of the gold set.

A gold claim and an extracted one are paired when they have the same value and bound, then when their spans overlap;
each is paired at most once. *Value exact* is the share of gold claims with an equal value and bound (recall) and of
extracted ones (precision); *speaker* the share of gold claims that are paired and have the gold speaker, so a claim
that is missed counts as a wrong speaker.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from qa_service.claims.attribution import Context
from qa_service.claims.extraction import read_sentence
from qa_service.claims.statement import Statement

GOLD = Path(__file__).parent / "gold" / "claims" / "sentences.jsonl"
Row = dict[str, Any]
FIELDS = ("unit", "counted", "denied", "as_of", "vague")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A gold claim and the extracted one that answers to it; either may be missing."""

    row: Row
    gold: Row | None
    found: Statement | None

    @property
    def exact(self) -> bool:
        """Whether number and bound are those of the gold claim."""
        return self.gold is not None and self.found is not None and _same_value(self.gold, self.found)

    @property
    def speaker(self) -> bool:
        """Whether the gold speaker is named, case aside."""
        return self.gold is not None and self.found is not None and _same(self.gold["said_by"], self.found.said_by)


def read_gold(half: str = "all") -> list[Row]:
    """The gold sentences: all, or lines 1, 3, 5… (odd), or lines 2, 4, 6… (even)."""
    rows = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    return {"all": rows, "odd": rows[0::2], "even": rows[1::2]}[half]


def pairs(row: Row) -> list[Pair]:
    """The gold claims of one sentence with what is extracted from it."""
    context = Context(outlet=row["outlet"], before=row["before"], article=row["before"])
    found = list(read_sentence(row["sentence"], context, date.fromisoformat(row["published"])).statements)
    paired: dict[int, Statement] = {}
    for test in (_same_value, lambda gold, one: _overlaps(row["sentence"], gold, one)):
        for place, gold in enumerate(row["claims"]):
            match = next((one for one in found if test(gold, one)), None) if place not in paired else None
            if match is not None:
                paired[place] = match
                found.remove(match)
    left = [Pair(row=row, gold=None, found=one) for one in found]
    return [Pair(row=row, gold=gold, found=paired.get(place)) for place, gold in enumerate(row["claims"])] + left


def measures(paired: Sequence[Pair]) -> dict[str, float]:
    """Shares in [0, 1], as the module says."""
    gold = sum(pair.gold is not None for pair in paired)
    found = sum(pair.found is not None for pair in paired)
    exact = sum(pair.exact for pair in paired)
    both = [pair for pair in paired if pair.gold is not None and pair.found is not None]
    return {
        "value exact (recall)": exact / max(1, gold),
        "value exact (precision)": exact / max(1, found),
        "speaker": sum(pair.speaker for pair in paired) / max(1, gold),
        "speaker of the claims found": sum(pair.speaker for pair in both) / max(1, len(both)),
        **{
            f"{name} of the claims found": sum(
                _same((pair.gold or {})[name], getattr(pair.found, name)) for pair in both
            )
            / max(1, len(both))
            for name in FIELDS
        },
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the measures of a half, and with ``--errors`` what was missed."""
    parser = argparse.ArgumentParser(prog="python -m eval.claims", description=__doc__)
    parser.add_argument("--half", choices=("all", "odd", "even"), default="all")
    parser.add_argument("--errors", action="store_true", help="print each claim that is missed, spurious or wrong")
    options = parser.parse_args(arguments)
    paired = [pair for row in read_gold(options.half) for pair in pairs(row)]
    for pair in paired if options.errors else ():
        if not (pair.exact and pair.speaker):
            print(_line(pair))
    print(f"{options.half}: {sum(pair.gold is not None for pair in paired)} claims")
    for name, value in measures(paired).items():
        print(f"{name:32} {value:.3f}")


def _line(pair: Pair) -> str:
    gold = "spurious" if pair.gold is None else _words(pair.gold["value"], pair.gold["bound"], pair.gold["said_by"])
    found = "missed" if pair.found is None else _words(pair.found.value, pair.found.bound, pair.found.said_by)
    return f"{pair.row['id']} {pair.row['before']} | {pair.row['sentence']}\n     gold  {gold}\n     found {found}"


def _words(value: object, bound: str, said_by: str) -> str:
    return f"{value} {bound} by {said_by}"


def _same(gold: object, found: object) -> bool:
    return (gold.casefold() == found.casefold()) if isinstance(gold, str) and isinstance(found, str) else gold == found


def _same_value(gold: Row, found: Statement) -> bool:
    value = float(found.value)
    return abs(gold["value"] - value) <= 1e-6 * max(1.0, abs(value)) and gold["bound"] == found.bound


def _overlaps(sentence: str, gold: Row, found: Statement) -> bool:
    start = sentence.index(gold["span_text"])
    return start < found.span[1] and found.span[0] < start + len(gold["span_text"])


if __name__ == "__main__":
    main()
