"""What a server logs: one JSON object a line on standard error, or plain lines, from the standard library's loggers."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

import structlog

_OWN = ("qa_service", "index", "uvicorn")
"""Loggers that the level is for; what other libraries tell below a warning may hold the words of questions."""


def configure(*, level: str, form: str, leave_out: Callable[[logging.LogRecord], bool] = lambda _: False) -> None:
    """Sends everything from ``level`` on to standard error as ``form`` (json, text), but for what is left out."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]
    last: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form == "json":
        last.append(structlog.processors.format_exc_info)
        last.append(structlog.processors.JSONRenderer(ensure_ascii=False))
    else:
        last.append(structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback))
    output = logging.StreamHandler(sys.stderr)
    output.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
    output.addFilter(lambda record: not leave_out(record))
    root = logging.getLogger()
    root.handlers[:] = [output]
    chosen = logging.getLevelNamesMapping()[level.upper()]
    root.setLevel(max(chosen, logging.WARNING))
    for name in _OWN:
        logging.getLogger(name).setLevel(chosen)
