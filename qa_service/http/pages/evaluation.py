"""``/evaluation``: how well questions were answered when that was measured last."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response

from qa_service.http.lifecycle import HasLifecycle
from qa_service.http.pages.evaluation_report import (
    BrokenReport,
    Calibration,
    Group,
    Measure,
    Metrics,
    NoReport,
    read_metrics,
    read_worst,
)
from qa_service.http.pages.page_route import PageRoute
from qa_service.http.pages.rendering import page

logger = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False, route_class=PageRoute)

_MEASURES = {
    "ndcg@10": ("Ranking of articles, the first ten", "nDCG@10"),
    "success@1": ("A right article comes first", "success@1"),
    "success@5": ("A right article among the first five", "success@5"),
    "recall@10": ("Right articles among the first ten", "recall@10"),
    "recall@100": ("Right articles among the first hundred", "recall@100"),
    "right_event@1": ("The first article is about the right event", "right_event@1"),
    "answer_in_sentence@1": ("The first quotation holds the answer", "answer_in_sentence@1"),
    "answer_in_sentence@3": ("One of three quotations holds the answer", "answer_in_sentence@3"),
    "answer_in_passages@1": ("The first passage holds the answer", "answer_in_passages@1"),
    "answer_in_passages@5": ("One of five passages holds the answer", "answer_in_passages@5"),
    "outcome_accuracy": ("Disagreement is told from agreement", "outcome_accuracy"),
    "abstention_accuracy": ("Silent when, and only when, nothing supports an answer", "abstention_accuracy"),
    "claims_found": ("Conflicting values found with who said so", "claims_found"),
    "carriers_found": ("Outlets that carry a copy found", "carriers_found"),
    "auroc": ("Confidence tells answerable from unanswerable", "AUROC"),
}
"""Headline measures in words; any other is listed below them by its name."""
_SIDE = 260
"""Units of a diagram's side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A measure with its halves. ``low``, ``width`` and ``at`` place its interval, 0–100."""

    words: str
    name: str
    overall: Measure
    odd: float | None
    even: float | None

    @property
    def low(self) -> float:
        """Where the interval begins."""
        return round(100 * _held(self.overall.low), 2)

    @property
    def width(self) -> float:
        """How wide it is."""
        return round(max(0.8, 100 * (_held(self.overall.high) - _held(self.overall.low))), 2)

    @property
    def at(self) -> float:
        """Where the mean stands."""
        return round(100 * _held(self.overall.mean), 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A bin of a diagram, from its upper left corner; ``r`` grows with how many topics it holds."""

    x: float
    y: float
    r: float
    words: str


@router.get("/evaluation")
async def evaluation(request: Request, lifecycle: HasLifecycle) -> Response:
    """The page of the last evaluation."""
    options = lifecycle.options
    return await lifecycle.asking.run(lambda: _page(request, options.eval_dir, options.public_url))


def _page(request: Request, folder: Path | None, url: str) -> Response:
    try:
        metrics = read_metrics(folder)
        worst = [] if folder is None else read_worst(folder)
    except NoReport:
        return page(request, "evaluation_none.html", {"is_set": folder is not None, "broken": None, "url": url})
    except BrokenReport as error:
        logger.warning("the evaluation in %s cannot be shown: %s", folder, error)
        return page(request, "evaluation_none.html", {"is_set": True, "broken": str(error), "url": url})
    return page(request, "evaluation.html", {**shown(metrics), "worst": worst})


def shown(metrics: Metrics) -> dict[str, Any]:
    """What the page shows of the figures."""
    rows = _rows(metrics.overall, metrics.odd, metrics.even)
    calibration = metrics.overall.calibration
    diagrams = [
        ("That the archive holds an answer", calibration.answer),
        ("That the first quotation holds it", calibration.sentence),
    ]
    return {
        "run": metrics.run,
        "overall": metrics.overall,
        "failed": len(metrics.failed),
        "headline": [row for row in rows if row.name != row.words],
        "further": [row for row in rows if row.name == row.words],
        "diagrams": [(title, found, points(found)) for title, found in diagrams if found is not None],
        "side": _SIDE,
    }


def _rows(overall: Group, odd: Group, even: Group) -> list[Row]:
    names = [name for name in _MEASURES if name in overall.measures]
    names += sorted(name for name in overall.measures if name not in _MEASURES)
    return [
        Row(
            words=_MEASURES.get(name, (name, name))[0],
            name=_MEASURES.get(name, (name, name))[1],
            overall=overall.measures[name],
            odd=_mean(odd, name),
            even=_mean(even, name),
        )
        for name in names
    ]


def _mean(group: Group, name: str) -> float | None:
    return group.measures[name].mean if name in group.measures else None


def points(calibration: Calibration) -> list[Point]:
    """Bins as points of the diagram: what was said from left to right, how often it was so from below."""
    most = max((one.n for one in calibration.bins), default=1) or 1
    return [
        Point(
            x=round(_SIDE * one.confidence, 1),
            y=round(_SIDE * (1 - one.observed), 1),
            r=round(2.5 + 3 * (one.n / most) ** 0.5, 1),
            words=f"{one.n} topics: said {one.confidence:.0%}, so it was for {one.observed:.0%}",
        )
        for one in calibration.bins
    ]


def _held(value: float) -> float:
    return min(1.0, max(0.0, value))
