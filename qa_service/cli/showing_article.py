"""An article as ingest reads it: what may be quoted, and what is kept out of passages and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from qa_service.terminal import QUIET, byline, print_wrapped, safe, styled

if TYPE_CHECKING:
    from index.article import Article

_REMOVED_SHOWN = 160


def show_heading(console: Console, article: Article) -> None:
    """Print what stands above an article's text."""
    console.print(Text(safe(article.title) or "(no headline)", "bold"))
    console.print(Text(byline(article.source, article.id, article.published)))
    for line in (article.url, f"language: {article.language}" if article.language else None):
        if line:
            console.print(Text(safe(line), QUIET), soft_wrap=True)


def show_article(console: Console, article: Article) -> None:
    """Print an article section by section, then what was removed."""
    show_heading(console, article)
    for number, section in enumerate(article.sections, 1):
        console.print()
        if len(article.sections) > 1:
            console.print(Text(f"Section {number}: {safe(section.title) or '(no headline)'}", "bold"))
        for start, end in section.kept:
            for paragraph in filter(str.strip, article.text[start:end].split("\n")):
                print_wrapped(console, styled(paragraph, []), indent=2)
    if article.removed:
        console.print()
        console.print(Text("Kept out of passages", "bold"))
    for one in article.removed:
        words = safe(article.text[slice(*one.span)])
        shown = words if len(words) <= _REMOVED_SHOWN else f"{words[:_REMOVED_SHOWN]} …"
        print_wrapped(console, Text.assemble((f"{safe(one.reason)}: ", "bold"), (shown, QUIET)), indent=2)
    console.print()
