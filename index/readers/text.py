"""One text file, one article."""

from __future__ import annotations

from pathlib import Path

from index.article import PublishedDate, Record
from index.dates import prefix_date
from index.errors import InputRefused
from index.readers.decoding import decode, derived_id, printable, read_whole


def read_text(path: Path, name: str, max_bytes: int) -> Record | InputRefused:
    """The article in a text file; ``name`` is its path relative to what the caller gave, ``/``-separated.

    A leading `` date YYYY-MM-DD `` stays in the text and gives the published date.
    """
    shown, article_id = printable(str(path)), derived_id(name)
    try:
        text = decode(read_whole(path, max_bytes))
    except ValueError as error:
        return InputRefused(shown, str(error), article_id)
    return Record(id=article_id, text=text, published=prefixed_date(text))


def prefixed_date(text: str) -> PublishedDate:
    """The date that a leading `` date YYYY-MM-DD `` gives, or none."""
    found = prefix_date(text)
    return PublishedDate() if found is None else found[0]
