"""How a run was made: command, commit, machine."""

from __future__ import annotations

import os
import platform
import shlex
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def provenance(arguments: Sequence[str]) -> dict[str, Any]:
    """The command as it was given, when, from which commit (None outside a checkout), on what machine."""
    return {
        "command": command_line(arguments),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "git_commit": _commit(),
        "machine": {
            "cores": os.cpu_count(),
            "processor": platform.machine(),
            "system": platform.system(),
            "python": platform.python_version(),
        },
    }


def command_line(arguments: Sequence[str]) -> str:
    """The command that was given, ready to be given again."""
    return shlex.join(["python", "-m", "eval", *arguments])


def _commit() -> str | None:
    """The commit checked out, with ``-dirty`` where tracked files differ from it."""
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"],  # noqa: S607 - whichever git is used here
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return described.stdout.strip() or None if described.returncode == 0 else None
