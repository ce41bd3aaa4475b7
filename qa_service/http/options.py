"""What an operator may set about the HTTP layer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qa_service.keys import KeyRing
from qa_service.tracing import Tracer


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpOptions:
    """Sizes and limits. Beyond them the answer is 408, 413, 429, 503 or 504, never a longer queue."""

    public_url: str = "http://127.0.0.1:8000"
    """Begins the addresses of articles that have none of their own, and names the host that `/mcp` answers to."""
    workers: int = 4
    """Threads that answer questions and read articles."""
    waiting: int = 32
    """Requests that may wait for one of those threads; one more is told to come back."""
    writers: int = 2
    """Threads that ingest and delete: apart from the others, so that feeding never starves asking."""
    waiting_writes: int = 8
    body_seconds: float = 60.0
    """How long a body may take to arrive; then 408."""
    answer_seconds: float = 60.0
    """How long a question may wait and be worked on; then 504."""
    keys: KeyRing | None = None
    """Whose bearer may call; None: nobody is asked for a key."""
    rate_per_minute: int | None = None
    """Requests a minute of each key, or address where there is none; then 429."""
    rate_burst: int = 30
    eval_dir: Path | None = None
    """What `python -m eval run --out` wrote, for the evaluation page."""
    cors_origins: tuple[str, ...] = ()
    tracer: Tracer | None = None
    """Where spans go; None: nowhere."""
    log_questions: bool = False
    """Whether log lines hold the words of questions."""
    question_bytes: int = 128 * 1024
    """Largest body of ``/v1/ask`` and ``/v1/search``."""
    chat_bytes: int = 1024 * 1024
    """Largest body of ``/v1/chat/completions``, which carries the whole conversation."""
    ingest_bytes: int = 32 * 1024 * 1024
    """Largest body of ``POST /v1/articles``."""
