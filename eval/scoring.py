"""From the two files of a run to ``metrics.json``, ``per_topic.jsonl`` and ``report.html``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.data import Qrels, Topic
from eval.events import Events
from eval.metrics import score_topics, summarise, topic_row
from eval.outputs import ANSWERS, METRICS, PER_TOPIC, RUN, read_answers, read_run, write_whole
from eval.report import measures_in_order, write_report
from eval.run import Failure


def score_folder(
    out: Path,
    topics: Sequence[Topic],
    qrels: Qrels,
    *,
    run: dict[str, Any],
    events: Events | None = None,
    failures: Sequence[Failure] = (),
    ingest: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Scores ``run.txt`` and ``answers.jsonl``, writes the other files, returns what ``metrics.json`` holds."""
    scored = score_topics(topics, qrels, read_run(out / RUN), read_answers(out / ANSWERS), events)
    metrics = {
        "run": run,
        "ingest": ingest,
        "failed": [{"id": failure.id, "reason": failure.reason} for failure in failures],
        **summarise(scored),
    }
    write_whole(out / PER_TOPIC, "".join(json.dumps(topic_row(s), ensure_ascii=False) + "\n" for s in scored))
    write_whole(out / METRICS, json.dumps(metrics, ensure_ascii=False, indent=2, default=str) + "\n")
    write_report(out)
    return metrics


def headline(metrics: dict[str, Any]) -> str:
    """The figures as lines of text: mean with interval, then the odd and the even half."""
    overall, odd, even = (metrics[group]["measures"] for group in ("overall", "odd", "even"))
    lines = [f"{'measure':30} {'mean':>6}  {'95% interval':>15}  {'topics':>6}  {'odd':>6}  {'even':>6}"]
    for measure in measures_in_order(overall):
        m = overall[measure]
        halves = "  ".join(f"{half[measure]['mean']:6.3f}" if measure in half else f"{'–':>6}" for half in (odd, even))
        lines.append(f"{measure:30} {m['mean']:6.3f}  {m['low']:6.3f} – {m['high']:6.3f}  {m['n']:6}  {halves}")
    silence, latency = metrics["overall"]["abstention"], metrics["overall"]["latency_ms"]
    if silence:
        figures = {k: "–" if silence[k] is None else f"{silence[k]:.3f}" for k in ("precision", "recall", "f1")}
        lines.append("abstention at the default threshold: " + ", ".join(f"{k} {v}" for k, v in figures.items()))
    if latency:
        lines.append(f"latency: p50 {latency['p50']:.0f} ms, p95 {latency['p95']:.0f} ms")
    counts = metrics["overall"]
    lines.append(f"judged topics without a line in the run: {counts['missing']} of {counts['judged']}")
    return "\n".join(lines)
