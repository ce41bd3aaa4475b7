"""``python -m eval fit``: fit the answer-sentence ranker and both confidences on tuning topics, and store them as data.

Only even lines of a topics file are ever read here. The ranker is the matter of :mod:`eval.boosting`; the
confidences are logistic regressions. All are refitted by one command when the model or the ranking changes.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.boosting import BoostingOptions, Candidates, fit_linear, grow
from eval.calibration import auroc
from eval.cross_validation import cross_validate
from eval.data import Topic, read_topics
from eval.fit_confidence import Rows, fit_calibration
from eval.matching import holds, usable
from index.embedding import PACKAGED
from qa_service.bootstrap import open_service
from qa_service.confidence import Confidence, SentenceRanker
from qa_service.evidence import FEATURES
from qa_service.pipeline import Examined
from qa_service.request import AskRequest
from qa_service.service import Service
from qa_service.settings import Settings
from qa_service.signals import sentence_signals, support_signals
from qa_service.trees import Trees

Matrix = NDArray[np.float64]


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

    name: str
    """Of the set."""
    topic: Topic
    examined: Examined
    labels: NDArray[np.bool_]
    """Whether each candidate sentence holds the answer."""
    answerable: bool
    weight: float


def tuning_topics(path: Path) -> list[Topic]:
    """The even lines of a topics file, the first line being 1."""
    return [topic for topic in read_topics(path) if topic.line % 2 == 0]


def examine(service: Service, topics: Iterable[Topic], one: TuningSet) -> list[Case]:
    """Every topic of a set asked; of a foreign one nothing in the archive is an answer."""
    cases: list[Case] = []
    for topic in topics:
        examined = service.examine(AskRequest(question=topic.question, asked_at=topic.asked_at, as_of=topic.as_of))
        answers = () if one.foreign else usable(topic.answers)
        labels = np.array([holds(s.text, answers) for _, s in examined.sentences], bool)
        answerable = not one.foreign and topic.answerable is not False
        cases.append(
            Case(
                name=one.name,
                topic=topic,
                examined=examined,
                labels=labels,
                answerable=answerable,
                weight=one.weight,
            )
        )
    return cases


def candidates(cases: Iterable[Case]) -> list[tuple[str, Candidates]]:
    """The names of the sets, and the cases' sentences as the sentence ranker learns from them."""
    return [
        (case.name, Candidates(table=_table(case), labels=case.labels, weight=case.weight))
        for case in cases
        if case.answerable and usable(case.topic.answers)
    ]


def _table(case: Case) -> Matrix:
    rows = [sentence.features for _, sentence in case.examined.sentences]
    return np.stack(rows) if rows else np.zeros((0, len(FEATURES)))


def fit_ranker(topics: Sequence[Candidates], options: BoostingOptions) -> SentenceRanker:
    """The linear model of the features and the trees that correct it, rounded as they are stored."""
    weights = np.round(fit_linear(topics, options.ridge), 4)
    trees = grow(topics, weights, options)
    rounded = Trees(columns=trees.columns, thresholds=np.round(trees.thresholds, 4), leaves=np.round(trees.leaves, 4))
    return SentenceRanker(weights=weights, trees=rounded)


def held_out_rankers(cases: Sequence[Case], folds: int, options: BoostingOptions) -> list[SentenceRanker]:
    """For each case a ranker that has not learned from its question.

    A confidence that learned from scores of questions the ranker knows would trust them too much elsewhere.
    """
    numbers: dict[str, int] = {}
    for case in cases:
        numbers.setdefault(case.topic.question, len(numbers))
    fold = np.random.default_rng(0).integers(0, folds, len(numbers))
    fold_of = [int(fold[numbers[case.topic.question]]) for case in cases]
    rankers: list[SentenceRanker] = []
    for one in range(folds):
        others = candidates([case for case, own in zip(cases, fold_of, strict=True) if own != one])
        rankers.append(fit_ranker([topic for _, topic in others if topic.tells], options))
    return [rankers[own] for own in fold_of]


def rescored(case: Case, ranker: SentenceRanker) -> list[tuple[float, Any]]:
    """The case's sentences under another ranker, best first."""
    sentences = [s for _, s in case.examined.sentences]
    scored = zip(ranker.scores(sentences), sentences, strict=True)
    return sorted(scored, key=lambda pair: (-pair[0], pair[1].passage, pair[1].span))


def support_row(case: Case, ranker: SentenceRanker) -> dict[str, float]:
    """Signals that the archive supports an answer to the case's question."""
    return support_signals(case.examined.words, case.examined.similarity, rescored(case, ranker), case.examined.judged)


def sentence_rows(case: Case, ranker: SentenceRanker) -> tuple[list[dict[str, float]], list[bool]]:
    """Signals and labels of the case's first three sentences, as an answer would show them."""
    scored = rescored(case, ranker)
    answers = usable(case.topic.answers) if case.answerable else ()
    support = support_signals(case.examined.words, case.examined.similarity, scored, case.examined.judged)
    return (
        [sentence_signals(support, score, sentence, scored) for score, sentence in scored[:3]],
        [holds(sentence.text, answers) for _, sentence in scored[:3]],
    )


def spans_right(cases: Iterable[Case], ranker: SentenceRanker) -> dict[str, Any]:
    """Of the first sentences that hold the answer: how many show a span, and how many spans overlap it as words.

    A span is right where it holds an answer or an answer holds it.
    """
    shown = right = sentences = 0
    for case in cases:
        first = next((sentence for _, sentence in rescored(case, ranker)), None)
        answers = usable(case.topic.answers)
        if not case.answerable or first is None or not holds(first.text, answers):
            continue
        sentences += 1
        if first.kind_spans:
            span = first.text[slice(*first.kind_spans[0])]
            shown += 1
            right += holds(span, answers) or any(holds(answer, usable([span])) for answer in answers)
    return {"sentences": sentences, "shown": shown, "right": right}


def store(path: Path, confidence: Confidence, provenance: dict[str, Any]) -> None:
    """Write the coefficients with where they came from."""
    stored = {
        "provenance": provenance,
        "threshold": confidence.threshold,
        "supports": confidence.supports.to_json(),
        "holds": confidence.holds.to_json(),
        "sentence": {
            "weights": dict(zip(FEATURES, confidence.sentence.weights.tolist(), strict=True)),
            "trees": confidence.sentence.trees.to_json(FEATURES) if confidence.sentence.trees else [],
        },
    }
    path.write_text(_compact(json.dumps(stored, indent=1)) + "\n", "utf-8")


def _compact(indented: str) -> str:
    """A tree a line: the innermost lists on one line, and the three lists of a tree too."""
    flat = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: f"[{' '.join(m.group(1).split())}]", indented)
    return re.sub(r"\[\s+(\[[^\]]*\]),\s+(\[[^\]]*\]),\s+(\[[^\]]*\])\s+\]", r"[\1, \2, \3]", flat)


def gather(sets: Sequence[TuningSet]) -> list[Case]:
    """Every tuning topic of every set, asked."""
    cases: list[Case] = []
    for one in sets:
        service = open_service(Settings(data_dir=one.data_dir))
        own = examine(service, tuning_topics(one.topics), one)
        cases += own
        service.close()
    return cases


def fit(cases: Sequence[Case], out: Path, *, folds: int) -> dict[str, Any]:
    """Fit everything on those cases and store it; returns the provenance with cross-validated figures."""
    options = BoostingOptions()
    learned = candidates(cases)
    ranker = fit_ranker([topic for _, topic in learned if topic.tells], options)
    rankers = held_out_rankers(cases, folds, options)
    answerable = np.array([case.answerable for case in cases])
    weights = np.array([case.weight for case in cases])
    supports, chances = fit_calibration(
        Rows(
            signals=[support_row(case, own) for case, own in zip(cases, rankers, strict=True)],
            labels=answerable,
            weights=weights,
            topics=np.arange(len(cases)),
        )
    )
    holding, _ = fit_calibration(_sentence_table(cases, rankers))
    threshold = _best_threshold(cases, chances)
    confidence = Confidence(supports=supports, holds=holding, sentence=ranker, threshold=threshold)
    provenance = {
        "command": "python -m eval fit",
        "topics": dict(Counter(case.name for case in cases)),
        "model": PACKAGED,
        "answer_in_sentence": {"folds": folds, **cross_validate(learned, folds, options=options)},
        "answer_in_span": spans_right(cases, ranker),
        "supports_auroc": _areas(cases, chances),
    }
    store(out, confidence, provenance)
    return provenance


def _sentence_table(cases: Sequence[Case], rankers: Sequence[SentenceRanker]) -> Rows:
    """The first three sentences of every topic whose answers are known, or that has none."""
    signals: list[dict[str, float]] = []
    labels: list[bool] = []
    weights: list[float] = []
    topics: list[int] = []
    for number, (case, ranker) in enumerate(zip(cases, rankers, strict=True)):
        if case.answerable and not usable(case.topic.answers):
            continue
        some, right = sentence_rows(case, ranker)
        signals += some
        labels += right
        weights += [case.weight] * len(some)
        topics += [number] * len(some)
    return Rows(
        signals=signals, labels=np.array(labels, bool), weights=np.array(weights), topics=np.array(topics, np.int64)
    )


def _areas(cases: Sequence[Case], chances: Matrix) -> dict[str, float]:
    """Area under the curve of each set that has topics of both kinds, by models fitted without the topic."""
    found: dict[str, float] = {}
    for name in sorted({case.name for case in cases}):
        own = np.array([case.name == name for case in cases])
        labels = [case.answerable for case in cases if case.name == name]
        area = auroc(chances[own].tolist(), labels)
        if area is not None:
            found[name] = round(area["mean"], 3)
    return found


def _best_threshold(cases: Sequence[Case], chances: Matrix) -> float:
    """The threshold with the largest share of right decisions to speak or be silent, each set counting alike."""
    right = np.array([case.answerable for case in cases])
    names = np.array([case.name for case in cases])

    def accuracy(threshold: float) -> float:
        agreed = (chances >= threshold) == right
        return float(np.mean([agreed[names == name].mean() for name in sorted(set(names.tolist()))]))

    return round(max(np.linspace(0.05, 0.95, 91).tolist(), key=accuracy), 2)
