"""``report.html``: one self-contained page about a run, made from ``metrics.json`` and ``per_topic.jsonl``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.outputs import METRICS, PER_TOPIC, REPORT, read_json, read_json_lines, write_whole

WORST = 50
HEADLINE = (
    "ndcg@10",
    "success@1",
    "success@5",
    "success@10",
    "recall@5",
    "recall@10",
    "recall@100",
    "mrr@10",
    "right_event@1",
    "right_event_of_year@1",
    "all_evidence@10",
    "answer_in_sentence@1",
    "answer_in_sentence@3",
    "answer_in_passages@1",
    "answer_in_passages@3",
    "answer_in_passages@5",
    "all_answers_shown@10",
    "support_article@1",
    "outcome_accuracy",
    "abstention_accuracy",
    "claim_values_found",
    "claims_found",
    "carriers_found",
    "independent_sources_accuracy",
    "auroc",
)
"""Order of the measures in tables; a measure that no topic has is left out."""
_JUDGING = ("ndcg@10", "answer_in_sentence@1", "outcome_accuracy", "abstention_accuracy")
"""What makes a topic one of the worst: the lowest mean of those it has."""


def write_report(folder: Path) -> Path:
    """Writes the page beside the files it is made from and returns its path. Raises EvalError if they are not there."""
    page = render(read_json(folder / METRICS), read_json_lines(folder / PER_TOPIC))
    write_whole(folder / REPORT, page)
    return folder / REPORT


def render(metrics: dict[str, Any], topics: Sequence[dict[str, Any]]) -> str:
    """The page as HTML; every text is escaped, nothing is fetched from anywhere."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["figure"] = _figure
    return environment.get_template("report.html.j2").render(
        run=metrics["run"],
        ingest=metrics["ingest"],
        failed=metrics["failed"],
        groups=_groups(metrics),
        measures=measures_in_order(metrics["overall"]["measures"]),
        overall=metrics["overall"],
        diagrams=[
            ("Confidence that the archive supports an answer", metrics["overall"]["calibration"]["answer"]),
            ("Confidence that the first quoted sentence holds it", metrics["overall"]["calibration"]["sentence"]),
        ],
        worst=worst(topics),
    )


def measures_in_order(measures: dict[str, Any]) -> list[str]:
    """The measures there are, the known ones first and in the order of the tables."""
    return [m for m in HEADLINE if m in measures] + sorted(m for m in measures if m not in HEADLINE)


def worst(topics: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Up to 50 topics that lost something, the worst first, in the order of the topics file where equal."""

    def quality(row: dict[str, Any]) -> float:
        values = [row["values"][measure] for measure in _JUDGING if measure in row["values"]]
        return sum(values) / len(values) if values else 1.0

    return sorted((row for row in topics if quality(row) < 1), key=lambda row: (quality(row), row["line"]))[:WORST]


def _groups(metrics: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    kinds = [(f"kind: {kind}", group) for kind, group in metrics["kinds"].items()]
    return [("all", metrics["overall"]), ("odd lines", metrics["odd"]), ("even lines", metrics["even"]), *kinds]


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
