"""``keys add|list|revoke``: who may use a served archive."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from qa_service.cli.failing import Commands
from qa_service.cli.opening import AsJson, DataDir, console, print_json, read_settings
from qa_service.keys import READ, Key, KeyRing


def build() -> typer.Typer:
    """The group of commands."""
    app = typer.Typer(
        name="keys",
        cls=Commands,
        help="API keys of an archive: add, list, revoke. A running server follows at once.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    for command, name in ((add, "add"), (show, "list"), (revoke, "revoke")):
        app.command(name)(command)
    return app


def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whom the key is for.")],
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", metavar="SCOPE", help="read or write; repeat for both. Default: read."),
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it: it is shown this once and kept only as a digest."""
    settings = read_settings(data_dir)
    clear, key = KeyRing(settings.data_dir).add(name, scope or [READ])
    if as_json:
        print_json({"key": clear, **_shown(key)})
    else:
        console(stderr=True).print(f"Key {key.id} for {key.name}, {' and '.join(key.scopes)}; shown only now:")
        console().print(clear, soft_wrap=True)


def show(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the keys: never the keys themselves."""
    settings = read_settings(data_dir)
    keys = KeyRing(settings.data_dir).keys()
    if as_json:
        print_json({"keys": [_shown(key) for key in keys]})
        return
    for key in keys:
        console().print(f"{key.id}  {','.join(key.scopes):<10}  {key.created}  {key.name}", soft_wrap=True)
    if not keys:
        console(stderr=True).print("There are no keys.")


def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `keys list` shows it.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make a key invalid, at once."""
    settings = read_settings(data_dir)
    key = KeyRing(settings.data_dir).revoke(key_id)
    if as_json:
        print_json({"revoked": _shown(key)})
    else:
        console().print(f"Revoked key {key.id} for {key.name}.", soft_wrap=True)


def _shown(key: Key) -> dict[str, object]:
    return {name: value for name, value in asdict(key).items() if name != "digest"}
