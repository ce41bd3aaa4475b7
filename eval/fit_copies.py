"""Fits the weights of ``index/copies.json`` on the even lines of the gold copies.

``python -m eval.fit_copies`` prints what it found; ``--write`` stores it. The pairs are whole wire texts of one length,
which passages are not, so variants of the same lines are added: a copy cut at either end, a copy with two sentences of
another text before or behind, a near miss dated the same day, and half a text against the other half with the rest
. Strength of regularisation is chosen by log loss over wires left out in turn.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.copies import Pair, read_pairs
from index.article import date_interval
from index.copies import Features, compare, days_between, read_wording
from index.embedding import Embedder, SentenceTransformerEmbedder
from index.sentences import sentence_spans

OUT = Path(__file__).resolve().parents[1] / "index" / "copies.json"
STRENGTHS = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
THRESHOLD, THRESHOLD_UNDATED, MIN_SHARED_GRAMS = 0.5, 0.9, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Two texts, embedded as they stand, with what is known of them."""

    a: str
    b: str
    days: int
    copy: bool
    wire: int
    """Which wire text it comes from: examples of one wire are left out together."""
    weight: float


def main() -> int:
    """Fit, print, and store if asked."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit_copies", description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"store the weights in {OUT.name}")
    options = parser.parse_args()
    examples = list(variants(read_pairs("even")))
    matrix = feature_matrix(examples, SentenceTransformerEmbedder())
    labels = np.array([example.copy for example in examples])
    weights = np.array([example.weight for example in examples])
    wires = np.array([example.wire for example in examples])
    losses = {c: _left_out_loss(matrix, labels, weights, wires, c) for c in STRENGTHS}
    strength = min(losses, key=lambda c: losses[c])
    intercept, coefficients = _fit(matrix, labels, weights, strength)
    stored = {
        "made_by": "python -m eval.fit_copies --write",
        "fitted_on": "even lines of eval/gold/copies/pairs.jsonl and cut, lengthened and redated variants of them",
        "model": "all-MiniLM-L6-v2 over headline and text",
        "examples": len(examples),
        "copies": int(labels.sum()),
        "strength": strength,
        "left_out_log_loss": round(losses[strength], 4),
        "intercept": round(intercept, 4),
        "weights": {field.name: round(float(w), 4) for field, w in zip(fields(Features), coefficients, strict=True)},
        "threshold": THRESHOLD,
        "threshold_undated": THRESHOLD_UNDATED,
        "min_shared_grams": MIN_SHARED_GRAMS,
    }
    text = json.dumps(stored, indent=1) + "\n"
    print(text, end="")
    print({c: round(loss, 4) for c, loss in losses.items()})
    if options.write:
        OUT.write_text(text, "utf-8")
    return 0


def variants(pairs: list[Pair]) -> Iterator[Example]:
    """Each pair as it is, then cut, lengthened and redated; a pair's variants weigh as much as the pair together."""
    for place, pair in enumerate(pairs):
        days = days_between(date_interval(pair.a.date), date_interval(pair.b.date)) or 0
        a, b = _sentences(pair.a.text), _sentences(pair.b.text)
        other = _sentences(pairs[(place + 11) % len(pairs)].a.text)
        made = [(a, b, days, pair.copy)]
        if pair.copy:
            made += [(a, b[:-1], days, True), (a[1:], b, 0, True), (a, b, 3, True)]
            made += [(other[:2] + a, b, days, True), (a, b + other[-2:], 1, True)]
            made += [(a[:1] + other, b, days, False), (other[:-1] + a[-1:], b, 0, False)]
        else:
            made += [(a, b, 0, False), (a, b, 1, False), (a[:-1], b, days, False), (a, b[1:], 0, False)]
        for number, (one, two, apart, copy) in enumerate(made):
            yield Example(
                a=f"{pair.a.title}\n{' '.join(one)}",
                b=f"{pair.b.title}\n{' '.join(two)}",
                days=apart,
                copy=copy,
                wire=place // 4,
                weight=1 / (len(made) - 1) if number else 1.0,
            )


def feature_matrix(examples: list[Example], embedder: Embedder) -> NDArray[np.float64]:
    """``(n_examples, n_features)``."""
    texts = list(dict.fromkeys(text for example in examples for text in (example.a, example.b)))
    vectors = dict(zip(texts, embedder.encode_passages(texts), strict=True))
    wordings = {text: read_wording(text.partition("\n")[2]) for text in texts}
    return np.array(
        [compare(wordings[e.a], wordings[e.b], float(vectors[e.a] @ vectors[e.b]), e.days).values() for e in examples]
    )


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, 0, len(text), "en")]


def _fit(
    matrix: NDArray[np.float64], labels: NDArray[np.bool_], weights: NDArray[np.float64], strength: float
) -> tuple[float, NDArray[np.float64]]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=5000).fit(matrix, labels, sample_weight=weights)
    return float(model.intercept_[0]), model.coef_[0]


def _left_out_loss(
    matrix: NDArray[np.float64],
    labels: NDArray[np.bool_],
    weights: NDArray[np.float64],
    wires: NDArray[np.int64],
    strength: float,
) -> float:
    total = 0.0
    for wire in np.unique(wires):
        rest = wires != wire
        intercept, coefficients = _fit(matrix[rest], labels[rest], weights[rest], strength)
        p = 1 / (1 + np.exp(-(intercept + matrix[~rest] @ coefficients)))
        p = np.clip(np.where(labels[~rest], p, 1 - p), 1e-9, 1)
        total -= float(weights[~rest] @ np.log(p))
    return total / float(weights.sum())


if __name__ == "__main__":
    raise SystemExit(main())
