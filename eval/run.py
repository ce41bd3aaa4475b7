"""Asks every topic of a gold set, judged or not, and writes the run and the answers."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eval.asker import Asker
from eval.data import Topic, shift
from eval.errors import EvalError, TopicFailed
from eval.outputs import ANSWERS, DEPTH, RUN, AnswerRecord, answer_line, run_lines

PASSAGES = 10
"""Passages asked for: enough for answer-in-passages@5 and for the ten that show differing answers."""
SENTENCES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAt:
    """What becomes of a topic's asked-at: passed on, moved by days, dropped, or the same day for every topic."""

    passed: bool = True
    days: int = 0
    day: str | None = None

    @classmethod
    def parse(cls, value: str) -> AskedAt:
        """Reads ``topic``, ``none``, ``+365``, ``-365`` or ``2026-11-24``. Raises ValueError."""
        if value in ("topic", "none"):
            return cls(passed=value == "topic")
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return cls(day=date.fromisoformat(value).isoformat())
        if not re.fullmatch(r"[+-][0-9]{1,6}", value):
            raise ValueError(f"{value!r} is none of: topic, none, +DAYS, -DAYS, DATE")
        return cls(days=int(value))

    def of(self, topic: Topic) -> str | None:
        """The asked-at to send for a topic; None sends none."""
        if self.day is not None:
            return self.day
        if not self.passed or topic.asked_at is None:
            return None
        return shift(topic.asked_at, self.days) if self.days else topic.asked_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A topic that the service refused, and why."""

    id: str
    reason: str


def run_topics(
    asker: Asker,
    topics: Sequence[Topic],
    out: Path,
    *,
    asked_at: AskedAt | None = None,
    done: Callable[[], None] = lambda: None,
) -> list[Failure]:
    """Writes ``run.txt`` and ``answers.jsonl`` to ``out``; returns the topics that failed; calls ``done`` after each.

    Both files are called ``….part`` until every topic was asked. Raises EvalError when the service cannot be asked.
    """
    threshold = asker.threshold()
    failures: list[Failure] = []
    parts = [out / f"{name}.part" for name in (RUN, ANSWERS)]
    with parts[0].open("w", encoding="utf-8") as run_file, parts[1].open("w", encoding="utf-8") as answers_file:
        for topic in topics:
            fields = _fields(topic, asked_at or AskedAt())
            try:
                record = _ask(asker, topic, fields, threshold)
                found = asker.search({**fields, "by": "article", "top_k": DEPTH})
                lines = run_lines(topic.id, ((a["article_id"], a["score"]) for a in found["articles"]))
            except TopicFailed as error:
                failures.append(Failure(id=topic.id, reason=str(error)))
            except (KeyError, TypeError) as error:
                raise EvalError(f"topic {topic.id}: the reply is not the contract's: {error!r}") from error
            else:
                answers_file.write(answer_line(record))
                run_file.writelines(lines)
            done()
    for part in parts:
        part.replace(part.with_suffix(""))
    return failures


def _fields(topic: Topic, asked_at: AskedAt) -> dict[str, Any]:
    given = {"asked_at": asked_at.of(topic), "as_of": topic.as_of}
    return {"question": topic.question, "min_confidence": 0, **{k: v for k, v in given.items() if v is not None}}


def _ask(asker: Asker, topic: Topic, fields: dict[str, Any], threshold: float) -> AnswerRecord:
    started = time.perf_counter()
    response = asker.ask({**fields, "top_k": PASSAGES})
    seconds = time.perf_counter() - started
    confidence = float(response["confidence"])
    return AnswerRecord(
        id=topic.id,
        outcome="unsupported" if confidence < threshold else response["outcome"],
        confidence=confidence,
        answer=[sentence["sentence"] for sentence in response["answer"][:SENTENCES]],
        passages=[passage["text"] for passage in response["passages"]],
        seconds=seconds,
        response=response,
    )
