"""What the tools return beside the contract's own objects, as their output schemas show it.

``search`` and ``fetch`` have the shapes that ChatGPT's connectors and deep research ask for: every ``url`` is a
non-empty string, an address of this service where the article has none.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from qa_service.answer import FoundArticle
from qa_service.http.naming import article_url, titled
from qa_service.http.shapes import Published, Shape


class SearchHit(Shape):
    """An article that `fetch` can open."""

    id: str = Field(description="What `fetch` takes.")
    title: str = Field(description="Outlet, date and headline.")
    url: str = Field(description="The article's own address, else one at this service.")


class SearchHits(Shape):
    """Articles, best first."""

    results: list[SearchHit]


class Fetched(Shape):
    """An article with its whole text."""

    id: str
    title: str
    text: str
    url: str = Field(description="The article's own address, else one at this service that names the version.")
    metadata: dict[str, str] = Field(description='`date` is "undated" where the article carries none.')


class TimelineArticle(Shape):
    """An article of a story, with near-identical texts under it."""

    id: str
    version: int
    title: str
    source: str | None
    url: str
    published: Published
    copies: list[str] = Field(description="Ids of articles that carry the same text.")


class Timeline(Shape):
    """The articles on one event by date, undated ones last. `redirected_from`: that story was merged into this one."""

    id: str
    redirected_from: str | None
    articles: list[TimelineArticle]


def search_hit(found: FoundArticle, public_url: str) -> dict[str, Any]:
    """A line of ``search``."""
    return {
        "id": found.article_id,
        "title": titled(found.source, found.published.date, found.title, found.article_id),
        "url": found.url or article_url(public_url, found.article_id),
    }


def fetched(article: dict[str, Any], public_url: str) -> dict[str, Any]:
    """The object of ``fetch`` from the contract's article object."""
    published = article["published"]
    known = {"source": article["source"], "language": article["language"], "modified": article["modified"]}
    return {
        "id": article["id"],
        "title": titled(article["source"], published["date"], article["title"], article["id"]),
        "text": article["text"],
        "url": article["url"] or article_url(public_url, article["id"], article["version"]),
        "metadata": {
            **{name: value for name, value in known.items() if value},
            "date": published["date"] or "undated",
            "date_precision": published["precision"],
            "date_provenance": published["provenance"],
            "version": str(article["version"]),
            "permalink": article_url(public_url, article["id"], article["version"]),
        },
    }


def timeline(story: dict[str, Any], public_url: str) -> dict[str, Any]:
    """The object of ``timeline`` from the contract's story object."""
    articles = [
        {
            "id": line["article_id"],
            **{name: line[name] for name in ("version", "title", "source", "published", "copies")},
            "url": line["url"] or article_url(public_url, line["article_id"], line["version"]),
        }
        for line in story["articles"]
    ]
    return {"id": story["id"], "redirected_from": story["redirected_from"], "articles": articles}
