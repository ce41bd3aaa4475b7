"""From the bytes of a web page to a record, or why it is no article."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from index.article import RawInput, Record
from index.errors import InputRefused
from index.readers.decoding import derived_id, normalise, printable, read_whole
from index.readers.html.dating import modified_time, published_date
from index.readers.html.facts import Facts, read_facts
from index.readers.html.headline import find_headline
from index.readers.html.kinds import not_an_article
from index.readers.html.text import page_text
from index.readers.html.tree import decode_page, parse_page

FORMAT = "html"
_PAGE_FACTOR = 8
"""A page may be so many times as large as the most text that is read from it."""
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")


def read_html(path: Path, name: str, max_bytes: int, url: str | None = None) -> Record | InputRefused:
    """The article in a file; ``name``, its path relative to what the caller gave, is its id if no address is known."""
    shown = printable(str(path))
    try:
        data = read_whole(path, _PAGE_FACTOR * max_bytes, " of a page")
    except ValueError as error:
        return InputRefused(shown, str(error))
    return read_page(data, name=name, shown=shown, url=url, max_bytes=max_bytes)


def read_page(
    data: bytes, *, name: str, shown: str, url: str | None, max_bytes: int, now: datetime | None = None
) -> Record | InputRefused:
    """The article in a page's bytes, found at ``url`` if that is known; refused under the name ``shown``.

    ``now`` is when the page was there to be read, this moment unless given: no date of it can be later.
    """
    try:
        return _read(data, name, url, max_bytes, now or datetime.now(UTC))
    except ValueError as error:
        return InputRefused(shown, str(error))


def _read(data: bytes, name: str, url: str | None, max_bytes: int, now: datetime) -> Record:
    source = decode_page(data)
    tree = parse_page(source)
    facts = read_facts(tree, url)
    headline = find_headline(tree, facts, _host(facts.url or url))
    found = page_text(tree, source, facts.url or url, headline.element)
    reason = not_an_article(tree, facts, found.text, url)
    if reason is not None:
        raise ValueError(reason)
    if len(found.text.encode()) > max_bytes:
        raise ValueError(f"has an article of over {max_bytes:,} bytes, the most that is read")
    published = published_date(tree, facts, facts.url or url, source, now)
    return Record(
        id=derived_id(facts.url or name),
        text=normalise(found.text),
        title=headline.text,
        source=facts.outlet,
        url=facts.url,
        published=published,
        modified=modified_time(facts, published, now),
        language=_language(facts),
        authors=facts.authors,
        furniture=found.furniture,
        raw=RawInput(format=FORMAT, data=data),
    )


def _language(facts: Facts) -> str | None:
    """Not what a template says: a page in English is often marked so whatever it says, so the text decides there."""
    given = _LANGUAGE.fullmatch(facts.language.strip()) if facts.language else None
    code = given[1].lower() if given else None
    return None if code in {None, "en"} else code


def _host(url: str | None) -> str | None:
    if url is None:
        return None
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
