"""What can go wrong in an evaluation, hung on the project's one exception tree.

QAError
└── EvalError            an evaluation cannot go on; the message says what is wrong and where
    ├── GoldRefused      a line of a topics, qrels or output file is not what it must be; names ``file:line``
    └── TopicFailed      the service refused or failed one question; that topic counts as wrong, the others go on
"""

from __future__ import annotations

from pathlib import Path

from index.errors import QAError


class EvalError(QAError):
    """An evaluation cannot go on; the message says what is wrong and where."""


class GoldRefused(EvalError):
    """A line of a topics, qrels or output file is not what it must be; names ``file:line``."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class TopicFailed(EvalError):
    """The service refused or failed one question; that topic counts as wrong, the others go on."""
