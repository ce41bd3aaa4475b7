"""How a command ends when something is wrong: one line on standard error and the contract's exit status."""

from __future__ import annotations

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from index.errors import InvalidRequest, QAError

REFUSED = 1
"""Some inputs were refused; the rest was done."""
UNUSABLE = 2
"""Wrong usage, or an environment that the command cannot work in."""
INTERRUPTED = 130


class Commands(TyperGroup):
    """Runs a command and turns the project's errors into a line and an exit status; others are bugs and show."""

    def invoke(self, ctx: Any) -> Any:
        """What the command returns."""
        try:
            return super().invoke(ctx)
        except InvalidRequest as error:
            for field, message in error.fields.items():
                say(f"{field}: {message}")
            raise typer.Exit(UNUSABLE) from None
        except QAError as error:
            say(str(error))
            raise typer.Exit(UNUSABLE) from None
        except BrokenPipeError:
            raise
        except OSError as error:
            where = "" if error.filename is None else f"{error.filename}: "
            say(f"{where}{error.strerror or error}")
            raise typer.Exit(UNUSABLE) from None
        except KeyboardInterrupt:
            say("interrupted")
            raise typer.Exit(INTERRUPTED) from None


def say(message: str) -> None:
    """One line on standard error."""
    from qa_service.terminal import safe

    print(f"qa-service: {safe(message)}", file=sys.stderr, flush=True)  # noqa: T201 - a plain line, also without rich
