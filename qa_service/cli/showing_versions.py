"""A stored article as a person reads it: its versions, its notices, its text; or what changed between two versions."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from index.article import Version
from index.notices import find_notices
from qa_service.article_object import changed_fields, moment
from qa_service.cli.showing_article import show_heading
from qa_service.differences import Change, text_changes
from qa_service.terminal import QUIET, corrected_words, date_words, print_wrapped, safe, styled

GONE = "red strike"
COME = "green underline"
_AROUND = 60
"""Characters of unchanged text shown on either side of a change."""


def show_version(console: Console, versions: Sequence[Version], shown: Version) -> None:
    """Print one version with its whole text."""
    console.print()
    show_heading(console, shown.article)
    console.print()
    for one in versions:
        print_wrapped(console, _times(one, shown=one is shown), indent=2)
    for notice in find_notices(shown.article):
        console.print()
        told = Text.assemble((f"{corrected_words(notice)}: ", "bold"), (safe(notice.text), QUIET))
        print_wrapped(console, told, indent=2)
    console.print()
    for paragraph in filter(str.strip, shown.article.text.split("\n")):
        print_wrapped(console, styled(paragraph, []), indent=2)
    console.print()


def show_difference(console: Console, before: Version, after: Version) -> None:
    """Print what changed, with a little of what did not around it: what went in brackets, what came in braces."""
    console.print()
    show_heading(console, after.article)
    console.print(Text(f"What changed from version {before.version} to version {after.version}:", "bold"))
    for name, old, new in changed_fields(before.article, after.article):
        console.print()
        print_wrapped(console, Text.assemble((f"{name}: ", "bold"), *_change(_plain(old), _plain(new))), indent=2)
    changes = text_changes(before.article.text, after.article.text)
    lines = list(_lines(changes))
    for line in lines:
        console.print()
        print_wrapped(console, line, indent=2)
    if not lines:
        console.print()
        console.print(Text("The text is the same.", QUIET))
    console.print()


def _times(version: Version, *, shown: bool) -> Text:
    """For which time a version was the valid one."""
    valid = f"version {version.version}: valid from {date_words(moment(version.valid_from))}"
    valid += f" to {date_words(moment(version.valid_to))}" if version.valid_to is not None else ", current"
    ingested = f" (ingested {date_words(moment(version.ingested_at))})"
    return Text.assemble((valid, "bold" if shown else ""), (ingested, QUIET))


def _lines(changes: Sequence[Change]) -> list[Text]:
    """Changes that are near each other on one line, the ends of what lies between distant ones cut."""
    lines: list[Text] = []
    line = Text()
    for place, one in enumerate(changes):
        if one.kind != "equal":
            line.append_text(Text.assemble(*_change(one.before_text, one.after_text)))
            continue
        words, first, last = one.before_text, place == 0, place == len(changes) - 1
        if not first and not last and len(words) <= 2 * _AROUND:
            line.append(_spaced(words))
            continue
        if not first:
            line.append(_spaced(words[:_AROUND]) + (" …" if len(words) > _AROUND else ""))
            lines.append(line)
        line = Text("" if last else ("… " if len(words) > _AROUND else "") + _spaced(words[-_AROUND:]))
    if line.plain and (not changes or changes[-1].kind != "equal"):
        lines.append(line)
    return lines


def _change(gone: str, come: str) -> list[tuple[str, str]]:
    """``[-gone-]{+come+}``, as word differences are commonly written, so that it can be read without colours."""
    shown = [(f"[-{_spaced(gone)}-]", GONE)] if gone else []
    return shown + ([(f"{{+{_spaced(come)}+}}", COME)] if come else [])


def _spaced(words: str) -> str:
    """Made safe for a terminal, but with the spaces at its ends."""
    body = safe(words)
    if not body:
        return " " if words else ""
    return (" " if words[0].isspace() else "") + body + (" " if words[-1].isspace() else "")


def _plain(value: object) -> str:
    if isinstance(value, dict):  # a published date
        return str(value.get("date") or "none")  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"  # pyright: ignore[reportUnknownArgumentType]
    return "none" if value is None else str(value)
