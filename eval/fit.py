"""``python -m eval fit``: fit the answer-sentence ranker and both confidences on tuning topics, and store them as data.

Only even lines of a topics file are ever read here. The ranker is a listwise logistic model: the probability that a
sentence is chosen is the softmax of its score over the question's candidates, and the likelihood of the sentences that
hold the answer is maximised (Cao et al., "Learning to rank: from pairwise to listwise approach", 2007). The confidences
are logistic regressions. All are refitted by one command when the model or the ranking changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from eval.data import Topic, read_topics
from eval.matching import holds, usable
from index.embedding import PACKAGED
from qa_service.answering import FEATURES
from qa_service.bootstrap import open_service
from qa_service.confidence import Calibration, Confidence, load_confidence
from qa_service.pipeline import Examined
from qa_service.request import AskRequest
from qa_service.service import Service
from qa_service.settings import Settings
from qa_service.signals import sentence_signals, support_signals

Matrix = NDArray[np.float64]
_RIDGE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningSet:
    """A built archive and the topics to ask of it."""

    name: str
    data_dir: Path
    topics: Path
    foreign: bool
    """Whether the topics belong to another archive, so that none of them has an answer here."""
    weight: float

    @classmethod
    def parse(cls, value: str) -> TuningSet:
        """From ``NAME:DATA_DIR:TOPICS[:foreign][:WEIGHT]``. Raises ValueError."""
        name, folder, topics, *more = value.split(":")
        foreign = "foreign" in more
        numbers = [float(word) for word in more if word != "foreign"]
        return cls(name=name, data_dir=Path(folder), topics=Path(topics), foreign=foreign, weight=(numbers or [1.0])[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A tuning topic as the service sees it."""

    topic: Topic
    examined: Examined
    labels: NDArray[np.bool_]
    """Whether each candidate sentence holds the answer."""
    answerable: bool
    weight: float


def tuning_topics(path: Path) -> list[Topic]:
    """The even lines of a topics file, the first line being 1."""
    return [topic for topic in read_topics(path) if topic.line % 2 == 0]


def examine(service: Service, topics: Iterable[Topic], *, foreign: bool, weight: float) -> list[Case]:
    """Every topic asked; with ``foreign`` the archive is another set's, so nothing in it is an answer."""
    cases: list[Case] = []
    for topic in topics:
        examined = service.examine(AskRequest(question=topic.question, asked_at=topic.asked_at, as_of=topic.as_of))
        answers = () if foreign else usable(topic.answers)
        labels = np.array([holds(s.text, answers) for _, s in examined.sentences], bool)
        answerable = not foreign and topic.answerable is not False
        cases.append(Case(topic=topic, examined=examined, labels=labels, answerable=answerable, weight=weight))
    return cases


def fit_ranker(cases: Sequence[Case]) -> dict[str, float]:
    """Weights of ``FEATURES`` from the cases in which some, but not every, candidate holds the answer."""
    told = [c for c in cases if c.answerable and 0 < c.labels.sum() < len(c.labels)]
    tables = [np.stack([s.features for _, s in c.examined.sentences]) for c in told]
    scale = np.concatenate(tables).std(axis=0) + 1e-6
    tables = [table / scale for table in tables]

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        total, gradient = _RIDGE * float(weights @ weights), 2 * _RIDGE * weights
        for case, table in zip(told, tables, strict=True):
            scores = table @ weights
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            right = chances * case.labels
            total -= case.weight * float(np.log(right.sum() + 1e-12))
            gradient = gradient + case.weight * (table.T @ (chances - right / (right.sum() + 1e-12)))
        return total, gradient

    fitted = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B")
    return {name: round(float(w), 4) for name, w in zip(FEATURES, fitted.x / scale, strict=True) if abs(w) > 1e-4}


def fit_calibration(rows: Sequence[dict[str, float]], labels: Sequence[bool], weights: Sequence[float]) -> Calibration:
    """A logistic regression over named signals; an absent signal is 0."""
    names = sorted({name for row in rows for name in row})
    table = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    scale = table.std(axis=0) + 1e-6
    model = LogisticRegression(C=1.0, max_iter=2000).fit(
        table / scale, np.array(labels), sample_weight=np.array(weights)
    )
    fitted = dict(zip(names, (model.coef_[0] / scale).tolist(), strict=True))
    return Calibration(
        intercept=round(float(model.intercept_[0]), 4),
        weights={name: round(w, 4) for name, w in fitted.items() if abs(w) > 1e-4},
    )


def rescored(case: Case, confidence: Confidence) -> list[tuple[float, Any]]:
    """The case's sentences under another ranker, best first."""
    scored = [(confidence.sentence_score(s), s) for _, s in case.examined.sentences]
    return sorted(scored, key=lambda pair: (-pair[0], pair[1].passage, pair[1].span))


def support_row(case: Case, confidence: Confidence) -> dict[str, float]:
    """Signals that the archive supports an answer to the case's question."""
    return support_signals(case.examined.words, case.examined.similarity, rescored(case, confidence))


def sentence_rows(case: Case, confidence: Confidence) -> tuple[list[dict[str, float]], list[bool]]:
    """Signals and labels of the case's first three sentences, as an answer would show them."""
    scored = rescored(case, confidence)
    answers = usable(case.topic.answers) if case.answerable else ()
    support = support_signals(case.examined.words, case.examined.similarity, scored)
    return (
        [sentence_signals(support, score, sentence, scored) for score, sentence in scored[:3]],
        [holds(sentence.text, answers) for _, sentence in scored[:3]],
    )


def store(path: Path, confidence: Confidence, provenance: dict[str, Any]) -> None:
    """Write the coefficients with where they came from."""
    stored = {
        "provenance": provenance,
        "threshold": confidence.threshold,
        "supports": {"intercept": confidence.supports.intercept, "weights": dict(confidence.supports.weights)},
        "holds": {"intercept": confidence.holds.intercept, "weights": dict(confidence.holds.weights)},
        "sentence": dict(confidence.sentence),
    }
    path.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


def fit(sets: Sequence[TuningSet], out: Path) -> dict[str, Any]:
    """Fit everything on those sets and store it; returns the provenance with figures on the tuning topics."""
    shipped = load_confidence()
    cases: list[Case] = []
    asked: dict[str, int] = {}
    for one in sets:
        service = open_service(Settings(data_dir=one.data_dir))
        own = examine(service, tuning_topics(one.topics), foreign=one.foreign, weight=one.weight)
        asked[one.name] = len(own)
        cases += own
        service.close()
    ranked = replace(shipped, sentence=fit_ranker(cases))
    weights = [case.weight for case in cases]
    supports = fit_calibration([support_row(c, ranked) for c in cases], [c.answerable for c in cases], weights)
    rows: list[dict[str, float]] = []
    labels: list[bool] = []
    row_weights: list[float] = []
    for case in cases:
        if case.answerable and not usable(case.topic.answers):
            continue
        some, right = sentence_rows(case, ranked)
        rows += some
        labels += right
        row_weights += [case.weight] * len(some)
    holding = fit_calibration(rows, labels, row_weights)
    confidence = replace(ranked, supports=supports, holds=holding)
    chances = [supports.probability(support_row(c, confidence)) for c in cases]
    threshold = _best_threshold(chances, [c.answerable for c in cases], weights)
    confidence = replace(confidence, threshold=threshold)
    told = [c for c in cases if c.labels.any()]
    provenance = {
        "command": "python -m eval fit",
        "topics": asked,
        "model": PACKAGED,
        "first_sentence_holds_where_any_does": round(
            sum(holds(rescored(c, confidence)[0][1].text, usable(c.topic.answers)) for c in told) / len(told), 3
        ),
    }
    store(out, confidence, provenance)
    return provenance


def _best_threshold(chances: Sequence[float], labels: Sequence[bool], weights: Sequence[float]) -> float:
    """The threshold of highest balanced accuracy: silence and speech count alike, whatever the mix of topics."""
    chance, label, weight = np.array(chances), np.array(labels), np.array(weights)

    def balanced(threshold: float) -> float:
        said = chance >= threshold
        spoken = (weight * (said & label)).sum() / (weight * label).sum()
        silent = (weight * (~said & ~label)).sum() / (weight * ~label).sum()
        return float(spoken + silent)

    return round(max(np.linspace(0.05, 0.95, 91).tolist(), key=balanced), 2)
