"""``/articles/{id}``: one version of an article as it is stored, read at the quotation and checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from index.article import PublishedDate, Span
from index.errors import NotFound
from index.groups import Relations, StoryMember
from qa_service.answer import Citation
from qa_service.http.article_query import ArticleQuery, AskedOfArticle
from qa_service.http.lifecycle import HasLifecycle
from qa_service.http.pages.article_citation import citation_forms
from qa_service.http.pages.changes import field_changes, stretches
from qa_service.http.pages.links import web_address
from qa_service.http.pages.page_route import PageRoute
from qa_service.http.pages.paragraphs import blocks
from qa_service.http.pages.rendering import page
from qa_service.http.pages.wording import provenance_words
from qa_service.http.paths import ShownArticleId
from qa_service.http.service_port import Service

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_NEARBY = 4
"""Articles of the story that are shown on each side of this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice of the article's own, in its words, and the version that holds it."""

    kind: str
    text: str
    date: str | None
    version: int
    span: Span


@router.get("/articles/{article_id:path}")
async def read(
    request: Request,
    article_id: ShownArticleId,
    lifecycle: HasLifecycle,
    asked: AskedOfArticle,
    whole: bool = False,
) -> Response:
    """The article's page; with ``diff`` what changed since that version, ``whole`` in the whole text."""
    service = lifecycle.service()
    return await lifecycle.asking.run(lambda: _page(request, service, article_id, asked, whole=whole))


def _page(request: Request, service: Service, article_id: str, asked: ArticleQuery, *, whole: bool) -> Response:
    try:
        article = service.article(article_id, asked.version, asked.diff)
    except NotFound:
        return page(request, "article_missing.html", _missing(service, article_id, asked), status=404)
    span = asked.span_in(article["text"])
    shown = context(service, article, span)
    changed = article["diff"]
    if changed is None:
        return page(request, "article.html", shown | {"blocks": blocks(article, span)})
    shown |= {
        "diff": changed["from"],
        "whole": whole,
        "fields": field_changes(changed["fields"]),
        "stretches": stretches(changed["changes"], whole=whole),
    }
    return page(request, "article_changes.html", shown)


def context(service: Service, article: dict[str, Any], span: Span | None) -> dict[str, Any]:
    """What every view of an article shows around its text."""
    citation = service.cite(article["id"], article["version"], span)
    relations = service.relations(article["id"], article["version"])
    current = article if citation.newer_version is None else service.article(article["id"], None)
    return {
        "article": article,
        "span": span,
        "citation": citation,
        "lang": _language_tag(article["language"]),
        "known": known_words(citation.published),
        "source_url": web_address(citation.quote_url or citation.url),
        "notices": _notices(article, current),
        "still": _still(citation, current),
        "versions": list(reversed(article["versions"])),
        "forms": citation_forms(citation),
        "carriers": relations.carriers,
        "passages": relations.passages,
        "nearby": _nearby(relations, article["id"]),
        "story": _others(relations, article["id"]),
    }


def known_words(published: PublishedDate) -> str:
    """How an article's date is known, or that it is not."""
    return provenance_words(published) or ("date given with the article" if published.date else "no date was given")


def _language_tag(language: str | None) -> str | None:
    """An article's language where a browser would know it (BCP 47): who sent it may have written anything."""
    known = language is not None and re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", language)
    return language if known else None


def _notices(article: dict[str, Any], current: dict[str, Any]) -> list[Notice]:
    """Those that came with the current version, then the shown version's own."""
    own = [_notice(one, article["version"]) for one in article["notices"]]
    told = {one.text for one in own}
    later = [_notice(one, current["version"]) for one in current["notices"] if one["text"] not in told]
    return later + own


def _notice(given: dict[str, Any], version: int) -> Notice:
    start, end = given["span"]
    return Notice(kind=given["kind"], text=given["text"], date=given["date"], version=version, span=(start, end))


def _still(citation: Citation, current: dict[str, Any]) -> Span | None:
    """Where the quoted words stand in the current version, if that is another one and they do."""
    if citation.newer_version is None or not citation.quote:
        return None
    at = current["text"].find(citation.quote)
    return None if at < 0 else (at, at + len(citation.quote))


def _others(relations: Relations, article_id: str) -> list[StoryMember]:
    """The story's articles by date, but for this one."""
    return [] if relations.story is None else [one for one in relations.story.members if one.article_id != article_id]


def _nearby(relations: Relations, article_id: str) -> list[StoryMember]:
    """The articles of the story that were published next before and after this one."""
    if relations.story is None:
        return []
    members = relations.story.members
    place = next((at for at, one in enumerate(members) if one.article_id == article_id), 0)
    start = max(0, min(place - _NEARBY, len(members) - 2 * _NEARBY - 1))
    return [one for one in members[start : start + 2 * _NEARBY + 1] if one.article_id != article_id]


def _missing(service: Service, article_id: str, asked: ArticleQuery) -> dict[str, Any]:
    """What a page says of an article, or a version of one, that is not there."""
    try:
        known = service.article(article_id, None)
    except NotFound:
        return {"article_id": article_id, "missing": None, "known": None}
    held = {one["version"] for one in known["versions"]}
    missing = next((one for one in (asked.version, asked.diff) if one is not None and one not in held), None)
    return {"article_id": article_id, "missing": missing, "known": known}
