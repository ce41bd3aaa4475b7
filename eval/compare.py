"""Two runs over the same topics: mean difference, its bootstrap interval, and the chance that luck does as much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.data import Qrels
from eval.errors import EvalError
from eval.outputs import PER_TOPIC, RUN, read_json_lines, read_run
from eval.ranking import ranking_values
from eval.resampling import mean_interval, randomisation_p


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One measure of A and of B over the topics that have it in both, paired by topic. ``low``, ``high``: of B − A."""

    measure: str
    half: str
    """``all``, ``odd`` or ``even`` lines of the topics file."""
    n: int
    mean_a: float
    mean_b: float
    difference: float
    low: float
    high: float
    p: float


def compare(dir_a: Path, dir_b: Path, *, qrels: Qrels | None = None) -> list[Difference]:
    """B − A for every measure both have, on all, odd and even lines.

    With ``qrels`` only the ranking measures are compared, computed afresh from both ``run.txt`` against those
    judgments. Raises EvalError when the folders share no topic.
    """
    a, b = _values(dir_a, qrels), _values(dir_b, qrels)
    shared = [topic for topic in a if topic in b]
    if not shared:
        raise EvalError(f"{dir_a} and {dir_b} share no topic")
    differences: list[Difference] = []
    paired = [(a[topic][0], a[topic][1], b[topic][1]) for topic in shared]
    for measure in dict.fromkeys(m for _, x, y in paired for m in x if m in y):
        pairs = [(line, x[measure], y[measure]) for line, x, y in paired if measure in x and measure in y]
        for half, parity in (("all", None), ("odd", 1), ("even", 0)):
            chosen = [(x, y) for line, x, y in pairs if parity is None or line % 2 == parity]
            if chosen:
                differences.append(_difference(measure, half, chosen))
    return differences


def _difference(measure: str, half: str, pairs: Sequence[tuple[float, float]]) -> Difference:
    differences = [y - x for x, y in pairs]
    interval = mean_interval(differences)
    return Difference(
        measure=measure,
        half=half,
        n=len(pairs),
        mean_a=sum(x for x, _ in pairs) / len(pairs),
        mean_b=sum(y for _, y in pairs) / len(pairs),
        difference=interval["mean"],
        low=interval["low"],
        high=interval["high"],
        p=randomisation_p(differences),
    )


def _values(folder: Path, qrels: Qrels | None) -> dict[str, tuple[int, dict[str, float]]]:
    """Topic id → line number and values, as scored then or against other judgments now."""
    rows: list[dict[str, Any]] = read_json_lines(folder / PER_TOPIC)
    lines = {row["id"]: row["line"] for row in rows}
    if qrels is None:
        return {row["id"]: (row["line"], row["values"]) for row in rows}
    judged = {topic: grades for topic, grades in qrels.items() if topic in lines}
    return {t: (lines[t], values) for t, values in ranking_values(judged, read_run(folder / RUN)).items()}
