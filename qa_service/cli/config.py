"""``config``: which settings are in force, and where each comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from qa_service.cli.opening import AsJson, DataDir, configuration, console, print_json


def config(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Print every setting in force and where it comes from.

    An option comes before the environment (QA_…), that before the file (--config, else QA_CONFIG), that before the
    default. Secrets are masked.
    """
    from qa_service.configuration import shown

    found = configuration({} if data_dir is None else {"data_dir": data_dir})
    settings = shown(found)
    if as_json:
        print_json({"file": None if found.file is None else str(found.file), "settings": settings})
        return
    from qa_service.terminal import safe

    for name, one in settings.items():
        value = "" if one["value"] is None else str(one["value"])
        console().print(f"{name:<16} {one['from']:<12} {safe(value)}".rstrip(), soft_wrap=True)


def remember(
    file: Annotated[
        str | None, typer.Option("--config", metavar="FILE", help="TOML file of settings. Default: $QA_CONFIG.")
    ] = None,
) -> None:
    """Ask a news archive a question; get the sentences that answer it, each with its source and date."""
    from pathlib import Path

    from qa_service.cli.opening import config_file

    config_file.set(None if file is None else Path(file))
