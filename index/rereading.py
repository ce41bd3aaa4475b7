"""Reading again what was kept raw, by the readers of today, without the source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from index.article import Item, Record
from index.catalogue import Catalogue
from index.raw_inputs import current_with_raw, read_raw
from index.readers.html import read_page


def reread(catalogue: Catalogue, *, max_bytes: int) -> Iterator[Item]:
    """The current version of every article that was kept raw, read again under its own id.

    Ingested, those that read as before are unchanged, and others become their articles' next versions: what was cited
    stays where it was. A page that today's reader refuses is refused, and its article stays as it is.
    """
    db = catalogue.connection()
    for vid, article_id, url in current_with_raw(db):
        raw = read_raw(db, vid)
        if raw is not None and raw.format == "html":
            item = read_page(raw.data, name=article_id, shown=article_id, url=url, max_bytes=max_bytes)
            yield replace(item, id=article_id, url=url) if isinstance(item, Record) else item
