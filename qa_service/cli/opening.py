"""Settings and archives for commands: options before the environment, and nothing opened that is not there."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from contextlib import AbstractContextManager, redirect_stdout
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.errors import StoreError

if TYPE_CHECKING:
    from rich.console import Console

    from index.store import Store
    from qa_service.configuration import Configuration
    from qa_service.settings import Settings

config_file: ContextVar[Path | None] = ContextVar("config_file", default=None)
"""What ``--config`` named."""
DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", metavar="DIR", help="Where the archive is kept. Default: $QA_DATA_DIR, else ./var."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


def configuration(options: dict[str, Any]) -> Configuration:
    """The settings under the options given, and where each comes from. Raises InvalidRequest."""
    from qa_service.configuration import configure

    return configure(options, os.environ, config_file.get())


def read_settings(data_dir: Path | None, **given: Any) -> Settings:
    """The environment's settings under the options given. Raises InvalidRequest or StoreError."""
    options: dict[str, Any] = {"data_dir": data_dir, **given}
    settings = configuration({name: value for name, value in options.items() if value is not None}).settings
    if settings.data_dir.exists() and not settings.data_dir.is_dir():
        raise StoreError(f"the data directory {settings.data_dir} is no folder")
    return settings


def require_archive(settings: Settings) -> None:
    """Raises StoreError where the data directory holds no archive."""
    folder = settings.data_dir
    if not (folder / "catalogue.db").is_file():
        raise StoreError(f"there is no archive in {folder}: run `qa-service ingest PATH --data-dir {folder}` first")


def open_archive(settings: Settings) -> Store:
    """The store of an existing archive without its model, for what needs none. Raises StoreError."""
    from index.catalogue import Catalogue
    from index.passages import SplitOptions
    from index.store import Store
    from index.writer import fingerprint

    require_archive(settings)
    catalogue = Catalogue(settings.data_dir / "catalogue.db")
    facts = {key: catalogue.meta(key) for key in ("model_name", "model_digest", "dim")}
    catalogue.close()
    name, digest, dim = facts["model_name"], facts["model_digest"], facts["dim"]
    if name is None or digest is None or dim is None:
        raise StoreError(f"{settings.data_dir} does not say which model it was built with: ingest into it again")
    return Store(
        settings.data_dir,
        model_name=name,
        model_digest=digest,
        dim=int(dim),
        fingerprint=fingerprint(digest, SplitOptions(max_tokens=settings.max_tokens)),
        wait=settings.wait,
    )


def quiet() -> AbstractContextManager[object]:
    """Keeps what libraries print off standard output, and their chatter off standard error."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TQDM_DISABLE", "1")
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
        logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    return redirect_stdout(sys.stderr)


def console(*, stderr: bool = False) -> Console:
    """A rich console for people; markup and emoji codes in article text mean nothing to it."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def print_json(value: Any) -> None:
    """One JSON value on one line of standard output."""
    import json

    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()
