from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.compare import Difference, compare
from eval.errors import EvalError


def _folder(path: Path, values: dict[str, float], runs: dict[str, str] | None = None) -> Path:
    path.mkdir()
    rows = [{"id": q, "line": n, "values": {"ndcg@10": v}} for n, (q, v) in enumerate(values.items(), start=1)]
    (path / "per_topic.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    lines = [f"{q} Q0 {article} 1 1.0 t\n" for q, article in (runs or {}).items()]
    (path / "run.txt").write_text("".join(lines), encoding="utf-8")
    return path


def _of(differences: list[Difference], measure: str, half: str = "all") -> Difference:
    return next(d for d in differences if (d.measure, d.half) == (measure, half))


def test_a_steady_gain_is_told_from_a_wavering_one(tmp_path: Path) -> None:
    base = {f"q{n}": 0.4 for n in range(60)}
    a = _folder(tmp_path / "a", base)
    steady = _folder(tmp_path / "steady", {q: v + 0.1 for q, v in base.items()})
    wavering = _folder(tmp_path / "wavering", {q: 0.4 + (0.31 if n % 2 else -0.3) for n, q in enumerate(base)})
    gain = _of(compare(a, steady), "ndcg@10")
    assert (gain.n, gain.mean_a, gain.mean_b) == (60, pytest.approx(0.4), pytest.approx(0.5))
    assert (gain.low, gain.high) == (pytest.approx(0.1), pytest.approx(0.1))
    assert gain.p < 0.001
    nothing = _of(compare(a, wavering), "ndcg@10")
    assert nothing.low < 0 < nothing.high
    assert nothing.p > 0.5


def test_halves_are_by_line(tmp_path: Path) -> None:
    a = _folder(tmp_path / "a", dict.fromkeys("abcd", 0.0))
    b = _folder(tmp_path / "b", {"a": 1.0, "b": 0.0, "c": 1.0, "d": 0.0})
    differences = compare(a, b)
    assert _of(differences, "ndcg@10", "odd").difference == 1.0
    assert _of(differences, "ndcg@10", "even").difference == 0.0


def test_topics_are_paired_by_id(tmp_path: Path) -> None:
    a = _folder(tmp_path / "a", {"x": 0.0, "y": 1.0, "z": 0.5})
    b = _folder(tmp_path / "b", {"y": 1.0, "x": 1.0})
    both = _of(compare(a, b), "ndcg@10")
    assert (both.n, both.difference) == (2, 0.5)
    with pytest.raises(EvalError, match="share no topic"):
        compare(a, _folder(tmp_path / "c", {"w": 1.0}))


def test_other_judgments_score_the_runs_afresh(tmp_path: Path) -> None:
    a = _folder(tmp_path / "a", {"x": 0.9, "y": 0.9}, {"x": "right", "y": "wrong"})
    b = _folder(tmp_path / "b", {"x": 0.1, "y": 0.1}, {"x": "right", "y": "right"})
    differences = compare(a, b, qrels={"x": {"right": 1}, "y": {"right": 1}, "unknown": {"right": 1}})
    found = _of(differences, "success@1")
    assert (found.n, found.mean_a, found.mean_b) == (2, 0.5, 1.0)
