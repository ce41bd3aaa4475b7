"""What an operator may set about the HTTP layer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpOptions:
    """Sizes and limits. Beyond them the answer is 413 or 503, never a longer queue."""

    public_url: str = "http://127.0.0.1:8000"
    """Begins the addresses of articles that have none of their own, and names the host that `/mcp` answers to."""
    workers: int = 4
    """Threads that answer questions and read articles."""
    waiting: int = 32
    """Requests that may wait for one of those threads; one more is told to come back."""
    writers: int = 2
    """Threads that ingest and delete: apart from the others, so that feeding never starves asking."""
    waiting_writes: int = 8
    question_bytes: int = 128 * 1024
    """Largest body of ``/v1/ask`` and ``/v1/search``."""
    chat_bytes: int = 1024 * 1024
    """Largest body of ``/v1/chat/completions``, which carries the whole conversation."""
    ingest_bytes: int = 32 * 1024 * 1024
    """Largest body of ``POST /v1/articles``."""
