"""``python -m eval.copies [--half even|odd]``: how well copies are told from near misses, pair by pair.

The decision is the one that groups passages at ingest (:mod:`index.copies`), vectors and date block included.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.article import date_interval
from index.copies import CopyModel, days_between, fitted_model, read_wording
from index.embedding import Embedder, SentenceTransformerEmbedder

PAIRS = Path(__file__).parent / "gold" / "copies" / "pairs.jsonl"
Half = Literal["even", "odd"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two passages."""

    date: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A gold pair."""

    id: str
    copy: bool
    kind: str
    a: Side
    b: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Pairwise measures; a copy is a positive."""

    pairs: int
    precision: float
    recall: float
    f1: float
    wrong: tuple[tuple[str, str], ...]
    """Id and kind of each pair that was taken for the other label."""


def main() -> int:
    """Print the figures of one half or both."""
    parser = argparse.ArgumentParser(prog="python -m eval.copies", description=__doc__)
    parser.add_argument("--half", choices=("even", "odd"), help="lines of the gold; both, apart, unless given")
    options = parser.parse_args()
    halves: tuple[Half, ...] = (options.half,) if options.half else ("even", "odd")
    embedder = SentenceTransformerEmbedder()
    for half in halves:
        figures = measure(read_pairs(half), embedder, fitted_model())
        print(
            f"{half}: {figures.pairs} pairs, precision {figures.precision:.3f}, recall {figures.recall:.3f},"
            f" F1 {figures.f1:.3f}"
        )
        for kind, count in Counter(kind for _, kind in figures.wrong).most_common():
            print(f"  wrong: {kind} × {count} ({' '.join(i for i, k in figures.wrong if k == kind)})")
    return 0


def read_pairs(half: Half, path: Path = PAIRS) -> list[Pair]:
    """The pairs on even or odd lines; the first line is 1."""
    lines = path.read_text("utf-8").splitlines()[1 if half == "even" else 0 :: 2]
    pairs: list[Pair] = []
    for line in lines:
        stored = json.loads(line)
        a, b = (Side(**{name: stored[side][name] for name in ("date", "title", "text")}) for side in "ab")
        kind = stored["note"].partition(":")[0]
        pairs.append(Pair(id=stored["id"], copy=stored["label"] == "copy", kind=kind, a=a, b=b))
    return pairs


def measure(pairs: list[Pair], embedder: Embedder, model: CopyModel) -> Figures:
    """The figures of a model that decides on every pair."""
    sides = [side for pair in pairs for side in (pair.a, pair.b)]
    vectors = embedder.encode_passages([f"{side.title}\n{side.text}" for side in sides])
    right = taken = 0
    wrong: list[tuple[str, str]] = []
    for place, pair in enumerate(pairs):
        decided = model.are_copies(
            read_wording(pair.a.text),
            read_wording(pair.b.text),
            float(vectors[2 * place] @ vectors[2 * place + 1]),
            days_between(date_interval(pair.a.date), date_interval(pair.b.date)),
        )
        taken += decided is not None
        right += decided is not None and pair.copy
        if (decided is not None) != pair.copy:
            wrong.append((pair.id, pair.kind))
    copies = sum(pair.copy for pair in pairs)
    precision, recall = right / max(1, taken), right / max(1, copies)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return Figures(pairs=len(pairs), precision=precision, recall=recall, f1=f1, wrong=tuple(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
