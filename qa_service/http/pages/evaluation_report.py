"""The last evaluation, read from the folder that ``python -m eval run --out`` wrote: what this page shows of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

METRICS, PER_TOPIC = "metrics.json", "per_topic.jsonl"
MOST_BYTES = 64 << 20
WORST = 20
_JUDGING = ("ndcg@10", "answer_in_sentence@1", "outcome_accuracy", "abstention_accuracy")
"""What makes a topic one of the worst: the lowest mean of those it has."""
_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class NoReport(Exception):
    """There is no report: none was made, or its folder is not set."""


class BrokenReport(Exception):
    """A file is there and cannot be shown; the message names it and says why."""


class _Read(BaseModel):
    """What is read of a file; the rest of it may change."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Measure(_Read):
    """A mean over topics with its 95% interval."""

    mean: float
    n: int
    low: float
    high: float


class Bin(_Read):
    """Topics of like confidence."""

    n: int = Field(ge=0)
    confidence: _Share
    observed: _Share


class Calibration(_Read):
    """How far a probability can be trusted."""

    n: int
    base_rate: float
    ece: float
    brier: float
    brier_skill: float | None
    bins: list[Bin] = Field(max_length=200)


class Calibrations(_Read):
    """Of the two probabilities."""

    answer: Calibration | None
    sentence: Calibration | None


class Latency(_Read):
    """Milliseconds a question."""

    p50: float
    p95: float


class Group(_Read):
    """Some of the topics."""

    topics: int
    judged: int
    missing: int
    measures: dict[str, Measure]
    calibration: Calibrations
    latency_ms: Latency | None


class Status(_Read):
    """What the service said of itself."""

    model: str | None = None


class AskedService(_Read):
    """What was asked."""

    status: Status | str | None = None
    """Of a service in the same process its status; of one over HTTP only that it is ready."""
    model: str | None = None
    """Of a service over HTTP."""


class Run(_Read):
    """How it was made."""

    started: str
    command: str
    git_commit: str | None = None
    topics: str
    threshold: float | None = None
    service: AskedService | None = None

    @property
    def model(self) -> str | None:
        """The embedding model, where the service told."""
        if self.service is None:
            return None
        return self.service.status.model if isinstance(self.service.status, Status) else self.service.model

    @property
    def set_name(self) -> str:
        """The topics file with the folder it lies in."""
        return "/".join(self.topics.replace("\\", "/").split("/")[-2:])


class Metrics(_Read):
    """``metrics.json``."""

    run: Run
    overall: Group
    odd: Group
    even: Group
    failed: list[Any] = []


class Topic(_Read):
    """A line of ``per_topic.jsonl``."""

    id: str
    line: int
    question: str
    outcome: str | None
    confidence: float | None
    values: dict[str, float]

    @property
    def quality(self) -> float:
        """The mean of what judges it; 1 where nothing does."""
        found = [self.values[name] for name in _JUDGING if name in self.values]
        return sum(found) / len(found) if found else 1.0


def read_metrics(folder: Path | None) -> Metrics:
    """The figures. Raises NoReport, BrokenReport."""
    if folder is None:
        raise NoReport
    try:
        return Metrics.model_validate(json.loads(_bytes(folder / METRICS)), strict=False)
    except FileNotFoundError:
        raise NoReport from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise BrokenReport(f"{METRICS} is not what `eval run` writes: {place}: {first['msg']}") from error
    except OSError as error:
        raise BrokenReport(f"{METRICS} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise BrokenReport(f"{METRICS} is not JSON: {error}") from error


def read_worst(folder: Path) -> list[Topic]:
    """The topics that lost most, the worst first; empty where the file is missing. Raises BrokenReport."""
    topics: list[Topic] = []
    try:
        topics.extend(Topic.model_validate_json(line) for line in _bytes(folder / PER_TOPIC).splitlines() if line)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise BrokenReport(f"{PER_TOPIC} cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise BrokenReport(f"{PER_TOPIC}, line {len(topics) + 1} is not what `eval run` writes") from error
    lost = sorted((topic for topic in topics if topic.quality < 1), key=lambda topic: (topic.quality, topic.line))
    return lost[:WORST]


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise OSError(f"it has over {MOST_BYTES:,} bytes")
    return data
