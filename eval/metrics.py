"""Every measure of a finished run: a topic at a time, then for all, for odd and even lines, for each kind of topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from eval.calibration import abstention, auroc, calibration
from eval.data import Qrels, Topic
from eval.events import Events, event_values
from eval.expectations import (
    answer_values,
    claim_values,
    copy_values,
    difference_values,
    first_sentences,
    outcome_values,
    support_values,
)
from eval.matching import holds, usable
from eval.outputs import AnswerRecord, Rankings
from eval.ranking import ranking_values
from eval.resampling import mean_interval

UNASKED_CONFIDENCE = 0.5
"""What a topic without an answer counts as in AUROC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredTopic:
    """One topic, what came back for it, and its value of every measure that applies."""

    topic: Topic
    expected: dict[str, int]
    """Judged articles and their grades; empty where the topic is not judged."""
    ranking: list[str]
    record: AnswerRecord | None
    values: dict[str, float] = field(default_factory=dict)


def score_topics(
    topics: Sequence[Topic],
    qrels: Qrels,
    rankings: Rankings,
    answers: dict[str, AnswerRecord],
    events: Events | None = None,
) -> list[ScoredTopic]:
    """Scores every topic; a judged one without a line in the run or the answers counts as zero."""
    judged = {topic.id: qrels[topic.id] for topic in topics if topic.id in qrels}
    ranked = ranking_values(judged, rankings)
    scored: list[ScoredTopic] = []
    for topic in topics:
        record, ranking = answers.get(topic.id), rankings.get(topic.id, [])
        values = {
            **ranked.get(topic.id, {}),
            **(answer_values(topic, record) if topic.id in judged else {}),
            **(event_values(topic, ranking, judged[topic.id], events) if events and topic.id in judged else {}),
            **support_values(topic, ranking),
            **outcome_values(topic, record),
            **difference_values(topic, record),
            **claim_values(topic, record),
            **copy_values(topic, record),
        }
        expected = judged.get(topic.id, {})
        scored.append(ScoredTopic(topic=topic, expected=expected, ranking=ranking, record=record, values=values))
    return scored


def summarise(scored: Sequence[ScoredTopic]) -> dict[str, Any]:
    """``overall``, ``odd`` and ``even`` (lines of the topics file), ``kinds``: each with its measures."""
    kinds = sorted({s.topic.kind for s in scored if s.topic.kind})
    return {
        "overall": _group(scored),
        "odd": _group([s for s in scored if s.topic.line % 2 == 1]),
        "even": _group([s for s in scored if s.topic.line % 2 == 0]),
        "kinds": {kind: _group([s for s in scored if s.topic.kind == kind]) for kind in kinds},
    }


def _group(scored: Sequence[ScoredTopic]) -> dict[str, Any]:
    values: dict[str, list[float]] = {}
    for one in scored:
        for measure, value in one.values.items():
            values.setdefault(measure, []).append(value)
    measures: dict[str, Any] = {measure: mean_interval(sample) for measure, sample in values.items()}
    known = [(s, s.topic.answerable) for s in scored if s.topic.answerable is not None]
    area = auroc([s.record.confidence if s.record else UNASKED_CONFIDENCE for s, _ in known], [y for _, y in known])
    if area:
        measures["auroc"] = area
    return {
        "topics": len(scored),
        "judged": sum(bool(s.expected) for s in scored),
        "missing": sum(bool(s.expected) and not s.ranking for s in scored),
        "measures": measures,
        "abstention": abstention(
            [s.record is not None and s.record.outcome == "unsupported" for s, _ in known], [y for _, y in known]
        ),
        "calibration": {"answer": _archive_calibration(scored), "sentence": _sentence_calibration(scored)},
        "latency_ms": _latency(scored),
    }


def _archive_calibration(scored: Sequence[ScoredTopic]) -> dict[str, Any] | None:
    """``confidence`` against whether the archive supports an answer."""
    pairs = [(s.record.confidence, s.topic.answerable) for s in scored if s.record and s.topic.answerable is not None]
    return calibration([p for p, _ in pairs], [y for _, y in pairs])


def _sentence_calibration(scored: Sequence[ScoredTopic]) -> dict[str, Any] | None:
    """``answer[0].confidence`` against whether that sentence holds an answer; on an unanswerable topic it does not."""
    pairs: list[tuple[float, bool]] = []
    for one in scored:
        answers = usable(one.topic.answers)
        quoted = one.record.response.get("answer") if one.record else None
        if one.record and quoted and (answers or one.topic.answerable is False):
            label = one.topic.answerable is not False and holds(" ".join(first_sentences(one.record)[:1]), answers)
            pairs.append((float(quoted[0]["confidence"]), label))
    return calibration([p for p, _ in pairs], [y for _, y in pairs])


def _latency(scored: Sequence[ScoredTopic]) -> dict[str, Any] | None:
    seconds = sorted(s.record.seconds for s in scored if s.record and s.record.seconds is not None)
    if not seconds:
        return None
    at = {f"p{percent}": seconds[len(seconds) * percent // 100] * 1000 for percent in (50, 95)}
    return {**at, "n": len(seconds)}


def topic_row(one: ScoredTopic) -> dict[str, Any]:
    """The line of ``per_topic.jsonl``: what was asked, expected and found, and every value."""
    record, topic = one.record, one.topic
    return {
        "id": topic.id,
        "line": topic.line,
        "kind": topic.kind,
        "question": topic.question,
        "asked_at": topic.asked_at,
        "answerable": topic.answerable,
        "judged": bool(one.expected),
        "expected_answers": list(topic.answers),
        "expected_articles": list(one.expected),
        "found_articles": one.ranking[:3],
        "quoted": record.answer if record else [],
        "outcome": record.outcome if record else None,
        "confidence": record.confidence if record else None,
        "seconds": record.seconds if record else None,
        "values": one.values,
    }
