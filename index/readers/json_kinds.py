"""What a ``.json`` file is, by what its beginning says. A format of JSON files adds one row to ``JSON_KINDS``."""

from __future__ import annotations

import re
from pathlib import Path

from index.errors import InputRefused
from index.readers.decoding import printable

JSON_KINDS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb'"version"\s*:\s*"https?:(?:\\?/){2}(?:www\.)?jsonfeed\.org\\?/version\\?/1'), "json-feed"),
    (
        re.compile(rb'"(?:pubstatus|versioncreated|body_text|body_xhtml)"\s*:|"standard"\s*:\s*\{[^}]{0,400}"ninjs"'),
        "ninjs",
    ),
)
"""What is found in the first bytes → the format that reads it; the first that is found counts."""
_HEAD = 64 * 1024


def sniff_json(path: Path) -> str | InputRefused:
    """The format that reads a JSON file: one of ``JSON_KINDS``."""
    shown = printable(str(path))
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        return InputRefused(shown, f"cannot be read: {error.strerror or error}")
    if not head.strip():
        return InputRefused(shown, "is empty")
    for pattern, kind in JSON_KINDS:
        if pattern.search(head):
            return kind
    known = ", ".join(dict.fromkeys(kind for _, kind in JSON_KINDS))
    return InputRefused(shown, f"is JSON of no kind that is read; known: {known}; records, one a line, are .jsonl")
