"""The addresses that a sitemap lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from qa_service.cli.failing import say
from qa_service.cli.opening import console, print_json
from qa_service.terminal import QUIET, safe

if TYPE_CHECKING:
    from index.errors import InputRefused
    from index.readers.sitemap import Listed


def listed_in(file: str) -> Iterator[Listed | InputRefused] | None:
    """What a file lists if it is a sitemap; None if it is something else."""
    from index.readers.sitemap import read_sitemap
    from index.readers.xml_kinds import sniff_xml

    path = Path(file)
    if not path.name.lower().endswith((".xml", ".xml.gz")) or not path.is_file() or sniff_xml(path) != "sitemap":
        return None
    return read_sitemap(path)


def inspect_sitemap(file: str, *, as_json: bool) -> bool | None:
    """Print the addresses that a sitemap lists. Whether anything in it was refused; None if the file is no sitemap."""
    from index.errors import InputRefused

    found = listed_in(file)
    if found is None:
        return None
    refused = False
    out = console()
    for one in found:
        if isinstance(one, InputRefused):
            refused = True
            say(f"refused {one}")
        elif as_json:
            print_json(listed_json(one))
        else:
            show_listed(out, one)
    return refused


def show_listed(out: Console, listed: Listed) -> None:
    """Print an address on a line: its date, itself, its headline."""
    when = listed.published.date or listed.modified or "no date"
    name = " · ".join(filter(None, (listed.outlet, listed.language, "a sitemap" if listed.kind == "sitemap" else None)))
    out.print(Text.assemble((when.ljust(22), QUIET), " ", safe(listed.url)), soft_wrap=True)
    if listed.title or name:
        out.print(Text.assemble(" " * 23, safe(listed.title), (f"  {safe(name)}", QUIET)), soft_wrap=True)


def listed_json(listed: Listed) -> dict[str, Any]:
    """An address as JSON."""
    from qa_service.answer import to_json

    return {
        "url": listed.url,
        "kind": listed.kind,
        "published": to_json(listed.published),
        "modified": listed.modified,
        "title": listed.title,
        "source": listed.outlet,
        "language": listed.language,
    }
