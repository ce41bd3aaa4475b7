"""The command line: one module for each group of commands, heavy imports inside the commands."""

from __future__ import annotations

import typer

from qa_service.cli import archive, articles, asking, config, feeding, fetching, keys, serving, tools, watching
from qa_service.cli.failing import Commands


def build() -> typer.Typer:
    """All commands."""
    app = typer.Typer(
        name="qa-service",
        cls=Commands,
        help="Ask a news archive a question; get the sentences that answer it, each with its source and date.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for command in (
        feeding.ingest,
        fetching.fetch,
        watching.watch,
        asking.ask,
        articles.show,
        serving.serve,
        tools.mcp,
        archive.status,
        archive.verify,
        archive.compact,
        archive.reindex,
        archive.reread,
        archive.export,
        feeding.delete,
        feeding.inspect,
        config.config,
    ):
        app.command()(command)
    app.add_typer(keys.build())
    app.callback()(config.remember)
    return app


def main() -> None:
    """Run the command that the arguments name; exits 0, 1 (some inputs refused) or 2 (usage or environment)."""
    build()(prog_name="qa-service")
