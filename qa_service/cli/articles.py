"""``show``: one article of the archive, its versions, and what changed between two of them."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from qa_service.cli.opening import AsJson, DataDir, console, open_archive, print_json, quiet, read_settings


def show(
    article_id: Annotated[str, typer.Argument(metavar="ARTICLE_ID", help="Its id, as citations show it.")],
    version: Annotated[
        int | None, typer.Option("--version", metavar="N", min=1, help="This version. Default: the current one.")
    ] = None,
    diff: Annotated[
        int | None, typer.Option("--diff", metavar="N", min=1, help="What changed since version N, word by word.")
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show an article as it is stored, its versions, and what changed between them."""
    settings = read_settings(data_dir)
    with quiet(), closing(open_archive(settings)) as store:
        versions = store.catalogue.versions(article_id)
    from qa_service.article_object import article_object, version_of

    if as_json:
        print_json(article_object(versions, version, diff))
        return
    from qa_service.cli.showing_versions import show_difference, show_version

    shown = version_of(versions, version)
    if diff is None:
        show_version(console(), versions, shown)
    else:
        show_difference(console(), version_of(versions, diff), shown)
