"""Gold sets: topics (JSON Lines) and relevance judgments (TREC qrels), read strictly.

A gold set must be right, so the first wrong line ends the reading with its file and line. The corpus is never read
here: it goes through the service's own ingest, like any archive.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from eval.errors import EvalError, GoldRefused
from index.article import date_interval

Qrels = dict[str, dict[str, int]]
"""Topic id → article id → grade (1 or more)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One question of a gold set with what is known about its answer; absent fields are None or empty."""

    id: str
    line: int
    """1-based line number in the topics file: odd and even lines are reported apart."""
    question: str
    asked_at: str | None = None
    as_of: str | None = None
    kind: str | None = None
    answerable: bool | None = None
    answers: tuple[str, ...] = ()
    """Reference answers; any one of them will do."""
    wrong: tuple[str, ...] | None = None
    """Answers that other articles give, where the set says so (``{"gold": …, "wrong": …}``)."""
    support: tuple[str, ...] = ()
    """Articles that support the answer."""
    outcome: str | None = None
    claims: tuple[dict[str, Any], ...] = ()
    carriers: tuple[str, ...] = ()
    """Articles or outlets that carry copies of the supporting passage."""
    independent_sources: int | None = None


def read_topics(path: Path, *, limit: int | None = None) -> list[Topic]:
    """The first ``limit`` topics of a file (all by default). Raises GoldRefused naming the first wrong line."""
    topics: list[Topic] = []
    seen: dict[str, int] = {}
    for number, line in lines_of(path):
        try:
            topic = _topic(json.loads(line), number)
        except json.JSONDecodeError as error:
            raise GoldRefused(path, number, f"is not JSON: {error.msg} at column {error.colno}") from error
        except ValueError as error:
            raise GoldRefused(path, number, str(error)) from error
        if topic.id in seen:
            raise GoldRefused(path, number, f"id {topic.id!r} was given on line {seen[topic.id]}")
        seen[topic.id] = number
        topics.append(topic)
    if not topics:
        raise EvalError(f"{path}: holds no topics")
    return topics[:limit]


def read_qrels(path: Path, *, min_rel: int = 1) -> Qrels:
    """Judgments of grade ``min_rel`` or more. Raises GoldRefused naming the first wrong line."""
    qrels: Qrels = {}
    grades: dict[tuple[str, str], int] = {}
    for number, line in lines_of(path):
        parts = line.split()
        if len(parts) != 4:
            raise GoldRefused(path, number, f"has {len(parts)} fields; expected: topic 0 article grade")
        topic, _, article, written = parts
        if not re.fullmatch(r"[+-]?[0-9]+", written):
            raise GoldRefused(path, number, f"grade {written!r} is not a whole number")
        grade = int(written)
        if grades.setdefault((topic, article), grade) != grade:
            raise GoldRefused(path, number, f"grades {article!r} {grade} after {grades[topic, article]} for {topic!r}")
        if grade >= max(min_rel, 1):
            qrels.setdefault(topic, {})[article] = grade
    if not grades:
        raise EvalError(f"{path}: holds no judgments")
    return qrels


def support_qrels(topics: list[Topic]) -> Qrels:
    """Judgments from the topics' own supporting articles, each of grade 1."""
    return {topic.id: dict.fromkeys(topic.support, 1) for topic in topics if topic.support}


def shift(moment: str, days: int) -> str:
    """An ISO date or time moved by whole days; a month or year is moved from its last day. Raises EvalError."""
    try:
        if len(moment) > 10:
            return (datetime.fromisoformat(moment) + timedelta(days=days)).isoformat()
        last_day = datetime.fromtimestamp(date_interval(moment)[1] - 1, tz=UTC).date()
        return (last_day + timedelta(days=days)).isoformat()
    except (ValueError, OverflowError) as error:
        raise EvalError(f"{moment} cannot be moved by {days} days: it leaves the calendar") from error


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """The numbered lines of a UTF-8 file that are not blank. Raises EvalError or GoldRefused."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise EvalError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise EvalError(f"{path}: is not UTF-8 at byte {error.start}") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def _topic(fields: Any, line: int) -> Topic:
    if not isinstance(fields, dict):
        raise ValueError("is not a JSON object")
    answers, wrong = _answers(fields.get("answers"))
    copies = _object(fields, "copies")
    return Topic(
        id=_identity(fields.get("id")),
        line=line,
        question=_required_text(fields, "question"),
        asked_at=_moment(fields, "asked_at"),
        as_of=_moment(fields, "as_of"),
        kind=_text(fields, "kind"),
        answerable=_flag(fields, "answerable"),
        answers=answers,
        wrong=wrong,
        support=tuple(_required_text(item, "article_id") for item in _objects(fields, "support")),
        outcome=_outcome(fields),
        claims=tuple(_claim(item) for item in _objects(fields, "claims")),
        carriers=tuple(_strings(copies.get("carriers"), "copies.carriers")),
        independent_sources=_count(copies.get("independent_sources")),
    )


def _identity(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)) or not str(value):
        raise ValueError("id is missing or is no string or number")
    if re.search(r"\s", str(value)):
        raise ValueError(f"id {value!r} holds white space, which a TREC run cannot")
    return str(value)


def _text(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} is no string")
    return value


def _required_text(fields: dict[str, Any], name: str) -> str:
    value = _text(fields, name)
    if not value or not value.strip():
        raise ValueError(f"{name} is missing or empty")
    return value


def _moment(fields: dict[str, Any], name: str) -> str | None:
    value = _text(fields, name)
    if value is not None:
        try:
            date_interval(value)
            if len(value) == 10:
                date.fromisoformat(value)
        except (ValueError, OverflowError) as error:
            raise ValueError(f"{name} {value!r} is not an ISO 8601 date or time") from error
    return value


def _flag(fields: dict[str, Any], name: str) -> bool | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, bool):
        raise ValueError(f"{name} is neither true nor false")
    return value


def _outcome(fields: dict[str, Any]) -> str | None:
    value = _text(fields, "outcome")
    if value not in (None, "answered", "conflicting", "unsupported"):
        raise ValueError(f"outcome {value!r} is none of answered, conflicting, unsupported")
    return value


def _answers(value: Any) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    if isinstance(value, dict):
        return _strings(value.get("gold"), "answers.gold"), _strings(value.get("wrong"), "answers.wrong")
    return _strings(value, "answers"), None


def _strings(value: Any, name: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, (str, int, float)) for item in value):
        raise ValueError(f"{name} is no list of strings or numbers")
    return tuple(str(item) for item in value)


def _object(fields: dict[str, Any], name: str) -> dict[str, Any]:
    value = fields.get(name)
    if value is not None and not isinstance(value, dict):
        raise ValueError(f"{name} is no object")
    return value or {}


def _objects(fields: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = fields.get(name)
    if value is not None and not (isinstance(value, list) and all(isinstance(item, dict) for item in value)):
        raise ValueError(f"{name} is no list of objects")
    return value or []


def _claim(item: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(item.get("value"), (str, int, float)):
        raise ValueError("claims: value is missing or is no string or number")
    return item


def _count(value: Any) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise ValueError("copies.independent_sources is no whole number")
    return value
