"""One text file, one article."""

from __future__ import annotations

from pathlib import Path

from index.article import PublishedDate, Record
from index.dates import prefix_date
from index.errors import InputRefused
from index.readers.decoding import decode, derived_id


def read_text(path: Path, name: str, max_bytes: int) -> Record | InputRefused:
    """The article in a text file; ``name`` is its path relative to what the caller gave, ``/``-separated."""
    try:
        size = path.stat().st_size
        if size > max_bytes:
            return InputRefused(name, f"has {size:,} bytes; at most {max_bytes:,} are read")
        text = decode(path.read_bytes())
    except OSError as error:
        return InputRefused(name, f"cannot be read: {error.strerror or error}")
    except ValueError as error:
        return InputRefused(name, str(error))
    return Record(id=derived_id(name), text=text, published=prefixed_date(text))


def prefixed_date(text: str) -> PublishedDate:
    """The date that a leading `` date YYYY-MM-DD `` gives, or none."""
    found = prefix_date(text)
    return PublishedDate() if found is None else found[0]
