"""Citations: what lets a reader check a quotation, and links that open it."""

from __future__ import annotations

from urllib.parse import quote

from index.article import Span, StoredPassage, Version
from qa_service.answer import Citation

_FRAGMENT_WORDS = 8
"""A longer quote is linked by its first and last words, so that the address stays short."""


def cite_passage(n: int, passage: StoredPassage, public_url: str) -> Citation:
    """The citation that quotes a whole passage."""
    return cite_span(n, passage, (passage.start, passage.end), public_url)


def cite_span(n: int, passage: StoredPassage, span: Span, public_url: str) -> Citation:
    """The citation that quotes ``span`` of the article's text, which must lie inside the passage."""
    words = passage.text[span[0] - passage.start : span[1] - passage.start]
    return Citation(
        n=n,
        article_id=passage.article_id,
        version=passage.version,
        newer_version=None if passage.newest_version == passage.version else passage.newest_version,
        title=passage.title,
        source=passage.source,
        url=passage.url,
        permalink=permalink(public_url, passage.article_id, passage.version, span),
        quote_url=None if passage.url is None else quote_url(passage.url, words),
        published=passage.published,
        span=span,
        quote=words,
    )


def cite_version(found: Version, span: Span | None, public_url: str) -> Citation:
    """The citation that quotes ``span`` of a version's text; None cites the article as a whole, with an empty quote."""
    article = found.article
    start, end = span or (0, 0)
    words = article.text[start:end]
    own = (section.title for section in article.sections if any(a <= start < b for a, b in section.kept))
    return Citation(
        n=1,
        article_id=article.id,
        version=found.version,
        newer_version=None if found.newest == found.version else found.newest,
        title=(next(own, "") if span else "") or article.title,
        source=article.source,
        url=article.url,
        permalink=permalink(public_url, article.id, found.version, span),
        quote_url=article.url if article.url is None or not words.strip() else quote_url(article.url, words),
        published=article.published,
        span=(start, end),
        quote=words,
    )


def permalink(public_url: str, article_id: str, version: int, span: Span | None) -> str:
    """An address here that names article, version and span, so that it survives re-splitting."""
    path = quote(article_id, safe="")
    place = f"&span={span[0]}-{span[1]}" if span else ""
    return f"{public_url.rstrip('/')}/v1/articles/{path}?version={version}{place}"


def quote_url(url: str, words: str) -> str:
    """The source page, opened at the quote: a text fragment (WICG Scroll-to-Text-Fragment)."""
    parts = words.split()
    if len(parts) > 2 * _FRAGMENT_WORDS:
        ends = (" ".join(parts[:_FRAGMENT_WORDS]), " ".join(parts[-_FRAGMENT_WORDS:]))
        fragment = ",".join(_escape(end) for end in ends)
    else:
        fragment = _escape(" ".join(parts))
    if ":~:" in url:  # it opens at a quote already; only the first ":~:" is read as a delimiter
        return f"{url}&text={fragment}"
    joint = ":~:text=" if "#" in url else "#:~:text="
    return f"{url}{joint}{fragment}"


def _escape(words: str) -> str:
    """Percent-encode, the fragment's own ``-`` and ``,`` and ``&`` included."""
    return quote(words, safe="").replace("-", "%2D")
