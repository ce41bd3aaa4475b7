"""Reading again what was kept raw, by the readers of today, without the source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from index.article import Item, RawInput, Record
from index.catalogue import Catalogue
from index.errors import InputRefused
from index.raw_inputs import current_with_raw, read_raw
from index.readers import FORMATS, ReadOptions


def reread(catalogue: Catalogue, *, max_bytes: int) -> Iterator[Item]:
    """The current version of every article that was kept raw, read again under its own id.

    Ingested, those that read as before are unchanged, and others become their articles' next versions: what was cited
    stays where it was. What today's reader refuses is refused, and its article stays as it is.
    """
    db = catalogue.connection()
    with TemporaryDirectory() as folder:
        for vid, article_id, url in current_with_raw(db):
            raw = read_raw(db, vid)
            if raw is not None:
                yield _read_again(Path(folder) / "raw", raw, article_id, ReadOptions(max_bytes=max_bytes, url=url))


def _read_again(path: Path, raw: RawInput, article_id: str, options: ReadOptions) -> Item:
    """The one record in what was kept; the reason why it is none now."""
    known = FORMATS.get(raw.format)
    if known is None:
        return InputRefused(article_id, f"was kept as {raw.format!r}, which nothing here reads")
    path.write_bytes(raw.data)
    items = list(known[1](path, article_id, options))
    records = [item for item in items if isinstance(item, Record)]
    if len(records) == 1:
        return replace(records[0], id=article_id, url=options.url or records[0].url)
    reason = next((item.reason for item in items if isinstance(item, InputRefused)), "no longer holds one article")
    return InputRefused(article_id, reason, article_id)
