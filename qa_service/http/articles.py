"""Routes for what the archive holds: articles, their versions, passages and stories."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from index.errors import NotFound
from qa_service.http import examples, schemas
from qa_service.http.article_query import ArticleQuery, AskedOfArticle
from qa_service.http.body import read_body
from qa_service.http.citation_media import Format, cited_as, documented
from qa_service.http.feeding import feed
from qa_service.http.lifecycle import HasLifecycle
from qa_service.http.openapi import answers, json_body
from qa_service.http.pages.links import article_url
from qa_service.http.paths import ArticleId, PassageId, StoryId
from qa_service.http.preferring import prefers_html
from qa_service.http.problems import BUSY, INVALID, MALFORMED, MEDIA, NOT_FOUND, NOT_READY, REFUSED, TOO_LARGE
from qa_service.http.query import only
from qa_service.http.writing import json_response

router = APIRouter(prefix="/v1", tags=["articles"])

_READ = (NOT_FOUND, INVALID, BUSY, NOT_READY)
_VARY = {"Vary": "Accept"}
_ARTICLE = answers(examples.ARTICLE, *_READ)
_ARTICLE[303] = {
    "description": "To the article's page, where `Accept` prefers `text/html`.",
    "headers": {"Location": {"schema": {"type": "string"}}},
}
_PASSAGE = answers(examples.PASSAGE, *_READ)
_PASSAGE[200]["content"] |= documented()


@router.post(
    "/articles",
    response_model=schemas.Ingested,
    responses=answers(examples.INGESTED, MALFORMED, TOO_LARGE, MEDIA, INVALID, REFUSED, BUSY, NOT_READY),
    openapi_extra=json_body("ArticleRecord", examples.RECORD, or_list=True),
    dependencies=[Depends(only())],
)
async def add_articles(request: Request, lifecycle: HasLifecycle) -> Response:
    """Stores one record or a list, and says what became of each: durable on return, seen by the next question.

    200 if anything was accepted or was there already; 422 if every record was refused.
    """
    service = lifecycle.service()
    body = await read_body(request, lifecycle.options.ingest_bytes, lifecycle.options.body_seconds)
    return await lifecycle.writing.run(lambda: json_response(feed(service, body)))


@router.get(
    "/articles/{article_id:path}",
    response_model=schemas.Article,
    responses=_ARTICLE,
    dependencies=[Depends(only("version", "span", "diff"))],
)
async def read_article(
    request: Request,
    article_id: ArticleId,
    lifecycle: HasLifecycle,
    asked: AskedOfArticle,
) -> Response:
    """One version of an article with its whole text: the current one, unless `version` asks for another.

    `span`, as in a citation's permalink, gives the words there as `quote`; `diff`, the number of another version,
    gives what changed from that one to this, word by word. A browser, whose `Accept` prefers `text/html` to JSON, is
    sent on to the article's page.
    """
    if prefers_html(request.headers.get("accept")):
        address = article_url(article_id, asked.version, asked.span, diff=asked.diff)
        return RedirectResponse(address, 303, headers=_VARY)
    service = lifecycle.service()

    def read() -> Response:
        answer = json_response(_quoted(service.article(article_id, asked.version, asked.diff), asked))
        answer.headers.update(_VARY)
        return answer

    return await lifecycle.asking.run(read)


def _quoted(article: dict[str, Any], asked: ArticleQuery) -> dict[str, Any]:
    """The article with the words of the span asked for. Raises InvalidRequest where that does not lie in the text."""
    span = asked.span_in(article["text"])
    quote = None if span is None else article["text"][slice(*span)]
    return article | {"span": None if span is None else list(span), "quote": quote}


@router.delete(
    "/articles/{article_id:path}",
    status_code=204,
    response_class=Response,
    responses=answers(None, *_READ),
    dependencies=[Depends(only())],
)
async def delete_article(article_id: ArticleId, lifecycle: HasLifecycle) -> Response:
    """Deletes an article with all its versions. On return no answer cites it."""
    service = lifecycle.service()
    if not await lifecycle.writing.run(lambda: service.delete([article_id])):
        raise NotFound(f"There is no article {article_id!r}.")
    return Response(status_code=204)


@router.get(
    "/passages/{passage_id:path}",
    response_model=schemas.Passage,
    responses=_PASSAGE,
    dependencies=[Depends(only("format"))],
)
async def read_passage(
    passage_id: PassageId,
    lifecycle: HasLifecycle,
    form: Annotated[Format, Query(alias="format")] = "json",
) -> Response:
    """One passage with its citation; `format` gives the citation alone, as CSL-JSON, BibTeX or a line of text."""
    service = lifecycle.service()

    def read() -> Response:
        passage = service.passage(passage_id)
        return json_response(passage) if form == "json" else cited_as(passage, form)

    return await lifecycle.asking.run(read)


@router.get(
    "/stories/{story_id:path}",
    response_model=schemas.Story,
    responses=answers(examples.STORY, *_READ),
    dependencies=[Depends(only("as_of"))],
)
async def read_story(
    story_id: StoryId,
    lifecycle: HasLifecycle,
    as_of: Annotated[str | None, Query(examples=["2023-10-02"])] = None,
) -> Response:
    """The articles on one event, by date, undated ones last; a merged story answers under its old id too."""
    service = lifecycle.service()
    return await lifecycle.asking.run(lambda: json_response(service.story(story_id, as_of)))
