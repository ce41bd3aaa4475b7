"""The files of an output folder: how each is written and read back.

``run.txt`` (TREC run, article level), ``answers.jsonl``, ``per_topic.jsonl``, ``metrics.json``, ``report.html``.
Files that grow during a run are called ``….part`` until the run is complete.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.errors import EvalError, GoldRefused

RUN, ANSWERS, PER_TOPIC, METRICS, REPORT = "run.txt", "answers.jsonl", "per_topic.jsonl", "metrics.json", "report.html"
DEPTH = 100
"""Articles a topic in ``run.txt``."""
TAG = "qa-service"

Rankings = dict[str, list[str]]
"""Topic id → article ids, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRecord:
    """One line of ``answers.jsonl``."""

    id: str
    outcome: str
    """As the default threshold would say, though nothing was withheld."""
    confidence: float
    answer: list[str]
    """Up to three quoted sentences, best first."""
    passages: list[str]
    seconds: float | None
    """Wall time of the ask call alone."""
    response: dict[str, Any]
    """The whole ``/v1/ask`` object."""


def run_lines(topic: str, articles: Iterable[tuple[str, float]]) -> list[str]:
    """TREC lines with strictly decreasing scores; an article's second mention is left out. Raises EvalError."""
    lines: list[str] = []
    seen: set[str] = set()
    previous: int | None = None
    for article, score in articles:
        if article in seen or len(lines) == DEPTH:
            continue
        if not article or any(ch.isspace() for ch in article):
            raise EvalError(f"article id {article!r} holds white space, which a TREC run cannot")
        millionths = round(score * 1_000_000)
        if previous is not None:
            millionths = min(millionths, previous - 1)
        seen.add(article)
        previous = millionths
        lines.append(f"{topic} Q0 {article} {len(lines) + 1} {_decimal(millionths)} {TAG}\n")
    return lines


def _decimal(millionths: int) -> str:
    sign = "-" if millionths < 0 else ""
    whole, rest = divmod(abs(millionths), 1_000_000)
    return f"{sign}{whole}.{rest:06d}"


def read_run(path: Path) -> Rankings:
    """Rankings by score, then rank, to depth 100. Raises GoldRefused naming the first wrong line."""
    found: dict[str, list[tuple[float, int, str]]] = {}
    for number, line in _lines(path):
        try:
            topic, _, article, rank, score, _ = line.split()
            found.setdefault(topic, []).append((-float(score), int(rank), article))
        except ValueError as error:
            raise GoldRefused(path, number, "is not: topic Q0 article rank score tag") from error
    return {
        topic: list(dict.fromkeys(article for _, _, article in sorted(rows)))[:DEPTH] for topic, rows in found.items()
    }


def answer_line(record: AnswerRecord) -> str:
    """The JSON line of a record."""
    return json.dumps(asdict(record), ensure_ascii=False) + "\n"


def read_answers(path: Path) -> dict[str, AnswerRecord]:
    """Records by topic id. Raises GoldRefused naming the first wrong line."""
    records: dict[str, AnswerRecord] = {}
    for number, line in _lines(path):
        try:
            record = AnswerRecord(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise GoldRefused(path, number, f"is no line of {ANSWERS}: {error}") from error
        records[record.id] = record
    return records


def read_json_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON Lines file. Raises GoldRefused naming the first wrong line."""
    rows: list[dict[str, Any]] = []
    for number, line in _lines(path):
        try:
            rows.append(json.loads(line))
        except ValueError as error:
            raise GoldRefused(path, number, "is not JSON") from error
    return rows


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object. Raises EvalError."""
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise EvalError(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise EvalError(f"{path}: is not JSON: {error}") from error


def write_whole(path: Path, text: str) -> None:
    """Writes beside, then renames: a reader sees the old file or the new one."""
    beside = path.with_name(path.name + ".part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def clear(out: Path) -> None:
    """Makes the folder and removes an earlier run's files: an interrupted run cannot pass for a finished one."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in (RUN, ANSWERS, PER_TOPIC, METRICS, REPORT):
            (out / name).unlink(missing_ok=True)
    except OSError as error:
        raise EvalError(f"--out {out}: {error.strerror or error}") from error


def _lines(path: Path) -> Iterable[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise EvalError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise EvalError(f"{path}: is not UTF-8 at byte {error.start}") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line
