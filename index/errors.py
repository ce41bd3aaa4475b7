"""Every exception of the project, one tree.

QAError                    anything this project raises on purpose
├── InputRefused           one input cannot be read; the others go on (permanent)
├── InvalidRequest         a caller's field is wrong; ``fields`` names each one (permanent)
├── NotFound               no article, version or passage of that name (permanent)
├── ModelError             the embedding model is missing, damaged or another one than the index was built with
├── StoreError             the data directory cannot be used as it is
│   ├── StoreDamaged       the catalogue itself is unreadable
│   └── PipelineMismatch   built with another model; ``reindex`` is needed
├── TookTooLong            the time limit for an answer has passed (transient)
└── Busy                   another process is writing, or too much is queued (transient: try again)
    └── ModelChanged       the archive has changed over to another model since it was opened: open it again
"""

from __future__ import annotations


class QAError(Exception):
    """Anything this project raises on purpose."""


class InputRefused(QAError):
    """One input cannot be read; the others go on."""

    def __init__(self, name: str, reason: str, article_id: str | None = None) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason
        self.article_id = article_id
        """The article that it would have been, where that is known."""


class InvalidRequest(QAError):
    """A caller's field is wrong; ``fields`` maps each field to what was expected of it."""

    def __init__(self, /, **fields: str) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in fields.items()))
        self.fields = fields


class NotFound(QAError):
    """No article, version or passage of that name."""


class ModelError(QAError):
    """The embedding model is missing, damaged, or not the one the index was built with."""


class StoreError(QAError):
    """The data directory cannot be used as it is."""


class StoreDamaged(StoreError):
    """The catalogue itself is unreadable."""


class PipelineMismatch(StoreError):
    """The index was built with another embedding model; ``reindex`` is needed."""


class TookTooLong(QAError):
    """The time limit for an answer has passed."""


class Busy(QAError):
    """Another process is writing, or too much is queued: try again."""


class ModelChanged(Busy):
    """The archive has changed over to another model since it was opened: open it again."""
